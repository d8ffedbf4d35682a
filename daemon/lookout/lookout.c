/* lookout: see lookout.h.
 *
 *     IDLE --timer--> FOLDER -> LOOK -> MOVE -> IDLE
 *       ^                |        |       |
 *       +--any failure---+--------+-------+      the next timer tries again
 *
 * Nothing is kept between two looks but how late the timer came: what was seen stands in the database. */
#include "lookout/lookout.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "log.h"
#include "lookout/own.h"
#include "lookout/moves.h"
#include "metrics.h"
#include "store/array.h"

enum stage { STAGE_IDLE, STAGE_FOLDER, STAGE_LOOK, STAGE_MOVE };

/* Parameters of look() from $3 on. */
enum { O_NAME, O_LEVEL, O_DETAIL, O_COUNT };

static const enum array_type own_types[O_COUNT] = {
    [O_NAME] = ARRAY_TEXT, [O_LEVEL] = ARRAY_ENUM, [O_DETAIL] = ARRAY_TEXT};

/* Columns of look(). */
enum { C_FINDING, C_NAME, C_LEVEL, C_STANDS, C_SINCE, C_DETAIL };

struct lookout {
    struct store *store;
    struct lookout_hooks hooks;
    struct event *timer;
    enum stage stage;
    int64_t expected; /* when the timer should come, by metrics_now() */
    unsigned beats, late;
    char observer[OWN_OBSERVER_MAX], now[CLOCK_TEXT_MAX];
    struct own own;
    struct array seen[O_COUNT];
    struct moves *moves;
};

static const char *value(const PGresult *rows, int row, int column)
{
    return PQgetisnull(rows, row, column) ? NULL : PQgetvalue(rows, row, column);
}

/* --- stages: what each asks, and where its answer leads --- */

static void on_reply(void *arg, const struct pg_reply *reply);

static bool ask_folder(struct lookout *l)
{
    return store_query(l->store, STORE_CONTROL, STORE_DATA_FOLDER, 0, NULL, on_reply, l);
}

static void fill_seen(struct lookout *l)
{
    for (size_t i = 0; i < O_COUNT; i++)
        array_clear(&l->seen[i]);
    for (size_t i = 0; i < l->own.n; i++) {
        const struct own_finding *f = &l->own.list[i];

        array_add_text(&l->seen[O_NAME], f->name);
        array_add_label(&l->seen[O_LEVEL],
                        f->level != FINDING_WELL ? finding_level_name(f->level) : NULL);
        array_add_text(&l->seen[O_DETAIL], f->detail);
    }
}

static bool ask_look(struct lookout *l)
{
    struct pg_call call = {.n_params = 3 + O_COUNT};
    char schema[12];

    snprintf(schema, sizeof schema, "%d", VEKHA_SCHEMA);
    fill_seen(l);
    call.params[0] = clock_format(clock_now_us(), l->now);
    call.params[1] = l->observer;
    call.params[2] = schema;
    return array_bind(l->seen, O_COUNT, &call, 3) &&
           store_call(l->store, STORE_CONTROL, STORE_LOOK, &call, on_reply, l);
}

static bool ask_move(struct lookout *l)
{
    struct pg_call call = {0};

    call.params[0] = l->now;
    return moves_bind(l->moves, &call, 1) &&
           store_call(l->store, STORE_CONTROL, STORE_MOVE_FINDINGS, &call, on_reply, l);
}

static enum stage take_folder(struct lookout *l, const PGresult *rows)
{
    own_look(value(rows, 0, 0), l->late, l->beats, &l->own);
    l->late = l->beats = 0;
    return STAGE_LOOK;
}

