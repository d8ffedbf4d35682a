/* wording: numbers and dates of an assessment as people write them, put into the places of the
 * phrases. */
#ifndef VEKHA_MODEL_WORDING_H
#define VEKHA_MODEL_WORDING_H

#include "base/lang.h"
#include "model/assess.h"
#include "model/phrase.h"
#include "model/series.h"

/* Fills every place that the series and its assessment know of; `reason` is left to the caller. */
void wording_fill(const struct series *s, const struct assessment *a, enum lang lang,
                  struct fields *ret);

/* G as the headline shows it: whole counts are rounded to the side that fulfils the plan. */
struct ratio wording_gap(const struct series *s, const struct assessment *a);

#endif
