/* desk: see desk.h.
 *
 *     IDLE --wake or timer--> LOOK -> DUE -> POST -> WAIT -> IDLE
 *       ^                      |       |      |       |
 *       +--- any failure ------+-------+------+-------+
 *
 * LOOK is entered once a minute, and again while there is more to look at; WAIT asks whether a wave
 * goes on, and then the timer is short. */
#include "notify/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/date.h"
#include "log.h"
#include "notify/mention.h"
#include "store/array.h"

enum {
    POLL_S = 10,    /* mentions whose time has come */
    WAVE_S = 1,     /* while something due waits */
    LOOK_TICKS = 6, /* polls between looks */
    LOOK_MAX = 500, /* alerts in one look */
    ROWS_MAX = 100, /* of one digest, as vekha.due_mentions gives them */
};

enum stage { STAGE_IDLE, STAGE_LOOK, STAGE_DUE, STAGE_POST, STAGE_WAIT };

/* Parameters of post_messages() from $3 on. */
enum { P_MENTIONS, P_DIGEST, P_SUBJECT, P_BODY, P_COUNT };

static const enum array_type post_types[P_COUNT] = {
    [P_MENTIONS] = ARRAY_TEXT,
    [P_DIGEST] = ARRAY_ENUM,
    [P_SUBJECT] = ARRAY_TEXT,
    [P_BODY] = ARRAY_TEXT,
};

/* Columns of due_mentions(). */
enum {
    D_MESSAGE,
    D_DIGEST,
    D_LANGUAGE,
    D_TOTAL,
    D_CLOSED_TOTAL,
    D_IDS,
    D_REASON,
    D_EVENT,
    D_ALERT,
    D_KIND,
    D_LEVEL,
    D_CLOSED,
    D_OPENED_ON,
    D_ORGANISATION_CODE,
    D_ORGANISATION_NAME,
    D_INDICATOR_CODE,
    D_INDICATOR_NAME,
    D_SUBJECT,
    D_BODY,
    D_EXPLANATION,
    D_MEASURE,
    D_MEASURE_UNTIL,
    D_MEASURE_BY,
};

/* A mention with the days in it as its reader writes them. */
struct entry {
    struct mention mention;
    char opened_on[DATE_TEXT_MAX], until[DATE_TEXT_MAX];
};

struct desk {
    struct store *store;
    const struct conf *conf;
    struct desk_hooks hooks;
    struct event *timer;
    enum stage stage;
    bool woken, look;
    unsigned ticks;
    char now[CLOCK_TEXT_MAX];
    struct array posts[P_COUNT];
    struct str subject, body;
    struct entry entries[ROWS_MAX];
    struct mention mentions[ROWS_MAX]; /* those of one digest */
};

static void arm(struct desk *d, int seconds)
{
    struct timeval tv = {.tv_sec = seconds};

    if (evtimer_add(d->timer, &tv) != 0)
        log_error("desk: no timer: out of memory");
}

/* --- what comes in --- */

static const char *value(const PGresult *rows, int row, int column)
{
    return PQgetisnull(rows, row, column) ? NULL : PQgetvalue(rows, row, column);
}

static bool is_true(const PGresult *rows, int row, int column)
{
    return *PQgetvalue(rows, row, column) == 't';
}

static const char *day(const char *iso, enum lang lang, char buf[DATE_TEXT_MAX])
{
    date_t d;

    if (!iso || !date_parse(iso, strlen(iso), &d))
        return "";
    return lang == LANG_RU ? date_format_ru(d, buf) : date_format_iso(d, buf);
}

