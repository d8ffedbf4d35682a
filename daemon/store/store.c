/* store: see store.h.
 *
 * One connection for groups of submissions, one for the catalogue and the outbox, two for the
 * transactions of the monitor.  On the first, up to MAX_FLIGHTS groups are under way, so that the
 * server never waits for the daemon; the server does them one after the other, and they have no key
 * in common, so they can neither block nor overtake each other. */
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "store/group.h"
#include "store/ingest.h"
#include "log.h"
#include "wire/step.h"

enum {
    MAX_FLIGHTS = 2,
    PATIENCE_MS = 5000, /* without a commit for so long, what is queued is answered STORE_AWAY */
    PAUSE_MS = 100,     /* after a refusal that time may heal; doubled each time */
    MAX_PAUSE_MS = 2000,
};

enum line {
    LINE_CONTROL = STORE_CONTROL,
    LINE_MONITOR = STORE_MONITOR,
    LINE_HELPER = STORE_HELPER,
    LINE_INGEST,
    LINE_COUNT,
};

static const char *const line_names[LINE_COUNT] = {[LINE_CONTROL] = "control",
                                                   [LINE_MONITOR] = "monitor",
                                                   [LINE_HELPER] = "monitor's helper",
                                                   [LINE_INGEST] = "ingest"};

struct connection {
    struct store *store;
    enum line line;
    struct pg *pg;
    bool up;
};

/* A group on its way, until its COMMIT is answered. */
struct flight {
    struct store *store;
    struct group *group; /* NULL: free */
    int64_t since;       /* when it was sent, by metrics_now() */
    PGresult *rows;
    char sqlstate[8];
    enum pg_blame blame;
    char error[400];
};

struct store {
    struct store_hooks hooks;
    struct metrics *metrics;
    struct connection connections[LINE_COUNT];
    bool up;
    struct groups *groups;
    struct ingest *ingest;
    struct flight flights[MAX_FLIGHTS];
    struct event *patience, *pause, *pump;
    int pause_ms; /* of the last refusal; 0 after a commit */
};

