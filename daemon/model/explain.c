/* explain: which sentences are said, and in which order; the sentences are phrases, their numbers
 * are wording's. */
#include "model/explain.h"

#include <stdio.h>

#include "model/crosscheck.h"
#include "model/milestone.h"
#include "model/outlook.h"
#include "model/plan.h"
#include "model/roll.h"
#include "model/wording.h"

/* One text in the making. */
struct telling {
    const struct series *s;
    const struct assessment *a;
    enum lang lang;
    struct fields fields;
    struct str *out;
};

static void say(struct telling *t, enum phrase p)
{
    phrase_add(t->out, p, t->lang, &t->fields);
}

static void start(struct telling *t, const struct series *s, const struct assessment *a,
                  enum lang lang, struct str *out)
{
    t->s = s;
    t->a = a;
    t->lang = lang;
    t->out = out;
    wording_fill(s, a, lang, &t->fields);
}

/* --- the first line --- */

static void say_due(struct telling *t)
{
    const struct plan *p = &t->s->plan;

    if (p->due_precision == DUE_UNKNOWN || p->due_to == DATE_NONE)
        say(t, PHRASE_DUE_UNKNOWN);
    else if (p->event)
        say(t, PHRASE_DUE_EVENT);
    else
        say(t, p->due_precision == DUE_DAY ? PHRASE_DUE_DAY : PHRASE_DUE_LATEST);
}

static enum phrase state_of(const struct series *s, const struct report *last)
{
    if (!last)
        return PHRASE_STATE_NONE;
    if (milestone_is_done(s, last))
        return PHRASE_STATE_DONE;
    return last->state == REPORT_NOT_DONE ? PHRASE_STATE_NOT_DONE : PHRASE_STATE_IN_PROGRESS;
}

/* What is said for each rule; PHRASE_COUNT: nothing, or more than one phrase. */
static const enum phrase reasons[] = {
    [WHY_NOT_STARTED] = PHRASE_COUNT,
    [WHY_NO_PLAN] = PHRASE_COUNT,
    [WHY_NO_FIGURE] = PHRASE_MILESTONE_AHEAD, /* of a milestone that is not yet due */
    [WHY_NOT_APPLICABLE] = PHRASE_COUNT,
    [WHY_TARGET_MET] = PHRASE_WHY_TARGET_MET,
    [WHY_TARGET_MISSED] = PHRASE_WHY_TARGET_MISSED,
    [WHY_CAP_BROKEN] = PHRASE_WHY_CAP_BROKEN,
    [WHY_NEAR_START] = PHRASE_WHY_NEAR_START,
    [WHY_MATRIX] = PHRASE_COUNT,
    [WHY_AHEAD] = PHRASE_WHY_AHEAD,
    [WHY_TOO_EARLY] = PHRASE_WHY_TOO_EARLY,
    [WHY_IMMATERIAL] = PHRASE_WHY_IMMATERIAL,
    [WHY_SMALL_NUMBERS] = PHRASE_WHY_SMALL_NUMBERS,
    [WHY_HYSTERESIS] = PHRASE_WHY_HYSTERESIS,
    [WHY_MILESTONE_DONE] = PHRASE_MILESTONE_DONE,
    [WHY_MILESTONE_DONE_LATE] = PHRASE_MILESTONE_DONE_LATE,
    [WHY_MILESTONE_AHEAD] = PHRASE_MILESTONE_AHEAD,
    [WHY_MILESTONE_LATE] = PHRASE_MILESTONE_LATE,
    [WHY_MILESTONE_EXPECTED_LATE] = PHRASE_MILESTONE_EXPECTED_LATE,
    [WHY_MILESTONE_TOO_FEW] = PHRASE_MILESTONE_TOO_FEW,
    [WHY_MILESTONE_UNDATED] = PHRASE_MILESTONE_UNDATED,
    [WHY_EVENT_UNCONFIRMED] = PHRASE_EVENT_UNCONFIRMED,
    [WHY_PREDECESSOR] = PHRASE_PREDECESSOR,
    [WHY_MILESTONES_BELOW] = PHRASE_COUNT,
    [WHY_BELOW_MISSING] = PHRASE_COUNT,
};

/* What there is to say of it besides its date and state; without a report before the due day,
 * nothing. */
