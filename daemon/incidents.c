/* incidents: see incidents.h. */
#include "incidents.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "log.h"
#include "metrics.h"

enum { AGENT_TEXT_MAX = 12 };

struct incidents {
    struct store *store;
    size_t next; /* place of the oldest */
    struct kept {
        enum incident what;
        int32_t agent; /* 0: none */
        int64_t at;    /* metrics_now() */
    } kept[INCIDENTS_KEPT];
};

/* One on its way to the database. */
struct note {
    struct incidents *incidents;
    enum incident what;
    int32_t agent;
    incidents_noted_fn *fn;
    void *arg;
};

static const char *const incident_names[] = {
    [INCIDENT_ALTERED] = "altered", [INCIDENT_REFUSED] = "refused"};

static void say(incidents_noted_fn *fn, void *arg, bool kept)
{
    if (fn != NULL)
        fn(arg, kept);
}

static bool is_kept(const struct incidents *i, enum incident what, int32_t agent)
{
    int64_t since = metrics_now() - INCIDENTS_APART_S * INT64_C(1000000);

    for (size_t k = 0; k < INCIDENTS_KEPT; k++)
        if (i->kept[k].agent == agent && i->kept[k].what == what && i->kept[k].at > since)
            return true;
    return false;
}

static void keep(struct incidents *i, enum incident what, int32_t agent)
{
    i->kept[i->next] = (struct kept){what, agent, metrics_now()};
    i->next = (i->next + 1) % INCIDENTS_KEPT;
}

static void on_noted(void *arg, const struct pg_reply *r)
{
    struct note *n = arg;

    if (r->sqlstate[0] != '\0')
        log_error("what happened with agent %d cannot be noted: %s", (int)n->agent, r->error);
    else if (r->result != NULL)
        keep(n->incidents, n->what, n->agent);
    say(n->fn, n->arg, r->result != NULL);
    free(n);
}

void incidents_note(struct incidents *i, enum incident what, int32_t agent, struct uuid about,
                    incidents_noted_fn *fn, void *arg)
{
    char id[UUID_TEXT_MAX], number[AGENT_TEXT_MAX], now[CLOCK_TEXT_MAX];
    const char *const params[] = {incident_names[what], number, uuid_format(about, id),
                                  clock_format(clock_now_us(), now)};
    struct note *n;

    if (is_kept(i, what, agent)) {
        say(fn, arg, true);
        return;
    }
    snprintf(number, sizeof number, "%d", (int)agent);
    n = malloc(sizeof *n);
    if (n != NULL) {
        *n = (struct note){i, what, agent, fn, arg};
        if (store_query(i->store, STORE_CONTROL, STORE_NOTE_INCIDENT, 4, params, on_noted, n))
            return;
        free(n);
    }
    say(fn, arg, false);
}

struct incidents *incidents_new(struct store *store)
{
    struct incidents *i = calloc(1, sizeof *i);

    if (i != NULL)
        i->store = store;
    return i;
}

void incidents_free(struct incidents *i)
{
    free(i);
}
