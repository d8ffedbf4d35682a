/* lookout: tells whoever runs the centre what ails it, without being asked: looks once a minute at
 * what vekhactl doctor looks at, as far as a daemon sees it, and moves the alerts of the kind
 * "operator".
 *
 * Any number of daemons may: each says what it sees of itself, and one of them, whichever comes
 * first, is given what changed.  What it moves, the database moves once.  It costs two statements a
 * minute on the connection for control, and nothing for a figure. */
#ifndef VEKHA_LOOKOUT_H
#define VEKHA_LOOKOUT_H

#include <event2/event.h>

#include "store/store.h"

struct lookout;

enum {
    LOOKOUT_BEAT_S = 5,      /* the timer whose lateness is observed */
    LOOKOUT_LOOK_BEATS = 12, /* between two looks */
};

struct lookout_hooks {
    void (*stepped)(void *arg);          /* alerts have moved */
    void (*mentions_written)(void *arg); /* people are to hear of something */
    void *arg;
};

/* endpoint: where this daemon listens, copied.  NULL if out of memory.  Looks for the first time after
 * a beat. */
struct lookout *lookout_new(struct event_base *base, struct store *store, const char *endpoint,
                            const struct lookout_hooks *hooks);
void lookout_free(struct lookout *l); /* NULL-safe; after store_free() */

#endif
