/* verdict: from the numbers of one figure to its status: the matrix, the caps and the hysteresis.
 */
#ifndef VEKHA_MODEL_VERDICT_H
#define VEKHA_MODEL_VERDICT_H

#include "model/assess.h"
#include "model/series.h"

/* Fills status, why and entering from the numbers and `previous` of `a`; the series has a plan with
 * a target.  Any `previous` but at_risk and lagging counts as on_track. */
void verdict(const struct series *s, struct assessment *a);

/* Where the statuses meet: when a series gets worse (entering), and when it gets better again
 * (leaving). */
struct edges {
    struct ratio progress[2];    /* on track, at risk */
    struct ratio probability[2]; /* on track, at risk */
    struct ratio gap;
    /* Together they end a lag; null while entering. */
    struct ratio clear_progress, clear_probability;
};

enum { VERDICT_CAPS = 3 };

/* What rules 5 to 7 make of the numbers with one set of edges. */
struct ruling {
    struct edges edges;
    enum why rule;       /* WHY_NEAR_START, WHY_AHEAD or WHY_MATRIX */
    enum status by_rule; /* before the caps */
    size_t n_caps;       /* that lowered it */
    enum why caps[VERDICT_CAPS];
    enum status status;
};

/* The rulings behind a verdict that was not settled by an end or a met target, for whoever shows the
 * arithmetic: status = max(entering, min(previous, max(entering, leaving))). */
void verdict_rulings(const struct series *s, const struct assessment *a, struct ruling *entering,
                     struct ruling *leaving);

/* Both sides of the score test behind the Wilson interval, in shares of one: E is inside if off <= allowed.
 * Null for anything but a share of known N. */
struct score {
    struct ratio off;     /* (A - E)^2 * N */
    struct ratio allowed; /* z^2 * E * (1 - E) */
};
struct score verdict_score(const struct series *s, const struct assessment *a);

/* The cell of the matrix: rows R >= on_track, R >= at_risk, below; columns P likewise, and "no
 * forecast". */
enum { VERDICT_ROWS = 3, VERDICT_COLUMNS = 4 };
enum status verdict_cell(unsigned row, unsigned column);

#endif
