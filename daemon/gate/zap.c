/* zap: parses a handshake's question and answers it.
 *
 *     frame  request                                reply
 *       0    version      "1.0"                     version      "1.0"
 *       1    request id   0..255 bytes              request id   as it came
 *       2    domain       "vekha"                   status code  "200", "300", "400"
 *       3    address      of the peer, text         status text
 *       4    routing id   chosen by the peer        user id      agent id in decimal, or empty
 *       5    mechanism    "CURVE"                   metadata     see put_metadata(), or empty
 *       6    credentials  public key, 32 bytes
 */
#include "gate/zap.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <zmq.h>

#include "base/clock.h"
#include "log.h"
#include "wire/keys.h"
#include "wire/socket.h"

enum { VERSION, REQUEST_ID, DOMAIN, ADDRESS, ROUTING_ID, MECHANISM, CREDENTIALS, REQUEST_FRAMES };

enum { ADDRESS_SHOWN = 64, MINUTE_US = 60 * 1000 * 1000 };

#define ZAP_VERSION "1.0"

static bool is(struct zap_frame frame, const char *text)
{
    return frame.len == strlen(text) && memcmp(frame.bytes, text, frame.len) == 0;
}

/* One property, laid out as in ZMTP:
 *
 *     name length  1 byte
 *     name         "X-Key"
 *     value length 4 bytes, big-endian
 *     value        the public key in Z85, 40 characters
 */
static size_t put_metadata(const char *key, uint8_t buf[ZAP_MAX_METADATA])
{
    const int name_len = (int)strlen(ZAP_KEY_PROPERTY), key_len = KEY_TEXT_MAX - 1;
    int len = snprintf((char *)buf, ZAP_MAX_METADATA, "%c" ZAP_KEY_PROPERTY "%c%c%c%c%.*s",
                       name_len, 0, 0, 0, key_len, key_len, key);
    return (size_t)len;
}

/* NULL if the request is one for a CURVE key in our domain, else what is wrong with it. */
static const char *objection(const struct zap_frame *frames, size_t n)
{
    if (n != REQUEST_FRAMES || !is(frames[VERSION], ZAP_VERSION))
        return "not a ZAP 1.0 request";
    if (!is(frames[DOMAIN], SOCKET_ZAP_DOMAIN))
        return "another domain";
    if (!is(frames[MECHANISM], "CURVE") || frames[CREDENTIALS].len != KEY_BYTES)
        return "only CURVE keys are let in";
    return NULL;
}

void zap_judge(const struct zap_frame *frames, size_t n, const struct catalogue *catalogue,
               struct zap_reply *ret)
{
    char key[KEY_TEXT_MAX] = "";
    *ret = (struct zap_reply){.code = "400", .text = objection(frames, n)};
    if (ret->text != NULL)
        return;
    if (!catalogue_is_loaded(catalogue)) {
        ret->code = "300";
        ret->text = "the list of keys is not loaded yet";
        return;
    }
    zmq_z85_encode(key, frames[CREDENTIALS].bytes, KEY_BYTES);
    const struct agent *agent = catalogue_agent_by_key(catalogue, key);
    if (agent == NULL) {
        ret->text = "this key is unknown or revoked";
        return;
    }
    ret->code = "200";
    ret->text = "OK";
    snprintf(ret->user_id, sizeof ret->user_id, "%" PRId32, agent->id);
    ret->metadata_len = put_metadata(key, ret->metadata);
}

/* --- the socket --- */

struct request {
    zmq_msg_t messages[ZAP_MAX_FRAMES];
    struct zap_frame frames[ZAP_MAX_FRAMES];
    size_t n; /* may be more than ZAP_MAX_FRAMES: then the rest was thrown away */
};

static bool receive_frame(void *rep, zmq_msg_t *ret)
{
    int got;
    zmq_msg_init(ret);
    do {
        got = zmq_msg_recv(ret, rep, ZMQ_DONTWAIT);
    } while (got < 0 && errno == EINTR);
    return got >= 0;
}