/* In the order of enum store_query; prepared on the connections that serve queries. */
static const struct pg_statement statements[STORE_QUERY_COUNT + 1] = {
    [STORE_CENTRE] = {"centre", "SELECT replay FROM vekha.catalogue_centre()"},
    [STORE_ORGANISATIONS] = {"organisations", "SELECT * FROM vekha.catalogue_organisations($1)"},
    [STORE_INDICATORS] = {"indicators", "SELECT * FROM vekha.catalogue_indicators($1)"},
    [STORE_PROJECTS] = {"projects", "SELECT * FROM vekha.catalogue_projects($1)"},
    [STORE_KEYS] = {"keys", "SELECT agent AS id, organisation, public_key, invites, succeeds"
                            " FROM vekha.catalogue_keys()"},
    [STORE_YEARS] = {"years", "SELECT * FROM vekha.catalogue_years()"},
    [STORE_DUTIES] = {"duties", "SELECT book FROM vekha.duty_book_unless(NULL)"},
    [STORE_CLAIM_PENDING] = {"claim_pending",
                             "SELECT id, agent, array_to_string(series, ','), corrects,"
                             " (extract(epoch FROM received_at) * 1000000)::bigint"
                             " FROM vekha.claim_pending($1)"},
    [STORE_CLAIM_REASSESSMENT] = {"claim_reassessment", "SELECT organisation, indicator"
                                                        " FROM vekha.claim_reassessment($1)"},
    [STORE_CLAIM_FOLLOWERS] = {"claim_followers",
                               "SELECT organisation, indicator FROM vekha.claim_followers($1)"},
    [STORE_CLAIM_DUE] = {"claim_due",
                         "SELECT organisation, indicator FROM vekha.claim_due($1, $2)"},
    [STORE_CLAIM_REPORTING] = {"claim_reporting", "SELECT organisation, indicator"
                                                  " FROM vekha.claim_reporting($1, $2)"},
    [STORE_LOCK_SERIES] = {"lock_series", "SELECT vekha.lock_series($1)"},
    [STORE_CORRECTIONS] = {"corrections",
                           "SELECT organisation, indicator, period, old_value, old_of, new_value,"
                           " new_of, author, sender, sender_en"
                           " FROM vekha.corrections($1, $2, $3)"},
    [STORE_SERIES_INPUT] = {"series_input",
                            "SELECT vekha.series_input($1, $2, $3, NULL, NULL, true)"},
    [STORE_DUTY_BOOK] = {"duty_book", "SELECT tag, book FROM vekha.duty_book_unless($1)"},
    [STORE_REPORTING_INPUT] = {"reporting_input",
                               "SELECT * FROM vekha.reporting_input($1, $2, NULL, NULL)"},
    [STORE_STANDING_ALERTS] = {"standing_alerts",
                               "SELECT organisation, indicator, kind, level,"
                               " plan_starts FROM vekha.standing_alerts($1, $2)"},
    [STORE_WRITE_ASSESSMENTS] = {"write_assessments",
                                 "SELECT written, queued FROM vekha.write_assessments($1, $2, $3,"
                                 " $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,"
                                 " $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28)"},
    [STORE_WRITE_REPORTING] = {"write_reporting",
                               "SELECT vekha.write_reporting($1, $2, $3, $4, $5, $6, $7, $8, $9,"
                               " $10)"},
    [STORE_WRITE_TRANSITIONS] = {"write_transitions",
                                 "SELECT ord, alert, transition, mentions"
                                 " FROM vekha.write_transitions($1, $2, $3, $4, $5, $6, $7, $8,"
                                 " $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,"
                                 " $21)"},
    [STORE_FINISH_PENDING] = {"finish_pending", "SELECT vekha.finish_pending($1)"},
    [STORE_BACKLOG] = {"backlog", "SELECT submissions, series FROM vekha.backlog($1)"},
    [STORE_DUE_MENTIONS] = {"due_mentions",
                            "SELECT message, digest, language, total, closed_total, ids, reason,"
                            " event, alert, kind, level, closed, opened_on, organisation_code,"
                            " organisation_name, indicator_code, indicator_name, subject, body,"
                            " explanation, measure, measure_until, measure_by"
                            " FROM vekha.due_mentions($1, $2, $3)"},
    [STORE_POST_MESSAGES] = {"post_messages", "SELECT vekha.post_messages($1, $2, $3, $4, $5, $6)"},
    [STORE_NOTE_REFUSALS] = {"note_refusals", "SELECT vekha.note_refusals($1, $2)"},
    [STORE_DUE_REFUSALS] = {"due_refusals",
                            "SELECT message, digest, language, total, ids, number, received_on,"
                            " organisation_name, author, lines, refused, line, why"
                            " FROM vekha.due_refusals($1, $2, $3)"},
    [STORE_POST_REFUSALS] = {"post_refusals", "SELECT vekha.post_refusals($1, $2, $3, $4, $5, $6)"},
    [STORE_MENTIONS_WAIT] = {"mentions_wait", "SELECT vekha.mentions_wait($1)"},
    [STORE_LOOK_AFTER] = {"look_after", "SELECT vekha.look_after($1, $2)"},
    [STORE_CLAIM_OUTBOX] = {"claim_outbox",
                            "SELECT id, recipient, message_id, thread_id, subject, body, attempts,"
                            " (extract(epoch FROM created_at) * 1000000)::bigint, language, chart,"
                            " facts FROM vekha.claim_outbox($1, $2, $3, $4)"},
    [STORE_OUTBOX_SENT] = {"outbox_sent", "SELECT vekha.outbox_sent($1, $2)"},
    [STORE_OUTBOX_FAILED] = {"outbox_failed", "SELECT vekha.outbox_failed($1, $2, $3, $4, $5)"},
    [STORE_PLACE_FEED] = {"place_feed", "SELECT placed, newest FROM vekha.place_feed($1)"},
    [STORE_READ_FEED] = {"read_feed", STEP_READ},
    [STORE_ENROL_KEY] = {"enrol_key", "SELECT vekha.enrol_key($1, $2, $3, $4)"},
    [STORE_RETIRE_KEYS] = {"retire_keys", "SELECT vekha.retire_keys($1, $2, $3)"},
    [STORE_PART] = {"part", "SELECT owner, item, lines FROM vekha.part_page($1, $2, $3, $4, $5)"},
    [STORE_OPEN_QUESTIONS] = {"open_questions",
                              "SELECT question, organisation, indicator, indicator_name,"
                              " indicator_name_en, period, text, author,"
                              " (extract(epoch FROM asked_at) * 1000000)::bigint, state, value, of"
                              " FROM vekha.open_questions($1, $2, $3, $4)"},
    [STORE_TAKE_REPLY] = {"take_reply",
                          "SELECT outcome, number,"
                          " (extract(epoch FROM received_at) * 1000000)::bigint, verdict"
                          " FROM vekha.take_reply($1, $2, $3, $4, $5, $6, $7, $8, $9)"},
    [STORE_READ_INBOX] = {"read_inbox",
                          "SELECT id, agent, organisation, message FROM vekha.read_inbox($1)"},
    [STORE_ANSWER_INBOX] = {"answer_inbox", "SELECT vekha.answer_inbox($1, $2, $3)"},
    [STORE_NOTE_INCIDENT] = {"note_incident", "SELECT vekha.note_incident($1, $2, $3, $4)"},
    [STORE_DATA_FOLDER] = {"data_folder", "SELECT vekha.data_folder()"},
    [STORE_LOOK] = {"look", "SELECT finding, name, level, stands, since, detail"
                            " FROM vekha.look($1, clock_timestamp(), $2, $3, $4, $5, $6)"},
    [STORE_MOVE_FINDINGS] = {"move_findings",
                             "SELECT moved, mentions FROM vekha.move_findings($1, $2, $3, $4, $5,"
                             " $6, $7, $8, $9, $10, $11)"},
    /* What is read after lock_series() must be what was committed by then, whatever the default. */
    [STORE_BEGIN] = {"begin", "BEGIN ISOLATION LEVEL READ COMMITTED"},
    [STORE_COMMIT] = {"commit", "COMMIT"},
    [STORE_ROLLBACK] = {"rollback", "ROLLBACK"},
    {NULL, NULL},
};

