/* test_uuid: the example of RFC 9562 appendix A.6, the limits of 48 bits, and order by time. */
#include "base/uuid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define RFC_EXAMPLE "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"

static struct uuid parsed(const char *text)
{
    struct uuid id;

    assert_true(uuid_parse(text, strlen(text), &id));
    return id;
}

static void test_rfc_example(void **state)
{
    struct uuid id = parsed(RFC_EXAMPLE);
    char buf[UUID_TEXT_MAX];

    (void)state;
    assert_true(uuid_is_v7(id));
    assert_int_equal(uuid_time_ms(id), INT64_C(0x017F22E279B0));
    assert_string_equal(uuid_format(id, buf), RFC_EXAMPLE);
    assert_string_equal(uuid_format(parsed("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"), buf),
                        RFC_EXAMPLE);
}

static const char *const not_uuids[] = {
    "",
    "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
    "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
    "017f22e279b07cc398c4dc0c0c07398f",
    "017f22e279b0-7cc3-98c4-dc0c-0c07398f",
    "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
    "017f22e2-79b0-7cc3-98c4_dc0c0c07398f",
    "017f22e2-79b0-7cc3-98c4-dc0c0c0739 f",
    "{17f22e2-79b0-7cc3-98c4-dc0c0c07398}",
    "-17f22e2-79b0-7cc3-98c4-dc0c0c07398f",
};

static void test_parse_bad(void **state)
{
    struct uuid id = parsed(RFC_EXAMPLE), kept = id;

    (void)state;
    for (size_t i = 0; i < COUNT(not_uuids); i++) {
        assert_false(uuid_parse(not_uuids[i], strlen(not_uuids[i]), &id));
        assert_int_equal(uuid_compare(id, kept), 0);
    }
    assert_false(uuid_parse(RFC_EXAMPLE, UUID_TEXT_MAX - 2, &id));
}

static void test_is_v7(void **state)
{
    (void)state;
    assert_false(uuid_is_v7(parsed("00000000-0000-0000-0000-000000000000")));
    assert_false(uuid_is_v7(parsed("ffffffff-ffff-ffff-ffff-ffffffffffff")));
    assert_false(uuid_is_v7(parsed("919108f7-52d1-4320-9bac-f847db4148a8")));
    assert_false(uuid_is_v7(parsed("017f22e2-79b0-7cc3-18c4-dc0c0c07398f")));
    assert_false(uuid_is_v7(parsed("017f22e2-79b0-7cc3-c8c4-dc0c0c07398f")));
    assert_true(uuid_is_v7(parsed("00000000-0000-7000-8000-000000000000")));
    assert_true(uuid_is_v7(parsed("ffffffff-ffff-7fff-bfff-ffffffffffff")));
}

static void test_make(void **state)
{
    struct uuid last = {{0}};
    char buf[UUID_TEXT_MAX];

    (void)state;
    for (int64_t us = 0; us < 1000000; us += 1000) {
        struct uuid id, twin;

        assert_true(uuid_make(us, &id));
        assert_true(uuid_make(us, &twin));
        assert_true(uuid_is_v7(id));
        assert_int_equal(uuid_time_ms(id), us / 1000);
        assert_int_not_equal(uuid_compare(id, twin), 0);
        assert_int_equal(uuid_compare(id, last), 1);
        assert_int_equal(uuid_compare(parsed(uuid_format(id, buf)), id), 0);
        last = id;
    }
}

static void test_make_limits(void **state)
{
    const int64_t last_us = ((INT64_C(1) << 48) - 1) * 1000 + 999;
    struct uuid id = parsed(RFC_EXAMPLE);

    (void)state;
    assert_false(uuid_make(-1, &id));
    assert_false(uuid_make(INT64_MIN, &id));
    assert_false(uuid_make(last_us + 1, &id));
    assert_false(uuid_make(INT64_MAX, &id));
    assert_int_equal(uuid_compare(id, parsed(RFC_EXAMPLE)), 0);
    assert_true(uuid_make(last_us, &id));
    assert_int_equal(uuid_time_ms(id), (INT64_C(1) << 48) - 1);
}

static void test_compare(void **state)
{
    struct uuid low = parsed("00000000-0000-0000-0000-000000000001");
    struct uuid high = parsed("80000000-0000-0000-0000-000000000000");

    (void)state;
    assert_int_equal(uuid_compare(low, high), -1);
    assert_int_equal(uuid_compare(high, low), 1);
    assert_int_equal(uuid_compare(high, high), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rfc_example), cmocka_unit_test(test_parse_bad),
        cmocka_unit_test(test_is_v7),       cmocka_unit_test(test_make),
        cmocka_unit_test(test_make_limits), cmocka_unit_test(test_compare),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
