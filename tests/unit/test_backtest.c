/* test_backtest: the generator keeps its promises, and the measures measure: what the figures in
 * docs/model.md stand on. */
#include "../backtest/judge.c"
#include "../backtest/measure.c"
#include "../backtest/year.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { FEW = 6, LAST = YEAR_MONTHS - 1 };

static void test_a_seed_makes_one_year(void **state)
{
    static struct year one, again, other;

    (void)state;
    for (size_t kind = 0; kind < YEAR_KINDS; kind++) {
        year_make(&one, kind, 7);
        year_make(&again, kind, 7);
        year_make(&other, kind, 8);
        assert_memory_equal(one.first, again.first, sizeof(one.first));
        assert_true(one.target == again.target && one.met == again.met);
        assert_memory_not_equal(one.settled, other.settled, sizeof(one.settled));
    }
}

static void test_every_kind_is_a_year(void **state)
{
    static struct year y;

    (void)state;
    for (size_t i = 0; i < YEAR_KINDS * FEW; i++) {
        year_make(&y, i / FEW, i);
        assert_true(y.target > y.base && y.of > 0);
        assert_true(y.first[LAST] == y.settled[LAST]);
        assert_true(fabs(y.usual[LAST] - 1) < 1e-9);
        for (size_t m = 1; m < YEAR_MONTHS; m++) {
            assert_true(y.usual[m] >= y.usual[m - 1] && y.usual[m - 1] >= 0);
            assert_true(y.of == 1 || y.settled[m] <= y.of);
        }
        assert_int_equal(year_show(&y, LAST) >= y.target, y.met);
        assert_int_equal(y.series.n_reports, YEAR_MONTHS);
    }
}

/* Otherwise a rule that is always green, or always red, would look good. */
static void test_a_fair_part_of_plans_is_missed(void **state)
{
    static struct year y;
    unsigned missed = 0, all = 20 * YEAR_KINDS;

    (void)state;
    for (size_t i = 0; i < all; i++) {
        year_make(&y, i % YEAR_KINDS, i);
        missed += !y.met;
    }
    assert_in_range(missed, all / 4, all / 2);
}

static void test_extremes_are_seen_by_all(void **state)
{
    static struct year y;
    struct judgement j;

    (void)state;
    year_make(&y, 0, 1);
    memset(y.first, 0, sizeof(y.first));
    memset(y.settled, 0, sizeof(y.settled));
    judge(&y, 0.7, &j);
    for (enum judge k = 0; k < JUDGE_COUNT; k++)
        assert_int_equal(judge_first_red(j.lights[k]), 1); /* January: w < 0.15 */
    for (size_t m = 0; m < YEAR_MONTHS; m++)
        y.first[m] = y.settled[m] = (int64_t)y.target;
    judge(&y, 0.7, &j);
    for (enum judge k = 0; k < JUDGE_COUNT; k++)
        assert_int_equal(judge_first_red(j.lights[k]), YEAR_MONTHS);
}

static void test_flaps(void **state)
{
    static const struct {
        const char *lights; /* g, y, r */
        unsigned flaps;
    } cases[] = {
        {"gggggggggggg", 0}, {"ggggrrrrrrrr", 0}, {"ggggrggggggg", 1}, {"ggggrrgggggg", 1},
        {"ggggrrrggggg", 0}, {"ggyrggggggrg", 1}, {"gggggggggggr", 0}, {"rrgrrrrrrrrg", 1},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        enum light lights[YEAR_MONTHS];

        for (size_t m = 0; m < YEAR_MONTHS; m++)
            lights[m] = cases[i].lights[m] == 'r'   ? LIGHT_RED
                        : cases[i].lights[m] == 'y' ? LIGHT_YELLOW
                                                    : LIGHT_GREEN;
        assert_int_equal(judge_flaps(lights), cases[i].flaps);
    }
}

/* A judgement that is red from one month on, certain or hopeless throughout. */
static struct judgement made_up(size_t red_from, int32_t probability_e4, double least)
{
    struct judgement j = {.least_progress = least, .least_probability = probability_e4 / 10000.0};

    for (size_t m = 0; m < YEAR_MONTHS; m++) {
        j.probability_e4[m] = probability_e4;
        for (enum judge k = 0; k < JUDGE_COUNT; k++)
            j.lights[k][m] = m >= red_from ? LIGHT_RED : LIGHT_GREEN;
    }
    return j;
}

static void test_measures(void **state)
{
    static struct measure m;
    const struct judgement caught = made_up(3, 0, 0.5), fine = made_up(YEAR_MONTHS, 10000, 1.1);
    const struct judgement late = made_up(JUDGE_IN_TIME, 10000, 0.9);
    struct calibration c;
    struct score s;

    (void)state;
    m = (struct measure){0};
    measure_add(&m, 0, false, &caught);
    measure_add(&m, 1, true, &fine);
    c = measure_forecasts(&m);
    assert_true(measure_brier(&c) == 0 && measure_brier_of_rate(&c) == 0.25);
    assert_int_equal(c.n[0], JUDGE_IN_TIME);
    assert_int_equal(c.met[MEASURE_BINS - 1], JUDGE_IN_TIME);
    measure_add(&m, 2, false, &late);
    s = measure_total(&m, JUDGE_PACING);
    assert_true(measure_found(&s) == 0.5 && measure_false_red(&s) == 0);
    assert_int_equal(s.lead, LAST - 3);
    assert_int_equal(s.vekha_lead, LAST - 3);
    assert_true(fabs(measure_tune(&m) - 1.1) <
                1e-9); /* the highest edge that spares the met plan */
    assert_true(measure_ratio(0, 0) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_seed_makes_one_year),
        cmocka_unit_test(test_every_kind_is_a_year),
        cmocka_unit_test(test_a_fair_part_of_plans_is_missed),
        cmocka_unit_test(test_extremes_are_seen_by_all),
        cmocka_unit_test(test_flaps),
        cmocka_unit_test(test_measures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
