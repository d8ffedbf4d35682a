/* test_verdict: the matrix, the caps and the hysteresis on hand-made numbers. */
#include "model/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "sample.h"

/* A flow half-way through its year, 300 short, so that no cap applies. */
static struct assessment halfway(const char *progress, int32_t probability_e4)
{
    struct assessment a = {
        .as_of = day("2020-06-30"),
        .fact = ratio_of_int(200),
        .plan_at = ratio_of_int(500),
        .share_done = ratio_make(1, 2),
        .gap = ratio_of_int(300),
        .material_gap = ratio_of_int(20),
        .progress = ratio_of_decimal(dec(progress)),
        .months_gone = ratio_of_int(6),
        .months_left = ratio_of_int(6),
        .has_forecast = probability_e4 >= 0,
        .probability_e4 = probability_e4,
        .previous = STATUS_UNDETERMINED,
    };

    return a;
}

static void flow_of_1000(struct sample *p)
{
    sample_flow(p);
    p->s.plan.target = some("1000");
}

static void test_every_cell(void **state)
{
    static const char *const progress[VERDICT_ROWS][2] = {
        {"0.95", "0.9999"}, {"0.80", "0.9499"}, {"0.00", "0.7999"}};
    static const int32_t probability[VERDICT_COLUMNS][2] = {
        {4500, 10000}, {2000, 4499}, {0, 1999}, {-1, -1}};
    static const enum status wanted[VERDICT_ROWS][VERDICT_COLUMNS] = {
        {STATUS_ON_TRACK, STATUS_AT_RISK, STATUS_AT_RISK, STATUS_ON_TRACK},
        {STATUS_AT_RISK, STATUS_AT_RISK, STATUS_LAGGING, STATUS_AT_RISK},
        {STATUS_AT_RISK, STATUS_AT_RISK, STATUS_LAGGING, STATUS_LAGGING},
    };
    struct sample p;

    (void)state;
    flow_of_1000(&p);
    for (unsigned i = 0; i < VERDICT_ROWS * VERDICT_COLUMNS * 4; i++) {
        unsigned row = i / 4 / VERDICT_COLUMNS, column = i / 4 % VERDICT_COLUMNS;
        struct assessment a = halfway(progress[row][i % 2], probability[column][i / 2 % 2]);

        verdict(&p.s, &a);
        assert_int_equal(verdict_cell(row, column), wanted[row][column]);
        assert_int_equal(a.status, wanted[row][column]);
        assert_int_equal(a.why, WHY_MATRIX);
    }
}

static void test_ahead(void **state)
{
    struct sample p;
    struct assessment a = halfway("1", 1999);

    (void)state;
    flow_of_1000(&p);
    verdict(&p.s, &a);
    assert_int_equal(a.status, STATUS_AT_RISK);
    assert_int_equal(a.why, WHY_AHEAD);
    a = halfway("1.00", 2000);
    verdict(&p.s, &a);
    assert_int_equal(a.status, STATUS_ON_TRACK);
    a = halfway("1.2", -1);
    verdict(&p.s, &a);
    assert_int_equal(a.status, STATUS_ON_TRACK);
}

static void test_a_level_that_meets_its_target_is_ahead(void **state)
{
    struct sample p;
    struct assessment a = halfway("0.50", 3000);

    (void)state;
    flow_of_1000(&p);
    p.s.kind = KIND_LEVEL;
    a.fact = ratio_of_int(1000);
    verdict(&p.s, &a);
    assert_int_equal(a.status, STATUS_ON_TRACK);
    assert_int_equal(a.why, WHY_AHEAD);
}

static void test_near_the_start_the_gap_decides(void **state)
{
    static const struct {
        int gap;
        enum status status;
        enum why why;
    } cases[] = {
        {-5, STATUS_ON_TRACK, WHY_NEAR_START}, {19, STATUS_ON_TRACK, WHY_NEAR_START},
        {20, STATUS_AT_RISK, WHY_NEAR_START},  {59, STATUS_AT_RISK, WHY_NEAR_START},
        {60, STATUS_LAGGING, WHY_NEAR_START},
    };
    struct sample p;

    (void)state;
    flow_of_1000(&p);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct assessment a = halfway("0", -1);

        a.progress = RATIO_NULL;
        a.gap = ratio_of_int(cases[i].gap);
        verdict(&p.s, &a);
        assert_int_equal(a.status, cases[i].status);
        assert_int_equal(a.why, cases[i].why);
    }
}

