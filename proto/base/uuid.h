/* uuid: the identity of a submission, a UUIDv7 (RFC 9562 section 5.7): 48 bits of Unix
 * milliseconds, then random. */
#ifndef VEKHA_BASE_UUID_H
#define VEKHA_BASE_UUID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UUID_BYTES = 16, UUID_TEXT_MAX = 37 };

struct uuid {
    uint8_t bytes[UUID_BYTES];
};

/* Makes a new UUIDv7 for the given moment (Unix microseconds) from getrandom(2).  False if there is
 * no randomness. */
bool uuid_make(int64_t now_us, struct uuid *ret);
bool uuid_parse(const char *text, size_t len, struct uuid *ret); /* 8-4-4-4-12, either case */
char *uuid_format(struct uuid id, char buf[UUID_TEXT_MAX]);
bool uuid_is_v7(struct uuid id);
int64_t uuid_time_ms(struct uuid id);           /* of a v7 */
int uuid_compare(struct uuid a, struct uuid b); /* bytewise, as PostgreSQL orders uuid */

#endif
