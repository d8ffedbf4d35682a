/* desk: see desk.h.
 *
 *     IDLE --wake or timer--> LOOK -> DUE -> POST -> NOTE -> REFUSED -> TELL -> WAIT -> IDLE
 *       ^                      |       |      |       |         |        |       |
 *       +--- any failure ------+-------+------+-------+---------+--------+-------+
 *
 * LOOK is entered once a minute, and again while there is more to look at.  NOTE, REFUSED and TELL,
 * which are about what was not taken, are entered by the timer alone.  WAIT asks whether a wave goes
 * on, and then the timer is short. */
#include "notify/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/shortage.h"
#include "log.h"
#include "notify/mention.h"
#include "notify/refusal.h"
#include "store/array.h"

enum {
    POLL_S = 10,    /* mentions whose time has come */
    WAVE_S = 1,     /* while something due waits */
    LOOK_TICKS = 6, /* polls between looks */
    LOOK_MAX = 500, /* alerts in one look */
    NOTE_MAX = 500, /* submissions in one look */
    ROWS_MAX = 100, /* of one digest, as vekha.due_mentions and vekha.due_refusals give them */
};

enum stage {
    STAGE_IDLE,
    STAGE_LOOK,
    STAGE_DUE,
    STAGE_POST,
    STAGE_NOTE,
    STAGE_REFUSED,
    STAGE_TELL,
    STAGE_WAIT
};

/* Parameters of post_messages() and post_refusals() from $3 on. */
enum { P_IDS, P_DIGEST, P_SUBJECT, P_BODY, P_COUNT };

