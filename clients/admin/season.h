/* season: how the work of a year is spread over its months, as a programme gives it. */
#ifndef VEKHA_ADMIN_SEASON_H
#define VEKHA_ADMIN_SEASON_H

#include "admin/entry.h"

/* Puts thirteen knots, "0 0.08 … 1", into SEASON_KNOTS: those given, or the curve of past years, made
 * of the mean of their cumulative shares (each year divided by its last number, to six places) by
 * pool-adjacent-violators, and rounded half away from zero to four places.  Marks the entry as
 * flawed, with a problem, if it gives neither or no such numbers. */
void season_settle(struct entry *season, struct problems *problems);

#endif
