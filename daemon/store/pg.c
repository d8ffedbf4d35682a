/* pg: see pg.h.
 *
 *     WAITING --timer--> CONNECTING --connected--> PREPARING --prepared--> UP
 *        ^                    |                        |                    |
 *        +------- lost() -----+------------------------+--------------------+
 *
 * Everything sent is a step in a ring, one to one with what libpq will answer, in the same order.
 */
#include "store/pg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <event2/util.h>

#include "log.h"

enum pg_state { PG_WAITING, PG_CONNECTING, PG_PREPARING, PG_UP };

enum {
    PG_CONNECT_TIMEOUT_MS =
        10 * 1000, /* libpq's connect_timeout does not count with PQconnectPoll */
    PG_ANSWER_TIMEOUT_MS = 90 * 1000, /* longer than statement_timeout: the server itself hangs */
    PG_WHY_MAX = 400,
};

/* What is waited for after the n-th failure in a row: a restarted server is found at once, a dead
 * one is left alone. */
static const int backoff_ms[] = {200, 500, 1000, 2000, 5000, 10000, 20000, 40000, 60000};
enum { BACKOFF_STEPS = sizeof backoff_ms / sizeof backoff_ms[0] };

struct step {
    bool is_sync;
    pg_reply_fn *fn;
    void *arg;
    PGresult *result; /* kept until libpq has said that no other follows */
    bool ended;       /* the NULL behind the result has come */
};

struct pg {
    struct event_base *base;
    char *conninfo;
    const struct pg_statement *statements;
    const char *const *listen;
    struct pg_hooks hooks;

    enum pg_state state;
    bool broken; /* a send failed: the connection is given up as soon as the loop runs */
    unsigned failures;
    char why[PG_WHY_MAX]; /* why preparing failed */
    PGconn *conn;
    struct event *timer, *readable, *writable;

    struct step ring[PG_MAX_IN_FLIGHT];
    size_t first, count;
};

static void lost(struct pg *p, const char *why);
static void on_connecting(evutil_socket_t fd, short what, void *arg);
static void on_readable(evutil_socket_t fd, short what, void *arg);
static void on_writable(evutil_socket_t fd, short what, void *arg);

/* Copies a message of libpq as one line. */
static void one_line(char *ret, size_t size, const char *text)
{
    size_t len = 0;

    for (; *text && len + 1 < size; text++)
        ret[len++] = (*text == '\n' || *text == '\t') ? ' ' : *text;
    while (len > 0 && ret[len - 1] == ' ')
        len--;
    ret[len] = '\0';
}

static void arm(struct pg *p, int ms)
{
    struct timeval tv = {.tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000};

    if (evtimer_add(p->timer, &tv) != 0)
        log_error("database: no timer: out of memory");
}

static void drop_events(struct pg *p)
{
    if (p->readable)
        event_free(p->readable);
    if (p->writable)
        event_free(p->writable);
    p->readable = p->writable = NULL;
}

/* libpq may change the socket from one poll to the next, so an event lives for one poll. */
static bool watch(struct pg *p, short what, event_callback_fn fn, struct event **ret)
{
    *ret = event_new(p->base, PQsocket(p->conn), what, fn, p);
    return *ret && event_add(*ret, NULL) == 0;
}

/* --- refusals --- */

/* By the start of the SQLSTATE, first match. */
static const struct {
    const char *start;
    enum pg_blame blame;
} blames[] = {
    {"57014", PG_BLAME_UNSURE}, /* took too long */
    {"08", PG_BLAME_NONE},      /* connection */
    {"25", PG_BLAME_NONE},      /* read-only: a standby that is being promoted */
    {"40", PG_BLAME_NONE},      /* serialization, deadlock */
    {"53", PG_BLAME_NONE},      /* disk full, out of memory, too many connections */
    {"55", PG_BLAME_NONE},      /* lock not available */
    {"57", PG_BLAME_NONE},      /* shutting down */
    {"58", PG_BLAME_NONE},      /* I/O error */
    {"22", PG_BLAME_DATA},      /* data exception */
    {"23", PG_BLAME_DATA},      /* constraint violated */
};

/* A row that finds no partition has violated a constraint without a name: the year was archived a moment ago, or is not made yet. */
static bool lacks_partition(const PGresult *refused, const char *sqlstate)
{
    return strcmp(sqlstate, "23514") == 0 &&
           PQresultErrorField(refused, PG_DIAG_CONSTRAINT_NAME) == NULL;
}

