/* test_period: every period there is, and every way to write one. */
#include "base/period.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct {
    const char *text;
    period_t period;
    enum period_kind kind;
    const char *canonical, *first, *last;
} good[] = {
    {"2020", 2020000, PERIOD_YEAR, "2020", "2020-01-01", "2020-12-31"},
    {"2020-01", 2020001, PERIOD_MONTH, "2020-01", "2020-01-01", "2020-01-31"},
    {"2020-02", 2020002, PERIOD_MONTH, "2020-02", "2020-02-01", "2020-02-29"},
    {"2021-02", 2021002, PERIOD_MONTH, "2021-02", "2021-02-01", "2021-02-28"},
    {"2020-09", 2020009, PERIOD_MONTH, "2020-09", "2020-09-01", "2020-09-30"},
    {"202009", 2020009, PERIOD_MONTH, "2020-09", "2020-09-01", "2020-09-30"},
    {"09.2020", 2020009, PERIOD_MONTH, "2020-09", "2020-09-01", "2020-09-30"},
    {"2020-12", 2020012, PERIOD_MONTH, "2020-12", "2020-12-01", "2020-12-31"},
    {"2020-Q1", 2020021, PERIOD_QUARTER, "2020-Q1", "2020-01-01", "2020-03-31"},
    {"2020-Q3", 2020023, PERIOD_QUARTER, "2020-Q3", "2020-07-01", "2020-09-30"},
    {"2020Q3", 2020023, PERIOD_QUARTER, "2020-Q3", "2020-07-01", "2020-09-30"},
    {"2020-Q4", 2020024, PERIOD_QUARTER, "2020-Q4", "2020-10-01", "2020-12-31"},
    {"2020-H1", 2020031, PERIOD_HALF, "2020-H1", "2020-01-01", "2020-06-30"},
    {"2020-H2", 2020032, PERIOD_HALF, "2020-H2", "2020-07-01", "2020-12-31"},
    {"2020-9M", 2020039, PERIOD_NINE_MONTHS, "2020-9M", "2020-01-01", "2020-09-30"},
    {"2020-01-01", 2020101, PERIOD_DAY, "2020-01-01", "2020-01-01", "2020-01-01"},
    {"2020-02-29", 2020160, PERIOD_DAY, "2020-02-29", "2020-02-29", "2020-02-29"},
    {"2020-09-25", 2020369, PERIOD_DAY, "2020-09-25", "2020-09-25", "2020-09-25"},
    {"25.09.2020", 2020369, PERIOD_DAY, "2020-09-25", "2020-09-25", "2020-09-25"},
    {"2020-12-31", 2020466, PERIOD_DAY, "2020-12-31", "2020-12-31", "2020-12-31"},
    {"2021-12-31", 2021465, PERIOD_DAY, "2021-12-31", "2021-12-31", "2021-12-31"},
    {"1900", 1900000, PERIOD_YEAR, "1900", "1900-01-01", "1900-12-31"},
    {"2999-12", 2999012, PERIOD_MONTH, "2999-12", "2999-12-01", "2999-12-31"},
};

static void test_good(void **state)
{
    char buf[PERIOD_TEXT_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        period_t p = PERIOD_NONE;

        print_message("\"%s\"\n", good[i].text);
        assert_true(period_parse(good[i].text, strlen(good[i].text), &p));
        assert_int_equal(p, good[i].period);
        assert_true(period_valid(p));
        assert_int_equal(period_kind(p), good[i].kind);
        assert_int_equal(period_year(p), good[i].period / 1000);
        assert_string_equal(period_format(p, buf), good[i].canonical);
        assert_string_equal(date_format_iso(period_first_day(p), buf), good[i].first);
        assert_string_equal(date_format_iso(period_last_day(p), buf), good[i].last);
    }
}

static const char *const not_periods[] = {
    "",        "202",        "20200",      "2020-",      "2020-0",     "2020-00",    "2020-13",
    "202000",  "202013",     "00.2020",    "13.2020",    "2020-Q0",    "2020-Q5",    "2020Q5",
    "2020-q3", "2020-H0",    "2020-H3",    "2020-8M",    "2020-9m",    "2020-9",     "2020 ",
    " 2020",   "1899",       "3000",       "0000",       "2020-02-30", "2019-02-29", "29.02.2019",
    "2020-Q",  "2020-09-00", "2020-09-31", "2020-00-01", "2020-13-01", "31.09.2020", "00.09.2020",
    "yyyy",    "nn.yyyy",    "-020",       "+2020",      "2020-Qn",
};

