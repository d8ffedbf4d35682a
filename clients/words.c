/* words: headers and states come from Excel, where every school writes them in its own case. */
#include "words.h"

#include <stdbool.h>
#include <string.h>

/* Russian capitals in UTF-8, and where their small letters are:
 *
 *     Ё       D0 81        е  D0 B5    ё and е are the same to a person who types
 *     ё       D1 91        е  D0 B5
 *     А..П    D0 90..9F    а  D0 B0..BF
 *     Р..Я    D0 A0..AF    р  D1 80..8F
 */
static void fold_pair(unsigned char *lead, unsigned char *trail)
{
    bool yo = (*lead == 0xD0 && *trail == 0x81) || (*lead == 0xD1 && *trail == 0x91);
    if (yo) {
        *lead = 0xD0;
        *trail = 0xB5;
    } else if (*lead == 0xD0 && *trail >= 0x90 && *trail <= 0x9F) {
        *trail = (unsigned char)(*trail + 0x20);
    } else if (*lead == 0xD0 && *trail >= 0xA0 && *trail <= 0xAF) {
        *lead = 0xD1;
        *trail = (unsigned char)(*trail - 0x20);
    }
}

/* How many bytes of blank begin here; 0 if none. */
static size_t blank(const char *text, size_t len)
{
    if (len >= 2 && memcmp(text, "\xC2\xA0", 2) == 0)
        return 2;
    return len >= 1 && *text != '\0' && strchr(" \t\r\n_", *text) != NULL ? 1 : 0;
}

/* Copies one character, folded.  How many bytes it took. */
static size_t fold_one(const char *text, size_t len, char *out)
{
    unsigned char c = (unsigned char)*text;
    if ((c == 0xD0 || c == 0xD1) && len >= 2) {
        unsigned char trail = (unsigned char)text[1];
        fold_pair(&c, &trail);
        out[0] = (char)c;
        out[1] = (char)trail;
        return 2;
    }
    *out = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    return 1;
}

char *words_fold(const char *text, size_t len, char buf[WORDS_MAX])
{
    size_t out = 0;
    bool gap = false;
    while (len > 0) {
        size_t n = blank(text, len);
        if (n > 0) {
            gap = out > 0;
        } else {
            if (out + 4 > WORDS_MAX) { /* a gap, two bytes and NUL */
                out = 0;
                break;
            }
            if (gap) {
                buf[out++] = ' ';
                gap = false;
            }
            n = fold_one(text, len, buf + out);
            out += n;
        }
        text += n;
        len -= n;
    }
    buf[out] = '\0';
    return buf;
}

int words_find(const struct word *table, size_t n, const char *text, size_t len)
{
    char folded[WORDS_MAX];
    words_fold(text, len, folded);
    for (size_t i = 0; i < n && *folded != '\0'; i++)
        if (strcmp(table[i].folded, folded) == 0)
            return table[i].id;
    return WORDS_NONE;
}
