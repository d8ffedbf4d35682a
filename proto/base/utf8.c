/* utf8: text from outside ends up in PostgreSQL, on terminals and in e-mail; none of them forgives
 * broken or disguised text. */
#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

struct range {
    uint32_t first, last;
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* C0 but tab and newline, DEL, C1. */
static const struct range controls[] = {{0x00, 0x08}, {0x0B, 0x1F}, {0x7F, 0x9F}};

/* Embeddings, overrides and isolates, which make a line read otherwise than it is stored. */
static const struct range bidi[] = {{0x202A, 0x202E}, {0x2066, 0x2069}};

/* What an old program may have left in a good text: marks of direction (Excel and file dialogues copy
 * them along), line and paragraph separator. */
static const struct range marks[] = {{0x061C, 0x061C}, {0x200E, 0x200F}, {0x2028, 0x2029}};

/* Combining marks (general categories Mn and Me) of the scripts a school here may use, and the
 * characters of no width. */
static const struct range narrowest[] = {
    {0x0000, 0x001F}, {0x007F, 0x009F},   {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD},
    {0x0610, 0x061A}, {0x064B, 0x065F},   {0x0670, 0x0670}, {0x1AB0, 0x1ACE}, {0x1DC0, 0x1DFF},
    {0x200B, 0x200F}, {0x202A, 0x202E},   {0x2060, 0x206F}, {0x20D0, 0x20F0}, {0x2DE0, 0x2DFF},
    {0xA66F, 0xA672}, {0xA674, 0xA67D},   {0xA69E, 0xA69F}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F},
    {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF},
};

/* East Asian Width W and F (Unicode Standard Annex 11), emoji among them. */
static const struct range wide[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},
    {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},   {0xA960, 0xA97C},   {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x2FFFD},
    {0x30000, 0x3FFFD},
};

/* The tables ascend, and most texts are below all but their beginnings. */
static bool within(uint32_t c, const struct range *table, size_t count)
{
    for (size_t i = 0; i < count && table[i].first <= c; i++)
        if (c <= table[i].last)
            return true;
    return false;
}

/* RFC 3629, by the number of continuation bytes:
 *
 *     0xxxxxxx                               U+0000  .. U+007F
 *     110xxxxx 10xxxxxx                      U+0080  .. U+07FF
 *     1110xxxx 10xxxxxx 10xxxxxx             U+0800  .. U+FFFF
 *     11110xxx 10xxxxxx 10xxxxxx 10xxxxxx    U+10000 .. U+10FFFF
 */
