/* invitation: see invitation.h. */
#include "wire/invitation.h"

#include <sodium.h>
#include <string.h>

enum {
    CHECKSUM = 4,
    FIXED = KEY_BYTES + INVITATION_SEED + CHECKSUM,
    BYTES_MAX = FIXED + INVITATION_ENDPOINT_MAX - 1,
    BASE64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING,
};

#define PREFIX  "vekha1_"
#define CONTEXT "vekha invitation"

_Static_assert(sizeof PREFIX + sodium_base64_ENCODED_LEN(BYTES_MAX, BASE64) <= INVITATION_TEXT_MAX,
               "every invitation fits");

bool invitation_make(const char *endpoint, const char *server_key, struct invitation *ret)
{
    struct invitation in = {.endpoint = ""};
    size_t len = strlen(endpoint);
    if (sodium_init() < 0 || len == 0 || len >= sizeof in.endpoint ||
        !keys_public_valid(server_key))
        return false;
    memcpy(in.endpoint, endpoint, len + 1);
    memcpy(in.server_key, server_key, KEY_TEXT_MAX);
    randombytes_buf(in.seed, sizeof in.seed);
    *ret = in;
    invitation_wipe(&in);
    return true;
}

void invitation_wipe(struct invitation *in)
{
    sodium_memzero(in, sizeof *in);
}

/* BLAKE2b of the seed under a key that says what for: the secret scalar. */
bool invitation_keys(const struct invitation *in, struct key_pair *ret)
{
    uint8_t secret[KEY_BYTES];
    bool done = crypto_generichash(secret, sizeof secret, in->seed, sizeof in->seed,
                                   (const unsigned char *)CONTEXT, strlen(CONTEXT)) == 0;
    keys_encode(secret, ret->secret_key);
    sodium_memzero(secret, sizeof secret);
    return done && keys_public_of(ret->secret_key, ret->public_key);
}

static void sum_up(const uint8_t *bytes, size_t len, uint8_t ret[CHECKSUM])
{
    uint8_t hash[crypto_generichash_BYTES_MIN];
    crypto_generichash(hash, sizeof hash, bytes, len, NULL, 0);
    memcpy(ret, hash, CHECKSUM);
}

void invitation_format(const struct invitation *in, char ret[INVITATION_TEXT_MAX])
{
    uint8_t bytes[BYTES_MAX];
    size_t endpoint = strlen(in->endpoint), len = KEY_BYTES + INVITATION_SEED;
    keys_decode(in->server_key, bytes);
    memcpy(bytes + KEY_BYTES, in->seed, INVITATION_SEED);
    memcpy(bytes + len, in->endpoint, endpoint);
    len += endpoint;
    sum_up(bytes, len, bytes + len);
    memcpy(ret, PREFIX, sizeof PREFIX);
    sodium_bin2base64(ret + strlen(PREFIX), INVITATION_TEXT_MAX - strlen(PREFIX), bytes,
                      len + CHECKSUM, BASE64);
    sodium_memzero(bytes, sizeof bytes);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Copies all that is neither blank nor in a line of comment; false if it does not fit. */
static bool gather(const char *text, size_t len, char ret[INVITATION_TEXT_MAX])
{
    size_t n = 0;
    bool begins = true, comment = false;
    for (size_t i = 0; i < len; i++) {
        comment = begins ? text[i] == '#' : comment;
        begins = text[i] == '\n';
        if (comment || is_blank(text[i]))
            continue;
        if (n + 1 == INVITATION_TEXT_MAX)
            return false;
        ret[n++] = text[i];
    }
    ret[n] = '\0';
    return true;
}

static enum invitation_error take(const uint8_t *bytes, size_t len, struct invitation *ret)
{
    uint8_t checksum[CHECKSUM];
    struct invitation in = {.endpoint = ""};
    size_t endpoint = len - FIXED;
    if (len <= FIXED || endpoint >= sizeof in.endpoint)
        return INVITATION_CUT;
    sum_up(bytes, len - CHECKSUM, checksum);
    if (memcmp(checksum, bytes + len - CHECKSUM, CHECKSUM) != 0)
        return INVITATION_TYPO;
    keys_encode(bytes, in.server_key);
    memcpy(in.seed, bytes + KEY_BYTES, INVITATION_SEED);
    memcpy(in.endpoint, bytes + KEY_BYTES + INVITATION_SEED, endpoint);
    if (strlen(in.endpoint) != endpoint)
        return INVITATION_CUT;
    *ret = in;
    invitation_wipe(&in);
    return INVITATION_OK;
}

enum invitation_error invitation_parse(const char *text, size_t len, struct invitation *ret)
{
    char line[INVITATION_TEXT_MAX];
    uint8_t bytes[BYTES_MAX];
    size_t n = 0;
    enum invitation_error error;
    if (!gather(text, len, line) || strncmp(line, PREFIX, strlen(PREFIX)) != 0)
        error = INVITATION_FOREIGN;
    else if (sodium_base642bin(bytes, sizeof bytes, line + strlen(PREFIX),
                               strlen(line) - strlen(PREFIX), NULL, &n, NULL, BASE64) != 0)
        error = INVITATION_CUT;
    else
        error = take(bytes, n, ret);
    sodium_memzero(line, sizeof line);
    sodium_memzero(bytes, sizeof bytes);
    return error;
}
