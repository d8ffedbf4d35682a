/* feed_agent: one watch at a time over the line of an agent.  An answer that was lost is asked for
 * again; what then comes twice is passed over by its positions. */
#include "admin/feed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "admin/text.h"
#include "agent/connection.h"
#include "agent/monotonic.h"
#include "fault.h"
#include "wire/wire.h"

enum {
    ANSWER_MS = 45000, /* longer than a centre lets a watch wait */
    POLL_MS = 1000,
};

struct from_agent {
    struct feed feed;
    enum lang lang;
    bool both_languages;
    struct conf *conf;
    struct connection *connection;
    struct arena *arena;
    enum connection_state told;
    unsigned epoch; /* of the connection that was welcomed, or is about to be */
    bool welcomed;
    int64_t say_at; /* monotonic_ms(): hello or watch is due */
    struct bookmark after;
    int code;            /* CTL_DONE; or why it is over */
    struct steps *steps; /* where the answer goes; NULL once it is there */
    uint8_t buf[WIRE_MAX_MESSAGE];
};

static bool pack_and_send(struct from_agent *f, const struct message *m)
{
    uint8_t *bytes;
    size_t len;

    arena_reset(f->arena);
    return wire_pack(m, f->arena, &bytes, &len) == WIRE_OK &&
           connection_send(f->connection, bytes, len);
}

static const char *endpoint_of(const struct from_agent *f)
{
    return connection_centre(f->connection)->endpoint;
}

/* --- what the centre says --- */

static void on_welcome(struct from_agent *f, const struct message *m)
{
    f->welcomed = true;
    f->say_at = 0;
    if (m->u.welcome.max_steps == 0) {
        complain(f->lang, TEXT_WATCH_NO_FEED, endpoint_of(f));
        f->code = CTL_REFUSED;
    }
}

static void on_steps(struct from_agent *f, const struct message *m)
{
    if (f->steps == NULL || m->u.steps.position < f->after.position)
        return; /* the second answer to what was asked twice */
    *f->steps = m->u.steps;
    f->steps = NULL;
}

static void on_later(struct from_agent *f, const struct message *m)
{
    if (m->u.later.has_id)
        return;
    complain(f->lang, TEXT_WATCH_LATER, endpoint_of(f), later_reason_name(m->u.later.reason));
    f->say_at = monotonic_ms() + m->u.later.retry_after_ms;
}

static void on_refusal(struct from_agent *f, const struct message *m)
{
    const char *why = m->u.refusal.text;

    complain(f->lang, TEXT_WATCH_REFUSED,
             why != NULL ? why : refusal_reason_name(m->u.refusal.reason));
    f->code = CTL_REFUSED;
}

static void on_ping(struct from_agent *f, const struct message *m)
{
    const struct message pong = {.kind = MESSAGE_PONG, .u.ping = m->u.ping};

    (void)pack_and_send(f, &pong); /* else the next ping is answered */
}

static void (*const handlers[])(struct from_agent *, const struct message *) = {
    [MESSAGE_WELCOME] = on_welcome, [MESSAGE_STEPS] = on_steps, [MESSAGE_LATER] = on_later,
    [MESSAGE_REFUSAL] = on_refusal, [MESSAGE_PING] = on_ping,
};

static void take_messages(struct from_agent *f)
{
    long len;

    while (f->steps != NULL && f->code == CTL_DONE &&
           (len = connection_receive(f->connection, f->buf, sizeof f->buf)) >= 0) {
        struct message m;

        arena_reset(f->arena);
        if (wire_unpack(f->buf, (size_t)len, f->arena, &m) == WIRE_OK &&
            (size_t)m.kind < sizeof handlers / sizeof *handlers && handlers[m.kind] != NULL)
            handlers[m.kind](f, &m);
    }
}

/* --- what is said to it --- */

