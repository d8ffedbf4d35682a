/* gate: the one ROUTER socket and its ZAP handler: who is speaking, how much they may say at once.
 *
 * Knows the agent by the ZAP User-Id of the payload frame, never by a routing id or a name in the
 * message.  An agent may have INTAKE_CREDITS submissions waiting; beyond them the answer is `later`,
 * so that one flood delays nobody else. */
#ifndef VEKHA_GATE_H
#define VEKHA_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <event2/event.h>

#include "catalogue.h"
#include "intake/intake.h"
#include "metrics.h"
#include "wire/keys.h"

struct gate;

enum {
    GATE_BATCH = 64, /* messages read before other events get their turn */
};

/* Binds the ZAP handler, then the ROUTER.  NULL with a logged reason.  The intake is given by
 * gate_open().  metrics may be NULL. */
struct gate *gate_new(struct event_base *base, const char *endpoint, const struct key_pair *server,
                      const struct catalogue *catalogue, struct metrics *metrics);
void gate_free(struct gate *g); /* NULL-safe */

/* Begins to read: from now on messages go to the intake.  False if out of memory. */
bool gate_open(struct gate *g, struct intake *intake) __attribute__((warn_unused_result));

/* Answers a message; `settled` as in struct intake_hooks. */
void gate_answer(void *gate, const struct intake_origin *to, const uint8_t *bytes, size_t len,
                 bool settled);

/* Sends to an agent if it is connected now (its latest connection with a key that is still good);
 * false if it is not.  For `standing`. */
bool gate_tell(struct gate *g, int32_t agent, const uint8_t *bytes, size_t len);

const char *gate_endpoint(const struct gate *g); /* with the real port */
size_t gate_waiting(const struct gate *g);       /* submissions without an answer yet */

#endif
