/* vekhad: wiring only.  Modules know nothing of each other but what is put together here. */
#include "vekhad.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "backlog.h"
#include "base/clock.h"
#include "catalogue.h"
#include "enrolment.h"
#include "exporter.h"
#include "feed.h"
#include "parts.h"
#include "queries.h"
#include "gate/gate.h"
#include "inbox.h"
#include "incidents.h"
#include "intake/intake.h"
#include "log.h"
#include "lookout/lookout.h"
#include "monitor/monitor.h"
#include "notify/desk.h"
#include "notify/notify.h"
#include "options.h"
#include "service.h"
#include "intake/standing.h"
#include "store/store.h"
#include "vitals.h"

enum {
    PRIORITIES = 3,
    TIMERS = 256, /* at once: ours, and two for each connection that asks for metrics */
    GRACE_S = 10, /* systemd hears READY by then even if there is no database: it must not restart
                     us for that */
    DRAIN_S =
        20, /* for what waits for the database when we are told to end; TimeoutStopSec is longer */
};

struct vekhad {
    const char *conf_path;
    struct conf *conf;
    struct event_base *base;
    struct service *service;
    struct store *store;
    struct catalogue *catalogue;
    struct gate *gate;
    struct feed *feed;
    struct enrolment *enrolment;
    struct parts *parts;
    struct queries *queries;
    struct incidents *incidents;
    struct intake *intake;
    struct inbox *inbox;
    struct monitor *monitor; /* this and the next three: NULL until the catalogue is loaded */
    struct desk *desk;
    struct notify *notify;
    struct lookout *lookout;
    struct arena *arena;     /* for `standing` */
    struct metrics *metrics; /* this and the next: NULL unless the configuration asks for it */
    struct vitals *vitals;
    struct exporter *exporter;
    struct backlog *backlog;
    struct event *term, *interrupt, *hangup, *grace, *drain;
    bool stopping;
    int code;
};

static void end(struct vekhad *v, int code)
{
    v->code = code;
    event_base_loopbreak(v->base);
}

/* --- what modules tell each other --- */

static void on_answer(void *arg, const struct intake_origin *to, const uint8_t *bytes, size_t len,
                      bool settled)
{
    struct vekhad *v = arg;
    gate_answer(v->gate, to, bytes, len, settled);
    if (v->stopping && gate_waiting(v->gate) == 0)
        event_base_loopexit(v->base, NULL);
}

static void on_control_answer(void *arg, const struct intake_origin *to, const uint8_t *bytes,
                              size_t len)
{
    struct vekhad *v = arg;
    gate_answer(v->gate, to, bytes, len, false);
}

static void on_watch(void *arg, const struct intake_origin *from, const struct watch *watch)
{
    struct vekhad *v = arg;
    feed_watch(v->feed, from, watch);
}

static void on_enrol(void *arg, const struct intake_origin *from, const struct enrol *enrol)
{
    struct vekhad *v = arg;
    enrolment_take(v->enrolment, from, enrol);
}

static void on_arrived(void *arg, const struct intake_origin *from)
{
    struct vekhad *v = arg;
    enrolment_arrived(v->enrolment, from);
}

static void on_consult(void *arg, const struct intake_origin *from, const struct consult *consult)
{
    struct vekhad *v = arg;
    parts_consult(v->parts, from, consult);
}

static void on_hear(void *arg, const struct intake_origin *from, const struct hear *hear)
{
    struct vekhad *v = arg;
    queries_hear(v->queries, from, hear);
}

static void on_reply(void *arg, const struct intake_origin *from, const struct reply *reply,
                     const uint8_t sha256[32])
{
    struct vekhad *v = arg;
    queries_reply(v->queries, from, reply, sha256);
}

static void on_stepped(void *arg)
{
    struct vekhad *v = arg;
    feed_wake(v->feed);
}

static void on_assessed(void *arg, int32_t agent, const struct series *s,
                        const struct assessment *a)
{
    struct vekhad *v = arg;
    uint8_t *bytes;
    size_t len;
    arena_reset(v->arena);
    if (standing_pack(s, a, v->conf->language, v->arena, &bytes, &len))
        gate_tell(v->gate, agent, bytes, len);
}

