/* year: one synthetic year of one indicator, with known truth: what was counted, what the school
 * reported of it month by month, and whether the plan was met in the end.
 *
 * The same kind and seed always give the same year. */
#ifndef VEKHA_BACKTEST_YEAR_H
#define VEKHA_BACKTEST_YEAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/series.h"

enum { YEAR_MONTHS = 12, YEAR_KINDS = 14 };

struct year {
    struct series series; /* reports and points lie in the arrays below */
    struct report reports[YEAR_MONTHS];
    struct plan_point points[YEAR_MONTHS - 1];
    int64_t first[YEAR_MONTHS];   /* the total up to each month, as first reported */
    int64_t settled[YEAR_MONTHS]; /* the same from the next month on: errors are corrected then */
    double usual[YEAR_MONTHS];    /* mean share of the way gone by each month in three past years */
    double base, target;          /* B and T; of a share in per cent */
    int64_t of;                   /* N of a share, else 1 */
    bool met;                     /* the truth */
};

const char *year_kind_name(size_t kind); /* kind: 0..YEAR_KINDS-1 */

/* Makes the year of that kind and seed, its plan linear, nothing shown yet.  *ret must not move
 * afterwards: its series points into it. */
void year_make(struct year *ret, size_t kind, uint64_t seed);

/* Gives the plan a shape: linear, or points after the usual course of past years. */
void year_shape(struct year *y, enum plan_shape shape);

/* Shows to the series what was known at the end of month 0..11.  Returns the fact A then. */
double year_show(struct year *y, size_t month);

/* w at the end of that month, by the plan's shape. */
double year_planned(const struct year *y, size_t month);

#endif
