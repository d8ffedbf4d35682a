/* columns: see columns.h. */
#include "monitor/columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "store/array.h"
#include "model/arrears.h"
#include "model/chart.h"
#include "model/course.h"
#include "model/crosscheck.h"
#include "model/explain.h"
#include "model/roll.h"
#include "notify/letter.h"
#include "notify/reminder.h"

/* Parameters of write_assessments() from $2 on. */
enum {
    A_ORGANISATION,
    A_INDICATOR,
    A_STATUS,
    A_AS_OF,
    A_FACT,
    A_FACT_HIGH,
    A_N,
    A_OF,
    A_TARGET,
    A_PLAN_AT,
    A_GAP,
    A_PROGRESS,
    A_ATTAINMENT,
    A_NEEDED_PACE,
    A_PACE,
    A_FORECAST,
    A_FORECAST_SD,
    A_PROBABILITY,
    A_PLAN,
    A_RULES,
    A_EXPLANATION_RU,
    A_EXPLANATION_EN,
    A_REASSESS_ON,
    A_CONTRIBUTORS,
    A_CONTRADICTIONS,
    A_COURSE,
    A_COURSE_PLANS,
    A_COUNT,
};

static const enum array_type assessment_types[A_COUNT] = {
    [A_ORGANISATION] = ARRAY_INTEGER,
    [A_INDICATOR] = ARRAY_INTEGER,
    [A_STATUS] = ARRAY_ENUM,
    [A_AS_OF] = ARRAY_DATE,
    [A_FACT] = ARRAY_NUMERIC,
    [A_FACT_HIGH] = ARRAY_NUMERIC,
    [A_N] = ARRAY_NUMERIC,
    [A_OF] = ARRAY_NUMERIC,
    [A_TARGET] = ARRAY_NUMERIC,
    [A_PLAN_AT] = ARRAY_NUMERIC,
    [A_GAP] = ARRAY_NUMERIC,
    [A_PROGRESS] = ARRAY_NUMERIC,
    [A_ATTAINMENT] = ARRAY_NUMERIC,
    [A_NEEDED_PACE] = ARRAY_NUMERIC,
    [A_PACE] = ARRAY_NUMERIC,
    [A_FORECAST] = ARRAY_NUMERIC,
    [A_FORECAST_SD] = ARRAY_NUMERIC,
    [A_PROBABILITY] = ARRAY_NUMERIC,
    [A_PLAN] = ARRAY_INTEGER,
    [A_RULES] = ARRAY_INTEGER,
    [A_EXPLANATION_RU] = ARRAY_TEXT,
    [A_EXPLANATION_EN] = ARRAY_TEXT,
    [A_REASSESS_ON] = ARRAY_DATE,
    [A_CONTRIBUTORS] = ARRAY_TEXT,
    [A_CONTRADICTIONS] = ARRAY_INTEGER,
    [A_COURSE] = ARRAY_TEXT,
    [A_COURSE_PLANS] = ARRAY_TEXT,
};

/* Parameters of write_reporting() from $2 on. */
enum {
    R_ORGANISATION,
    R_KEPT,
    R_STATE,
    R_DUE_ON,
    R_REPORTED,
    R_DUE,
    R_OVERDUE,
    R_SILENT,
    R_REASSESS_ON,
    R_COUNT,
};

static const enum array_type reporting_types[R_COUNT] = {
    [R_ORGANISATION] = ARRAY_INTEGER, [R_KEPT] = ARRAY_ENUM,     [R_STATE] = ARRAY_ENUM,
    [R_DUE_ON] = ARRAY_DATE,          [R_REPORTED] = ARRAY_TEXT, [R_DUE] = ARRAY_TEXT,
    [R_OVERDUE] = ARRAY_TEXT,         [R_SILENT] = ARRAY_TEXT,   [R_REASSESS_ON] = ARRAY_DATE,
};

