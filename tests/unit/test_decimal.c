/* test_decimal: every way people write a figure, every way they get it wrong, and the limits. */
#include "base/decimal.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "seeded.h"

#define NBSP   "\xC2\xA0"
#define THIN   "\xE2\x80\x89"
#define NARROW "\xE2\x80\xAF"
#define MINUS  "\xE2\x88\x92"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const int64_t largest = INT64_C(999999999999999999);

static const struct {
    const char *text;
    int64_t mantissa;
    uint8_t scale;
} good[] = {
    {"0", 0, 0},
    {"165", 165, 0},
    {"-165", -165, 0},
    {"+165", 165, 0},
    {MINUS "165", -165, 0},
    {"0,001", 1, 3},
    {"0.001", 1, 3},
    {"-0,5", -5, 1},
    {"-0,00", 0, 2},
    {"007", 7, 0},
    {"00000000000000000000000001", 1, 0},
    {"3580418.00", 358041800, 2},
    {"1,234", 1234, 3},
    {"784 500 000 000,00", INT64_C(78450000000000), 2},
    {"784" NBSP "500" NBSP "000" NBSP "000,00", INT64_C(78450000000000), 2},
    {"784" THIN "500" THIN "000" THIN "000.00", INT64_C(78450000000000), 2},
    {"784" NARROW "500" NARROW "000" NARROW "000", INT64_C(784500000000), 0},
    {"784 500" NBSP "000", 784500000, 0},
    {"1 000", 1000, 0},
    {"12 000", 12000, 0},
    {MINUS "1" NBSP "000,5", -10005, 1},
    {"  7 ", 7, 0},
    {NBSP THIN " 7" NARROW NBSP, 7, 0},
    {"999999999999999999", INT64_C(999999999999999999), 0},
    {"-999999999999999999", -INT64_C(999999999999999999), 0},
    {"999999999999.999999", INT64_C(999999999999999999), 6},
    {"0.000001", 1, 6},
};

static const struct {
    const char *text;
    enum decimal_error error;
    size_t at;
} bad[] = {
    {"", DECIMAL_EMPTY, 0},
    {"   ", DECIMAL_EMPTY, 3},
    {NBSP, DECIMAL_EMPTY, 2},
    {"-", DECIMAL_NOT_A_NUMBER, 1},
    {"--5", DECIMAL_NOT_A_NUMBER, 1},
    {"- 5", DECIMAL_NOT_A_NUMBER, 1},
    {"5-", DECIMAL_NOT_A_NUMBER, 1},
    {"5,", DECIMAL_NOT_A_NUMBER, 2},
    {",5", DECIMAL_NOT_A_NUMBER, 0},
    {"-.5", DECIMAL_NOT_A_NUMBER, 1},
    {"1e5", DECIMAL_NOT_A_NUMBER, 1},
    {"0x10", DECIMAL_NOT_A_NUMBER, 1},
    {"nan", DECIMAL_NOT_A_NUMBER, 0},
    {"12 %", DECIMAL_NOT_A_NUMBER, 3},
    {"12%", DECIMAL_NOT_A_NUMBER, 2},
    {"1,5,5", DECIMAL_NOT_A_NUMBER, 3},
    {"25.09.2020", DECIMAL_NOT_A_NUMBER, 5},
    {"5\xC2", DECIMAL_NOT_A_NUMBER, 1},
    {"1\t000", DECIMAL_NOT_A_NUMBER, 1},
    {"1000000000000000000", DECIMAL_TOO_LONG, 18},
    {"999999999999999999,0", DECIMAL_TOO_LONG, 19},
    {"9999999999999.999999", DECIMAL_TOO_LONG, 19},
    {"0,0000001", DECIMAL_TOO_FINE, 8},
    {"1,0000000", DECIMAL_TOO_FINE, 8},
    {"12 34", DECIMAL_BAD_GROUPING, 2},
    {"1 2345", DECIMAL_BAD_GROUPING, 1},
    {"1234 567", DECIMAL_BAD_GROUPING, 4},
    {"1  234", DECIMAL_BAD_GROUPING, 1},
    {"1 234 56", DECIMAL_BAD_GROUPING, 5},
    {"1 234567 890", DECIMAL_BAD_GROUPING, 1},
    {"0,123 456", DECIMAL_BAD_GROUPING, 5},
    {"1, 5", DECIMAL_BAD_GROUPING, 2},
    {"1,234.5", DECIMAL_AMBIGUOUS, 5},
    {"1.234,5", DECIMAL_AMBIGUOUS, 5},
};

