/* assess: the fold.  Every figure is judged with what was known by its day, and hands its status to
 * the next one. */
#include "model/assess.h"

#include <stdlib.h>
#include <string.h>

#include "model/facts.h"
#include "model/forecast.h"
#include "model/measure.h"
#include "model/milestone.h"
#include "model/plan.h"
#include "model/roll.h"
#include "model/verdict.h"

static const struct {
    const char *name;
    const char *word[LANG_COUNT];
} statuses[] = {
    [STATUS_NOT_STARTED] = {"not_started", {"NOT STARTED", "НЕ НАЧАТ"}},
    [STATUS_NO_PLAN] = {"no_plan", {"NO PLAN", "БЕЗ ПЛАНА"}},
    [STATUS_UNDETERMINED] = {"undetermined", {"UNDETERMINED", "НЕ ОПРЕДЕЛЕНО"}},
    [STATUS_ON_TRACK] = {"on_track", {"ON TRACK", "В ГРАФИКЕ"}},
    [STATUS_AT_RISK] = {"at_risk", {"AT RISK", "ВНИМАНИЕ"}},
    [STATUS_LAGGING] = {"lagging", {"LAGGING", "ОТСТАЁТ"}},
    [STATUS_ACHIEVED] = {"achieved", {"ACHIEVED", "ДОСТИГНУТО"}},
    [STATUS_MISSED] = {"missed", {"MISSED", "НЕ ВЫПОЛНЕНО"}},
};

enum { STATUS_COUNT = sizeof(statuses) / sizeof(statuses[0]) };

const char *status_name(enum status s)
{
    return statuses[s].name;
}

const char *status_word(enum status s, enum lang lang)
{
    return statuses[s].word[lang];
}

bool status_parse(const char *name, enum status *ret)
{
    for (unsigned i = 0; i < STATUS_COUNT; i++) {
        if (strcmp(statuses[i].name, name) == 0) {
            *ret = (enum status)i;
            return true;
        }
    }
    return false;
}

static struct assessment blank(void)
{
    return (struct assessment){
        .status = STATUS_UNDETERMINED,
        .why = WHY_NO_FIGURE,
        .as_of = DATE_NONE,
        .reassess_on = DATE_NONE,
        .entering = STATUS_UNDETERMINED,
        .previous = STATUS_UNDETERMINED,
    };
}

static void settle(struct assessment *a, enum status status, enum why why)
{
    a->status = a->entering = status;
    a->why = why;
}

static bool is_planned(const struct series *s)
{
    return s->has_plan && (s->kind == KIND_MILESTONE || s->plan.target.present);
}

/* t0: the plan's start, or the project's where there is no plan.  Milestones below have starts of their
 * own. */
static date_t start_of(const struct series *s)
{
    if (s->kind == KIND_MILESTONE && s->rolled)
        return DATE_NONE;
    return s->has_plan ? s->plan.starts : s->project_starts;
}

/* An indicator without a plan is kept and shown: the last figure as it was reported. */
static void assess_unplanned(const struct series *s, const struct facts *f, struct assessment *ret)
{
    settle(ret, STATUS_NO_PLAN, WHY_NO_PLAN);
    ret->n_used = f->n;
    if (f->n > 0) {
        const struct report *last = &s->reports[f->at[f->n - 1]];

        measure_fact(s, last, facts_value(s, last), ret);
    }
}

/* "Not applicable" from the last report that says anything, be it by its state or by N = 0. */
static enum why why_no_fact(const struct series *s)
{
    enum why why = WHY_NO_FIGURE;

    for (size_t i = 0; i < s->n_reports; i++) {
        const struct report *r = &s->reports[i];
        bool of_nobody = r->state == REPORT_VALUE && !facts_usable(s, r);

        why = r->state == REPORT_NOT_APPLICABLE || of_nobody ? WHY_NOT_APPLICABLE : WHY_NO_FIGURE;
    }
    return why;
}

/* The fact from which hysteresis remembers: the first in a row with the same method under this
 * version of the plan. */
