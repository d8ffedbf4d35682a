/* chart: what a small picture of plan, fact and forecast shows, as lines of text that are kept with
 * the step of an alert:
 *
 *     today 2020-10-05
 *     plan 2019-12-31 0            from the plan's origin to its last day
 *     plan 2020-12-31 200
 *     fact 2020-06-30 80
 *     fact 2020-09-30 130
 *     forecast 174.7 17.1          F and its sd on the plan's last day, if there is a forecast
 *
 * For looking at only: values here are doubles. */
#ifndef VEKHA_MODEL_CHART_H
#define VEKHA_MODEL_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "model/assess.h"
#include "model/series.h"

enum { CHART_MAX_POINTS = 60, CHART_TEXT_MAX = 8 * 1024 };

struct chart_point {
    date_t day;
    double value;
};

struct chart {
    date_t today;
    size_t n_plan, n_facts;
    struct chart_point plan[CHART_MAX_POINTS], facts[CHART_MAX_POINTS]; /* by day */
    bool has_forecast;
    double forecast, sd;
};

/* Appends the lines; nothing for a milestone, and where there is no plan with a target or no fact. */
void chart_write(const struct series *s, const struct assessment *a, struct str *out);

/* Reads them.  False if they are not such lines, or there is no line to draw. */
bool chart_read(const char *text, struct chart *ret) __attribute__((warn_unused_result));

#endif
