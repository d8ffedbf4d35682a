/* talk: see talk.h. */
#include "agent/talk.h"

#include <errno.h>
#include <stdlib.h>

#include "agent/monotonic.h"

struct talk {
    const struct talk_job *job;
    struct connection *connection;
    struct arena *in, *out;
    int64_t patience, last; /* monotonic_ms(): for the next message, and for all */
    bool asked, welcomed, ended;
    unsigned epoch; /* of the connection, when it was asked */
    enum talk_end how;
    uint8_t buf[WIRE_MAX_MESSAGE];
};

static void end(struct talk *t, enum talk_end how)
{
    t->how = how;
    t->ended = true;
}

static void ask(struct talk *t)
{
    struct message m = {.kind = MESSAGE_HELLO, .u.hello = {.software = t->job->software}};
    uint8_t *bytes;
    size_t len;
    if (t->welcomed)
        t->job->ask(t->job->context, &m);
    arena_reset(t->out);
    t->asked = wire_pack(&m, t->out, &bytes, &len) == WIRE_OK &&
               connection_send(t->connection, bytes, len);
}

static void take_answer(struct talk *t, const struct message *m)
{
    switch (t->job->answer(t->job->context, m)) {
    case TALK_ON:
        break;
    case TALK_NEXT:
        t->asked = false;
        break;
    case TALK_OVER:
        end(t, TALK_DONE);
        break;
    case TALK_LOST:
        end(t, TALK_FAILED);
        break;
    }
}

/* A centre that does not give what is to be asked, or refuses all. */
static bool gives_none(const struct talk *t, const struct message *m)
{
    return m->kind == MESSAGE_WELCOME ? !t->job->gives(&m->u.welcome)
                                      : m->kind == MESSAGE_REFUSAL && !m->u.refusal.has_id;
}

static void take(struct talk *t, const struct message *m)
{
    t->patience = monotonic_ms() + t->job->wait_ms;
    if (gives_none(t, m)) {
        end(t, TALK_NOT_GIVEN);
    } else if (m->kind == MESSAGE_WELCOME && !t->welcomed) {
        t->welcomed = true;
        t->asked = false;
    } else if (m->kind == MESSAGE_LATER && !m->u.later.has_id) {
        end(t, TALK_NO_ANSWER);
    } else if (t->welcomed) {
        take_answer(t, m);
    }
}

static void take_messages(struct talk *t)
{
    long len;
    while (!t->ended && (len = connection_receive(t->connection, t->buf, sizeof t->buf)) >= 0) {
        struct message m = {.kind = MESSAGE_PING};
        if (t->job->kept == NULL)
            arena_reset(t->in);
        enum wire_error e =
            wire_unpack(t->buf, (size_t)len, t->job->kept != NULL ? t->job->kept : t->in, &m);
        if (e == WIRE_OK) {
            take(t, &m);
        } else if (e == WIRE_NO_MEMORY) {
            errno = ENOMEM;
            end(t, TALK_FAILED);
        }
    }
}

static void step(struct talk *t)
{
    int64_t now = monotonic_ms(), until = t->patience < t->last ? t->patience : t->last;
    enum connection_state state = connection_state(t->connection);
    unsigned epoch = connection_epoch(t->connection);
    if (state == CONNECTION_READY && epoch != t->epoch) {
        t->epoch = epoch;
        t->asked = false; /* what was asked may be lost */
    }
    if (state == CONNECTION_READY)
        take_messages(t);
    if (!t->ended && state == CONNECTION_READY && !t->asked)
        ask(t);
    if (!t->ended && (now >= until || connection_key_refused(t->connection)))
        end(t, TALK_NO_ANSWER);
    if (!t->ended && !connection_wait(t->connection, (int)(until - now)))
        end(t, TALK_FAILED);
}

enum talk_end talk_run(const struct talk_job *job, struct connection *c)
{
    struct talk *t = calloc(1, sizeof *t);
    if (t == NULL)
        return TALK_FAILED;
    t->job = job;
    t->connection = c;
    t->how = TALK_FAILED;
    t->patience = monotonic_ms() + job->wait_ms;
    t->last = monotonic_ms() + job->most_ms;
    t->in = arena_new(WIRE_MAX_UNPACKED);
    t->out = arena_new(WIRE_MAX_UNPACKED);
    while (!t->ended && t->in != NULL && t->out != NULL)
        step(t);
    enum talk_end how = t->how;
    int error = errno;
    arena_free(t->in);
    arena_free(t->out);
    free(t);
    errno = error;
    return how;
}
