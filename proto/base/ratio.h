/* ratio: an exact rational number, for progress, plans and their comparisons.
 *
 * Kept reduced, denominator > 0.  A ratio with denominator 0 is "null" (undefined: 0/0, or a result
 * that would not fit 128 bits); every operation on null gives null, and comparing null is the
 * caller's mistake. */
#ifndef VEKHA_BASE_RATIO_H
#define VEKHA_BASE_RATIO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/decimal.h"

__extension__ typedef __int128 int128;

struct ratio {
    int128 num, den;
};

#define RATIO_NULL ((struct ratio){0, 0})

enum { RATIO_TEXT_MAX = 64 };

struct ratio ratio_make(int128 num, int128 den); /* reduces; den == 0 gives null */
struct ratio ratio_of_decimal(struct decimal d);
struct ratio ratio_of_int(int64_t n);
bool ratio_is_null(struct ratio a);

struct ratio ratio_add(struct ratio a, struct ratio b);
struct ratio ratio_sub(struct ratio a, struct ratio b);
struct ratio ratio_mul(struct ratio a, struct ratio b);
struct ratio ratio_div(struct ratio a, struct ratio b); /* by zero: null */
struct ratio ratio_abs(struct ratio a);
struct ratio ratio_min(struct ratio a, struct ratio b);
struct ratio ratio_max(struct ratio a, struct ratio b);
int ratio_compare(struct ratio a, struct ratio b); /* -1, 0, 1; exact */
int ratio_sign(struct ratio a);
struct ratio ratio_ceil(struct ratio a);
struct ratio ratio_floor(struct ratio a);

/* To binary floating point, for the forecast only; null gives NaN. */
double ratio_to_double(struct ratio a);

/* Rounds half away from zero to `places` decimals, at most 22: "147.22".  Null gives "".  Returns
 * buf. */
char *ratio_format(struct ratio a, unsigned places, char buf[RATIO_TEXT_MAX]);

/* The decimal of fewest places that it equals; false if it equals none. */
bool ratio_is_decimal(struct ratio a, struct decimal *ret);

/* The nearest decimal of as many places as it can have; false if null or out of a decimal's range. */
bool ratio_nearest(struct ratio a, struct decimal *ret);

/* The same rounding as a decimal; false if null or out of a decimal's range. */
bool ratio_round(struct ratio a, unsigned places, struct decimal *ret);

#endif
