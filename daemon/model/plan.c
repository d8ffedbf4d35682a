/* plan: the shapes of a plan are one table; a shape only says how w grows strictly between d0 and
 * t1. */
#include "model/plan.h"

struct ratio plan_months(date_t from, date_t to)
{
    return ratio_sub(date_month_count(to), date_month_count(from));
}

/* --- one plan ------------------------------------------------------------------------------------ */

static date_t origin_of(const struct plan *p, enum indicator_kind kind)
{
    return kind != KIND_FLOW && p->base_on != DATE_NONE ? p->base_on : p->starts - 1;
}

static struct ratio base_of(const struct plan *p, enum indicator_kind kind)
{
    return kind != KIND_FLOW && p->base.present ? ratio_of_decimal(p->base.value) : ratio_of_int(0);
}

static struct ratio target_of(const struct plan *p)
{
    return p->target.present ? ratio_of_decimal(p->target.value) : RATIO_NULL;
}

static struct ratio linear_share(const struct plan *p, enum indicator_kind kind, date_t t)
{
    date_t d0 = origin_of(p, kind);

    return ratio_div(plan_months(d0, t), plan_months(d0, p->ends));
}

/* One end of a straight piece of the plan. */
struct knot {
    date_t at;
    struct ratio value;
};

/* Linear in months between the approved points, with (d0, B) before the first and (t1, T) after the
 * last. */
static struct plan_piece points_piece(const struct plan *p, enum indicator_kind kind, date_t t)
{
    struct knot low = {origin_of(p, kind), base_of(p, kind)}, high = {p->ends, target_of(p)};

    for (size_t i = 0; i < p->n_points; i++) {
        struct knot point = {p->points[i].at, ratio_of_decimal(p->points[i].value)};

        if (point.at <= t && point.at >= low.at)
            low = point;
        else if (point.at > t && point.at < high.at)
            high = point;
    }
    return (struct plan_piece){
        .low = low.value,
        .high = high.value,
        .passed = plan_months(low.at, t),
        .length = plan_months(low.at, high.at),
    };
}

/* A twelfth of the plan from knot to knot; of a plan of twelve months each is a calendar month.  Null
 * without knots. */
static struct plan_piece season_piece(const struct plan *p, enum indicator_kind kind, date_t t)
{
    struct ratio passed = ratio_mul(ratio_of_int(SERIES_KNOTS - 1), linear_share(p, kind, t));
    size_t before = 0;

    if (p->n_knots != SERIES_KNOTS || ratio_is_null(passed))
        return (struct plan_piece){RATIO_NULL, RATIO_NULL, RATIO_NULL, RATIO_NULL};
    while (before + 2 < SERIES_KNOTS &&
           ratio_compare(passed, ratio_of_int((int64_t)before + 1)) >= 0)
        before++;
    return (struct plan_piece){
        .low = ratio_of_decimal(p->knots[before]),
        .high = ratio_of_decimal(p->knots[before + 1]),
        .passed = ratio_sub(passed, ratio_of_int((int64_t)before)),
        .length = ratio_of_int(1),
    };
}

static struct ratio value_in(const struct plan_piece *piece)
{
    struct ratio part = ratio_div(piece->passed, piece->length);

    return ratio_add(piece->low, ratio_mul(part, ratio_sub(piece->high, piece->low)));
}

static struct ratio points_share(const struct plan *p, enum indicator_kind kind, date_t t)
{
    struct plan_piece piece = points_piece(p, kind, t);
    struct ratio base = base_of(p, kind), way = ratio_sub(target_of(p), base);

    if (ratio_sign(way) == 0)
        return linear_share(p, kind, t);
    return ratio_div(ratio_sub(value_in(&piece), base), way);
}

static struct ratio season_share(const struct plan *p, enum indicator_kind kind, date_t t)
{
    struct plan_piece piece = season_piece(p, kind, t);

    return value_in(&piece);
}

static struct plan_days term_days(const struct plan *p, enum indicator_kind kind, date_t t)
{
    struct plan_days days = {0, 0};
    date_t origin = origin_of(p, kind);

    for (size_t i = 0; i < p->n_terms; i++) {
        date_t first = p->terms[i].first, last = p->terms[i].last;

        first = first > origin ? first : origin + 1;
        last = last < p->ends ? last : p->ends;
        days.all += last >= first ? last - first + 1 : 0;
        last = last < t ? last : t;
        days.gone += last >= first ? last - first + 1 : 0;
    }
    return days;
}

