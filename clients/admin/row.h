/* row: one series with its assessment, as --json and the tables show it. */
#ifndef VEKHA_ADMIN_ROW_H
#define VEKHA_ADMIN_ROW_H

#include <jansson.h>
#include <stdbool.h>

#include "base/decimal.h"
#include "model/assess.h"
#include "model/series.h"

/* The object of `status --json`; a new reference, NULL without memory. */
json_t *row_json(const struct series *s, const struct assessment *a);

/* The figure that the assessment stands on; NULL if there is none. */
const struct report *row_report(const struct series *s, const struct assessment *a);

/* A, digit for digit as it was reported if it is one figure; else as exact as a decimal can be.
 * False if there is none. */
bool row_fact(const struct series *s, const struct assessment *a, struct decimal *ret);

#endif
