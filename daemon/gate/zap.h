/* zap: who may connect: the handler of ZeroMQ's authentication protocol (ZAP 1.0,
 * rfc.zeromq.org/spec/27) for CURVE keys.
 *
 * Answers from the catalogue in memory, always: a handler that is silent once is silent for ever.
 */
#ifndef VEKHA_ZAP_H
#define VEKHA_ZAP_H

#include <stddef.h>
#include <stdint.h>

#include "catalogue.h"
#include "metrics.h"

#define ZAP_ENDPOINT "inproc://zeromq.zap.01"

/* The property that carries the public key (Z85) of a connection; as User-Id, to be read from the
 * payload frame. */
#define ZAP_KEY_PROPERTY "X-Key"

enum {
    ZAP_MAX_FRAMES = 8,   /* of a request; more are read and thrown away */
    ZAP_MAX_USER_ID = 12, /* a decimal int32_t with NUL */
    ZAP_MAX_METADATA = 64,
};

struct zap_frame {
    const uint8_t *bytes;
    size_t len;
};

struct zap_reply {
    const char *code; /* "200" let in; "300" not now, try again; "400" never with this key */
    const char *text;
    char user_id[ZAP_MAX_USER_ID]; /* the agent's id; "" unless let in */
    uint8_t metadata[ZAP_MAX_METADATA];
    size_t metadata_len;
};

/* Judges a request of n frames.  Never fails: what is no request for a known CURVE key is a 400. */
void zap_judge(const struct zap_frame *frames, size_t n, const struct catalogue *catalogue,
               struct zap_reply *ret);

/* How many were refused in this minute: past ZAP_LOGGED_PER_MINUTE they are only counted, so that whoever knocks without
 * a key cannot fill the journal.  Zeroed at first. */
enum { ZAP_LOGGED_PER_MINUTE = 30 };

struct zap_refusals {
    int64_t minute;
    unsigned count;
};

/* Reads one request from the REP socket, which must be readable, and answers it. */
void zap_answer(void *rep, const struct catalogue *catalogue, struct zap_refusals *refusals,
                struct metrics *metrics);

#endif
