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

/* Fills has_forecast, forecast, forecast_sd and probability_e4 for the k-th fact, which `a` already
 * measures. */
void forecast(const struct series *s, const struct facts *f, size_t k, struct assessment *a);

/* P = Phi(z), rounded half up to 4 places, times 10000. */
int32_t forecast_probability(double z);

/* The median of n > 0 numbers, which it sorts; of an even number the mean of the middle two. */
double forecast_median(double *values, size_t n);

#endif
