/* tame: what the database says of a message, made harmless for every channel at once.  Names, measures
 * and notes were checked where they came in, but not by every version and not behind psql. */
#ifndef VEKHA_NOTIFY_TAME_H
#define VEKHA_NOTIFY_TAME_H

#include <stdbool.h>

#include "notify/channel.h"

/* The texts of a dispatch that are its own. */
struct tamed {
    char *subject, *body;
    json_t *facts;
};

/* Copies and tames subject and body that m points to and the facts (JSON; NULL: none), and lets m
 * point to the copies.  The recipient stays: an address that is altered is another address.  False if out of memory; ret is to be finished in any case. */
bool tame(struct dispatch *m, const char *facts, struct tamed *ret)
    __attribute__((warn_unused_result));
void tamed_finish(struct tamed *t);

#endif
