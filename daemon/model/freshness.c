/* freshness: see freshness.h. */
#include "model/freshness.h"

#include <stddef.h>

/* One duty of one organisation, with what has been reported. */
struct claim {
    const struct duty *duty;
    const struct debtor *debtor;
    const struct answers *answers;
};

static const struct freshness nothing = {
    .state = FRESHNESS_NONE,
    .period = PERIOD_NONE,
    .due_on = DATE_NONE,
    .remind_on = DATE_NONE,
    .close_on = DATE_NONE,
    .changes_on = DATE_NONE,
};

const char *freshness_name(enum freshness_state s)
{
    static const char *const names[] = {
        [FRESHNESS_NONE] = "",           [FRESHNESS_REPORTED] = "reported", [FRESHNESS_DUE] = "due",
        [FRESHNESS_OVERDUE] = "overdue", [FRESHNESS_SILENT] = "silent",
    };

    return names[s];
}

date_t freshness_sooner(date_t a, date_t b)
{
    if (a == DATE_NONE || b == DATE_NONE)
        return a == DATE_NONE ? b : a;
    return a < b ? a : b;
}

bool freshness_reminds(const struct freshness *f, date_t today)
{
    return f->state == FRESHNESS_DUE && f->remind_on != DATE_NONE && f->remind_on <= today;
}

/* --- periods --- */

static period_t valid(period_t p)
{
    return period_valid(p) ? p : PERIOD_NONE;
}

/* True if the period ends while the organisation is open and the duty lasts. */
static bool is_owed(const struct claim *c, period_t p)
{
    const struct debtor *o = c->debtor;

    if (p == PERIOD_NONE || !duty_owes(c->duty, p))
        return false;
    return (o->opened == DATE_NONE || o->opened <= period_last_day(p)) &&
           (o->closed == DATE_NONE || period_last_day(p) <= o->closed);
}

/* The first period that is ever owed; PERIOD_NONE if none is. */
static period_t first_owed(const struct claim *c)
{
    date_t from = c->duty->starts;
    period_t first;

    if (c->debtor->opened != DATE_NONE && c->debtor->opened > from)
        from = c->debtor->opened;
    first = duty_period_of(c->duty, from);
    return is_owed(c, first) ? first : PERIOD_NONE;
}

/* The first that is ever owed and has no answer. */
static period_t first_missing(const struct claim *c, period_t first)
{
    date_t reach = answers_reach(c->answers, period_first_day(first));
    period_t p = first;

    if (reach >= period_last_day(first))
        p = valid(duty_period_of(c->duty, reach + 1)); /* a day that no figure accounts for */
    return is_owed(c, p) ? p : PERIOD_NONE;
}

/* The last that is owed and over. */
static period_t last_owed(const struct claim *c)
{
    date_t until = c->debtor->today - 1;
    period_t after;

    if (c->duty->ends != DATE_NONE && c->duty->ends < until)
        until = c->duty->ends;
    if (c->debtor->closed != DATE_NONE && c->debtor->closed < until)
        until = c->debtor->closed;
    after = duty_period_of(c->duty, until + 1);
    return duty_period_of(c->duty, period_first_day(after) - 1);
}

/* --- one claim --- */

/* The same day so many months on, or the last of that month. */
static date_t months_after(date_t d, int months)
{
    struct civil c = date_civil(d);
    int month = c.month - 1 + months, year = c.year + month / 12, days;

    month = month % 12 + 1;
    days = date_days_in_month(year, month);
    return date_of(year, month, c.day < days ? c.day : days);
}

static void judge_missing(const struct claim *c, period_t p, struct freshness *ret)
{
    date_t today = c->debtor->today, silent_on;

    ret->period = p;
    ret->due_on = duty_due_on(c->duty, p);
    ret->remind_on = duty_remind_on(c->duty, p);
    ret->close_on = duty_close_on(c->duty, p);
    silent_on = months_after(ret->due_on, c->duty->every) + 1;
    if (today <= ret->due_on) {
        bool reminded = ret->remind_on == DATE_NONE || ret->remind_on <= today;

        ret->state = FRESHNESS_DUE;
        ret->changes_on = reminded ? ret->due_on + 1 : ret->remind_on;
        return;
    }
    ret->days_late = today - ret->due_on;
    ret->state = today < silent_on ? FRESHNESS_OVERDUE : FRESHNESS_SILENT;
    if (ret->state == FRESHNESS_OVERDUE)
        ret->changes_on = silent_on;
}

static void judge(const struct claim *c, struct freshness *ret)
{
    date_t today = c->debtor->today;
    period_t first = first_owed(c), missing;

    *ret = nothing;
    if (first == PERIOD_NONE || (c->debtor->closed != DATE_NONE && today > c->debtor->closed))
        return;
    if (period_last_day(first) >= today) {
        ret->changes_on = period_last_day(first) + 1;
        return;
    }
    missing = first_missing(c, first);
    if (missing != PERIOD_NONE && period_last_day(missing) < today) {
        judge_missing(c, missing, ret);
    } else {
        ret->state = FRESHNESS_REPORTED;
        ret->period = last_owed(c);
        ret->changes_on = missing != PERIOD_NONE ? period_last_day(missing) + 1 : DATE_NONE;
    }
    if (c->debtor->closed != DATE_NONE)
        ret->changes_on = freshness_sooner(ret->changes_on, c->debtor->closed + 1);
}

/* --- all of them --- */

/* True if the one is worse, or as bad and missing for longer. */
static bool is_worse(const struct freshness *a, const struct freshness *b)
{
    if (a->state != b->state)
        return a->state > b->state;
    return a->due_on != DATE_NONE && a->due_on < b->due_on;
}

static struct duty_subject subject(const struct debtor *o, int32_t indicator)
{
    return (struct duty_subject){o->organisation, indicator, o->kind};
}

void freshness_of(const struct duty_book *book, const struct debtor *o, int32_t indicator,
                  const struct answers *a, struct freshness *ret)
{
    *ret = nothing;
    for (size_t i = 0; i < duty_book_count(book); i++) {
        const struct claim c = {.duty = duty_book_at(book, i), .debtor = o, .answers = a};
        date_t changes_on = ret->changes_on;
        struct freshness f;

        if (!duty_concerns(c.duty, subject(o, indicator)))
            continue;
        judge(&c, &f);
        if (is_worse(&f, ret))
            *ret = f;
        ret->changes_on = freshness_sooner(changes_on, f.changes_on);
    }
}

bool freshness_is_owed(const struct duty_book *book, const struct debtor *o, int32_t indicator)
{
    for (size_t i = 0; i < duty_book_count(book); i++)
        if (duty_concerns(duty_book_at(book, i), subject(o, indicator)))
            return true;
    return false;
}
