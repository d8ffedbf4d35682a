/* hearing: what the department asks about figures: the open questions, fetched over a connection. */
#ifndef VEKHA_AGENT_HEARING_H
#define VEKHA_AGENT_HEARING_H

#include <stddef.h>

#include "agent/conf.h"
#include "agent/talk.h"

enum {
    HEARING_MAX = 200
}; /* questions; a school has fifty at most, and nobody reads more at once */

struct hearing;

struct hearing *hearing_new(void);    /* NULL if out of memory */
void hearing_free(struct hearing *h); /* NULL-safe */

/* Fetches the questions, in the place of those that were there; whatever else comes meanwhile is passed
 * over.  wait_ms: how long without an answer is too long; > 0.  Unless TALK_DONE there are none. */
enum talk_end hearing_over(struct hearing *h, struct connection *c, const char *software,
                           int wait_ms);

/* The same over a connection of its own. */
enum talk_end hearing_run(struct hearing *h, const struct conf *conf, const char *software,
                          int wait_ms);

/* The questions by their numbers; valid until they are fetched again. */
size_t hearing_questions(const struct hearing *h, const struct question **ret);

/* Whether the centre has more of them than HEARING_MAX. */
bool hearing_has_more(const struct hearing *h);

#endif
