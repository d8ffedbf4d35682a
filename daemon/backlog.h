/* backlog: how much waits for assessment in the database, which several daemons share: asked every
 * BACKLOG_INTERVAL_S and counted up to BACKLOG_MAX. */
#ifndef VEKHA_BACKLOG_H
#define VEKHA_BACKLOG_H

#include <event2/event.h>

#include "metrics.h"
#include "store/store.h"

struct backlog;

enum { BACKLOG_INTERVAL_S = 15, BACKLOG_MAX = 100000 };

/* Sets METRIC_UNASSESSED and METRIC_REASSESSMENTS from now on.  NULL if out of memory. */
struct backlog *backlog_new(struct event_base *base, struct store *store, struct metrics *metrics);
void backlog_free(struct backlog *b); /* NULL-safe */

#endif
