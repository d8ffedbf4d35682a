/* test_properties: what holds for every series, tried on some thousands of seeded ones: a better last figure
 * never makes the verdict worse, the order of arrival changes nothing, to assess again changes nothing, and
 * progress and attainment do not depend on the unit of counting. */
#include "model/assess.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "sample.h"
#include "seeded.h"

enum { SERIES = 4000, YEAR_MONTHS = 12, BETTER_STEPS = 8 };

/* How many are drawn: SERIES, or as many as the variable of that name says. */
static uint64_t series(void)
{
    const char *given = getenv("SERIES");
    return given != NULL ? strtoull(given, NULL, 10) : (uint64_t)SERIES;
}

/* A series, and how it was made: for the message of a failure. */
struct drawn {
    struct sample sample;
    uint64_t seed;
};

static int between(uint64_t *state, int least, int most)
{
    return least + (int)seeded_below(state, (uint64_t)(most - least + 1));
}

static struct optional_decimal number(int value)
{
    return (struct optional_decimal){true, {value, 0}};
}

/* A plan that bends once, in its middle. */
static void bend(struct sample *p, uint64_t *state)
{
    int base = p->s.plan.base.present ? (int)p->s.plan.base.value.mantissa : 0;
    int target = (int)p->s.plan.target.value.mantissa;

    p->s.plan.shape = SHAPE_POINTS;
    p->s.plan.n_points = 1;
    p->points[0].at = day("2020-06-30");
    p->points[0].value = (struct decimal){base + (target - base) * between(state, 1, 9) / 10, 0};
}

static void draw_plan(struct sample *p, uint64_t *state)
{
    static const enum indicator_kind kinds[] = {KIND_FLOW, KIND_LEVEL, KIND_SHARE};
    int of = between(state, 20, 400), base, target;

    sample_init(p, kinds[seeded_below(state, 3)]);
    p->s.direction = seeded_below(state, 4) == 0 ? DIRECTION_DOWN : DIRECTION_UP;
    base = between(state, 20, 60);
    target = p->s.direction == DIRECTION_UP ? base + between(state, 1, 40)
                                            : base - between(state, 1, 20);
    if (p->s.kind == KIND_FLOW) {
        p->s.plan.target = number(between(state, 1, 400));
    } else {
        p->s.plan.base = number(base);
        p->s.plan.base_on = day("2019-12-31");
        p->s.plan.target = number(target);
        if (p->s.kind == KIND_SHARE)
            p->s.plan.of = number(of);
    }
    if (seeded_below(state, 2))
        bend(p, state);
}

/* What is reported about the month: on the way from base to target, more or less. */
static int draw_value(const struct sample *p, uint64_t *state, int month, int before)
{
    int target = (int)p->s.plan.target.value.mantissa, base = 0, value;

    if (p->s.kind == KIND_FLOW)
        return before + between(state, 0, 2 * target / YEAR_MONTHS + 1);
    base = (int)p->s.plan.base.value.mantissa;
    value = base + (target - base) * month / YEAR_MONTHS + between(state, -8, 8);
    if (p->s.kind == KIND_SHARE)
        value = value * (int)p->s.plan.of.value.mantissa / 100;
    return value > 0 ? value : 0;
}

static void draw(struct drawn *d, uint64_t seed)
{
    uint64_t state = seed * 0x9E3779B97F4A7C15u + 1;
    struct sample *p = &d->sample;
    int months, value = 0;

    d->seed = seed;
    draw_plan(p, &state);
    months = between(&state, 1, YEAR_MONTHS);
    for (int month = 1; month <= months; month++) {
        char period[PERIOD_TEXT_MAX];
        struct report *r;

        snprintf(period, sizeof(period), "2020-%02d", month);
        value = draw_value(p, &state, month, value);
        r = sample_add(p, period, NULL, "0", NULL);
        r->value = number(value);
        if (p->s.kind == KIND_SHARE)
            r->of = p->s.plan.of;
    }
    p->s.today = p->reports[months - 1].as_of;
}

/* --- a better last figure --- */

/* How bad it is; the same for what is over and what is going on. */
static int badness(enum status s)
{
    static const int of[] = {
        [STATUS_ACHIEVED] = 0, [STATUS_ON_TRACK] = 0, [STATUS_AT_RISK] = 1,
        [STATUS_LAGGING] = 2,  [STATUS_MISSED] = 2,
    };

    assert_true(s == STATUS_ACHIEVED || s == STATUS_MISSED ||
                (s >= STATUS_ON_TRACK && s <= STATUS_LAGGING));
    return of[s];
}

static void improve(struct sample *p)
{
    struct report *last = &p->reports[p->s.n_reports - 1];

    last->value.value.mantissa += p->s.direction == DIRECTION_UP ? 1 : -1;
}

static bool can_improve(const struct sample *p)
{
    const struct report *last = &p->reports[p->s.n_reports - 1];

    if (p->s.direction == DIRECTION_DOWN)
        return last->value.value.mantissa > 0;
    return p->s.kind != KIND_SHARE || last->value.value.mantissa < last->of.value.mantissa;
}

static void assert_no_worse(const struct drawn *d, const struct assessment *before,
                            const struct assessment *after)
{
    if (badness(after->status) > badness(before->status))
        fail_msg("seed %llu: %s became %s by a better figure", (unsigned long long)d->seed,
                 status_name(before->status), status_name(after->status));
    assert_true(ratio_compare(after->gap, before->gap) <= 0);
    if (!ratio_is_null(before->progress))
        assert_true(ratio_compare(after->progress, before->progress) >= 0);
}

