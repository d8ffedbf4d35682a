/* test_duty: the book is read strictly, and a duty's periods, deadlines and closing days come out of
 * it. */
#include "model/duty.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "sample.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* 4 November 2020 is a holiday; indicators 5 and 7 of schools (and organisation 9) monthly, indicator
 * 7 of everybody's kindergartens once a quarter. */
static const char book_text[] = "workdays\t1\tru\n"
                                "day\t2020-11-04\tf\n"
                                "day\t2021-02-20\tt\n"
                                "duty\t3\tmonthly\t1\t1\t6\t2\t20\t2020-09-01\t\\N\n"
                                "indicator\t5\n"
                                "indicator\t7\n"
                                "kind\tschool\n"
                                "organisation\t9\n"
                                "duty\t4\tquarterly\t1\t3\t10\t\\N\t\\N\t1900-01-01\t2020-12-31\n"
                                "indicator\t7\n"
                                "kind\tkindergarten";

static struct duty_book *book;

static int set_up(void **state)
{
    (void)state;
    book = duty_book_new();
    return !book || !duty_book_read(book, book_text);
}

static int tear_down(void **state)
{
    (void)state;
    duty_book_free(book);
    return 0;
}

static void test_empty(void **state)
{
    struct duty_book *none = duty_book_new();

    (void)state;
    duty_book_free(NULL);
    assert_int_equal(duty_book_count(NULL), 0);
    assert_true(duty_book_read(none, NULL));
    assert_true(duty_book_read(none, ""));
    assert_int_equal(duty_book_count(none), 0);
    assert_int_equal(duty_book_closes(NULL, (struct duty_subject){.indicator = 5}, 2020009),
                     DATE_NONE);
    duty_book_free(none);
}

static void test_concerns(void **state)
{
    static const struct {
        size_t duty;
        struct duty_subject s;
        bool concerns;
    } cases[] = {
        {0, {1, 5, ORGANISATION_SCHOOL}, true},      {0, {1, 7, ORGANISATION_SCHOOL}, true},
        {0, {1, 6, ORGANISATION_SCHOOL}, false},     {0, {1, 5, ORGANISATION_KINDERGARTEN}, false},
        {0, {9, 5, ORGANISATION_DEPARTMENT}, true}, /* named */
        {0, {8, 5, ORGANISATION_DEPARTMENT}, false}, {1, {1, 7, ORGANISATION_KINDERGARTEN}, true},
        {1, {9, 7, ORGANISATION_DEPARTMENT}, false},
    };

    (void)state;
    assert_int_equal(duty_book_count(book), 2);
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(duty_concerns(duty_book_at(book, cases[i].duty), cases[i].s),
                         cases[i].concerns);
}

static void test_periods(void **state)
{
    static const struct {
        int every;
        const char *day;
        period_t period;
    } cases[] = {
        {1, "2020-09-01", 2020009},  {1, "2020-12-31", 2020012}, {1, "2020-02-29", 2020002},
        {3, "2020-09-30", 2020023},  {3, "2020-10-01", 2020024}, {3, "2020-01-31", 2020021},
        {6, "2020-06-30", 2020031},  {6, "2020-07-01", 2020032}, {12, "2020-01-01", 2020000},
        {12, "2999-12-31", 2999000}, {1, "1900-01-01", 1900001},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct duty d = {.every = cases[i].every};

        assert_int_equal(duty_period_of(&d, day(cases[i].day)), cases[i].period);
        assert_true(period_valid(cases[i].period));
        assert_false(period_valid(duty_period_of(&d, day("2999-12-31") + 1)));
    }
}

static void test_days(void **state)
{
    const struct duty *monthly = duty_book_at(book, 0), *quarterly = duty_book_at(book, 1);

    (void)state;
    assert_int_equal(duty_due_on(monthly, 2020009), day("2020-10-08"));
    assert_int_equal(duty_remind_on(monthly, 2020009), day("2020-10-06"));
    assert_int_equal(duty_close_on(monthly, 2020009), day("2020-10-28"));
    assert_int_equal(duty_due_on(monthly, 2020010), day("2020-11-10")); /* the holiday moves it */
    assert_int_equal(duty_due_on(quarterly, 2020023), day("2020-10-14"));
    assert_int_equal(duty_remind_on(quarterly, 2020023), DATE_NONE);
    assert_int_equal(duty_close_on(quarterly, 2020023), DATE_NONE);
    assert_false(duty_owes(monthly, 2020008)); /* ended the day before */
    assert_true(duty_owes(monthly, 2020009));
    assert_true(duty_owes(monthly, 2999012));
    assert_true(duty_owes(quarterly, 1900021));
    assert_true(duty_owes(quarterly, 2020024)); /* ends on the last day */
    assert_false(duty_owes(quarterly, 2021021));
}

