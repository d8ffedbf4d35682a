/* wording: numbers and dates of an assessment as people write them, put into the places of the
 * phrases. */
#ifndef VEKHA_MODEL_WORDING_H
#define VEKHA_MODEL_WORDING_H

#include "base/lang.h"
#include "model/assess.h"
#include "model/crosscheck.h"
#include "model/phrase.h"
#include "model/roll.h"
#include "model/series.h"

/* Fills every place that the series and its assessment know of; `reason` is left to the caller. */
void wording_fill(const struct series *s, const struct assessment *a, enum lang lang,
                  struct fields *ret);

/* The places of one contradiction, over those of the series. */
void wording_fill_contradiction(const struct series *s, const struct contradiction *c,
                                enum lang lang, struct fields *ret);
void wording_fill_count(size_t n, enum lang lang, struct fields *ret); /* {value} */

/* What a child of the sum lacks: " — 20". */
void wording_gap_below(const struct series *s, const struct child *c, enum lang lang,
                       char ret[PHRASE_FIELD_MAX]);

/* G as the headline shows it: whole counts are rounded to the side that fulfils the plan. */
struct ratio wording_gap(const struct series *s, const struct assessment *a);

#endif