static void test_parse_good(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        struct decimal d = {-1, 99};

        print_message("\"%s\"\n", good[i].text);
        assert_int_equal(decimal_parse(good[i].text, strlen(good[i].text), &d, NULL), DECIMAL_OK);
        assert_int_equal(d.mantissa, good[i].mantissa);
        assert_int_equal(d.scale, good[i].scale);
        assert_true(decimal_valid(d));
    }
}

static void test_parse_bad(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct decimal d = {-1, 99};
        size_t at = 999;

        print_message("\"%s\"\n", bad[i].text);
        assert_int_equal(decimal_parse(bad[i].text, strlen(bad[i].text), &d, &at), bad[i].error);
        assert_int_equal(at, bad[i].at);
        assert_int_equal(decimal_parse(bad[i].text, strlen(bad[i].text), &d, NULL), bad[i].error);
        assert_int_equal(d.mantissa, -1);
        assert_int_equal(d.scale, 99);
    }
}

static void test_parse_stops_at_len(void **state)
{
    struct decimal d;

    (void)state;
    assert_int_equal(decimal_parse("12345", 2, &d, NULL), DECIMAL_OK);
    assert_int_equal(d.mantissa, 12);
    assert_int_equal(decimal_parse("1\0", 2, &d, NULL), DECIMAL_NOT_A_NUMBER);
}

static const struct {
    struct decimal d;
    const char *plain, *russian, *english;
} texts[] = {
    {{0, 0}, "0", "0", "0"},
    {{0, 2}, "0.00", "0,00", "0.00"},
    {{1, 3}, "0.001", "0,001", "0.001"},
    {{-5, 1}, "-0.5", "-0,5", "-0.5"},
    {{999, 0}, "999", "999", "999"},
    {{1000, 0}, "1000", "1" NBSP "000", "1" NBSP "000"},
    {{358041800, 2}, "3580418.00", "3" NBSP "580" NBSP "418,00", "3" NBSP "580" NBSP "418.00"},
    {{INT64_C(78450000000000), 2},
     "784500000000.00",
     "784" NBSP "500" NBSP "000" NBSP "000,00",
     "784" NBSP "500" NBSP "000" NBSP "000.00"},
    {{-INT64_C(999999999999999999), 6},
     "-999999999999.999999",
     "-999" NBSP "999" NBSP "999" NBSP "999,999999",
     "-999" NBSP "999" NBSP "999" NBSP "999.999999"},
    {{-INT64_C(999999999999999999), 0},
     "-999999999999999999",
     "-999" NBSP "999" NBSP "999" NBSP "999" NBSP "999" NBSP "999",
     "-999" NBSP "999" NBSP "999" NBSP "999" NBSP "999" NBSP "999"},
};

static void test_format(void **state)
{
    char buf[DECIMAL_TEXT_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        assert_string_equal(decimal_format(texts[i].d, buf), texts[i].plain);
        assert_string_equal(decimal_format_grouped(texts[i].d, ',', buf), texts[i].russian);
        assert_string_equal(decimal_format_grouped(texts[i].d, '.', buf), texts[i].english);
    }
}

static void test_valid(void **state)
{
    (void)state;
    assert_true(decimal_valid((struct decimal){largest, DECIMAL_MAX_SCALE}));
    assert_true(decimal_valid((struct decimal){-largest, 0}));
    assert_false(decimal_valid((struct decimal){largest + 1, 0}));
    assert_false(decimal_valid((struct decimal){-largest - 1, 0}));
    assert_false(decimal_valid((struct decimal){INT64_MIN, 0}));
    assert_false(decimal_valid((struct decimal){INT64_MAX, 0}));
    assert_false(decimal_valid((struct decimal){1, DECIMAL_MAX_SCALE + 1}));
    assert_false(decimal_valid((struct decimal){1, UINT8_MAX}));
}

