/* feed: see feed.h.
 *
 *     watch ──► parked ──its position is not the newest──► reading ──► steps, and it is gone
 *                 ▲  └──FEED_BEAT_S have gone by───────────────────► steps, empty
 *                 └──────────none of the steps were for it──────┘
 *
 * One query is on its way at a time.  It reads on from one position for all who stand there, and
 * those who stand at another have their turn after it. */
#include "feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rules/texts.h"
#include "log.h"
#include "wire/step.h"
#include "wire/wire.h"

enum {
    MAX_PLACED = 1000,          /* in one transaction */
    MAX_READ = 64,              /* steps of one query */
    ROWS_MAX = 4 * 1024 * 1024, /* bytes of texts of so many steps, tamed */
    LIST_MAX = 16 * FEED_MAX_WATCHES,
    RETRY_MS = 5000,
    US_PER_S = 1000000,
    UNKNOWN = -1, /* the newest position, before the database has told it */
    FROM_NOW = -2,
};

/* A watch without an answer yet. */
struct parked {
    struct intake_origin from;
    int32_t organisation;
    struct watch wants;
    int64_t after;    /* nothing up to this position is for it; or FROM_NOW */
    int64_t after_us; /* when the step there was made; 0: not known */
    bool begins;      /* is to be told where the feed ends, even if that is all */
    int64_t due;      /* metrics_now() */
    uint64_t turn;    /* when it came or was last read for, by feed.turns */
    bool reading;     /* the query on its way is for it, too */
};

struct feed {
    struct store *store;
    const struct catalogue *catalogue;
    struct metrics *metrics;
    feed_answer_fn *answer;
    void *arg;
    struct event *timer;
    int64_t newest; /* position, as far as known */
    uint64_t turns;
    bool placing, woken, reading, ill;
    struct arena *in, *out; /* for the steps read, for the answer being packed */
    size_t n_parked;
    struct parked parked[FEED_MAX_WATCHES];
};

/* What a query brought. */
struct haul {
    int64_t through, newest;
    int64_t after_us, through_us;
    size_t n;
    struct alert_step steps[MAX_READ];
    const char *above[MAX_READ]; /* "{3,1}" */
};

/* --- answers --- */

static void reply(struct feed *f, const struct intake_origin *to, const struct message *m)
{
    uint8_t *bytes;
    size_t len;

    arena_reset(f->out);
    enum wire_error error = wire_pack(m, f->out, &bytes, &len);
    if (error == WIRE_OK)
        f->answer(f->arg, to, bytes, len);
    else
        log_error("feed: an answer (%s) to agent %d cannot be packed: %s",
                  message_kind_name(m->kind), (int)to->agent, wire_error_name(error));
}

static void send_later(struct feed *f, const struct intake_origin *to, enum later_reason reason)
{
    const struct message m = {.kind = MESSAGE_LATER,
                              .u.later = {.reason = reason, .retry_after_ms = RETRY_MS}};

    reply(f, to, &m);
}

static void send_refusal(struct feed *f, const struct intake_origin *to, const struct watch *watch,
                         enum refusal_reason reason)
{
    const struct message m = {.kind = MESSAGE_REFUSAL,
                              .u.refusal = {.reason = reason,
                                            .text = watch->one_language
                                                        ? text_of_refusal(reason, watch->language)
                                                        : text_of_refusal_in_both(reason)}};

    reply(f, to, &m);
}

/* The last takes its place, so whoever goes through all of them goes from the last to the first. */
static void forget(struct feed *f, struct parked *p)
{
    *p = f->parked[--f->n_parked];
}

/* Answers a watch that is parked, for good. */
static void give(struct feed *f, struct parked *p, const struct steps *steps)
{
    const struct message m = {.kind = MESSAGE_STEPS, .u.steps = *steps};

    metrics_add(f->metrics, METRIC_STEPS, steps->n_steps);
    reply(f, &p->from, &m);
    forget(f, p);
}

