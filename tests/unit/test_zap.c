/* zap: who is let in, what is answered to a request that is none, and that an answer always comes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "log.c"
#include "metrics.c"
#include "gate/zap.c"

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* The example key of ZeroMQ's zmq_curve manual page. */
#define KNOWN "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"

static struct zap_refusals refusals;

static bool loaded;
static const struct agent agent = {.id = INT32_MAX, .organisation = 1};

bool catalogue_is_loaded(const struct catalogue *c)
{
    (void)c;
    return loaded;
}

const struct agent *catalogue_agent_by_key(const struct catalogue *c, const char *public_key)
{
    (void)c;
    return strcmp(public_key, KNOWN) == 0 ? &agent : NULL;
}

static uint8_t known[KEY_BYTES], unknown[KEY_BYTES];

static struct zap_frame frame(const char *text)
{
    return (struct zap_frame){(const uint8_t *)text, strlen(text)};
}

static int set_up(void **state)
{
    (void)state;
    loaded = true;
    return zmq_z85_decode(known, KNOWN) == NULL;
}

/* A good request, to be spoiled. */
static void fill(struct zap_frame frames[REQUEST_FRAMES], const uint8_t *key)
{
    const char *const texts[] = {"1.0", "request 1", "vekha", "10.0.0.7", "", "CURVE"};
    for (size_t i = 0; i < COUNT(texts); i++)
        frames[i] = frame(texts[i]);
    frames[CREDENTIALS] = (struct zap_frame){key, KEY_BYTES};
}

static void let_in(void **state)
{
    (void)state;
    struct zap_frame frames[REQUEST_FRAMES];
    struct zap_reply reply;
    fill(frames, known);
    zap_judge(frames, REQUEST_FRAMES, NULL, &reply);
    assert_string_equal(reply.code, "200");
    assert_string_equal(reply.user_id, "2147483647");
    assert_int_equal(reply.metadata_len, 1 + 5 + 4 + 40);
    assert_memory_equal(reply.metadata, "\005X-Key\0\0\0\050" KNOWN, reply.metadata_len);
}

static void unknown_key(void **state)
{
    (void)state;
    struct zap_frame frames[REQUEST_FRAMES];
    struct zap_reply reply;
    fill(frames, unknown);
    zap_judge(frames, REQUEST_FRAMES, NULL, &reply);
    assert_string_equal(reply.code, "400");
    assert_string_equal(reply.user_id, "");
    assert_int_equal(reply.metadata_len, 0);
}

static void not_loaded(void **state)
{
    (void)state;
    struct zap_frame frames[REQUEST_FRAMES];
    struct zap_reply reply;
    loaded = false;
    fill(frames, known);
    zap_judge(frames, REQUEST_FRAMES, NULL, &reply);
    assert_string_equal(reply.code, "300");
    assert_string_equal(reply.user_id, "");
}

static const struct {
    int frame;
    const char *text;
} spoiled[] = {
    {VERSION, "1.1"},  {VERSION, ""},          {VERSION, "1.0\n"},   {DOMAIN, ""},
    {DOMAIN, "other"}, {MECHANISM, "NULL"},    {MECHANISM, "PLAIN"}, {MECHANISM, "CURVE2"},
    {CREDENTIALS, ""}, {CREDENTIALS, "short"}, {CREDENTIALS, KNOWN},
};

static void spoiled_requests(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(spoiled); i++) {
        struct zap_frame frames[REQUEST_FRAMES];
        struct zap_reply reply;
        fill(frames, known);
        frames[spoiled[i].frame] = frame(spoiled[i].text);
        zap_judge(frames, REQUEST_FRAMES, NULL, &reply);
        assert_string_equal(reply.code, "400");
        assert_string_equal(reply.user_id, "");
    }
}

static void every_length(void **state)
{
    (void)state;
    struct zap_frame frames[ZAP_MAX_FRAMES];
    struct zap_reply reply;
    fill(frames, known);
    frames[REQUEST_FRAMES] = frame("one more");
    for (size_t n = 0; n <= ZAP_MAX_FRAMES; n++) {
        zap_judge(frames, n, NULL, &reply);
        assert_string_equal(reply.code, n == REQUEST_FRAMES ? "200" : "400");
    }
}

/* --- over sockets --- */

static void *context, *rep, *req;

static int set_up_sockets(void **state)
{
    context = zmq_ctx_new();
    rep = zmq_socket(context, ZMQ_REP);
    req = zmq_socket(context, ZMQ_REQ);
    return set_up(state) || zmq_bind(rep, ZAP_ENDPOINT) || zmq_connect(req, ZAP_ENDPOINT);
}

static int tear_down_sockets(void **state)
{
    (void)state;
    return zmq_close(rep) || zmq_close(req) || zmq_ctx_term(context);
}

static void expect_frame(const char *text, bool last)
{
    char buf[128] = "";
    int len = zmq_recv(req, buf, sizeof buf - 1, ZMQ_DONTWAIT);
    int more;
    size_t size = sizeof more;
    assert_int_equal(len, strlen(text));
    assert_string_equal(buf, text);
    assert_int_equal(zmq_getsockopt(req, ZMQ_RCVMORE, &more, &size), 0);
    assert_int_equal(more, !last);
}

/* A request of any number of frames is answered, and the next one too. */
static void always_answered(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 2 * ZAP_MAX_FRAMES; n++) {
        struct zap_frame frames[REQUEST_FRAMES];
        fill(frames, known);
        for (size_t i = 0; i < n; i++) {
            const struct zap_frame *f = &frames[i % REQUEST_FRAMES];
            assert_true(zmq_send(req, f->bytes, f->len, i + 1 < n ? ZMQ_SNDMORE : 0) >= 0);
        }
        zap_answer(rep, NULL, &refusals, NULL);
        expect_frame("1.0", false);
        expect_frame(n > 1 ? "request 1" : "", false);
        expect_frame(n == REQUEST_FRAMES ? "200" : "400", false);
        expect_frame(n == REQUEST_FRAMES ? "OK" : "not a ZAP 1.0 request", false);
        expect_frame(n == REQUEST_FRAMES ? "2147483647" : "", false);
        char metadata[ZAP_MAX_METADATA];
        int len = zmq_recv(req, metadata, sizeof metadata, ZMQ_DONTWAIT);
        assert_int_equal(len, n == REQUEST_FRAMES ? 50 : 0);
    }
}

static void nothing_to_answer(void **state)
{
    (void)state;
    zap_answer(rep, NULL, &refusals, NULL); /* returns */
    always_answered(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(let_in, set_up),
        cmocka_unit_test_setup(unknown_key, set_up),
        cmocka_unit_test_setup(not_loaded, set_up),
        cmocka_unit_test_setup(spoiled_requests, set_up),
        cmocka_unit_test_setup(every_length, set_up),
        cmocka_unit_test_setup_teardown(always_answered, set_up_sockets, tear_down_sockets),
        cmocka_unit_test_setup_teardown(nothing_to_answer, set_up_sockets, tear_down_sockets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