static bool read_entry(const PGresult *rows, int row, enum lang lang, struct entry *ret)
{
    struct mention *m = &ret->mention;

    *m = (struct mention){
        .kind = PQgetvalue(rows, row, D_KIND),
        .level = PQgetvalue(rows, row, D_LEVEL),
        .closed = is_true(rows, row, D_CLOSED),
        .alert = PQgetvalue(rows, row, D_ALERT),
        .organisation_code = PQgetvalue(rows, row, D_ORGANISATION_CODE),
        .organisation_name = PQgetvalue(rows, row, D_ORGANISATION_NAME),
        .indicator_code = value(rows, row, D_INDICATOR_CODE),
        .indicator_name = value(rows, row, D_INDICATOR_NAME),
        .subject = value(rows, row, D_SUBJECT),
        .body = value(rows, row, D_BODY),
        .explanation = PQgetvalue(rows, row, D_EXPLANATION),
        .measure = value(rows, row, D_MEASURE),
        .measure_by = value(rows, row, D_MEASURE_BY),
    };
    m->opened_on = day(PQgetvalue(rows, row, D_OPENED_ON), lang, ret->opened_on);
    m->measure_until = day(value(rows, row, D_MEASURE_UNTIL), lang, ret->until);
    return mention_reason_parse(PQgetvalue(rows, row, D_REASON), PQgetvalue(rows, row, D_EVENT),
                                &m->reason);
}

/* --- what goes out --- */

/* The message of the rows from first to end. */
static void write_message(struct desk *d, const PGresult *rows, int first, size_t n, enum lang lang)
{
    bool digest = is_true(rows, first, D_DIGEST);

    str_clear(&d->subject);
    str_clear(&d->body);
    if (digest) {
        size_t total = strtoul(PQgetvalue(rows, first, D_TOTAL), NULL, 10);

        digest_subject(total, strtoul(PQgetvalue(rows, first, D_CLOSED_TOTAL), NULL, 10), lang,
                       &d->subject);
        digest_body(d->mentions, n, total, lang, &d->body);
    } else {
        mention_subject(&d->mentions[0], lang, &d->subject);
        mention_body(&d->mentions[0], lang, &d->body);
    }
    array_add_text(&d->posts[P_MENTIONS], PQgetvalue(rows, first, D_IDS));
    array_add_label(&d->posts[P_DIGEST], digest ? "true" : "false");
    array_add_text(&d->posts[P_SUBJECT], str_text(&d->subject));
    array_add_text(&d->posts[P_BODY], str_text(&d->body));
}

/* Rows of one message follow each other.  Returns the row after them; a message that cannot be
 * understood is left out, and stays due. */
static int take_message(struct desk *d, const PGresult *rows, int first)
{
    const char *message = PQgetvalue(rows, first, D_MESSAGE);
    enum lang lang = LANG_RU;
    bool good = lang_parse(PQgetvalue(rows, first, D_LANGUAGE), &lang);
    int row = first;
    size_t n = 0;

    for (; row < PQntuples(rows) && strcmp(PQgetvalue(rows, row, D_MESSAGE), message) == 0; row++) {
        if (n == ROWS_MAX)
            continue;
        good = read_entry(rows, row, lang, &d->entries[n]) && good;
        d->mentions[n] = d->entries[n].mention;
        n++;
    }
    if (good)
        write_message(d, rows, first, n, lang);
    else
        log_error("desk: alert %s: what is to be told of it is not understood",
                  PQgetvalue(rows, first, D_ALERT));
    return row;
}

/* --- stages: what each asks, and where its answer leads --- */

static void on_reply(void *arg, const struct pg_reply *reply);

static bool ask(struct desk *d, enum store_query query, int n_params, const char *const *params)
{
    return store_query(d->store, STORE_CONTROL, query, n_params, params, on_reply, d);
}

static bool ask_look(struct desk *d)
{
    char max[12];
    const char *const params[] = {d->now, max};

    snprintf(max, sizeof max, "%d", LOOK_MAX);
    return ask(d, STORE_LOOK_AFTER, 2, params);
}

static bool ask_due(struct desk *d)
{
    char at_once[12], an_hour[12];
    const char *const params[] = {d->now, at_once, an_hour};

    snprintf(at_once, sizeof at_once, "%d", DESK_LETTERS_AT_ONCE);
    snprintf(an_hour, sizeof an_hour, "%d", DESK_LETTERS_AN_HOUR);
    return ask(d, STORE_DUE_MENTIONS, 3, params);
}

static bool ask_post(struct desk *d)
{
    struct pg_call call = {.n_params = 2 + P_COUNT};

    call.params[0] = d->now;
    call.params[1] = d->conf->mail_host ? d->conf->mail_host : "localhost";
    return array_bind(d->posts, P_COUNT, &call, 2) &&
           store_call(d->store, STORE_CONTROL, STORE_POST_MESSAGES, &call, on_reply, d);
}

