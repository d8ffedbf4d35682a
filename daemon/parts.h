/* parts: gives each agent the part of the catalogue that it needs, page by page.
 *
 * A page is a query of its own, one at a time for all agents, over the connection that receipts do
 * not use; who asks waits for their turn, one consult for each connection.  A page that the agent
 * has already, by its tag, is not sent again.  Nothing is kept between pages. */
#ifndef VEKHA_PARTS_H
#define VEKHA_PARTS_H

#include <stddef.h>
#include <event2/event.h>

#include "catalogue.h"
#include "intake/intake.h"
#include "store/store.h"
#include "wire/message.h"

struct parts;

enum {
    PARTS_MAX_WAITING = 1024, /* past it, or while PostgreSQL is away, the answer is `later` */
};

typedef void parts_answer_fn(void *arg, const struct intake_origin *to, const uint8_t *bytes,
                             size_t len);

/* NULL if out of memory. */
struct parts *parts_new(struct store *store, const struct catalogue *catalogue,
                        parts_answer_fn *answer, void *arg);
void parts_free(
    struct parts *p); /* NULL-safe; after store_free(), which fails what is on its way */

/* Answers a consult, in its turn; it takes the place of one that waits on the same connection. */
void parts_consult(struct parts *p, const struct intake_origin *from,
                   const struct consult *consult);

#endif
