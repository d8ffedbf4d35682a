/* test_crosscheck: figures that cannot all be right, and those that can.  Synthetic. */
#include "model/crosscheck.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "model/explain.h"
#include "sample.h"

enum { FIGURES_MAX = 8 };

struct given {
    const char *period, *as_of, *value;
};

/* Figures of one series, and what cannot be right of them. */
static const struct {
    enum counting counting;
    struct given figures[FIGURES_MAX]; /* by as-of */
    size_t n;                          /* contradictions */
    enum contradiction_kind kind;      /* of the first */
    const char *value, *other;
} series[] = {
    /* A quarter that is the sum of its months, and one that is not. */
    {COUNTING_PER_PERIOD,
     {{"2020-01", NULL, "10"},
      {"2020-02", NULL, "9"},
      {"2020-03", NULL, "9"},
      {"2020-Q1", NULL, "28"}},
     0,
     0,
     NULL,
     NULL},
    {COUNTING_PER_PERIOD,
     {{"2020-01", NULL, "10"},
      {"2020-02", NULL, "9"},
      {"2020-03", NULL, "9"},
      {"2020-Q1", NULL, "30"}},
     1,
     CONTRADICTS_PARTS,
     "30",
     "28"},
    /* Nine months against a half-year and a quarter. */
    {COUNTING_PER_PERIOD,
     {{"2020-H1", NULL, "60"}, {"2020-Q3", NULL, "20"}, {"2020-9M", NULL, "90"}},
     1,
     CONTRADICTS_PARTS,
     "90",
     "80"},
    /* A month is missing, or the quarter was not over: nothing can be said. */
    {COUNTING_PER_PERIOD,
     {{"2020-01", NULL, "10"}, {"2020-03", NULL, "9"}, {"2020-Q1", NULL, "30"}},
     0,
     0,
     NULL,
     NULL},
    {COUNTING_PER_PERIOD,
     {{"2020-01", NULL, "10"},
      {"2020-02", NULL, "9"},
      {"2020-Q1", "2020-03-15", "30"},
      {"2020-03", NULL, "9"}},
     0,
     0,
     NULL,
     NULL},
    /* Cuts of one count. */
    {COUNTING_YEAR_TO_DATE, {{"2020-09", NULL, "130"}, {"2020-9M", NULL, "130"}}, 0, 0, NULL, NULL},
    {COUNTING_YEAR_TO_DATE,
     {{"2020-09", NULL, "130"}, {"2020-9M", NULL, "165"}},
     1,
     CONTRADICTS_CUT,
     "165",
     "130"},
    {COUNTING_YEAR_TO_DATE,
     {{"2020-09", NULL, "165"}, {"2020-9M", NULL, "130"}},
     1,
     CONTRADICTS_CUT,
     "130",
     "165"},
    /* A count that falls; a new year begins at nothing. */
    {COUNTING_YEAR_TO_DATE,
     {{"2020-08", NULL, "120"}, {"2020-09", NULL, "110"}},
     1,
     CONTRADICTS_PAST,
     "110",
     "120"},
    {COUNTING_YEAR_TO_DATE, {{"2019-12", NULL, "200"}, {"2020-01", NULL, "3"}}, 0, 0, NULL, NULL},
    /* Both: as of one day two values, and both below the one before. */
    {COUNTING_YEAR_TO_DATE,
     {{"2020-08", NULL, "170"}, {"2020-09", NULL, "130"}, {"2020-9M", NULL, "165"}},
     3,
     CONTRADICTS_CUT,
     "165",
     "130"},
};

static void test_one_series(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof series / sizeof *series; i++) {
        struct contradiction found[CROSSCHECK_MAX];
        struct sample p;

        sample_flow(&p);
        p.s.counting = series[i].counting;
        for (size_t k = 0; k < FIGURES_MAX && series[i].figures[k].period; k++)
            sample_add(&p, series[i].figures[k].period, series[i].figures[k].as_of,
                       series[i].figures[k].value, NULL);
        assert_int_equal(crosscheck(&p.s, found, CROSSCHECK_MAX), series[i].n);
        if (series[i].n == 0)
            continue;
        assert_int_equal(found[0].kind, series[i].kind);
        assert_true(decimal_identical(found[0].value, dec(series[i].value)));
        assert_true(decimal_identical(found[0].other, dec(series[i].other)));
        assert_int_equal(crosscheck(&p.s, found, 0), series[i].n); /* counted, not written */
    }
}

