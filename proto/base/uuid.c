/* uuid: a submission is named where it is composed, so that sending it twice does no harm. */
#include "base/uuid.h"

#include <string.h>
#include <sys/random.h>

/*      0              6    7    8    9             15
 *     +---------------+---------+----+--------------+
 *     | Unix ms, big- | 7 rand  | 10 |   random     |
 *     | endian        | (4+12)  | +6 |              |
 *     +---------------+---------+----+--------------+
 */
enum { TIME_BYTES = 6, TIME_BITS = 8 * TIME_BYTES, VERSION_AT = 6, VARIANT_AT = 8 };

enum { TEXT_LEN = UUID_TEXT_MAX - 1 };

static bool fill_random(uint8_t *bytes, size_t len)
{
    /* Up to 256 bytes come whole once the kernel's pool is ready, and getrandom(2) waits for that.
     */
    return getrandom(bytes, len, 0) == (ssize_t)len;
}

bool uuid_make(int64_t now_us, struct uuid *ret)
{
    int64_t ms = now_us / 1000;
    struct uuid id;

    if (now_us < 0 || ms >= (int64_t)1 << TIME_BITS)
        return false;
    for (int i = 0; i < TIME_BYTES; i++)
        id.bytes[i] = (uint8_t)(ms >> (TIME_BITS - 8 - 8 * i) & 0xFF);
    if (!fill_random(id.bytes + TIME_BYTES, UUID_BYTES - TIME_BYTES))
        return false;
    id.bytes[VERSION_AT] = (uint8_t)((id.bytes[VERSION_AT] & 0x0F) | 0x70);
    id.bytes[VARIANT_AT] = (uint8_t)((id.bytes[VARIANT_AT] & 0x3F) | 0x80);
    *ret = id;
    return true;
}

static bool dash_before(size_t byte)
{
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool uuid_parse(const char *text, size_t len, struct uuid *ret)
{
    struct uuid id;
    const char *at = text;

    if (len != TEXT_LEN)
        return false;
    for (size_t i = 0; i < UUID_BYTES; i++, at += 2) {
        if (dash_before(i) && *at++ != '-')
            return false;
        if (hex_value(at[0]) < 0 || hex_value(at[1]) < 0)
            return false;
        id.bytes[i] = (uint8_t)(hex_value(at[0]) << 4 | hex_value(at[1]));
    }
    *ret = id;
    return true;
}

char *uuid_format(struct uuid id, char buf[UUID_TEXT_MAX])
{
    char *at = buf;

    for (size_t i = 0; i < UUID_BYTES; i++) {
        if (dash_before(i))
            *at++ = '-';
        *at++ = "0123456789abcdef"[id.bytes[i] >> 4];
        *at++ = "0123456789abcdef"[id.bytes[i] & 0x0F];
    }
    *at = '\0';
    return buf;
}

bool uuid_is_v7(struct uuid id)
{
    return id.bytes[VERSION_AT] >> 4 == 7 && id.bytes[VARIANT_AT] >> 6 == 2;
}

int64_t uuid_time_ms(struct uuid id)
{
    int64_t ms = 0;

    for (int i = 0; i < TIME_BYTES; i++)
        ms = ms << 8 | id.bytes[i];
    return ms;
}

int uuid_compare(struct uuid a, struct uuid b)
{
    int order = memcmp(a.bytes, b.bytes, UUID_BYTES);

    return (order > 0) - (order < 0);
}
