/* socket: over real TCP and CURVE: a known key gets in, any other does not, and without a ZAP
 * handler nobody does. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>
#include <cmocka.h>

#include "wire/limits.h"
#include "wire/socket.h"

enum {
    WAIT_MS = 5000, /* for what must come; it comes in milliseconds */
    QUIET_MS = 300, /* for what must not come */
    ZAP_FRAMES = 7, /* version, request id, domain, address, identity, mechanism, key */
    FRAME_MAX = 256,
};

static const char *const zap_reply[] = {"1.0", NULL /* request id */, NULL /* status */, "", "",
                                        ""};

/* A ZAP handler in a thread of its own, which knows one key; ended by ETERM when its context ends.
 */
struct handler {
    void *socket;
    pthread_t thread;
    char known_key[KEY_TEXT_MAX];
};

static void answer(struct handler *h)
{
    char frames[ZAP_FRAMES][FRAME_MAX];
    int lengths[ZAP_FRAMES];
    for (int i = 0; i < ZAP_FRAMES; i++) {
        lengths[i] = zmq_recv(h->socket, frames[i], FRAME_MAX, 0);
        if (lengths[i] < 0)
            return;
    }
    uint8_t known[KEY_BYTES];
    zmq_z85_decode(known, h->known_key);
    bool ours = lengths[2] == (int)strlen(SOCKET_ZAP_DOMAIN) &&
                memcmp(frames[2], SOCKET_ZAP_DOMAIN, strlen(SOCKET_ZAP_DOMAIN)) == 0 &&
                lengths[6] == KEY_BYTES && memcmp(frames[6], known, KEY_BYTES) == 0;
    for (int i = 0; i < 6; i++) {
        const char *text = i == 1 ? frames[1] : i == 2 ? (ours ? "200" : "400") : zap_reply[i];
        size_t len = i == 1 ? (size_t)lengths[1] : strlen(text);
        zmq_send(h->socket, text, len, i < 5 ? ZMQ_SNDMORE : 0);
    }
}

static void *handle(void *data)
{
    struct handler *h = data;
    zmq_pollitem_t item = {.socket = h->socket, .events = ZMQ_POLLIN};
    while (zmq_poll(&item, 1, -1) > 0)
        answer(h);
    zmq_close(h->socket);
    return NULL;
}

struct world {
    void *context;
    void *router, *dealer;
    struct key_pair server, agent;
    char endpoint[64];
    struct handler handler;
};

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    w->context = zmq_ctx_new();
    keys_make(&w->server);
    keys_make(&w->agent);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    if (w->dealer != NULL)
        zmq_close(w->dealer);
    if (w->router != NULL)
        zmq_close(w->router);
    zmq_ctx_shutdown(w->context);
    if (w->handler.socket != NULL)
        pthread_join(w->handler.thread, NULL);
    zmq_ctx_term(w->context);
    free(w);
    return 0;
}

static void start_handler(struct world *w, const char *known_key)
{
    memcpy(w->handler.known_key, known_key, KEY_TEXT_MAX);
    w->handler.socket = zmq_socket(w->context, ZMQ_REP);
    assert_non_null(w->handler.socket);
    assert_int_equal(zmq_bind(w->handler.socket, "inproc://zeromq.zap.01"), 0);
    assert_int_equal(pthread_create(&w->handler.thread, NULL, handle, &w->handler), 0);
}

static void open_both(struct world *w)
{
    w->router = socket_router(w->context, "tcp://127.0.0.1:*", &w->server);
    assert_non_null(w->router);
    assert_true(socket_endpoint(w->router, w->endpoint, sizeof w->endpoint));
    w->dealer = socket_dealer(w->context, w->endpoint, w->server.public_key, &w->agent);
    assert_non_null(w->dealer);
}

/* Sends as soon as the connection is up: before that IMMEDIATE makes it EAGAIN. */
static bool send_within(void *dealer, const uint8_t *bytes, size_t len, int ms)
{
    zmq_pollitem_t item = {.socket = dealer, .events = ZMQ_POLLOUT};
    return zmq_poll(&item, 1, ms) == 1 && socket_send(dealer, bytes, len);
}

