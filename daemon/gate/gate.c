/* gate: keeps the connections and the credits.  A message is
 *
 *     frame 0   routing id, made by our own ROUTER; says nothing of who it is
 *     frame 1   payload; carries the properties that zap gave to the connection: User-Id, X-Key
 *
 * and anything else is thrown away.  Properties are read from the payload: the ROUTER of
 * libzmq 4.3.4 loses those of frame 0 when ZMQ_EVENTS made it read ahead. */
#include "gate/gate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "base/hash.h"
#include "log.h"
#include "gate/pump.h"
#include "wire/socket.h"
#include "gate/zap.h"

enum {
    MAX_AGENTS = 65536, /* remembered; the one silent for longest is forgotten */
    MAX_ENDPOINT = 256,
};

/* What is known of an agent that has spoken; in the table from the one silent for longest to the
 * latest. */
struct speaker {
    int32_t id;
    unsigned waiting;            /* submissions without an answer */
    struct intake_origin latest; /* its latest connection with a good key; no peer_len: none */
    bool told_revoked;           /* once in the log is enough */
    UT_hash_handle hh;
};

struct gate {
    const struct catalogue *catalogue;
    struct intake *intake;
    struct metrics *metrics;
    void *context, *zap, *router;
    struct zap_refusals refusals;
    struct event_base *base;
    struct pump *zap_pump, *router_pump;
    struct speaker *speakers;
    size_t waiting;
    char endpoint[MAX_ENDPOINT];
};

/* --- who has spoken --- */

static struct speaker *find(struct gate *g, int32_t agent)
{
    struct speaker *s;
    HASH_FIND(hh, g->speakers, &agent, sizeof agent, s);
    return s;
}

/* Room for one more: new, or that of the one silent for longest.  NULL if out of memory. */
static struct speaker *make_room(struct gate *g)
{
    struct speaker *s, *next;
    if (HASH_COUNT(g->speakers) < MAX_AGENTS)
        return calloc(1, sizeof *s);
    HASH_ITER (hh, g->speakers, s, next) {
        if (s->waiting == 0) {
            HASH_DELETE(hh, g->speakers, s);
            memset(s, 0, sizeof *s);
            return s;
        }
    }
    return NULL;
}

/* The speaker of a message that just came, moved to the end of the table; NULL if there is no room.
 */
static struct speaker *heard(struct gate *g, const struct intake_origin *from)
{
    struct speaker *s = find(g, from->agent);
    if (s != NULL)
        HASH_DELETE(hh, g->speakers, s);
    else
        s = make_room(g);
    if (s == NULL)
        return NULL;
    s->id = from->agent;
    HASH_ADD(hh, g->speakers, id, sizeof s->id, s);
    if (HASH_ADDED(s))
        return s;
    g->waiting -= s->waiting;
    free(s);
    return NULL;
}

static void settle(struct gate *g, struct speaker *s)
{
    if (s != NULL && s->waiting > 0) {
        s->waiting--;
        g->waiting--;
    }
}

/* --- in --- */

static bool receive_frame(void *socket, zmq_msg_t *m)
{
    int got;
    do {
        got = zmq_msg_recv(m, socket, ZMQ_DONTWAIT);
    } while (got < 0 && errno == EINTR);
    return got >= 0;
}

/* Reads a whole message; true if it is [routing id][payload] and we could answer it. */
static bool receive(struct gate *g, zmq_msg_t *peer, zmq_msg_t *payload)
{
    struct intake_origin origin;
    if (!receive_frame(g->router, peer))
        return false;
    bool sound = zmq_msg_more(peer) && receive_frame(g->router, payload) && !zmq_msg_more(payload);
    for (bool more = !sound && zmq_msg_more(payload); more;) {
        zmq_msg_t spare;
        zmq_msg_init(&spare);
        more = receive_frame(g->router, &spare) && zmq_msg_more(&spare);
        zmq_msg_close(&spare);
    }
    sound = sound && zmq_msg_size(peer) <= sizeof origin.peer;
    if (!sound)
        log_debug("a message that is not one frame was thrown away");
    return sound;
}

