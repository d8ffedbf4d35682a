/* test_str: the maximum is kept to the byte, and a failure is remembered. */
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void test_empty(void **state)
{
    struct str s;

    (void)state;
    str_finish(NULL);
    str_init(&s, 10);
    assert_string_equal(str_text(&s), "");
    assert_null(str_take(&s));
    str_clear(&s);
    str_append(&s, NULL, 0);
    str_add(&s, "");
    str_addf(&s, "%s", "");
    assert_string_equal(str_text(&s), "");
    assert_false(s.failed);
    assert_null(str_take(&s));
    str_finish(&s);
    str_finish(&s);
}

static void test_appends(void **state)
{
    struct str s;

    (void)state;
    str_init(&s, 100);
    str_add(&s, "план");
    str_append(&s, ": 200!", 5);
    str_addf(&s, ", факт: %d", 165);
    assert_string_equal(str_text(&s), "план: 200, факт: 165");
    assert_int_equal(s.len, strlen("план: 200, факт: 165"));
    str_clear(&s);
    assert_string_equal(str_text(&s), "");
    str_append(&s, "a\0b", 3);
    assert_int_equal(s.len, 3);
    assert_memory_equal(str_text(&s), "a\0b", 4);
    str_finish(&s);
}

static void test_maximum(void **state)
{
    struct str s;

    (void)state;
    str_init(&s, 5);
    str_add(&s, "12345");
    assert_false(s.failed);
    str_add(&s, "");
    assert_false(s.failed);
    str_add(&s, "6");
    assert_true(s.failed);
    assert_string_equal(str_text(&s), "12345");
    assert_null(str_take(&s));
    assert_false(s.failed);
    str_finish(&s);
}

/* A later piece that would fit must not follow a piece that was left out. */
static void test_failure_sticks(void **state)
{
    struct str s;

    (void)state;
    str_init(&s, 5);
    str_add(&s, "123");
    str_addf(&s, "%s", "456");
    assert_true(s.failed);
    str_add(&s, "4");
    str_addf(&s, "%d", 4);
    assert_string_equal(str_text(&s), "123");
    str_clear(&s);
    assert_false(s.failed);
    str_add(&s, "45");
    assert_string_equal(str_text(&s), "45");
    str_finish(&s);
}

static void test_no_room_at_all(void **state)
{
    struct str s;

    (void)state;
    str_init(&s, 0);
    str_add(&s, "");
    assert_false(s.failed);
    str_add(&s, "1");
    assert_true(s.failed);
    str_finish(&s);

    str_init(&s, SIZE_MAX);
    str_append(&s, "1", SIZE_MAX);
    assert_true(s.failed);
    str_finish(&s);
}

static void test_growth(void **state)
{
    enum { TIMES = 10000 };
    struct str s;

    (void)state;
    str_init(&s, 3 * TIMES);
    for (int i = 0; i < TIMES; i++)
        str_addf(&s, "%03d", i % 1000);
    assert_false(s.failed);
    assert_int_equal(s.len, 3 * TIMES);
    for (int i = 0; i < TIMES; i++)
        assert_int_equal(atol((char[]){s.text[3 * i], s.text[3 * i + 1], s.text[3 * i + 2], 0}),
                         i % 1000);
    str_finish(&s);
}

/* Every length has room for its NUL, those at which memory grows too. */
static void test_growth_by_one(void **state)
{
    struct str s;

    (void)state;
    str_init(&s, 1000);
    for (size_t len = 1; len <= 1000; len++) {
        str_append(&s, "x", 1);
        assert_int_equal(strlen(str_text(&s)), len);
        assert_true(s.room > len);
    }
    str_finish(&s);
}

static void test_take(void **state)
{
    struct str s;
    char *text;

    (void)state;
    str_init(&s, 10);
    str_add(&s, "12345");
    text = str_take(&s);
    assert_string_equal(text, "12345");
    free(text);
    str_add(&s, "1234567890"); /* the maximum outlives the taking */
    assert_string_equal(str_text(&s), "1234567890");
    str_add(&s, "1");
    assert_true(s.failed);
    str_finish(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),          cmocka_unit_test(test_appends),
        cmocka_unit_test(test_maximum),        cmocka_unit_test(test_failure_sticks),
        cmocka_unit_test(test_no_room_at_all), cmocka_unit_test(test_growth),
        cmocka_unit_test(test_growth_by_one),  cmocka_unit_test(test_take),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
