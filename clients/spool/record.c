/* record: a school's computer may lose power at any moment and its disk may lie, so every byte of a
 * spool file is covered by a checksum.
 *
 *     offset  size
 *          0     6  magic, "VEKHA" and a newline
 *          6     1  version, 1
 *          7     1  kind: 'S' submission, or reply to a question, 'A' the centre's answer to it
 *          8     4  length of the body, little-endian, 1..WIRE_MAX_MESSAGE
 *         12     1  flags: 1 composed with --now
 *         13     3  zero
 *         16    32  SHA-256 of bytes 0..15 and the body
 *         48     n  body: a packed Envelope
 *
 * In new/ a file is one record S; in sent/ and refused/ a record A follows it, unless the disk was
 * too full to keep the answer. */
#include "spool/record.h"

#include <sodium.h>
#include <string.h>

#include "wire/scan.h"

enum {
    AT_VERSION = 6,
    AT_KIND = 7,
    AT_LENGTH = 8,
    AT_FLAGS = 12,
    AT_SUM = 16,
    VERSION = 1,
    FLAG_REPLAY = 1,
};

static const uint8_t magic[AT_VERSION] = {'V', 'E', 'K', 'H', 'A', '\n'};

_Static_assert(AT_SUM + crypto_hash_sha256_BYTES == RECORD_HEAD, "the table above");

static void checksum(const uint8_t head[RECORD_HEAD], const uint8_t *body, size_t len,
                     uint8_t ret[crypto_hash_sha256_BYTES])
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, head, AT_SUM);
    crypto_hash_sha256_update(&state, body, len);
    crypto_hash_sha256_final(&state, ret);
}

void record_head(enum record_kind kind, bool replay, const uint8_t *body, size_t len,
                 uint8_t ret[RECORD_HEAD])
{
    memset(ret, 0, RECORD_HEAD);
    memcpy(ret, magic, sizeof magic);
    ret[AT_VERSION] = VERSION;
    ret[AT_KIND] = (uint8_t)kind;
    for (size_t i = 0; i < 4; i++)
        ret[AT_LENGTH + i] = (uint8_t)(len >> (8 * i));
    ret[AT_FLAGS] = replay ? FLAG_REPLAY : 0;
    checksum(ret, body, len, ret + AT_SUM);
}

/* Reads one record from the front of what is left. */
static enum record_error take(const uint8_t **bytes, size_t *left, enum record_kind kind,
                              struct record *ret, bool *ret_replay)
{
    const uint8_t *head = *bytes;
    uint8_t sum[crypto_hash_sha256_BYTES];
    size_t len = 0;
    if (*left < RECORD_HEAD)
        return RECORD_CUT;
    for (size_t i = 4; i > 0; i--)
        len = len << 8 | head[AT_LENGTH + i - 1];
    if (memcmp(head, magic, sizeof magic) != 0 || head[AT_VERSION] != VERSION ||
        head[AT_KIND] != kind || len == 0 || len > WIRE_MAX_MESSAGE)
        return RECORD_FOREIGN;
    if (len > *left - RECORD_HEAD)
        return RECORD_CUT;
    checksum(head, head + RECORD_HEAD, len, sum);
    if (memcmp(sum, head + AT_SUM, sizeof sum) != 0)
        return RECORD_ALTERED;
    *ret = (struct record){head + RECORD_HEAD, len};
    *ret_replay = (head[AT_FLAGS] & FLAG_REPLAY) != 0;
    *bytes += RECORD_HEAD + len;
    *left -= RECORD_HEAD + len;
    return RECORD_OK;
}

enum record_error record_parse(const uint8_t *bytes, size_t len, struct uuid id,
                               struct record_file *ret)
{
    struct record_file f = {.replay = false};
    struct scan scan;
    bool answer_flag;
    enum record_error e = take(&bytes, &len, RECORD_SUBMISSION, &f.submission, &f.replay);
    if (e == RECORD_OK && len > 0)
        e = take(&bytes, &len, RECORD_ANSWER, &f.answer, &answer_flag);
    if (e != RECORD_OK)
        return e;
    if (len > 0 || scan_envelope(f.submission.bytes, f.submission.len, &scan) != WIRE_OK ||
        !scan.has_id || uuid_compare(scan.id, id) != 0)
        return RECORD_MIXED_UP;
    f.n_figures = scan.n_figures;
    f.n_narratives = scan.n_narratives;
    f.is_reply = scan.is_reply;
    *ret = f;
    return RECORD_OK;
}
