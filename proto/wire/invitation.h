/* invitation: what lets a computer in once: where the centre is, its key, and a secret.
 *
 * The secret is the seed of a key pair of its own.  The centre keeps nothing but the public half, as a key that may
 * enrol another one; so nobody unknown is ever let in, and whoever reads the database can invite nobody.
 *
 * As text it is one line, to be pasted into a letter or a terminal.  Blanks and line breaks in it do not matter:
 *
 *     vekha1_ and the bytes below in URL-safe base64 without padding
 *
 *     centre's key     32
 *     seed             16
 *     endpoint         1..INVITATION_ENDPOINT_MAX - 1, no NUL
 *     checksum          4   of all before it: the first bytes of their BLAKE2b */
#ifndef VEKHA_WIRE_INVITATION_H
#define VEKHA_WIRE_INVITATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/keys.h"

enum {
    INVITATION_SEED = 16, /* bytes */
    INVITATION_ENDPOINT_MAX = 256,
    INVITATION_TEXT_MAX = 512,
};

struct invitation {
    char endpoint[INVITATION_ENDPOINT_MAX];
    char server_key[KEY_TEXT_MAX];
    uint8_t seed[INVITATION_SEED];
};

enum invitation_error {
    INVITATION_OK,
    INVITATION_FOREIGN, /* no such line */
    INVITATION_CUT,     /* not the whole of one, or with another character in it */
    INVITATION_TYPO,    /* the checksum is another */
};

/* Makes the seed; endpoint and server_key are the caller's.  False if there is no randomness, or they do not fit. */
bool invitation_make(const char *endpoint, const char *server_key, struct invitation *ret);

/* The key pair of the seed. */
bool invitation_keys(const struct invitation *in, struct key_pair *ret);

void invitation_format(const struct invitation *in, char ret[INVITATION_TEXT_MAX]);

/* Reads the one line in a text; lines that begin with # are passed over.  *ret is untouched on an error. */
enum invitation_error invitation_parse(const char *text, size_t len, struct invitation *ret);

void invitation_wipe(struct invitation *in);

#endif
