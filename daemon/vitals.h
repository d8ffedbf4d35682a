/* vitals: what the system says of this process – descriptors, memory, processor – and how late the
 * event loop is. */
#ifndef VEKHA_VITALS_H
#define VEKHA_VITALS_H

#include <stdbool.h>
#include <event2/event.h>

#include "metrics.h"

struct vitals;

enum { VITALS_BEAT_MS = 500 }; /* the timer whose lateness is observed */

/* NULL if out of memory. */
struct vitals *vitals_new(struct event_base *base, struct metrics *metrics);
void vitals_free(struct vitals *v); /* NULL-safe */

/* How many descriptors this process has open, and may have; false if the system does not tell. */
bool vitals_descriptors(long *ret_open, long *ret_limit);

/* Sets the gauges; what the system does not tell stays as it was. */
void vitals_refresh(struct vitals *v);

#endif
