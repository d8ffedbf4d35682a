/* decimal: figures must come back digit for digit as a school wrote them, so they are read, kept
 * and written as whole numbers with a scale. */
#include "base/decimal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NBSP "\xC2\xA0"

static const int64_t pow10_of[DECIMAL_MAX_SCALE + 1] = {1, 10, 100, 1000, 10000, 100000, 1000000};

/* What Russian spreadsheets and word processors put between thousands and around numbers. */
static const char *const spaces[] = {" ", NBSP, "\xE2\x80\x89", "\xE2\x80\xAF"};
static const char minus_sign[] = "\xE2\x88\x92";

struct reader {
    const char *text;
    size_t at, end;
    int64_t mantissa;
    unsigned digits; /* significant ones: leading zeros take no room in the mantissa */
    unsigned scale;
    unsigned group; /* digits since the last separator, or since the start */
    char mark;      /* the decimal mark once seen, else 0 */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool begins(const char *text, size_t len, const char *prefix)
{
    size_t n = strlen(prefix);
    return len >= n && memcmp(text, prefix, n) == 0;
}

/* Bytes of the space that text begins with; 0 if none. */
static size_t space_at_start(const char *text, size_t len)
{
    for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++)
        if (begins(text, len, spaces[i]))
            return strlen(spaces[i]);
    return 0;
}

static size_t space_at_end(const char *text, size_t len)
{
    for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++) {
        size_t n = strlen(spaces[i]);
        if (len >= n && memcmp(text + len - n, spaces[i], n) == 0)
            return n;
    }
    return 0;
}

static void trim(struct reader *r)
{
    size_t n;

    while ((n = space_at_start(r->text + r->at, r->end - r->at)) > 0)
        r->at += n;
    while ((n = space_at_end(r->text + r->at, r->end - r->at)) > 0)
        r->end -= n;
}

static bool read_sign(struct reader *r)
{
    const char *text = r->text + r->at;
    size_t len = r->end - r->at;

    if (begins(text, len, minus_sign)) {
        r->at += strlen(minus_sign);
        return true;
    }
    if (begins(text, len, "-") || begins(text, len, "+"))
        r->at++;
    return text[0] == '-';
}

static enum decimal_error read_digit(struct reader *r)
{
    int digit = r->text[r->at] - '0';

    if (r->mark != 0 && r->scale == DECIMAL_MAX_SCALE)
        return DECIMAL_TOO_FINE;
    if (r->digits == DECIMAL_MAX_DIGITS)
        return DECIMAL_TOO_LONG;
    r->mantissa = r->mantissa * 10 + digit;
    if (r->mantissa != 0)
        r->digits++;
    if (r->mark != 0)
        r->scale++;
    r->group++;
    r->at++;
    return DECIMAL_OK;
}

static enum decimal_error read_mark(struct reader *r)
{
    char c = r->text[r->at];

    if (r->mark != 0)
        return r->mark == c ? DECIMAL_NOT_A_NUMBER : DECIMAL_AMBIGUOUS;
    if (r->group == 0)
        return DECIMAL_NOT_A_NUMBER;
    r->mark = c;
    r->group = 0;
    r->at++;
    return DECIMAL_OK;
}

/* A separator of n bytes stands well if one to three digits come before it, exactly three after it,
 * and the fraction has not begun. */
static enum decimal_error read_separator(struct reader *r, size_t n)
{
    const char *after = r->text + r->at + n;
    size_t left = r->end - r->at - n;
    size_t run = 0;

    while (run < left && is_digit(after[run]))
        run++;
    if (run == 0 && left > 0 && space_at_start(after, left) == 0) {
        r->at += n;
        return DECIMAL_NOT_A_NUMBER;
    }
    if (r->mark != 0 || r->group > 3 || run != 3)
        return DECIMAL_BAD_GROUPING;
    r->group = 0;
    r->at += n;
    return DECIMAL_OK;
}

static enum decimal_error read_number(struct reader *r)
{
    enum decimal_error error = DECIMAL_OK;

    while (r->at < r->end && error == DECIMAL_OK) {
        char c = r->text[r->at];
        size_t n = space_at_start(r->text + r->at, r->end - r->at);

        if (is_digit(c))
            error = read_digit(r);
        else if (c == ',' || c == '.')
            error = read_mark(r);
        else if (n > 0 && (r->group > 0 || r->mark != 0))
            error = read_separator(r, n);
        else
            error = DECIMAL_NOT_A_NUMBER;
    }
    if (error == DECIMAL_OK && r->group == 0)
        error = DECIMAL_NOT_A_NUMBER; /* "-" or "5,": a digit is missing at the end */
    return error;
}

