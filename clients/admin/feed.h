/* feed: the steps of alerts one after the other, from the database or from the centre.  Where the line
 * breaks it says so, and goes on by itself. */
#ifndef VEKHA_ADMIN_FEED_H
#define VEKHA_ADMIN_FEED_H

#include <stdint.h>

#include "admin/bookmark.h"
#include "admin/ctl.h"
#include "wire/message.h"

enum { FEED_FROM_NOW = -1 };

struct feed {
    /* Waits until there are steps after a place (position FEED_FROM_NOW: until it is known where
     * that is) or it is known that up to a further one there are none for us.  CTL_DONE, or the
     * exit code to leave with, when it was said why.  *ret is good until the next call; steps up to
     * `after` may be among them again and are to be passed over. */
    int (*next)(struct feed *f, const struct bookmark *after, struct steps *ret);
    void (*free)(struct feed *f);
};

/* Reads the open database as its owner's friends do: all organisations.  NULL, and said why. */
struct feed *feed_of_database(struct ctl *ctl);

/* Asks the centre with an agent's configuration file.  NULL, and said why. */
struct feed *feed_of_agent(const struct ctl *ctl, const char *path);

#endif
