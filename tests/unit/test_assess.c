/* test_assess: the worked cases of docs/model.md digit for digit, the order of the status rules,
 * the fold, and what must hold for any series. */
#include "model/assess.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "sample.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* As the JSON shows it: half away from zero. */
static const char *one_decimal(double x)
{
    static char buf[4][32];
    static unsigned next;

    next = (next + 1) % 4;
    snprintf(buf[next], sizeof(buf[next]), "%.1f", x);
    return buf[next];
}

static void test_worked_cases(void **state)
{
    static const struct {
        const char *as_of, *fact, *plan, *progress, *needed, *pace, *forecast, *sd;
        int32_t probability_e4;
        enum status status;
    } cases[] = {
        {"2020-09-25", "165", "147.22", "1.1208", "11.05", "18.68", "222.8", "21.2", 8642,
         STATUS_ON_TRACK},
        {"2020-09-30", "165", "150.00", "1.1000", "11.67", "18.33", "218.9", "20.0", 8351,
         STATUS_ON_TRACK},
        {"2020-09-30", "145", "150.00", "0.9667", "18.33", "16.11", "193.7", "18.3", 3756,
         STATUS_AT_RISK},
        {"2020-09-30", "130", "150.00", "0.8667", "23.33", "14.44", "174.7", "17.1", 740,
         STATUS_LAGGING},
        {"2020-09-30", "100", "150.00", "0.6667", "33.33", "11.11", "136.8", "14.7", 0,
         STATUS_LAGGING},
        {"2020-06-30", "80", "100.00", "0.8000", "20.00", "13.33", "165.7", "30.9", 1371,
         STATUS_LAGGING},
        {"2020-03-31", "40", "50.00", "0.8000", "17.78", "13.33", "173.3", "48.1", 2931,
         STATUS_AT_RISK},
        {"2020-03-31", "20", "50.00", "0.4000", "20.00", "6.67", "120.0", "37.9", 179,
         STATUS_LAGGING},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sample p;
        struct assessment a;

        sample_flow(&p);
        sample_add(&p, "2020", cases[i].as_of, cases[i].fact, NULL);
        a = sample_assess(&p);
        assert_string_equal(shown(a.plan_at, 2), cases[i].plan);
        assert_string_equal(shown(a.progress, 4), cases[i].progress);
        assert_string_equal(shown(a.attainment, 4), cases[i].progress);
        assert_string_equal(shown(a.needed_pace, 2), cases[i].needed);
        assert_string_equal(shown(a.pace, 2), cases[i].pace);
        assert_string_equal(one_decimal(a.forecast), cases[i].forecast);
        assert_string_equal(one_decimal(a.forecast_sd), cases[i].sd);
        assert_int_equal(a.probability_e4, cases[i].probability_e4);
        assert_int_equal(a.status, cases[i].status);
    }
}

static void test_worked_coverage(void **state)
{
    struct sample p;
    struct assessment a;

    (void)state;
    sample_coverage(&p);
    sample_add(&p, "2021-01", NULL, "1548", "3600");
    sample_add(&p, "2021-05", NULL, "1584", "3600");
    sample_add(&p, "2021-10", NULL, "1692", "3600");
    a = sample_assess(&p);
    assert_string_equal(shown(a.fact, 2), "47.00");
    assert_string_equal(shown(a.plan_at, 2), "50.27");
    assert_int_equal(ratio_compare(a.gap, ratio_of_int(118)), 0);
    assert_int_equal(ratio_compare(a.material_gap, ratio_of_int(54)), 0);
    assert_string_equal(shown(a.progress, 4), "0.6185");
    assert_string_equal(shown(a.attainment, 4), "0.9350");
    assert_string_equal(one_decimal(a.forecast), "65.4");
    assert_string_equal(one_decimal(a.forecast_sd), "5.6");
    assert_int_equal(a.probability_e4, 424);
    assert_int_equal(a.status, STATUS_LAGGING);
    assert_int_equal(a.n_used, 3);
    assert_string_equal(shown(ratio_of_decimal(a.n.value), 0), "1692");
}

