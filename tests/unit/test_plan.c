/* test_plan: the share of the way that a plan has gone by a day. */
#include "model/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "sample.h"

static void test_finish_null(void **state)
{
    struct series s = {0};

    (void)state;
    series_finish(NULL);
    series_finish(&s);
    assert_string_equal(indicator_kind_name(KIND_SHARE), "share");
    assert_string_equal(plan_shape_name(SHAPE_POINTS), "points");
    assert_string_equal(plan_shape_name(SHAPE_SEASON), "season");
    assert_string_equal(plan_shape_name(SHAPE_TERMS), "terms");
}

static void test_linear_flow(void **state)
{
    static const struct {
        const char *day, *plan;
    } cases[] = {
        {"2019-12-31", "0.00"},   {"2019-06-01", "0.00"},   {"2020-01-31", "16.67"},
        {"2020-02-29", "33.33"},  {"2020-03-31", "50.00"},  {"2020-06-30", "100.00"},
        {"2020-09-25", "147.22"}, {"2020-09-30", "150.00"}, {"2020-12-31", "200.00"},
        {"2021-03-01", "200.00"},
    };
    struct sample p;

    (void)state;
    sample_flow(&p);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_string_equal(shown(plan_value(&p.s, day(cases[i].day)), 2), cases[i].plan);
    assert_int_equal(ratio_compare(plan_share(&p.s, day("2020-09-30")), ratio_make(3, 4)), 0);
    assert_int_equal(plan_origin(&p.s), day("2019-12-31"));
}

static void test_linear_level_starts_at_its_base(void **state)
{
    struct sample p;

    (void)state;
    sample_coverage(&p);
    assert_int_equal(plan_origin(&p.s), day("2020-09-25"));
    assert_string_equal(shown(plan_value(&p.s, day("2020-09-25")), 2), "41.70");
    assert_string_equal(shown(plan_value(&p.s, day("2021-10-31")), 2), "50.27");
    p.s.plan.base_on = DATE_NONE;
    assert_int_equal(plan_origin(&p.s), p.s.plan.starts - 1);
}

static void test_a_flow_has_no_base(void **state)
{
    struct sample p;

    (void)state;
    sample_flow(&p);
    p.s.plan.base = some("50");
    assert_int_equal(ratio_sign(plan_base(&p.s)), 0);
}

static void add_point(struct sample *p, const char *at, const char *value)
{
    p->points[p->s.plan.n_points++] = (struct plan_point){day(at), dec(value)};
}

static void test_points(void **state)
{
    struct sample p;

    (void)state;
    sample_flow(&p);
    p.s.plan.shape = SHAPE_POINTS;
    assert_string_equal(shown(plan_value(&p.s, day("2020-06-30")), 2), "100.00");
    add_point(&p, "2020-05-31", "120");
    add_point(&p, "2020-08-31", "120");
    assert_string_equal(shown(plan_value(&p.s, day("2020-02-29")), 2), "48.00");
    assert_string_equal(shown(plan_value(&p.s, day("2020-05-31")), 2), "120.00");
    assert_string_equal(shown(plan_value(&p.s, day("2020-07-31")), 2), "120.00");
    assert_string_equal(shown(plan_value(&p.s, day("2020-10-31")), 2), "160.00");
    assert_string_equal(shown(plan_value(&p.s, day("2020-12-31")), 2), "200.00");
    assert_string_equal(shown(plan_share(&p.s, day("2020-05-31")), 2), "0.60");
}

static void test_points_of_a_plan_that_holds_its_level(void **state)
{
    struct sample p;

    (void)state;
    sample_coverage(&p);
    p.s.plan.shape = SHAPE_POINTS;
    p.s.plan.base = p.s.plan.target;
    assert_string_equal(shown(plan_value(&p.s, day("2021-10-31")), 2), "75.00");
    assert_string_equal(shown(plan_share(&p.s, day("2024-12-31")), 2), "1.00");
}

static void test_target(void **state)
{
    struct sample p;

    (void)state;
    sample_flow(&p);
    assert_true(plan_is_met(&p.s, ratio_of_int(200)));
    assert_false(plan_is_met(&p.s, ratio_of_int(199)));
    p.s.direction = DIRECTION_DOWN;
    assert_true(plan_is_met(&p.s, ratio_of_int(200)));
    assert_false(plan_is_met(&p.s, ratio_of_int(201)));
    p.s.plan.target = some(NULL);
    assert_true(ratio_is_null(plan_target(&p.s)));
}

/* A year with an empty summer, as years are; the knots are synthetic. */
static void set_season(struct sample *p)
{
    static const char *const knots[SERIES_KNOTS] = {"0",    "0.08", "0.18", "0.3",  "0.42",
                                                    "0.52", "0.52", "0.52", "0.52", "0.62",
                                                    "0.75", "0.88", "1"};

    p->s.plan.shape = SHAPE_SEASON;
    p->s.plan.n_knots = SERIES_KNOTS;
    for (size_t i = 0; i < SERIES_KNOTS; i++)
        p->s.plan.knots[i] = dec(knots[i]);
}

