/* workings: the arithmetic of an assessment step by step, for somebody with a pocket calculator:
 *
 *     Months gone: 8.833333 of 12
 *     Share of the plan: w = 8.833333/12 = 0.7361
 *     By the plan: E = 0 + (200 − 0)·0.736111 = 147.2222
 *
 * What stands right of a sign of equality comes out of what stands left of it, to the digits shown; the
 * formulas are those of docs/model.md.  What was not needed is not shown. */
#ifndef VEKHA_MODEL_WORKINGS_H
#define VEKHA_MODEL_WORKINGS_H

#include "base/lang.h"
#include "base/str.h"
#include "model/assess.h"
#include "model/series.h"

enum { WORKINGS_MAX = 16 * 1024 };

/* Appends the lines, each with its end; none where nothing was computed: milestones, no plan, no
 * figure, a sum that depends on those who are missing. */
void workings(const struct series *s, const struct assessment *a, enum lang lang, struct str *out);

#endif
