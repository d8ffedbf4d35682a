/* channel: one way by which messages leave: e-mail, a webhook, the journal.  Adding a kind is one file
 * and one row of the table in notify.c. */
#ifndef VEKHA_NOTIFY_CHANNEL_H
#define VEKHA_NOTIFY_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/lang.h"

enum {
    CHANNEL_NAME_MAX = 65,
    CHANNEL_TIMEOUT_S = 60, /* for one message; shorter than the lease of the outbox */
};

/* Lives until send returns.  Texts are harmless: tame.h. */
struct dispatch {
    const char *recipient; /* an address within the channel; may be "" */
    const char *subject;   /* UTF-8, one line */
    const char *body;      /* UTF-8, lines end in '\n' */
    const char *chart;     /* what a picture is drawn from (model/chart.h); NULL: none */
    const json_t *facts;   /* the steps that it tells of; NULL: none */
    const char *message_id, *thread_id;
    int64_t date_us;
    enum lang lang;
};

enum delivery {
    DELIVERY_DONE,    /* the receiver took it */
    DELIVERY_FAILED,  /* perhaps another time */
    DELIVERY_REFUSED, /* never: the receiver refused it for good, or it is no message */
};

/* wait_s: how long the receiver wishes to be left alone, if it failed; 0: it did not say.  error is "" if
 * done; it lives during the call only. */
typedef void delivery_fn(void *arg, enum delivery outcome, int64_t wait_s, const char *error);

struct channel {
    char name[CHANNEL_NAME_MAX]; /* as routes say it */
    void *self;
    /* Begins to send; done is called exactly once, from the event loop or before this returns.
     * False if out of memory: done is not called. */
    bool (*send)(void *self, const struct dispatch *m, delivery_fn *done, void *arg);
    void (*free)(void *self); /* what is under way is dropped without a call */
};

#endif
