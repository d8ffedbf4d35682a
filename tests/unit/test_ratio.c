/* test_ratio: exactness up to the edge of 128 bits, and null beyond it. */
#include "base/ratio.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "seeded.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

__extension__ typedef unsigned __int128 uint128;

#define WIDEST ((int128)((uint128)-1 >> 1))
#define LEAST  (-WIDEST - 1)

static struct ratio of(int64_t num, int64_t den)
{
    return ratio_make(num, den);
}

static void assert_ratio(struct ratio a, int128 num, int128 den)
{
    assert_true(a.num == num);
    assert_true(a.den == den);
}

static void assert_is_null(struct ratio a)
{
    assert_true(ratio_is_null(a));
}

static void test_make(void **state)
{
    (void)state;
    assert_ratio(of(0, 5), 0, 1);
    assert_ratio(of(0, -5), 0, 1);
    assert_ratio(of(6, 4), 3, 2);
    assert_ratio(of(-6, 4), -3, 2);
    assert_ratio(of(6, -4), -3, 2);
    assert_ratio(of(-6, -4), 3, 2);
    assert_is_null(of(1, 0));
    assert_is_null(of(0, 0));
    assert_ratio(ratio_make(WIDEST, -WIDEST), -1, 1);
    assert_ratio(ratio_make(LEAST, LEAST), 1, 1);
    assert_ratio(ratio_make(LEAST, 2), LEAST / 2, 1);
    assert_ratio(ratio_make(2, LEAST), -1, -(LEAST / 2));
    assert_is_null(ratio_make(LEAST, 1));
    assert_is_null(ratio_make(1, LEAST));
}

static void test_of_decimal(void **state)
{
    (void)state;
    assert_ratio(ratio_of_decimal((struct decimal){1250, 2}), 25, 2);
    assert_ratio(ratio_of_decimal((struct decimal){-1, 6}), -1, 1000000);
    assert_ratio(ratio_of_decimal((struct decimal){0, 6}), 0, 1);
    assert_ratio(ratio_of_int(INT64_MIN), INT64_MIN, 1);
}

static void test_null_stays_null(void **state)
{
    struct ratio one = of(1, 1), null = RATIO_NULL, d;
    struct decimal kept = {7, 1};
    char buf[RATIO_TEXT_MAX] = "x";
    struct ratio (*const binary[])(struct ratio, struct ratio) = {ratio_add, ratio_sub, ratio_mul,
                                                                  ratio_div, ratio_min, ratio_max};
    struct ratio (*const unary[])(struct ratio) = {ratio_abs, ratio_ceil, ratio_floor};

    (void)state;
    for (size_t i = 0; i < COUNT(binary); i++) {
        assert_is_null(binary[i](one, null));
        assert_is_null(binary[i](null, one));
        assert_is_null(binary[i](null, null));
    }
    for (size_t i = 0; i < COUNT(unary); i++) {
        d = unary[i](null);
        assert_is_null(d);
    }
    assert_int_equal(ratio_sign(null), 0);
    assert_true(isnan(ratio_to_double(null)));
    assert_string_equal(ratio_format(null, 2, buf), "");
    assert_false(ratio_round(null, 2, &kept));
    assert_int_equal(kept.mantissa, 7);
}

static void test_arithmetic(void **state)
{
    (void)state;
    assert_ratio(ratio_add(of(1, 6), of(1, 3)), 1, 2);
    assert_ratio(ratio_add(of(1, 6), of(-1, 6)), 0, 1);
    assert_ratio(ratio_sub(of(1, 6), of(1, 3)), -1, 6);
    assert_ratio(ratio_mul(of(-2, 3), of(9, 4)), -3, 2);
    assert_ratio(ratio_mul(of(0, 1), of(9, 4)), 0, 1);
    assert_ratio(ratio_div(of(2, 3), of(-4, 9)), -3, 2);
    assert_ratio(ratio_div(of(0, 1), of(-4, 9)), 0, 1);
    assert_is_null(ratio_div(of(1, 1), of(0, 1)));
    assert_is_null(ratio_div(of(0, 1), of(0, 1)));
    assert_ratio(ratio_abs(of(-3, 2)), 3, 2);
    assert_ratio(ratio_abs(of(3, 2)), 3, 2);
    assert_ratio(ratio_min(of(1, 3), of(1, 2)), 1, 3);
    assert_ratio(ratio_max(of(1, 3), of(1, 2)), 1, 2);
    assert_int_equal(ratio_sign(of(-1, 9)), -1);
    assert_int_equal(ratio_sign(of(0, 9)), 0);
    assert_int_equal(ratio_sign(of(1, 9)), 1);
}

