/* milestone: due on the last day of a day, month or window; late from the day after. */
#include "model/milestone.h"

#include "model/facts.h"

static bool speaks(const struct report *r)
{
    return r->state == REPORT_NOT_DONE || r->state == REPORT_IN_PROGRESS ||
           r->state == REPORT_DONE || (r->state == REPORT_VALUE && r->value.present);
}

static bool is_later(const struct report *a, const struct report *b)
{
    if (a->as_of != b->as_of)
        return a->as_of > b->as_of;
    return facts_compare_version(a, b) > 0;
}

const struct report *milestone_last(const struct series *s)
{
    const struct report *last = NULL;

    for (size_t i = 0; i < s->n_reports; i++)
        if (speaks(&s->reports[i]) && (!last || is_later(&s->reports[i], last)))
            last = &s->reports[i];
    return last;
}

static bool has_too_few(const struct series *s, const struct report *r)
{
    return s->plan.target.present && r->value.present &&
           decimal_compare(r->value.value, s->plan.target.value) < 0;
}

bool milestone_is_done(const struct series *s, const struct report *r)
{
    if (r->state == REPORT_VALUE)
        return s->plan.target.present && r->value.present && !has_too_few(s, r);
    return r->state == REPORT_DONE && !has_too_few(s, r);
}

date_t milestone_done_on(const struct series *s)
{
    const struct report *last = milestone_last(s), *undone = NULL;
    date_t since;

    if (!last || !milestone_is_done(s, last))
        return DATE_NONE;
    for (size_t i = 0; i < s->n_reports; i++) {
        const struct report *r = &s->reports[i];

        if (speaks(r) && !milestone_is_done(s, r) && (!undone || is_later(r, undone)))
            undone = r;
    }
    since = last->as_of;
    for (size_t i = 0; i < s->n_reports; i++) {
        const struct report *r = &s->reports[i];

        if (speaks(r) && (!undone || is_later(r, undone)) && r->as_of < since)
            since = r->as_of;
    }
    return since;
}

static void settle(struct assessment *a, enum status status, enum why why)
{
    a->status = a->entering = status;
    a->why = why;
}

/* A constant that counts days. */
static int days_of(struct decimal constant)
{
    struct ratio days = ratio_floor(ratio_of_decimal(constant));

    return ratio_compare(days, ratio_of_int(INT16_MAX)) > 0 ? INT16_MAX : (int)days.num;
}

static bool is_dated(const struct series *s)
{
    return s->plan.due_precision != DUE_UNKNOWN && s->plan.due_to != DATE_NONE;
}

static void assess_done(const struct series *s, struct assessment *ret)
{
    int days = is_dated(s) ? milestone_done_on(s) - s->plan.due_to : 0;
    bool late = days > 0 && !s->plan.event;

    ret->days_late = late ? days : 0;
    settle(ret, STATUS_ACHIEVED, late ? WHY_MILESTONE_DONE_LATE : WHY_MILESTONE_DONE);
}

static int near_days(const struct series *s)
{
    return days_of(s->rules.milestone_near_days);
}

/* Whether what has to come first was done: as the milestone itself would be judged. */
static bool has_come(const struct predecessor *p)
{
    bool enough = !p->target.present ||
                  (p->value.present && decimal_compare(p->value.value, p->target.value) >= 0);

    return enough && (p->state == REPORT_DONE || (p->state == REPORT_VALUE && p->target.present));
}

const struct predecessor *milestone_awaits(const struct series *s)
{
    for (size_t i = 0; i < s->n_predecessors; i++)
        if (!has_come(&s->predecessors[i]))
            return &s->predecessors[i];
    return NULL;
}

static bool is_near(const struct series *s)
{
    return s->today >= s->plan.due_to - near_days(s);
}

/* The next day on which time alone changes something: it gets near while another has to come first,
 * or late; once it is late, each day adds one to how late, which is part of what is told. */
static date_t next_change(const struct series *s)
{
    if (milestone_awaits(s) && !is_near(s))
        return s->plan.due_to - near_days(s);
    return (s->today > s->plan.due_to ? s->today : s->plan.due_to) + 1;
}

static enum why why_late(const struct series *s, const struct report *last)
{
    if (last && has_too_few(s, last))
        return WHY_MILESTONE_TOO_FEW;
    return s->plan.event ? WHY_EVENT_UNCONFIRMED : WHY_MILESTONE_LATE;
}

static void assess_undone(const struct series *s, const struct report *last, struct assessment *ret)
{
    int days = s->today - s->plan.due_to;

    ret->reassess_on = next_change(s);
    if (days >= 1) {
        ret->days_late = days;
        settle(ret, days >= days_of(s->rules.milestone_late_days) ? STATUS_LAGGING : STATUS_AT_RISK,
               why_late(s, last));
    } else if (is_near(s) && milestone_awaits(s)) {
        settle(ret, STATUS_AT_RISK, WHY_PREDECESSOR);
    } else if (!last) {
        settle(ret, STATUS_UNDETERMINED, WHY_NO_FIGURE);
    } else if (last->expected != DATE_NONE && last->expected > s->plan.due_to) {
        settle(ret, STATUS_AT_RISK, WHY_MILESTONE_EXPECTED_LATE);
    } else {
        bool too_few = last->state == REPORT_DONE && has_too_few(s, last);

        settle(ret, STATUS_ON_TRACK, too_few ? WHY_MILESTONE_TOO_FEW : WHY_MILESTONE_AHEAD);
    }
}

void milestone_assess(const struct series *s, struct assessment *ret)
{
    const struct report *last = milestone_last(s);

    for (size_t i = 0; i < s->n_reports; i++)
        ret->n_used += speaks(&s->reports[i]);
    if (last) {
        ret->as_of = last->as_of;
        if (last->value.present)
            ret->fact = ratio_of_decimal(last->value.value);
    }
    if (last && milestone_is_done(s, last))
        assess_done(s, ret);
    else if (!is_dated(s))
        settle(ret, STATUS_UNDETERMINED, WHY_MILESTONE_UNDATED);
    else
        assess_undone(s, last, ret);
}
