/* year: the truth first, then what a school makes of it in its reports.  All numbers here are
 * assumptions on how schools work, none is measured; docs/model.md says so. */
#include "year.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../unit/seeded.h"

enum { FIRST_YEAR = 2021, PAST_YEARS = 3, CENTS = 100, WARM_UP = 8 };

static const double ability_mean = 0.06, ability_sd = 0.22; /* log of true pace over planned pace */
static const double drift_keep = 0.5, drift_sd = 0.25;      /* of the log pace, month by month */
static const double churn = 0.01; /* sd of a level between months, as a share of N */
static const double one_off_share = 0.75, wrong_share = 0.15;

/* How the work spreads over the months of the plan; only the proportions count. */
enum profile { STEADY, LATE, AUTUMN, SUMMER, RUSH, FRONT, SCHOOL, ENROLMENT };

static const double profiles[][YEAR_MONTHS] = {
    /*               month of the plan: 1    2    3   4   5   6    7    8   9  10  11  12 */
    [STEADY] /*    */ = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
    [LATE] /*      */ = {0, .2, .5, 1, 1, 1, 1, 1, 1, 1, 1, 1},
    [AUTUMN] /*    */ = {.6, .6, .6, .6, .6, .6, .6, .6, 3, 3, 2, .6},
    [SUMMER] /*    */ = {1, 1, 1, 1, 1, .3, .05, .2, 1, 1, 1, 1},
    [RUSH] /*      */ = {.7, .7, .7, .7, .7, .7, .7, .7, .7, .7, 1, 4},
    [FRONT] /*     */ = {3, 2.5, 2, 1.5, 1, .7, .5, .5, .5, .5, .5, .5},
    [SCHOOL] /*    */ = {1, 1, 1, 1, .7, 1, 1, 1, 1, .4, .05, .05},
    [ENROLMENT] /* */ = {1, 1, 1, 1, .5, .2, .1, .3, 3, 2, 1, 1},
};

enum quirk { NO_QUIRK, ONE_OFF, UNDER_REPORTED, CORRECTED, METHOD_CHANGED };

static const struct {
    const char *name;
    enum indicator_kind kind;
    enum profile profile, usual; /* of this year, of past years */
    enum quirk quirk;
    int least, most; /* units from base to target; of a share N */
    int first_month; /* of the plan */
    double pace;     /* part of the true pace that this kind of year leaves */
} kinds[] = {
    {"steady", KIND_FLOW, STEADY, STEADY, NO_QUIRK, 12, 3000, 1, 1},
    {"late-start", KIND_FLOW, LATE, STEADY, NO_QUIRK, 12, 3000, 1, .92},
    {"autumn-burst", KIND_FLOW, AUTUMN, AUTUMN, NO_QUIRK, 12, 3000, 1, 1},
    {"summer-stop", KIND_FLOW, SUMMER, SUMMER, NO_QUIRK, 12, 3000, 1, 1},
    {"december-rush", KIND_FLOW, RUSH, RUSH, NO_QUIRK, 12, 3000, 1, 1},
    {"front-loaded", KIND_FLOW, FRONT, FRONT, NO_QUIRK, 12, 3000, 1, 1},
    {"school-year", KIND_FLOW, SCHOOL, SCHOOL, NO_QUIRK, 12, 3000, 9, 1},
    {"one-off", KIND_FLOW, STEADY, STEADY, ONE_OFF, 12, 3000, 1, 1},
    {"under-reported", KIND_FLOW, STEADY, STEADY, UNDER_REPORTED, 12, 3000, 1, 1},
    {"corrected", KIND_FLOW, STEADY, STEADY, CORRECTED, 12, 3000, 1, 1},
    {"small-school", KIND_FLOW, STEADY, STEADY, NO_QUIRK, 12, 40, 1, 1},
    {"method-change", KIND_FLOW, STEADY, STEADY, METHOD_CHANGED, 12, 3000, 1, 1},
    {"share", KIND_SHARE, ENROLMENT, ENROLMENT, NO_QUIRK, 20, 900, 1, 1},
    {"stock", KIND_LEVEL, STEADY, STEADY, NO_QUIRK, 12, 400, 1, 1},
};

_Static_assert(sizeof(kinds) / sizeof(kinds[0]) == YEAR_KINDS, "the table is as long as promised");

const char *year_kind_name(size_t kind)
{
    return kinds[kind].name;
}

/* --- chance --- */

/* 0 < u < 1 */
static double uniform(uint64_t *state)
{
    return ((double)(seeded_next(state) >> 12) + 0.5) / (double)(UINT64_C(1) << 52);
}

static double between(uint64_t *state, double least, double most)
{
    return least + (most - least) * uniform(state);
}

/* Box and Muller. */
static double normal(uint64_t *state)
{
    double radius = sqrt(-2 * log(uniform(state)));

    return radius * cos(2 * acos(-1.0) * uniform(state));
}

