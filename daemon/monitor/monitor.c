/* monitor: see monitor.h.
 *
 *     IDLE --wake--> BEGIN -> claims -> LOCK -> BOOK -> ALERTS -> inputs -> writes -> FINISH -> COMMIT --+
 *      ^               |                                                                           |    |
 *      |               +-- any failure --> ROLLBACK --> PAUSE --timer--> BEGIN                     |    |
 *      +-------------------------------------------------------------- nothing more is waiting ----+    |
 *                      ^----------------------------------------------------- more is waiting ----------+
 *
 * A lost connection leads to IDLE from everywhere.  A round is one transaction, so whatever dies in
 * between leaves no trace; and what is assessed twice changes nothing the second time.  A round
 * that is refused for good is taken apart by suspects.h: its series are tried in halves, and the
 * one that fails alone is left out. */
#include "monitor/monitor.h"

#include <stdlib.h>
#include <event2/util.h>

#include "base/clock.h"
#include "log.h"
#include "monitor/round.h"
#include "monitor/suspects.h"

enum {
    DUE_INTERVAL_S = 60, /* midnight comes at another moment in each time zone: ask every minute */
    PARDON_TICKS = 60,   /* what was left out is tried again after as many of them */
    MAX_PAUSE_MS = 30000,
    MAX_UNANNOUNCED = 16, /* rounds in a row that left sums for later */
    REST_FACTOR = 3,      /* how many times as long as a round took it rests while figures wait */
    MAX_REST_MS = 2000,
    US_A_MS = 1000,
};

enum stage {
    STAGE_IDLE,
    STAGE_BEGIN,
    STAGE_PENDING,
    STAGE_REASSESSMENT,
    STAGE_DUE,
    STAGE_REPORTING,
    STAGE_FOLLOWERS,
    STAGE_LOCK,
    STAGE_BOOK,
    STAGE_ALERTS,
    STAGE_CORRECTIONS,
    STAGE_INPUT,
    STAGE_REPORTING_INPUT,
    STAGE_ASSESSMENTS,
    STAGE_WRITE_REPORTING,
    STAGE_TRANSITIONS,
    STAGE_FINISH,
    STAGE_COMMIT,
    STAGE_DONE,
    STAGE_ROLLBACK,
    STAGE_PAUSE,
    STAGE_COUNT,
};

/* What each stage asks, and where it goes on.  A stage whose fill function has nothing to ask is
 * passed over. */