static void on_mentions_written(void *arg)
{
    struct vekhad *v = arg;
    if (v->desk != NULL)
        desk_wake(v->desk);
}

static void on_posted(void *arg)
{
    struct vekhad *v = arg;
    if (v->notify != NULL)
        notify_wake(v->notify);
    feed_wake(v->feed); /* a measure whose time is over makes a step */
}

static void on_committed(void *arg)
{
    struct vekhad *v = arg;
    if (v->monitor != NULL)
        monitor_wake(v->monitor);
}

/* By the rules of the catalogue: not before it is loaded. */
static void on_inbox_filled(void *arg)
{
    struct vekhad *v = arg;
    if (catalogue_is_loaded(v->catalogue))
        inbox_wake(v->inbox);
}

static void wake_monitor_for_all(struct vekhad *v)
{
    if (v->monitor != NULL)
        monitor_wake_for_all(v->monitor);
}

static void on_store_up(void *arg)
{
    struct vekhad *v = arg;
    feed_wake(v->feed);
    catalogue_load(v->catalogue);
    wake_monitor_for_all(v);
    on_mentions_written(v);
    on_posted(v);
    on_inbox_filled(v);
}

static void on_store_down(void *arg)
{
    struct vekhad *v = arg;
    if (!v->stopping)
        service_status("The database is away; nothing is acknowledged until it is back");
}

static void on_catalogue_notified(void *arg)
{
    struct vekhad *v = arg;
    catalogue_load(v->catalogue);
}

/* The rest begins when it is known whose time it is: nothing may be assessed at a time that the
 * database refuses. */
static bool begin_work(struct vekhad *v)
{
    const struct desk_hooks desk_hooks = {on_posted, v};
    const struct monitor_hooks hooks = {on_stepped, on_assessed, on_mentions_written, v};
    const struct lookout_hooks lookout_hooks = {on_stepped, on_mentions_written, v};
    if (clock_is_replayed() && !catalogue_is_replay(v->catalogue)) {
        log_error("--now is refused: this is a real centre; a database to play in is made by "
                  "vekhactl migrate --replay");
        v->code = EXIT_USAGE;
        return false;
    }
    v->monitor = monitor_new(v->base, v->store, v->metrics, &hooks);
    v->desk = desk_new(v->base, v->store, v->conf, &desk_hooks);
    v->notify = notify_new(v->base, v->store, v->conf, v->metrics);
    v->lookout = lookout_new(v->base, v->store, gate_endpoint(v->gate), &lookout_hooks);
    if (v->monitor == NULL || v->desk == NULL || v->lookout == NULL)
        log_error("out of memory");
    if (v->monitor == NULL || v->desk == NULL || v->notify == NULL || v->lookout == NULL) {
        v->code = EXIT_FAILURE;
        return false;
    }
    log_notice("listening on %s", gate_endpoint(v->gate));
    return true;
}

static void on_catalogue_changed(void *arg)
{
    struct vekhad *v = arg;
    if (v->stopping)
        return;
    feed_recheck(v->feed);
    if (v->monitor == NULL && !begin_work(v)) {
        event_base_loopbreak(v->base);
        return;
    }
    service_status("Listening on %s", gate_endpoint(v->gate));
    service_ready(v->service);
    wake_monitor_for_all(v);
    on_mentions_written(v);
    on_posted(v);
    on_inbox_filled(v);
}

/* --- what is served about ourselves --- */

static void on_refresh(void *arg)
{
    struct vekhad *v = arg;
    vitals_refresh(v->vitals);
    metrics_set(v->metrics, METRIC_DATABASE_UP, store_is_up(v->store));
    metrics_set(v->metrics, METRIC_WAITING, (double)gate_waiting(v->gate));
    metrics_set(v->metrics, METRIC_WATCHES, (double)feed_watches(v->feed));
    metrics_set(v->metrics, METRIC_QUEUED, (double)store_queued(v->store));
    metrics_set(v->metrics, METRIC_IN_FLIGHT, (double)store_in_flight(v->store));
}

static const char *why_ill(void *arg)
{
    const struct vekhad *v = arg;
    return v->stopping          ? "ending"
           : v->monitor == NULL ? "waiting for the database: the catalogue is not loaded yet"
                                : NULL;
}

