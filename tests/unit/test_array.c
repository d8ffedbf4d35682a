/* test_array: arrays byte for byte as array_send() of PostgreSQL 15 writes them. */
#include "store/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "store/array.c"

enum { HEX_MAX = 400 };

/* Ends the array and compares it. */
static void assert_bytes(struct array *a, const char *hex)
{
    struct pg_call call = {.n_params = 0};
    char got[HEX_MAX] = "";

    assert_true(array_bind(a, 1, &call, 2));
    assert_ptr_equal(call.params[2], a->bytes);
    assert_int_equal(call.formats[2], PG_BINARY);
    for (int i = 0; i < call.lengths[2]; i++)
        snprintf(got + 2 * i, sizeof got - 2 * (size_t)i, "%02x", (unsigned char)call.params[2][i]);
    assert_string_equal(got, hex);
    array_finish(a);
}

static void test_null_and_empty(void **state)
{
    struct array a;

    (void)state;
    array_finish(NULL);
    array_init(&a, ARRAY_INTEGER);
    array_finish(&a);
    assert_bytes(&a, "000000000000000000000017");
    array_init(&a, ARRAY_TEXT);
    array_add_null(&a);
    array_add_text(&a, NULL);
    assert_bytes(&a, "000000000000000000000019"); /* nothing but nulls: nothing */
}

static void test_integers(void **state)
{
    struct array a;

    (void)state;
    array_init(&a, ARRAY_INTEGER);
    array_add_int(&a, 1);
    array_add_null(&a);
    array_add_int(&a, -2);
    assert_bytes(&a, "00000001000000010000001700000003000000010000000400000001ffffffff"
                     "00000004fffffffe");
    array_init(&a, ARRAY_SMALLINT);
    array_add_int(&a, 7);
    assert_bytes(&a, "0000000100000000000000150000000100000001000000020007");
}

/* Neither quotes nor NULL as a word mean anything in binary. */
static void test_texts(void **state)
{
    struct array a;

    (void)state;
    array_init(&a, ARRAY_TEXT);
    array_add_text(&a, "я");
    array_add_text(&a, NULL);
    array_add_text(&a, "");
    assert_bytes(&a, "000000010000000100000019000000030000000100000002d18fffffffff00000000");
    array_init(&a, ARRAY_TEXT);
    array_add_text(&a, "{\"\\");
    assert_bytes(&a, "0000000100000000000000190000000100000001000000037b225c");
}

static void test_times(void **state)
{
    struct array a;

    (void)state;
    array_init(&a, ARRAY_DATE);
    array_add_date(&a, date_of(2020, 9, 25));
    array_add_date(&a, DATE_NONE);
    assert_bytes(&a, "00000001000000010000043a00000002000000010000000400001d95ffffffff");
    array_init(&a, ARRAY_TIME);
    array_add_time(&a, INT64_C(1601028000000001));
    assert_bytes(&a, "0000000100000000000004a00000000100000001000000080002531f25ff4801");
}

static void test_bytes(void **state)
{
    struct uuid id = {{1, 2, 3, 4, 5, 6, 0x77, 8, 0x89, 10, 11, 12, 13, 14, 15, 16}};
    struct array a;

    (void)state;
    array_init(&a, ARRAY_BYTES);
    array_add_bytes(&a, "\0\1", 2);
    assert_bytes(&a, "0000000100000000000000110000000100000001000000020001");
    array_init(&a, ARRAY_UUID);
    array_add_uuid(&a, id);
    assert_bytes(&a, "000000010000000000000b860000000100000001000000100102030405067708890a0b0c"
                     "0d0e0f10");
}

/* numeric_send() of the same value and scale. */
static void test_decimals(void **state)
{
    static const struct {
        const char *text, *hex;
    } cases[] = {
        {"0", "0000000000000000"},
        {"0.00", "0000000000000002"},
        {"1", "00010000000000000001"},
        {"-1", "00010000400000000001"},
        {"10000", "00010001000000000001"},
        {"9999", "0001000000000000270f"},
        {"3580418.00", "0002000100000002016601a2"},
        {"0.000001", "0001fffe000000060064"},
        {"-0.50", "0001ffff400000021388"},
        {"12345.678901", "0004000100000006000109291a850064"},
        {"999999999999999999", "00050004000000000063270f270f270f270f"},
        {"999999999999.999999", "0005000200000006270f270f270f270f26ac"},
        {"-0.0001", "0001ffff400000040001"},
        {"100000000.5", "00040002000000010001000000001388"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char wanted[HEX_MAX];
        struct decimal d;
        struct array a;

        assert_int_equal(decimal_parse(cases[i].text, strlen(cases[i].text), &d, NULL), DECIMAL_OK);
        snprintf(wanted, sizeof wanted, "0000000100000000000006a40000000100000001%08x%s",
                 (unsigned)strlen(cases[i].hex) / 2, cases[i].hex);
        array_init(&a, ARRAY_NUMERIC);
        array_add_decimal(&a, d);
        assert_bytes(&a, wanted);
    }
}

static void test_labels(void **state)
{
    struct pg_call call = {.n_params = 0};
    struct array a;

    (void)state;
    array_init(&a, ARRAY_ENUM);
    assert_true(array_bind(&a, 1, &call, 0));
    assert_string_equal(call.params[0], "{}");
    array_clear(&a);
    array_add_label(&a, "value");
    array_add_null(&a);
    array_add_label(&a, "no_data");
    assert_true(array_bind(&a, 1, &call, 0));
    assert_string_equal(call.params[0], "{value,NULL,no_data}");
    assert_int_equal(call.formats[0], PG_TEXT);
    array_finish(&a);
}

static void test_maximum(void **state)
{
    struct pg_call call = {.n_params = 0};
    struct array a;

    (void)state;
    array_init(&a, ARRAY_INTEGER);
    for (int i = 0; i < ARRAY_MAX_ELEMENTS; i++)
        array_add_int(&a, i);
    assert_false(a.failed);
    array_add_int(&a, 1);
    assert_true(a.failed);
    assert_false(array_bind(&a, 1, &call, 0));
    array_clear(&a);
    array_add_int(&a, 1);
    assert_bytes(&a, "00000001000000000000001700000001000000010000000400000001");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_null_and_empty), cmocka_unit_test(test_integers),
        cmocka_unit_test(test_texts),          cmocka_unit_test(test_times),
        cmocka_unit_test(test_bytes),          cmocka_unit_test(test_decimals),
        cmocka_unit_test(test_labels),         cmocka_unit_test(test_maximum),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
