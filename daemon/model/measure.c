/* measure: all exact; a null stands for what is undefined. */
#include "model/measure.h"

#include "model/facts.h"
#include "model/plan.h"

void measure_fact(const struct series *s, const struct report *r, struct ratio value,
                  struct assessment *ret)
{
    ret->as_of = facts_day(s, r);
    ret->fact = value;
    ret->n.present = ret->of.present = false;
    if (s->kind == KIND_SHARE && r->of.present) {
        ret->n = r->value;
        ret->of = r->of;
    }
}

struct ratio measure_all(const struct series *s, const struct assessment *a)
{
    if (s->kind != KIND_SHARE)
        return RATIO_NULL;
    if (a->of.present)
        return ratio_of_decimal(a->of.value);
    if (s->has_plan && s->plan.of.present && s->plan.of.value.mantissa > 0)
        return ratio_of_decimal(s->plan.of.value);
    return RATIO_NULL;
}

struct ratio measure_units(const struct series *s, const struct assessment *a,
                           struct ratio difference)
{
    struct ratio all = measure_all(s, a);

    if (ratio_is_null(all))
        return difference;
    return ratio_div(ratio_mul(difference, all), ratio_of_int(100));
}

/* People are whole: the plan of a share is rounded to the side that fulfils it. */
static struct ratio gap_of(const struct series *s, const struct assessment *a)
{
    bool down = s->direction == DIRECTION_DOWN;
    struct ratio plan = measure_units(s, a, a->plan_at), fact = measure_units(s, a, a->fact);

    if (!ratio_is_null(measure_all(s, a)))
        plan = down ? ratio_floor(plan) : ratio_ceil(plan);
    return down ? ratio_sub(fact, plan) : ratio_sub(plan, fact);
}

static struct ratio larger(struct ratio a, struct ratio b)
{
    if (ratio_is_null(a) || ratio_is_null(b))
        return ratio_is_null(a) ? b : a;
    return ratio_max(a, b);
}

/* g = max(g2, N/100 for a share, T/50 in units).  A share of unknown N is judged in percentage
 * points, as if of 100; what is neither share nor count (roubles, an average) has no least count
 * g2. */
static struct ratio material_gap(const struct series *s, const struct assessment *a)
{
    const struct rules *rules = &s->rules;
    struct ratio count = ratio_of_decimal(rules->gap_count), all = measure_all(s, a);
    struct ratio target = ratio_abs(measure_units(s, a, plan_target(s)));
    struct ratio gap = ratio_div(target, ratio_of_decimal(rules->gap_of_target));

    if (s->kind == KIND_SHARE) {
        if (ratio_is_null(all))
            all = ratio_of_int(100);
        struct ratio small = ratio_div(all, ratio_of_decimal(rules->gap_small_share));

        if (!ratio_is_null(small))
            count = ratio_min(count, small);
        gap = larger(gap, ratio_div(all, ratio_of_decimal(rules->gap_of_all)));
    } else if (!s->whole) {
        count = ratio_of_int(0);
    }
    return larger(gap, count);
}

/* R; null where the plan has hardly moved from its base: |E - B| below the material gap. */
static struct ratio progress_of(const struct series *s, const struct assessment *a)
{
    struct ratio base = plan_base(s), way = ratio_sub(a->plan_at, base);
    struct ratio moved = ratio_abs(measure_units(s, a, way));

    if (ratio_is_null(moved) || ratio_is_null(a->material_gap) ||
        ratio_compare(moved, a->material_gap) < 0)
        return RATIO_NULL;
    if (s->kind == KIND_FLOW && s->direction == DIRECTION_DOWN)
        return ratio_sub(ratio_of_int(2), ratio_div(a->fact, a->plan_at));
    return ratio_div(ratio_sub(a->fact, base), way);
}

static struct ratio attainment_of(const struct series *s, const struct assessment *a)
{
    if (s->direction == DIRECTION_DOWN)
        return ratio_div(a->plan_at, a->fact);
    return ratio_div(a->fact, a->plan_at);
}

void measure(const struct series *s, const struct report *r, struct ratio value,
             struct assessment *ret)
{
    date_t origin = plan_origin(s);

    measure_fact(s, r, value, ret);
    ret->share_done = plan_share(s, ret->as_of);
    ret->plan_at = plan_value(s, ret->as_of);
    ret->gap = gap_of(s, ret);
    ret->material_gap = material_gap(s, ret);
    ret->progress = progress_of(s, ret);
    ret->attainment = attainment_of(s, ret);
    ret->months_gone = plan_months(origin, ret->as_of);
    ret->months_left =
        ret->as_of < s->plan.ends ? plan_months(ret->as_of, s->plan.ends) : ratio_of_int(0);
    ret->needed_pace = ratio_div(ratio_sub(plan_target(s), value), ret->months_left);
    ret->pace = ratio_div(ratio_sub(value, plan_base(s)), ret->months_gone);
}

bool measure_is_whole(const struct assessment *a)
{
    return !ratio_is_null(a->fact) && !ratio_is_null(a->plan_at) && !ratio_is_null(a->gap) &&
           !ratio_is_null(a->material_gap) && !ratio_is_null(a->share_done);
}

bool measure_has_time(const struct series *s, const struct assessment *a)
{
    return ratio_compare(a->months_left, ratio_of_int(s->step_months)) > 0;
}
