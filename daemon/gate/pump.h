/* pump: a ZeroMQ socket on the event loop.  ZMQ_FD tells of changes only, and any call on the
 * socket may swallow one, so every reader and every sender must look at ZMQ_EVENTS again; this is
 * the one place that does. */
#ifndef VEKHA_PUMP_H
#define VEKHA_PUMP_H

#include <event2/event.h>

struct pump;

/* Called while there is a message to read; must read exactly one.  May send on the same socket. */
typedef void pump_fn(void *arg);

/* `batch` messages are read before other events get their turn.  Does not own the socket; free the
 * pump first. */
struct pump *pump_new(struct event_base *base, void *socket, int batch, pump_fn *take, void *arg);
void pump_free(struct pump *p); /* NULL-safe */

/* To be called after every send on the socket. */
void pump_check(struct pump *p);

#endif