static void say_what_is_due(struct from_agent *f)
{
    const struct message hello = {
        .kind = MESSAGE_HELLO,
        .u.hello = {.software = "vekhactl " VEKHA_VERSION, .language = f->lang},
    };
    const struct message watch = {
        .kind = MESSAGE_WATCH,
        .u.watch = {.from_now = f->after.position == FEED_FROM_NOW,
                    .after = f->after.position == FEED_FROM_NOW ? 0 : f->after.position,
                    .after_us = f->after.us,
                    .one_language = !f->both_languages,
                    .language = f->lang},
    };

    if (monotonic_ms() >= f->say_at && pack_and_send(f, f->welcomed ? &watch : &hello))
        f->say_at = monotonic_ms() + ANSWER_MS;
}

/* What a state says to who watches; nothing where it passes by itself. */
static const enum text state_texts[CONNECTION_STATES] = {
    [CONNECTION_UNREACHABLE] = TEXT_WATCH_UNREACHABLE,
    [CONNECTION_NO_CENTRE] = TEXT_WATCH_NO_CENTRE,
    [CONNECTION_NOT_READY] = TEXT_WATCH_NOT_READY,
    [CONNECTION_KEY_REFUSED] = TEXT_WATCH_KEY_REFUSED,
    [CONNECTION_READY] = TEXT_WATCH_READY,
    [CONNECTION_LOST] = TEXT_WATCH_LOST,
};

static void tell_state(struct from_agent *f, enum connection_state state)
{
    if (state != f->told && state_texts[state] != 0) {
        complain(f->lang, state_texts[state], endpoint_of(f), f->conf->path);
        f->told = state;
    }
}

/* What was asked on a connection that broke is never answered. */
static void begin_anew(struct from_agent *f)
{
    f->epoch = connection_epoch(f->connection);
    f->welcomed = false;
    f->say_at = 0;
}

static void step(struct from_agent *f)
{
    enum connection_state state = connection_state(f->connection);

    tell_state(f, state);
    if (connection_key_refused(f->connection))
        f->code = CTL_REFUSED;
    if (state != CONNECTION_READY)
        return;
    if (f->epoch != connection_epoch(f->connection))
        begin_anew(f);
    take_messages(f);
    if (f->steps != NULL && f->code == CTL_DONE)
        say_what_is_due(f);
}

static int next(struct feed *feed, const struct bookmark *after, struct steps *ret)
{
    struct from_agent *f = (struct from_agent *)feed;

    f->after = *after;
    f->steps = ret;
    f->say_at = 0;
    for (step(f); f->steps != NULL && f->code == CTL_DONE; step(f))
        if (!connection_wait(f->connection, POLL_MS)) {
            complain(f->lang, TEXT_CANNOT_READ, endpoint_of(f), fault_text(errno, f->lang));
            f->code = CTL_REFUSED;
        }
    return f->code;
}

static void free_agent(struct feed *feed)
{
    struct from_agent *f = (struct from_agent *)feed;

    connection_free(f->connection);
    arena_free(f->arena);
    conf_free(f->conf);
    free(f);
}

struct feed *feed_of_agent(const struct ctl *ctl, const char *path)
{
    char error[CONF_ERROR_MAX];
    struct from_agent *f = calloc(1, sizeof *f);

    if (f == NULL) {
        complain(ctl->lang, TEXT_NO_MEMORY);
        return NULL;
    }
    f->feed = (struct feed){next, free_agent};
    f->lang = ctl->lang;
    f->both_languages = ctl->given[OPTION_JSON] != NULL;
    f->conf = conf_read(path, ctl->lang, error);
    f->arena = f->conf != NULL ? arena_new(WIRE_MAX_UNPACKED) : NULL;
    f->connection = f->arena != NULL ? connection_new(f->conf) : NULL;
    if (f->connection != NULL)
        return &f->feed;
    if (f->conf == NULL)
        fprintf(stderr, "vekhactl: %s\n", error);
    else
        complain(ctl->lang, TEXT_CANNOT_READ, path, fault_text(errno, ctl->lang));
    free_agent(&f->feed);
    return NULL;
}
