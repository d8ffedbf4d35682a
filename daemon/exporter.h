/* exporter: GET /metrics and GET /healthz on loopback, from the daemon's memory: no query is made and
 * nothing is kept for a client that goes away.
 *
 * /healthz answers 200 "ok" while the event loop turns and the catalogue is loaded, 503 with a reason
 * else.  A database that is away is no reason: a restart would not help. */
#ifndef VEKHA_EXPORTER_H
#define VEKHA_EXPORTER_H

#include <event2/event.h>

#include "metrics.h"

struct exporter;

enum {
    EXPORTER_TIMEOUT_S = 10,
    EXPORTER_MAX_HEADERS = 8192, /* bytes of a request; it has no body */
};

struct exporter_hooks {
    void (*refresh)(void *arg);    /* sets the gauges; before each answer */
    const char *(*ill)(void *arg); /* NULL, or one line of why the daemon is not well */
    void *arg;
};

/* Listens on "127.0.0.1:9466" (a numeric address and port; [::1]:9466).  NULL with a logged reason. */
struct exporter *exporter_new(struct event_base *base, const char *address, struct metrics *metrics,
                              const struct exporter_hooks *hooks);
void exporter_free(struct exporter *e); /* NULL-safe */

#endif
