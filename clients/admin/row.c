/* row: rounding is for showing only; the places are those of docs/model.md. */
#include "admin/row.h"

#include <math.h>
#include <stdio.h>

#include "admin/json.h"
#include "model/crosscheck.h"
#include "model/explain.h"
#include "model/roll.h"
#include "wire/wire.h"

enum {
    PLACES_PROGRESS = 4,
    PLACES_PACE = 2,
    PLACES_PLAN = 2,
    PLACES_FORECAST = 1,
    PLACES_PROBABILITY = 4
};

const struct report *row_report(const struct series *s, const struct assessment *a)
{
    const struct report *last = NULL;

    for (size_t i = 0; i < s->n_reports; i++) /* by as-of: the last of that day stands */
        if (a->as_of != DATE_NONE && s->reports[i].as_of <= a->as_of &&
            s->reports[i].state != REPORT_WITHDRAWN)
            last = &s->reports[i];
    return last;
}

bool row_fact(const struct series *s, const struct assessment *a, struct decimal *ret)
{
    const struct report *r = row_report(s, a);

    if (ratio_is_null(a->fact))
        return false;
    if (r != NULL && r->value.present &&
        ratio_compare(ratio_of_decimal(r->value.value), a->fact) == 0) {
        *ret = r->value.value;
        return true;
    }
    if (ratio_is_decimal(a->fact, ret))
        return true;
    return ratio_round(a->fact, PLACES_PROGRESS, ret); /* 1584 of 3599 is no decimal */
}

static json_t *optional(struct optional_decimal d)
{
    return d.present ? json_decimal(d.value) : json_null();
}

static json_t *fact_of(const struct series *s, const struct assessment *a)
{
    struct decimal d;

    return row_fact(s, a, &d) ? json_decimal(d) : json_null();
}

/* The figure's own state: "value", of a milestone "done", "in_progress" or "not_done". */
static json_t *state_of(const struct series *s, const struct assessment *a)
{
    const struct report *r = row_report(s, a);

    return r != NULL ? json_string(figure_state_name((enum figure_state)r->state)) : json_null();
}

/* Of a sum from which somebody is missing. */
static json_t *high_of(const struct assessment *a)
{
    struct decimal d;

    return ratio_is_decimal(a->fact_high, &d) ? json_decimal(d)
                                              : json_ratio(a->fact_high, PLACES_PROGRESS);
}

static json_t *contributors_of(const struct series *s)
{
    size_t at[ROLL_CONTRIBUTORS_MAX], n = roll_contributors(s, at, ROLL_CONTRIBUTORS_MAX);
    json_t *list = json_array();

    for (size_t i = 0; i < n; i++) {
        const struct child *c = &s->children[at[i]];
        struct decimal gap;

        if (ratio_is_decimal(c->gap, &gap))
            json_array_append_new(
                list, json_pack("{s:s, s:o}", "org", c->code, "gap", json_decimal(gap)));
    }
    return list;
}

static json_t *period_of(const struct series *s, const struct assessment *a)
{
    const struct report *r = row_report(s, a);
    char buf[PERIOD_TEXT_MAX];

    return r != NULL ? json_string(period_format(r->period, buf)) : json_null();
}

/* Whole units are written whole; what lies between has the places of the plan. */
static json_t *gap_of(const struct assessment *a)
{
    bool whole = !ratio_is_null(a->gap) && a->gap.den == 1;

    return json_ratio(a->gap, whole ? 0 : PLACES_PLAN);
}

static json_t *forecast_of(const struct assessment *a, double value)
{
    double unit = pow(10, PLACES_FORECAST), scaled = round(value * unit);

    if (!a->has_forecast || !(fabs(scaled) < 1e17))
        return json_null();
    return json_decimal((struct decimal){(int64_t)scaled, PLACES_FORECAST});
}

static json_t *probability_of(const struct assessment *a)
{
    return a->has_forecast ? json_decimal((struct decimal){a->probability_e4, PLACES_PROBABILITY})
                           : json_null();
}

/* "default/3": rule set and version; version 0 is the program's own constants. */
static json_t *rule_of(const struct series *s)
{
    return s->rules.id != 0 ? json_sprintf("%s/%d", s->rules.code, s->rules.version)
                            : json_string("default");
}

static json_t *explanation_of(const struct series *s, const struct assessment *a)
{
    json_t *texts = json_object();

    for (int lang = 0; lang < LANG_COUNT; lang++) {
        struct str out;

        str_init(&out, EXPLAIN_MAX);
        explain(s, a, (enum lang)lang, &out);
        json_object_set_new(texts, lang_code((enum lang)lang), json_string(str_text(&out)));
        str_finish(&out);
    }
    return texts;
}

/* A share is in per cent, its gap in people if it is known of how many. */
static void set_units(json_t *row, const struct series *s, const struct assessment *a)
{
    bool share = s->kind == KIND_SHARE, of = a->of.present || (s->has_plan && s->plan.of.present);

    json_object_set_new(row, "gap_unit", json_string(share && !of ? "п.п." : s->unit[LANG_RU]));
    json_object_set_new(row, "unit", json_string(share ? "%" : s->unit[LANG_RU]));
}

json_t *row_json(const struct series *s, const struct assessment *a)
{
    bool plan = s->has_plan;
    json_t *row = json_object();

    json_object_set_new(row, "org", json_string(s->organisation_code));
    json_object_set_new(row, "indicator", json_string(s->indicator_code));
    json_object_set_new(row, "project", json_string(s->project_code));
    json_object_set_new(row, "period", period_of(s, a));
    json_object_set_new(row, "as_of", json_day(a->as_of));
    json_object_set_new(row, "target", plan ? optional(s->plan.target) : json_null());
    json_object_set_new(row, "plan_at", json_ratio(a->plan_at, PLACES_PLAN));
    json_object_set_new(row, "fact", fact_of(s, a));
    json_object_set_new(row, "fact_high", high_of(a));
    json_object_set_new(row, "state", state_of(s, a));
    json_object_set_new(row, "n", optional(a->n));
    json_object_set_new(row, "of", optional(a->of));
    json_object_set_new(row, "gap", gap_of(a));
    set_units(row, s, a);
    json_object_set_new(row, "progress", json_ratio(a->progress, PLACES_PROGRESS));
    json_object_set_new(row, "attainment", json_ratio(a->attainment, PLACES_PROGRESS));
    json_object_set_new(row, "needed_pace", json_ratio(a->needed_pace, PLACES_PACE));
    json_object_set_new(row, "pace", json_ratio(a->pace, PLACES_PACE));
    json_object_set_new(row, "forecast", forecast_of(a, a->forecast));
    json_object_set_new(row, "forecast_sd", forecast_of(a, a->forecast_sd));
    json_object_set_new(row, "probability", probability_of(a));
    json_object_set_new(row, "status", json_string(status_name(a->status)));
    json_object_set_new(row, "freshness", json_null()); /* filled in by owed.h */
    json_object_set_new(row, "shape",
                        plan && s->kind != KIND_MILESTONE
                            ? json_string(plan_shape_name(s->plan.shape))
                            : json_null());
    json_object_set_new(row, "rule", rule_of(s));
    json_object_set_new(row, "plan_version", plan ? json_integer(s->plan.version) : json_null());
    json_object_set_new(row, "explanation", explanation_of(s, a));
    json_object_set_new(row, "contributors", contributors_of(s));
    json_object_set_new(row, "contradictions", json_integer((json_int_t)crosscheck(s, NULL, 0)));
    return row;
}
