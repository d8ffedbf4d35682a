/* test_freshness: which report is missing on which day, edge by edge. */
#include "model/freshness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "model/field.h"
#include "sample.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { INDICATOR = 5 };

/* Duties on the indicator of schools; the sixth working day, a reminder two before it, closed from
 * the twentieth on. */
#define BOOK(every, starts, ends)                                                                  \
    "workdays\t1\tru\nday\t2020-11-04\tf\nday\t2020-12-31\tf\nday\t2021-01-01\tf\n"                \
    "day\t2021-01-04\tf\nday\t2021-01-05\tf\nday\t2021-01-06\tf\nday\t2021-01-07\tf\n"             \
    "day\t2021-01-08\tf\nduty\t3\td\t1\t" every "\t6\t2\t20\t" starts "\t" ends                    \
    "\nindicator\t5\nkind\tschool"

#define MONTHLY   BOOK("1", "2020-09-01", "\\N")
#define QUARTERLY BOOK("3", "2020-07-01", "\\N")
#define HALF      BOOK("6", "2020-01-01", "\\N")
#define YEARLY    BOOK("12", "2020-01-01", "\\N")
#define ENDED     BOOK("1", "2020-09-01", "2020-10-31")

struct expected {
    enum freshness_state state;
    const char *period, *due, *changes; /* "" : none */
    int late;
};