/* Small means by Knuth's product of uniforms, large ones by the normal curve. */
static int64_t poisson(uint64_t *state, double mean)
{
    double bound = exp(-mean), product = uniform(state);
    int64_t n = 0;

    if (mean > 30)
        return (int64_t)fmax(0, round(mean + sqrt(mean) * normal(state)));
    for (; product > bound; n++)
        product *= uniform(state);
    return n;
}

/* Seeds are small numbers in a row; xorshift wants its bits spread. */
static uint64_t state_of(size_t kind, uint64_t seed)
{
    uint64_t state = (seed * YEAR_KINDS + kind + 1) * UINT64_C(0x9E3779B97F4A7C15) | 1;

    for (int i = 0; i < WARM_UP; i++)
        (void)seeded_next(&state);
    return state;
}

/* --- what was done --- */

static void weigh(uint64_t *state, enum profile profile, enum quirk quirk,
                  double weights[YEAR_MONTHS])
{
    double sum = 0;

    for (size_t m = 0; m < YEAR_MONTHS; m++)
        sum += profiles[profile][m];
    for (size_t m = 0; m < YEAR_MONTHS; m++)
        weights[m] = profiles[profile][m] / sum * (quirk == ONE_OFF ? 1 - one_off_share : 1);
    if (quirk == ONE_OFF)
        weights[seeded_below(state, YEAR_MONTHS)] += one_off_share;
}

/* Units done up to each month: the weights, a pace that drifts, and chance. */
static void work(uint64_t *state, const double weights[YEAR_MONTHS], double units,
                 int64_t totals[YEAR_MONTHS])
{
    double drift = 0;
    int64_t total = 0;

    for (size_t m = 0; m < YEAR_MONTHS; m++) {
        drift = drift_keep * drift + drift_sd * normal(state);
        total += poisson(state, units * weights[m] * exp(drift));
        totals[m] = total;
    }
}

/* The mean cumulative share of past years: rises by nature. */
static void remember(uint64_t *state, size_t kind, double units, double usual[YEAR_MONTHS])
{
    double weights[YEAR_MONTHS];
    int64_t totals[YEAR_MONTHS];

    memset(usual, 0, YEAR_MONTHS * sizeof(*usual));
    for (int past = 0; past < PAST_YEARS; past++) {
        weigh(state, kinds[kind].usual, kinds[kind].quirk, weights);
        work(state, weights, units, totals);
        for (size_t m = 0; m < YEAR_MONTHS; m++) {
            double all = (double)totals[YEAR_MONTHS - 1], even = (double)(m + 1) / YEAR_MONTHS;

            usual[m] += (all > 0 ? (double)totals[m] / all : even) / PAST_YEARS;
        }
    }
}

/* --- what was reported --- */

static void misreport(struct year *y, uint64_t *state)
{
    for (size_t m = 1; m + 1 < YEAR_MONTHS; m++) {
        if (uniform(state) >= wrong_share)
            continue;
        if (uniform(state) < 0.5)
            y->first[m] = y->first[m - 1]; /* last month's figure once more */
        else
            y->first[m] = y->settled[m] * 7 / 5; /* people counted twice */
    }
}

static void scale(struct year *y, size_t from, size_t to, double factor)
{
    for (size_t m = from; m < to; m++)
        y->first[m] = y->settled[m] = (int64_t)round((double)y->settled[m] * factor);
}

/* Fills first and settled; the last month is always the truth. */
static void report_all(struct year *y, uint64_t *state, enum quirk quirk)
{
    size_t change;

    memcpy(y->first, y->settled, sizeof(y->first));
    switch (quirk) {
    case NO_QUIRK:
    case ONE_OFF:
        break;
    case UNDER_REPORTED:
        scale(y, 0, YEAR_MONTHS - 1, between(state, 0.6, 0.95));
        break;
    case CORRECTED:
        misreport(y, state);
        break;
    case METHOD_CHANGED:
        change = 3 + seeded_below(state, 6);
        scale(y, change, YEAR_MONTHS, between(state, 0.75, 1.1));
        for (size_t m = change; m < YEAR_MONTHS; m++)
            snprintf(y->reports[m].method, sizeof(y->reports[m].method), "new");
        break;
    }
}

/* A level begins at its base, and people come and go between two months. */
static void lift(struct year *y, uint64_t *state, int64_t base)
{
    double sd = churn * (double)(y->of > 1 ? y->of : base);

    for (size_t m = 0; m < YEAR_MONTHS; m++) {
        int64_t level = base + y->settled[m] + (int64_t)round(sd * normal(state));

        if (y->of > 1 && level > y->of)
            level = y->of;
        y->settled[m] = level > 0 ? level : 0;
    }
}

/* --- the series --- */

static struct optional_decimal whole(double value)
{
    return (struct optional_decimal){true, {(int64_t)value, 0}};
}