static void test_a_school_year_begins_in_september(void **state)
{
    struct contradiction found[1];
    struct sample p;

    (void)state;
    sample_flow(&p);
    p.s.year_starts = 9;
    sample_add(&p, "2020-08", NULL, "120", NULL);
    sample_add(&p, "2020-09", NULL, "10", NULL);
    assert_int_equal(crosscheck(&p.s, found, 1), 0);
    sample_add(&p, "2021-01", NULL, "9", NULL);
    assert_int_equal(crosscheck(&p.s, found, 1), 1);
    assert_int_equal(found[0].kind, CONTRADICTS_PAST);
}

/* Children that take part are at most the places taken, and at most all children. */
static void test_limits(void **state)
{
    struct contradiction found[CROSSCHECK_MAX];
    struct sample p;
    struct limit limits[] = {
        {.indicator_name = {"Enrolments", "Зачисления"}, .value = dec("60")},
        {.indicator_name = {"Children", "Детей"}, .value = dec("55")},
    };
    struct assessment a;
    struct str out;

    (void)state;
    sample_flow(&p);
    p.s.has_plan = false;
    p.s.limits = limits;
    p.s.n_limits = 2;
    for (size_t i = 0; i < 2; i++) {
        (void)period_parse("2020-09", 7, &limits[i].period);
        limits[i].as_of = day("2020-09-30");
    }
    sample_add(&p, "2020-09", NULL, "55", NULL);
    assert_int_equal(crosscheck(&p.s, found, CROSSCHECK_MAX), 0);
    p.reports[0].value = some("57");
    assert_int_equal(crosscheck(&p.s, found, CROSSCHECK_MAX), 1);
    assert_ptr_equal(found[0].limit, &limits[1]);

    a = sample_assess(&p);
    str_init(&out, EXPLAIN_MAX);
    explain(&p.s, &a, LANG_RU, &out);
    assert_non_null(strstr(str_text(&out), "Проверьте: 57 за 2020-09 больше, чем «Детей» — 55."));
    str_finish(&out);

    p.reports[0].period = PERIOD_NONE; /* the same day, another period */
    (void)period_parse("2020-Q3", 7, &p.reports[0].period);
    assert_int_equal(crosscheck(&p.s, found, CROSSCHECK_MAX), 1);
    p.reports[0].as_of = day("2020-08-31");
    assert_int_equal(crosscheck(&p.s, found, CROSSCHECK_MAX), 0);
}

/* What the town says of itself, against its schools. */
static void test_own_word_against_the_sum(void **state)
{
    struct contradiction found[CROSSCHECK_MAX];
    struct sample p, own;

    (void)state;
    sample_flow(&p);
    p.s.rolled = true;
    p.s.counting = COUNTING_SO_FAR;
    sample_add(&p, "2020-09-30", NULL, "295", NULL);
    sample_flow(&own);
    sample_add(&own, "2020-9M", NULL, "295", NULL);
    p.s.own = own.reports;
    p.s.n_own = 1;
    assert_int_equal(crosscheck(&p.s, found, CROSSCHECK_MAX), 0);
    own.reports[0].value = some("300");
    assert_int_equal(crosscheck(&p.s, found, CROSSCHECK_MAX), 1);
    assert_int_equal(found[0].kind, CONTRADICTS_SUM);
    p.reports[0].high = some("310"); /* somebody is missing: it may well be */
    assert_int_equal(crosscheck(&p.s, found, CROSSCHECK_MAX), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_series),
        cmocka_unit_test(test_a_school_year_begins_in_september),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_own_word_against_the_sum),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