static void test_a_better_last_figure_is_never_worse(void **state)
{
    static struct drawn d;

    (void)state;
    for (uint64_t seed = 1; seed <= series(); seed++) {
        struct assessment before, after;

        draw(&d, seed);
        assess(&d.sample.s, &before);
        for (int i = 0; i < BETTER_STEPS && can_improve(&d.sample); i++) {
            improve(&d.sample);
            assess(&d.sample.s, &after);
            assert_no_worse(&d, &before, &after);
            before = after;
        }
    }
}

/* The series that showed why the spread is that of the figures before the last. */
static void test_a_figure_that_falls_into_line_is_no_worse(void **state)
{
    static const int values[] = {40, 44, 35, 43, 36, 50};
    static struct drawn d;
    struct assessment before, after;

    (void)state;
    sample_init(&d.sample, KIND_LEVEL);
    d.sample.s.plan.base = number(40);
    d.sample.s.plan.base_on = day("2019-12-31");
    d.sample.s.plan.target = number(50);
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        char period[PERIOD_TEXT_MAX];

        snprintf(period, sizeof(period), "2020-%02zu", i + 1);
        sample_add(&d.sample, period, NULL, "0", NULL)->value = number(values[i]);
    }
    sample_add(&d.sample, "2020-07", NULL, "38", NULL);
    assess(&d.sample.s, &before);
    improve(&d.sample);
    assess(&d.sample.s, &after);
    assert_no_worse(&d, &before, &after);
    assert_true(after.probability_e4 > before.probability_e4);
}

/* --- order, repetition, unit --- */

static void assert_same(const struct drawn *d, const struct assessment *a,
                        const struct assessment *b)
{
    if (a->status != b->status || a->why != b->why || a->as_of != b->as_of ||
        a->probability_e4 != b->probability_e4 || ratio_compare(a->fact, b->fact) != 0 ||
        ratio_compare(a->gap, b->gap) != 0)
        fail_msg("seed %llu: %s and %s", (unsigned long long)d->seed, status_name(a->status),
                 status_name(b->status));
}

/* Fisher and Yates. */
static void shuffle(struct sample *p, uint64_t *state)
{
    for (size_t i = p->s.n_reports; i-- > 1;) {
        size_t j = (size_t)seeded_below(state, i + 1);
        struct report other = p->reports[i];

        p->reports[i] = p->reports[j];
        p->reports[j] = other;
    }
}

/* Old versions of some figures arrive too, early or late: they never count. */
static void add_old_versions(struct sample *p, uint64_t *state)
{
    size_t n = p->s.n_reports;

    for (size_t i = 0; i < n; i++) {
        struct report *old = &p->reports[p->s.n_reports];

        if (seeded_below(state, 2) == 0)
            continue;
        *old = p->reports[i];
        old->value = number(between(state, 0, 30));
        old->composed_us -= 1000;
        p->s.n_reports++;
    }
}

static void test_the_order_of_arrival_changes_nothing(void **state)
{
    static struct drawn d;

    (void)state;
    for (uint64_t seed = 1; seed <= series(); seed++) {
        struct assessment in_order, as_it_came;
        uint64_t chance = seed + SERIES;

        draw(&d, seed);
        assess(&d.sample.s, &in_order);
        add_old_versions(&d.sample, &chance);
        shuffle(&d.sample, &chance);
        assess(&d.sample.s, &as_it_came);
        assert_same(&d, &in_order, &as_it_came);
        assess(&d.sample.s, &in_order);
        assert_same(&d, &in_order, &as_it_came);
    }
}

/* Counted in hundredths, a series of the same growth has the same R and U. */
static void scale(struct sample *p, int by)
{
    struct plan *plan = &p->s.plan;

    plan->target.value.mantissa *= by;
    plan->base.value.mantissa *= by;
    for (size_t i = 0; i < plan->n_points; i++)
        p->points[i].value.mantissa *= by;
    for (size_t i = 0; i < p->s.n_reports; i++)
        p->reports[i].value.value.mantissa *= by;
}

static void assert_equal_or_null(struct ratio a, struct ratio b)
{
    if (!ratio_is_null(a) && !ratio_is_null(b))
        assert_int_equal(ratio_compare(a, b), 0);
}

static void test_progress_does_not_depend_on_the_unit(void **state)
{
    static struct drawn d;

    (void)state;
    for (uint64_t seed = 1; seed <= series(); seed++) {
        struct assessment small, large;

        draw(&d, seed);
        if (d.sample.s.kind == KIND_SHARE)
            continue;
        assess(&d.sample.s, &small);
        scale(&d.sample, 100);
        assess(&d.sample.s, &large);
        assert_equal_or_null(small.progress, large.progress);
        assert_equal_or_null(small.attainment, large.attainment);
        assert_int_equal(ratio_compare(small.share_done, large.share_done), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_better_last_figure_is_never_worse),
        cmocka_unit_test(test_a_figure_that_falls_into_line_is_no_worse),
        cmocka_unit_test(test_the_order_of_arrival_changes_nothing),
        cmocka_unit_test(test_progress_does_not_depend_on_the_unit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