static void refuse(struct feed *f, struct parked *p, enum refusal_reason reason)
{
    send_refusal(f, &p->from, &p->wants, reason);
    forget(f, p);
}

/* --- what a query brought --- */

static bool contains(const char *list, int32_t id)
{
    for (char *end; *list != '\0'; list = end + (*end != '\0'))
        if (strtol(list + (*list == '{'), &end, 10) == id)
            return true;
    return false;
}

/* The steps that a watch may see, in its language; at most as many as it wants and a message holds.
 * *ret_all: how many there would be. */
static size_t choose(const struct haul *h, const struct parked *p, struct alert_step ret[MAX_READ],
                     size_t *ret_all)
{
    size_t n = 0;

    for (size_t i = 0; i < h->n; i++) {
        if (!contains(h->above[i], p->organisation))
            continue;
        ret[n] = h->steps[i];
        if (p->wants.one_language)
            ret[n].explanation[1 - p->wants.language] = NULL;
        n++;
    }
    *ret_all = n;
    n = wire_steps_that_fit(ret, n);
    return p->wants.max > 0 && p->wants.max < n ? p->wants.max : n;
}

/* False if the feed has not got that far, or there is another step than the one that was taken:
 * this database was restored from an older copy, or is not the one that was watched. */
static bool is_where_it_was(const struct parked *p, const struct haul *h)
{
    return p->after <= h->newest && (p->after_us == 0 || p->after_us == h->after_us);
}

static void serve(struct feed *f, struct parked *p, const struct haul *h)
{
    struct alert_step chosen[MAX_READ];
    size_t all, n = choose(h, p, chosen, &all);
    const struct alert_step *last = n < all ? &chosen[n - 1] : NULL;

    p->reading = false;
    if (!is_where_it_was(p, h)) {
        refuse(f, p, REFUSAL_BAD_POSITION);
    } else if (n > 0 || p->begins) {
        give(f, p,
             &(struct steps){.n_steps = n,
                             .steps = chosen,
                             .position = last ? last->position : h->through,
                             .position_us = last ? last->at_us : h->through_us,
                             .more = last || h->through < h->newest});
    } else {
        p->after = h->through;
        p->after_us = h->through_us;
    }
}

static void serve_readers(struct feed *f, const struct haul *h)
{
    for (size_t i = f->n_parked; i-- > 0;)
        if (f->parked[i].reading)
            serve(f, &f->parked[i], h);
}

static int64_t number_in(const PGresult *rows, int row, int column)
{
    return strtoll(PQgetvalue(rows, row, column), NULL, 10);
}

/* A step that cannot be told must not stand in the way of those after it. */
static void take_row(struct feed *f, const PGresult *rows, int row, struct haul *h)
{
    const char *columns[STEP_COLUMN_COUNT];

    for (int i = 0; i < STEP_COLUMN_COUNT; i++)
        columns[i] = PQgetisnull(rows, row, STEP_READ_STEP + i)
                         ? NULL
                         : PQgetvalue(rows, row, STEP_READ_STEP + i);
    if (step_read(columns, f->in, &h->steps[h->n]))
        h->above[h->n++] = PQgetvalue(rows, row, STEP_READ_ABOVE);
    else if (columns[STEP_POSITION] != NULL)
        log_error("feed: the step at position %s cannot be told", columns[STEP_POSITION]);
}

static void take_rows(struct feed *f, const PGresult *rows, struct haul *ret)
{
    *ret = (struct haul){.through = number_in(rows, 0, STEP_READ_THROUGH),
                         .newest = number_in(rows, 0, STEP_READ_NEWEST),
                         .after_us = number_in(rows, 0, STEP_READ_AFTER_US),
                         .through_us = number_in(rows, 0, STEP_READ_THROUGH_US)};
    arena_reset(f->in);
    for (int i = 0; i < PQntuples(rows) && ret->n < MAX_READ; i++)
        take_row(f, rows, i, ret);
}