static void test_before_the_start_nothing_is_raised(void **state)
{
    struct sample p;
    struct assessment a;

    (void)state;
    sample_flow(&p);
    p.s.today = day("2019-12-31");
    a = sample_assess(&p);
    assert_int_equal(a.status, STATUS_NOT_STARTED);
    assert_int_equal(a.reassess_on, day("2020-01-01"));
    p.s.today = day("2020-01-01");
    a = sample_assess(&p);
    assert_int_equal(a.status, STATUS_UNDETERMINED);
    assert_int_equal(a.why, WHY_NO_FIGURE);
    assert_int_equal(a.reassess_on, day("2021-01-01"));
    p.s.changes_on = day("2020-06-01");
    assert_int_equal(sample_assess(&p).reassess_on, day("2020-06-01"));
    p.s.changes_on = day("2021-06-01");
    assert_int_equal(sample_assess(&p).reassess_on, day("2021-01-01"));
    p.s.today = day("2021-01-01");
    assert_int_equal(sample_assess(&p).reassess_on, day("2021-06-01"));
    p.s.changes_on = DATE_NONE;
    assert_int_equal(sample_assess(&p).reassess_on, DATE_NONE);
}

static void test_without_a_plan(void **state)
{
    struct sample p;
    struct assessment a;

    (void)state;
    sample_init(&p, KIND_LEVEL);
    p.s.has_plan = false;
    a = sample_assess(&p);
    assert_int_equal(a.status, STATUS_NO_PLAN);
    assert_int_equal(a.as_of, DATE_NONE);
    sample_add(&p, "2020-09", "2020-09-25", "624", NULL);
    a = sample_assess(&p);
    assert_int_equal(a.status, STATUS_NO_PLAN);
    assert_string_equal(shown(a.fact, 0), "624");
    assert_true(ratio_is_null(a.plan_at));
    p.s.project_starts = day("2021-01-01");
    a = sample_assess(&p);
    assert_int_equal(a.status, STATUS_NOT_STARTED);
    assert_int_equal(a.reassess_on, day("2021-01-01"));
    p.s.today = day("2021-01-01");
    assert_int_equal(sample_assess(&p).status, STATUS_NO_PLAN);
    p.s.has_plan = true;
    p.s.plan.target = some(NULL);
    assert_int_equal(sample_assess(&p).status, STATUS_NO_PLAN);
}

/* No data, not applicable, withdrawn, and a share of nobody are no values: the last value stands.
 */