static struct ratio terms_share(const struct plan *p, enum indicator_kind kind, date_t t)
{
    struct plan_days days = term_days(p, kind, t);

    return ratio_make(days.gone, days.all);
}

typedef struct ratio share_fn(const struct plan *p, enum indicator_kind kind, date_t t);

static share_fn *const shapes[] = {
    [SHAPE_LINEAR] = linear_share, [SHAPE_POINTS] = points_share, [SHAPE_SEASON] = season_share,
    [SHAPE_TERMS] = terms_share,   [SHAPE_SUM] = linear_share, /* of a sum that goes nowhere */
};

static struct ratio share_of(const struct plan *p, enum indicator_kind kind, date_t t)
{
    struct ratio w;

    if (t >= p->ends)
        return ratio_of_int(1);
    if (t <= origin_of(p, kind))
        return ratio_of_int(0);
    w = shapes[p->shape](p, kind, t);
    if (ratio_is_null(w))
        return w;
    return ratio_max(ratio_of_int(0), ratio_min(ratio_of_int(1), w));
}

static struct ratio value_of(const struct plan *p, enum indicator_kind kind, date_t t)
{
    struct ratio base = base_of(p, kind), way = ratio_sub(target_of(p), base);

    return ratio_add(base, ratio_mul(way, share_of(p, kind, t)));
}

/* --- a sum of plans --------------------------------------------------------------------------------- */

struct ratio plan_sum(const struct plan *parts, size_t n, enum indicator_kind kind, date_t t)
{
    struct ratio sum = ratio_of_int(0);

    for (size_t i = 0; i < n; i++)
        sum = ratio_add(sum, value_of(&parts[i], kind, t));
    return sum;
}

/* The sum at a day; of shares the mean of their per cents, weighted with how many each is of. */
static struct ratio sum_at(const struct series *s, date_t t)
{
    struct ratio sum = plan_sum(s->plan.parts, s->plan.n_parts, s->kind, t);

    return s->kind == KIND_SHARE ? ratio_div(sum, ratio_of_decimal(s->plan.weight)) : sum;
}

static bool is_sum(const struct series *s)
{
    return s->plan.shape == SHAPE_SUM && s->plan.n_parts > 0;
}

/* --- the plan of a series ----------------------------------------------------------------------------- */

date_t plan_origin(const struct series *s)
{
    return origin_of(&s->plan, s->kind);
}

struct ratio plan_base(const struct series *s)
{
    return is_sum(s) ? sum_at(s, plan_origin(s)) : base_of(&s->plan, s->kind);
}

struct ratio plan_target(const struct series *s)
{
    return is_sum(s) ? sum_at(s, s->plan.ends) : target_of(&s->plan);
}

struct ratio plan_share(const struct series *s, date_t t)
{
    struct ratio way;

    if (!is_sum(s) || t >= s->plan.ends || t <= plan_origin(s))
        return share_of(&s->plan, s->kind, t);
    way = ratio_sub(plan_target(s), plan_base(s));
    if (ratio_sign(way) == 0)
        return share_of(&s->plan, s->kind, t);
    return ratio_div(ratio_sub(sum_at(s, t), plan_base(s)), way);
}

struct ratio plan_value(const struct series *s, date_t t)
{
    return is_sum(s) ? sum_at(s, t) : value_of(&s->plan, s->kind, t);
}

struct plan_days plan_term_days(const struct series *s, date_t t)
{
    return term_days(&s->plan, s->kind, t);
}

bool plan_piece(const struct series *s, date_t t, struct plan_piece *ret)
{
    if (t <= plan_origin(s) || t >= s->plan.ends)
        return false;
    if (s->plan.shape != SHAPE_POINTS && s->plan.shape != SHAPE_SEASON)
        return false;
    *ret = s->plan.shape == SHAPE_POINTS ? points_piece(&s->plan, s->kind, t)
                                         : season_piece(&s->plan, s->kind, t);
    return !ratio_is_null(ret->passed);
}

bool plan_is_met(const struct series *s, struct ratio value)
{
    int order = ratio_compare(value, plan_target(s));

    return s->direction == DIRECTION_DOWN ? order <= 0 : order >= 0;
}