static date_t month_end(int first_month, size_t month)
{
    int months = first_month - 1 + (int)month, year = FIRST_YEAR + months / YEAR_MONTHS;
    int of_year = months % YEAR_MONTHS + 1;

    return date_of(year, of_year, date_days_in_month(year, of_year));
}

static void plan(struct year *y, size_t kind)
{
    struct series *s = &y->series;
    int first = kinds[kind].first_month;

    s->has_plan = true;
    s->plan.starts = date_of(FIRST_YEAR, first, 1);
    s->plan.ends = month_end(first, YEAR_MONTHS - 1);
    s->plan.due_from = s->plan.due_to = s->plan.valid_from = s->plan.base_on = DATE_NONE;
    s->plan.target = whole(y->target);
    if (s->kind != KIND_FLOW) {
        s->plan.base = whole(y->base);
        s->plan.base_on = s->plan.starts - 1;
    }
    s->plan.n_points = YEAR_MONTHS - 1;
    for (size_t m = 0; m + 1 < YEAR_MONTHS; m++) {
        double value = y->base + (y->target - y->base) * y->usual[m];

        y->points[m].at = month_end(first, m);
        y->points[m].value = (struct decimal){(int64_t)round(value * CENTS), 2};
    }
}

static void frame(struct year *y, size_t kind)
{
    struct series *s = &y->series;
    int first = kinds[kind].first_month;

    s->kind = kinds[kind].kind;
    s->whole = true;
    s->counting = first == 1 ? COUNTING_YEAR_TO_DATE : COUNTING_PER_PERIOD;
    s->step_months = 1;
    s->project_starts = s->changes_on = DATE_NONE;
    s->reports = y->reports;
    s->plan.points = y->points;
    rules_default(&s->rules);
    plan(y, kind);
    for (size_t m = 0; m < YEAR_MONTHS; m++) {
        struct report *r = &y->reports[m];
        struct civil day = date_civil(month_end(first, m));

        r->as_of = month_end(first, m);
        r->period = day.year * 1000 + day.month;
        r->expected = DATE_NONE;
        r->state = REPORT_VALUE;
        r->composed_us = (int64_t)m;
    }
}

/* Base, target and N.  Returns the units from base to target; *ret_base is B in units. */
static double aim(struct year *y, uint64_t *state, size_t kind, int64_t *ret_base)
{
    double size = round(exp(between(state, log(kinds[kind].least), log(kinds[kind].most))));

    y->of = 1;
    if (kinds[kind].kind == KIND_SHARE) {
        y->of = (int64_t)size;
        y->base = round(between(state, 30, 60));
        y->target = y->base + round(between(state, 10, 30));
        *ret_base = (int64_t)round(y->base * size / 100);
        return (y->target - y->base) * size / 100;
    }
    y->base = kinds[kind].kind == KIND_LEVEL ? round(size * between(state, 0.5, 2)) : 0;
    y->target = y->base + size;
    *ret_base = (int64_t)y->base;
    return size;
}

void year_make(struct year *ret, size_t kind, uint64_t seed)
{
    uint64_t state = state_of(kind, seed);
    double weights[YEAR_MONTHS], units, last;
    int64_t base;

    memset(ret, 0, sizeof(*ret));
    units = aim(ret, &state, kind, &base);
    remember(&state, kind, units, ret->usual);
    weigh(&state, kinds[kind].profile, kinds[kind].quirk, weights);
    units *= kinds[kind].pace * exp(ability_mean + ability_sd * normal(&state));
    work(&state, weights, units, ret->settled);
    if (kinds[kind].kind != KIND_FLOW)
        lift(ret, &state, base);
    report_all(ret, &state, kinds[kind].quirk);
    last = (double)ret->settled[YEAR_MONTHS - 1];
    ret->met = kinds[kind].kind == KIND_SHARE ? 100 * last >= ret->target * (double)ret->of
                                              : last >= ret->target;
    frame(ret, kind);
}

void year_shape(struct year *y, enum plan_shape shape)
{
    y->series.plan.shape = shape;
}

double year_show(struct year *y, size_t month)
{
    struct series *s = &y->series;
    int64_t before = 0, total = 0;

    for (size_t m = 0; m <= month; m++) {
        total = m == month ? y->first[m] : y->settled[m];
        y->reports[m].value =
            whole((double)(s->counting == COUNTING_PER_PERIOD ? total - before : total));
        if (s->kind == KIND_SHARE)
            y->reports[m].of = whole((double)y->of);
        before = total;
    }
    s->n_reports = month + 1;
    s->today = y->reports[month].as_of;
    return s->kind == KIND_SHARE ? 100 * (double)total / (double)y->of : (double)total;
}

double year_planned(const struct year *y, size_t month)
{
    if (y->series.plan.shape == SHAPE_POINTS)
        return y->usual[month];
    return (double)(month + 1) / YEAR_MONTHS;
}
