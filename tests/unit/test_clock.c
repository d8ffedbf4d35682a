/* test_clock: RFC 3339 both ways, days in a time zone, and a clock told to live in another year. */
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "seeded.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define SECOND INT64_C(1000000)
#define HOUR   (3600 * SECOND)

static int64_t moment(int year, int month, int day, int hour)
{
    return ((int64_t)date_of(year, month, day) * 24 + hour) * HOUR;
}

static const struct {
    const char *text, *canonical;
} good[] = {
    {"2020-09-25T10:00:00Z", "2020-09-25T10:00:00Z"},
    {"2020-09-25t10:00:00z", "2020-09-25T10:00:00Z"},
    {"2020-09-25 10:00:00Z", "2020-09-25T10:00:00Z"},
    {"2020-09-25T10:00:00+07:00", "2020-09-25T03:00:00Z"},
    {"2020-09-25T03:00:00+07:00", "2020-09-24T20:00:00Z"},
    {"2020-09-25T23:30:00-03:30", "2020-09-26T03:00:00Z"},
    {"2020-09-25T10:00:00-00:00", "2020-09-25T10:00:00Z"},
    {"2020-09-25T10:00:00.5Z", "2020-09-25T10:00:00.5Z"},
    {"2020-09-25T10:00:00.000001Z", "2020-09-25T10:00:00.000001Z"},
    {"2020-09-25T10:00:00.250000Z", "2020-09-25T10:00:00.25Z"},
    {"2020-09-25T10:00:00.123456789Z", "2020-09-25T10:00:00.123456Z"},
    {"2020-09-25T10:00:00.000Z", "2020-09-25T10:00:00Z"},
    {"2020-02-29T23:59:59Z", "2020-02-29T23:59:59Z"},
    {"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
    {"1900-01-01T00:00:00Z", "1900-01-01T00:00:00Z"},
    {"2999-12-31T23:59:59.999999Z", "2999-12-31T23:59:59.999999Z"},
};

static void test_parse_good(void **state)
{
    char buf[CLOCK_TEXT_MAX];
    int64_t us;

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        print_message("%s\n", good[i].text);
        assert_true(clock_parse(good[i].text, strlen(good[i].text), &us));
        assert_string_equal(clock_format(us, buf), good[i].canonical);
    }
    assert_true(clock_parse("1970-01-01T00:00:00.000001Z", 27, &us));
    assert_int_equal(us, 1);
    assert_true(clock_parse("1969-12-31T23:59:59.999999Z", 27, &us));
    assert_int_equal(us, -1);
}

static const char *const not_times[] = {
    "",
    "2020-09-25",
    "2020-09-25T",
    "2020-09-25T10:00Z",
    "2020-09-25T10:00:00",
    "2020-09-25T10:00:00 Z",
    "2020-09-25T10:00:00Zx",
    "2020-09-25T24:00:00Z",
    "2020-09-25T10:60:00Z",
    "2020-09-25T23:59:60Z",
    "2020-09-25T1:00:00Z",
    "2020-09-25T10:00:00.Z",
    "2020-09-25T10:00:00,5Z",
    "2020-09-25T10:00:00+07",
    "2020-09-25T10:00:00+0700",
    "2020-09-25T10:00:00+24:00",
    "2020-09-25T10:00:00+07:60",
    "2020-09-31T10:00:00Z",
    "25.09.2020T10:00:00Z",
    "2020-09-25_10:00:00Z",
    "2020-09-25T-1:00:00Z",
    "1900-01-01T00:00:00+00:01",
    "2999-12-31T23:59:59-00:01",
    "now",
};

static void test_parse_bad(void **state)
{
    int64_t us = 7;

    (void)state;
    for (size_t i = 0; i < COUNT(not_times); i++) {
        print_message("%s\n", not_times[i]);
        assert_false(clock_parse(not_times[i], strlen(not_times[i]), &us));
        assert_int_equal(us, 7);
    }
    assert_false(clock_parse("2020-09-25T10:00:00Z", 19, &us));
    assert_false(clock_parse("2020-09-25T10:00:00Z\0", 21, &us));
    assert_false(clock_parse("2020-09-25\0"
                             "10:00:00Z",
                             20, &us));
    assert_false(clock_parse("2020-09-25\0T10:00:00Z", 21, &us));
}

static void test_format_limits(void **state)
{
    char buf[CLOCK_TEXT_MAX] = "x";

    (void)state;
    assert_string_equal(clock_format(INT64_MIN, buf), "");
    assert_string_equal(clock_format(INT64_MAX, buf), "");
    assert_string_equal(clock_format(moment(1900, 1, 1, 0) - 1, buf), "");
    assert_string_equal(clock_format(moment(2999, 12, 31, 24), buf), "");
    assert_string_equal(clock_format(0, buf), "1970-01-01T00:00:00Z");
}

static void test_format_reads_back(void **state)
{
    int64_t first = moment(1900, 1, 1, 0), last = moment(2999, 12, 31, 24) - 1, back;
    uint64_t seed = 19700101;
    char buf[CLOCK_TEXT_MAX];

    (void)state;
    for (int i = 0; i < 100000; i++) {
        int64_t us = first + (int64_t)seeded_below(&seed, (uint64_t)(last - first) + 1);

        us -= i % 2 == 0 ? us % SECOND : 0; /* half of them whole seconds */
        clock_format(us, buf);
        assert_true(clock_parse(buf, strlen(buf), &back));
        assert_int_equal(back, us);
    }
}

static void test_day(void **state)
{
    (void)state;
    assert_int_equal(clock_day(0, 0), 0);
    assert_int_equal(clock_day(-1, 0), -1);
    assert_int_equal(clock_day(moment(2020, 9, 30, 16), 7 * 3600), date_of(2020, 9, 30));
    assert_int_equal(clock_day(moment(2020, 9, 30, 17) - 1, 7 * 3600), date_of(2020, 9, 30));
    assert_int_equal(clock_day(moment(2020, 9, 30, 17), 7 * 3600), date_of(2020, 10, 1));
    assert_int_equal(clock_day(moment(2020, 10, 1, 2), -3 * 3600), date_of(2020, 9, 30));
}

static void test_system_clock(void **state)
{
    int64_t before = (int64_t)time(NULL) * SECOND - SECOND;
    int64_t now = clock_now_us();

    (void)state;
    assert_false(clock_is_replayed());
    assert_true(now >= before && now <= before + 60 * SECOND);
}

/* Comes after test_system_clock: a clock once started elsewhere does not come back. */
static void test_start_at(void **state)
{
    int64_t now;

    (void)state;
    assert_false(clock_start_at("yesterday"));
    assert_false(clock_start_at(""));
    assert_false(clock_is_replayed());

    assert_true(clock_start_at("2020-09-25T10:00:00+07:00"));
    assert_true(clock_is_replayed());
    now = clock_now_us();
    assert_in_range(now, moment(2020, 9, 25, 3), moment(2020, 9, 25, 3) + 60 * SECOND);

    assert_true(clock_start_at("2021-01-15"));
    now = clock_now_us();
    assert_in_range(now, moment(2021, 1, 15, 12), moment(2021, 1, 15, 12) + 60 * SECOND);
    while (clock_now_us() == now)
        ; /* it runs on */
    assert_true(clock_now_us() > now);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse_good),    cmocka_unit_test(test_parse_bad),
        cmocka_unit_test(test_format_limits), cmocka_unit_test(test_format_reads_back),
        cmocka_unit_test(test_day),           cmocka_unit_test(test_system_clock),
        cmocka_unit_test(test_start_at),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