static const struct {
    const char *name, *book, *opened, *closed, *today;
    enum indicator_kind kind;
    enum counting counting;
    const char *given; /* "2020-09 2020-9M@2020-09-25 2020-10=no_data": period, as of, state */
    struct expected expected;
} cases[] = {
#define YTD    KIND_FLOW, COUNTING_YEAR_TO_DATE
#define PER    KIND_FLOW, COUNTING_PER_PERIOD
#define LEVEL  KIND_LEVEL, COUNTING_YEAR_TO_DATE
#define ALWAYS NULL, NULL
#define NONE   FRESHNESS_NONE
#define IN     FRESHNESS_REPORTED
#define DUE    FRESHNESS_DUE
#define LATE   FRESHNESS_OVERDUE
#define SILENT FRESHNESS_SILENT
    /* nothing due: never overdue */
    {"before the duty", MONTHLY, ALWAYS, "2020-08-31", YTD, "", {NONE, "", "", "2020-10-01", 0}},
    {"the first period runs",
     MONTHLY,
     ALWAYS,
     "2020-09-30",
     YTD,
     "",
     {NONE, "", "", "2020-10-01", 0}},
    /* one month */
    {"over since today",
     MONTHLY,
     ALWAYS,
     "2020-10-01",
     YTD,
     "",
     {DUE, "2020-09", "2020-10-08", "2020-10-06", 0}},
    {"the day of the reminder",
     MONTHLY,
     ALWAYS,
     "2020-10-06",
     YTD,
     "",
     {DUE, "2020-09", "2020-10-08", "2020-10-09", 0}},
    {"the deadline",
     MONTHLY,
     ALWAYS,
     "2020-10-08",
     YTD,
     "",
     {DUE, "2020-09", "2020-10-08", "2020-10-09", 0}},
    {"the day after",
     MONTHLY,
     ALWAYS,
     "2020-10-09",
     YTD,
     "",
     {LATE, "2020-09", "2020-10-08", "2020-11-09", 1}},
    {"one step after",
     MONTHLY,
     ALWAYS,
     "2020-11-08",
     YTD,
     "",
     {LATE, "2020-09", "2020-10-08", "2020-11-09", 31}},
    {"more than a step",
     MONTHLY,
     ALWAYS,
     "2020-11-09",
     YTD,
     "",
     {SILENT, "2020-09", "2020-10-08", "", 32}},
    {"years after",
     MONTHLY,
     ALWAYS,
     "2024-02-29",
     YTD,
     "",
     {SILENT, "2020-09", "2020-10-08", "", 1239}},
    {"a holiday moves the deadline",
     MONTHLY,
     ALWAYS,
     "2020-11-10",
     YTD,
     "2020-09",
     {DUE, "2020-10", "2020-11-10", "2020-11-11", 0}},
    {"the turn of the year",
     MONTHLY,
     ALWAYS,
     "2021-01-18",
     YTD,
     "2020-11",
     {DUE, "2020-12", "2021-01-18", "2021-01-19", 0}},
    /* answers */
    {"reported",
     MONTHLY,
     ALWAYS,
     "2020-10-05",
     YTD,
     "2020-09",
     {IN, "2020-09", "", "2020-11-01", 0}},
    {"reported by nine months",
     MONTHLY,
     ALWAYS,
     "2020-10-05",
     YTD,
     "2020-9M",
     {IN, "2020-09", "", "2020-11-01", 0}},
    {"reported before the month was over",
     MONTHLY,
     ALWAYS,
     "2020-10-05",
     YTD,
     "2020-9M@2020-09-25",
     {IN, "2020-09", "", "2020-11-01", 0}},
    {"as of August",
     MONTHLY,
     ALWAYS,
     "2020-10-05",
     YTD,
     "2020-9M@2020-08-31",
     {DUE, "2020-09", "2020-10-08", "2020-10-06", 0}},
    {"the year as of August",
     MONTHLY,
     ALWAYS,
     "2020-10-05",
     YTD,
     "2020@2020-08-31",
     {DUE, "2020-09", "2020-10-08", "2020-10-06", 0}},
    {"the year as of the last day",
     MONTHLY,
     ALWAYS,
     "2020-10-05",
     YTD,
     "2020@2020-09-30",
     {IN, "2020-09", "", "2020-11-01", 0}},
    {"a later day",
     MONTHLY,
     ALWAYS,
     "2020-10-05",
     LEVEL,
     "2020-10-03",
     {IN, "2020-09", "", "2020-11-01", 0}},
    {"an earlier day",
     MONTHLY,
     ALWAYS,
     "2020-10-05",
     LEVEL,
     "2020-09-29",
     {DUE, "2020-09", "2020-10-08", "2020-10-06", 0}},
    {"a later figure covers a hole",
     MONTHLY,
     ALWAYS,
     "2020-11-05",
     YTD,
     "2020-10",
     {IN, "2020-10", "", "2020-12-01", 0}},
    {"no data is an answer",
     MONTHLY,
     ALWAYS,
     "2020-10-05",
     YTD,
     "2020-09=no_data",
     {IN, "2020-09", "", "2020-11-01", 0}},
    {"not applicable answers for the year",
     MONTHLY,
     ALWAYS,
     "2020-12-30",
     YTD,
     "2020-09=not_applicable",
     {IN, "2020-11", "", "2021-02-01", 0}},
    {"and not for the next",
     MONTHLY,
     ALWAYS,
     "2021-02-01",
     YTD,
     "2020-09=not_applicable",
     {DUE, "2021-01", "2021-02-08", "2021-02-04", 0}},
    {"withdrawn is none",
     MONTHLY,
     ALWAYS,
     "2020-10-05",
     YTD,
     "2020-09=withdrawn",
     {DUE, "2020-09", "2020-10-08", "2020-10-06", 0}},
    {"done is done",
     MONTHLY,
     ALWAYS,
     "2024-10-05",
     KIND_MILESTONE,
     COUNTING_YEAR_TO_DATE,
     "2020-09-10=done",
     {IN, "2024-09", "", "", 0}},
    {"not yet done is not",
     MONTHLY,
     ALWAYS,
     "2020-11-05",
     KIND_MILESTONE,
     COUNTING_YEAR_TO_DATE,
     "2020-10-01=in_progress",
     {DUE, "2020-10", "2020-11-10", "2020-11-06", 0}},
    {"the oldest counts",
     MONTHLY,
     ALWAYS,
     "2020-11-05",
     YTD,
     "",
     {LATE, "2020-09", "2020-10-08", "2020-11-09", 28}},
    /* per period each needs its own */
    {"a hole is owed",
     MONTHLY,
     ALWAYS,
     "2020-12-01",
     PER,
     "2020-09 2020-11",
     {LATE, "2020-10", "2020-11-10", "2020-12-11", 21}},
    {"filled in any order",
     MONTHLY,
     ALWAYS,
     "2020-12-01",
     PER,
     "2020-11 2020-09 2020-10",
     {IN, "2020-11", "", "2021-01-01", 0}},
    {"by a quarter",
     MONTHLY,
     ALWAYS,
     "2021-01-11",
     PER,
     "2020-09 2020-Q4",
     {IN, "2020-12", "", "2021-02-01", 0}},
    {"an unfinished quarter",
     MONTHLY,
     ALWAYS,
     "2020-12-01",
     PER,
     "2020-09 2020-Q4@2020-10-31",
     {DUE, "2020-11", "2020-12-08", "2020-12-04", 0}},
    {"by months",
     QUARTERLY,
     ALWAYS,
     "2020-10-01",
     PER,
     "2020-07 2020-09 2020-08",
     {IN, "2020-Q3", "", "2021-01-01", 0}},
    {"a month is missing",
     QUARTERLY,
     ALWAYS,
     "2020-10-01",
     PER,
     "2020-07 2020-09",
     {DUE, "2020-Q3", "2020-10-08", "2020-10-06", 0}},
    {"not applicable makes no hole",
     MONTHLY,
     ALWAYS,
     "2020-11-01",
     PER,
     "2020-10 2020-09=not_applicable",
     {IN, "2020-10", "", "2021-02-01", 0}},
    /* other steps */
    {"a quarter is silent after one",
     QUARTERLY,
     ALWAYS,
     "2021-01-08",
     YTD,
     "",
     {LATE, "2020-Q3", "2020-10-08", "2021-01-09", 92}},
    {"half a year",
     HALF,
     ALWAYS,
     "2020-07-08",
     YTD,
     "",
     {DUE, "2020-H1", "2020-07-08", "2020-07-09", 0}},
    {"a year as of March is no year",
     YEARLY,
     ALWAYS,
     "2021-01-11",
     YTD,
     "2020@2020-03-31",
     {DUE, "2020", "2021-01-18", "2021-01-14", 0}},
    {"a year as of December is",
     YEARLY,
     ALWAYS,
     "2021-01-11",
     YTD,
     "2020@2020-12-28",
     {IN, "2020", "", "2022-01-01", 0}},
    /* bounds */
    {"the last month of the duty",
     ENDED,
     ALWAYS,
     "2020-12-01",
     YTD,
     "2020-09",
     {LATE, "2020-10", "2020-11-10", "2020-12-11", 21}},
    {"all of it reported", ENDED, ALWAYS, "2024-12-01", YTD, "2020-10", {IN, "2020-10", "", "", 0}},
    {"opened within a month",
     MONTHLY,
     "2020-10-20",
     NULL,
     "2020-11-02",
     YTD,
     "",
     {DUE, "2020-10", "2020-11-10", "2020-11-06", 0}},
    {"opened on its last day",
     MONTHLY,
     "2020-09-30",
     NULL,
     "2020-10-01",
     YTD,
     "",
     {DUE, "2020-09", "2020-10-08", "2020-10-06", 0}},
    {"opens later",
     MONTHLY,
     "2020-12-01",
     NULL,
     "2020-11-02",
     YTD,
     "",
     {NONE, "", "", "2021-01-01", 0}},
    {"closed on a month's last day",
     MONTHLY,
     NULL,
     "2020-10-31",
     "2020-10-31",
     YTD,
     "",
     {LATE, "2020-09", "2020-10-08", "2020-11-01", 23}},
    {"closed: owes nothing more",
     MONTHLY,
     NULL,
     "2020-10-31",
     "2020-11-01",
     YTD,
     "",
     {NONE, "", "", "", 0}},
    {"closes within a month",
     MONTHLY,
     NULL,
     "2020-10-30",
     "2020-10-30",
     YTD,
     "2020-09",
     {IN, "2020-09", "", "2020-10-31", 0}},
    {"closed before it began",
     MONTHLY,
     NULL,
     "2020-08-31",
     "2020-08-31",
     YTD,
     "",
     {NONE, "", "", "", 0}},
};

