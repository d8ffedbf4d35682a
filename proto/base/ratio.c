/* ratio: an assessment must come out the same on every machine and be explainable to the last
 * digit, so it is reckoned in exact fractions. */
#include "base/ratio.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

__extension__ typedef unsigned __int128 uint128;

#define WIDEST ((uint128)-1 >> 1) /* the largest magnitude of a numerator or denominator */

enum {
    WHOLE_DIGITS = 39, /* of WIDEST */
    MAX_PLACES = RATIO_TEXT_MAX - WHOLE_DIGITS - (int)sizeof("-."),
    PART_DIGITS = 18, /* of 64 bits */
};

static const uint64_t PART = UINT64_C(1000000000000000000); /* 10^PART_DIGITS */

static uint128 magnitude(int128 n)
{
    return n < 0 ? -(uint128)n : (uint128)n;
}

/* Most numbers are small: their divisions are the processor's own. */
static uint64_t small_gcd(uint64_t a, uint64_t b)
{
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static uint128 gcd(uint128 a, uint128 b)
{
    while (b > UINT64_MAX) {
        uint128 rest = a % b;
        a = b;
        b = rest;
    }
    return b == 0 ? a : small_gcd((uint64_t)b, (uint64_t)(a % b));
}

static struct ratio of_magnitudes(bool negative, uint128 num, uint128 den)
{
    if (num > WIDEST || den > WIDEST)
        return RATIO_NULL;
    return (struct ratio){negative ? -(int128)num : (int128)num, (int128)den};
}

/* By magnitude: clang turns a checked signed 128-bit product into a call that libgcc does not have.
 */
static bool multiply(int128 a, int128 b, int128 *ret)
{
    uint128 product;

    if (__builtin_mul_overflow(magnitude(a), magnitude(b), &product) || product > WIDEST)
        return false;
    *ret = (a < 0) != (b < 0) ? -(int128)product : (int128)product;
    return true;
}

struct ratio ratio_make(int128 num, int128 den)
{
    uint128 n = magnitude(num), d = magnitude(den), g;

    if (d == 0)
        return RATIO_NULL;
    g = gcd(n, d);
    return of_magnitudes((num < 0) != (den < 0), n / g, d / g);
}

struct ratio ratio_of_decimal(struct decimal d)
{
    int64_t den = 1;

    for (unsigned i = 0; i < d.scale; i++)
        den *= 10;
    return ratio_make(d.mantissa, den);
}

struct ratio ratio_of_int(int64_t n)
{
    return (struct ratio){n, 1};
}

bool ratio_is_null(struct ratio a)
{
    return a.den == 0;
}

/* With g = gcd(a.den, b.den), the numerator t over (a.den/g) * b.den can share a factor only with
 * g; dividing that factor out first lets every sum through whose numerator t fits. */
struct ratio ratio_add(struct ratio a, struct ratio b)
{
    int128 g, x, y, t, common, den;

    if (ratio_is_null(a) || ratio_is_null(b))
        return RATIO_NULL;
    g = (int128)gcd(magnitude(a.den), magnitude(b.den));
    if (!multiply(a.num, b.den / g, &x) || !multiply(b.num, a.den / g, &y) ||
        __builtin_add_overflow(x, y, &t))
        return RATIO_NULL;
    common = (int128)gcd(magnitude(t), magnitude(g));
    if (!multiply(a.den / g, b.den / common, &den))
        return RATIO_NULL;
    return ratio_make(t / common, den);
}

struct ratio ratio_sub(struct ratio a, struct ratio b)
{
    return ratio_add(a, (struct ratio){-b.num, b.den});
}

/* Factors are cancelled crosswise first, so it is null only if the reduced product does not fit. */
struct ratio ratio_mul(struct ratio a, struct ratio b)
{
    int128 g, h, num, den;

    if (ratio_is_null(a) || ratio_is_null(b))
        return RATIO_NULL;
    g = (int128)gcd(magnitude(a.num), magnitude(b.den));
    h = (int128)gcd(magnitude(b.num), magnitude(a.den));
    if (!multiply(a.num / g, b.num / h, &num) || !multiply(a.den / h, b.den / g, &den))
        return RATIO_NULL;
    return (struct ratio){num, den};
}

struct ratio ratio_div(struct ratio a, struct ratio b)
{
    if (ratio_is_null(b) || b.num == 0)
        return RATIO_NULL;
    return ratio_mul(a, of_magnitudes(b.num < 0, magnitude(b.den), magnitude(b.num)));
}

struct ratio ratio_abs(struct ratio a)
{
    return (struct ratio){a.num < 0 ? -a.num : a.num, a.den};
}

struct ratio ratio_min(struct ratio a, struct ratio b)
{
    if (ratio_is_null(a) || ratio_is_null(b))
        return RATIO_NULL;
    return ratio_compare(a, b) <= 0 ? a : b;
}

struct ratio ratio_max(struct ratio a, struct ratio b)
{
    if (ratio_is_null(a) || ratio_is_null(b))
        return RATIO_NULL;
    return ratio_compare(a, b) >= 0 ? a : b;
}

static int128 floor_of(struct ratio a)
{
    int128 quotient = a.num / a.den;

    return a.num % a.den < 0 ? quotient - 1 : quotient;
}

static int order(int128 x, int128 y)
{
    return (x > y) - (x < y);
}

/* Term by term as continued fractions, which needs no product: where the whole parts are equal, the
 * rests x/a.den and y/b.den compare as their reciprocals do the other way round. */
static int compare_by_terms(struct ratio a, struct ratio b)
{
    for (;;) {
        int128 whole_a = floor_of(a), whole_b = floor_of(b);
        int128 x = a.num % a.den, y = b.num % b.den;

        if (whole_a != whole_b)
            return order(whole_a, whole_b);
        x += x < 0 ? a.den : 0;
        y += y < 0 ? b.den : 0;
        if (x == 0 || y == 0)
            return order(x, y);
        struct ratio flipped = {a.den, x};
        a = (struct ratio){b.den, y};
        b = flipped;
    }
}

int ratio_compare(struct ratio a, struct ratio b)
{
    int128 x, y;

    assert(!ratio_is_null(a) && !ratio_is_null(b));
    if (multiply(a.num, b.den, &x) && multiply(b.num, a.den, &y))
        return order(x, y);
    return compare_by_terms(a, b);
}

int ratio_sign(struct ratio a)
{
    return order(a.num, 0);
}

struct ratio ratio_ceil(struct ratio a)
{
    if (ratio_is_null(a))
        return RATIO_NULL;
    return (struct ratio){floor_of(a) + (a.den > 1 ? 1 : 0), 1};
}

struct ratio ratio_floor(struct ratio a)
{
    if (ratio_is_null(a))
        return RATIO_NULL;
    return (struct ratio){floor_of(a), 1};
}

double ratio_to_double(struct ratio a)
{
    return ratio_is_null(a) ? (double)NAN : (double)a.num / (double)a.den;
}

/* One step of long division: the next digit of *rest / den, where *rest < den.  Ten additions,
 * since ten times the rest might not fit. */
static unsigned next_digit(uint128 *rest, uint128 den)
{
    uint128 left = 0;
    unsigned digit = 0;

    for (int i = 0; i < 10; i++) {
        left += *rest;
        if (left >= den) {
            left -= den;
            digit++;
        }
    }
    *rest = left;
    return digit;
}

/* Adds one in the last place of a number written in n digits; the first is 0 and takes the carry.
 */
static void carry_one(char *digits, size_t n)
{
    size_t i = n - 1;

    while (digits[i] == '9')
        digits[i--] = '0';
    digits[i]++;
}

/* Writes WHOLE_DIGITS + 1 digits, so many at a time as fit 64 bits. */
static void write_whole(uint128 whole, char *digits)
{
    memset(digits, '0', WHOLE_DIGITS + 1);
    for (size_t end = WHOLE_DIGITS + 1; whole != 0; end -= PART_DIGITS, whole /= PART) {
        size_t i = end;

        for (uint64_t part = (uint64_t)(whole % PART); part != 0; part /= 10)
            digits[--i] = (char)('0' + (int)(part % 10));
    }
}

/* Writes the magnitude of a, rounded, as WHOLE_DIGITS + 1 digits with leading zeros and then
 * `places` more; no point. */
static void write_digits(struct ratio a, size_t places, char *digits)
{
    uint128 den = magnitude(a.den), whole = magnitude(a.num) / den, rest = magnitude(a.num) % den;

    write_whole(whole, digits);
    for (size_t i = 0; i < places; i++)
        digits[WHOLE_DIGITS + 1 + i] = (char)('0' + (int)next_digit(&rest, den));
    if (rest >= den - rest)
        carry_one(digits, WHOLE_DIGITS + 1 + places);
}

char *ratio_format(struct ratio a, unsigned places, char buf[RATIO_TEXT_MAX])
{
    char digits[WHOLE_DIGITS + 1 + MAX_PLACES + 1] = "";
    size_t fine = places < MAX_PLACES ? places : MAX_PLACES;
    size_t first, out = 0;

    buf[0] = '\0';
    if (ratio_is_null(a))
        return buf;
    write_digits(a, fine, digits);
    if (a.num < 0 && strspn(digits, "0") < strlen(digits))
        buf[out++] = '-';
    first = strspn(digits, "0");
    if (first > WHOLE_DIGITS)
        first = WHOLE_DIGITS;
    memcpy(buf + out, digits + first, WHOLE_DIGITS + 1 - first);
    out += WHOLE_DIGITS + 1 - first;
    if (fine > 0)
        buf[out++] = '.';
    memcpy(buf + out, digits + WHOLE_DIGITS + 1, fine);
    buf[out + fine] = '\0';
    return buf;
}

static const int64_t powers[DECIMAL_MAX_SCALE + 1] = {1, 10, 100, 1000, 10000, 100000, 1000000};

/* A mantissa of at most DECIMAL_MAX_DIGITS digits. */
static bool to_decimal(int128 mantissa, unsigned scale, struct decimal *ret)
{
    if (magnitude(mantissa) >= PART)
        return false;
    *ret = (struct decimal){(int64_t)mantissa, (uint8_t)scale};
    return true;
}

/* Digit by digit, where ten times the numerator would not fit. */
static bool round_by_digits(struct ratio a, unsigned places, struct decimal *ret)
{
    char text[RATIO_TEXT_MAX];

    ratio_format(a, places, text);
    return decimal_parse(text, strlen(text), ret, NULL) == DECIMAL_OK;
}

bool ratio_round(struct ratio a, unsigned places, struct decimal *ret)
{
    int128 scaled;
    uint128 rest;

    if (ratio_is_null(a) || places > DECIMAL_MAX_SCALE)
        return false;
    if (!multiply(a.num, powers[places], &scaled))
        return round_by_digits(a, places, ret);
    rest = magnitude(scaled % a.den);
    scaled /= a.den;
    if (rest >= magnitude(a.den) - rest)
        scaled += a.num < 0 ? -1 : 1;
    return to_decimal(scaled, places, ret);
}

bool ratio_is_decimal(struct ratio a, struct decimal *ret)
{
    unsigned places = 0;
    int128 mantissa;

    while (places <= DECIMAL_MAX_SCALE && !ratio_is_null(a) && powers[places] % a.den != 0)
        places++;
    return !ratio_is_null(a) && places <= DECIMAL_MAX_SCALE &&
           multiply(a.num, powers[places] / a.den, &mantissa) && to_decimal(mantissa, places, ret);
}

bool ratio_nearest(struct ratio a, struct decimal *ret)
{
    for (unsigned places = DECIMAL_MAX_SCALE + 1; places-- > 0;)
        if (ratio_round(a, places, ret))
            return true;
    return false;
}