static const struct {
    const char *name;
    enum store_query query; /* STORE_QUERY_COUNT: none */
    round_fill_fn *fill;
    round_take_fn *take;
    enum stage next, on_failure;
} stages[STAGE_COUNT] = {
    [STAGE_IDLE] = {"idle", STORE_QUERY_COUNT, NULL, NULL, STAGE_BEGIN, STAGE_IDLE},
    [STAGE_BEGIN] = {"begin", STORE_BEGIN, NULL, NULL, STAGE_PENDING, STAGE_ROLLBACK},
    [STAGE_PENDING] = {"claim pending", STORE_CLAIM_PENDING, round_fill_pending, round_take_pending,
                       STAGE_REASSESSMENT, STAGE_ROLLBACK},
    [STAGE_REASSESSMENT] = {"claim reassessment", STORE_CLAIM_REASSESSMENT, round_fill_reassessment,
                            round_take_series, STAGE_DUE, STAGE_ROLLBACK},
    [STAGE_DUE] = {"claim due", STORE_CLAIM_DUE, round_fill_due, round_take_series, STAGE_REPORTING,
                   STAGE_ROLLBACK},
    [STAGE_REPORTING] = {"claim reporting", STORE_CLAIM_REPORTING, round_fill_reporting,
                         round_take_series, STAGE_FOLLOWERS, STAGE_ROLLBACK},
    [STAGE_FOLLOWERS] = {"claim followers", STORE_CLAIM_FOLLOWERS, round_fill_followers,
                         round_take_followers, STAGE_LOCK, STAGE_ROLLBACK},
    [STAGE_LOCK] = {"lock", STORE_LOCK_SERIES, round_fill_lock, NULL, STAGE_BOOK, STAGE_ROLLBACK},
    [STAGE_BOOK] = {"duties", STORE_DUTY_BOOK, round_fill_book, round_take_book, STAGE_ALERTS,
                    STAGE_ROLLBACK},
    [STAGE_ALERTS] = {"standing alerts", STORE_STANDING_ALERTS, round_fill_alerts,
                      round_take_alerts, STAGE_CORRECTIONS, STAGE_ROLLBACK},
    [STAGE_CORRECTIONS] = {"corrections", STORE_CORRECTIONS, round_fill_corrections,
                           round_take_corrections, STAGE_INPUT, STAGE_ROLLBACK},
    [STAGE_INPUT] = {"assess", STORE_SERIES_INPUT, round_fill_input, round_take_input,
                     STAGE_REPORTING_INPUT, STAGE_ROLLBACK},
    [STAGE_REPORTING_INPUT] = {"assess reporting", STORE_REPORTING_INPUT,
                               round_fill_reporting_input, round_take_reporting_input,
                               STAGE_ASSESSMENTS, STAGE_ROLLBACK},
    [STAGE_ASSESSMENTS] = {"write assessments", STORE_WRITE_ASSESSMENTS, round_fill_assessments,
                           round_take_assessments, STAGE_WRITE_REPORTING, STAGE_ROLLBACK},
    [STAGE_WRITE_REPORTING] = {"write reporting", STORE_WRITE_REPORTING, round_fill_write_reporting,
                               NULL, STAGE_TRANSITIONS, STAGE_ROLLBACK},
    [STAGE_TRANSITIONS] = {"write transitions", STORE_WRITE_TRANSITIONS, round_fill_transitions,
                           round_take_transitions, STAGE_FINISH, STAGE_ROLLBACK},
    [STAGE_FINISH] = {"finish", STORE_FINISH_PENDING, round_fill_finish, NULL, STAGE_COMMIT,
                      STAGE_ROLLBACK},
    [STAGE_COMMIT] = {"commit", STORE_COMMIT, NULL, NULL, STAGE_DONE, STAGE_ROLLBACK},
    [STAGE_DONE] = {"done", STORE_QUERY_COUNT, NULL, NULL, STAGE_IDLE, STAGE_IDLE},
    [STAGE_ROLLBACK] = {"rollback", STORE_ROLLBACK, NULL, NULL, STAGE_PAUSE, STAGE_PAUSE},
    [STAGE_PAUSE] = {"pause", STORE_QUERY_COUNT, NULL, NULL, STAGE_BEGIN, STAGE_PAUSE},
};

/* After the n-th failure in a row. */
static const int pause_ms[] = {100, 200, 500, 1000, 2000, 5000, 10000, MAX_PAUSE_MS};
enum { PAUSES = sizeof pause_ms / sizeof pause_ms[0] };

struct monitor;

/* Who makes rounds: a connection and the state of a round on it. */
struct worker {
    struct monitor *monitor;
    enum store_line line;
    struct round *round;
    struct suspects suspects;
    enum stage stage;
    bool woken;    /* since the round began */
    bool due;      /* what only time has changed is to be claimed, too */
    bool due_now;  /* in this round */
    bool pardon;   /* what was left out is to be tried again */
    bool trial;    /* this round tries suspects */
    bool culpable; /* this round was refused for good */
    bool mentions; /* people are to hear of something, and the hook does not know yet */
    unsigned failures, unannounced;
    struct event *run;
    int64_t since;     /* when the round began, by metrics_now() */
    int64_t rest_till; /* when the next may begin though figures wait to be stored, by the same */
};

/* The first worker is woken by whatever there may be to do, the second by a round that left more waiting:
 * a lone figure costs one round, an evening has two processors. */
enum { FIRST, SECOND, WORKERS };

static const enum store_line lines[WORKERS] = {[FIRST] = STORE_MONITOR, [SECOND] = STORE_HELPER};

struct monitor {
    struct store *store;
    struct monitor_hooks hooks;
    struct metrics *metrics;
    struct worker workers[WORKERS];
    unsigned ticks;
    struct event *tick;
};

static void arm(struct event *timer, int ms)
{
    struct timeval tv = {.tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000};

    if (evtimer_add(timer, &tv) != 0)
        log_error("monitor: no timer: out of memory");
}

/* Begins a round at once; but while figures wait to be stored, the processors are theirs for most of the
 * time: receipts come before verdicts. */
static void begin_soon(struct worker *w)
{
    int64_t rest = store_queued(w->monitor->store) > 0 ? w->rest_till - metrics_now() : 0;

    arm(w->run, rest > 0 ? (int)(rest / US_A_MS) : 0);
}