static const enum array_type post_types[P_COUNT] = {
    [P_IDS] = ARRAY_TEXT,
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

/* Columns of due_refusals(). */
enum {
    R_MESSAGE,
    R_DIGEST,
    R_LANGUAGE,
    R_TOTAL,
    R_IDS,
    R_NUMBER,
    R_RECEIVED_ON,
    R_ORGANISATION_NAME,
    R_AUTHOR,
    R_LINES,
    R_REFUSED,
    R_LINE,
    R_WHY,
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
    bool woken, look, note;
    unsigned ticks;
    char now[CLOCK_TEXT_MAX];
    unsigned shortages; /* of memory, by shortage_count(), before the posts were made */
    struct array posts[P_COUNT];
    struct str subject, body;
    struct entry entries[ROWS_MAX];
    struct mention mentions[ROWS_MAX]; /* those of one digest */
    struct refused refusals[ROWS_MAX];
    char received_on[ROWS_MAX][DATE_TEXT_MAX];
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

static size_t number_of(const PGresult *rows, int row, int column)
{
    return strtoul(PQgetvalue(rows, row, column), NULL, 10);
}

static const char *day(const char *iso, enum lang lang, char buf[DATE_TEXT_MAX])
{
    date_t d;

    if (!iso || !date_parse(iso, strlen(iso), &d))
        return "";
    return date_format(d, lang, buf);
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

static void add_post(struct desk *d, const char *ids, bool digest)
{
    array_add_text(&d->posts[P_IDS], ids);
    array_add_label(&d->posts[P_DIGEST], digest ? "true" : "false");
    array_add_text(&d->posts[P_SUBJECT], str_text(&d->subject));
    array_add_text(&d->posts[P_BODY], str_text(&d->body));
}

/* The message of the rows from first to end. */
static void write_message(struct desk *d, const PGresult *rows, int first, size_t n, enum lang lang)
{
    bool digest = is_true(rows, first, D_DIGEST);

    str_clear(&d->subject);
    str_clear(&d->body);
    if (digest) {
        size_t total = number_of(rows, first, D_TOTAL);

        digest_subject(total, number_of(rows, first, D_CLOSED_TOTAL), lang, &d->subject);
        digest_body(d->mentions, n, total, lang, &d->body);
    } else {
        mention_subject(&d->mentions[0], lang, &d->subject);
        mention_body(&d->mentions[0], lang, &d->body);
    }
    add_post(d, PQgetvalue(rows, first, D_IDS), digest);
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

/* --- what was not taken --- */

static bool is_same(const PGresult *rows, int a, int b, int column)
{
    return strcmp(PQgetvalue(rows, a, column), PQgetvalue(rows, b, column)) == 0;
}

/* The submission whose rows begin here. */
static struct refused read_refusal(const PGresult *rows, int row, enum lang lang,
                                   char received_on[DATE_TEXT_MAX])
{
    return (struct refused){
        .number = PQgetvalue(rows, row, R_NUMBER),
        .received_on = day(PQgetvalue(rows, row, R_RECEIVED_ON), lang, received_on),
        .organisation_name = PQgetvalue(rows, row, R_ORGANISATION_NAME),
        .author = value(rows, row, R_AUTHOR),
        .lines = number_of(rows, row, R_LINES),
        .refused = number_of(rows, row, R_REFUSED),
    };
}

static void write_refusals(struct desk *d, const PGresult *rows, int first, size_t n,
                           enum lang lang)
{
    bool digest = is_true(rows, first, R_DIGEST);
    size_t total = number_of(rows, first, R_TOTAL);

    str_clear(&d->subject);
    str_clear(&d->body);
    if (digest) {
        refusals_subject(total, lang, &d->subject);
        refusals_body(d->refusals, n, total, lang, &d->body);
    } else {
        refusal_subject(&d->refusals[0], lang, &d->subject);
        refusal_body(&d->refusals[0], lang, &d->body);
    }
    add_post(d, PQgetvalue(rows, first, R_IDS), digest);
}

/* Rows of one message follow each other, and within it those of one submission.  Returns the row
 * after them. */
static int take_refusals(struct desk *d, const PGresult *rows, int first)
{
    enum lang lang = LANG_RU;
    int row = first;
    size_t n = 0;

    if (!lang_parse(PQgetvalue(rows, first, R_LANGUAGE), &lang))
        lang = LANG_RU;
    for (; row < PQntuples(rows) && is_same(rows, first, row, R_MESSAGE); row++) {
        struct refused *r;

        if (row == first || !is_same(rows, row - 1, row, R_NUMBER)) {
            if (n == ROWS_MAX)
                continue;
            d->refusals[n] = read_refusal(rows, row, lang, d->received_on[n]);
            n++;
        }
        r = &d->refusals[n - 1];
        if (r->n < REFUSAL_LINES)
            r->at[r->n++] =
                (struct refused_line){PQgetvalue(rows, row, R_LINE), PQgetvalue(rows, row, R_WHY)};
    }
    write_refusals(d, rows, first, n, lang);
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

static bool ask_calmly(struct desk *d, enum store_query query)
{
    char at_once[12], an_hour[12];
    const char *const params[] = {d->now, at_once, an_hour};

    snprintf(at_once, sizeof at_once, "%d", DESK_LETTERS_AT_ONCE);
    snprintf(an_hour, sizeof an_hour, "%d", DESK_LETTERS_AN_HOUR);
    return ask(d, query, 3, params);
}

static bool ask_due(struct desk *d)
{
    return ask_calmly(d, STORE_DUE_MENTIONS);
}

static bool ask_refused(struct desk *d)
{
    return ask_calmly(d, STORE_DUE_REFUSALS);
}

static bool ask_to_post(struct desk *d, enum store_query query)
{
    struct pg_call call = {.n_params = 2 + P_COUNT};

    if (shortage_count() != d->shortages) {
        log_error("desk: out of memory; what is to be told stays due");
        return false;
    }
    call.params[0] = d->now;
    call.params[1] = d->conf->mail_host ? d->conf->mail_host : "localhost";
    return array_bind(d->posts, P_COUNT, &call, 2) &&
           store_call(d->store, STORE_CONTROL, query, &call, on_reply, d);
}

static bool ask_post(struct desk *d)
{
    return ask_to_post(d, STORE_POST_MESSAGES);
}

static bool ask_tell(struct desk *d)
{
    return ask_to_post(d, STORE_POST_REFUSALS);
}

static bool ask_note(struct desk *d)
{
    char max[12];
    const char *const params[] = {d->now, max};

    snprintf(max, sizeof max, "%d", NOTE_MAX);
    return ask(d, STORE_NOTE_REFUSALS, 2, params);
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

/* Makes posts of all rows; false if there are none. */
static bool take_all(struct desk *d, const PGresult *rows,
                     int (*take)(struct desk *d, const PGresult *rows, int first))
{
    d->shortages = shortage_count();
    for (size_t i = 0; i < P_COUNT; i++)
        array_clear(&d->posts[i]);
    for (int row = 0; row < PQntuples(rows);)
        row = take(d, rows, row);
    return d->posts[P_IDS].n > 0;
}

static enum stage after_alerts(const struct desk *d)
{
    return d->note ? STAGE_NOTE : STAGE_WAIT;
}

static enum stage take_due(struct desk *d, const PGresult *rows)
{
    return take_all(d, rows, take_message) ? STAGE_POST : after_alerts(d);
}

static enum stage take_post(struct desk *d, const PGresult *rows)
{
    (void)rows;
    d->hooks.posted(d->hooks.arg);
    return after_alerts(d);
}

static enum stage take_note(struct desk *d, const PGresult *rows)
{
    d->note = number_of(rows, 0, 0) == NOTE_MAX;
    return d->note ? STAGE_NOTE : STAGE_REFUSED;
}

static enum stage take_refused(struct desk *d, const PGresult *rows)
{
    return take_all(d, rows, take_refusals) ? STAGE_TELL : STAGE_WAIT;
}

static enum stage take_tell(struct desk *d, const PGresult *rows)
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
    [STAGE_LOOK] = {ask_look, take_look},          [STAGE_DUE] = {ask_due, take_due},
    [STAGE_POST] = {ask_post, take_post},          [STAGE_NOTE] = {ask_note, take_note},
    [STAGE_REFUSED] = {ask_refused, take_refused}, [STAGE_TELL] = {ask_tell, take_tell},
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
    d->note = true;
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
    d->look = d->note = true;
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