static void test_bad(void **state)
{
    period_t p = 7;

    (void)state;
    for (size_t i = 0; i < COUNT(not_periods); i++) {
        print_message("\"%s\"\n", not_periods[i]);
        assert_false(period_parse(not_periods[i], strlen(not_periods[i]), &p));
        assert_int_equal(p, 7);
    }
    assert_false(period_parse("2020\0", 5, &p));
    assert_true(period_parse("2020-09", 4, &p));
    assert_int_equal(p, 2020000);
}

static void test_invalid(void **state)
{
    static const period_t invalid[] = {
        PERIOD_NONE, -1,      INT32_MIN, INT32_MAX, 2020013, 2020020, 2020025, 2020030, 2020033,
        2020038,     2020040, 2020100,   2020467,   2021466, 2020999, 1899000, 3000000, -2020009,
    };
    char buf[PERIOD_TEXT_MAX] = "x";

    (void)state;
    for (size_t i = 0; i < COUNT(invalid); i++) {
        assert_false(period_valid(invalid[i]));
        assert_string_equal(period_format(invalid[i], buf), "");
    }
}

static void test_words(void **state)
{
    static const struct {
        period_t period;
        const char *en, *ru;
    } cases[] = {
        {2020005, "May 2020", "май 2020"},
        {2020024, "quarter IV of 2020", "IV квартал 2020"},
        {2020031, "half I of 2020", "I полугодие 2020"},
        {2020039, "nine months of 2020", "9 месяцев 2020"},
        {2020000, "the year 2020", "2020 год"},
        {2020369, "2020-09-25", "25.09.2020"},
        {2020013, "", ""},
    };
    char buf[PERIOD_WORDS_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(period_words(cases[i].period, LANG_EN, buf), cases[i].en);
        assert_string_equal(period_words(cases[i].period, LANG_RU, buf), cases[i].ru);
    }
}

/* How many periods of each kind a year has. */
static int expected_count(enum period_kind kind, int year)
{
    static const int counts[] = {[PERIOD_DAY] = 365, [PERIOD_MONTH] = 12,      [PERIOD_QUARTER] = 4,
                                 [PERIOD_HALF] = 2,  [PERIOD_NINE_MONTHS] = 1, [PERIOD_YEAR] = 1};

    return counts[kind] + (kind == PERIOD_DAY && date_days_in_month(year, 2) == 29 ? 1 : 0);
}

/* Within a kind, each period begins where the one before it ended. */
static void check_year(int year)
{
    int counts[PERIOD_YEAR + 1] = {0};
    date_t next[PERIOD_YEAR + 1];
    char buf[PERIOD_TEXT_MAX];
    period_t back;

    for (int kind = PERIOD_DAY; kind <= PERIOD_YEAR; kind++)
        next[kind] = date_of(year, 1, 1);
    for (period_t p = year * 1000; p < (year + 1) * 1000; p++) {
        if (!period_valid(p))
            continue;
        assert_int_equal(period_year(p), year);
        assert_int_equal(period_first_day(p), next[period_kind(p)]);
        assert_true(period_last_day(p) >= period_first_day(p));
        period_format(p, buf);
        assert_true(period_parse(buf, strlen(buf), &back) && back == p);
        next[period_kind(p)] = period_last_day(p) + 1;
        counts[period_kind(p)]++;
    }
    for (int kind = PERIOD_DAY; kind <= PERIOD_YEAR; kind++) {
        assert_int_equal(counts[kind], expected_count((enum period_kind)kind, year));
        if (kind != PERIOD_NINE_MONTHS)
            assert_int_equal(next[kind], date_of(year, 12, 31) + 1);
    }
}

static void test_every_period(void **state)
{
    (void)state;
    for (int year = DATE_MIN_YEAR; year <= DATE_MAX_YEAR; year++)
        check_year(year);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),         cmocka_unit_test(test_bad),
        cmocka_unit_test(test_invalid),      cmocka_unit_test(test_words),
        cmocka_unit_test(test_every_period),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