static const struct {
    int64_t num, den, floor, ceil;
} roundings[] = {{7, 2, 3, 4}, {-7, 2, -4, -3}, {6, 2, 3, 3},  {-6, 2, -3, -3},
                 {0, 1, 0, 0}, {1, 9, 0, 1},    {-1, 9, -1, 0}};

static void test_floor_and_ceil(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(roundings); i++) {
        struct ratio a = of(roundings[i].num, roundings[i].den);

        assert_ratio(ratio_floor(a), roundings[i].floor, 1);
        assert_ratio(ratio_ceil(a), roundings[i].ceil, 1);
    }
    assert_ratio(ratio_floor(ratio_make(-WIDEST, 2)), -(WIDEST / 2) - 1, 1);
    assert_ratio(ratio_ceil(ratio_make(WIDEST, 2)), WIDEST / 2 + 1, 1);
    assert_ratio(ratio_ceil(ratio_make(WIDEST, 1)), WIDEST, 1);
}

static void test_overflow_is_null(void **state)
{
    struct ratio big = ratio_make(WIDEST, 1), tiny = ratio_make(1, WIDEST);

    (void)state;
    assert_is_null(ratio_add(big, of(1, 1)));
    assert_is_null(ratio_sub(ratio_make(-WIDEST, 1), of(1, 1)));
    assert_is_null(ratio_sub(ratio_make(-WIDEST, 1), of(2, 1)));
    assert_is_null(ratio_add(big, of(1, 2)));
    assert_is_null(ratio_add(tiny, of(1, 2)));
    assert_is_null(ratio_mul(big, of(2, 1)));
    assert_is_null(ratio_mul(big, of(-2, 1)));
    assert_is_null(ratio_mul(tiny, of(1, 2)));
    assert_is_null(ratio_div(big, of(1, 2)));
    assert_is_null(ratio_div(tiny, big));

    /* What fits is never lost on the way. */
    assert_ratio(ratio_mul(big, tiny), 1, 1);
    assert_ratio(ratio_div(big, big), 1, 1);
    assert_ratio(ratio_mul(ratio_make(WIDEST, 7), of(7, 2)), WIDEST, 2);
    assert_ratio(ratio_add(ratio_make(WIDEST - 1, 1), of(1, 1)), WIDEST, 1);
    assert_ratio(ratio_sub(tiny, tiny), 0, 1);
    assert_ratio(ratio_sub(big, big), 0, 1);
}

static int128 power(unsigned base, unsigned exponent)
{
    uint128 product = 1;

    while (exponent-- > 0)
        product *= base;
    return (int128)product;
}

/* 1/(4p) + 3/(4q) = ((q + 3p) / 4) / pq: the common denominator 4pq does not fit, the sum does. */
static void test_add_reduces_before_multiplying(void **state)
{
    int128 p = power(3, 40), q = power(5, 27);

    (void)state;
    assert_true((uint128)p * (uint128)q > (uint128)WIDEST / 4);
    assert_ratio(ratio_add(ratio_make(1, p << 2), ratio_make(3, q << 2)), (q + p + p + p) / 4,
                 (int128)((uint128)p * (uint128)q));
}

/* Neighbouring quotients of Fibonacci numbers lie ever closer on alternating sides of the golden
 * ratio: the hardest fractions to tell apart, with every size of cross product on the way. */
