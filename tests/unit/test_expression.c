/* test_expression: arithmetic as it is written, and with how many digits its result may be shown. */
#include "model/expression.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct expression n(double x)
{
    return expression_double(x, LANG_RU);
}

static void test_texts(void **state)
{
    const struct {
        struct expression e;
        const char *text;
        double value;
    } cases[] = {
        {n(1234.5), "1\u00a0234,5", 1234.5},
        {expression_add(n(1), expression_multiply(n(2), n(3))), "1 + 2·3", 7},
        {expression_multiply(expression_add(n(1), n(2)), n(3)), "(1 + 2)·3", 9},
        {expression_divide(n(12), expression_multiply(n(2), n(3))), "12/(2·3)", 2},
        {expression_subtract(n(5), expression_subtract(n(3), n(1))), "5 − (3 − 1)", 3},
        {expression_square(expression_add(n(1), n(2))), "(1 + 2)²", 9},
        {expression_root(n(16)), "√(16)", 4},
        {expression_larger(n(2), n(3)), "max(2; 3)", 3},
        {expression_smaller(n(2), n(3)), "min(2; 3)", 2},
        {expression_multiply(n(2), n(-3)), "2·(-3)", -6},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(cases[i].e.text, cases[i].text);
        assert_true(cases[i].e.value == cases[i].value);
    }
}

static void test_results(void **state)
{
    const struct {
        struct expression e;
        double exact;
        const char *result; /* NULL: it cannot be shown so */
    } cases[] = {
        {expression_divide(n(130), n(150)), 130.0 / 150, "0,8667"},
        {expression_divide(n(1), n(4)), 0.25, "0,25"},
        /* Six shown digits of 1/3 are enough for two places of a million of them. */
        {expression_multiply(n(1000000), n(1.0 / 3)), 1000000 / 3.0, "333\u00a0333"},
        {expression_divide(n(1), n(2)), 7, NULL},
        {n(1e12), 1e12, NULL},
    };
    char result[EXPRESSION_TEXT_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool shown = expression_result(&cases[i].e, cases[i].exact, result);

        assert_int_equal(shown, cases[i].result != NULL);
        if (shown)
            assert_string_equal(result, cases[i].result);
    }
}

static void test_too_long(void **state)
{
    struct expression e = n(1.123456);

    (void)state;
    for (int i = 0; i < 200; i++)
        e = expression_add(e, n(1.123456));
    assert_string_equal(e.text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_results),
        cmocka_unit_test(test_too_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
