/* test_forecast: the only numbers in binary floating point, against values computed by hand. */
#include "model/forecast.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "sample.h"

static void assert_near(double x, double wanted, double by)
{
    if (fabs(x - wanted) > by)
        fail_msg("%.6f is not %.6f", x, wanted);
}

static void test_probability(void **state)
{
    (void)state;
    assert_int_equal(forecast_probability(0), 5000);
    assert_int_equal(forecast_probability(1.959964), 9750);
    assert_int_equal(forecast_probability(-1.644854), 500);
    assert_int_equal(forecast_probability(40), 10000);
    assert_int_equal(forecast_probability(-40), 0);
}

static void test_median(void **state)
{
    double one[] = {7}, odd[] = {3, -1, 2}, even[] = {4, 1, 3, 2};

    (void)state;
    assert_near(forecast_median(one, 1), 7, 0);
    assert_near(forecast_median(odd, 3), 2, 0);
    assert_near(forecast_median(even, 4), 2.5, 0);
}

static void test_no_flow_forecast_before_the_early_share(void **state)
{
    struct sample p;

    (void)state;
    sample_flow(&p);
    sample_add(&p, "2020-01", NULL, "10", NULL);
    assert_false(sample_assess(&p).has_forecast);
    sample_add(&p, "2020-02", NULL, "20", NULL);
    assert_true(sample_assess(&p).has_forecast); /* w = 2/12 >= 0.15 */
}

static void test_min_reports(void **state)
{
    struct sample p;

    (void)state;
    sample_flow(&p);
    assert_true(rules_set(&p.s.rules, "min_reports_flow", dec("2")));
    sample_add(&p, "2020-06", NULL, "90", NULL);
    assert_false(sample_assess(&p).has_forecast);
    sample_add(&p, "2020-07", NULL, "100", NULL);
    assert_true(sample_assess(&p).has_forecast);
}

static void test_target_zero_has_no_forecast(void **state)
{
    struct sample p;

    (void)state;
    sample_flow(&p);
    p.s.direction = DIRECTION_DOWN;
    p.s.plan.target = some("0");
    sample_add(&p, "2020-06", NULL, "0", NULL);
    assert_false(sample_assess(&p).has_forecast);
}

static void test_coverage(void **state)
{
    struct sample p;
    struct assessment a;

    (void)state;
    sample_coverage(&p);
    sample_add(&p, "2021-01", NULL, "1548", "3600");
    assert_false(sample_assess(&p).has_forecast); /* two points with the base */
    sample_add(&p, "2021-05", NULL, "1584", "3600");
    sample_add(&p, "2021-10", NULL, "1692", "3600");
    a = sample_assess(&p);
    assert_true(a.has_forecast);
    assert_near(a.forecast, 65.36, 0.005);
    assert_near(a.forecast_sd, 5.594, 0.001);
    assert_int_equal(a.probability_e4, 424);
}

/* A base in another method is no point of the slope. */
static void test_a_base_in_another_method_is_no_point(void **state)
{
    struct sample p;

    (void)state;
    sample_coverage(&p);
    SET_TEXT(p.s.method, "order-196");
    SET_TEXT(p.s.plan.base_method, "earlier");
    sample_add(&p, "2021-05", NULL, "1584", "3600");
    sample_add(&p, "2021-10", NULL, "1692", "3600");
    assert_false(sample_assess(&p).has_forecast);
    SET_TEXT(p.s.plan.base_method, "order-196");
    assert_true(sample_assess(&p).has_forecast);
}

/* A stock that follows its plan to the letter is forecast to hit the target; its least spread is
 * max(T/200, 0.5), and half a unit is given to whole counts. */
static void test_stock_on_its_plan(void **state)
{
    struct sample p;
    struct assessment a;
    double drift = 0.30 * 10 * 6;

    (void)state;
    sample_init(&p, KIND_LEVEL);
    p.s.plan.base = some("0");
    p.s.plan.target = some("120");
    sample_add(&p, "2020-02", NULL, "20", NULL);
    sample_add(&p, "2020-04", NULL, "40", NULL);
    sample_add(&p, "2020-06", NULL, "60", NULL);
    a = sample_assess(&p);
    assert_near(a.forecast, 120, 1e-9);
    assert_near(a.forecast_sd, sqrt(0.6 * 0.6 * 2 + drift * drift), 1e-9);
    assert_int_equal(a.probability_e4, forecast_probability(0.5 / a.forecast_sd));
    p.s.whole = false;
    assert_int_equal(sample_assess(&p).probability_e4, 5000);
}

static void test_a_share_is_shown_within_0_and_100(void **state)
{
    struct sample p;
    struct assessment a;

    (void)state;
    sample_coverage(&p);
    p.s.plan.target = some("100");
    sample_add(&p, "2020-12", NULL, "80", NULL);
    sample_add(&p, "2021-05", NULL, "88", NULL);
    sample_add(&p, "2021-10", NULL, "99", NULL);
    a = sample_assess(&p);
    assert_near(a.forecast, 100, 0);
    assert_true(a.probability_e4 > 5000);
}

