/* backlog: see backlog.h. */
#include "backlog.h"

#include <stdio.h>
#include <stdlib.h>

#include "log.h"

struct backlog {
    struct store *store;
    struct metrics *metrics;
    struct event *timer;
    bool asked;
};

static void on_counted(void *arg, const struct pg_reply *reply)
{
    struct backlog *b = arg;

    b->asked = false;
    if (!reply->result || reply->sqlstate[0]) {
        if (reply->sqlstate[0])
            log_warning("the backlog cannot be counted: %s", reply->error);
        return; /* the timer asks again */
    }
    metrics_set(b->metrics, METRIC_UNASSESSED, strtod(PQgetvalue(reply->result, 0, 0), NULL));
    metrics_set(b->metrics, METRIC_REASSESSMENTS, strtod(PQgetvalue(reply->result, 0, 1), NULL));
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
    struct backlog *b = arg;
    char up_to[12];
    const char *const params[] = {up_to};

    (void)fd;
    (void)what;
    snprintf(up_to, sizeof up_to, "%d", BACKLOG_MAX);
    if (!b->asked)
        b->asked = store_query(b->store, STORE_CONTROL, STORE_BACKLOG, 1, params, on_counted, b);
}

struct backlog *backlog_new(struct event_base *base, struct store *store, struct metrics *metrics)
{
    static const struct timeval interval = {.tv_sec = BACKLOG_INTERVAL_S};
    struct backlog *b = calloc(1, sizeof *b);

    if (!b)
        return NULL;
    b->store = store;
    b->metrics = metrics;
    b->timer = event_new(base, -1, EV_PERSIST, on_timer, b);
    if (!b->timer || event_add(b->timer, &interval) != 0) {
        backlog_free(b);
        return NULL;
    }
    event_active(b->timer, EV_TIMEOUT, 0); /* and now */
    return b;
}

void backlog_free(struct backlog *b)
{
    if (!b)
        return;
    if (b->timer)
        event_free(b->timer);
    free(b);
}