/* Before the modules that count. */
static bool begin_counting(struct vekhad *v)
{
    if (v->conf->metrics == NULL)
        return true;
    v->metrics = metrics_new();
    v->vitals = v->metrics == NULL ? NULL : vitals_new(v->base, v->metrics);
    return v->vitals != NULL;
}

/* After them: they are asked at once.  False with a logged reason. */
static bool serve_metrics(struct vekhad *v)
{
    const struct exporter_hooks hooks = {on_refresh, why_ill, v};
    if (v->metrics == NULL)
        return true;
    v->backlog = backlog_new(v->base, v->store, v->metrics);
    v->exporter = exporter_new(v->base, v->conf->metrics, v->metrics, &hooks);
    return v->backlog != NULL && v->exporter != NULL;
}

/* --- signals and timers --- */

static void on_term(evutil_socket_t signal, short what, void *arg)
{
    (void)what;
    struct vekhad *v = arg;
    const struct timeval patience = {.tv_sec = DRAIN_S};
    if (v->stopping) {
        log_notice("signal %d again: ending at once, %zu submissions unanswered", (int)signal,
                   gate_waiting(v->gate));
        end(v, EXIT_SUCCESS);
        return;
    }
    v->stopping = true;
    log_notice("signal %d: ending after %zu submissions are answered", (int)signal,
               gate_waiting(v->gate));
    service_stopping();
    intake_close(v->intake);
    if (gate_waiting(v->gate) == 0 || event_add(v->drain, &patience) != 0)
        event_base_loopexit(v->base, NULL);
}

static void on_drain_over(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct vekhad *v = arg;
    log_warning("%zu submissions could not be answered in time; the schools will send them again",
                gate_waiting(v->gate));
    end(v, EXIT_SUCCESS);
}

static void on_hangup(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct vekhad *v = arg;
    char error[512];
    service_reloading();
    struct conf *fresh = conf_read(v->conf_path, error, sizeof error);
    if (fresh == NULL) {
        log_error("%s; the configuration stays as it was", error);
    } else {
        if (!conf_take_over(v->conf, fresh))
            log_warning("%s: some of the changes wait for a restart", v->conf_path);
        log_set_level(v->conf->log_level);
        log_notice("the configuration was read anew");
    }
    conf_free(fresh);
    service_reloaded(); /* even if refused: systemctl reload waits for it */
}

static void on_grace_over(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    struct vekhad *v = arg;
    if (v->monitor == NULL) {
        log_warning("bound to %s, but the catalogue is not loaded; trying on",
                    gate_endpoint(v->gate));
        service_status("Waiting for the database; schools are told to come again");
        service_ready(v->service);
    }
}

/* A database that is away, or slow, is no reason to be restarted: a group on its way is progress, and
 * ends by its time limit.  Submissions that wait for nothing are. */
static bool makes_progress(void *arg)
{
    const struct vekhad *v = arg;
    return v->stopping || !store_is_up(v->store) || gate_waiting(v->gate) == 0 ||
           store_in_flight(v->store) > 0;
}

/* --- life --- */

static void on_nothing(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    (void)arg;
}

/* libevent asks for memory when more timers run than ever before, and what waits for a timer that could not
 * be set would wait for ever.  What it has once it keeps. */
static bool reserve_timers(struct event_base *base)
{
    static const struct timeval hour = {.tv_sec = 3600};
    struct event *timers[TIMERS];
    int n = 0;
    while (n < TIMERS && (timers[n] = evtimer_new(base, on_nothing, NULL)) != NULL)
        if (evtimer_add(timers[n++], &hour) != 0)
            break;
    bool reserved = n == TIMERS && evtimer_pending(timers[n - 1], NULL);
    while (n > 0)
        event_free(timers[--n]);
    return reserved;
}

static struct event *on_signal(struct vekhad *v, int signal, event_callback_fn fn)
{
    struct event *e = evsignal_new(v->base, signal, fn, v);
    if (e != NULL && (event_priority_set(e, 0) != 0 || event_add(e, NULL) != 0)) {
        event_free(e);
        return NULL;
    }
    return e;
}

