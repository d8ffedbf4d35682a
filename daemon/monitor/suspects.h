/* suspects: finds which of many series makes a transaction fail, by trying halves and halves of
 * halves, so that one bad series never keeps the others waiting. */
#ifndef VEKHA_SUSPECTS_H
#define VEKHA_SUSPECTS_H

#include <stdbool.h>
#include <stddef.h>

#include "monitor/round.h"

struct suspects {
    size_t n, n_ranges;
    struct round_key keys[MONITOR_MAX_ITEMS];
    struct suspect_range {
        size_t from, count;
    } ranges[32]; /* still to be tried, the next one last; halving needs log2(keys) + 1 */
};

/* Begins with all series of a round that failed as a whole. */
void suspects_begin(struct suspects *s, const struct round *r);

bool suspects_any(const struct suspects *s);

/* Puts the series to be tried next into a cleared round.  False, with a round_error(), if memory is out: they
 * are still to be tried. */
bool suspects_next(const struct suspects *s, struct round *r);

/* What became of that trial.  A failure of one series alone names the culprit and returns true. */
void suspects_passed(struct suspects *s);
bool suspects_failed(struct suspects *s, struct round_key *ret_culprit);

void suspects_release(struct suspects *s); /* all of them, unproven */

#endif
