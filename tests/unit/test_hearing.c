/* test_hearing: what the department asks is fetched over a real connection from centres of every temper: whole, in order, once, or not at
 * all. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>
#include <cmocka.h>

#include "agent/hearing.h"
#include "wire/socket.h"
#include "wire/wire.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

enum {
    WAIT_MS = 5000,   /* for what must come; it comes in milliseconds */
    SILENCE_MS = 300, /* for what must not come */
    PAGE = 3,
};

/* A centre in a thread of its own, which answers by a script. */
struct centre {
    void *context, *router;
    pthread_t thread;
    struct arena *in, *out;
    struct key_pair keys, school;
    char endpoint[64];
    uint8_t peer[16];
    size_t peer_len;
    void (*script)(struct centre *c, const struct message *m);
    unsigned heard; /* how often it was asked */
};

static void say_bytes(struct centre *c, const void *bytes, size_t len)
{
    zmq_send(c->router, c->peer, c->peer_len, ZMQ_SNDMORE);
    zmq_send(c->router, bytes, len, 0);
}

static void tell(struct centre *c, const struct message *m)
{
    uint8_t *bytes;
    size_t len;
    arena_reset(c->out);
    if (wire_pack(m, c->out, &bytes, &len) == WIRE_OK)
        say_bytes(c, bytes, len);
}

static void *serve(void *data)
{
    struct centre *c = data;
    uint8_t bytes[WIRE_MAX_MESSAGE];
    int len;
    while ((len = zmq_recv(c->router, c->peer, sizeof c->peer, 0)) >= 0) {
        struct message m;
        c->peer_len = (size_t)len;
        len = zmq_recv(c->router, bytes, sizeof bytes, 0);
        arena_reset(c->in);
        if (len >= 0 && wire_unpack(bytes, (size_t)len, c->in, &m) == WIRE_OK) {
            c->heard += m.kind == MESSAGE_HEAR;
            c->script(c, &m);
        }
    }
    zmq_close(c->router);
    return NULL;
}

static void begin(struct centre *c, void (*script)(struct centre *c, const struct message *m))
{
    const int yes = 1, none = 0;
    *c = (struct centre){
        .script = script, .in = arena_new(WIRE_MAX_UNPACKED), .out = arena_new(WIRE_MAX_UNPACKED)};
    keys_make(&c->keys);
    keys_make(&c->school);
    c->context = zmq_ctx_new();
    c->router = zmq_socket(c->context, ZMQ_ROUTER);
    zmq_setsockopt(c->router, ZMQ_LINGER, &none, sizeof none);
    zmq_setsockopt(c->router, ZMQ_CURVE_SERVER, &yes, sizeof yes);
    zmq_setsockopt(c->router, ZMQ_CURVE_SECRETKEY, c->keys.secret_key, strlen(c->keys.secret_key));
    assert_int_equal(zmq_bind(c->router, "tcp://127.0.0.1:*"), 0);
    assert_true(socket_endpoint(c->router, c->endpoint, sizeof c->endpoint));
    assert_int_equal(pthread_create(&c->thread, NULL, serve, c), 0);
}

static void end_centre(struct centre *c)
{
    zmq_ctx_shutdown(c->context);
    pthread_join(c->thread, NULL);
    zmq_ctx_term(c->context);
    arena_free(c->in);
    arena_free(c->out);
}

static enum talk_end hear_from(struct centre *c, struct hearing *h, int wait_ms)
{
    struct conf conf = {.n_centres = 1, .keys = c->school};
    conf.centres[0].endpoint = c->endpoint;
    snprintf(conf.centres[0].server_key, sizeof conf.centres[0].server_key, "%s",
             c->keys.public_key);
    return hearing_run(h, &conf, "test 1", wait_ms);
}

/* --- what centres say ------------------------------------------------------------------------ */

static void welcome(struct centre *c, uint32_t max_questions)
{
    tell(c, &(struct message){.kind = MESSAGE_WELCOME,
                              .u.welcome = {.organisation = "school-3",
                                            .organisation_name = "Школа № 3",
                                            .max_message_bytes = WIRE_MAX_MESSAGE,
                                            .max_figures = WIRE_MAX_FIGURES,
                                            .credits = 4,
                                            .time_us = 1601002800000000,
                                            .max_questions = max_questions}});
}

/* Questions first..first+n-1. */
static void ask_some(struct centre *c, int64_t first, size_t n, bool more)
{
    struct question list[PAGE];
    for (size_t i = 0; i < n; i++)
        list[i] = (struct question){.number = first + (int64_t)i,
                                    .asked_us = 1601002800000000,
                                    .text = "Почему вдвое больше?",
                                    .author = "petrova",
                                    .indicator_name = {[LANG_RU] = "Консультации"},
                                    .figure = {.organisation = "school-3",
                                               .indicator = "consultations",
                                               .period = 2020009}};
    tell(c, &(struct message){.kind = MESSAGE_QUESTIONS, .u.questions = {n, list, more}});
}