static const struct lead {
    uint8_t mask, bits;
    uint32_t least; /* anything below is an overlong form */
} leads[] = {{0x80, 0x00, 0x00}, {0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};

/* Reads the first character; returns its bytes, 0 if they are not well-formed.  len > 0. */
static size_t decode(const char *bytes, size_t len, uint32_t *ret)
{
    uint8_t first = (uint8_t)bytes[0];
    size_t tail = 0;
    uint32_t c;

    while (tail < COUNT(leads) && (first & leads[tail].mask) != leads[tail].bits)
        tail++;
    if (tail == COUNT(leads) || tail >= len)
        return 0;
    c = first & (uint8_t)~leads[tail].mask;
    for (size_t i = 1; i <= tail; i++) {
        if (((uint8_t)bytes[i] & 0xC0) != 0x80)
            return 0;
        c = c << 6 | ((uint8_t)bytes[i] & 0x3F);
    }
    if (c < leads[tail].least || (c >= 0xD800 && c <= 0xDFFF) || c > 0x10FFFF)
        return 0;
    *ret = c;
    return tail + 1;
}

bool utf8_valid(const char *bytes, size_t len)
{
    uint32_t c;
    size_t n;

    for (size_t at = 0; at < len; at += n) {
        n = decode(bytes + at, len - at, &c);
        if (n == 0 || c == 0)
            return false;
    }
    return true;
}

static bool is_printable(uint32_t c)
{
    return !within(c, controls, COUNT(controls)) && !within(c, bidi, COUNT(bidi));
}

static bool is_harmless(uint32_t c)
{
    return is_printable(c) && !within(c, marks, COUNT(marks));
}

static bool all_are(bool (*is)(uint32_t c), const char *bytes, size_t len)
{
    uint32_t c;
    size_t n;

    for (size_t at = 0; at < len; at += n) {
        n = decode(bytes + at, len - at, &c);
        if (n == 0 || !is(c))
            return false;
    }
    return true;
}

bool utf8_printable(const char *bytes, size_t len)
{
    return all_are(is_printable, bytes, len);
}

bool utf8_harmless(const char *bytes, size_t len)
{
    return all_are(is_harmless, bytes, len);
}

void utf8_tame(char *text)
{
    size_t len = strlen(text), to = 0, n;
    uint32_t c;

    for (size_t at = 0; at < len; at += n) {
        n = decode(text + at, len - at, &c);
        if (n > 0 && is_harmless(c)) {
            memmove(text + to, text + at, n);
            to += n;
        } else {
            text[to++] = '?';
            n = n > 0 ? n : 1;
        }
    }
    text[to] = '\0';
}

void utf8_tame_line(char *text)
{
    for (char *c = text; *c != '\0'; c++)
        if (*c == '\n' || *c == '\t')
            *c = ' ';
    utf8_tame(text);
}

size_t utf8_whole(const char *bytes, size_t len, size_t max)
{
    if (len <= max)
        return len;
    for (len = max; len > 0 && ((unsigned char)bytes[len] & 0xC0) == 0x80;)
        len--;
    return len;
}

size_t utf8_first(const char *text, size_t characters)
{
    size_t len = 0;

    for (; text[len] != '\0'; len++)
        if (((unsigned char)text[len] & 0xC0) != 0x80 && characters-- == 0)
            break;
    return len;
}

static size_t columns(uint32_t c)
{
    if (within(c, narrowest, COUNT(narrowest)))
        return 0;
    return within(c, wide, COUNT(wide)) ? 2 : 1;
}

size_t utf8_width(const char *bytes, size_t len)
{
    size_t width = 0, n;
    uint32_t c;

    for (size_t at = 0; at < len; at += n) {
        n = decode(bytes + at, len - at, &c);
        if (n == 0) { /* a broken byte shows as one replacement character */
            n = 1;
            c = 0xFFFD;
        }
        width += columns(c);
    }
    return width;
}

/* In UTF-8, А..П are D0 90..9F and small D0 B0..BF; Р..Я are D0 A0..AF and small D1 80..8F; Ё is D0
 * 81, ё D1 91. */
static bool is_small(const unsigned char *c)
{
    return (c[0] >= 'a' && c[0] <= 'z') || (c[0] == 0xd0 && c[1] >= 0xb0 && c[1] <= 0xbf) ||
           (c[0] == 0xd1 && ((c[1] >= 0x80 && c[1] <= 0x8f) || c[1] == 0x91));
}

void utf8_uncapitalise(char *text)
{
    unsigned char *c = (unsigned char *)text;

    if (c[0] >= 'A' && c[0] <= 'Z' && is_small(c + 1)) {
        c[0] = (unsigned char)(c[0] - 'A' + 'a');
    } else if (c[0] == 0xd0 && c[1] >= 0x90 && c[1] <= 0x9f && is_small(c + 2)) {
        c[1] = (unsigned char)(c[1] + 0x20);
    } else if (c[0] == 0xd0 && c[1] >= 0xa0 && c[1] <= 0xaf && is_small(c + 2)) {
        c[0] = 0xd1;
        c[1] = (unsigned char)(c[1] - 0x20);
    } else if (c[0] == 0xd0 && c[1] == 0x81 && is_small(c + 2)) {
        c[0] = 0xd1;
        c[1] = 0x91;
    }
}
