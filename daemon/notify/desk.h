/* desk: makes messages of what people are to hear: takes the mentions that are due, and what was not
 * taken of submissions, writes letters and digests, puts them into the outbox; and looks after
 * alerts that nobody answers.
 *
 *     mention, refusal ──► desk ──► outbox ──► notify
 *
 * Any number of daemons may do so: PostgreSQL lets one at a time take what is due, and a message
 * whose mentions another has told of is not posted. */
#ifndef VEKHA_NOTIFY_DESK_H
#define VEKHA_NOTIFY_DESK_H

#include <event2/event.h>

#include "conf.h"
#include "store/store.h"

struct desk;

enum {
    DESK_LETTERS_AT_ONCE = 3, /* to one recipient; more make a digest */
    DESK_LETTERS_AN_HOUR = 6,
};

struct desk_hooks {
    void (*posted)(void *arg); /* the outbox has something new */
    void *arg;
};

struct desk *desk_new(struct event_base *base, struct store *store, const struct conf *conf,
                      const struct desk_hooks *hooks);
void desk_free(struct desk *d); /* NULL-safe */
void desk_wake(struct desk *d); /* something may be due; folds into one run */

#endif
