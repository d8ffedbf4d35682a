/* workdays: days are looked up by halving; beyond the last of them only the week counts. */
#include "model/workdays.h"

#include <stdlib.h>

enum { DAYS_OF_WEEK = 7, MONDAY_TO_FRIDAY = 5, EPOCH_WEEKDAY = 3 /* 1970-01-01, from Monday 0 */ };

void workdays_finish(struct workdays *w)
{
    free(w->days);
    w->days = NULL;
    w->n = w->room = 0;
}

bool workdays_add(struct workdays *w, struct workday day)
{
    if (w->n == WORKDAYS_MAX_DAYS || (w->n > 0 && day.day <= w->days[w->n - 1].day))
        return false;
    if (w->n == w->room) {
        size_t room = w->room > 0 ? w->room * 2 : 64;
        struct workday *more = reallocarray(w->days, room, sizeof *more);

        if (!more)
            return false;
        w->days = more;
        w->room = room;
    }
    w->days[w->n++] = day;
    return true;
}

static int by_day(const void *a, const void *b)
{
    const struct workday *x = a, *y = b;

    return (x->day > y->day) - (x->day < y->day);
}

bool workdays_is_working(const struct workdays *w, date_t d)
{
    const struct workday wanted = {.day = d};
    const struct workday *found =
        w->n > 0 ? bsearch(&wanted, w->days, w->n, sizeof wanted, by_day) : NULL;
    int weekday = (d + EPOCH_WEEKDAY) % DAYS_OF_WEEK;

    if (weekday < 0)
        weekday += DAYS_OF_WEEK;
    return found ? found->working : weekday < MONDAY_TO_FRIDAY;
}

/* Ends: the data name a limited number of days, and five of any seven others are worked. */
date_t workdays_after(const struct workdays *w, date_t d, int n)
{
    while (n > 0)
        n -= workdays_is_working(w, ++d);
    return d;
}