static bool origin_of(zmq_msg_t *peer, zmq_msg_t *payload, struct intake_origin *ret)
{
    const char *user = zmq_msg_gets(payload, "User-Id");
    const char *key = zmq_msg_gets(payload, ZAP_KEY_PROPERTY);
    if (user == NULL || *user == '\0')
        return false;
    snprintf(ret->key, sizeof ret->key, "%s", key != NULL ? key : "");
    ret->agent = (int32_t)strtol(user, NULL, 10); /* our own text, from zap */
    ret->peer_len = zmq_msg_size(peer);
    memcpy(ret->peer, zmq_msg_data(peer), ret->peer_len);
    return true;
}

static void hand_over(struct gate *g, struct speaker *s, const struct intake_origin *from,
                      const uint8_t *bytes, size_t len)
{
    if (s->waiting >= INTAKE_CREDITS) {
        intake_put_off(g->intake, from, bytes, len, LATER_CREDITS);
        return;
    }
    s->waiting++; /* before the call: the answer may come within it */
    g->waiting++;
    if (!intake_take(g->intake, from, bytes, len))
        settle(g, s);
}

static void refuse(struct gate *g, struct speaker *s, const struct intake_origin *from,
                   const uint8_t *bytes, size_t len)
{
    if (!s->told_revoked)
        log_notice("agent %d goes on sending with a revoked key", (int)from->agent);
    s->told_revoked = true;
    intake_refuse(g->intake, from, bytes, len, REFUSAL_REVOKED);
}

/* Without room for whoever speaks nothing can be remembered of what they wait for. */
static void listen_to(struct gate *g, const struct intake_origin *from, const uint8_t *bytes,
                      size_t len)
{
    struct speaker *s = heard(g, from);
    if (s == NULL && from->right != KEY_UNKNOWN) {
        intake_put_off(g->intake, from, bytes, len, LATER_DATABASE_AWAY);
    } else if (s == NULL) {
        intake_refuse(g->intake, from, bytes, len, REFUSAL_REVOKED);
    } else if (from->right != KEY_UNKNOWN) {
        s->latest = *from;
        hand_over(g, s, from, bytes, len);
    } else {
        refuse(g, s, from, bytes, len);
    }
}

static void take(void *arg)
{
    struct gate *g = arg;
    struct intake_origin from;
    zmq_msg_t peer, payload;
    zmq_msg_init(&peer);
    zmq_msg_init(&payload);
    if (receive(g, &peer, &payload) && origin_of(&peer, &payload, &from)) {
        metrics_add(g->metrics, METRIC_MESSAGES, 1);
        metrics_add(g->metrics, METRIC_MESSAGE_BYTES, zmq_msg_size(&payload));
        from.right = catalogue_key_right(g->catalogue, from.key, from.agent);
        listen_to(g, &from, zmq_msg_data(&payload), zmq_msg_size(&payload));
    }
    zmq_msg_close(&peer);
    zmq_msg_close(&payload);
}

static void take_handshake(void *arg)
{
    struct gate *g = arg;
    zap_answer(g->zap, g->catalogue, &g->refusals, g->metrics);
}

/* --- out --- */

static int send_frame(void *socket, const void *bytes, size_t len, int flags)
{
    int sent;
    do {
        sent = zmq_send(socket, bytes, len, flags | ZMQ_DONTWAIT);
    } while (sent < 0 && errno == EINTR);
    return sent;
}

/* False with errno: EHOSTUNREACH if the peer is gone, EAGAIN if it does not read.  Nothing is kept
 * for it then: it will ask again. */
static bool send_to(struct gate *g, const struct intake_origin *to, const uint8_t *bytes,
                    size_t len)
{
    bool sent = send_frame(g->router, to->peer, to->peer_len, ZMQ_SNDMORE) >= 0 &&
                send_frame(g->router, bytes, len, 0) >= 0;
    int saved = errno;
    pump_check(g->router_pump);
    errno = saved;
    return sent;
}