/* Parameters of write_transitions() from $2 on. */
enum {
    T_ORGANISATION,
    T_INDICATOR,
    T_KIND,
    T_EVENT,
    T_TO_LEVEL,
    T_SUBMISSION,
    T_AS_OF,
    T_STATUS,
    T_FACT,
    T_PLAN_AT,
    T_PLAN,
    T_RULES,
    T_EXPLANATION_RU,
    T_EXPLANATION_EN,
    T_CHART,
    L_TRANSITION,
    L_AUDIENCE,
    L_LANGUAGE,
    L_SUBJECT,
    L_BODY,
    T_COUNT,
};

static const enum array_type transition_types[T_COUNT] = {
    [T_ORGANISATION] = ARRAY_INTEGER, [T_INDICATOR] = ARRAY_INTEGER,   [T_KIND] = ARRAY_ENUM,
    [T_EVENT] = ARRAY_TEXT,           [T_TO_LEVEL] = ARRAY_ENUM,       [T_SUBMISSION] = ARRAY_UUID,
    [T_AS_OF] = ARRAY_DATE,           [T_STATUS] = ARRAY_ENUM,         [T_FACT] = ARRAY_NUMERIC,
    [T_PLAN_AT] = ARRAY_NUMERIC,      [T_PLAN] = ARRAY_INTEGER,        [T_RULES] = ARRAY_INTEGER,
    [T_EXPLANATION_RU] = ARRAY_TEXT,  [T_EXPLANATION_EN] = ARRAY_TEXT, [T_CHART] = ARRAY_TEXT,
    [L_TRANSITION] = ARRAY_INTEGER,   [L_AUDIENCE] = ARRAY_ENUM,       [L_LANGUAGE] = ARRAY_TEXT,
    [L_SUBJECT] = ARRAY_TEXT,         [L_BODY] = ARRAY_TEXT,
};

enum {
    FORECAST_PLACES = 4,
    FORECAST_UNIT = 10000,
    PROBABILITY_PLACES = 4,
};

_Static_assert((int)ARREARS_MAX <= (int)EXPLAIN_MAX, "an explanation of either kind fits");

struct columns {
    struct array assessments[A_COUNT];
    struct array reporting[R_COUNT];
    struct array transitions[T_COUNT];
    struct str explanations[LANG_COUNT]; /* of the assessment added last */
    struct str course, plans, contributors;
    struct str list;
    struct str subject, body, chart;
};

/* --- numbers --- */

/* As fine as a decimal can be, without zeros at the end: 165, not 165.000000. */
static void add_ratio(struct array *column, struct ratio value)
{
    struct decimal d;

    if (!ratio_nearest(value, &d)) {
        array_add_null(column);
        return;
    }
    for (; d.scale > 0 && d.mantissa % 10 == 0; d.scale--)
        d.mantissa /= 10;
    array_add_decimal(column, d);
}

static void add_optional(struct array *column, bool present, struct decimal value)
{
    if (present)
        array_add_decimal(column, value);
    else
        array_add_null(column);
}

static void add_double(struct array *column, bool present, double value)
{
    double scaled = present ? round(value * FORECAST_UNIT) : NAN;
    bool fits = fabs(scaled) < 1e17;

    add_optional(
        column, fits,
        (struct decimal){.mantissa = fits ? (int64_t)scaled : 0, .scale = FORECAST_PLACES});
}

static void add_id(struct array *column, int32_t id)
{
    if (id > 0)
        array_add_int(column, id);
    else
        array_add_null(column);
}

/* --- sums --- */

static void add_contributors(struct columns *c, const struct series *s)
{
    str_clear(&c->contributors);
    roll_write_contributors(s, &c->contributors);
    array_add_text(&c->assessments[A_CONTRIBUTORS],
                   c->contributors.len > 0 ? str_text(&c->contributors) : NULL);
}

static void add_contradictions(struct columns *c, const struct series *s)
{
    size_t n = crosscheck(s, NULL, 0);

    array_add_int(&c->assessments[A_CONTRADICTIONS], n < INT16_MAX ? (int32_t)n : INT16_MAX);
}

