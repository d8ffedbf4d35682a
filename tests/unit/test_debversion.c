/* debversion: pairs in order, each checked both ways. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "admin/debversion.h"

static const struct {
    const char *earlier, *later;
} pairs[] = {
    {"1.0", "1.1"},
    {"1.9", "1.10"},
    {"1.0", "1.0-1"},
    {"1.0~rc1", "1.0"},
    {"1.0~~", "1.0~"},
    {"1.0-1~deb12u1", "1.0-1"},
    {"1.0-1", "1.0-1+b1"},
    {"1.0-1", "1.0-1+deb12u1"},
    {"1.0a", "1.0+"},
    {"1.0", "1.0a"},
    {"9.9", "1:0.1"},
    {"1:1.0", "2:0.1"},
    {"1.2-3", "1.2-3.1"},
    {"1.0-9", "1.0-10"},
    {"1-1-1", "1-2-1"},
    {"99999999999999999999998", "99999999999999999999999"},
    {"2.1.12-stable-8", "2.1.12-stable-8+deb12u1"},
    {"7.88.1-10+deb12u9", "7.88.1-10+deb12u15"},
    {"15.17-0+deb12u1", "15.18-0+deb12u1"},
    {"252.38-1~deb12u1", "252.39-1~deb12u2"},
    {"", "0a"},
};

static const char *const equals[][2] = {
    {"1.0", "1.0"}, {"1.01", "1.1"}, {"0:1.0", "1.0"}, {"1.0-0", "1.0"}, {"", "0"}, {"1.", "1.0"},
};

static void test_the_order_is_debian_s(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        assert_true(debversion_compare(pairs[i].earlier, pairs[i].later) < 0);
        assert_true(debversion_compare(pairs[i].later, pairs[i].earlier) > 0);
    }
}

static void test_what_is_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof equals / sizeof *equals; i++)
        assert_int_equal(debversion_compare(equals[i][0], equals[i][1]), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_order_is_debian_s),
        cmocka_unit_test(test_what_is_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
