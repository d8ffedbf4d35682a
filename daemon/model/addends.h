/* addends: what a fact is made of, line by line: the periods of a flow, the figures that wait for a hole, and the
 * organisations below of a sum. */
#ifndef VEKHA_MODEL_ADDENDS_H
#define VEKHA_MODEL_ADDENDS_H

#include "model/facts.h"
#include "model/paper.h"

enum { ADDENDS_MAX = 20 }; /* shown one by one; of more, the rest is one number */

/* Appends what makes up a->fact. */
void addends(struct paper *p, const struct facts *f);

/* Of a sum whose status depends on who is missing: the sums at least and at most, and the status of each. */
void addends_at_both_ends(struct paper *p);

#endif
