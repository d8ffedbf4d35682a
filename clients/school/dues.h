/* dues: which report of each series is owed next, by the model's own rules and today's date; so a deadline that has
 * passed since the part was fetched is told as passed. */
#ifndef VEKHA_SCHOOL_DUES_H
#define VEKHA_SCHOOL_DUES_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/part.h"
#include "model/reporting.h"

/* Told of one series: what is missing, or, with the state FRESHNESS_NONE, what is to come. */
typedef void dues_fn(void *arg, const struct reporting *r, const struct reporting_series *s,
                     const struct freshness *f);

/* Tells of one organisation at a moment (Unix microseconds): first of all that is missing, the worst and oldest first, then of each series'
 * period that is not over.  False if out of memory. */
bool dues_each(const struct part *p, const struct part_organisation *o, int64_t now_us, dues_fn *fn,
               void *arg) __attribute__((warn_unused_result));

#endif
