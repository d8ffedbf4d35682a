/* inquiry: fetches the agent's part of the catalogue over a connection and keeps it beside the
 * spool.
 *
 *     hello ──► welcome ──► consult ──► part ──► consult after its `next` ──► … ──► the last page
 *
 * Until the last page is there the old part stays; a page that has not changed is not sent again. */
#ifndef VEKHA_AGENT_INQUIRY_H
#define VEKHA_AGENT_INQUIRY_H

#include "agent/conf.h"
#include "agent/connection.h"
#include "agent/part.h"

enum inquiry_end {
    INQUIRY_DONE,
    INQUIRY_NO_ANSWER, /* the time is over, or the centre cannot at present */
    INQUIRY_NOT_GIVEN, /* the centre is of a version before parts, or refuses */
    INQUIRY_FAILED,    /* our own side failed: errno tells */
};

/* Asks over a connection that stands or is being made; whatever else comes meanwhile is passed over.
 * wait_ms: how long without an answer is too long; > 0.  No page is waited for longer than that, and
 * all of it no longer than most_ms. */
enum inquiry_end inquiry_over(struct connection *c, const char *spool, int wait_ms, int most_ms);

enum { INQUIRY_FRESH_S = 15 * 60 };

/* What was fetched less than INQUIRY_FRESH_S ago need not be asked for again.  p may be NULL. */
bool inquiry_is_fresh(const struct part *p);

/* Over a connection that is there anyway: asks unless what is kept is fresh. */
enum inquiry_end inquiry_refresh(struct connection *c, const char *spool);

/* The same over a connection of its own. */
enum inquiry_end inquiry_run(const struct conf *conf, int wait_ms, int most_ms);

#endif