static void test_down_turns_the_signs(void **state)
{
    struct sample p;
    int32_t up;

    (void)state;
    sample_flow(&p);
    p.s.whole = false;
    sample_add(&p, "2020-09", NULL, "130", NULL);
    up = sample_assess(&p).probability_e4;
    p.s.direction = DIRECTION_DOWN;
    assert_int_equal(sample_assess(&p).probability_e4, 10000 - up);
}

static void test_at_the_end_the_fact_is_the_forecast(void **state)
{
    static const struct {
        const char *value;
        int32_t probability_e4;
    } cases[] = {{"200", 10000}, {"199", 0}, {"215", 10000}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sample p;
        struct assessment a;

        sample_flow(&p);
        p.s.today = day("2021-01-10");
        sample_add(&p, "2020-12", NULL, cases[i].value, NULL);
        a = sample_assess(&p);
        assert_near(a.forecast, ratio_to_double(a.fact), 0);
        assert_near(a.forecast_sd, 0, 0);
        assert_int_equal(a.probability_e4, cases[i].probability_e4);
    }
}

/* Days apart from each other, points are no firmer ground than one month is. */
static void test_a_span_below_a_month_counts_as_one(void **state)
{
    struct sample p;
    struct assessment a;

    (void)state;
    sample_init(&p, KIND_LEVEL);
    p.s.plan.base = some("10");
    SET_TEXT(p.s.plan.base_method, "earlier");
    p.s.plan.target = some("10");
    p.s.whole = false;
    sample_add(&p, "2020-06-10", NULL, "10", NULL);
    sample_add(&p, "2020-06-20", NULL, "10", NULL);
    sample_add(&p, "2020-06-30", NULL, "10", NULL);
    a = sample_assess(&p);
    assert_near(a.forecast_sd, sqrt(0.5 * 0.5 * (1 + 6)), 1e-9);
}

/* The base is one of the points: with room for three it leaves two to the figures. */
static void test_the_base_takes_a_place(void **state)
{
    struct sample p;

    (void)state;
    sample_init(&p, KIND_LEVEL);
    p.s.plan.base = some("0");
    p.s.plan.target = some("120");
    sample_add(&p, "2020-02", NULL, "100", NULL);
    sample_add(&p, "2020-04", NULL, "40", NULL);
    sample_add(&p, "2020-06", NULL, "60", NULL);
    assert_true(rules_set(&p.s.rules, "level_max_points", dec("3")));
    assert_near(sample_assess(&p).forecast, 120, 1e-9); /* 0, 40, 60: ten a month */
}

/* Only the last twelve points count: an old collapse is forgotten. */
static void test_level_max_points(void **state)
{
    struct sample p;
    double with_all;

    (void)state;
    sample_init(&p, KIND_LEVEL);
    p.s.plan.ends = day("2022-12-31");
    p.s.plan.base = some("100");
    SET_TEXT(p.s.plan.base_method, "earlier");
    p.s.plan.target = some("200");
    p.s.today = day("2021-12-01");
    for (int month = 1; month <= 18; month++) {
        char period[PERIOD_TEXT_MAX], value[8];

        snprintf(period, sizeof(period), "%d-%02d", 2020 + (month - 1) / 12, (month - 1) % 12 + 1);
        snprintf(value, sizeof(value), "%d", month <= 6 ? 200 - 10 * month : 100 + 4 * month);
        sample_add(&p, period, NULL, value, NULL);
    }
    assert_true(rules_set(&p.s.rules, "level_max_points", dec("18")));
    with_all = sample_assess(&p).forecast;
    rules_default(&p.s.rules);
    assert_near(sample_assess(&p).forecast, 172 + (12 * 4 + 3 * 100.0 / 36) / 15 * 18, 1e-9);
    assert_true(with_all < sample_assess(&p).forecast);
    assert_true(rules_set(&p.s.rules, "level_max_points", dec("1000000")));
    assert_near(sample_assess(&p).forecast, with_all, 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_probability),
        cmocka_unit_test(test_median),
        cmocka_unit_test(test_no_flow_forecast_before_the_early_share),
        cmocka_unit_test(test_min_reports),
        cmocka_unit_test(test_target_zero_has_no_forecast),
        cmocka_unit_test(test_coverage),
        cmocka_unit_test(test_a_base_in_another_method_is_no_point),
        cmocka_unit_test(test_stock_on_its_plan),
        cmocka_unit_test(test_a_share_is_shown_within_0_and_100),
        cmocka_unit_test(test_down_turns_the_signs),
        cmocka_unit_test(test_at_the_end_the_fact_is_the_forecast),
        cmocka_unit_test(test_a_span_below_a_month_counts_as_one),
        cmocka_unit_test(test_the_base_takes_a_place),
        cmocka_unit_test(test_level_max_points),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