/* A finding of a newer database waits for a newer daemon. */
static void take_finding(struct lookout *l, const PGresult *rows, int row)
{
    const struct finding *f = finding_find(PQgetvalue(rows, row, C_NAME));
    enum finding_level level, stands;

    if (f != NULL && finding_level_parse(value(rows, row, C_LEVEL), &level) &&
        finding_level_parse(value(rows, row, C_STANDS), &stands))
        moves_add(l->moves, PQgetvalue(rows, row, C_FINDING), f,
                  finding_next(f, stands, level, strtoll(PQgetvalue(rows, row, C_SINCE), NULL, 10)),
                  PQgetvalue(rows, row, C_DETAIL));
}

static enum stage take_look(struct lookout *l, const PGresult *rows)
{
    moves_clear(l->moves);
    for (int row = 0; row < PQntuples(rows); row++)
        take_finding(l, rows, row);
    return moves_count(l->moves) > 0 ? STAGE_MOVE : STAGE_IDLE;
}

static enum stage take_move(struct lookout *l, const PGresult *rows)
{
    if (strtoll(PQgetvalue(rows, 0, 0), NULL, 10) > 0)
        l->hooks.stepped(l->hooks.arg);
    if (strtoll(PQgetvalue(rows, 0, 1), NULL, 10) > 0)
        l->hooks.mentions_written(l->hooks.arg);
    return STAGE_IDLE;
}

static const struct {
    bool (*ask)(struct lookout *l);
    enum stage (*take)(struct lookout *l, const PGresult *rows);
} stages[] = {
    [STAGE_FOLDER] = {ask_folder, take_folder},
    [STAGE_LOOK] = {ask_look, take_look},
    [STAGE_MOVE] = {ask_move, take_move},
};

/* If nothing can be asked the database is away, which is no finding: it would have nowhere to go. */
static void enter(struct lookout *l, enum stage stage)
{
    l->stage = stage;
    if (stage != STAGE_IDLE && !stages[stage].ask(l))
        l->stage = STAGE_IDLE;
}

static void on_reply(void *arg, const struct pg_reply *reply)
{
    struct lookout *l = arg;
    bool good = reply->result && !reply->sqlstate[0];

    if (reply->sqlstate[0])
        log_warning("lookout: %s", reply->error);
    enter(l, good ? stages[l->stage].take(l, reply->result) : STAGE_IDLE);
}

/* --- the timer --- */

static bool beat(struct lookout *l)
{
    static const struct timeval interval = {.tv_sec = LOOKOUT_BEAT_S};

    l->expected = metrics_now() + LOOKOUT_BEAT_S * INT64_C(1000000);
    return evtimer_add(l->timer, &interval) == 0;
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
    struct lookout *l = arg;
    bool first = l->now[0] == '\0';

    (void)fd;
    (void)what;
    l->beats++;
    l->late += metrics_now() - l->expected > FINDING_LATE_MS * INT64_C(1000);
    if (!beat(l))
        log_error("lookout: no timer: out of memory");
    if (l->stage == STAGE_IDLE && (first || l->beats >= LOOKOUT_LOOK_BEATS))
        enter(l, STAGE_FOLDER);
}

/* --- the module --- */

struct lookout *lookout_new(struct event_base *base, struct store *store, const char *endpoint,
                            const struct lookout_hooks *hooks)
{
    struct lookout *l = calloc(1, sizeof *l);

    if (!l)
        return NULL;
    l->store = store;
    l->hooks = *hooks;
    for (size_t i = 0; i < O_COUNT; i++)
        array_init(&l->seen[i], own_types[i]);
    own_observer(endpoint, l->observer);
    l->moves = moves_new();
    l->timer = evtimer_new(base, on_timer, l);
    if (!l->moves || !l->timer || !beat(l)) {
        lookout_free(l);
        return NULL;
    }
    return l;
}

void lookout_free(struct lookout *l)
{
    if (!l)
        return;
    for (size_t i = 0; i < O_COUNT; i++)
        array_finish(&l->seen[i]);
    moves_free(l->moves);
    if (l->timer)
        event_free(l->timer);
    free(l);
}