/* A figure belongs to the owed period that its own ends in. */
static void test_closes(void **state)
{
    static const struct {
        struct duty_subject s;
        period_t period;
        const char *closes; /* "": never */
    } cases[] = {
        {{1, 5, ORGANISATION_SCHOOL}, 2020009, "2020-10-28"},
        {{1, 5, ORGANISATION_SCHOOL}, 2020039, "2020-10-28"}, /* nine months */
        {{1, 5, ORGANISATION_SCHOOL}, 2020023, "2020-10-28"}, /* the third quarter */
        {{1, 5, ORGANISATION_SCHOOL}, 2020369, "2020-10-28"}, /* 25 September */
        {{1, 5, ORGANISATION_SCHOOL}, 2020000, "2021-01-28"}, /* the year ends with December */
        {{1, 5, ORGANISATION_SCHOOL}, 2020008, ""},
        {{1, 6, ORGANISATION_SCHOOL}, 2020009, ""},
        {{1, 7, ORGANISATION_KINDERGARTEN}, 2020023, ""},
        {{9, 7, ORGANISATION_KINDERGARTEN}, 2020023, "2020-10-28"}, /* the strictest of two */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(duty_book_closes(book, cases[i].s, cases[i].period), day(cases[i].closes));
}

/* Lines after a good beginning, and what is said of them. */
static const struct {
    const char *lines, *says;
} bad[] = {
    {"duties\t1", "unknown kind"},
    {"", "unknown kind"},
    {"workdays\t1", "expected 2 fields, found 1"},
    {"workdays\tone\tru", "field 1 (id): expected a whole number"},
    {"day\t2020-11-04\tf", "calendar has to come before"},
    {"workdays\t1\tru\nday\t2020-11-04\tno", "field 2 (working)"},
    {"workdays\t1\tru\nday\t2020-11-04\tf\nday\t2020-11-04\tt", "in order"},
    {"duty\t3\tm\t1\t1\t6\t2\t20\t2020-01-01\t\\N", "calendar has to come before"},
    {"indicator\t5", "'duty' has to come before"},
    {"kind\tschool", "'duty' has to come before"},
    {"organisation\t5", "'duty' has to come before"},
    {"workdays\t1\tru\nduty\t3\tm\t2\t1\t6\t2\t20\t2020-01-01\t\\N", "calendar has to come before"},
    {"workdays\t1\tru\nduty\t3\tm\t1\t2\t6\t2\t20\t2020-01-01\t\\N", "do not fit together"},
    {"workdays\t1\tru\nduty\t3\tm\t1\t1\t0\t\\N\t\\N\t2020-01-01\t\\N", "do not fit together"},
    {"workdays\t1\tru\nduty\t3\tm\t1\t1\t251\t\\N\t\\N\t2020-01-01\t\\N", "do not fit together"},
    {"workdays\t1\tru\nduty\t3\tm\t1\t1\t6\t6\t\\N\t2020-01-01\t\\N", "do not fit together"},
    {"workdays\t1\tru\nduty\t3\tm\t1\t1\t6\t\\N\t6\t2020-01-01\t\\N", "do not fit together"},
    {"workdays\t1\tru\nduty\t3\tm\t1\t1\t6\t\\N\t\\N\t2020-01-01\t\\N\nkind\tcastle",
     "kind of organisation"},
    {"workdays\t1\tru\nduty\t3\tm\t1\t1\t6\t\\N\t\\N\t2020-01-01\t\\N\nindicator\t5\nindicator\t5",
     "in order"},
};

static void test_bad_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct duty_book *b = duty_book_new();
        const char *at = bad[i].lines;
        bool good = *at != '\0' ? duty_book_read(b, at) : duty_book_line(b, at, 0);

        assert_false(good);
        assert_non_null(strstr(duty_book_error(b), bad[i].says));
        duty_book_free(b);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_empty), TEST(test_concerns), TEST(test_periods),
        TEST(test_days),  TEST(test_closes),   TEST(test_bad_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
