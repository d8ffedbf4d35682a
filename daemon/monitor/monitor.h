/* monitor: which series to assess, and when.  Claims what is pending, loads it through the store's
 * one loader, asks the model, and writes changed assessments, alert transitions and who is to hear of
 * them in one transaction.  Never touches what intake waits for. */
#ifndef VEKHA_MONITOR_H
#define VEKHA_MONITOR_H

#include <event2/event.h>

#include "metrics.h"
#include "model/assess.h"
#include "model/series.h"
#include "store/store.h"

struct monitor;

enum {
    MONITOR_MAX_SUBMISSIONS = 256, /* claimed at once */
    MONITOR_MAX_SERIES = 2000,     /* claimed for one transaction */
    MONITOR_MAX_ITEMS = 4000,      /* assessed in it, with the reporting of their organisations */
    MONITOR_MAX_TOLD = 16,         /* series that one agent is told of after one transaction */
};

struct monitor_hooks {
    void (*stepped)(void *arg); /* alerts have moved */
    /* After the commit, for assessed series that an agent's submission touched; at most
     * MONITOR_MAX_TOLD of an agent. */
    void (*assessed)(void *arg, int32_t agent, const struct series *s, const struct assessment *a);
    void (*mentions_written)(void *arg); /* people are to hear of something */
    void *arg;
};

/* metrics may be NULL. */
struct monitor *monitor_new(struct event_base *base, struct store *store, struct metrics *metrics,
                            const struct monitor_hooks *hooks);
void monitor_free(struct monitor *m); /* NULL-safe */

/* Figures may be pending: call after a commit.  Cheap; folds into one run. */
void monitor_wake(struct monitor *m);

/* Anything may be pending: call after a reconnect and after a catalogue change. */
void monitor_wake_for_all(struct monitor *m);

#endif
