/* connection: one CURVE connection to the centre, by the first of its ways that answers, and what became of it.
 *
 * ZeroMQ itself says nothing if nobody answers or the key is refused, and after a refusal it never
 * tries again.  A connection therefore watches its socket's monitor, and makes the socket anew,
 * with a growing delay, where ZeroMQ would stay silent. */
#ifndef VEKHA_AGENT_CONNECTION_H
#define VEKHA_AGENT_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/conf.h"

enum connection_state {
    CONNECTION_SILENT,      /* nothing is known yet */
    CONNECTION_UNREACHABLE, /* nobody listens there, or the name is unknown */
    CONNECTION_REACHED,     /* somebody answers; no key was checked yet */
    CONNECTION_NO_CENTRE,   /* who answers is no centre, or its key is not server_key */
    CONNECTION_NOT_READY,   /* the centre cannot check keys at the moment */
    CONNECTION_KEY_REFUSED, /* the centre does not know our key */
    CONNECTION_READY,       /* both sides proved their keys */
    CONNECTION_LOST,        /* it was ready and is gone */
    CONNECTION_STATES,
};

struct connection;

/* Begins to connect.  conf must outlive the connection.  NULL with errno. */
struct connection *connection_new(const struct conf *conf);
void connection_free(struct connection *c); /* NULL-safe */

/* Waits up to timeout_ms for a message or a change of state; makes the socket anew when it is time
 * to.  False with errno if ZeroMQ fails for good. */
bool connection_wait(struct connection *c, int timeout_ms) __attribute__((warn_unused_result));

/* The last state that tells something; SILENT only before the first. */
enum connection_state connection_state(const struct connection *c);

/* No way is left to try: at every one the key was refused or nobody was there, and at the last it was refused. */
bool connection_key_refused(const struct connection *c);

/* Where it is connected to, or tries to; of conf. */
const struct conf_centre *connection_centre(const struct connection *c);

/* How many times the connection became ready: what was sent before the last time may be lost. */
unsigned connection_epoch(const struct connection *c);

/* As socket_send() and socket_receive() without waiting. */
bool connection_send(struct connection *c, const uint8_t *bytes, size_t len);
long connection_receive(struct connection *c, uint8_t *buf, size_t size);

#endif