/* --- reading and placing --- */

static void read_on(struct feed *f);

/* False if the database gave no answer; the poll asks again. */
static bool is_well(struct feed *f, const struct pg_reply *reply)
{
    bool well = reply->result && !reply->sqlstate[0];

    if (!well && !f->ill)
        log_warning("feed: the database does not answer: %s", reply->error);
    f->ill = !well;
    return well;
}

static void on_read(void *arg, const struct pg_reply *reply)
{
    struct feed *f = arg;
    struct haul h;

    f->reading = false;
    if (!is_well(f, reply))
        return;
    take_rows(f, reply->result, &h);
    f->newest = h.newest > f->newest ? h.newest : f->newest;
    serve_readers(f, &h);
    read_on(f);
}

/* Whom there is something to look up for, and for whom it was done the longest ago: who reads a
 * long past does not keep others waiting. */
static struct parked *next_reader(struct feed *f)
{
    struct parked *found = NULL;

    for (size_t i = 0; i < f->n_parked; i++) {
        struct parked *p = &f->parked[i];
        if ((p->after != f->newest || p->begins) && (!found || p->turn < found->turn))
            found = p;
    }
    return found;
}

/* "{3,1}" of all who stand at a position. */
static bool list_readers(struct feed *f, int64_t after, struct str *ret)
{
    const char *mark = "{";

    for (size_t i = 0; i < f->n_parked; i++) {
        struct parked *p = &f->parked[i];
        p->reading = p->after == after;
        if (p->reading) {
            p->turn = ++f->turns;
            str_addf(ret, "%s%d", mark, (int)p->organisation);
            mark = ",";
        }
    }
    str_add(ret, "}");
    return !ret->failed;
}

static void ask(struct feed *f, int64_t after)
{
    struct str readers;
    char from[24], max[12];

    str_init(&readers, LIST_MAX);
    snprintf(from, sizeof from, "%lld", (long long)after);
    snprintf(max, sizeof max, "%d", MAX_READ);
    if (list_readers(f, after, &readers)) {
        const char *const params[] = {from, max, str_text(&readers)};
        f->reading = store_query(f->store, STORE_CONTROL, STORE_READ_FEED, 3, params, on_read, f);
    }
    str_finish(&readers);
}

/* Now it is known where that is. */
static void begin_watches(struct feed *f)
{
    for (size_t i = 0; i < f->n_parked; i++)
        if (f->parked[i].after == FROM_NOW)
            f->parked[i].after = f->newest;
}

static void read_on(struct feed *f)
{
    struct parked *p;

    if (f->newest == UNKNOWN)
        return;
    begin_watches(f);
    if (!f->reading && (p = next_reader(f)))
        ask(f, p->after);
}

enum { PLACED_COUNT, PLACED_NEWEST };

static void on_placed(void *arg, const struct pg_reply *reply)
{
    struct feed *f = arg;
    bool more = f->woken;

    f->placing = f->woken = false;
    if (!is_well(f, reply))
        return;
    more = more || number_in(reply->result, 0, PLACED_COUNT) == MAX_PLACED;
    f->newest = number_in(reply->result, 0, PLACED_NEWEST);
    if (more)
        feed_wake(f);
    read_on(f);
}

void feed_wake(struct feed *f)
{
    char max[12];
    const char *const params[] = {max};

    snprintf(max, sizeof max, "%d", MAX_PLACED);
    f->woken = f->placing;
    if (!f->placing)
        f->placing =
            store_query(f->store, STORE_CONTROL, STORE_PLACE_FEED, 1, params, on_placed, f);
}

/* --- watches --- */

static size_t watches_of(const struct feed *f, int32_t agent)
{
    size_t n = 0;

    for (size_t i = 0; i < f->n_parked; i++)
        n += f->parked[i].from.agent == agent;
    return n;
}

