/* socket: ZeroMQ sockets as Vekha uses them: CURVE always, limits always, no queue to a dead peer.
 */
#ifndef VEKHA_WIRE_SOCKET_H
#define VEKHA_WIRE_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/keys.h"

enum {
    SOCKET_ROUTER_RCVHWM = 16,
    SOCKET_ROUTER_SNDHWM = 64,
    SOCKET_HANDSHAKE_MS = 5000,
    SOCKET_HEARTBEAT_MS = 30000,
    SOCKET_RECONNECT_MS = 5000,
    SOCKET_RECONNECT_MAX_MS = 300000,
};

#define SOCKET_ZAP_DOMAIN "vekha"

/* The centre's ROUTER: CURVE server, ZAP domain enforced (fails closed), mandatory routing, limits;
 * bound to endpoint
 * ("tcp://127.0.0.1:*" takes a free port).  The ZAP handler must already be bound.  NULL with errno
 * of ZeroMQ. */
void *socket_router(void *zmq_context, const char *endpoint, const struct key_pair *server);

/* The school's DEALER, connecting to a centre whose public key is pinned.  NULL with errno. */
void *socket_dealer(void *zmq_context, const char *endpoint, const char *server_public,
                    const struct key_pair *own);

/* The address a socket was bound to, with its real port. */
bool socket_endpoint(void *socket, char *buf, size_t size);

/* Sends one frame without waiting.  False with errno (EAGAIN: no peer or a slow one). */
bool socket_send(void *socket, const uint8_t *bytes, size_t len);

/* Waits up to timeout_ms for one message of exactly one frame; longer messages are read and thrown
 * away.
 * >= 0: its length, copied into buf; -1 with errno (EAGAIN: nothing came). */
long socket_receive(void *socket, uint8_t *buf, size_t size, int timeout_ms);

#endif
