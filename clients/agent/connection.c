/* connection: a secretary must learn whether the line is down, the centre is away or the key is
 * wrong, since each is mended by somebody else. */
#include "agent/connection.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "agent/monotonic.h"
#include "wire/socket.h"

enum {
    MAX_DELAY_MS = 60000,
    ZAP_REFUSED = 400, /* the status a handshake ends with; 300 is "come again" */
    MONITOR_FRAME = 6, /* uint16 event, uint32 value; a frame with the address follows */
    HANDSHAKE_SLACK_MS = 500,
    NEVER = 0,
};

struct connection {
    const struct conf *conf;
    size_t at; /* of conf's centres */
    void *context, *socket, *monitor;
    enum connection_state state;
    enum connection_state told; /* the last that tells something: a new socket knows nothing yet */
    unsigned attempt;           /* sockets made since the connection was last ready */
    unsigned epoch;
    int64_t reached_at;
    int64_t renew_at; /* monotonic_ms(); NEVER: leave it to ZeroMQ */
};

/* What a state does when it is entered: after how long the socket is made anew, unless the state
 * changes again.  The delay doubles with every round through the centres.  SILENT and REACHED are given the time that
 * a slow line or a handshake may take. */
static const int renew_after_ms[CONNECTION_STATES] = {
    [CONNECTION_SILENT] = 6000,    [CONNECTION_UNREACHABLE] = 1000,
    [CONNECTION_REACHED] = 6000,   [CONNECTION_NO_CENTRE] = 1000,
    [CONNECTION_NOT_READY] = 1000, [CONNECTION_KEY_REFUSED] = 30000,
    [CONNECTION_READY] = NEVER,    [CONNECTION_LOST] = 500,
};

/* Events of the monitor, and what they make of the state they find. */
static const struct transition {
    uint16_t event;
    enum connection_state from, to;
} transitions[] = {
    {ZMQ_EVENT_CONNECT_RETRIED, CONNECTION_SILENT, CONNECTION_UNREACHABLE},
    {ZMQ_EVENT_CONNECTED, CONNECTION_SILENT, CONNECTION_REACHED},
    {ZMQ_EVENT_CONNECTED, CONNECTION_UNREACHABLE, CONNECTION_REACHED},
    {ZMQ_EVENT_CONNECTED, CONNECTION_LOST, CONNECTION_REACHED},
    {ZMQ_EVENT_HANDSHAKE_SUCCEEDED, CONNECTION_SILENT, CONNECTION_READY},
    {ZMQ_EVENT_HANDSHAKE_SUCCEEDED, CONNECTION_REACHED, CONNECTION_READY},
    {ZMQ_EVENT_HANDSHAKE_FAILED_AUTH, CONNECTION_SILENT, CONNECTION_KEY_REFUSED},
    {ZMQ_EVENT_HANDSHAKE_FAILED_AUTH, CONNECTION_REACHED, CONNECTION_KEY_REFUSED},
    {ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL, CONNECTION_SILENT, CONNECTION_NO_CENTRE},
    {ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL, CONNECTION_REACHED, CONNECTION_NO_CENTRE},
    {ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL, CONNECTION_SILENT, CONNECTION_NO_CENTRE},
    {ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL, CONNECTION_REACHED, CONNECTION_NO_CENTRE},
    {ZMQ_EVENT_DISCONNECTED, CONNECTION_SILENT, CONNECTION_NO_CENTRE},
    {ZMQ_EVENT_DISCONNECTED, CONNECTION_REACHED, CONNECTION_NO_CENTRE},
    {ZMQ_EVENT_DISCONNECTED, CONNECTION_READY, CONNECTION_LOST},
};

static bool tried_all(const struct connection *c)
{
    return c->attempt >= c->conf->n_centres;
}

static void enter(struct connection *c, enum connection_state to)
{
    int64_t delay = to == CONNECTION_KEY_REFUSED && !tried_all(c)
                        ? renew_after_ms[CONNECTION_UNREACHABLE]
                        : renew_after_ms[to];
    for (size_t i = c->conf->n_centres; i < c->attempt && delay < MAX_DELAY_MS;
         i += c->conf->n_centres)
        delay *= 2;
    if (delay > 0) /* a town's schools must not all come back in one moment */
        delay += randombytes_uniform((uint32_t)delay / 4 + 1);
    c->state = to;
    if (to != CONNECTION_SILENT)
        c->told = to;
    c->renew_at = delay == 0 ? NEVER : monotonic_ms() + delay;
    if (to == CONNECTION_REACHED)
        c->reached_at = monotonic_ms();
    if (to == CONNECTION_READY) {
        c->attempt = 0;
        c->epoch++;
    }
}

/* A centre that does not know its keys yet lets the handshake time out; whoever is no centre breaks
 * it off at once. */
