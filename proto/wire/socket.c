/* socket: makes ZeroMQ sockets that fail closed.  Most of ZeroMQ's defaults are wrong for a public
 * port: no size limit, no key asked for if no handler is bound, replies dropped in silence, queues
 * to peers that are gone. */
#include "wire/socket.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

#include "wire/limits.h"

/* Declared for ZeroMQ's drafts only, but honoured by the stable library; socket_router() makes sure
 * of it. */
#ifndef ZMQ_ZAP_ENFORCE_DOMAIN
#define ZMQ_ZAP_ENFORCE_DOMAIN 93
#endif

enum {
    ROUTER_LINGER_MS = 1000,
    ROUTER_BACKLOG = 1024, /* schools that connect in the same moment, after the centre was away */
    DEALER_LINGER_MS = 2000,
    DEALER_SNDHWM = 4, /* the queue is the spool, not ZeroMQ */
    DEALER_RCVHWM = 64,
    DEALER_CONNECT_MS = 10000,
};

struct option {
    int name, value;
};

static const struct option common_options[] = {
    {ZMQ_HANDSHAKE_IVL, SOCKET_HANDSHAKE_MS},
    {ZMQ_HEARTBEAT_IVL, SOCKET_HEARTBEAT_MS},
    {ZMQ_HEARTBEAT_TIMEOUT, 2 * SOCKET_HEARTBEAT_MS},
    {ZMQ_HEARTBEAT_TTL, 3 * SOCKET_HEARTBEAT_MS},
    {ZMQ_TCP_KEEPALIVE, 1},
    {ZMQ_TCP_KEEPALIVE_IDLE, 120}, /* seconds */
    {ZMQ_TCP_KEEPALIVE_INTVL, 30},
    {ZMQ_TCP_KEEPALIVE_CNT, 4},
    {ZMQ_TCP_MAXRT, 2 * SOCKET_HEARTBEAT_MS},
};

static const struct option router_options[] = {
    {ZMQ_CURVE_SERVER, 1},
    {ZMQ_ROUTER_MANDATORY, 1},
    {ZMQ_RCVHWM, SOCKET_ROUTER_RCVHWM},
    {ZMQ_SNDHWM, SOCKET_ROUTER_SNDHWM},
    {ZMQ_BACKLOG, ROUTER_BACKLOG},
    {ZMQ_LINGER, ROUTER_LINGER_MS},
};

static const struct option dealer_options[] = {
    {ZMQ_IMMEDIATE, 1},
    {ZMQ_RCVHWM, DEALER_RCVHWM},
    {ZMQ_SNDHWM, DEALER_SNDHWM},
    {ZMQ_RECONNECT_IVL, SOCKET_RECONNECT_MS},
    {ZMQ_RECONNECT_IVL_MAX, SOCKET_RECONNECT_MAX_MS},
    {ZMQ_CONNECT_TIMEOUT, DEALER_CONNECT_MS},
    {ZMQ_LINGER, DEALER_LINGER_MS},
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static bool set(void *socket, const struct option *options, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (zmq_setsockopt(socket, options[i].name, &options[i].value, sizeof options[i].value))
            return false;
    return true;
}

static bool set_key(void *socket, int name, const char *z85)
{
    if (!keys_public_valid(z85)) { /* secret keys have the same form */
        errno = EINVAL;
        return false;
    }
    return zmq_setsockopt(socket, name, z85, KEY_TEXT_MAX) == 0;
}

/* An IPv6 socket looks IPv6 addresses up first, which a centre bound to IPv4 would not answer; so
 * it is one only where the endpoint says so: tcp://[::]:7100. */
static bool set_common(void *socket, const char *endpoint)
{
    int64_t max_size = WIRE_MAX_FRAME;
    struct option ipv6 = {ZMQ_IPV6, strchr(endpoint, '[') != NULL};
    return zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &max_size, sizeof max_size) == 0 &&
           set(socket, &ipv6, 1) && set(socket, common_options, COUNT(common_options));
}

/* Without enforcement a ROUTER whose ZAP handler is missing would accept every key.  Enforcement
 * with an empty domain switches authentication off, so both are read back. */