static void test_cap_early(void **state)
{
    struct sample p;
    struct assessment a = halfway("0.30", -1);

    (void)state;
    flow_of_1000(&p);
    a.share_done = ratio_make(149, 1000);
    verdict(&p.s, &a);
    assert_int_equal(a.status, STATUS_AT_RISK);
    assert_int_equal(a.why, WHY_TOO_EARLY);
    a.share_done = ratio_make(15, 100);
    verdict(&p.s, &a);
    assert_int_equal(a.status, STATUS_LAGGING);
}

static void test_cap_immaterial(void **state)
{
    struct sample p;
    struct assessment a = halfway("0.30", 100);

    (void)state;
    flow_of_1000(&p);
    a.gap = ratio_make(199, 10);
    verdict(&p.s, &a);
    assert_int_equal(a.status, STATUS_ON_TRACK);
    assert_int_equal(a.why, WHY_IMMATERIAL);
    a.months_left = ratio_of_int(1); /* one reporting step: no time left to wait */
    verdict(&p.s, &a);
    assert_int_equal(a.status, STATUS_LAGGING);
    a.months_left = ratio_make(11, 10);
    a.gap = ratio_of_int(20);
    verdict(&p.s, &a);
    assert_int_equal(a.status, STATUS_LAGGING);
}

/* 14 of 20 against 80 %: the interval of 14/20 holds 80 %; 12 of 20 does not. */
static void test_cap_small_numbers(void **state)
{
    static const struct {
        const char *n, *of;
        enum status status;
    } cases[] = {
        {"14", "20", STATUS_AT_RISK},
        {"12", "20", STATUS_LAGGING},
        {"70", "100", STATUS_LAGGING}, /* N is not small */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sample p;
        struct assessment a = halfway("0.10", 100);

        sample_coverage(&p);
        p.s.step_months = 1;
        a.n = some(cases[i].n);
        a.of = some(cases[i].of);
        a.plan_at = ratio_of_int(80);
        a.fact = ratio_div(ratio_mul(ratio_of_decimal(a.n.value), ratio_of_int(100)),
                           ratio_of_decimal(a.of.value));
        p.s.plan.target = some("95");
        verdict(&p.s, &a);
        assert_int_equal(a.status, cases[i].status);
        if (a.status == STATUS_AT_RISK)
            assert_int_equal(a.why, WHY_SMALL_NUMBERS);
        a.months_left = ratio_of_int(1);
        verdict(&p.s, &a);
        assert_int_equal(a.status, STATUS_LAGGING);
    }
}

static void test_hysteresis(void **state)
{
    static const struct {
        enum status previous;
        const char *progress;
        int32_t probability_e4;
        enum status status;
    } cases[] = {
        /* getting worse happens at the entering edges, whatever was before */
        {STATUS_ON_TRACK, "0.9499", 9000, STATUS_AT_RISK},
        {STATUS_UNDETERMINED, "0.96", 4600, STATUS_ON_TRACK},
        {STATUS_ON_TRACK, "0.96", 4600, STATUS_ON_TRACK},
        {STATUS_ON_TRACK, "0.79", -1, STATUS_LAGGING},
        /* leaving at_risk takes R 0.98 with P 0.50, or R 0.95 with P 0.55 */
        {STATUS_AT_RISK, "0.97", 5400, STATUS_AT_RISK},
        {STATUS_AT_RISK, "0.97", 5500, STATUS_ON_TRACK},
        {STATUS_AT_RISK, "0.9499", 9900, STATUS_AT_RISK},
        {STATUS_AT_RISK, "0.98", 4900, STATUS_AT_RISK},
        {STATUS_AT_RISK, "0.98", 5000, STATUS_ON_TRACK},
        {STATUS_AT_RISK, "0.97", -1, STATUS_AT_RISK},
        {STATUS_AT_RISK, "0.98", -1, STATUS_ON_TRACK},
        /* leaving lagging takes P 0.25, or R 0.85 without a forecast */
        {STATUS_LAGGING, "0.85", 2499, STATUS_LAGGING},
        {STATUS_LAGGING, "0.85", 2500, STATUS_AT_RISK},
        {STATUS_LAGGING, "0.84", -1, STATUS_LAGGING},
        {STATUS_LAGGING, "0.85", -1, STATUS_AT_RISK},
        /* from lagging straight to on track */
        {STATUS_LAGGING, "0.99", 9000, STATUS_ON_TRACK},
        /* and no deeper than the leaving edges ask for */
        {STATUS_LAGGING, "0.96", 4600, STATUS_AT_RISK},
        /* statuses that are no verdict hold nothing */
        {STATUS_ACHIEVED, "0.97", 4600, STATUS_ON_TRACK},
        {STATUS_MISSED, "0.97", 4600, STATUS_ON_TRACK},
    };
    struct sample p;

    (void)state;
    flow_of_1000(&p);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct assessment a = halfway(cases[i].progress, cases[i].probability_e4);

        a.previous = cases[i].previous;
        verdict(&p.s, &a);
        if (a.status != cases[i].status)
            fail_msg("case %zu: %s", i, status_name(a.status));
        assert_int_equal(a.why == WHY_HYSTERESIS, a.status > a.entering);
    }
}