static void test_compare_fibonacci(void **state)
{
    int128 x = 1, y = 1;
    int side = 1, steps = 0;

    (void)state;
    while (x <= WIDEST - y) {
        int128 z = x + y;
        struct ratio before = ratio_make(y, x), after = ratio_make(z, y);

        assert_int_equal(ratio_compare(after, before), side);
        assert_int_equal(ratio_compare(before, after), -side);
        assert_int_equal(ratio_compare(ratio_make(-z, y), ratio_make(-y, x)), -side);
        assert_int_equal(ratio_compare(after, ratio_make(z, y)), 0);
        x = y;
        y = z;
        side = -side;
        steps++;
    }
    assert_true(steps > 180); /* the last ones reach 128 bits */
}

static void test_compare_extremes(void **state)
{
    const struct ratio rising[] = {
        ratio_make(-WIDEST, 1),
        ratio_make(-WIDEST, WIDEST - 1),
        of(-1, 1),
        ratio_make(1 - WIDEST, WIDEST),
        ratio_make(-1, WIDEST),
        of(0, 1),
        ratio_make(1, WIDEST),
        ratio_make(1, WIDEST - 1),
        ratio_make(WIDEST - 2, WIDEST),
        ratio_make(WIDEST - 2, WIDEST - 1),
        ratio_make(WIDEST - 1, WIDEST),
        of(1, 1),
        ratio_make(WIDEST, WIDEST - 1),
        ratio_make(WIDEST - 1, 1),
        ratio_make(WIDEST, 1),
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rising); i++)
        for (size_t j = 0; j < COUNT(rising); j++)
            assert_int_equal(ratio_compare(rising[i], rising[j]), (i > j) - (i < j));
}

static const struct {
    int64_t num, den;
    unsigned places;
    const char *text;
} texts[] = {
    {1, 3, 4, "0.3333"},
    {2, 3, 4, "0.6667"},
    {-2, 3, 0, "-1"},
    {1, 2, 0, "1"},
    {-1, 2, 0, "-1"},
    {5, 2, 0, "3"},
    {-5, 2, 0, "-3"},
    {1, 3, 0, "0"},
    {-1, 3, 0, "0"},
    {-1, 1000, 2, "0.00"},
    {-5, 1000, 2, "-0.01"},
    {4, 1000, 2, "0.00"},
    {5, 1000, 2, "0.01"},
    {999995, 1000, 2, "1000.00"},
    {9999, 1000, 2, "10.00"},
    {14722, 100, 2, "147.22"},
    {3, 1, 2, "3.00"},
    {0, 1, 0, "0"},
    {0, 1, 3, "0.000"},
    {100, 1, 0, "100"},
    {1, 1, 22, "1.0000000000000000000000"},
    {1, 1, 4000000000, "1.0000000000000000000000"},
};