static enum pg_blame blame_of(const PGresult *refused, const char *sqlstate)
{
    if (lacks_partition(refused, sqlstate))
        return PG_BLAME_UNSURE;
    for (size_t i = 0; i < sizeof blames / sizeof blames[0]; i++)
        if (strncmp(sqlstate, blames[i].start, strlen(blames[i].start)) == 0)
            return blames[i].blame;
    return PG_BLAME_UNSURE;
}

/* --- steps --- */

/* As long as something is expected, something must come. */
static void expect_answer(struct pg *p)
{
    if (p->state != PG_UP || p->broken)
        return;
    if (p->count > 0)
        arm(p, PG_ANSWER_TIMEOUT_MS);
    else
        evtimer_del(p->timer);
}

static bool push(struct pg *p, bool is_sync, pg_reply_fn *fn, void *arg)
{
    if (p->count == PG_MAX_IN_FLIGHT)
        return false;
    p->ring[(p->first + p->count++) % PG_MAX_IN_FLIGHT] =
        (struct step){.is_sync = is_sync, .fn = fn, .arg = arg};
    if (p->count == 1)
        expect_answer(p);
    return true;
}

static void answer(struct step *step, const char *lost_because)
{
    bool keep = false;
    struct pg_reply reply = {.result = step->result, .error = "", .keep = &keep};
    char line[PG_WHY_MAX];
    const char *state;

    if (!step->result) {
        reply.error = lost_because;
    } else if (PQresultStatus(step->result) == PGRES_PIPELINE_ABORTED) {
        snprintf(reply.sqlstate, sizeof reply.sqlstate, "aborted");
        reply.blame = PG_BLAME_UNSURE;
        reply.error = "an earlier statement of the transaction was refused";
    } else if (PQresultStatus(step->result) == PGRES_FATAL_ERROR) {
        state = PQresultErrorField(step->result, PG_DIAG_SQLSTATE);
        snprintf(reply.sqlstate, sizeof reply.sqlstate, "%s", state ? state : "XX000");
        reply.blame = blame_of(step->result, reply.sqlstate);
        one_line(line, sizeof line, PQresultErrorMessage(step->result));
        reply.error = line;
    }
    if (step->fn)
        step->fn(step->arg, &reply);
    if (!keep)
        PQclear(step->result);
}

/* Takes the oldest step out of the ring and tells its caller. */
static void finish_step(struct pg *p, const char *lost_because)
{
    struct step step = p->ring[p->first];

    p->first = (p->first + 1) % PG_MAX_IN_FLIGHT;
    p->count--;
    expect_answer(p);
    answer(&step, lost_because);
}

/* Gives a result to the oldest step.  A call is answered by one result and a NULL, a sync by
 * PGRES_PIPELINE_SYNC; if its COMMIT failed, the error and a NULL come before that, and the error
 * is what counts.  False if libpq is out of step with the ring. */
static bool take_result(struct pg *p, PGresult *result)
{
    struct step *step = &p->ring[p->first];
    bool is_sync_result = result && PQresultStatus(result) == PGRES_PIPELINE_SYNC;
    bool in_step = result ? is_sync_result == step->is_sync || (step->is_sync && !step->result)
                          : step->result && !step->ended;

    if (!result)
        step->ended = true;
    else if (!step->result)
        step->result = result;
    else
        PQclear(result);
    if (in_step && (step->is_sync ? is_sync_result : step->ended))
        finish_step(p, "");
    return in_step;
}

static bool is_loss(const PGresult *result)
{
    return result && PQresultStatus(result) == PGRES_FATAL_ERROR &&
           !PQresultErrorField(result, PG_DIAG_SQLSTATE);
}

/* libpq 15 cannot tell of the end of a pipeline when memory was refused for it: it stays busy for ever, but
 * for its message. */
static bool is_stuck(const struct pg *p)
{
    static const char why[] = "out of memory";

    return p->count > 0 && strncmp(PQerrorMessage(p->conn), why, sizeof why - 1) == 0;
}

static void take_results(struct pg *p)
{
    while (p->count > 0 && !PQisBusy(p->conn)) {
        PGresult *result = PQgetResult(p->conn);

        if (is_loss(result) || PQstatus(p->conn) == CONNECTION_BAD) {
            PQclear(result);
            lost(p, PQerrorMessage(p->conn));
            return;
        }
        if (!take_result(p, result)) {
            lost(p, "libpq answered out of order");
            return;
        }
    }
    if (is_stuck(p))
        lost(p, PQerrorMessage(p->conn));
}