static size_t fold_start(const struct series *s, const struct facts *f)
{
    size_t start = facts_method_start(s, f);

    while (start + 1 < f->n && facts_day(s, &s->reports[f->at[start]]) < s->plan.valid_from)
        start++;
    return start;
}

static void fold(const struct series *s, const struct facts *f, struct assessment *ret)
{
    size_t start = fold_start(s, f);
    enum status previous = STATUS_UNDETERMINED;
    struct tally tally;

    tally_init(&tally);
    for (size_t k = 0; k < f->n; k++) {
        const struct report *r = &s->reports[f->at[k]];
        struct ratio value = tally_add(&tally, s, r);

        if (k < start)
            continue;
        *ret = blank();
        measure(s, r, value, ret);
        if (measure_is_whole(ret))
            forecast(s, f, k, ret);
        ret->previous = previous;
        verdict(s, ret);
        previous = ret->status;
    }
    ret->n_used = f->n;
}

static void assess_numbers(const struct series *s, struct assessment *ret)
{
    struct facts f;

    facts_collect(s, &f);
    if (!is_planned(s))
        assess_unplanned(s, &f, ret);
    else if (f.n == 0)
        settle(ret, STATUS_UNDETERMINED, why_no_fact(s));
    else
        fold(s, &f, ret);
    if (s->has_plan && s->today <= s->plan.ends)
        ret->reassess_on = s->plan.ends + 1;
}

static bool is_bounded(const struct series *s)
{
    for (size_t i = 0; i < s->n_reports; i++)
        if (s->reports[i].high.present)
            return true;
    return false;
}

bool assess_bounds(const struct series *s, struct assessment *low, struct assessment *high)
{
    struct series at_most = *s;

    if (!is_bounded(s) ||
        !(at_most.reports = reallocarray(NULL, s->n_reports, sizeof *at_most.reports)))
        return false;
    memcpy(at_most.reports, s->reports, s->n_reports * sizeof *at_most.reports);
    for (size_t i = 0; i < s->n_reports; i++)
        if (at_most.reports[i].high.present)
            at_most.reports[i].value = at_most.reports[i].high;
    *low = *high = blank();
    assess_numbers(s, low);
    assess_numbers(&at_most, high);
    free(at_most.reports);
    return true;
}

/* A sum from which somebody is missing holds only if it holds at both of its bounds. */
static void assess_unsure(const struct series *s, struct assessment *ret)
{
    struct assessment high;

    if (!assess_bounds(s, ret, &high)) {
        settle(ret, STATUS_UNDETERMINED, WHY_BELOW_MISSING);
        return;
    }
    if (s->reports[s->n_reports - 1].high.present)
        ret->fact_high = high.fact;
    if (high.status != ret->status)
        settle(ret, STATUS_UNDETERMINED, WHY_BELOW_MISSING);
}

static void assess_sum(const struct series *s, struct assessment *ret)
{
    if (s->uncountable) {
        settle(ret, STATUS_UNDETERMINED, WHY_BELOW_MISSING);
        return;
    }
    if (is_bounded(s))
        assess_unsure(s, ret);
    else
        assess_numbers(s, ret);
}

static date_t sooner(date_t a, date_t b)
{
    if (a == DATE_NONE || b == DATE_NONE)
        return a == DATE_NONE ? b : a;
    return a < b ? a : b;
}

void assess(const struct series *s, struct assessment *ret)
{
    date_t start = start_of(s);

    *ret = blank();
    if (start != DATE_NONE && s->today < start) {
        settle(ret, STATUS_NOT_STARTED, WHY_NOT_STARTED);
        ret->reassess_on = start;
    } else if (s->kind == KIND_MILESTONE && s->rolled) {
        roll_milestone(s, ret);
    } else if (s->kind == KIND_MILESTONE && s->has_plan) {
        milestone_assess(s, ret);
    } else if (s->kind == KIND_MILESTONE) {
        settle(ret, STATUS_NO_PLAN, WHY_NO_PLAN);
    } else if (s->rolled) {
        assess_sum(s, ret);
    } else {
        assess_numbers(s, ret);
    }
    ret->reassess_on = sooner(ret->reassess_on, s->changes_on);
}