static bool router_gets_something(void *router, int ms)
{
    zmq_pollitem_t item = {.socket = router, .events = ZMQ_POLLIN};
    return zmq_poll(&item, 1, ms) == 1;
}

/* Takes [routing id][payload] and sends the payload back, with a second frame if `twice`. */
static void echo(void *router, bool twice)
{
    uint8_t id[FRAME_MAX];
    static uint8_t payload[WIRE_MAX_FRAME];
    assert_true(router_gets_something(router, WAIT_MS));
    int id_len = zmq_recv(router, id, sizeof id, ZMQ_DONTWAIT);
    int len = zmq_recv(router, payload, sizeof payload, ZMQ_DONTWAIT);
    assert_true(id_len > 0 && len >= 0 && (size_t)len <= sizeof payload);
    assert_true(zmq_send(router, id, (size_t)id_len, ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0);
    assert_true(zmq_send(router, payload, (size_t)len, twice ? ZMQ_SNDMORE : 0) >= 0);
    if (twice)
        assert_true(zmq_send(router, "more", 4, 0) >= 0);
}

static void a_known_key_gets_in(void **state)
{
    struct world *w = *state;
    uint8_t buf[FRAME_MAX];
    start_handler(w, w->agent.public_key);
    open_both(w);
    assert_true(send_within(w->dealer, (const uint8_t *)"figure", 6, WAIT_MS));
    echo(w->router, false);
    assert_int_equal(socket_receive(w->dealer, buf, sizeof buf, WAIT_MS), 6);
    assert_memory_equal(buf, "figure", 6);
    assert_int_equal(socket_receive(w->dealer, buf, sizeof buf, 0), -1);
    assert_int_equal(errno, EAGAIN);
}

static void an_unknown_key_is_refused(void **state)
{
    struct world *w = *state;
    start_handler(w, w->server.public_key);
    open_both(w);
    assert_false(send_within(w->dealer, (const uint8_t *)"figure", 6, QUIET_MS));
    assert_false(router_gets_something(w->router, QUIET_MS));
}

static void without_a_handler_nobody_gets_in(void **state)
{
    struct world *w = *state;
    open_both(w);
    assert_false(send_within(w->dealer, (const uint8_t *)"figure", 6, QUIET_MS));
    assert_false(router_gets_something(w->router, QUIET_MS));
}

static void a_centre_with_another_key_gets_nothing(void **state)
{
    struct world *w = *state;
    start_handler(w, w->agent.public_key);
    w->router = socket_router(w->context, "tcp://127.0.0.1:*", &w->server);
    assert_non_null(w->router);
    assert_true(socket_endpoint(w->router, w->endpoint, sizeof w->endpoint));
    w->dealer = socket_dealer(w->context, w->endpoint, w->agent.public_key, &w->agent);
    assert_false(send_within(w->dealer, (const uint8_t *)"figure", 6, QUIET_MS));
}

static void the_largest_message_passes_and_a_larger_one_never_arrives(void **state)
{
    struct world *w = *state;
    static uint8_t bytes[WIRE_MAX_FRAME + 1], buf[WIRE_MAX_FRAME];
    start_handler(w, w->agent.public_key);
    open_both(w);
    assert_true(send_within(w->dealer, bytes, WIRE_MAX_MESSAGE, WAIT_MS));
    echo(w->router, false);
    assert_int_equal(socket_receive(w->dealer, buf, sizeof buf, WAIT_MS), WIRE_MAX_MESSAGE);
    assert_true(send_within(w->dealer, bytes, sizeof bytes, WAIT_MS));
    assert_false(router_gets_something(w->router, QUIET_MS));
}

static void what_is_not_one_frame_or_too_long_is_thrown_away(void **state)
{
    struct world *w = *state;
    uint8_t buf[6];
    start_handler(w, w->agent.public_key);
    open_both(w);
    static const struct {
        const char *text;
        bool twice;
    } sent[] = {{"two", true}, {"longer", false}, {"longest", false}, {"last", false}};
    for (size_t i = 0; i < sizeof sent / sizeof *sent; i++) {
        const uint8_t *bytes = (const uint8_t *)sent[i].text;
        assert_true(send_within(w->dealer, bytes, strlen(sent[i].text), WAIT_MS));
        echo(w->router, sent[i].twice);
    }
    assert_int_equal(socket_receive(w->dealer, buf, sizeof buf, WAIT_MS), 6);
    assert_memory_equal(buf, "longer", 6);
    assert_int_equal(socket_receive(w->dealer, buf, sizeof buf, WAIT_MS), 4);
    assert_memory_equal(buf, "last", 4);
}

static void sending_without_a_peer_says_so(void **state)
{
    struct world *w = *state;
    w->dealer = socket_dealer(w->context, "tcp://127.0.0.1:9", w->server.public_key, &w->agent);
    assert_non_null(w->dealer);
    assert_false(socket_send(w->dealer, (const uint8_t *)"figure", 6));
    assert_int_equal(errno, EAGAIN);
}

static void options_hold(void **state)
{
    struct world *w = *state;
    open_both(w);
    const struct {
        void *socket;
        int name, value;
    } expected[] = {
        {w->router, 93 /* ZMQ_ZAP_ENFORCE_DOMAIN */, 1},
        {w->router, ZMQ_CURVE_SERVER, 1},
        {w->router, ZMQ_RCVHWM, SOCKET_ROUTER_RCVHWM},
        {w->router, ZMQ_SNDHWM, SOCKET_ROUTER_SNDHWM},
        {w->router, ZMQ_HANDSHAKE_IVL, SOCKET_HANDSHAKE_MS},
        {w->router, ZMQ_HEARTBEAT_IVL, SOCKET_HEARTBEAT_MS},
        {w->dealer, ZMQ_RECONNECT_IVL, SOCKET_RECONNECT_MS},
        {w->dealer, ZMQ_RECONNECT_IVL_MAX, SOCKET_RECONNECT_MAX_MS},
        {w->dealer, ZMQ_IMMEDIATE, 1},
        {w->dealer, ZMQ_IPV6, 0},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        int value = -1;
        size_t size = sizeof value;
        assert_int_equal(zmq_getsockopt(expected[i].socket, expected[i].name, &value, &size), 0);
        assert_int_equal(value, expected[i].value);
    }
    void *sockets[] = {w->router, w->dealer};
    for (size_t i = 0; i < 2; i++) {
        int64_t max = 0;
        int linger = -1;
        size_t max_size = sizeof max, linger_size = sizeof linger;
        assert_int_equal(zmq_getsockopt(sockets[i], ZMQ_MAXMSGSIZE, &max, &max_size), 0);
        assert_int_equal(max, WIRE_MAX_FRAME);
        assert_int_equal(zmq_getsockopt(sockets[i], ZMQ_LINGER, &linger, &linger_size), 0);
        assert_true(linger >= 0 && linger <= WAIT_MS);
    }
}

static void bad_arguments_give_no_socket(void **state)
{
    struct world *w = *state;
    struct key_pair bad = {.public_key = "short", .secret_key = "short"};
    errno = 0;
    assert_null(socket_router(w->context, "nonsense", &w->server));
    assert_int_not_equal(errno, 0);
    assert_null(socket_router(w->context, "tcp://127.0.0.1:*", &bad));
    assert_null(socket_dealer(w->context, "nonsense", w->server.public_key, &w->agent));
    assert_null(socket_dealer(w->context, "tcp://127.0.0.1:9", "short", &w->agent));
    assert_null(socket_dealer(w->context, "tcp://127.0.0.1:9", w->server.public_key, &bad));
    open_both(w);
    assert_null(socket_router(w->context, w->endpoint, &w->server));
    assert_int_equal(errno, EADDRINUSE);
    char tiny[4];
    assert_false(socket_endpoint(w->router, tiny, sizeof tiny));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_known_key_gets_in),
        TEST(an_unknown_key_is_refused),
        TEST(without_a_handler_nobody_gets_in),
        TEST(a_centre_with_another_key_gets_nothing),
        TEST(the_largest_message_passes_and_a_larger_one_never_arrives),
        TEST(what_is_not_one_frame_or_too_long_is_thrown_away),
        TEST(sending_without_a_peer_says_so),
        TEST(options_hold),
        TEST(bad_arguments_give_no_socket),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