/* What the sum above needs, and the plans whose shape it refers to. */
static void add_course(struct columns *c, const struct series *s, const struct assessment *a)
{
    struct course course = {.applicable = false};
    bool made = s->rolls_up && course_make(s, a, &course);

    c->assessments[A_COURSE].failed |= s->rolls_up && !made; /* out of memory */
    str_clear(&c->course);
    str_clear(&c->plans);
    if (made) {
        course_write(&course, &c->course);
        course_write_plans(&course, &c->plans);
    }
    array_add_text(&c->assessments[A_COURSE], made ? str_text(&c->course) : NULL);
    array_add_text(&c->assessments[A_COURSE_PLANS], made ? str_text(&c->plans) : NULL);
    course_finish(&course);
}

/* A sum of nobody, without a plan or a word of its own, is no series. */
static bool is_nothing(const struct series *s)
{
    return s->rolled && s->n_children == 0 && !s->has_plan && s->n_own == 0;
}

/* --- rows --- */

void columns_assessment(struct columns *c, const struct series *s, const struct assessment *a)
{
    struct array *to = c->assessments;

    for (int lang = 0; lang < LANG_COUNT; lang++) {
        str_clear(&c->explanations[lang]);
        explain(s, a, (enum lang)lang, &c->explanations[lang]);
    }
    array_add_int(&to[A_ORGANISATION], s->organisation);
    array_add_int(&to[A_INDICATOR], s->indicator);
    array_add_label(&to[A_STATUS], is_nothing(s) ? NULL : status_name(a->status));
    array_add_date(&to[A_AS_OF], a->as_of);
    add_ratio(&to[A_FACT], a->fact);
    add_ratio(&to[A_FACT_HIGH], a->fact_high);
    add_optional(&to[A_N], a->n.present, a->n.value);
    add_optional(&to[A_OF], a->of.present, a->of.value);
    add_optional(&to[A_TARGET], s->has_plan && s->plan.target.present, s->plan.target.value);
    add_ratio(&to[A_PLAN_AT], a->plan_at);
    add_ratio(&to[A_GAP], a->gap);
    add_ratio(&to[A_PROGRESS], a->progress);
    add_ratio(&to[A_ATTAINMENT], a->attainment);
    add_ratio(&to[A_NEEDED_PACE], a->needed_pace);
    add_ratio(&to[A_PACE], a->pace);
    add_double(&to[A_FORECAST], a->has_forecast, a->forecast);
    add_double(&to[A_FORECAST_SD], a->has_forecast, a->forecast_sd);
    add_optional(&to[A_PROBABILITY], a->has_forecast,
                 (struct decimal){.mantissa = a->probability_e4, .scale = PROBABILITY_PLACES});
    add_id(&to[A_PLAN], s->has_plan ? s->plan.id : 0);
    add_id(&to[A_RULES], s->rules.id);
    array_add_text(&to[A_EXPLANATION_RU], str_text(&c->explanations[LANG_RU]));
    array_add_text(&to[A_EXPLANATION_EN], str_text(&c->explanations[LANG_EN]));
    array_add_date(&to[A_REASSESS_ON], a->reassess_on);
    add_contributors(c, s);
    add_contradictions(c, s);
    add_course(c, s, a);
}

/* A letter about the transition added last, of the subject and body at hand.  Whether anybody is to
 * get it, the routes say. */
static void add_letter(struct columns *c, const char *audience, enum lang lang)
{
    struct array *to = c->transitions;

    array_add_int(&to[L_TRANSITION], (int32_t)to[T_ORGANISATION].n);
    array_add_label(&to[L_AUDIENCE], audience);
    array_add_text(&to[L_LANGUAGE], lang_code(lang));
    array_add_text(&to[L_SUBJECT], str_text(&c->subject));
    array_add_text(&to[L_BODY], str_text(&c->body));
}

static void add_letters(struct columns *c, const struct series *s, const struct assessment *a,
                        const struct alert_transition *t, const struct correction *correction)
{
    static const char *const audiences[] = {"centre", "own"}; /* they read the same */

    for (int lang = 0; lang < LANG_COUNT; lang++) {
        str_clear(&c->subject);
        str_clear(&c->body);
        letter_subject(s, a, t, (enum lang)lang, &c->subject);
        letter_body(s, a, t, correction, (enum lang)lang, &c->body);
        for (size_t i = 0; i < sizeof audiences / sizeof *audiences; i++)
            add_letter(c, audiences[i], (enum lang)lang);
    }
}

