/* plan: the shapes of a plan are one table; a shape only says how w grows strictly between d0 and
 * t1. */
#include "model/plan.h"

date_t plan_origin(const struct series *s)
{
    if (s->kind != KIND_FLOW && s->plan.base_on != DATE_NONE)
        return s->plan.base_on;
    return s->plan.starts - 1;
}

struct ratio plan_base(const struct series *s)
{
    if (s->kind == KIND_FLOW || !s->plan.base.present)
        return ratio_of_int(0);
    return ratio_of_decimal(s->plan.base.value);
}

struct ratio plan_target(const struct series *s)
{
    return s->plan.target.present ? ratio_of_decimal(s->plan.target.value) : RATIO_NULL;
}

struct ratio plan_months(date_t from, date_t to)
{
    return ratio_sub(date_month_count(to), date_month_count(from));
}

static struct ratio linear_share(const struct series *s, date_t t)
{
    date_t d0 = plan_origin(s);

    return ratio_div(plan_months(d0, t), plan_months(d0, s->plan.ends));
}

/* One end of a straight piece of the plan. */
struct knot {
    date_t at;
    struct ratio value;
};

/* Linear in months between the approved points, with (d0, B) before the first and (t1, T) after the
 * last. */
static struct ratio points_share(const struct series *s, date_t t)
{
    struct knot low = {plan_origin(s), plan_base(s)}, high = {s->plan.ends, plan_target(s)};
    struct ratio base = low.value, way = ratio_sub(high.value, low.value), part;

    if (ratio_sign(way) == 0)
        return linear_share(s, t);
    for (size_t i = 0; i < s->plan.n_points; i++) {
        struct knot point = {s->plan.points[i].at, ratio_of_decimal(s->plan.points[i].value)};

        if (point.at <= t && point.at >= low.at)
            low = point;
        else if (point.at > t && point.at < high.at)
            high = point;
    }
    part = ratio_div(plan_months(low.at, t), plan_months(low.at, high.at));
    part = ratio_mul(part, ratio_sub(high.value, low.value));
    return ratio_div(ratio_sub(ratio_add(low.value, part), base), way);
}

/* A twelfth of the plan from knot to knot; of a plan of twelve months each is a calendar month. */
static struct ratio season_share(const struct series *s, date_t t)
{
    const struct plan *p = &s->plan;
    struct ratio passed = ratio_mul(ratio_of_int(SERIES_KNOTS - 1), linear_share(s, t)), low, high;
    size_t before = 0;

    if (p->n_knots != SERIES_KNOTS || ratio_is_null(passed))
        return RATIO_NULL;
    while (before + 2 < SERIES_KNOTS &&
           ratio_compare(passed, ratio_of_int((int64_t)before + 1)) >= 0)
        before++;
    low = ratio_of_decimal(p->knots[before]);
    high = ratio_of_decimal(p->knots[before + 1]);
    passed = ratio_sub(passed, ratio_of_int((int64_t)before));
    return ratio_add(low, ratio_mul(passed, ratio_sub(high, low)));
}

struct plan_days plan_term_days(const struct series *s, date_t t)
{
    struct plan_days days = {0, 0};

    for (size_t i = 0; i < s->plan.n_terms; i++) {
        date_t first = s->plan.terms[i].first, last = s->plan.terms[i].last;

        first = first > plan_origin(s) ? first : plan_origin(s) + 1;
        last = last < s->plan.ends ? last : s->plan.ends;
        days.all += last >= first ? last - first + 1 : 0;
        last = last < t ? last : t;
        days.gone += last >= first ? last - first + 1 : 0;
    }
    return days;
}

static struct ratio terms_share(const struct series *s, date_t t)
{
    struct plan_days days = plan_term_days(s, t);

    return ratio_make(days.gone, days.all);
}

typedef struct ratio share_fn(const struct series *s, date_t t);

static share_fn *const shapes[] = {
    [SHAPE_LINEAR] = linear_share,
    [SHAPE_POINTS] = points_share,
    [SHAPE_SEASON] = season_share,
    [SHAPE_TERMS] = terms_share,
};

struct ratio plan_share(const struct series *s, date_t t)
{
    struct ratio w;

    if (t >= s->plan.ends)
        return ratio_of_int(1);
    if (t <= plan_origin(s))
        return ratio_of_int(0);
    w = shapes[s->plan.shape](s, t);
    if (ratio_is_null(w))
        return w;
    return ratio_max(ratio_of_int(0), ratio_min(ratio_of_int(1), w));
}

struct ratio plan_value(const struct series *s, date_t t)
{
    struct ratio base = plan_base(s), way = ratio_sub(plan_target(s), base);

    return ratio_add(base, ratio_mul(way, plan_share(s, t)));
}

bool plan_is_met(const struct series *s, struct ratio value)
{
    int order = ratio_compare(value, plan_target(s));

    return s->direction == DIRECTION_DOWN ? order <= 0 : order >= 0;
}
