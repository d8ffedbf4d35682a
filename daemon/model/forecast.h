/* forecast: where the series will stand on the plan's last day, and how probable the target is.
 *
 * The only place of the model with binary floating point.  A flow is forecast by a pace between the
 * plan's and its own, a level by its Theil-Sen slope drawn towards the planned one. */
#ifndef VEKHA_MODEL_FORECAST_H
#define VEKHA_MODEL_FORECAST_H

#include <stddef.h>
#include <stdint.h>

#include "model/assess.h"
#include "model/facts.h"
#include "model/series.h"

enum { FORECAST_MAX_POINTS = 60 }; /* at most, whatever level_max_points says */

/* Makes the median absolute deviation comparable to a standard deviation (normal distribution). */
#define FORECAST_MAD_TO_SD 1.4826

/* Fills has_forecast, forecast, forecast_sd and probability_e4 for the k-th fact, which `a` already
 * measures. */
void forecast(const struct series *s, const struct facts *f, size_t k, struct assessment *a);

/* A figure of a level at its place in time: calendar months, of whatever beginning. */
struct forecast_point {
    double month, value;
};

/* What a forecast is made of, for whoever shows the arithmetic. */
struct forecast_parts {
    double k, m, rest; /* of a flow: k, m, rho */
    size_t n;          /* of a level: points, the last figure first */
    struct forecast_point points[FORECAST_MAX_POINTS];
    double earlier;             /* the median slope of the points before the last */
    double own, planned, slope; /* b_own, b_plan, b */
    double deviation;           /* MAD of the points before the last about their own slope */
    double least, noise, span;  /* the least s, s, months from first to last point */
    double left;                /* months left */
    double value, variance;     /* F before a share is kept within 0 to 100 */
};

/* The parts of the forecast of the k-th fact; false if there is no forecast, or the plan is over. */
bool forecast_parts(const struct series *s, const struct facts *f, size_t k,
                    const struct assessment *a, struct forecast_parts *ret);

/* P = Phi(z), rounded half up to 4 places, times 10000. */
int32_t forecast_probability(double z);

/* The median of n > 0 numbers, which it sorts; of an even number the mean of the middle two. */
double forecast_median(double *values, size_t n);

#endif
