/* verdict: from the numbers of one figure to its status: the matrix, the caps and the hysteresis.
 */
#ifndef VEKHA_MODEL_VERDICT_H
#define VEKHA_MODEL_VERDICT_H

#include "model/assess.h"
#include "model/series.h"

/* Fills status, why and entering from the numbers and `previous` of `a`; the series has a plan with
 * a target.  Any `previous` but at_risk and lagging counts as on_track. */
void verdict(const struct series *s, struct assessment *a);

/* The cell of the matrix: rows R >= on_track, R >= at_risk, below; columns P likewise, and "no
 * forecast". */
enum { VERDICT_ROWS = 3, VERDICT_COLUMNS = 4 };
enum status verdict_cell(unsigned row, unsigned column);

#endif