static bool enforce_authentication(void *socket)
{
    int enforce = 1;
    size_t size = sizeof enforce;
    char domain[sizeof SOCKET_ZAP_DOMAIN] = "";
    size_t domain_size = sizeof domain;
    if (zmq_setsockopt(socket, ZMQ_ZAP_DOMAIN, SOCKET_ZAP_DOMAIN, strlen(SOCKET_ZAP_DOMAIN)) ||
        zmq_setsockopt(socket, ZMQ_ZAP_ENFORCE_DOMAIN, &enforce, sizeof enforce) ||
        zmq_getsockopt(socket, ZMQ_ZAP_DOMAIN, domain, &domain_size))
        return false;
    enforce = 0;
    if (zmq_getsockopt(socket, ZMQ_ZAP_ENFORCE_DOMAIN, &enforce, &size))
        return false;
    if (enforce != 1 || strcmp(domain, SOCKET_ZAP_DOMAIN) != 0) {
        errno = ENOTSUP;
        return false;
    }
    return true;
}

/* NULL for a convenient last line of the functions below; errno is that of what failed before. */
static void *give_up(void *socket)
{
    int saved = errno;
    if (socket != NULL)
        zmq_close(socket);
    errno = saved;
    return NULL;
}

void *socket_router(void *zmq_context, const char *endpoint, const struct key_pair *server)
{
    void *s = zmq_socket(zmq_context, ZMQ_ROUTER);
    if (s == NULL || !set_common(s, endpoint) || !set(s, router_options, COUNT(router_options)) ||
        !set_key(s, ZMQ_CURVE_SECRETKEY, server->secret_key) || !enforce_authentication(s) ||
        zmq_bind(s, endpoint) != 0)
        return give_up(s);
    return s;
}

void *socket_dealer(void *zmq_context, const char *endpoint, const char *server_public,
                    const struct key_pair *own)
{
    void *s = zmq_socket(zmq_context, ZMQ_DEALER);
    if (s == NULL || !set_common(s, endpoint) || !set(s, dealer_options, COUNT(dealer_options)) ||
        !set_key(s, ZMQ_CURVE_SERVERKEY, server_public) ||
        !set_key(s, ZMQ_CURVE_PUBLICKEY, own->public_key) ||
        !set_key(s, ZMQ_CURVE_SECRETKEY, own->secret_key) || zmq_connect(s, endpoint) != 0)
        return give_up(s);
    return s;
}

bool socket_endpoint(void *socket, char *buf, size_t size)
{
    return zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, buf, &size) == 0;
}

bool socket_send(void *socket, const uint8_t *bytes, size_t len)
{
    int rc;
    do {
        rc = zmq_send(socket, bytes, len, ZMQ_DONTWAIT);
    } while (rc < 0 && errno == EINTR);
    return rc >= 0;
}

static int64_t monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Takes a whole message off the socket.  Its length, or -1 with errno: EMSGSIZE if it is none of
 * ours. */
static long take_message(void *socket, uint8_t *buf, size_t size)
{
    int len = zmq_recv(socket, buf, size, ZMQ_DONTWAIT);
    if (len < 0)
        return -1;
    bool ours = (size_t)len <= size; /* zmq_recv() tells the length before it cut */
    int more = 0;
    size_t more_size = sizeof more;
    while (zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &more_size) == 0 && more) {
        ours = false;
        if (zmq_recv(socket, NULL, 0, ZMQ_DONTWAIT) < 0 && errno != EINTR)
            return -1;
    }
    if (!ours) {
        errno = EMSGSIZE;
        return -1;
    }
    return len;
}

long socket_receive(void *socket, uint8_t *buf, size_t size, int timeout_ms)
{
    const int64_t until = monotonic_ms() + timeout_ms;
    long len;
    while ((len = take_message(socket, buf, size)) < 0) {
        int64_t left = until - monotonic_ms();
        if (left > 0 && (errno == EMSGSIZE || errno == EINTR))
            continue;
        if (left <= 0 || errno != EAGAIN) {
            errno = errno == EMSGSIZE ? EAGAIN : errno; /* what was thrown away never came */
            break;
        }
        zmq_pollitem_t item = {.socket = socket, .events = ZMQ_POLLIN};
        if (zmq_poll(&item, 1, (long)left) < 0)
            break;
    }
    return len;
}
