/* inbox: takes what people at the centre brought in for an organisation, through intake, as if it had come over the wire. */
#ifndef VEKHA_INBOX_H
#define VEKHA_INBOX_H

#include <event2/event.h>

#include "intake/intake.h"
#include "store/store.h"

enum {
    INBOX_BATCH = 16,      /* submissions read at a time */
    INBOX_INTERVAL_S = 30, /* looked at this often, should a notification be missed */
};

struct inbox;

struct inbox *inbox_new(struct event_base *base, struct store *store, struct intake *intake);
void inbox_free(
    struct inbox *b); /* NULL-safe; after store_free(), which answers what is under way */

/* Something may be there. */
void inbox_wake(struct inbox *b);

#endif
