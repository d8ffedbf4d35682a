/* answers: see answers.h. */
#include "model/answers.h"

#include <stdlib.h>

void answers_init(struct answers *a, enum indicator_kind kind, enum counting counting)
{
    *a = (struct answers){.per_period = kind == KIND_FLOW && counting == COUNTING_PER_PERIOD};
}

void answers_finish(struct answers *a)
{
    free(a->spans);
    a->spans = NULL;
    a->n = a->room = 0;
}

static bool same_month(date_t a, date_t b)
{
    struct civil x = date_civil(a), y = date_civil(b);

    return x.year == y.year && x.month == y.month;
}

/* The last day that a figure accounts for. */
static date_t reach_of(period_t period, date_t as_of, enum report_state state)
{
    date_t ends = period_last_day(period);

    if (state == REPORT_DONE)
        return date_of(DATE_MAX_YEAR, 12, 31);
    if (state == REPORT_NOT_APPLICABLE)
        return date_of(date_civil(as_of).year, 12, 31);
    return as_of > ends || !same_month(as_of, ends) ? as_of : ends;
}

bool answers_add(struct answers *a, period_t period, date_t as_of, enum report_state state)
{
    size_t room = a->room > 0 ? a->room * 2 : 16;
    struct answer_span *more;

    if (state == REPORT_WITHDRAWN)
        return true;
    if (a->n == SERIES_MAX_FIGURES)
        return false;
    if (a->n == a->room) {
        more = reallocarray(a->spans, room, sizeof *more);
        if (!more)
            return false;
        a->spans = more;
        a->room = room;
    }
    a->spans[a->n++] = (struct answer_span){.first = a->per_period ? period_first_day(period)
                                                                   : date_of(DATE_MIN_YEAR, 1, 1),
                                            .last = reach_of(period, as_of, state)};
    return true;
}

static int by_first(const void *a, const void *b)
{
    const struct answer_span *x = a, *y = b;

    return (x->first > y->first) - (x->first < y->first);
}

void answers_settle(struct answers *a)
{
    size_t kept = 0;

    if (a->n > 1)
        qsort(a->spans, a->n, sizeof *a->spans, by_first);
    for (size_t i = 1; i < a->n; i++) {
        struct answer_span next = a->spans[i], *last = &a->spans[kept];

        if (next.first > last->last + 1)
            a->spans[++kept] = next;
        else if (next.last > last->last)
            last->last = next.last;
    }
    a->n = a->n > 0 ? kept + 1 : 0;
}

date_t answers_reach(const struct answers *a, date_t from)
{
    for (size_t i = 0; i < a->n; i++)
        if (a->spans[i].first <= from && from <= a->spans[i].last)
            return a->spans[i].last;
    return from - 1;
}
