/* turnstile: see turnstile.h. */
#include "turnstile.h"

bool turnstile_enter(struct turnstile *t, int32_t agent)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->agents[i] == agent)
            return false;
    if (t->n == TURNSTILE_MAX)
        return false;
    t->agents[t->n++] = agent;
    return true;
}

void turnstile_leave(struct turnstile *t, int32_t agent)
{
    size_t i = 0;
    while (t->agents[i] != agent)
        i++;
    t->agents[i] = t->agents[--t->n];
}
