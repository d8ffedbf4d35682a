/* catalogue: organisations, indicators, projects and agents in memory, so that every figure and every
 * handshake is checked without a query.  Loaded whole, swapped at once, loaded again when the
 * database says that it changed.
 *
 * Owns its rows.  Pointers to rows are good until the event loop runs again. */
#ifndef VEKHA_CATALOGUE_H
#define VEKHA_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <event2/event.h>

#include "rules/reference.h"
#include "store/store.h"

struct catalogue;

/* What a key may do, from nothing to all. */
enum key_right {
    KEY_UNKNOWN,  /* or revoked */
    KEY_INVITES,  /* enrol another key, and nothing else */
    KEY_SPEAKS,   /* all that its agent may */
    KEY_SUCCEEDS, /* the same; and its agent has older keys still */
};

enum {
    CATALOGUE_MAX_ROWS = 500000, /* of one kind; a larger list is not loaded */
    CATALOGUE_RETRY_S = 5,
};

/* changed (may be NULL) is called whenever a fresh copy has been swapped in. */
struct catalogue *catalogue_new(struct event_base *base, struct store *store,
                                void (*changed)(void *arg), void *arg);
void catalogue_free(
    struct catalogue *c); /* NULL-safe; after store_free(), since a copy may be on its way */

/* Asks the store for a fresh copy.  Until it is there the old one stands; what fails is tried
 * again.  Goes on by itself every quarter of an hour of the wall clock: in every time zone that is
 * when days begin and clocks are changed. */
void catalogue_load(struct catalogue *c);
bool catalogue_is_loaded(const struct catalogue *c);

const struct organisation *catalogue_organisation(const struct catalogue *c, int32_t id);
const struct organisation *catalogue_organisation_by_code(const struct catalogue *c,
                                                          const char *code);
const struct indicator *catalogue_indicator_by_code(const struct catalogue *c, const char *code);
const struct project *catalogue_project_by_code(const struct catalogue *c, const char *code);

/* The agent a public key (Z85) belongs to, or NULL: unknown or revoked. */
const struct agent *catalogue_agent_by_key(const struct catalogue *c, const char *public_key);
const struct agent *catalogue_agent(const struct catalogue *c, int32_t id);

/* What a key may do as that agent's, now: a connection may have been opened with it long ago. */
enum key_right catalogue_key_right(const struct catalogue *c, const char *public_key,
                                   int32_t agent);

/* True if it speaks for the agent, which an invitation does not. */
bool catalogue_key_is_of(const struct catalogue *c, const char *public_key, int32_t agent);

/* Who owes which reports by when; NULL until loaded. */
const struct duty_book *catalogue_duties(const struct catalogue *c);

/* For the rules of intake; good until the event loop runs again. */
struct reference catalogue_reference(const struct catalogue *c);

/* The years for which figures can be stored. */
int catalogue_first_year(const struct catalogue *c);
int catalogue_last_year(const struct catalogue *c);
bool catalogue_is_replay(const struct catalogue *c);

#endif