static bool has_reason(const struct assessment *a)
{
    return a->why != WHY_NO_FIGURE && a->why != WHY_MILESTONE_UNDATED;
}

static void head_milestone(struct telling *t)
{
    const struct report *last = milestone_last(t->s);

    say(t, PHRASE_HEAD_MILESTONE);
    say_due(t);
    say(t, state_of(t->s, last));
    if (last && last->value.present && t->s->plan.target.present)
        say(t, PHRASE_STATE_QUANTITY);
    if (last && last->expected != DATE_NONE && !milestone_is_done(t->s, last))
        say(t, PHRASE_STATE_EXPECTED);
    if (has_reason(t->a)) {
        str_add(t->out, "; ");
        say(t, reasons[t->a->why]);
    }
    if (t->a->why == WHY_MILESTONE_TOO_FEW && t->a->days_late > 0) {
        str_add(t->out, ", ");
        say(t, PHRASE_MILESTONE_LATE);
    }
    say(t, PHRASE_STOP);
}

static enum phrase gap_phrase(const struct series *s, const struct assessment *a)
{
    bool down = s->direction == DIRECTION_DOWN;
    int sign = ratio_sign(wording_gap(s, a));

    if (sign == 0)
        return PHRASE_EVEN;
    if (sign > 0)
        return down ? PHRASE_OVER : PHRASE_SHORT;
    return down ? PHRASE_UNDER : PHRASE_AHEAD;
}

static bool has_pace(const struct assessment *a)
{
    return !ratio_is_null(a->needed_pace) && !ratio_is_null(a->pace) &&
           ratio_sign(a->months_left) > 0;
}

static void say_prospect(struct telling *t)
{
    bool down = t->s->kind == KIND_FLOW && t->s->direction == DIRECTION_DOWN;

    if (has_pace(t->a))
        say(t, down ? PHRASE_PACE_DOWN : PHRASE_PACE);
    else
        say(t, PHRASE_STOP);
    if (t->a->has_forecast)
        say(t, outlook_sentence(t->a->probability_e4));
}

static void head_numbers(struct telling *t)
{
    const struct assessment *a = t->a;

    if (t->s->direction == DIRECTION_DOWN)
        say(t, PHRASE_HEAD_DOWN);
    else
        say(t, t->s->kind == KIND_FLOW ? PHRASE_HEAD_FLOW : PHRASE_HEAD_LEVEL);
    say(t, gap_phrase(t->s, a));
    if (a->why == WHY_TARGET_MET || a->why == WHY_TARGET_MISSED || a->why == WHY_CAP_BROKEN) {
        say(t, PHRASE_STOP);
        say(t, a->why == WHY_TARGET_MET ? PHRASE_FULFILLED : PHRASE_FAILED);
    } else {
        say_prospect(t);
    }
}

static void headline(struct telling *t)
{
    const struct assessment *a = t->a;

    if (a->status == STATUS_NOT_STARTED)
        say(t, PHRASE_HEAD_NOT_STARTED);
    else if (a->why == WHY_MILESTONES_BELOW)
        say(t, PHRASE_HEAD_MILESTONES_BELOW);
    else if (a->why == WHY_BELOW_MISSING)
        say(t, t->s->uncountable ? PHRASE_HEAD_UNCOUNTABLE : PHRASE_HEAD_BOUNDS);
    else if (t->s->kind == KIND_MILESTONE && t->s->has_plan)
        head_milestone(t);
    else if (a->why == WHY_NOT_APPLICABLE)
        say(t, PHRASE_HEAD_NOT_APPLICABLE);
    else if (a->as_of == DATE_NONE)
        say(t, t->s->rolled ? PHRASE_HEAD_NOTHING_BELOW : PHRASE_HEAD_NOTHING);
    else if (ratio_is_null(a->plan_at))
        say(t, PHRASE_HEAD_NO_PLAN);
    else
        head_numbers(t);
}

/* --- the arithmetic --- */

/* True if the plan is one calendar year. */
static bool is_year(const struct plan *p)
{
    struct civil from = date_civil(p->starts), to = date_civil(p->ends);

    return from.year == to.year && from.month == 1 && from.day == 1 && to.month == 12 &&
           to.day == 31;
}