static const struct {
    struct decimal a, b;
    int order;
} orders[] = {
    {{150, 2}, {15, 1}, 0},
    {{0, 0}, {0, 6}, 0},
    {{-5, 1}, {3, 1}, -1},
    {{-15, 1}, {-12, 1}, -1},
    {{-5, 1}, {-5, 2}, -1},
    {{5, 1}, {-5, 1}, 1},
    {{1001, 3}, {1, 0}, 1},
    {{1, 6}, {0, 0}, 1},
    {{-1, 6}, {0, 0}, -1},
    {{2, 0}, {1999999, 6}, 1},
    {{INT64_C(999999999999999999), 0}, {INT64_C(999999999999999999), 6}, 1},
    {{-INT64_C(999999999999999999), 0}, {1, 6}, -1},
};

static void test_compare(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(orders); i++) {
        assert_int_equal(decimal_compare(orders[i].a, orders[i].b), orders[i].order);
        assert_int_equal(decimal_compare(orders[i].b, orders[i].a), -orders[i].order);
    }
    assert_false(decimal_identical((struct decimal){150, 2}, (struct decimal){15, 1}));
    assert_false(decimal_identical((struct decimal){150, 2}, (struct decimal){151, 2}));
    assert_true(decimal_identical((struct decimal){150, 2}, (struct decimal){150, 2}));
}

static void test_sums(void **state)
{
    struct decimal d = {7, 1};

    (void)state;
    assert_true(decimal_add((struct decimal){15, 1}, (struct decimal){25, 2}, &d));
    assert_true(decimal_identical(d, (struct decimal){175, 2}));
    assert_true(decimal_subtract((struct decimal){15, 1}, (struct decimal){150, 2}, &d));
    assert_true(decimal_identical(d, (struct decimal){0, 2}));
    assert_true(decimal_add((struct decimal){largest - 1, 0}, (struct decimal){1, 0}, &d));
    assert_int_equal(d.mantissa, largest);

    assert_false(decimal_add((struct decimal){largest, 0}, (struct decimal){1, 0}, &d));
    assert_false(decimal_subtract((struct decimal){-largest, 0}, (struct decimal){1, 0}, &d));
    assert_false(decimal_add((struct decimal){largest, 0}, (struct decimal){0, 1}, &d));
    assert_false(decimal_add((struct decimal){0, 6}, (struct decimal){largest, 0}, &d));
    assert_int_equal(d.mantissa, largest);
}

static void test_whole(void **state)
{
    (void)state;
    assert_true(decimal_is_whole((struct decimal){1200, 2}));
    assert_true(decimal_is_whole((struct decimal){0, 6}));
    assert_true(decimal_is_whole((struct decimal){-7, 0}));
    assert_false(decimal_is_whole((struct decimal){1201, 2}));
    assert_false(decimal_is_whole((struct decimal){-1, 6}));
}

/* Any count of digits is as likely as any other. */
static struct decimal some_decimal(uint64_t *seed)
{
    uint64_t bound = 1;
    int64_t mantissa;

    for (uint64_t n = 1 + seeded_below(seed, DECIMAL_MAX_DIGITS); n > 0; n--)
        bound *= 10;
    mantissa = (int64_t)seeded_below(seed, bound);
    return (struct decimal){seeded_below(seed, 2) == 0 ? mantissa : -mantissa,
                            (uint8_t)seeded_below(seed, DECIMAL_MAX_SCALE + 1)};
}

static void assert_reads_back(const char *text, struct decimal d)
{
    struct decimal back;

    assert_int_equal(decimal_parse(text, strlen(text), &back, NULL), DECIMAL_OK);
    assert_true(decimal_identical(back, d));
}

static void test_properties(void **state)
{
    uint64_t seed = 20200925;
    char buf[DECIMAL_TEXT_MAX];

    (void)state;
    for (int i = 0; i < 100000; i++) {
        struct decimal a = some_decimal(&seed), b = some_decimal(&seed), sum, back;

        assert_reads_back(decimal_format(a, buf), a);
        assert_reads_back(decimal_format_grouped(a, ',', buf), a);
        assert_reads_back(decimal_format_grouped(a, '.', buf), a);
        assert_int_equal(decimal_compare(a, b), -decimal_compare(b, a));
        if (decimal_add(a, b, &sum) && decimal_subtract(sum, b, &back))
            assert_int_equal(decimal_compare(back, a), 0);
        if (decimal_subtract(a, b, &sum))
            assert_int_equal(decimal_compare(a, b), decimal_compare(sum, (struct decimal){0, 0}));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse_good),
        cmocka_unit_test(test_parse_bad),
        cmocka_unit_test(test_parse_stops_at_len),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_valid),
        cmocka_unit_test(test_compare),
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_properties),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