/* False if there was no request after all. */
static bool receive(void *rep, struct request *r)
{
    bool more = true;
    for (r->n = 0; more; r->n++) {
        zmq_msg_t spare, *m = r->n < ZAP_MAX_FRAMES ? &r->messages[r->n] : &spare;
        if (!receive_frame(rep, m)) {
            zmq_msg_close(m);
            break;
        }
        more = zmq_msg_more(m);
        if (m == &spare)
            zmq_msg_close(m);
        else
            r->frames[r->n] = (struct zap_frame){zmq_msg_data(m), zmq_msg_size(m)};
    }
    return !more;
}

static void close_request(struct request *r)
{
    for (size_t i = 0; i < r->n && i < ZAP_MAX_FRAMES; i++)
        zmq_msg_close(&r->messages[i]);
}

static void send_reply(void *rep, const struct request *r, const struct zap_reply *reply)
{
    const struct zap_frame none = {(const uint8_t *)"", 0};
    const struct zap_frame id = r->n > REQUEST_ID ? r->frames[REQUEST_ID] : none;
    const struct zap_frame out[] = {
        {(const uint8_t *)ZAP_VERSION, strlen(ZAP_VERSION)},
        id,
        {(const uint8_t *)reply->code, strlen(reply->code)},
        {(const uint8_t *)reply->text, strlen(reply->text)},
        {(const uint8_t *)reply->user_id, strlen(reply->user_id)},
        {reply->metadata, reply->metadata_len},
    };
    const size_t n = sizeof out / sizeof *out;
    for (size_t i = 0; i < n; i++) {
        int flags = ZMQ_DONTWAIT | (i + 1 < n ? ZMQ_SNDMORE : 0);
        while (zmq_send(rep, out[i].bytes, out[i].len, flags) < 0) {
            if (errno != EINTR) {
                log_error("a handshake could not be answered: %s", zmq_strerror(errno));
                return;
            }
        }
    }
}

static bool may_log(struct zap_refusals *refusals)
{
    int64_t minute = clock_now_us() / MINUTE_US;
    if (minute != refusals->minute) {
        if (refusals->count > ZAP_LOGGED_PER_MINUTE) {
            log_notice("%u more connections were refused in a minute",
                       refusals->count - ZAP_LOGGED_PER_MINUTE);
        }
        *refusals = (struct zap_refusals){.minute = minute};
    }
    return ++refusals->count <= ZAP_LOGGED_PER_MINUTE;
}

static void log_refusal(const struct request *r, const struct zap_reply *reply)
{
    const struct zap_frame from =
        r->n > ADDRESS ? r->frames[ADDRESS] : (struct zap_frame){(const uint8_t *)"?", 1};
    char key[KEY_TEXT_MAX] = "?";
    if (r->n > CREDENTIALS && r->frames[CREDENTIALS].len == KEY_BYTES)
        zmq_z85_encode(key, r->frames[CREDENTIALS].bytes, KEY_BYTES);
    log_info("connection from %.*s with key %s refused: %s",
             (int)(from.len < ADDRESS_SHOWN ? from.len : ADDRESS_SHOWN), (const char *)from.bytes,
             key, reply->text);
}

void zap_answer(void *rep, const struct catalogue *catalogue, struct zap_refusals *refusals,
                struct metrics *metrics)
{
    struct request r;
    struct zap_reply reply;
    if (receive(rep, &r)) {
        zap_judge(r.frames, r.n, catalogue, &reply);
        bool accepted = reply.code[0] == '2';
        if (!accepted && may_log(refusals))
            log_refusal(&r, &reply);
        metrics_add(metrics, accepted ? METRIC_HANDSHAKE_ACCEPTED : METRIC_HANDSHAKE_REFUSED, 1);
        send_reply(rep, &r, &reply);
    }
    close_request(&r);
}
