/* notify: drains the outbox into the channels: at least once, with stable message ids, back-off and
 * dead letters.  Each channel is a lane of its own, so that one that hangs holds up no other. */
#ifndef VEKHA_NOTIFY_H
#define VEKHA_NOTIFY_H

#include <event2/event.h>

#include "conf.h"
#include "metrics.h"
#include "store/store.h"

struct notify;

enum {
    NOTIFY_MAX_SENDING = 8, /* of one channel at once */
    NOTIFY_MAX_ATTEMPTS = 20,
    NOTIFY_LEASE_S = 180,
};

/* The configuration must outlive it; metrics may be NULL.  NULL with a logged reason. */
struct notify *notify_new(struct event_base *base, struct store *store, const struct conf *conf,
                          struct metrics *metrics);
void notify_free(struct notify *n); /* NULL-safe */
void notify_wake(struct notify *n); /* something may be due */

#endif
