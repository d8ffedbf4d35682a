/* seeded: the random numbers of property tests; the same on every run, so that a failure comes
 * back. */
#ifndef VEKHA_TESTS_SEEDED_H
#define VEKHA_TESTS_SEEDED_H

#include <stdint.h>

/* One step of Marsaglia's xorshift64 (shifts 13, 7, 17); *state must not be 0. */
static inline uint64_t seeded_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* 0..bound-1. */
static inline uint64_t seeded_below(uint64_t *state, uint64_t bound)
{
    return seeded_next(state) % bound;
}

#endif