static void test_season(void **state)
{
    static const struct {
        const char *day, *plan;
    } cases[] = {
        {"2019-06-01", "0.00"},   {"2019-12-31", "0.00"},   {"2020-01-01", "0.52"},
        {"2020-01-31", "16.00"},  {"2020-02-15", "26.34"},  {"2020-02-29", "36.00"},
        {"2020-05-31", "104.00"}, {"2020-07-10", "104.00"}, {"2020-08-31", "104.00"},
        {"2020-09-15", "114.00"}, {"2020-12-30", "199.23"}, {"2020-12-31", "200.00"},
        {"2021-06-01", "200.00"},
    };
    struct sample p;

    (void)state;
    sample_flow(&p);
    set_season(&p);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_string_equal(shown(plan_value(&p.s, day(cases[i].day)), 2), cases[i].plan);
    assert_int_equal(ratio_compare(plan_share(&p.s, day("2020-09-30")), ratio_make(31, 50)), 0);
    p.s.plan.n_knots = SERIES_KNOTS - 1; /* half a season says nothing between its ends */
    assert_true(ratio_is_null(plan_share(&p.s, day("2020-09-30"))));
    assert_string_equal(shown(plan_share(&p.s, day("2020-12-31")), 2), "1.00");
}

/* February has a day more, and is a month all the same. */
static void test_season_in_a_common_year(void **state)
{
    struct sample p;

    (void)state;
    sample_flow(&p);
    set_season(&p);
    p.s.plan.starts = day("2021-01-01");
    p.s.plan.ends = day("2021-12-31");
    assert_string_equal(shown(plan_share(&p.s, day("2021-02-14")), 4), "0.1300");
    assert_string_equal(shown(plan_share(&p.s, day("2021-02-28")), 4), "0.1800");
    p.s.plan.starts = day("2020-09-01");
    p.s.plan.ends = day("2021-08-31");
    assert_string_equal(shown(plan_share(&p.s, day("2020-09-30")), 4), "0.0800");
}

static void add_term(struct sample *p, const char *first, const char *last)
{
    p->s.plan.shape = SHAPE_TERMS;
    p->s.plan.terms[p->s.plan.n_terms++] = (struct plan_term){day(first), day(last)};
}

/* 70 + 59 + 55 + 59 days of school: synthetic terms around an empty summer. */
static void set_terms(struct sample *p)
{
    add_term(p, "2020-01-13", "2020-03-22");
    add_term(p, "2020-04-01", "2020-05-29");
    add_term(p, "2020-09-01", "2020-10-25");
    add_term(p, "2020-11-02", "2020-12-30");
}

static void test_terms(void **state)
{
    static const struct {
        const char *day;
        int32_t gone;
    } cases[] = {
        {"2019-12-31", 0},   {"2020-01-12", 0},   {"2020-01-13", 1},   {"2020-02-29", 48},
        {"2020-03-22", 70},  {"2020-03-31", 70},  {"2020-05-29", 129}, {"2020-08-31", 129},
        {"2020-09-01", 130}, {"2020-10-31", 184}, {"2020-12-30", 243}, {"2020-12-31", 243},
        {"2021-06-01", 243},
    };
    struct sample p;

    (void)state;
    sample_flow(&p);
    set_terms(&p);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct plan_days days = plan_term_days(&p.s, day(cases[i].day));

        assert_int_equal(days.gone, cases[i].gone);
        assert_int_equal(days.all, 243);
        assert_int_equal(
            ratio_compare(plan_share(&p.s, day(cases[i].day)), ratio_make(cases[i].gone, 243)), 0);
    }
    assert_string_equal(shown(plan_value(&p.s, day("2020-08-31")), 2), "106.17");
}

/* Days outside of the plan do not count; without any there is nothing to judge by. */
static void test_terms_of_other_days(void **state)
{
    struct sample p;

    (void)state;
    sample_flow(&p);
    add_term(&p, "2019-11-05", "2020-01-10");
    add_term(&p, "2020-12-22", "2021-01-31");
    assert_int_equal(plan_term_days(&p.s, day("2020-06-30")).gone, 10);
    assert_int_equal(plan_term_days(&p.s, day("2021-06-30")).all, 20);
    p.s.plan.n_terms = 0;
    assert_true(ratio_is_null(plan_share(&p.s, day("2020-06-30"))));
    assert_string_equal(shown(plan_share(&p.s, day("2020-12-31")), 2), "1.00");
}

/* Whatever the shape: w grows, from 0 to 1. */
static void test_share_never_falls(void **state)
{
    struct sample p;

    (void)state;
    for (int shape = SHAPE_LINEAR; shape <= SHAPE_TERMS; shape++) {
        struct ratio before = ratio_of_int(0);

        sample_flow(&p);
        set_season(&p);
        set_terms(&p);
        p.s.plan.shape = (enum plan_shape)shape;
        add_point(&p, "2020-04-17", "31.5");
        add_point(&p, "2020-08-31", "31.5");
        for (date_t d = day("2019-12-01"); d < day("2021-02-01"); d++) {
            struct ratio now = plan_share(&p.s, d);

            assert_true(ratio_compare(now, before) >= 0);
            assert_true(ratio_compare(now, ratio_of_int(1)) <= 0);
            before = now;
        }
        assert_int_equal(ratio_compare(before, ratio_of_int(1)), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finish_null),
        cmocka_unit_test(test_linear_flow),
        cmocka_unit_test(test_linear_level_starts_at_its_base),
        cmocka_unit_test(test_a_flow_has_no_base),
        cmocka_unit_test(test_points),
        cmocka_unit_test(test_points_of_a_plan_that_holds_its_level),
        cmocka_unit_test(test_season),
        cmocka_unit_test(test_season_in_a_common_year),
        cmocka_unit_test(test_terms),
        cmocka_unit_test(test_terms_of_other_days),
        cmocka_unit_test(test_target),
        cmocka_unit_test(test_share_never_falls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