static date_t day_or_none(const char *text)
{
    return text ? day(text) : DATE_NONE;
}

/* One of "2020-09", "2020-9M@2020-09-25", "2020-10=no_data". */
static void add(struct answers *a, char *word)
{
    char *state = strchr(word, '='), *as_of = strchr(word, '@');
    enum report_state s = REPORT_VALUE;
    period_t p = PERIOD_NONE;

    if (state) {
        *state++ = '\0';
        assert_null(field_state((struct text){state, strlen(state)}, &s, sizeof s));
    }
    if (as_of)
        *as_of++ = '\0';
    assert_true(period_parse(word, strlen(word), &p));
    assert_true(answers_add(a, p, as_of ? day(as_of) : period_last_day(p), s));
}

static void fill(struct answers *a, const char *given)
{
    char words[200], *rest = words, *word;

    SET_TEXT(words, given);
    while ((word = strsep(&rest, " ")))
        if (*word)
            add(a, word);
    answers_settle(a);
}

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct expected *e = &cases[i].expected;
        struct debtor o = {1, ORGANISATION_SCHOOL, day_or_none(cases[i].opened),
                           day_or_none(cases[i].closed), day(cases[i].today)};
        struct duty_book *book = duty_book_new();
        char period[PERIOD_TEXT_MAX];
        struct answers a;
        struct freshness f;

        assert_true(duty_book_read(book, cases[i].book));
        answers_init(&a, cases[i].kind, cases[i].counting);
        fill(&a, cases[i].given);
        freshness_of(book, &o, INDICATOR, &a, &f);
        if (f.state != e->state || f.changes_on != day(e->changes) || f.due_on != day(e->due) ||
            f.days_late != e->late || strcmp(period_format(f.period, period), e->period) != 0) {
            char due[DATE_TEXT_MAX], changes[DATE_TEXT_MAX];

            print_error("%s: %s %s due %s changes %s late %d\n", cases[i].name,
                        freshness_name(f.state), period, date_format_iso(f.due_on, due),
                        date_format_iso(f.changes_on, changes), f.days_late);
            fail();
        }
        assert_true(f.changes_on == DATE_NONE || f.changes_on > o.today);
        answers_finish(&a);
        duty_book_free(book);
    }
}

