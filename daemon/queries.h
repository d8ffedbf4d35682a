/* queries: tells schools what is asked about their figures, and takes their replies.
 *
 * Whether a question is open, and what becomes of a reply, is for the database to say, since there may
 * be several daemons; nothing is kept here. */
#ifndef VEKHA_QUERIES_H
#define VEKHA_QUERIES_H

#include <stddef.h>
#include <stdint.h>

#include "catalogue.h"
#include "incidents.h"
#include "intake/intake.h"
#include "store/store.h"
#include "wire/message.h"

struct queries;

typedef void queries_answer_fn(void *arg, const struct intake_origin *to, const uint8_t *bytes,
                               size_t len);

/* NULL if out of memory. */
struct queries *queries_new(struct store *store, const struct catalogue *catalogue,
                            struct incidents *incidents, queries_answer_fn *answer, void *arg);
void queries_free(
    struct queries *q); /* NULL-safe; after store_free(), which gives up what is on its way */

/* Answers by and by: `questions`, `refusal`, or `later`, which it is at once while the agent has
 * another on its way (turnstile.h). */
void queries_hear(struct queries *q, const struct intake_origin *from, const struct hear *hear);

/* The same with `receipt`, once the reply is committed.  sha256: of the bytes as received. */
void queries_reply(struct queries *q, const struct intake_origin *from, const struct reply *reply,
                   const uint8_t sha256[32]);

#endif
