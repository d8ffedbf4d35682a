/* pump: reads ZMQ_EVENTS whenever it may have changed. */
#include "gate/pump.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <zmq.h>

struct pump {
    void *socket;
    int batch;
    pump_fn *take;
    void *arg;
    struct event *changed; /* ZMQ_FD */
    struct event
        *rest; /* a zero timer: what was over the batch, after other events had their turn */
    bool running;
};

static bool is_readable(struct pump *p)
{
    int events = 0, failed;
    size_t size = sizeof events;
    do {
        failed = zmq_getsockopt(p->socket, ZMQ_EVENTS, &events, &size);
    } while (failed && errno == EINTR);
    return !failed && (events & ZMQ_POLLIN) != 0; /* ETERM: nothing comes any more */
}

/* Not event_active(): libevent would run it before any other event of its priority, and go on doing
 * so. */
static void arm(struct pump *p)
{
    static const struct timeval now = {0, 0};
    event_add(p->rest, &now);
}

static void run(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct pump *p = arg;
    p->running = true;
    for (int n = 0; n < p->batch && is_readable(p); n++)
        p->take(p->arg);
    p->running = false;
    pump_check(p);
}

struct pump *pump_new(struct event_base *base, void *socket, int batch, pump_fn *take, void *arg)
{
    int fd;
    size_t size = sizeof fd;
    struct pump *p = calloc(1, sizeof *p);
    if (p == NULL || zmq_getsockopt(socket, ZMQ_FD, &fd, &size) != 0)
        goto fail;
    *p = (struct pump){.socket = socket, .batch = batch, .take = take, .arg = arg};
    p->changed = event_new(base, fd, EV_READ | EV_PERSIST, run, p);
    p->rest = evtimer_new(base, run, p);
    if (p->changed == NULL || p->rest == NULL || event_add(p->changed, NULL) != 0)
        goto fail;
    arm(p); /* a message that came before is announced by nothing */
    return p;
fail:
    pump_free(p);
    return NULL;
}

void pump_free(struct pump *p)
{
    if (p == NULL)
        return;
    if (p->changed != NULL)
        event_free(p->changed);
    if (p->rest != NULL)
        event_free(p->rest);
    free(p);
}

void pump_check(struct pump *p)
{
    if (!p->running && is_readable(p))
        arm(p);
}
