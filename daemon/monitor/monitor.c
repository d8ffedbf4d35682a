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

struct monitor {
    struct store *store;
    struct monitor_hooks hooks;
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
    unsigned failures, ticks, unannounced;
    struct event *run, *tick;
    struct metrics *metrics;
    int64_t since;     /* when the round began, by metrics_now() */
    int64_t rest_till; /* when the next may begin though figures wait to be stored, by the same */
};

static void arm(struct event *timer, int ms)
{
    struct timeval tv = {.tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000};

    if (evtimer_add(timer, &tv) != 0)
        log_error("monitor: no timer: out of memory");
}

/* Begins a round at once; but while figures wait to be stored, the processors are theirs for most of the
 * time: receipts come before verdicts. */
static void begin_soon(struct monitor *m)
{
    int64_t rest = store_queued(m->store) > 0 ? m->rest_till - metrics_now() : 0;

    arm(m->run, rest > 0 ? (int)(rest / US_A_MS) : 0);
}

static void plan_rest(struct monitor *m)
{
    int64_t now = metrics_now(), rest = (now - m->since) * REST_FACTOR;

    m->rest_till = now + (rest < MAX_REST_MS * US_A_MS ? rest : MAX_REST_MS * US_A_MS);
}

/* --- failures: each returns the stage to go on with --- */

/* The database is away: there is nothing to roll back, and its return wakes the monitor. */
static enum stage lost(struct monitor *m)
{
    m->due = m->due || m->due_now;
    return STAGE_IDLE;
}

static enum stage failed(struct monitor *m, const char *why, bool culpable)
{
    struct round_key culprit;

    log_warning("monitor: %s: %s", stages[m->stage].name, why);
    metrics_add(m->metrics, METRIC_ROUNDS_FAILED, 1);
    m->due = m->due || m->due_now;
    m->culpable = culpable && round_series(m->round) > 0;
    if (m->culpable && !m->trial)
        suspects_begin(&m->suspects, m->round);
    if (m->culpable && suspects_failed(&m->suspects, &culprit)) {
        log_error("monitor: organisation %d, indicator %d cannot be assessed and is left out: %s",
                  (int)culprit.organisation, (int)culprit.indicator, why);
        round_exclude(m->round, culprit);
    }
    return stages[m->stage].on_failure;
}

static void pause_after_failure(struct monitor *m)
{
    unsigned step = m->failures < PAUSES ? m->failures : PAUSES - 1;
    unsigned char jitter;

    if (m->culpable && m->trial) {
        arm(m->run, 0); /* the search goes on */
        return;
    }
    m->failures++;
    evutil_secure_rng_get_bytes(&jitter, sizeof jitter);
    arm(m->run, pause_ms[step] * (192 + jitter / 2) / 256);
}

/* --- stages --- */

static void on_reply(void *arg, const struct pg_reply *reply);

static void begin(struct monitor *m)
{
    m->woken = m->culpable = false;
    m->trial = suspects_any(&m->suspects);
    m->due_now = m->due;
    m->due = false;
    m->since = metrics_now();
    round_clear(m->round, clock_now_us(), m->due_now);
    if (m->trial)
        suspects_next(&m->suspects, m->round);
    else if (m->pardon)
        round_pardon(m->round);
    m->pardon = m->pardon && m->trial;
}

/* That people are to hear of something: once the sums above are made too, for the alert of a sum
 * stands for those of its parts. */
static void announce(struct monitor *m)
{
    m->mentions = m->mentions || round_has_mentions(m->round);
    if (!m->mentions || (round_has_followers(m->round) && ++m->unannounced < MAX_UNANNOUNCED))
        return;
    m->mentions = false;
    m->unannounced = 0;
    if (m->hooks.mentions_written)
        m->hooks.mentions_written(m->hooks.arg);
}