/* On every day the state is what it was on the day before, unless that day said it would change. */
static void test_changes_are_announced(void **state)
{
    static const char given[] = "2020-09 2020-11 2021-02=not_applicable";
    struct duty_book *book = duty_book_new();
    struct freshness before = {.state = FRESHNESS_NONE}, now;

    (void)state;
    assert_true(duty_book_read(book, MONTHLY));
    for (int per_period = 0; per_period < 2; per_period++) {
        struct answers a;

        answers_init(&a, KIND_FLOW, per_period ? COUNTING_PER_PERIOD : COUNTING_YEAR_TO_DATE);
        fill(&a, given);
        for (date_t today = day("2020-08-01"); today < day("2022-06-01"); today++) {
            struct debtor o = {1, ORGANISATION_SCHOOL, DATE_NONE, day("2022-04-15"), today};

            freshness_of(book, &o, INDICATOR, &a, &now);
            if (today > day("2020-08-01") && before.changes_on != today) {
                assert_int_equal(now.state, before.state);
                assert_int_equal(freshness_reminds(&now, today),
                                 freshness_reminds(&before, today - 1));
                assert_int_equal(now.changes_on, before.changes_on);
            }
            before = now;
        }
        answers_finish(&a);
    }
    duty_book_free(book);
}

/* Of several duties the worst counts, and the next change of any. */
static void test_several_duties(void **state)
{
    static const char two[] = MONTHLY
        "\nduty\t4\tyear\t1\t12\t6\t\\N\t\\N\t2019-01-01\t\\N\nindicator\t5\norganisation\t1";
    struct debtor o = {1, ORGANISATION_SCHOOL, DATE_NONE, DATE_NONE, day("2020-10-07")};
    struct duty_book *book = duty_book_new();
    struct answers a;
    struct freshness f;

    (void)state;
    assert_true(duty_book_read(book, two));
    answers_init(&a, KIND_LEVEL, COUNTING_YEAR_TO_DATE);
    answers_settle(&a);
    freshness_of(book, &o, INDICATOR, &a, &f);
    assert_int_equal(f.state, FRESHNESS_OVERDUE); /* the year 2019 */
    assert_int_equal(f.period, 2019000);
    assert_int_equal(f.changes_on, day("2020-10-09"));
    assert_true(freshness_is_owed(book, &o, INDICATOR));
    assert_false(freshness_is_owed(book, &o, INDICATOR + 1));
    o.organisation = 2; /* the yearly one does not concern it */
    freshness_of(book, &o, INDICATOR, &a, &f);
    assert_int_equal(f.state, FRESHNESS_DUE);
    freshness_of(book, &o, INDICATOR + 1, &a, &f);
    assert_int_equal(f.state, FRESHNESS_NONE);
    freshness_of(NULL, &o, INDICATOR, &a, &f);
    assert_int_equal(f.state, FRESHNESS_NONE);
    answers_finish(&a);
    duty_book_free(book);
}

static void test_limits(void **state)
{
    struct answers a;

    (void)state;
    answers_init(&a, KIND_LEVEL, COUNTING_YEAR_TO_DATE);
    assert_int_equal(answers_reach(&a, day("2020-01-01")), day("2019-12-31"));
    for (int i = 0; i < SERIES_MAX_FIGURES; i++)
        assert_true(answers_add(&a, 2020009, day("2020-09-30"), REPORT_VALUE));
    assert_false(answers_add(&a, 2020009, day("2020-09-30"), REPORT_VALUE));
    assert_true(answers_add(&a, 2020009, day("2020-09-30"), REPORT_WITHDRAWN));
    answers_settle(&a);
    assert_int_equal(a.n, 1);
    answers_finish(&a);
    answers_finish(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_changes_are_announced),
        cmocka_unit_test(test_several_duties),
        cmocka_unit_test(test_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