static void test_format(void **state)
{
    char buf[RATIO_TEXT_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_string_equal(ratio_format(of(texts[i].num, texts[i].den), texts[i].places, buf),
                            texts[i].text);
    assert_string_equal(ratio_format(ratio_make(-WIDEST, 1), 22, buf),
                        "-170141183460469231731687303715884105727.0000000000000000000000");
    assert_string_equal(ratio_format(ratio_make(WIDEST - 1, WIDEST), 4, buf), "1.0000");
    assert_string_equal(ratio_format(ratio_make(WIDEST / 2, WIDEST), 4, buf), "0.5000");
    assert_string_equal(ratio_format(ratio_make(WIDEST / 2, WIDEST), 0, buf), "0");
    assert_string_equal(ratio_format(ratio_make(WIDEST / 2 + 1, WIDEST), 0, buf), "1");
}

static void test_round(void **state)
{
    struct decimal d = {7, 1};

    (void)state;
    assert_true(ratio_round(of(-1325, 9), 2, &d));
    assert_true(decimal_identical(d, (struct decimal){-14722, 2}));
    assert_true(ratio_round(of(-1, 1000), 2, &d));
    assert_true(decimal_identical(d, (struct decimal){0, 2}));
    assert_true(ratio_round(of(INT64_C(999999999999999999), 1), 0, &d));
    assert_int_equal(d.mantissa, INT64_C(999999999999999999));

    d = (struct decimal){7, 1};
    assert_false(ratio_round(of(INT64_C(1000000000000000000), 1), 0, &d));
    assert_false(ratio_round(of(INT64_C(1999999999999999999), 2), 0, &d));
    assert_false(ratio_round(of(1, 3), DECIMAL_MAX_SCALE + 1, &d));
    assert_false(ratio_round(ratio_make(WIDEST, 1), 0, &d));
    assert_true(decimal_identical(d, (struct decimal){7, 1}));
}

static void test_to_double(void **state)
{
    (void)state;
    assert_true(ratio_to_double(of(1, 4)) >= 0.25 && ratio_to_double(of(1, 4)) <= 0.25);
    assert_true(ratio_to_double(of(-1, 3)) < -0.333333 && ratio_to_double(of(-1, 3)) > -0.333334);
}

static struct ratio some_ratio(uint64_t *seed)
{
    int64_t num = (int64_t)seeded_below(seed, 2000001) - 1000000;

    return of(num, 1 + (int64_t)seeded_below(seed, 1000000));
}

static void assert_same(struct ratio a, struct ratio b)
{
    assert_true(a.num == b.num);
    assert_true(a.den == b.den);
    assert_int_equal(ratio_compare(a, b), 0);
}

static void test_properties(void **state)
{
    uint64_t seed = 20200930;

    (void)state;
    for (int i = 0; i < 50000; i++) {
        struct ratio a = some_ratio(&seed), b = some_ratio(&seed), c = some_ratio(&seed);

        assert_same(ratio_sub(ratio_add(a, b), b), a);
        assert_same(ratio_add(a, b), ratio_add(b, a));
        assert_same(ratio_mul(a, ratio_add(b, c)), ratio_add(ratio_mul(a, b), ratio_mul(a, c)));
        if (ratio_sign(b) != 0)
            assert_same(ratio_mul(ratio_div(a, b), b), a);
        assert_int_equal(ratio_compare(a, b), ratio_sign(ratio_sub(a, b)));
        assert_true(ratio_compare(ratio_floor(a), a) <= 0);
        assert_true(ratio_compare(a, ratio_add(ratio_floor(a), of(1, 1))) < 0);
        assert_same(ratio_ceil(a), ratio_sub(of(0, 1), ratio_floor(ratio_sub(of(0, 1), a))));
    }
}

/* A decimal is its own rounding, and rounding moves a value by half a unit at most. */
static void test_rounding_properties(void **state)
{
    uint64_t seed = 20201231;

    (void)state;
    for (int i = 0; i < 50000; i++) {
        struct ratio a = some_ratio(&seed), off;
        unsigned places = (unsigned)seeded_below(&seed, DECIMAL_MAX_SCALE + 1);
        struct decimal d, again;

        assert_true(ratio_round(a, places, &d));
        assert_int_equal(d.scale, places);
        off = ratio_abs(ratio_sub(a, ratio_of_decimal(d)));
        off = ratio_div(off, ratio_of_decimal((struct decimal){1, (uint8_t)places}));
        assert_true(ratio_compare(off, of(1, 2)) <= 0);
        assert_true(ratio_round(ratio_of_decimal(d), places, &again));
        assert_true(decimal_identical(d, again));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_make),
        cmocka_unit_test(test_of_decimal),
        cmocka_unit_test(test_null_stays_null),
        cmocka_unit_test(test_arithmetic),
        cmocka_unit_test(test_floor_and_ceil),
        cmocka_unit_test(test_overflow_is_null),
        cmocka_unit_test(test_add_reduces_before_multiplying),
        cmocka_unit_test(test_compare_fibonacci),
        cmocka_unit_test(test_compare_extremes),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_round),
        cmocka_unit_test(test_to_double),
        cmocka_unit_test(test_properties),
        cmocka_unit_test(test_rounding_properties),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
