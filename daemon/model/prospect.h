/* prospect: the forecast of a figure, line by line: where the series will stand at the plan's end, and how
 * probable the target is. */
#ifndef VEKHA_MODEL_PROSPECT_H
#define VEKHA_MODEL_PROSPECT_H

#include "model/facts.h"
#include "model/paper.h"

/* Appends the lines of the forecast of the last fact; none if there is no forecast, or the plan is over. */
void prospect(struct paper *p, const struct facts *f);

#endif