/* An alarm about a material gap ends only below half of it. */
static void test_hysteresis_of_the_gap(void **state)
{
    struct sample p;
    struct assessment a = halfway("0.90", 3000);

    (void)state;
    flow_of_1000(&p);
    a.previous = STATUS_AT_RISK;
    a.gap = ratio_of_int(10);
    verdict(&p.s, &a);
    assert_int_equal(a.status, STATUS_AT_RISK);
    assert_int_equal(a.why, WHY_HYSTERESIS);
    a.gap = ratio_of_int(9);
    verdict(&p.s, &a);
    assert_int_equal(a.status, STATUS_ON_TRACK);
}

static void test_end_target_and_limit(void **state)
{
    static const struct {
        enum direction direction;
        const char *as_of;
        int fact;
        enum status status;
        enum why why;
    } cases[] = {
        {DIRECTION_UP, "2020-12-31", 1000, STATUS_ACHIEVED, WHY_TARGET_MET},
        {DIRECTION_UP, "2020-12-31", 999, STATUS_MISSED, WHY_TARGET_MISSED},
        {DIRECTION_UP, "2020-06-30", 1000, STATUS_ACHIEVED, WHY_TARGET_MET},
        {DIRECTION_DOWN, "2020-12-31", 1000, STATUS_ACHIEVED, WHY_TARGET_MET},
        {DIRECTION_DOWN, "2020-12-31", 1001, STATUS_MISSED, WHY_TARGET_MISSED},
        {DIRECTION_DOWN, "2020-06-30", 1001, STATUS_LAGGING, WHY_CAP_BROKEN},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sample p;
        struct assessment a = halfway("0.99", 9000);

        flow_of_1000(&p);
        p.s.direction = cases[i].direction;
        a.as_of = day(cases[i].as_of);
        a.fact = ratio_of_int(cases[i].fact);
        verdict(&p.s, &a);
        assert_int_equal(a.status, cases[i].status);
        assert_int_equal(a.why, cases[i].why);
    }
}

static void test_numbers_that_overflowed_give_no_verdict(void **state)
{
    struct sample p;
    struct assessment a = halfway("0.30", 100);

    (void)state;
    flow_of_1000(&p);
    a.plan_at = RATIO_NULL;
    verdict(&p.s, &a);
    assert_int_equal(a.status, STATUS_UNDETERMINED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_cell),
        cmocka_unit_test(test_ahead),
        cmocka_unit_test(test_a_level_that_meets_its_target_is_ahead),
        cmocka_unit_test(test_near_the_start_the_gap_decides),
        cmocka_unit_test(test_cap_early),
        cmocka_unit_test(test_cap_immaterial),
        cmocka_unit_test(test_cap_small_numbers),
        cmocka_unit_test(test_hysteresis),
        cmocka_unit_test(test_hysteresis_of_the_gap),
        cmocka_unit_test(test_end_target_and_limit),
        cmocka_unit_test(test_numbers_that_overflowed_give_no_verdict),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