static bool not_ready(const struct connection *c, const struct transition *t, uint32_t value)
{
    if (t->event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH)
        return value != ZAP_REFUSED;
    return t->to == CONNECTION_NO_CENTRE && t->from == CONNECTION_REACHED &&
           monotonic_ms() - c->reached_at >= SOCKET_HANDSHAKE_MS - HANDSHAKE_SLACK_MS;
}

static void on_event(struct connection *c, uint16_t event, uint32_t value)
{
    for (size_t i = 0; i < sizeof transitions / sizeof *transitions; i++) {
        const struct transition *t = &transitions[i];
        if (t->event == event && t->from == c->state) {
            enter(c, not_ready(c, t, value) ? CONNECTION_NOT_READY : t->to);
            return;
        }
    }
}

static void close_sockets(struct connection *c)
{
    const int at_once = 0;
    if (c->socket != NULL) {
        zmq_setsockopt(c->socket, ZMQ_LINGER, &at_once, sizeof at_once);
        zmq_socket_monitor(c->socket, NULL, 0);
        zmq_close(c->socket);
    }
    if (c->monitor != NULL)
        zmq_close(c->monitor);
    c->socket = c->monitor = NULL;
}

/* Where the monitor misses an event because it came before it was there, the silence renews it. */
static bool watch(struct connection *c)
{
    char address[64];
    const int at_once = 0;
    snprintf(address, sizeof address, "inproc://monitor-%p", c->socket);
    if (zmq_socket_monitor(c->socket, address, ZMQ_EVENT_ALL) != 0)
        return false;
    c->monitor = zmq_socket(c->context, ZMQ_PAIR);
    return c->monitor != NULL &&
           zmq_setsockopt(c->monitor, ZMQ_LINGER, &at_once, sizeof at_once) == 0 &&
           zmq_connect(c->monitor, address) == 0;
}

static bool open_sockets(struct connection *c)
{
    close_sockets(c);
    const struct conf_centre *centre = connection_centre(c);
    c->socket = socket_dealer(c->context, centre->endpoint, centre->server_key, &c->conf->keys);
    if (c->socket == NULL || !watch(c))
        return false;
    c->attempt++;
    return true;
}

struct connection *connection_new(const struct conf *conf)
{
    struct connection *c = calloc(1, sizeof *c);
    if (c == NULL)
        return NULL;
    c->conf = conf;
    c->context = zmq_ctx_new();
    if (c->context == NULL || !open_sockets(c)) {
        int saved = errno;
        connection_free(c);
        errno = saved;
        return NULL;
    }
    enter(c, CONNECTION_SILENT);
    return c;
}

void connection_free(struct connection *c)
{
    if (c == NULL)
        return;
    close_sockets(c);
    if (c->context != NULL)
        zmq_ctx_term(c->context);
    free(c);
}

static void read_events(struct connection *c)
{
    uint8_t frame[MONITOR_FRAME], address[256];
    uint16_t event;
    uint32_t value;
    while (zmq_recv(c->monitor, frame, sizeof frame, ZMQ_DONTWAIT) == MONITOR_FRAME) {
        zmq_recv(c->monitor, address, sizeof address, ZMQ_DONTWAIT);
        memcpy(&event, frame, sizeof event);
        memcpy(&value, frame + sizeof event, sizeof value);
        on_event(c, event, value);
    }
}

bool connection_wait(struct connection *c, int timeout_ms)
{
    int64_t left = c->renew_at != NEVER ? c->renew_at - monotonic_ms() : timeout_ms;
    if (left <= 0 && c->renew_at != NEVER) {
        c->at = (c->at + 1) % c->conf->n_centres;
        if (!open_sockets(c))
            return false;
        enter(c, CONNECTION_SILENT);
        left = c->renew_at - monotonic_ms();
    }
    zmq_pollitem_t items[] = {
        {.socket = c->socket, .events = ZMQ_POLLIN},
        {.socket = c->monitor, .events = ZMQ_POLLIN},
    };
    if (zmq_poll(items, 2, left < timeout_ms ? (long)left : timeout_ms) < 0 && errno != EINTR)
        return false;
    read_events(c);
    return true;
}

enum connection_state connection_state(const struct connection *c)
{
    return c->told;
}

bool connection_key_refused(const struct connection *c)
{
    return c->told == CONNECTION_KEY_REFUSED && tried_all(c);
}

const struct conf_centre *connection_centre(const struct connection *c)
{
    return &c->conf->centres[c->at];
}

unsigned connection_epoch(const struct connection *c)
{
    return c->epoch;
}

bool connection_send(struct connection *c, const uint8_t *bytes, size_t len)
{
    return socket_send(c->socket, bytes, len);
}

long connection_receive(struct connection *c, uint8_t *buf, size_t size)
{
    return socket_receive(c->socket, buf, size, 0);
}