static void take_notifications(struct pg *p)
{
    PGnotify *n;

    while (p->conn && (n = PQnotifies(p->conn))) {
        if (p->hooks.notified)
            p->hooks.notified(p->hooks.arg, n->relname);
        PQfreemem(n);
    }
}

static void flush(struct pg *p)
{
    int rest = PQflush(p->conn);

    if (rest == 0)
        return;
    if (rest < 0 || event_add(p->writable, NULL) != 0) {
        p->broken = true;
        arm(p, 0);
    }
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
    struct pg *p = arg;

    (void)fd;
    (void)what;
    if (!PQconsumeInput(p->conn)) {
        lost(p, PQerrorMessage(p->conn));
        return;
    }
    take_results(p);
    take_notifications(p);
    if (p->conn)
        flush(p);
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
    struct pg *p = arg;

    (void)fd;
    (void)what;
    flush(p);
}

/* --- the way up --- */

static void on_prepared(void *arg, const struct pg_reply *reply)
{
    struct pg *p = arg;

    if (reply->error[0] && strcmp(reply->sqlstate, "aborted") != 0 && !p->why[0])
        snprintf(p->why, sizeof p->why, "%s", reply->error);
}

static void on_ready(void *arg, const struct pg_reply *reply)
{
    struct pg *p = arg;

    on_prepared(p, reply);
    if (!reply->result)
        return;
    if (p->why[0]) {
        p->broken = true;
        arm(p, 0);
        return;
    }
    evtimer_del(p->timer);
    p->state = PG_UP;
    p->failures = 0;
    log_debug("database: connected to %s", PQdb(p->conn));
    p->hooks.up(p->hooks.arg);
}

static bool send_preparations(struct pg *p)
{
    char listen[128];

    for (const struct pg_statement *s = p->statements; s->name; s++)
        if (!push(p, false, on_prepared, p) || !PQsendPrepare(p->conn, s->name, s->sql, 0, NULL))
            return false;
    for (const char *const *channel = p->listen; *channel; channel++) {
        snprintf(listen, sizeof listen, "LISTEN %s", *channel);
        if (!push(p, false, on_prepared, p) ||
            !PQsendQueryParams(p->conn, listen, 0, NULL, NULL, NULL, NULL, 0))
            return false;
    }
    return push(p, true, on_ready, p) && PQpipelineSync(p->conn);
}

static void connected(struct pg *p)
{
    p->state = PG_PREPARING;
    p->why[0] = '\0';
    if (PQsetnonblocking(p->conn, 1) != 0 || !PQenterPipelineMode(p->conn) ||
        !watch(p, EV_READ | EV_PERSIST, on_readable, &p->readable) ||
        !(p->writable = event_new(p->base, PQsocket(p->conn), EV_WRITE, on_writable, p)) ||
        !send_preparations(p)) {
        lost(p, PQerrorMessage(p->conn));
        return;
    }
    flush(p);
}

static void poll_connection(struct pg *p)
{
    PostgresPollingStatusType status;
    short what;

    drop_events(p);
    status = PQconnectPoll(p->conn);
    if (status == PGRES_POLLING_OK) {
        connected(p);
        return;
    }
    what = status == PGRES_POLLING_READING ? EV_READ : EV_WRITE;
    if (status == PGRES_POLLING_FAILED || !watch(p, what, on_connecting, &p->readable))
        lost(p, PQerrorMessage(p->conn));
}

static void on_connecting(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    poll_connection(arg);
}

static void on_notice(void *arg, const PGresult *result)
{
    char line[PG_WHY_MAX];

    (void)arg;
    one_line(line, sizeof line, PQresultErrorMessage(result));
    log_info("database: %s", line);
}

/* Verdicts are made by what others have committed.  The keepalives are the server's own: a daemon
 * whose host is gone must not hold its locks for two hours. */
static const char session_options[] =
    "-c search_path= -c default_transaction_isolation=read\\ committed"
    " -c statement_timeout=60s -c lock_timeout=30s -c idle_in_transaction_session_timeout=60s"
    " -c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3";