static void plan_rest(struct worker *w)
{
    int64_t now = metrics_now(), rest = (now - w->since) * REST_FACTOR;

    w->rest_till = now + (rest < MAX_REST_MS * US_A_MS ? rest : MAX_REST_MS * US_A_MS);
}

/* --- failures: each returns the stage to go on with --- */

/* The database is away: there is nothing to roll back, and its return wakes the monitor. */
static enum stage lost(struct worker *w)
{
    w->due = w->due || w->due_now;
    return STAGE_IDLE;
}

static enum stage failed(struct worker *w, const char *why, bool culpable)
{
    struct round_key culprit;

    log_warning("monitor: %s: %s", stages[w->stage].name, why);
    metrics_add(w->monitor->metrics, METRIC_ROUNDS_FAILED, 1);
    w->due = w->due || w->due_now;
    w->culpable = culpable && round_series(w->round) > 0;
    if (w->culpable && !w->trial)
        suspects_begin(&w->suspects, w->round);
    if (w->culpable && suspects_failed(&w->suspects, &culprit)) {
        log_error("monitor: organisation %d, indicator %d cannot be assessed and is left out: %s",
                  (int)culprit.organisation, (int)culprit.indicator, why);
        round_exclude(w->round, culprit);
    }
    return stages[w->stage].on_failure;
}

static void pause_after_failure(struct worker *w)
{
    unsigned step = w->failures < PAUSES ? w->failures : PAUSES - 1;
    unsigned char jitter;

    if (w->culpable && w->trial) {
        arm(w->run, 0); /* the search goes on */
        return;
    }
    w->failures++;
    evutil_secure_rng_get_bytes(&jitter, sizeof jitter);
    arm(w->run, pause_ms[step] * (192 + jitter / 2) / 256);
}

/* --- stages --- */

static void on_reply(void *arg, const struct pg_reply *reply);

/* False if not all that is to be tried could be taken up. */
static bool begin(struct worker *w)
{
    bool taken = true;

    w->woken = w->culpable = false;
    w->trial = suspects_any(&w->suspects);
    w->due_now = w->due;
    w->due = false;
    w->since = metrics_now();
    round_clear(w->round, clock_now_us(), w->due_now);
    if (w->trial)
        taken = suspects_next(&w->suspects, w->round);
    else if (w->pardon)
        round_pardon(w->round);
    w->pardon = w->pardon && w->trial;
    return taken;
}

/* That people are to hear of something: once the sums above are made too, for the alert of a sum
 * stands for those of its parts. */
static void announce(struct worker *w)
{
    w->mentions = w->mentions || round_has_mentions(w->round);
    if (!w->mentions || (round_has_followers(w->round) && ++w->unannounced < MAX_UNANNOUNCED))
        return;
    w->mentions = false;
    w->unannounced = 0;
    if (w->monitor->hooks.mentions_written)
        w->monitor->hooks.mentions_written(w->monitor->hooks.arg);
}

/* What waits longer than one round takes is shared, unless figures wait: their receipts come first. */
static void call_second(struct monitor *m)
{
    struct worker *second = &m->workers[SECOND];

    if (store_queued(m->store) > 0)
        return;
    second->woken = second->due = true;
    if (second->stage == STAGE_IDLE)
        begin_soon(second);
}

static bool may_go_on(const struct worker *w)
{
    return w == &w->monitor->workers[FIRST] || w->trial || store_queued(w->monitor->store) == 0;
}

static void done(struct worker *w)
{
    bool more = round_is_full(w->round) || round_has_followers(w->round) || w->trial;

    if (w->trial)
        suspects_passed(&w->suspects);
    else
        w->failures = 0;
    plan_rest(w);
    w->due = w->due || (w->due_now && more);
    w->woken = w->woken || (more && may_go_on(w));
    if (round_is_full(w->round))
        call_second(w->monitor);
    if (round_series(w->round) > 0) {
        metrics_add(w->monitor->metrics, METRIC_ROUNDS, 1);
        metrics_observe_since(w->monitor->metrics, HISTOGRAM_ROUND, w->since);
        round_count(w->round, w->monitor->metrics);
    }
    announce(w); /* first: people wait for it */
    if (round_has_steps(w->round) && w->monitor->hooks.stepped)
        w->monitor->hooks.stepped(w->monitor->hooks.arg);
    round_tell(w->round, &w->monitor->hooks);
}