static bool watch(struct vekhad *v)
{
    const struct timeval grace = {.tv_sec = GRACE_S};
    v->term = on_signal(v, SIGTERM, on_term);
    v->interrupt = on_signal(v, SIGINT, on_term);
    v->hangup = on_signal(v, SIGHUP, on_hangup);
    v->grace = evtimer_new(v->base, on_grace_over, v);
    v->drain = evtimer_new(v->base, on_drain_over, v);
    return v->term != NULL && v->interrupt != NULL && v->hangup != NULL && v->grace != NULL &&
           v->drain != NULL && event_add(v->grace, &grace) == 0;
}

static bool build(struct vekhad *v, const struct key_pair *server)
{
    const struct store_hooks hooks = {on_store_up,
                                      on_store_down,
                                      on_catalogue_notified,
                                      on_stepped,
                                      on_inbox_filled,
                                      on_committed,
                                      v};
    const struct intake_hooks doors = {on_answer, on_watch, on_consult, on_hear,
                                       on_reply,  on_enrol, on_arrived, v};
    v->arena = arena_new(WIRE_MAX_UNPACKED);
    v->base = event_base_new();
    if (v->arena == NULL || v->base == NULL || event_base_priority_init(v->base, PRIORITIES) != 0 ||
        !reserve_timers(v->base) || !watch(v) || !begin_counting(v))
        goto out_of_memory;
    v->service = service_new(v->base, makes_progress, v);
    v->store = store_new(v->base, v->conf->database, v->metrics, &hooks);
    v->catalogue =
        v->store == NULL ? NULL : catalogue_new(v->base, v->store, on_catalogue_changed, v);
    if (v->service == NULL || v->catalogue == NULL)
        goto out_of_memory;
    v->gate = gate_new(v->base, v->conf->endpoint, server, v->catalogue, v->metrics);
    if (v->gate == NULL)
        return false; /* said already */
    v->feed = feed_new(v->base, v->store, v->catalogue, v->metrics, on_control_answer, v);
    v->parts = parts_new(v->store, v->catalogue, on_control_answer, v);
    v->incidents = incidents_new(v->store);
    v->queries = v->incidents == NULL
                     ? NULL
                     : queries_new(v->store, v->catalogue, v->incidents, on_control_answer, v);
    v->enrolment = enrolment_new(v->catalogue, v->store, on_control_answer, v);
    v->intake = v->incidents == NULL
                    ? NULL
                    : intake_new(v->catalogue, v->store, v->incidents, v->metrics, &doors);
    v->inbox = v->intake == NULL ? NULL : inbox_new(v->base, v->store, v->intake);
    if (v->feed != NULL && v->parts != NULL && v->queries != NULL && v->enrolment != NULL &&
        v->inbox != NULL && gate_open(v->gate, v->intake))
        return serve_metrics(v);
out_of_memory:
    log_error("out of memory");
    return false;
}

static void free_event(struct event *e)
{
    if (e != NULL)
        event_free(e);
}

/* The store first: it calls back into all others for what it gives up. */
static void take_down(struct vekhad *v)
{
    v->stopping = true;
    exporter_free(v->exporter);
    store_free(v->store);
    backlog_free(v->backlog);
    monitor_free(v->monitor);
    desk_free(v->desk);
    notify_free(v->notify);
    lookout_free(v->lookout);
    inbox_free(v->inbox);
    intake_free(v->intake);
    incidents_free(v->incidents);
    feed_free(v->feed);
    enrolment_free(v->enrolment);
    parts_free(v->parts);
    queries_free(v->queries);
    gate_free(v->gate);
    catalogue_free(v->catalogue);
    service_free(v->service);
    vitals_free(v->vitals);
    free_event(v->term);
    free_event(v->interrupt);
    free_event(v->hangup);
    free_event(v->grace);
    free_event(v->drain);
    if (v->base != NULL)
        event_base_free(v->base);
    arena_free(v->arena);
    metrics_free(v->metrics);
}

int vekhad_run(const char *conf_path, struct conf *conf, const struct key_pair *server)
{
    struct vekhad v = {.conf_path = conf_path, .conf = conf, .code = EXIT_SUCCESS};
    if (!build(&v, server)) {
        v.code = EXIT_FAILURE;
    } else if (event_base_dispatch(v.base) < 0) {
        log_error("the event loop failed: %s", strerror(errno));
        v.code = EXIT_FAILURE;
    }
    take_down(&v);
    return v.code;
}