static void add_chart(struct columns *c, const struct series *s, const struct assessment *a)
{
    str_clear(&c->chart);
    chart_write(s, a, &c->chart);
    array_add_text(&c->transitions[T_CHART], c->chart.len > 0 ? str_text(&c->chart) : NULL);
}

void columns_transition(struct columns *c, const struct series *s, const struct assessment *a,
                        const struct alert_transition *t, const struct uuid *submission,
                        const struct correction *correction)
{
    struct array *to = c->transitions;

    array_add_int(&to[T_ORGANISATION], s->organisation);
    array_add_int(&to[T_INDICATOR], s->indicator);
    array_add_label(&to[T_KIND], s->kind == KIND_MILESTONE ? "milestone" : "lag");
    array_add_text(&to[T_EVENT], alert_event_name(t->event));
    array_add_label(&to[T_TO_LEVEL], t->to == ALERT_NONE ? NULL : alert_level_name(t->to));
    if (submission)
        array_add_uuid(&to[T_SUBMISSION], *submission);
    else
        array_add_null(&to[T_SUBMISSION]);
    array_add_date(&to[T_AS_OF], a->as_of);
    array_add_label(&to[T_STATUS], status_name(a->status));
    add_ratio(&to[T_FACT], a->fact);
    add_ratio(&to[T_PLAN_AT], a->plan_at);
    add_id(&to[T_PLAN], s->has_plan ? s->plan.id : 0);
    add_id(&to[T_RULES], s->rules.id);
    array_add_text(&to[T_EXPLANATION_RU], str_text(&c->explanations[LANG_RU]));
    array_add_text(&to[T_EXPLANATION_EN], str_text(&c->explanations[LANG_EN]));
    add_chart(c, s, a);
    add_letters(c, s, a, t, correction);
}

/* --- reporting --- */

static void add_list(struct columns *c, struct array *column, const struct reporting *r,
                     enum freshness_state state)
{
    str_clear(&c->list);
    reporting_list(r, state, &c->list);
    array_add_text(column, str_text(&c->list));
}

void columns_reporting(struct columns *c, const struct reporting *r)
{
    struct array *to = c->reporting;
    const char *state = freshness_name(r->state);

    array_add_int(&to[R_ORGANISATION], r->debtor.organisation);
    array_add_label(&to[R_KEPT], reporting_is_kept(r) ? "true" : "false");
    array_add_label(&to[R_STATE], *state ? state : NULL);
    array_add_date(&to[R_DUE_ON], r->due_on);
    add_list(c, &to[R_REPORTED], r, FRESHNESS_REPORTED);
    add_list(c, &to[R_DUE], r, FRESHNESS_DUE);
    add_list(c, &to[R_OVERDUE], r, FRESHNESS_OVERDUE);
    add_list(c, &to[R_SILENT], r, FRESHNESS_SILENT);
    array_add_date(&to[R_REASSESS_ON], r->reassess_on);
}

/* A letter to each audience that the step speaks to. */
static void add_reminders(struct columns *c, const struct reporting *r,
                          const struct notice_transition *t)
{
    static const struct {
        enum notice_audience to;
        const char *audience;
    } audiences[] = {{NOTICE_ORGANISATION, "own"}, {NOTICE_ADMINISTRATORS, "centre"}};

    for (size_t i = 0; i < sizeof audiences / sizeof *audiences; i++) {
        if (!(t->tell & audiences[i].to))
            continue;
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            str_clear(&c->subject);
            str_clear(&c->body);
            reminder_subject(r, t, audiences[i].to, (enum lang)lang, &c->subject);
            reminder_body(r, t, audiences[i].to, (enum lang)lang, &c->body);
            add_letter(c, audiences[i].audience, (enum lang)lang);
        }
    }
}

