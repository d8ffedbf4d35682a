/* turnstile: one question of each agent on its way to the database, and not too many of all: a school
 * that asks without end keeps no other waiting. */
#ifndef VEKHA_TURNSTILE_H
#define VEKHA_TURNSTILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TURNSTILE_MAX = 64 };

/* Zeroed: nobody is within. */
struct turnstile {
    int32_t agents[TURNSTILE_MAX];
    size_t n;
};

/* True if there is room for a question of this agent, which then has it. */
bool turnstile_enter(struct turnstile *t, int32_t agent) __attribute__((warn_unused_result));

/* Of an agent that is within. */
void turnstile_leave(struct turnstile *t, int32_t agent);

#endif
