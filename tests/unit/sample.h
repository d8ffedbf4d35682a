/* sample: small series for the tests of the model.  All data are synthetic, but for the plan of 200
 * consultations and the coverage of 41.7 to 75 per cent, which are the worked cases of
 * docs/model.md. */
#ifndef VEKHA_TESTS_SAMPLE_H
#define VEKHA_TESTS_SAMPLE_H

#include <stdio.h>
#include <string.h>

#include "model/assess.h"

enum { SAMPLE_MAX = 64 };

/* Fills a text that is an array. */
#define SET_TEXT(array, text) snprintf((array), sizeof(array), "%s", (text))

struct sample {
    struct series s;
    struct report reports[SAMPLE_MAX];
    struct plan_point points[SAMPLE_MAX];
};

static inline struct decimal dec(const char *text)
{
    struct decimal d = {0, 0};

    if (decimal_parse(text, strlen(text), &d, NULL) != DECIMAL_OK)
        d.scale = UINT8_MAX; /* no test goes on well with it */
    return d;
}

static inline struct optional_decimal some(const char *text)
{
    struct optional_decimal o = {text != NULL, {0, 0}};

    if (text)
        o.value = dec(text);
    return o;
}

static inline date_t day(const char *text)
{
    date_t d = DATE_NONE;

    (void)date_parse(text, strlen(text), &d);
    return d;
}

/* Compares the n-decimal text of a ratio; "" is null. */
static inline const char *shown(struct ratio r, unsigned places)
{
    static char buf[8][RATIO_TEXT_MAX];
    static unsigned next;

    next = (next + 1) % 8;
    return ratio_format(r, places, buf[next]);
}

static inline void sample_init(struct sample *p, enum indicator_kind kind)
{
    memset(p, 0, sizeof(*p));
    p->s.reports = p->reports;
    p->s.plan.points = p->points;
    SET_TEXT(p->s.organisation_name[LANG_RU], "Школа № 3");
    SET_TEXT(p->s.organisation_name[LANG_EN], "School 3");
    SET_TEXT(p->s.indicator_name[LANG_RU], "консультации родителям");
    SET_TEXT(p->s.indicator_name[LANG_EN], "consultations");
    p->s.kind = kind;
    p->s.whole = true;
    p->s.counting = COUNTING_YEAR_TO_DATE;
    p->s.step_months = 1;
    p->s.year_starts = 1;
    p->s.project_starts = p->s.changes_on = DATE_NONE;
    rules_default(&p->s.rules);
    p->s.has_plan = true;
    p->s.plan.version = 1;
    SET_TEXT(p->s.plan.basis, "приказ");
    p->s.plan.starts = day("2020-01-01");
    p->s.plan.ends = day("2020-12-31");
    p->s.plan.base_on = p->s.plan.due_from = p->s.plan.due_to = p->s.plan.valid_from = DATE_NONE;
    p->s.today = day("2020-10-15");
}

/* The plan of 200 for 2020. */
static inline void sample_flow(struct sample *p)
{
    sample_init(p, KIND_FLOW);
    p->s.plan.target = some("200");
}

/* Coverage 41.7 % on 2020-09-25 to 75 % on 2024-12-31 of 3600 children. */
static inline void sample_coverage(struct sample *p)
{
    sample_init(p, KIND_SHARE);
    p->s.step_months = 4;
    p->s.plan.starts = day("2020-09-26");
    p->s.plan.ends = day("2024-12-31");
    p->s.plan.base = some("41.7");
    p->s.plan.base_on = day("2020-09-25");
    p->s.plan.target = some("75");
    p->s.plan.of = some("3600");
    p->s.today = day("2021-11-15");
}

/* Adds a figure; `of` and `value` may be NULL.  The later added is the later composed. */
static inline struct report *sample_add(struct sample *p, const char *period, const char *as_of,
                                        const char *value, const char *of)
{
    struct report *r = &p->reports[p->s.n_reports++];

    memset(r, 0, sizeof(*r));
    (void)period_parse(period, strlen(period), &r->period);
    r->as_of = as_of ? day(as_of) : period_last_day(r->period);
    r->expected = DATE_NONE;
    r->state = REPORT_VALUE;
    r->value = some(value);
    r->of = some(of);
    r->composed_us = (int64_t)p->s.n_reports;
    return r;
}

static inline struct assessment sample_assess(const struct sample *p)
{
    struct assessment a;

    assess(&p->s, &a);
    return a;
}

#endif
