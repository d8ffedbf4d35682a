/* test_date: every day from 1900 to 2999 against the C library, and the month counts plans rest on.
 */
#include "base/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct {
    int year, month, day;
    bool valid;
} days[] = {
    {2020, 2, 29, true},  {2019, 2, 29, false}, {2000, 2, 29, true},  {1900, 2, 29, false},
    {2100, 2, 29, false}, {2400, 2, 29, true},  {2020, 2, 30, false}, {2020, 4, 31, false},
    {2020, 12, 31, true}, {2020, 0, 1, false},  {2020, 13, 1, false}, {2020, 1, 0, false},
    {2020, 1, 32, false}, {2020, -1, 1, false}, {1900, 1, 1, true},   {1899, 12, 31, false},
    {2999, 12, 31, true}, {3000, 1, 1, false},
};

static void test_valid(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(days); i++)
        assert_int_equal(date_valid(days[i].year, days[i].month, days[i].day), days[i].valid);
    assert_int_equal(date_days_in_month(2020, 2), 29);
    assert_int_equal(date_days_in_month(2021, 2), 28);
    assert_int_equal(date_days_in_month(2020, 9), 30);
    assert_int_equal(date_days_in_month(2020, 12), 31);
}

static void assert_civil_matches_libc(date_t d)
{
    time_t t = (time_t)d * 24 * 60 * 60;
    struct civil c = date_civil(d);
    struct tm tm;

    assert_non_null(gmtime_r(&t, &tm));
    assert_int_equal(c.year, tm.tm_year + 1900);
    assert_int_equal(c.month, tm.tm_mon + 1);
    assert_int_equal(c.day, tm.tm_mday);
}

static void test_every_day(void **state)
{
    char buf[DATE_TEXT_MAX];
    date_t back;

    (void)state;
    assert_int_equal(date_of(1970, 1, 1), 0);
    for (date_t d = date_of(DATE_MIN_YEAR, 1, 1); d <= date_of(DATE_MAX_YEAR, 12, 31); d++) {
        struct civil c = date_civil(d);

        assert_civil_matches_libc(d);
        assert_true(date_valid(c.year, c.month, c.day));
        assert_int_equal(date_of(c.year, c.month, c.day), d);
        date_format_iso(d, buf);
        assert_true(date_parse(buf, strlen(buf), &back) && back == d);
        date_format(d, LANG_RU, buf);
        assert_true(date_parse(buf, strlen(buf), &back) && back == d);
    }
}

static const char *const not_dates[] = {
    "",           "2020-09-2",  "2020-09-255", "2020-9-25",   "2020/09/25", "2020-02-30",
    "2019-02-29", "29.02.2019", "00.01.2020",  "01.00.2020",  "25.09.20",   "5.09.2020",
    "25-09-2020", "2020.09.25", "2020-09.25",  " 2020-09-25", "2020-09-2 ", "+020-09-25",
    "2020-+9-25", "3000-01-01", "1899-12-31",  "20200925",    "abcd-ef-gh",
};

static void test_parse(void **state)
{
    date_t d = 7;

    (void)state;
    for (size_t i = 0; i < COUNT(not_dates); i++) {
        assert_false(date_parse(not_dates[i], strlen(not_dates[i]), &d));
        assert_int_equal(d, 7);
    }
    assert_true(date_parse("2020-09-25T10", 10, &d));
    assert_int_equal(d, date_of(2020, 9, 25));
    assert_false(date_parse("2020-09-25", 9, &d));
}

static void test_format(void **state)
{
    char buf[DATE_TEXT_MAX];
    const date_t outside[] = {DATE_NONE, INT32_MAX, date_of(DATE_MIN_YEAR, 1, 1) - 1,
                              date_of(DATE_MAX_YEAR, 12, 31) + 1};

    (void)state;
    assert_string_equal(date_format_iso(date_of(2020, 9, 5), buf), "2020-09-05");
    assert_string_equal(date_format(date_of(2020, 9, 5), LANG_RU, buf), "05.09.2020");
    assert_string_equal(date_format(date_of(2020, 9, 5), LANG_EN, buf), "2020-09-05");
    for (size_t i = 0; i < COUNT(outside); i++) {
        assert_string_equal(date_format_iso(outside[i], buf), "");
        assert_string_equal(date_format(outside[i], LANG_RU, buf), "");
    }
}

static const struct {
    int from[3], to[3];
    int num, den;
} spans[] = {
    {{2019, 12, 31}, {2020, 9, 30}, 9, 1},   {{2019, 12, 31}, {2020, 12, 31}, 12, 1},
    {{2020, 1, 31}, {2020, 2, 29}, 1, 1},    {{2020, 2, 29}, {2020, 3, 31}, 1, 1},
    {{2020, 9, 30}, {2020, 10, 1}, 1, 31},   {{2020, 8, 31}, {2020, 9, 15}, 1, 2},
    {{2020, 1, 31}, {2020, 2, 1}, 1, 29},    {{2021, 1, 31}, {2021, 2, 1}, 1, 28},
    {{2020, 9, 30}, {2020, 9, 30}, 0, 1},    {{2020, 9, 30}, {2020, 6, 30}, -3, 1},
    {{2018, 12, 31}, {2024, 12, 31}, 72, 1},
};

static void test_month_count(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(spans); i++) {
        const int *from = spans[i].from, *to = spans[i].to;
        struct ratio months = ratio_sub(date_month_count(date_of(to[0], to[1], to[2])),
                                        date_month_count(date_of(from[0], from[1], from[2])));

        assert_true(months.num == spans[i].num);
        assert_true(months.den == spans[i].den);
    }
}

/* A day is worth one part of its month, so all days of a month make exactly one. */
static void test_month_count_steps(void **state)
{
    (void)state;
    for (date_t d = date_of(2019, 12, 31); d < date_of(2025, 1, 1); d++) {
        struct civil c = date_civil(d + 1);
        struct ratio step = ratio_sub(date_month_count(d + 1), date_month_count(d));

        assert_true(step.num == 1);
        assert_true(step.den == date_days_in_month(c.year, c.month));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_valid),       cmocka_unit_test(test_every_day),
        cmocka_unit_test(test_parse),       cmocka_unit_test(test_format),
        cmocka_unit_test(test_month_count), cmocka_unit_test(test_month_count_steps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