static void pump(struct store *s);

static void arm(struct event *timer, int ms)
{
    struct timeval tv = {.tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000};

    if (evtimer_add(timer, &tv) != 0)
        log_error("store: no timer: out of memory");
}

/* --- refusals --- */

static void wait_a_while(struct store *s)
{
    s->pause_ms = s->pause_ms == 0 ? PAUSE_MS : s->pause_ms * 2;
    if (s->pause_ms > MAX_PAUSE_MS)
        s->pause_ms = MAX_PAUSE_MS;
    arm(s->pause, s->pause_ms);
}

static void isolate(struct store *s, const struct flight *f)
{
    struct group *g = f->group;
    char id[UUID_TEXT_MAX];
    bool poisoned = f->blame == PG_BLAME_DATA; /* else it may pass another day */

    if (groups_split(s->groups, g))
        return;
    if (g->n_members > 1) { /* no memory to split it: nobody has shown yet who is to blame */
        groups_put_back(s->groups, g);
        wait_a_while(s);
        return;
    }
    log_error("store: submission %s of agent %d %s: %s (%s)",
              uuid_format(group_submission(g, 0)->id, id), (int)group_submission(g, 0)->agent,
              poisoned ? "is refused for ever" : "cannot be stored now", f->error, f->sqlstate);
    group_answer(g, 0, poisoned ? STORE_POISONED : STORE_AWAY, NULL);
    groups_finish(s->groups, g);
}

static void refuse(struct store *s, const struct flight *f)
{
    if (f->blame == PG_BLAME_NONE) {
        log_warning("store: a group of %zu is sent again: %s (%s)", f->group->n_members, f->error,
                    f->sqlstate);
        groups_put_back(s->groups, f->group);
        wait_a_while(s);
    } else {
        isolate(s, f);
    }
}

/* --- groups under way --- */

static void note_error(struct flight *f, const struct pg_reply *reply)
{
    if (f->sqlstate[0] || !reply->sqlstate[0])
        return;
    memcpy(f->sqlstate, reply->sqlstate, sizeof f->sqlstate);
    f->blame = reply->blame;
    strncpy(f->error, reply->error, sizeof f->error - 1);
}

static void on_rows(void *arg, const struct pg_reply *reply)
{
    struct flight *f = arg;

    note_error(f, reply);
    if (!reply->result || reply->sqlstate[0])
        return;
    f->rows = (PGresult *)reply->result;
    *reply->keep = true;
}

static void count_group(struct store *s, const struct group *g, int64_t since)
{
    metrics_add(s->metrics, METRIC_GROUPS, 1);
    metrics_observe_since(s->metrics, HISTOGRAM_COMMIT, since);
    metrics_observe(s->metrics, HISTOGRAM_GROUP_SUBMISSIONS, (double)g->n_members);
    metrics_observe(s->metrics, HISTOGRAM_GROUP_LINES, (double)g->n_lines);
}

