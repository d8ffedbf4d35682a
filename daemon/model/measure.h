/* measure: the numbers of one figure against its plan: E, G, g, R, U and the paces. */
#ifndef VEKHA_MODEL_MEASURE_H
#define VEKHA_MODEL_MEASURE_H

#include <stdbool.h>

#include "base/ratio.h"
#include "model/assess.h"
#include "model/series.h"

/* Fills all numbers of `ret` that follow from one figure, whose day and accumulated value are
 * given.  The series has a plan with a target. */
void measure(const struct series *s, const struct report *r, struct ratio value,
             struct assessment *ret);

/* Only what needs no plan: as-of, fact, n and of. */
void measure_fact(const struct series *s, const struct report *r, struct ratio value,
                  struct assessment *ret);

/* N of a share: of the last figure, else of the plan; null if unknown or not a share. */
struct ratio measure_all(const struct series *s, const struct assessment *a);

/* A difference of values as units: people of a share, if N is known, else percentage points. */
struct ratio measure_units(const struct series *s, const struct assessment *a,
                           struct ratio difference);

/* True if every number that a verdict cannot do without is there: no overflow of 128 bits on the
 * way. */
bool measure_is_whole(const struct assessment *a);

/* Whether more than one reporting step is left before the plan's end. */
bool measure_has_time(const struct series *s, const struct assessment *a);

#endif
