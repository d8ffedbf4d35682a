/* decimal: an exact decimal number as people write it.
 *
 * A value is mantissa * 10^-scale.  The scale is kept as given, so 3580418.00 comes back as
 * 3580418.00 and never as 3580418.  There is no binary floating point anywhere near a decimal. */
#ifndef VEKHA_BASE_DECIMAL_H
#define VEKHA_BASE_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DECIMAL_MAX_SCALE = 6,   /* digits after the point */
    DECIMAL_MAX_DIGITS = 18, /* digits in all; 10^18 - 1 fits int64_t */
    DECIMAL_TEXT_MAX = 40,   /* bytes that both decimal_format functions need, NUL included */
};

struct decimal {
    int64_t mantissa;
    uint8_t scale;
};

/* Why a text is not a decimal; DECIMAL_OK is 0. */
enum decimal_error {
    DECIMAL_OK,
    DECIMAL_EMPTY,
    DECIMAL_NOT_A_NUMBER,
    DECIMAL_TOO_LONG,     /* more than DECIMAL_MAX_DIGITS digits */
    DECIMAL_TOO_FINE,     /* more than DECIMAL_MAX_SCALE digits after the point */
    DECIMAL_BAD_GROUPING, /* thousands separators in odd places: 12 34 */
    DECIMAL_AMBIGUOUS,    /* both a comma and a point: 1,234.5 */
};

/* Reads len bytes of UTF-8.  Comma or point before the fraction; space, NBSP (U+00A0), thin space
 * (U+2009) and narrow NBSP (U+202F) between thousands; '-', '+' or U+2212 in front; spaces around
 * are skipped.  On an error *ret is untouched and, if ret_at is not NULL, *ret_at is the byte
 * offset of the first offending byte. */
enum decimal_error decimal_parse(const char *text, size_t len, struct decimal *ret, size_t *ret_at);

/* Checks the limits above; decimals from outside (the wire) pass here before use. */
bool decimal_valid(struct decimal d);

/* Writes the canonical form ("-12.50", point, no grouping), which PostgreSQL's numeric reads.
 * Returns buf. */
char *decimal_format(struct decimal d, char buf[DECIMAL_TEXT_MAX]);

/* Writes for people: thousands apart by NBSP; decimal mark ',' (Russian) or '.'.  Returns buf. */
char *decimal_format_grouped(struct decimal d, char mark, char buf[DECIMAL_TEXT_MAX]);

/* -1, 0, 1 by value: 1.50 equals 1.5. */
int decimal_compare(struct decimal a, struct decimal b);

/* The same value and the same scale: what "unchanged" means. */
bool decimal_identical(struct decimal a, struct decimal b);

/* Sum and difference, at the larger scale.  False on overflow; *ret is then untouched. */
bool decimal_add(struct decimal a, struct decimal b, struct decimal *ret);
bool decimal_subtract(struct decimal a, struct decimal b, struct decimal *ret);

/* True if there is no fractional part (12.00 is whole). */
bool decimal_is_whole(struct decimal d);

#endif