void gate_answer(void *gate, const struct intake_origin *to, const uint8_t *bytes, size_t len,
                 bool settled)
{
    struct gate *g = gate;
    if (settled)
        settle(g, find(g, to->agent));
    if (bytes != NULL && !send_to(g, to, bytes, len))
        log_debug("an answer to agent %d was not taken: %s", (int)to->agent, zmq_strerror(errno));
}

bool gate_tell(struct gate *g, int32_t agent, const uint8_t *bytes, size_t len)
{
    struct speaker *s = find(g, agent);
    if (s == NULL || s->latest.peer_len == 0 ||
        !catalogue_key_is_of(g->catalogue, s->latest.key, agent))
        return false;
    if (send_to(g, &s->latest, bytes, len))
        return true;
    if (errno == EHOSTUNREACH)
        s->latest.peer_len = 0; /* that connection is gone */
    return false;
}

/* --- life --- */

static bool bind_zap(struct gate *g)
{
    const int no_linger = 0;
    g->zap = zmq_socket(g->context, ZMQ_REP);
    return g->zap != NULL &&
           zmq_setsockopt(g->zap, ZMQ_LINGER, &no_linger, sizeof no_linger) == 0 &&
           zmq_bind(g->zap, ZAP_ENDPOINT) == 0;
}

/* The handler first: a ROUTER without one must never be reachable. */
static bool bind_all(struct gate *g, const char *endpoint, const struct key_pair *server)
{
    g->context = zmq_ctx_new();
    if (g->context == NULL || !bind_zap(g)) {
        log_error("ZeroMQ: %s", zmq_strerror(errno));
        return false;
    }
    g->router = socket_router(g->context, endpoint, server);
    if (g->router == NULL || !socket_endpoint(g->router, g->endpoint, sizeof g->endpoint)) {
        log_error("cannot listen on %s: %s; is the port free, and the address one of this machine?",
                  endpoint, zmq_strerror(errno));
        return false;
    }
    return true;
}

struct gate *gate_new(struct event_base *base, const char *endpoint, const struct key_pair *server,
                      const struct catalogue *catalogue, struct metrics *metrics)
{
    struct gate *g = calloc(1, sizeof *g);
    if (g == NULL) {
        log_error("cannot listen: out of memory");
        return NULL;
    }
    g->base = base;
    g->catalogue = catalogue;
    g->metrics = metrics;
    if (!bind_all(g, endpoint, server)) {
        gate_free(g);
        return NULL;
    }
    g->zap_pump = pump_new(base, g->zap, GATE_BATCH, take_handshake, g);
    if (g->zap_pump == NULL) {
        log_error("cannot listen: out of memory");
        gate_free(g);
        return NULL;
    }
    return g;
}

bool gate_open(struct gate *g, struct intake *intake)
{
    g->intake = intake;
    g->router_pump = pump_new(g->base, g->router, GATE_BATCH, take, g);
    return g->router_pump != NULL;
}

/* Answers that were given are sent before it returns, within the ROUTER's linger time. */
void gate_free(struct gate *g)
{
    struct speaker *s, *next;
    if (g == NULL)
        return;
    pump_free(g->zap_pump);
    pump_free(g->router_pump);
    if (g->zap != NULL)
        zmq_close(g->zap);
    if (g->router != NULL)
        zmq_close(g->router);
    if (g->context != NULL) {
        while (zmq_ctx_term(g->context) != 0 && errno == EINTR) {
        }
    }
    HASH_ITER (hh, g->speakers, s, next) {
        HASH_DELETE(hh, g->speakers, s);
        free(s);
    }
    free(g);
}

const char *gate_endpoint(const struct gate *g)
{
    return g->endpoint;
}

size_t gate_waiting(const struct gate *g)
{
    return g->waiting;
}
