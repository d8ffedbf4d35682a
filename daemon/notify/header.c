/* header: see header.h. */
#include "notify/header.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/utf8.h"

enum {
    WORD_BYTES = 39, /* of text in an encoded word: 52 of base64, 64 with its frame; with "Subject:
                        " under 76 */
    PLAIN_MAX = 60,  /* ASCII up to this is left as it is */
    TEXT_MAX_BYTES = 800 /* of a subject; what is longer is cut at a character */
};

static bool is_control(unsigned char c)
{
    return c < 0x20 || c == 0x7f;
}

static void encoded_word(const char *bytes, size_t len, struct str *out)
{
    char word[sodium_base64_ENCODED_LEN(WORD_BYTES, sodium_base64_VARIANT_ORIGINAL)];

    sodium_bin2base64(word, sizeof word, (const unsigned char *)bytes, len,
                      sodium_base64_VARIANT_ORIGINAL);
    str_addf(out, "=?UTF-8?B?%s?=", word);
}

/* "=?" would be read as an encoded word where none was meant. */
static bool is_plain(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] >= 0x80)
            return false;
    return len <= PLAIN_MAX && !strstr(text, "=?");
}

void header_text(const char *text, struct str *out)
{
    char flat[TEXT_MAX_BYTES + 1];
    size_t len = utf8_whole(text, strlen(text), TEXT_MAX_BYTES), at = 0, n;

    for (size_t i = 0; i < len; i++)
        flat[i] = is_control((unsigned char)text[i]) ? ' ' : text[i];
    flat[len] = '\0';
    if (is_plain(flat, len)) {
        str_append(out, flat, len);
        return;
    }
    for (; at < len; at += n) {
        n = utf8_whole(flat + at, len - at, WORD_BYTES);
        if (n == 0) /* not UTF-8 */
            n = len - at < WORD_BYTES ? len - at : WORD_BYTES;
        if (at > 0)
            str_add(out, "\r\n ");
        encoded_word(flat + at, n, out);
    }
}

static bool is_atom(char c)
{
    return c > ' ' && c < 0x7f && !strchr("\"(),:;<>[\\]@", c);
}

/* True for atom@atom. */
static bool is_pair(const char *text, size_t len)
{
    size_t ats = 0;

    for (size_t i = 0; i < len; i++)
        if (text[i] == '@')
            ats++;
        else if (!is_atom(text[i]))
            return false;
    return ats == 1 && text[0] != '@' && text[len - 1] != '@';
}

bool header_address_ok(const char *address)
{
    size_t len = strlen(address);

    return len > 0 && len <= HEADER_ADDRESS_MAX && is_pair(address, len);
}

bool header_message_id_ok(const char *id)
{
    size_t len = strlen(id);

    return len > 2 && len <= HEADER_ADDRESS_MAX && id[0] == '<' && id[len - 1] == '>' &&
           is_pair(id + 1, len - 2);
}

char *header_date(int64_t us, char buf[HEADER_DATE_MAX])
{
    static const char *const days[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    date_t day = clock_day(us, 0);
    struct civil c = date_civil(day);
    int second = (int)(us / 1000000 - (int64_t)day * 86400);

    snprintf(buf, HEADER_DATE_MAX, "%s, %d %s %d %02d:%02d:%02d +0000", days[((day % 7) + 7) % 7],
             c.day, months[c.month - 1], c.year, second / 3600, second / 60 % 60, second % 60);
    return buf;
}