static void done(struct monitor *m)
{
    bool more = round_is_full(m->round) || round_has_followers(m->round) || m->trial;

    if (m->trial)
        suspects_passed(&m->suspects);
    else
        m->failures = 0;
    plan_rest(m);
    m->due = m->due || (m->due_now && more);
    m->woken = m->woken || more;
    if (round_series(m->round) > 0) {
        metrics_add(m->metrics, METRIC_ROUNDS, 1);
        metrics_observe_since(m->metrics, HISTOGRAM_ROUND, m->since);
        round_count(m->round, m->metrics);
    }
    announce(m); /* first: people wait for it */
    if (round_has_steps(m->round) && m->hooks.stepped)
        m->hooks.stepped(m->hooks.arg);
    round_tell(m->round, &m->hooks);
}

/* Asks what the stage asks.  Returns the stage itself if an answer will come. */
static enum stage ask(struct monitor *m)
{
    round_fill_fn *fill = stages[m->stage].fill;
    struct pg_call call = {.n_params = 0};

    if (fill && !fill(m->round, &call)) {
        const char *error = round_error(m->round);

        return error[0] ? failed(m, error, false) : stages[m->stage].next;
    }
    return store_call(m->store, STORE_MONITOR, stages[m->stage].query, &call, on_reply, m)
               ? m->stage
               : lost(m);
}

/* Does what there is to do on entering a stage.  Returns the stage itself to wait in it. */
static enum stage act(struct monitor *m)
{
    switch (m->stage) {
    case STAGE_IDLE:
        if (m->woken)
            begin_soon(m);
        return STAGE_IDLE;
    case STAGE_PAUSE:
        pause_after_failure(m);
        return STAGE_PAUSE;
    case STAGE_DONE:
        done(m);
        return stages[STAGE_DONE].next;
    case STAGE_BEGIN:
        begin(m);
        return ask(m);
    default:
        return ask(m);
    }
}

/* The one way from stage to stage. */
static void enter(struct monitor *m, enum stage stage)
{
    do {
        m->stage = stage;
        stage = act(m);
    } while (stage != m->stage);
}

static void on_reply(void *arg, const struct pg_reply *reply)
{
    struct monitor *m = arg;
    enum stage stage = m->stage, next = stages[stage].next;

    if (!reply->result)
        next = lost(m);
    else if (reply->sqlstate[0] && stage != STAGE_ROLLBACK)
        next = failed(m, reply->error, pg_blame(reply->sqlstate) != PG_BLAME_NONE);
    else if (stages[stage].take && !stages[stage].take(m->round, reply->result))
        next = failed(m, round_error(m->round), true);
    enter(m, next);
}

static void on_run(evutil_socket_t fd, short what, void *arg)
{
    struct monitor *m = arg;

    (void)fd;
    (void)what;
    if (m->stage == STAGE_IDLE || m->stage == STAGE_PAUSE)
        enter(m, STAGE_BEGIN);
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
    struct monitor *m = arg;

    (void)fd;
    (void)what;
    arm(m->tick, DUE_INTERVAL_S * 1000);
    m->pardon = m->pardon || ++m->ticks % PARDON_TICKS == 0;
    monitor_wake_for_all(m);
}

/* --- the module --- */

struct monitor *monitor_new(struct event_base *base, struct store *store, struct metrics *metrics,
                            const struct monitor_hooks *hooks)
{
    struct monitor *m = calloc(1, sizeof *m);

    if (!m || !(m->round = round_new()) || !(m->run = evtimer_new(base, on_run, m)) ||
        !(m->tick = evtimer_new(base, on_tick, m)))
        goto fail;
    m->store = store;
    m->metrics = metrics;
    m->hooks = *hooks;
    m->due = true;
    arm(m->tick, DUE_INTERVAL_S * 1000);
    return m;

fail:
    monitor_free(m);
    return NULL;
}

void monitor_free(struct monitor *m)
{
    if (!m)
        return;
    round_free(m->round);
    if (m->run)
        event_free(m->run);
    if (m->tick)
        event_free(m->tick);
    free(m);
}

void monitor_wake(struct monitor *m)
{
    m->woken = true;
    if (m->stage == STAGE_IDLE)
        begin_soon(m);
}

void monitor_wake_for_all(struct monitor *m)
{
    m->due = true;
    monitor_wake(m);
}