static void committed(struct store *s, struct group *g, const PGresult *rows)
{
    s->pause_ms = 0;
    evtimer_del(s->patience);
    ingest_answer(s->ingest, g, rows);
    groups_finish(s->groups, g);
    if (groups_queued(s->groups) > 0)
        arm(s->patience, PATIENCE_MS);
    s->hooks.committed(s->hooks.arg);
}

static void on_commit(void *arg, const struct pg_reply *reply)
{
    struct flight *f = arg, landed;
    struct store *s = f->store;

    note_error(f, reply);
    landed = *f;
    *f = (struct flight){.store = s};
    if (landed.sqlstate[0] || !reply->result || !landed.rows)
        metrics_add(s->metrics, METRIC_GROUPS_FAILED, 1);
    else
        count_group(s, landed.group, landed.since);
    if (landed.sqlstate[0])
        refuse(s, &landed);
    else if (!reply->result || !landed.rows)
        groups_put_back(s->groups, landed.group); /* lost: who knows; sent again, found by its id */
    else
        committed(s, landed.group, landed.rows);
    PQclear(landed.rows);
    pump(s);
}

/* By the clock: a submission carries no other. */
static void count_waits(struct store *s, const struct group *g)
{
    int64_t now = clock_now_us();

    for (size_t i = 0; s->metrics && i < g->n_members; i++)
        metrics_observe(s->metrics, HISTOGRAM_QUEUE,
                        (double)(now - group_submission(g, i)->received_us) / 1e6);
}

static bool send_group(struct store *s, struct flight *f, struct group *g)
{
    struct pg *pg = s->connections[LINE_INGEST].pg;
    struct pg_call call;

    if (!ingest_fill(s->ingest, g, clock_now_us(), &call) || !pg_call(pg, &call, on_rows, f))
        return false;
    /* From here on the answers decide: a sync that cannot be sent is a lost connection. */
    f->group = g;
    f->since = metrics_now();
    count_waits(s, g);
    return pg_sync(pg, on_commit, f);
}

static struct flight *free_flight(struct store *s)
{
    for (size_t i = 0; i < MAX_FLIGHTS; i++)
        if (!s->flights[i].group)
            return &s->flights[i];
    return NULL;
}

/* Sends what can be sent.  A group holds what arrived since the last was formed: nobody waits for a
 * timer, and the more arrives, the larger the groups. */
static void pump(struct store *s)
{
    struct flight *f;
    struct group *g;

    while (pg_is_up(s->connections[LINE_INGEST].pg) && !evtimer_pending(s->pause, NULL) &&
           (f = free_flight(s))) {
        g = groups_next(s->groups);
        if (!g && groups_queued(s->groups) > 0 && groups_in_flight(s->groups) == 0)
            wait_a_while(s); /* nothing but memory keeps it */
        if (!g)
            return;
        if (!send_group(s, f, g)) {
            *f = (struct flight){.store = s};
            groups_put_back(s->groups, g);
            wait_a_while(s);
        }
    }
}

/* Also after a pause.  Through the loop, so that what is read in one go makes one group. */
static void on_pump(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    pump(arg);
}

static void on_patience(evutil_socket_t fd, short what, void *arg)
{
    struct store *s = arg;

    (void)fd;
    (void)what;
    if (groups_queued(s->groups) > 0)
        log_warning("store: the database is away; %zu submissions are sent back",
                    groups_queued(s->groups));
    groups_give_up(s->groups);
}

/* --- connections --- */

static void on_up(void *arg)
{
    struct connection *c = arg;
    struct store *s = c->store;

    c->up = true;
    if (c->line == LINE_INGEST)
        pump(s);
    for (size_t i = 0; i < LINE_COUNT; i++)
        if (!s->connections[i].up)
            return;
    s->up = true;
    log_notice("store: connected to the database");
    s->hooks.up(s->hooks.arg);
}

static void on_down(void *arg, const char *why)
{
    struct connection *c = arg;
    struct store *s = c->store;

    c->up = false;
    log_warning("store: the database is away (%s): %s", line_names[c->line], why);
    if (c->line == LINE_INGEST && groups_queued(s->groups) > 0 &&
        !evtimer_pending(s->patience, NULL))
        arm(s->patience, PATIENCE_MS);
    if (!s->up)
        return;
    s->up = false;
    s->hooks.down(s->hooks.arg);
}

