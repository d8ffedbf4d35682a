/* explain: one text from an assessment, the same for every channel: the first line for the head of
 * the administration, the arithmetic after it, to be checked with a pocket calculator. */
#ifndef VEKHA_MODEL_EXPLAIN_H
#define VEKHA_MODEL_EXPLAIN_H

#include "base/lang.h"
#include "base/str.h"
#include "model/assess.h"
#include "model/series.h"

enum { EXPLAIN_MAX = 8000 };

/* Appends the first line, without a newline: who, what, as of when, fact, plan, gap, pace, outlook.
 */
void explain_headline(const struct series *s, const struct assessment *a, enum lang lang,
                      struct str *out);

/* Appends the headline and the arithmetic, lines divided by '\n', no newline at the end. */
void explain(const struct series *s, const struct assessment *a, enum lang lang, struct str *out);

#endif