static bool ask_wait(struct desk *d)
{
    const char *const params[] = {d->now};

    return ask(d, STORE_MENTIONS_WAIT, 1, params);
}

static enum stage take_look(struct desk *d, const PGresult *rows)
{
    d->look = strtol(PQgetvalue(rows, 0, 0), NULL, 10) == LOOK_MAX;
    return d->look ? STAGE_LOOK : STAGE_DUE;
}

static enum stage take_due(struct desk *d, const PGresult *rows)
{
    for (size_t i = 0; i < P_COUNT; i++)
        array_clear(&d->posts[i]);
    for (int row = 0; row < PQntuples(rows);)
        row = take_message(d, rows, row);
    return d->posts[P_MENTIONS].n > 0 ? STAGE_POST : STAGE_WAIT;
}

static enum stage take_post(struct desk *d, const PGresult *rows)
{
    (void)rows;
    d->hooks.posted(d->hooks.arg);
    return STAGE_WAIT;
}

static enum stage take_wait(struct desk *d, const PGresult *rows)
{
    if (*PQgetvalue(rows, 0, 0) == 't')
        arm(d, WAVE_S);
    return STAGE_IDLE;
}

static const struct {
    bool (*ask)(struct desk *d);
    enum stage (*take)(struct desk *d, const PGresult *rows);
} stages[] = {
    [STAGE_LOOK] = {ask_look, take_look},
    [STAGE_DUE] = {ask_due, take_due},
    [STAGE_POST] = {ask_post, take_post},
    [STAGE_WAIT] = {ask_wait, take_wait},
};

/* The one way from stage to stage.  If nothing can be asked the database is away, and its return
 * wakes us. */
static void enter(struct desk *d, enum stage stage)
{
    for (;;) {
        d->stage = stage;
        if (stage != STAGE_IDLE && stages[stage].ask(d))
            return;
        if (stage != STAGE_IDLE || !d->woken) {
            d->stage = STAGE_IDLE;
            d->woken = false;
            return;
        }
        d->woken = false;
        clock_format(clock_now_us(), d->now);
        stage = d->look ? STAGE_LOOK : STAGE_DUE;
    }
}

static void on_reply(void *arg, const struct pg_reply *reply)
{
    struct desk *d = arg;
    bool good = reply->result && !reply->sqlstate[0];

    if (reply->sqlstate[0])
        log_warning("desk: %s", reply->error);
    enter(d, good ? stages[d->stage].take(d, reply->result) : STAGE_IDLE);
}

void desk_wake(struct desk *d)
{
    d->woken = true;
    if (d->stage == STAGE_IDLE)
        enter(d, STAGE_IDLE);
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
    struct desk *d = arg;

    (void)fd;
    (void)what;
    arm(d, POLL_S);
    d->look = d->look || d->ticks++ % LOOK_TICKS == 0;
    desk_wake(d);
}

/* --- the module --- */

struct desk *desk_new(struct event_base *base, struct store *store, const struct conf *conf,
                      const struct desk_hooks *hooks)
{
    struct desk *d = calloc(1, sizeof *d);

    if (!d)
        return NULL;
    for (size_t i = 0; i < P_COUNT; i++)
        array_init(&d->posts[i], post_types[i]);
    str_init(&d->subject, MENTION_SUBJECT_MAX);
    str_init(&d->body, MENTION_BODY_MAX);
    d->store = store;
    d->conf = conf;
    d->hooks = *hooks;
    d->look = true;
    d->timer = evtimer_new(base, on_timer, d);
    if (!d->timer) {
        desk_free(d);
        return NULL;
    }
    arm(d, POLL_S);
    return d;
}

void desk_free(struct desk *d)
{
    if (!d)
        return;
    for (size_t i = 0; i < P_COUNT; i++)
        array_finish(&d->posts[i]);
    str_finish(&d->subject);
    str_finish(&d->body);
    if (d->timer)
        event_free(d->timer);
    free(d);
}