static void in_pages(struct centre *c, const struct message *m)
{
    static const struct message ping = {.kind = MESSAGE_PING, .u.ping = {.token = 1}};
    if (m->kind == MESSAGE_HELLO) {
        welcome(c, PAGE);
        return;
    }
    tell(c, &ping); /* what is no answer is passed over, and so is what cannot be read */
    say_bytes(c, "\xff\xff", 2);
    if (m->kind == MESSAGE_HEAR)
        ask_some(c, m->u.hear.after + 1, m->u.hear.after == 0 ? PAGE : 1, m->u.hear.after == 0);
}

static void without_end(struct centre *c, const struct message *m)
{
    if (m->kind == MESSAGE_HELLO)
        welcome(c, PAGE);
    else
        ask_some(c, 1, PAGE, true);
}

static void many(struct centre *c, const struct message *m)
{
    if (m->kind == MESSAGE_HELLO)
        welcome(c, PAGE);
    else
        ask_some(c, m->u.hear.after + 1, PAGE, true);
}

static void of_an_old_version(struct centre *c, const struct message *m)
{
    (void)m;
    welcome(c, 0);
}

static void refuses(struct centre *c, const struct message *m)
{
    (void)m;
    tell(c, &(struct message){.kind = MESSAGE_REFUSAL,
                              .u.refusal = {.reason = REFUSAL_VERSION, .text = "nein"}});
}

/* The second page it cannot give at present. */
static void breaks_off(struct centre *c, const struct message *m)
{
    if (m->kind == MESSAGE_HELLO)
        welcome(c, PAGE);
    else if (m->u.hear.after == 0)
        ask_some(c, 1, PAGE, true);
    else
        tell(c,
             &(struct message){.kind = MESSAGE_LATER,
                               .u.later = {.reason = LATER_DATABASE_AWAY, .retry_after_ms = 1000}});
}

static void falls_silent(struct centre *c, const struct message *m)
{
    if (m->kind == MESSAGE_HELLO)
        welcome(c, PAGE);
    else if (m->u.hear.after == 0)
        ask_some(c, 1, PAGE, true);
}

/* --- what a school makes of it --------------------------------------------------------------- */

static const struct {
    const char *name;
    void (*script)(struct centre *c, const struct message *m);
    enum talk_end how;
    size_t n;
    bool more;
    unsigned heard;
} centres[] = {
    {"in pages", in_pages, TALK_DONE, PAGE + 1, false, 2},
    {"the same page without end", without_end, TALK_DONE, PAGE, true, 2},
    {"more than anybody reads", many, TALK_DONE, HEARING_MAX, true,
     (HEARING_MAX + PAGE - 1) / PAGE},
    {"of a version before questions", of_an_old_version, TALK_NOT_GIVEN, 0, false, 0},
    {"refuses", refuses, TALK_NOT_GIVEN, 0, false, 0},
    {"cannot go on", breaks_off, TALK_NO_ANSWER, 0, true, 2},
    {"falls silent", falls_silent, TALK_NO_ANSWER, 0, true, 2},
};

static void what_is_asked_comes_whole_or_not(void **state)
{
    struct hearing *h = hearing_new();
    (void)state;
    assert_non_null(h);
    for (size_t i = 0; i < COUNT(centres); i++) {
        struct centre c;
        const struct question *questions;
        begin(&c, centres[i].script);
        enum talk_end how =
            hear_from(&c, h, centres[i].script == falls_silent ? SILENCE_MS : WAIT_MS);
        end_centre(&c);
        if (how != centres[i].how || c.heard != centres[i].heard)
            fail_msg("%s: ended by %d, asked %u times", centres[i].name, (int)how, c.heard);
        assert_int_equal(hearing_questions(h, &questions), centres[i].n);
        for (size_t q = 0; q < centres[i].n; q++) {
            assert_int_equal(questions[q].number, (int64_t)q + 1);
            assert_string_equal(questions[q].text, "Почему вдвое больше?");
        }
        assert_true(how != TALK_DONE || hearing_has_more(h) == centres[i].more);
    }
    hearing_free(h);
}

static void nobody_is_there(void **state)
{
    struct hearing *h = hearing_new();
    struct centre c;
    const struct question *questions;
    (void)state;
    begin(&c, in_pages);
    end_centre(&c);
    assert_int_equal(hear_from(&c, h, SILENCE_MS), TALK_NO_ANSWER);
    assert_int_equal(hearing_questions(h, &questions), 0);
    hearing_free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_asked_comes_whole_or_not),
        cmocka_unit_test(nobody_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