static void test_what_is_no_value(void **state)
{
    static const struct {
        enum report_state state;
        const char *of;
        enum why why;
    } cases[] = {
        {REPORT_NO_DATA, NULL, WHY_NO_FIGURE},
        {REPORT_WITHDRAWN, NULL, WHY_NO_FIGURE},
        {REPORT_NOT_APPLICABLE, NULL, WHY_NOT_APPLICABLE},
        {REPORT_VALUE, "0", WHY_NOT_APPLICABLE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sample p;
        struct assessment a;

        sample_coverage(&p);
        sample_add(&p, "2021-10", NULL, "0", cases[i].of)->state = cases[i].state;
        a = sample_assess(&p);
        assert_int_equal(a.status, STATUS_UNDETERMINED);
        assert_int_equal(a.why, cases[i].why);
        sample_add(&p, "2021-05", NULL, "1584", "3600");
        a = sample_assess(&p);
        assert_int_equal(a.as_of, day("2021-05-31"));
        assert_int_equal(a.n_used, 1);
    }
}

static void test_target_zero_on_a_flow(void **state)
{
    struct sample p;
    struct assessment a;

    (void)state;
    sample_flow(&p);
    p.s.direction = DIRECTION_DOWN;
    p.s.plan.target = some("0");
    sample_add(&p, "2020-05", NULL, "0", NULL);
    a = sample_assess(&p);
    assert_int_equal(a.status, STATUS_ON_TRACK);
    assert_true(ratio_is_null(a.progress));
    assert_true(ratio_is_null(a.attainment));
    assert_false(a.has_forecast);
    sample_add(&p, "2020-06", NULL, "1", NULL);
    a = sample_assess(&p);
    assert_int_equal(a.status, STATUS_LAGGING);
    assert_int_equal(a.why, WHY_CAP_BROKEN);
}

/* A cap of 200 a year: R = 2 - A/E, U = E/A, gap = A - E. */
static void test_flow_down(void **state)
{
    struct sample p;
    struct assessment a;

    (void)state;
    sample_flow(&p);
    p.s.direction = DIRECTION_DOWN;
    sample_add(&p, "2020-09", NULL, "180", NULL);
    a = sample_assess(&p);
    assert_string_equal(shown(a.progress, 4), "0.8000");
    assert_string_equal(shown(a.attainment, 4), "0.8333");
    assert_string_equal(shown(a.gap, 0), "30");
    assert_string_equal(shown(a.needed_pace, 2), "6.67");
    assert_int_equal(a.status, STATUS_LAGGING);
    p.reports[0].value = some("120");
    a = sample_assess(&p);
    assert_string_equal(shown(a.progress, 4), "1.2000");
    assert_int_equal(a.status, STATUS_ON_TRACK);
}

static void test_share_down_rounds_the_plan_down(void **state)
{
    struct sample p;

    (void)state;
    sample_coverage(&p);
    p.s.direction = DIRECTION_DOWN;
    p.s.plan.base = some("75");
    p.s.plan.target = some("41.7");
    sample_add(&p, "2021-10", NULL, "2700", "3600");
    /* E = 75 - 33.3*13.1667/51.1667 = 66.43 %, 2391.5 children */
    assert_string_equal(shown(sample_assess(&p).gap, 0), "309");
}

/* A bare percentage: in units if the plan names N, else in percentage points. */
static void test_bare_share(void **state)
{
    struct sample p;
    struct assessment a;

    (void)state;
    sample_coverage(&p);
    sample_add(&p, "2021-10", NULL, "47", NULL);
    a = sample_assess(&p);
    assert_false(a.of.present);
    assert_string_equal(shown(a.gap, 0), "118");
    p.s.plan.of = some(NULL);
    a = sample_assess(&p);
    assert_string_equal(shown(a.gap, 2), "3.27");
    assert_string_equal(shown(a.material_gap, 2), "2.00");
    p.s.plan.of = some("0");
    assert_string_equal(shown(sample_assess(&p).gap, 2), "3.27");
}

static void test_material_gap(void **state)
{
    static const struct {
        enum indicator_kind kind;
        bool whole;
        const char *target, *of, *gap;
    } cases[] = {
        {KIND_FLOW, true, "200", NULL, "4.0"},    {KIND_FLOW, true, "50", NULL, "2.0"},
        {KIND_FLOW, false, "50", NULL, "1.0"},    {KIND_LEVEL, true, "1000", NULL, "20.0"},
        {KIND_SHARE, true, "100", "4", "0.2"},    {KIND_SHARE, true, "75", "3600", "54.0"},
        {KIND_SHARE, true, "10", "3600", "36.0"}, {KIND_SHARE, true, "10", "100", "2.0"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sample p;

        sample_init(&p, cases[i].kind);
        p.s.whole = cases[i].whole;
        p.s.plan.target = some(cases[i].target);
        sample_add(&p, "2020-09", NULL, "1", cases[i].of);
        assert_string_equal(shown(sample_assess(&p).material_gap, 1), cases[i].gap);
    }
}

/* E - B of 4 is just not below g = 200/50. */
static void test_progress_begins_at_the_material_gap(void **state)
{
    struct sample p;

    (void)state;
    sample_flow(&p);
    p.s.plan.shape = SHAPE_POINTS;
    p.points[p.s.plan.n_points++] = (struct plan_point){day("2020-03-31"), dec("4")};
    sample_add(&p, "2020-03", NULL, "1", NULL);
    assert_string_equal(shown(sample_assess(&p).progress, 2), "0.25");
    p.points[0].value = dec("3.99");
    assert_true(ratio_is_null(sample_assess(&p).progress));
}

/* As in the seed: 41.7 % is base and figure of 2020-09-25. */
static void test_a_level_may_be_reported_for_the_day_of_its_base(void **state)
{
    struct sample p;
    struct assessment a;

    (void)state;
    sample_coverage(&p);
    sample_add(&p, "2020-09", "2020-09-25", "41.7", NULL);
    a = sample_assess(&p);
    assert_int_equal(a.status, STATUS_ON_TRACK);
    assert_int_equal(a.why, WHY_NEAR_START);
    assert_true(ratio_is_null(a.pace)); /* no month gone */
    p.reports[0].as_of = day("2020-09-24");
    assert_int_equal(sample_assess(&p).status, STATUS_UNDETERMINED);
}

/* So that three of four schools on line, where all four should be, is not "on track". */
static void test_three_of_four_schools(void **state)
{
    struct sample p;

    (void)state;
    sample_init(&p, KIND_SHARE);
    p.s.plan.base = some("50");
    p.s.plan.target = some("100");
    p.s.plan.shape = SHAPE_POINTS;
    p.points[p.s.plan.n_points++] = (struct plan_point){day("2020-08-31"), dec("100")};
    sample_add(&p, "2020-09", NULL, "3", "4");
    assert_int_equal(sample_assess(&p).status, STATUS_LAGGING);
}

static void test_a_correction_is_the_last_version(void **state)
{
    struct sample p;

    (void)state;
    sample_flow(&p);
    sample_add(&p, "2020-09", NULL, "130", NULL);
    sample_add(&p, "2020-09", NULL, "165", NULL);
    assert_string_equal(shown(sample_assess(&p).fact, 0), "165");
    p.reports[1].composed_us = 0;
    assert_string_equal(shown(sample_assess(&p).fact, 0), "130");
    assert_int_equal(sample_assess(&p).n_used, 1);
}

static void test_per_period_sums_up_to_the_hole(void **state)
{
    struct sample p;
    struct assessment a;

    (void)state;
    sample_flow(&p);
    p.s.counting = COUNTING_PER_PERIOD;
    sample_add(&p, "2020-03", NULL, "30", NULL);
    sample_add(&p, "2020-01", NULL, "10", NULL);
    sample_add(&p, "2020-05", NULL, "50", NULL);
    sample_add(&p, "2020-02", NULL, "20", NULL);
    a = sample_assess(&p);
    assert_int_equal(a.as_of, day("2020-03-31"));
    assert_string_equal(shown(a.fact, 0), "60");
    assert_int_equal(a.n_used, 3);
    sample_add(&p, "2020-04", NULL, "0", NULL);
    a = sample_assess(&p);
    assert_int_equal(a.as_of, day("2020-05-31"));
    assert_string_equal(shown(a.fact, 0), "110");
    p.reports[4].state = REPORT_NO_DATA;
    assert_int_equal(sample_assess(&p).as_of, day("2020-03-31"));
    p.reports[4].state = REPORT_NOT_APPLICABLE; /* an answer, though not a value: no hole */
    assert_int_equal(sample_assess(&p).as_of, day("2020-05-31"));
}

static void test_per_period_without_its_first_period(void **state)
{
    struct sample p;

    (void)state;
    sample_flow(&p);
    p.s.counting = COUNTING_PER_PERIOD;
    sample_add(&p, "2020-02", NULL, "20", NULL);
    assert_int_equal(sample_assess(&p).status, STATUS_UNDETERMINED);
}

/* A quarter and its months are one chain or the other, never both. */
static void test_per_period_counts_nothing_twice(void **state)
{
    struct sample p;

    (void)state;
    sample_flow(&p);
    p.s.counting = COUNTING_PER_PERIOD;
    sample_add(&p, "2020-Q1", NULL, "61", NULL);
    sample_add(&p, "2020-01", NULL, "10", NULL);
    sample_add(&p, "2020-02", NULL, "20", NULL);
    assert_string_equal(shown(sample_assess(&p).fact, 0), "61");
    sample_add(&p, "2020-03", NULL, "30", NULL);
    assert_string_equal(shown(sample_assess(&p).fact, 0), "60");
    sample_add(&p, "2020-Q2", NULL, "40", NULL);
    assert_string_equal(shown(sample_assess(&p).fact, 0), "100");
}

/* Of two chains that reach as far, the finer is the one with more to remember. */
static void test_per_period_prefers_the_finer_chain(void **state)
{
    struct sample p;

    (void)state;
    sample_flow(&p);
    p.s.counting = COUNTING_PER_PERIOD;
    sample_add(&p, "2020-01", NULL, "10", NULL);
    sample_add(&p, "2020-02", NULL, "20", NULL);
    sample_add(&p, "2020-03", NULL, "30", NULL);
    sample_add(&p, "2020-Q1", NULL, "61", NULL);
    sample_add(&p, "2020-Q2", NULL, "40", NULL);
    assert_string_equal(shown(sample_assess(&p).fact, 0), "100");
    assert_int_equal(sample_assess(&p).n_used, 4);
}

static void test_per_period_unfinished(void **state)
{
    struct sample p;

    (void)state;
    sample_flow(&p);
    p.s.counting = COUNTING_PER_PERIOD;
    sample_add(&p, "2020-H1", NULL, "100", NULL);
    sample_add(&p, "2020-Q3", "2020-09-25", "45", NULL);
    assert_int_equal(sample_assess(&p).as_of, day("2020-09-25"));
    assert_string_equal(shown(sample_assess(&p).fact, 0), "145");
    p.reports[1].as_of = day("2020-10-05"); /* said later, but still of the quarter */
    assert_int_equal(sample_assess(&p).as_of, day("2020-09-30"));
}

static void test_plan_over_two_years(void **state)
{
    struct sample p;
    struct assessment a;

    (void)state;
    sample_flow(&p);
    p.s.plan.ends = day("2021-12-31");
    p.s.plan.target = some("400");
    p.s.today = day("2021-07-10");
    sample_add(&p, "2020-11", NULL, "180", NULL);
    sample_add(&p, "2021-06", NULL, "90", NULL);
    a = sample_assess(&p);
    assert_int_equal(a.as_of, day("2020-11-30")); /* 2020 is not closed */
    sample_add(&p, "2020-12", NULL, "210", NULL);
    a = sample_assess(&p);
    assert_int_equal(a.as_of, day("2021-06-30"));
    assert_string_equal(shown(a.fact, 0), "300");
    assert_string_equal(shown(a.plan_at, 0), "300");
    assert_string_equal(shown(a.progress, 4), "1.0000");
    assert_int_equal(a.status, STATUS_ON_TRACK);
}

static void test_figures_of_another_year_are_not_the_plans(void **state)
{
    struct sample p;

    (void)state;
    sample_flow(&p);
    p.s.today = day("2021-03-10");
    sample_add(&p, "2019-12", NULL, "500", NULL);
    sample_add(&p, "2020-12", NULL, "199", NULL);
    sample_add(&p, "2021-02", NULL, "300", NULL);
    assert_int_equal(sample_assess(&p).status, STATUS_MISSED);
    assert_string_equal(shown(sample_assess(&p).fact, 0), "199");
}

/* August is at risk; September alone would be on track, but is not clear enough of the edges to end
 * the alarm. */
static void hysteresis_year(struct sample *p)
{
    sample_flow(p);
    (void)rules_set(&p->s.rules, "gap_of_target", dec("100"));
    sample_add(p, "2020-08", NULL, "120", NULL);
    sample_add(p, "2020-09", NULL, "148", NULL);
}

static void assert_remembers(const struct sample *p, enum status previous, enum status status)
{
    struct assessment a = sample_assess(p);

    assert_string_equal(status_name(a.previous), status_name(previous));
    assert_string_equal(status_name(a.status), status_name(status));
    assert_int_equal(a.entering, STATUS_ON_TRACK);
    assert_int_equal(a.why == WHY_HYSTERESIS, status == STATUS_AT_RISK);
}

static void test_the_fold_remembers(void **state)
{
    struct sample p;

    (void)state;
    hysteresis_year(&p);
    assert_remembers(&p, STATUS_AT_RISK, STATUS_AT_RISK);
    p.reports[0].value = some("134"); /* a correction of the past is folded anew */
    assert_remembers(&p, STATUS_ON_TRACK, STATUS_ON_TRACK);
}

static void test_the_fold_starts_anew(void **state)
{
    struct sample p;

    (void)state;
    hysteresis_year(&p);
    p.s.plan.valid_from = day("2020-08-31"); /* the figure of that day is under the new version */
    assert_remembers(&p, STATUS_AT_RISK, STATUS_AT_RISK);
    p.s.plan.valid_from = day("2020-09-01");
    assert_remembers(&p, STATUS_UNDETERMINED, STATUS_ON_TRACK);
    p.s.plan.valid_from = day("2020-10-10"); /* later than all figures: the last is judged alone */
    assert_remembers(&p, STATUS_UNDETERMINED, STATUS_ON_TRACK);
    assert_int_equal(sample_assess(&p).n_used, 2);
    p.s.plan.valid_from = DATE_NONE;
    SET_TEXT(p.reports[1].method, "new");
    assert_remembers(&p, STATUS_UNDETERMINED, STATUS_ON_TRACK);
    SET_TEXT(p.s.method, "new"); /* the default method is what a figure without one means */
    assert_remembers(&p, STATUS_AT_RISK, STATUS_AT_RISK);
}

static void test_enormous_numbers_give_no_verdict(void **state)
{
    struct sample p;

    (void)state;
    sample_coverage(&p);
    p.s.plan.base = some("0.000001");
    p.s.plan.target = some("999999999999999999");
    p.s.plan.of = some("999999999999.999999");
    p.s.kind = KIND_SHARE;
    sample_add(&p, "2021-10", NULL, "999999999999.999999", "0.000001");
    (void)sample_assess(&p); /* whatever the status: no crash, no comparison of nulls */
}

static void test_status_names(void **state)
{
    enum status s = STATUS_MISSED;

    (void)state;
    for (unsigned i = STATUS_NOT_STARTED; i <= STATUS_MISSED; i++) {
        assert_true(status_parse(status_name((enum status)i), &s));
        assert_int_equal(s, i);
        assert_true(strlen(status_word((enum status)i, LANG_RU)) > 0);
        assert_true(strlen(status_word((enum status)i, LANG_EN)) > 0);
    }
    assert_false(status_parse("fine", &s));
    assert_int_equal(s, STATUS_MISSED);
    assert_string_equal(status_word(STATUS_LAGGING, LANG_RU), "ОТСТАЁТ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_worked_cases),
        cmocka_unit_test(test_worked_coverage),
        cmocka_unit_test(test_before_the_start_nothing_is_raised),
        cmocka_unit_test(test_without_a_plan),
        cmocka_unit_test(test_what_is_no_value),
        cmocka_unit_test(test_target_zero_on_a_flow),
        cmocka_unit_test(test_flow_down),
        cmocka_unit_test(test_share_down_rounds_the_plan_down),
        cmocka_unit_test(test_bare_share),
        cmocka_unit_test(test_material_gap),
        cmocka_unit_test(test_three_of_four_schools),
        cmocka_unit_test(test_a_correction_is_the_last_version),
        cmocka_unit_test(test_per_period_sums_up_to_the_hole),
        cmocka_unit_test(test_per_period_without_its_first_period),
        cmocka_unit_test(test_per_period_counts_nothing_twice),
        cmocka_unit_test(test_per_period_prefers_the_finer_chain),
        cmocka_unit_test(test_per_period_unfinished),
        cmocka_unit_test(test_progress_begins_at_the_material_gap),
        cmocka_unit_test(test_a_level_may_be_reported_for_the_day_of_its_base),
        cmocka_unit_test(test_plan_over_two_years),
        cmocka_unit_test(test_figures_of_another_year_are_not_the_plans),
        cmocka_unit_test(test_the_fold_remembers),
        cmocka_unit_test(test_the_fold_starts_anew),
        cmocka_unit_test(test_enormous_numbers_give_no_verdict),
        cmocka_unit_test(test_status_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