void columns_notice(struct columns *c, const struct reporting *r, const struct notice_transition *t,
                    const struct uuid *submission)
{
    static const int absent[] = {T_INDICATOR, T_STATUS, T_FACT, T_PLAN_AT,
                                 T_PLAN,      T_RULES,  T_CHART};
    struct array *to = c->transitions;

    for (int lang = 0; lang < LANG_COUNT; lang++) {
        str_clear(&c->explanations[lang]);
        arrears_explain(r, (enum lang)lang, &c->explanations[lang]);
    }
    array_add_int(&to[T_ORGANISATION], r->debtor.organisation);
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
        array_add_null(&to[absent[i]]);
    array_add_label(&to[T_KIND], notice_kind(t->to != NOTICE_NONE ? t->to : t->from));
    array_add_text(&to[T_EVENT], alert_event_name(t->event));
    array_add_label(&to[T_TO_LEVEL], t->to != NOTICE_NONE ? notice_level(t->to) : NULL);
    if (submission)
        array_add_uuid(&to[T_SUBMISSION], *submission);
    else
        array_add_null(&to[T_SUBMISSION]);
    array_add_date(&to[T_AS_OF], r->due_on);
    array_add_text(&to[T_EXPLANATION_RU], str_text(&c->explanations[LANG_RU]));
    array_add_text(&to[T_EXPLANATION_EN], str_text(&c->explanations[LANG_EN]));
    add_reminders(c, r, t);
}

/* --- the module --- */

struct columns *columns_new(void)
{
    struct columns *c = calloc(1, sizeof *c);

    if (!c)
        return NULL;
    for (size_t i = 0; i < A_COUNT; i++)
        array_init(&c->assessments[i], assessment_types[i]);
    for (size_t i = 0; i < R_COUNT; i++)
        array_init(&c->reporting[i], reporting_types[i]);
    for (size_t i = 0; i < T_COUNT; i++)
        array_init(&c->transitions[i], transition_types[i]);
    for (size_t i = 0; i < LANG_COUNT; i++)
        str_init(&c->explanations[i], EXPLAIN_MAX);
    str_init(&c->course, COURSE_TEXT_MAX);
    str_init(&c->plans, COURSE_PLANS_TEXT_MAX);
    str_init(&c->contributors, ROLL_CONTRIBUTORS_TEXT_MAX);
    str_init(&c->list, REPORTING_LIST_MAX);
    str_init(&c->subject, LETTER_SUBJECT_MAX);
    str_init(&c->body, LETTER_BODY_MAX);
    str_init(&c->chart, CHART_TEXT_MAX);
    return c;
}

void columns_free(struct columns *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < A_COUNT; i++)
        array_finish(&c->assessments[i]);
    for (size_t i = 0; i < R_COUNT; i++)
        array_finish(&c->reporting[i]);
    for (size_t i = 0; i < T_COUNT; i++)
        array_finish(&c->transitions[i]);
    for (size_t i = 0; i < LANG_COUNT; i++)
        str_finish(&c->explanations[i]);
    str_finish(&c->course);
    str_finish(&c->plans);
    str_finish(&c->contributors);
    str_finish(&c->list);
    str_finish(&c->subject);
    str_finish(&c->body);
    str_finish(&c->chart);
    free(c);
}

void columns_clear(struct columns *c)
{
    for (size_t i = 0; i < A_COUNT; i++)
        array_clear(&c->assessments[i]);
    for (size_t i = 0; i < R_COUNT; i++)
        array_clear(&c->reporting[i]);
    for (size_t i = 0; i < T_COUNT; i++)
        array_clear(&c->transitions[i]);
}

size_t columns_assessments(const struct columns *c)
{
    return c->assessments[A_ORGANISATION].n;
}

size_t columns_reportings(const struct columns *c)
{
    return c->reporting[R_ORGANISATION].n;
}

size_t columns_transitions(const struct columns *c)
{
    return c->transitions[T_ORGANISATION].n;
}

bool columns_bind_assessments(struct columns *c, struct pg_call *call, int first)
{
    call->n_params = first + A_COUNT;
    return array_bind(c->assessments, A_COUNT, call, first);
}

bool columns_bind_reporting(struct columns *c, struct pg_call *call, int first)
{
    call->n_params = first + R_COUNT;
    return array_bind(c->reporting, R_COUNT, call, first);
}

bool columns_bind_transitions(struct columns *c, struct pg_call *call, int first)
{
    call->n_params = first + T_COUNT;
    return array_bind(c->transitions, T_COUNT, call, first);
}