enum decimal_error decimal_parse(const char *text, size_t len, struct decimal *ret, size_t *ret_at)
{
    struct reader r = {.text = text, .end = len};
    enum decimal_error error = DECIMAL_EMPTY;
    bool negative;

    trim(&r);
    if (r.at < r.end) {
        negative = read_sign(&r);
        error = read_number(&r);
        if (error == DECIMAL_OK) {
            *ret = (struct decimal){negative ? -r.mantissa : r.mantissa, (uint8_t)r.scale};
            return DECIMAL_OK;
        }
    }
    if (ret_at != NULL)
        *ret_at = r.at;
    return error;
}

bool decimal_valid(struct decimal d)
{
    int64_t limit = 1;

    for (int i = 0; i < DECIMAL_MAX_DIGITS; i++)
        limit *= 10;
    return d.scale <= DECIMAL_MAX_SCALE && d.mantissa > -limit && d.mantissa < limit;
}

static int64_t whole_part(struct decimal d)
{
    return d.mantissa / pow10_of[d.scale];
}

/* The fraction in units of 10^-DECIMAL_MAX_SCALE, with the sign of the value. */
static int64_t fraction_part(struct decimal d)
{
    return d.mantissa % pow10_of[d.scale] * pow10_of[DECIMAL_MAX_SCALE - d.scale];
}

static int64_t magnitude(int64_t n)
{
    return n < 0 ? -n : n;
}

/* Writes mark and fraction at out; nothing at scale 0. */
static void format_fraction(struct decimal d, char mark, char *out)
{
    int64_t rest = magnitude(d.mantissa % pow10_of[d.scale]);

    out[0] = '\0';
    if (d.scale == 0)
        return;
    out[0] = mark;
    for (size_t i = d.scale; i > 0; i--, rest /= 10)
        out[i] = (char)('0' + (int)(rest % 10));
    out[d.scale + 1] = '\0';
}

char *decimal_format(struct decimal d, char buf[DECIMAL_TEXT_MAX])
{
    int n = snprintf(buf, DECIMAL_TEXT_MAX, "%s%" PRId64, d.mantissa < 0 ? "-" : "",
                     magnitude(whole_part(d)));

    format_fraction(d, '.', buf + n);
    return buf;
}

char *decimal_format_grouped(struct decimal d, char mark, char buf[DECIMAL_TEXT_MAX])
{
    char whole[DECIMAL_TEXT_MAX];
    size_t len = (size_t)snprintf(whole, sizeof(whole), "%" PRId64, magnitude(whole_part(d)));
    size_t out = 0;

    if (d.mantissa < 0)
        buf[out++] = '-';
    for (size_t i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0) {
            buf[out++] = NBSP[0];
            buf[out++] = NBSP[1];
        }
        buf[out++] = whole[i];
    }
    format_fraction(d, mark, buf + out);
    return buf;
}

int decimal_compare(struct decimal a, struct decimal b)
{
    int64_t x = whole_part(a), y = whole_part(b);

    if (x == y) {
        x = fraction_part(a);
        y = fraction_part(b);
    }
    return (x > y) - (x < y);
}

bool decimal_identical(struct decimal a, struct decimal b)
{
    return a.mantissa == b.mantissa && a.scale == b.scale;
}

/* The mantissa of d at a scale not below its own. */
static bool at_scale(struct decimal d, uint8_t scale, int64_t *ret)
{
    return !__builtin_mul_overflow(d.mantissa, pow10_of[scale - d.scale], ret);
}

bool decimal_add(struct decimal a, struct decimal b, struct decimal *ret)
{
    struct decimal sum = {0, a.scale > b.scale ? a.scale : b.scale};
    int64_t x, y;

    if (!at_scale(a, sum.scale, &x) || !at_scale(b, sum.scale, &y) ||
        __builtin_add_overflow(x, y, &sum.mantissa) || !decimal_valid(sum))
        return false;
    *ret = sum;
    return true;
}

bool decimal_subtract(struct decimal a, struct decimal b, struct decimal *ret)
{
    b.mantissa = -b.mantissa;
    return decimal_add(a, b, ret);
}

bool decimal_is_whole(struct decimal d)
{
    return d.mantissa % pow10_of[d.scale] == 0;
}
