/* charset: a wrong guess would store mojibake for ever, so the guess is checked here and told to
 * the user by the caller. */
#include "charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

enum { UTF8_PER_BYTE = 3 }; /* cp1251's longest: «€» and the like */

/* How files begin that are no text at all, and those that tell their charset. */
static const struct mark {
    const char *bytes;
    size_t len;
    const char *iconv_name;
    bool is_text;
    enum charset charset;
} marks[] = {
    {"PK\x03\x04", 4, NULL, false, CHARSET_UTF8},       /* .xlsx, .ods */
    {"\xD0\xCF\x11\xE0", 4, NULL, false, CHARSET_UTF8}, /* .xls */
    {"\xEF\xBB\xBF", 3, NULL, true, CHARSET_UTF8},
    {"\xFF\xFE", 2, "UTF-16LE", true, CHARSET_UTF16},
    {"\xFE\xFF", 2, "UTF-16BE", true, CHARSET_UTF16},
};

static const char *const charset_names[] = {
    [CHARSET_UTF8] = "UTF-8",
    [CHARSET_CP1251] = "cp1251",
    [CHARSET_UTF16] = "UTF-16",
};

const char *charset_name(enum charset c)
{
    return charset_names[c];
}

static size_t line_at(const uint8_t *bytes, const uint8_t *at)
{
    size_t line = 1;
    for (; bytes < at; bytes++)
        line += *bytes == '\n';
    return line;
}

static const struct mark *find_mark(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (len >= marks[i].len && memcmp(bytes, marks[i].bytes, marks[i].len) == 0)
            return &marks[i];
    return NULL;
}

/* In UTF-16 every character takes two bytes, so UTF8_PER_BYTE is room enough there, too. */
static bool convert(const char *from, const uint8_t *bytes, size_t len, struct charset_text *ret,
                    enum charset_fault *ret_why, size_t *ret_line)
{
    size_t room = len * UTF8_PER_BYTE, left = room;
    char *text = malloc(room + 1), *out = text;
    char *in = (char *)bytes; /* iconv only reads */
    size_t in_left = len;
    iconv_t cd = iconv_open("UTF-8", from);
    bool begun = text != NULL && (intptr_t)cd != -1;
    bool done = begun && iconv(cd, &in, &in_left, &out, &left) != (size_t)-1;
    if ((intptr_t)cd != -1)
        iconv_close(cd);
    if (!done) {
        *ret_why = begun ? CHARSET_NO_TEXT : CHARSET_NO_MEMORY;
        *ret_line = begun ? line_at(bytes, (const uint8_t *)in) : 0;
        free(text);
        return false;
    }
    *out = '\0';
    ret->text = text;
    ret->len = room - left;
    return true;
}

static bool copy(const uint8_t *bytes, size_t len, struct charset_text *ret,
                 enum charset_fault *ret_why)
{
    char *text = malloc(len + 1);
    *ret_why = CHARSET_NO_MEMORY;
    if (text == NULL)
        return false;
    memcpy(text, bytes, len);
    text[len] = '\0';
    ret->text = text;
    ret->len = len;
    return true;
}

bool charset_decode(const uint8_t *bytes, size_t len, struct charset_text *ret,
                    enum charset_fault *ret_why, size_t *ret_line)
{
    const struct mark *mark = find_mark(bytes, len);
    struct charset_text t = {.charset = CHARSET_UTF8};
    size_t skip = mark != NULL && mark->is_text ? mark->len : 0;
    const char *from = mark != NULL ? mark->iconv_name : NULL;
    bool done;

    *ret_line = 0;
    if (mark != NULL && !mark->is_text) {
        *ret_why = CHARSET_WORKBOOK;
        return false;
    }
    if (from == NULL && !utf8_valid((const char *)bytes + skip, len - skip)) {
        from = "CP1251";
        t.charset = CHARSET_CP1251;
    } else if (mark != NULL) {
        t.charset = mark->charset;
    }
    done = from == NULL ? copy(bytes + skip, len - skip, &t, ret_why)
                        : convert(from, bytes + skip, len - skip, &t, ret_why, ret_line);
    if (done && !utf8_valid(t.text, t.len)) { /* a NUL: no table has one */
        free(t.text);
        *ret_why = CHARSET_NO_TEXT;
        return false;
    }
    if (done)
        *ret = t;
    return done;
}
