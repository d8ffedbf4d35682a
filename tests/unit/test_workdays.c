/* test_workdays: the n-th working day over weekends, holidays, working Saturdays, leap days and the
 * turn of the year; without data only the week counts. */
#include "model/workdays.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "sample.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* The turn of 2020 and May 2021 of the Russian calendar. */
static const struct {
    const char *day;
    bool working;
} data[] = {
    {"2020-11-04", false}, {"2021-01-01", false}, {"2021-01-04", false}, {"2021-01-05", false},
    {"2021-01-06", false}, {"2021-01-07", false}, {"2021-01-08", false}, {"2021-02-20", true},
    {"2021-02-22", false}, {"2021-02-23", false},
};

static struct workdays w;

static int set_up(void **state)
{
    (void)state;
    w = (struct workdays){.id = 1};
    for (size_t i = 0; i < COUNT(data); i++)
        if (!workdays_add(&w, (struct workday){day(data[i].day), data[i].working}))
            return 1;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    workdays_finish(&w);
    return 0;
}

static void test_working(void **state)
{
    static const struct {
        const char *day;
        bool working;
    } cases[] = {
        {"2020-11-03", true},  {"2020-11-04", false}, /* a Wednesday */
        {"2020-11-07", false}, {"2020-11-08", false}, {"2020-11-09", true},
        {"2021-02-20", true}, /* a Saturday */
        {"2021-02-21", false}, {"2021-02-22", false}, {"2021-02-24", true},
        {"2024-02-29", true}, /* without data */
        {"1970-01-01", true},  {"1970-01-03", false}, {"1969-12-31", true},
        {"1969-12-28", false}, {"1900-01-01", true},  {"1900-01-06", false},
        {"2999-12-31", true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(workdays_is_working(&w, day(cases[i].day)), cases[i].working);
}

static void test_after(void **state)
{
    static const struct {
        const char *from;
        int n;
        const char *to;
    } cases[] = {
        {"2020-09-30", 1, "2020-10-01"},
        {"2020-09-30", 2, "2020-10-02"},
        {"2020-09-30", 3, "2020-10-05"}, /* over a weekend */
        {"2020-09-30", 6, "2020-10-08"},
        {"2020-10-31", 1, "2020-11-02"},
        {"2020-10-31", 6, "2020-11-10"}, /* over 4 November */
        {"2020-12-31", 1, "2021-01-11"}, /* over the holidays of January */
        {"2020-12-31", 6, "2021-01-18"},
        {"2021-02-19", 1, "2021-02-20"},
        {"2021-02-19", 2, "2021-02-24"},
        {"2024-02-28", 1, "2024-02-29"},
        {"2024-02-28", 2, "2024-03-01"},
        {"2023-12-31", 1, "2024-01-01"}, /* no data of that year */
        {"2020-12-31", 250, "2021-12-27"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(workdays_after(&w, day(cases[i].from), cases[i].n), day(cases[i].to));
}

static void test_week_only(void **state)
{
    struct workdays none = {.n = 0};

    (void)state;
    assert_int_equal(workdays_after(&none, day("2020-12-31"), 1), day("2021-01-01"));
    assert_int_equal(workdays_after(&none, day("2020-12-31"), 6), day("2021-01-08"));
    workdays_finish(&none);
}

static void test_order(void **state)
{
    (void)state;
    assert_false(workdays_add(&w, (struct workday){day("2021-02-23"), true}));
    assert_false(workdays_add(&w, (struct workday){day("2020-01-01"), true}));
    assert_int_equal(w.n, COUNT(data));
    while (w.n < WORKDAYS_MAX_DAYS)
        assert_true(workdays_add(&w, (struct workday){w.days[w.n - 1].day + 1, false}));
    assert_false(workdays_add(&w, (struct workday){w.days[w.n - 1].day + 1, false}));
    assert_true(workdays_after(&w, day("2021-03-01"), 1) > w.days[w.n - 1].day);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_working),
        TEST(test_after),
        TEST(test_week_only),
        TEST(test_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