static bool is_same_connection(const struct intake_origin *a, const struct intake_origin *b)
{
    return a->peer_len == b->peer_len && memcmp(a->peer, b->peer, a->peer_len) == 0;
}

/* The place of a connection's watch, a new one if there is none; NULL if there is no room. */
static struct parked *place_of(struct feed *f, const struct intake_origin *from)
{
    for (size_t i = 0; i < f->n_parked; i++)
        if (is_same_connection(&f->parked[i].from, from))
            return &f->parked[i];
    if (f->n_parked == FEED_MAX_WATCHES || watches_of(f, from->agent) >= FEED_MAX_OF_AGENT)
        return NULL;
    return &f->parked[f->n_parked++];
}

void feed_watch(struct feed *f, const struct intake_origin *from, const struct watch *watch)
{
    const struct agent *agent = catalogue_agent(f->catalogue, from->agent);
    struct parked *p = agent ? place_of(f, from) : NULL;

    if (!agent) {
        send_refusal(f, from, watch, REFUSAL_REVOKED);
    } else if (!p) {
        send_later(f, from, LATER_CREDITS);
    } else {
        *p = (struct parked){
            .from = *from,
            .organisation = agent->organisation,
            .wants = *watch,
            .after = watch->from_now ? FROM_NOW : watch->after,
            .after_us = watch->after_us,
            .begins = watch->from_now,
            .due = metrics_now() + (int64_t)FEED_BEAT_S * US_PER_S,
            .turn = ++f->turns,
        };
        read_on(f);
    }
}

void feed_recheck(struct feed *f)
{
    for (size_t i = f->n_parked; i-- > 0;) {
        const struct intake_origin *from = &f->parked[i].from;
        if (!catalogue_key_is_of(f->catalogue, from->key, from->agent))
            refuse(f, &f->parked[i], REFUSAL_REVOKED);
    }
}

/* Before the database has said how far the feed goes there is no position to name. */
static void tell_nothing(struct feed *f, struct parked *p)
{
    if (p->after != FROM_NOW) {
        give(f, p, &(struct steps){.position = p->after, .position_us = p->after_us});
        return;
    }
    send_later(f, &p->from, LATER_DATABASE_AWAY);
    forget(f, p);
}

/* Nothing happened: the watcher hears at least that we are here. */
static void beat(struct feed *f)
{
    int64_t now = metrics_now();

    for (size_t i = f->n_parked; i-- > 0;)
        if (f->parked[i].due <= now)
            tell_nothing(f, &f->parked[i]);
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
    struct feed *f = arg;

    (void)fd;
    (void)what;
    beat(f);
    feed_wake(f);
}

size_t feed_watches(const struct feed *f)
{
    return f->n_parked;
}

/* --- life --- */

struct feed *feed_new(struct event_base *base, struct store *store,
                      const struct catalogue *catalogue, struct metrics *metrics,
                      feed_answer_fn *answer, void *arg)
{
    static const struct timeval poll = {.tv_sec = FEED_POLL_S};
    struct feed *f = calloc(1, sizeof *f);

    if (!f)
        return NULL;
    f->store = store;
    f->catalogue = catalogue;
    f->metrics = metrics;
    f->answer = answer;
    f->arg = arg;
    f->newest = UNKNOWN;
    f->timer = event_new(base, -1, EV_PERSIST, on_timer, f);
    f->in = arena_new(ROWS_MAX);
    f->out = arena_new(WIRE_MAX_UNPACKED);
    if (!f->timer || !f->in || !f->out || event_add(f->timer, &poll) != 0) {
        feed_free(f);
        return NULL;
    }
    return f;
}

void feed_free(struct feed *f)
{
    if (!f)
        return;
    if (f->timer)
        event_free(f->timer);
    arena_free(f->in);
    arena_free(f->out);
    free(f);
}
