/* enrolling: see enrolling.h. */
#include "agent/enrolling.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "agent/monotonic.h"
#include "wire/wire.h"

enum {
    POLL_MS = 100,
    RESEND_MS = 5000,
    KNOWN_MS = 5000, /* so long a key that is not known is tried again, */
    AGAIN_MS = 300,  /* as often as this */
};

/* One question and its answer. */
struct talk {
    const struct message *question;
    struct connection *connection;
    struct arena *arena;
    unsigned epoch;  /* of the connection that the question went over last */
    int64_t send_at; /* monotonic_ms() */
    uint8_t buf[WIRE_MAX_MESSAGE];
};

static struct talk *talk_new(const struct conf *conf, const struct message *question)
{
    struct talk *t = calloc(1, sizeof *t);
    if (t == NULL)
        return NULL;
    t->question = question;
    t->arena = arena_new(WIRE_MAX_UNPACKED);
    t->connection = t->arena != NULL ? connection_new(conf) : NULL;
    if (t->connection != NULL)
        return t;
    arena_free(t->arena);
    free(t);
    return NULL;
}

static void talk_free(struct talk *t)
{
    if (t == NULL)
        return;
    connection_free(t->connection);
    arena_free(t->arena);
    free(t);
}

/* On every connection anew, and again after a while: an answer may be lost. */
static void ask(struct talk *t)
{
    uint8_t *bytes;
    size_t len;
    int64_t now = monotonic_ms();
    if (connection_state(t->connection) != CONNECTION_READY ||
        (connection_epoch(t->connection) == t->epoch && now < t->send_at))
        return;
    arena_reset(t->arena);
    if (wire_pack(t->question, t->arena, &bytes, &len) == WIRE_OK &&
        connection_send(t->connection, bytes, len)) {
        t->epoch = connection_epoch(t->connection);
        t->send_at = now + RESEND_MS;
    }
}

/* The next message that can be read, into *ret, good until the next call; false if there is none. */
static bool listen(struct talk *t, struct message *ret)
{
    long len = connection_receive(t->connection, t->buf, sizeof t->buf);
    arena_reset(t->arena);
    return len >= 0 && wire_unpack(t->buf, (size_t)len, t->arena, ret) == WIRE_OK;
}

static bool refused(const struct talk *t)
{
    return connection_key_refused(t->connection);
}

/* Waits for an answer of one of two kinds until a moment; false with *ret_failed if our own side failed. */
static bool answered(struct talk *t, enum message_kind kind, int64_t until, struct message *ret,
                     bool *ret_failed)
{
    *ret_failed = false;
    while (monotonic_ms() < until && !refused(t)) {
        if (!connection_wait(t->connection, POLL_MS)) {
            *ret_failed = true;
            return false;
        }
        ask(t);
        if (!listen(t, ret))
            continue;
        if (ret->kind == kind || ret->kind == MESSAGE_REFUSAL)
            return true;
        if (ret->kind == MESSAGE_LATER)
            t->send_at = monotonic_ms() + ret->u.later.retry_after_ms;
    }
    return false;
}

static void take(const struct message *m, struct enrolling *ret)
{
    if (m->kind == MESSAGE_REFUSAL) {
        ret->end = ENROLLING_REFUSED;
        ret->reason = m->u.refusal.reason;
        snprintf(ret->text, sizeof ret->text, "%s",
                 m->u.refusal.text != NULL ? m->u.refusal.text : "");
        return;
    }
    ret->end = ENROLLING_DONE;
    snprintf(ret->organisation, sizeof ret->organisation, "%s", m->u.enrolled.organisation);
    snprintf(ret->organisation_name, sizeof ret->organisation_name, "%s",
             m->u.enrolled.organisation_name != NULL ? m->u.enrolled.organisation_name : "");
}

/* Asks until there is an answer or the time is over.  A centre may need a moment to hear of a key, so one that it does not know
 * is tried again.  The answer is good until talk_free(*ret_talk), which is the caller's; NULL if our own side failed. */
static bool converse(const struct conf *conf, const struct message *question,
                     enum message_kind kind, int wait_ms, struct message *ret,
                     struct talk **ret_talk, bool *ret_failed)
{
    int64_t now = monotonic_ms(), until = now + wait_ms, known_by = now + KNOWN_MS;
    bool done = false;
    struct talk *t = NULL;
    do {
        if (t != NULL)
            poll(NULL, 0, AGAIN_MS);
        talk_free(t);
        t = talk_new(conf, question);
        *ret_failed = t == NULL;
        done = t != NULL && answered(t, kind, until, ret, ret_failed);
    } while (!done && !*ret_failed && refused(t) && monotonic_ms() < known_by);
    *ret_talk = t;
    return done;
}

void enrolling_run(const struct conf *by, const char *public_key, enum lang lang, int wait_ms,
                   struct enrolling *ret)
{
    struct message question = {.kind = MESSAGE_ENROL, .u.enrol = {.language = lang}}, answer;
    struct talk *t;
    bool failed;
    snprintf(question.u.enrol.public_key, sizeof question.u.enrol.public_key, "%s", public_key);
    *ret = (struct enrolling){.end = ENROLLING_NO_ANSWER};
    if (converse(by, &question, MESSAGE_ENROLLED, wait_ms, &answer, &t, &failed))
        take(&answer, ret);
    else if (failed)
        ret->end = ENROLLING_FAILED;
    if (t != NULL)
        ret->connection = connection_state(t->connection);
    int saved = errno;
    talk_free(t);
    errno = saved;
}

bool enrolling_check(const struct conf *own, enum lang lang, int wait_ms)
{
    const struct message hello = {.kind = MESSAGE_HELLO,
                                  .u.hello = {.software = "vekha", .language = lang}};
    struct message answer;
    struct talk *t;
    bool failed;
    bool welcome = converse(own, &hello, MESSAGE_WELCOME, wait_ms, &answer, &t, &failed) &&
                   answer.kind == MESSAGE_WELCOME;
    talk_free(t);
    return welcome;
}