/* A keyword counts over those before it: what the administrator wrote, in `dbname`, wins. */
static void start(struct pg *p)
{
    const char *const keywords[] = {"application_name",
                                    "client_encoding",
                                    "target_session_attrs",
                                    "keepalives_idle",
                                    "keepalives_count",
                                    "keepalives_interval",
                                    "tcp_user_timeout",
                                    "options",
                                    "dbname",
                                    NULL};
    const char *const values[] = {"vekhad", "UTF8",  "read-write",    "30",        "3",
                                  "10",     "20000", session_options, p->conninfo, NULL};

    p->state = PG_CONNECTING;
    arm(p, PG_CONNECT_TIMEOUT_MS);
    p->conn = PQconnectStartParams(keywords, values, 1);
    if (!p->conn || PQstatus(p->conn) == CONNECTION_BAD) {
        lost(p, p->conn ? PQerrorMessage(p->conn) : "out of memory");
        return;
    }
    PQsetNoticeReceiver(p->conn, on_notice, p);
    if (!watch(p, EV_WRITE, on_connecting, &p->readable))
        lost(p, "out of memory");
}

static int next_delay_ms(struct pg *p)
{
    unsigned step = p->failures < BACKOFF_STEPS ? p->failures : BACKOFF_STEPS - 1;
    unsigned char jitter;

    p->failures++;
    evutil_secure_rng_get_bytes(&jitter, sizeof jitter);
    return backoff_ms[step] * (192 + jitter / 2) / 256; /* 75 % to 125 % */
}

static void fail_all(struct pg *p, const char *why)
{
    while (p->count > 0) {
        PQclear(p->ring[p->first].result);
        p->ring[p->first].result = NULL;
        finish_step(p, why);
    }
}

/* The one way down, from whatever state. */
static void lost(struct pg *p, const char *why)
{
    char line[PG_WHY_MAX];
    int delay = next_delay_ms(p);

    one_line(line, sizeof line, why && why[0] ? why : "the connection was closed");
    drop_events(p);
    PQfinish(p->conn);
    p->conn = NULL;
    p->broken = false;
    p->state = PG_WAITING;
    arm(p, delay);
    fail_all(p, line);
    p->hooks.down(p->hooks.arg, line);
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
    struct pg *p = arg;

    (void)fd;
    (void)what;
    if (p->state == PG_WAITING)
        start(p);
    else if (p->broken)
        lost(p, p->why[0] ? p->why : PQerrorMessage(p->conn));
    else if (p->state != PG_UP || p->count > 0)
        lost(p, "no answer in time");
}

/* --- the module --- */

struct pg *pg_new(struct event_base *base, const char *conninfo,
                  const struct pg_statement *statements, const char *const *listen,
                  const struct pg_hooks *hooks)
{
    struct pg *p = calloc(1, sizeof *p);

    if (!p || !(p->conninfo = strdup(conninfo)) || !(p->timer = evtimer_new(base, on_timer, p)))
        goto fail;
    p->base = base;
    p->statements = statements;
    p->listen = listen;
    p->hooks = *hooks;
    arm(p, 0);
    return p;

fail:
    pg_free(p);
    return NULL;
}

void pg_free(struct pg *p)
{
    if (!p)
        return;
    p->state = PG_WAITING;
    fail_all(p, "the program is stopping");
    drop_events(p);
    PQfinish(p->conn);
    if (p->timer)
        event_free(p->timer);
    free(p->conninfo);
    free(p);
}

bool pg_is_up(const struct pg *p)
{
    return p && p->state == PG_UP && !p->broken;
}

size_t pg_in_flight(const struct pg *p)
{
    return p->count;
}

/* After a failed send nothing that was sent can be trusted; the loop gives the connection up. */
static bool give_up(struct pg *p)
{
    p->broken = true;
    arm(p, 0);
    return false;
}

bool pg_call(struct pg *p, const struct pg_call *call, pg_reply_fn *fn, void *arg)
{
    if (!pg_is_up(p) || p->count == PG_MAX_IN_FLIGHT)
        return false;
    if (!PQsendQueryPrepared(p->conn, call->statement->name, call->n_params, call->params,
                             call->lengths, call->formats, 0))
        return give_up(p);
    return push(p, false, fn, arg);
}

bool pg_sync(struct pg *p, pg_reply_fn *fn, void *arg)
{
    if (!pg_is_up(p) || p->count == PG_MAX_IN_FLIGHT)
        return false;
    if (!PQpipelineSync(p->conn))
        return give_up(p);
    if (!push(p, true, fn, arg))
        return false;
    flush(p);
    return true;
}
