/* incidents: notes in the database what happened to the messages of an agent that whoever runs the
 * centre is to hear of (vekha.incident): whoever answers the agent waits until that is kept, so it is
 * told even if the daemon is killed in between. */
#ifndef VEKHA_INCIDENTS_H
#define VEKHA_INCIDENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/uuid.h"
#include "store/store.h"

struct incidents;

enum {
    INCIDENTS_KEPT = 64,    /* the latest, remembered so that a flood of them is one ... */
    INCIDENTS_APART_S = 60, /* ... for so long */
};

enum incident {
    INCIDENT_ALTERED, /* an id that came before with other bytes */
    INCIDENT_REFUSED, /* PostgreSQL refuses it even alone */
};

struct incidents *incidents_new(struct store *store); /* NULL if out of memory */
void incidents_free(struct incidents *i);             /* NULL-safe; after store_free() */

/* kept: false if the database went away meanwhile, and nobody knows. */
typedef void incidents_noted_fn(void *arg, bool kept);

/* fn, unless NULL, is called once, perhaps before this returns.  What the database refuses to keep is
 * logged, and counts as kept: a note must not stand between an agent and its answer. */
void incidents_note(struct incidents *i, enum incident what, int32_t agent, struct uuid about,
                    incidents_noted_fn *fn, void *arg);

#endif
