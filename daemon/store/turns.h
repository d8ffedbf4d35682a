/* turns: whose submission is stored next, when many wait: every agent that wants some gets as many lines stored
 * as any other, however much it has sent.
 *
 * Start-time fair queueing (P. Goyal, H. Vin, H. Cheng, SIGCOMM 1996): time is counted in lines.  A submission
 * begins at the time of the one that is stored now, or where its agent's last one ends, if that is later; the
 * earliest beginning comes first.  So a lone figure overtakes the pile of another, and no agent's own order
 * changes. */
#ifndef VEKHA_TURNS_H
#define VEKHA_TURNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct turns {
    struct turn_taker *takers; /* agents that wait */
    uint64_t now;
};

/* Gives the turn of a submission of n lines, and remembers that its agent waits for it.  False if out of memory. */
bool turns_take(struct turns *t, int32_t agent, size_t n, uint64_t *ret)
    __attribute__((warn_unused_result));

/* A submission of this turn goes on its way. */
void turns_reach(struct turns *t, uint64_t turn);

/* One that took a turn is done with: once for each turns_take().  Who waits for nothing is forgotten, so that
 * nothing is left to free when all are done with. */
void turns_leave(struct turns *t, int32_t agent);

#endif
