/* turns: see turns.h. */
#include "store/turns.h"

#include <stdlib.h>

#include "base/hash.h"

struct turn_taker {
    int32_t agent;
    size_t n_waiting;
    uint64_t end; /* of its last submission */
    UT_hash_handle hh;
};

static struct turn_taker *find(const struct turns *t, int32_t agent)
{
    struct turn_taker *found;

    HASH_FIND(hh, t->takers, &agent, sizeof agent, found);
    return found;
}

static struct turn_taker *enter(struct turns *t, int32_t agent)
{
    struct turn_taker *taker = calloc(1, sizeof *taker);

    if (!taker)
        return NULL;
    taker->agent = agent;
    HASH_ADD(hh, t->takers, agent, sizeof taker->agent, taker);
    if (HASH_ADDED(taker))
        return taker;
    free(taker);
    return NULL;
}

bool turns_take(struct turns *t, int32_t agent, size_t n, uint64_t *ret)
{
    struct turn_taker *taker = find(t, agent);

    if (!taker && !(taker = enter(t, agent)))
        return false;
    *ret = taker->end > t->now ? taker->end : t->now;
    taker->end = *ret + (n > 0 ? n : 1);
    taker->n_waiting++;
    return true;
}

void turns_reach(struct turns *t, uint64_t turn)
{
    if (turn > t->now)
        t->now = turn;
}

void turns_leave(struct turns *t, int32_t agent)
{
    struct turn_taker *taker = find(t, agent);

    if (--taker->n_waiting > 0)
        return;
    HASH_DEL(t->takers, taker);
    free(taker);
}