/* How the growth is spread, of a flow and of what starts from a base. */
static const struct {
    enum phrase flow, level;
} spreads[] = {
    [SHAPE_LINEAR] = {PHRASE_LINEAR_FLOW, PHRASE_LINEAR_LEVEL},
    [SHAPE_POINTS] = {PHRASE_POINTS, PHRASE_POINTS},
    [SHAPE_SEASON] = {PHRASE_SEASON_FLOW, PHRASE_SEASON_LEVEL},
    [SHAPE_TERMS] = {PHRASE_TERMS_FLOW, PHRASE_TERMS_LEVEL},
};

static void say_plan(struct telling *t)
{
    const struct plan *p = &t->s->plan;
    bool flow = t->s->kind == KIND_FLOW;

    if (p->shape == SHAPE_SUM) {
        say(t, PHRASE_PLAN_SUM);
        return;
    }
    if (flow)
        say(t, is_year(p) ? PHRASE_PLAN_YEAR : PHRASE_PLAN_SPAN);
    else
        say(t, PHRASE_PLAN_LEVEL);
    say(t, flow ? spreads[p->shape].flow : spreads[p->shape].level);
}

static void say_progress(struct telling *t)
{
    if (ratio_is_null(t->a->progress))
        return;
    if (t->s->kind != KIND_FLOW)
        say(t, PHRASE_PROGRESS_LEVEL);
    else
        say(t, t->s->direction == DIRECTION_DOWN ? PHRASE_PROGRESS_DOWN : PHRASE_PROGRESS_FLOW);
}

/* The row of the matrix in words. */
static enum phrase row_phrase(const struct series *s, const struct assessment *a)
{
    if (ratio_compare(a->progress, ratio_of_decimal(s->rules.progress_on_track)) >= 0)
        return PHRASE_R_ON;
    if (ratio_compare(a->progress, ratio_of_decimal(s->rules.progress_at_risk)) >= 0)
        return PHRASE_R_RISK;
    return PHRASE_R_LOW;
}

static void say_reason(struct telling *t)
{
    enum phrase p = reasons[t->a->why];
    bool by_forecast = t->a->why == WHY_AHEAD && t->a->status != STATUS_ON_TRACK;

    say(t, p == PHRASE_COUNT ? row_phrase(t->s, t->a) : p);
    if (p == PHRASE_COUNT || by_forecast)
        say(t, t->a->has_forecast ? PHRASE_WITH_OUTLOOK : PHRASE_WITHOUT_OUTLOOK);
}

/* Says the reason into its place in another phrase. */
static void say_with_reason(struct telling *t, enum phrase p)
{
    struct str reason, *out = t->out;

    str_init(&reason, EXPLAIN_MAX);
    t->out = &reason;
    say_reason(t);
    t->out = out;
    t->fields.text[PLACE_reason] = str_text(&reason);
    say(t, p);
    t->fields.text[PLACE_reason] = NULL;
    str_finish(&reason);
}

static void arithmetic(struct telling *t)
{
    const struct assessment *a = t->a;

    if (a->why == WHY_MILESTONES_BELOW)
        return;
    if (t->s->kind == KIND_MILESTONE) {
        str_add(t->out, "\n");
        say_with_reason(t, PHRASE_MILESTONE_RULE);
    } else if (!ratio_is_null(a->plan_at) && a->status != STATUS_UNDETERMINED) {
        str_add(t->out, "\n");
        say_plan(t);
        say_progress(t);
        say(t, a->has_forecast ? PHRASE_FORECAST : PHRASE_NO_FORECAST);
        say_with_reason(t, PHRASE_STATUS);
    }
}

static void versions(struct telling *t)
{
    str_add(t->out, "\n");
    if (!ratio_is_null(t->a->attainment))
        say(t, PHRASE_ATTAINMENT);
    say(t, t->s->plan.shape == SHAPE_SUM ? PHRASE_VERSIONS_SUM : PHRASE_VERSIONS);
    say(t, PHRASE_RULES);
}

/* --- those below ---------------------------------------------------------------------------------------- */

enum { NAMES_SHOWN = 5, LIST_MAX = 4000, CONTRADICTIONS_SHOWN = 3 };

/* Names of children, a phrase of them, and how many are not named. */
struct list {
    struct str text;
    size_t n;
};

static void list_add(struct list *l, const char *name, const char *detail)
{
    if (l->n++ < NAMES_SHOWN)
        str_addf(&l->text, "%s%s%s", l->n > 1 ? ", " : "", name, detail);
}

