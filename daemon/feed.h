/* feed: tells whoever watches what happens to alerts, from a position on and without a hole.
 *
 * Steps that were committed are given positions (vekha.place_feed), and watches are answered with
 * those after theirs that concern the agent's organisation or one below it.  A watch with nothing to
 * tell waits, one for each connection, and is answered empty after a while, so that both sides know
 * that the other is there.  Nothing is sent that was not asked for, so who is slow holds up nobody;
 * any number of daemons serve the same feed. */
#ifndef VEKHA_FEED_H
#define VEKHA_FEED_H

#include <stddef.h>
#include <stdint.h>
#include <event2/event.h>

#include "catalogue.h"
#include "intake/intake.h"
#include "metrics.h"
#include "store/store.h"
#include "wire/message.h"

struct feed;

enum {
    FEED_MAX_WATCHES =
        1024, /* that wait; past it, or past those of an agent, the answer is `later` */
    FEED_MAX_OF_AGENT = 16,
    FEED_BEAT_S = 25, /* a watch is answered then at the latest, with FEED_POLL_S in addition */
    FEED_POLL_S = 2,  /* what another daemon left unplaced, or a lost notification */
};

typedef void feed_answer_fn(void *arg, const struct intake_origin *to, const uint8_t *bytes,
                            size_t len);

/* metrics may be NULL.  NULL if out of memory. */
struct feed *feed_new(struct event_base *base, struct store *store,
                      const struct catalogue *catalogue, struct metrics *metrics,
                      feed_answer_fn *answer, void *arg);
void feed_free(struct feed *f); /* NULL-safe; after store_free(), which fails what is on its way */

/* Answers a watch, now or later; it takes the place of one that waits on the same connection. */
void feed_watch(struct feed *f, const struct intake_origin *from, const struct watch *watch);

/* Alerts have moved, or another daemon has placed steps.  Cheap; folds into one look. */
void feed_wake(struct feed *f);

/* The catalogue has changed: watches whose key was taken back are refused. */
void feed_recheck(struct feed *f);

size_t feed_watches(const struct feed *f); /* that wait */

#endif
