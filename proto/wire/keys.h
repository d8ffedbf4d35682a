/* keys: CURVE key pairs and where they are kept. */
#ifndef VEKHA_WIRE_KEYS_H
#define VEKHA_WIRE_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

enum { KEY_BYTES = 32, KEY_TEXT_MAX = 41 }; /* Z85: 40 characters and NUL */

struct key_pair {
    char public_key[KEY_TEXT_MAX];
    char secret_key[KEY_TEXT_MAX];
};

bool keys_make(struct key_pair *ret);
void keys_wipe(struct key_pair *k);      /* sodium_memzero */
bool keys_public_valid(const char *z85); /* 40 characters of Z85 that decode */
/* A key as bytes, and as text; decoding gives false if it is no key. */
bool keys_decode(const char *z85, uint8_t ret[KEY_BYTES]);
void keys_encode(const uint8_t key[KEY_BYTES], char ret[KEY_TEXT_MAX]);
bool keys_public_of(const char *secret_z85, char ret[KEY_TEXT_MAX]);

/* A key file holds one line, the secret key in Z85.  Writing: 0600, O_EXCL, fsync of file and
 * folder; refuses to overwrite (EEXIST).  Reading refuses a file that others may read or the group
 * may write (EACCES) and what is no key (EINVAL); the group may read, as systemd's LoadCredential=
 * needs it. False with errno set and, in error, a sentence for people in the language of the
 * environment. */
bool keys_write(const char *path, const struct key_pair *k, char *error, size_t error_size);
bool keys_read(const char *path, struct key_pair *ret, char *error, size_t error_size);

/* True if others can neither read nor write a file, and its group not write it: what holds for keys
 * holds for passwords. */
bool keys_are_private(const struct stat *st);

#endif