/* Asks what the stage asks.  Returns the stage itself if an answer will come. */
static enum stage ask(struct worker *w)
{
    round_fill_fn *fill = stages[w->stage].fill;
    struct pg_call call = {.n_params = 0};

    if (fill && !fill(w->round, &call)) {
        const char *error = round_error(w->round);

        return error[0] ? failed(w, error, false) : stages[w->stage].next;
    }
    return store_call(w->monitor->store, w->line, stages[w->stage].query, &call, on_reply, w)
               ? w->stage
               : lost(w);
}

/* Does what there is to do on entering a stage.  Returns the stage itself to wait in it. */
static enum stage act(struct worker *w)
{
    switch (w->stage) {
    case STAGE_IDLE:
        if (w->woken)
            begin_soon(w);
        return STAGE_IDLE;
    case STAGE_PAUSE:
        pause_after_failure(w);
        return STAGE_PAUSE;
    case STAGE_DONE:
        done(w);
        return stages[STAGE_DONE].next;
    case STAGE_BEGIN:
        return begin(w) ? ask(w) : failed(w, round_error(w->round), false);
    default:
        return ask(w);
    }
}

/* The one way from stage to stage. */
static void enter(struct worker *w, enum stage stage)
{
    do {
        w->stage = stage;
        stage = act(w);
    } while (stage != w->stage);
}

static void on_reply(void *arg, const struct pg_reply *reply)
{
    struct worker *w = arg;
    enum stage stage = w->stage, next = stages[stage].next;

    if (!reply->result)
        next = lost(w);
    else if (reply->sqlstate[0] && stage != STAGE_ROLLBACK)
        next = failed(w, reply->error, reply->blame != PG_BLAME_NONE);
    else if (stages[stage].take && !stages[stage].take(w->round, reply->result))
        next = failed(w, round_error(w->round), !round_is_short(w->round));
    enter(w, next);
}

static void on_run(evutil_socket_t fd, short what, void *arg)
{
    struct worker *w = arg;

    (void)fd;
    (void)what;
    if (w->stage == STAGE_IDLE || w->stage == STAGE_PAUSE)
        enter(w, STAGE_BEGIN);
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
    struct monitor *m = arg;
    bool pardon = ++m->ticks % PARDON_TICKS == 0;

    (void)fd;
    (void)what;
    arm(m->tick, DUE_INTERVAL_S * 1000);
    for (size_t i = 0; i < WORKERS; i++)
        m->workers[i].pardon = m->workers[i].pardon || pardon;
    monitor_wake_for_all(m);
}

/* --- the module --- */

static bool employ(struct monitor *m, struct event_base *base, size_t place)
{
    struct worker *w = &m->workers[place];

    w->monitor = m;
    w->line = lines[place];
    w->due = true;
    return (w->round = round_new()) && (w->run = evtimer_new(base, on_run, w));
}

struct monitor *monitor_new(struct event_base *base, struct store *store, struct metrics *metrics,
                            const struct monitor_hooks *hooks)
{
    struct monitor *m = calloc(1, sizeof *m);

    if (!m || !(m->tick = evtimer_new(base, on_tick, m)))
        goto fail;
    for (size_t i = 0; i < WORKERS; i++)
        if (!employ(m, base, i))
            goto fail;
    m->store = store;
    m->metrics = metrics;
    m->hooks = *hooks;
    arm(m->tick, DUE_INTERVAL_S * 1000);
    return m;

fail:
    monitor_free(m);
    return NULL;
}

static void dismiss(struct worker *w)
{
    round_free(w->round);
    if (w->run)
        event_free(w->run);
}

void monitor_free(struct monitor *m)
{
    if (!m)
        return;
    for (size_t i = 0; i < WORKERS; i++)
        dismiss(&m->workers[i]);
    if (m->tick)
        event_free(m->tick);
    free(m);
}

void monitor_wake(struct monitor *m)
{
    struct worker *first = &m->workers[FIRST];

    first->woken = true;
    if (first->stage == STAGE_IDLE)
        begin_soon(first);
}

void monitor_wake_for_all(struct monitor *m)
{
    m->workers[FIRST].due = true;
    monitor_wake(m);
}