/* What the control line listens to; the others to none. */
enum channel { CHANNEL_CATALOGUE, CHANNEL_FEED, CHANNEL_INBOX, CHANNEL_NONE };

static const char *const channels[] = {[CHANNEL_CATALOGUE] = "vekha_catalogue",
                                       [CHANNEL_FEED] = "vekha_feed",
                                       [CHANNEL_INBOX] = "vekha_inbox",
                                       [CHANNEL_NONE] = NULL};

static void on_notified(void *arg, const char *channel)
{
    struct store_hooks *hooks = &((struct connection *)arg)->store->hooks;

    if (strcmp(channel, channels[CHANNEL_FEED]) == 0)
        hooks->feed_placed(hooks->arg);
    else if (strcmp(channel, channels[CHANNEL_INBOX]) == 0)
        hooks->inbox_filled(hooks->arg);
    else
        hooks->catalogue_changed(hooks->arg);
}

static bool connect_line(struct store *s, struct event_base *base, const char *conninfo,
                         enum line line)
{
    struct connection *c = &s->connections[line];
    struct pg_hooks hooks = {.up = on_up, .down = on_down, .notified = on_notified, .arg = c};

    c->store = s;
    c->line = line;
    c->pg = pg_new(base, conninfo, line == LINE_INGEST ? ingest_statements : statements,
                   &channels[line == LINE_CONTROL ? 0 : CHANNEL_NONE], &hooks);
    return c->pg;
}

/* --- the module --- */

struct store *store_new(struct event_base *base, const char *conninfo, struct metrics *metrics,
                        const struct store_hooks *hooks)
{
    struct store *s = calloc(1, sizeof *s);

    if (!s)
        return NULL;
    s->hooks = *hooks;
    s->metrics = metrics;
    for (size_t i = 0; i < MAX_FLIGHTS; i++)
        s->flights[i].store = s;
    if (!(s->groups = groups_new()) || !(s->ingest = ingest_new()) ||
        !(s->patience = evtimer_new(base, on_patience, s)) ||
        !(s->pause = evtimer_new(base, on_pump, s)) || !(s->pump = evtimer_new(base, on_pump, s)))
        goto fail;
    for (size_t i = 0; i < LINE_COUNT; i++)
        if (!connect_line(s, base, conninfo, (enum line)i))
            goto fail;
    return s;

fail:
    store_free(s);
    return NULL;
}

static void free_event(struct event *e)
{
    if (e)
        event_free(e);
}

/* The connections go first: they put back what is under way. */
void store_free(struct store *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < LINE_COUNT; i++) {
        pg_free(s->connections[i].pg);
        s->connections[i].pg = NULL;
    }
    groups_free(s->groups);
    ingest_free(s->ingest);
    free_event(s->patience);
    free_event(s->pause);
    free_event(s->pump);
    free(s);
}

bool store_is_open(const struct store *s)
{
    return pg_is_up(s->connections[LINE_INGEST].pg) && !groups_is_full(s->groups);
}

bool store_is_up(const struct store *s)
{
    return s->up;
}

size_t store_queued(const struct store *s)
{
    return groups_queued(s->groups);
}

size_t store_in_flight(const struct store *s)
{
    return groups_in_flight(s->groups);
}

bool store_submit(struct store *s, const struct stored_submission *submission, store_done_fn *done,
                  void *arg)
{
    if (!store_is_open(s) || !groups_add(s->groups, submission, done, arg))
        return false;
    if (!evtimer_pending(s->patience, NULL))
        arm(s->patience, PATIENCE_MS);
    event_active(s->pump, EV_TIMEOUT, 0);
    return true;
}

bool store_call(struct store *s, enum store_line line, enum store_query query, struct pg_call *call,
                pg_reply_fn *fn, void *arg)
{
    struct pg *pg = s->connections[line].pg;

    call->statement = &statements[query];
    return pg_is_up(pg) && pg_in_flight(pg) + 2 <= PG_MAX_IN_FLIGHT && pg_call(pg, call, fn, arg) &&
           pg_sync(pg, NULL, NULL);
}

bool store_query(struct store *s, enum store_line line, enum store_query query, int n_params,
                 const char *const *params, pg_reply_fn *fn, void *arg)
{
    struct pg_call call = {.n_params = n_params};

    for (int i = 0; i < n_params; i++)
        call.params[i] = params[i];
    return store_call(s, line, query, &call, fn, arg);
}