static void say_list(struct telling *t, enum phrase p, struct list *l)
{
    if (l->n > NAMES_SHOWN)
        str_addf(&l->text, t->lang == LANG_RU ? " и ещё %zu" : " and %zu more", l->n - NAMES_SHOWN);
    t->fields.text[PLACE_list] = str_text(&l->text);
    if (l->n > 0)
        say(t, p);
    t->fields.text[PLACE_list] = NULL;
    str_finish(&l->text);
}

/* « (последние сведения на 31.08.2020)» */
static void say_missing(struct telling *t)
{
    static const char *const last[LANG_COUNT] = {" (last as of %s)", " (последние сведения на %s)"};
    struct list l = {.n = 0};

    str_init(&l.text, LIST_MAX);
    for (size_t i = 0; i < t->s->n_children; i++) {
        const struct child *c = &t->s->children[i];
        char day[DATE_TEXT_MAX], detail[PHRASE_FIELD_MAX] = "";

        if (!c->missing)
            continue;
        if (c->as_of != DATE_NONE)
            snprintf(detail, sizeof detail, last[t->lang], date_format(c->as_of, t->lang, day));
        list_add(&l, c->name[t->lang], detail);
    }
    say_list(t, PHRASE_SUM_MISSING, &l);
}

static void say_contributors(struct telling *t)
{
    size_t at[NAMES_SHOWN], n = roll_contributors(t->s, at, NAMES_SHOWN);
    struct list l = {.n = 0};

    str_init(&l.text, LIST_MAX);
    for (size_t i = 0; i < n; i++) {
        char detail[PHRASE_FIELD_MAX];

        wording_gap_below(t->s, &t->s->children[at[i]], t->lang, detail);
        list_add(&l, t->s->children[at[i]].name[t->lang], detail);
    }
    say_list(t, PHRASE_SUM_CONTRIBUTORS, &l);
}

static void say_late(struct telling *t)
{
    struct list l = {.n = 0};

    str_init(&l.text, LIST_MAX);
    for (size_t i = 0; i < t->s->n_children; i++) {
        enum status status = t->s->children[i].status;

        if (status == STATUS_AT_RISK || status == STATUS_LAGGING || status == STATUS_MISSED)
            list_add(&l, t->s->children[i].name[t->lang], "");
    }
    say_list(t, PHRASE_SUM_LATE, &l);
}

static void say_below(struct telling *t)
{
    if (!t->s->rolled || t->s->n_children == 0)
        return;
    str_add(t->out, "\n");
    say(t, PHRASE_SUM);
    if (t->s->kind == KIND_MILESTONE) {
        say_late(t);
        return;
    }
    say_missing(t);
    say_contributors(t);
}

/* --- what cannot be right -------------------------------------------------------------------------------- */

static void say_contradictions(struct telling *t)
{
    struct contradiction found[CONTRADICTIONS_SHOWN];
    size_t n = crosscheck(t->s, found, CONTRADICTIONS_SHOWN);

    for (size_t i = 0; i < n && i < CONTRADICTIONS_SHOWN; i++) {
        wording_fill_contradiction(t->s, &found[i], t->lang, &t->fields);
        str_add(t->out, "\n");
        say(t, PHRASE_CHECK_PARTS + found[i].kind);
    }
    if (n > CONTRADICTIONS_SHOWN) {
        wording_fill_count(n - CONTRADICTIONS_SHOWN, t->lang, &t->fields);
        str_add(t->out, "\n");
        say(t, PHRASE_CHECK_MORE);
    }
}

void explain_headline(const struct series *s, const struct assessment *a, enum lang lang,
                      struct str *out)
{
    struct telling t;

    start(&t, s, a, lang, out);
    headline(&t);
}

void explain(const struct series *s, const struct assessment *a, enum lang lang, struct str *out)
{
    struct telling t;

    start(&t, s, a, lang, out);
    headline(&t);
    say_below(&t);
    if (s->has_plan && a->status != STATUS_NOT_STARTED)
        arithmetic(&t);
    if (t.fields.text[PLACE_waiting]) {
        str_add(out, "\n");
        say(&t, PHRASE_WAITING);
    }
    say_contradictions(&t);
    if (s->has_plan)
        versions(&t);
}
