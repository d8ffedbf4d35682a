/* forecast: docs/model.md, "Forecast". */
#include "model/forecast.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/plan.h"

static double number(struct decimal d)
{
    return ratio_to_double(ratio_of_decimal(d));
}

static int by_value(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;

    return (a > b) - (a < b);
}

double forecast_median(double *values, size_t n)
{
    qsort(values, n, sizeof(*values), by_value);
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

int32_t forecast_probability(double z)
{
    return (int32_t)floor(erfc(-z / sqrt(2)) / 2 * 10000 + 0.5);
}

/* m = (k + A)/(k + E) is the pace to expect as a share of the planned one; var counts events (phi),
 * the uncertainty of m, and that of the pace to come (c). */
static void flow_outlook(const struct series *s, const struct assessment *a,
                         struct forecast_parts *ret)
{
    double target = ratio_to_double(plan_target(s)), plan = ratio_to_double(a->plan_at);
    double fact = ratio_to_double(a->fact), k = number(s->rules.flow_prior) * target;
    double m = (k + fact) / (k + plan), rest = target - plan;
    double spread = number(s->rules.pace_uncertainty) * m * rest;

    *ret = (struct forecast_parts){
        .k = k,
        .m = m,
        .rest = rest,
        .value = fact + m * rest,
        .variance =
            number(s->rules.flow_dispersion) * m * rest * (1 + rest / (k + plan)) + spread * spread,
    };
}

static double months_of(date_t day)
{
    return ratio_to_double(date_month_count(day));
}

/* The base, if counted by the same method, and the last figures of that method up to the k-th. */
static size_t collect_points(const struct series *s, const struct facts *f, size_t k,
                             struct forecast_point points[FORECAST_MAX_POINTS])
{
    const char *method = facts_method(s, &s->reports[f->at[k]]);
    const char *base_method = s->plan.base_method[0] ? s->plan.base_method : s->method;
    bool has_base = s->plan.base.present && strcmp(method, base_method) == 0 &&
                    s->reports[f->at[0]].as_of > plan_origin(s);
    double limit = number(s->rules.level_max_points);
    size_t max = limit < FORECAST_MAX_POINTS ? (size_t)limit : FORECAST_MAX_POINTS, n = 0;

    for (size_t i = k + 1; i-- > 0 && n + has_base < max;) {
        const struct report *r = &s->reports[f->at[i]];

        if (strcmp(facts_method(s, r), method) == 0)
            points[n++] =
                (struct forecast_point){months_of(r->as_of), ratio_to_double(facts_value(s, r))};
    }
    if (has_base && n < max)
        points[n++] =
            (struct forecast_point){months_of(plan_origin(s)), ratio_to_double(plan_base(s))};
    return n;
}

/* The median of the slopes between all pairs; needs two points of different days. */
static double theil_sen(const struct forecast_point *points, size_t n)
{
    double slopes[FORECAST_MAX_POINTS * (FORECAST_MAX_POINTS - 1) / 2];
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            slopes[count++] =
                (points[i].value - points[j].value) / (points[i].month - points[j].month);
    return forecast_median(slopes, count);
}

/* MAD of what their own slope leaves unexplained of the points before the last, which come after it here.
 * The last is left out so that it cannot change the measure it is judged by: a last figure that falls
 * into line would else make the forecast surer of a missed target, and the verdict worse. */
static double deviation_before(const struct forecast_point *points, size_t n, double slope)
{
    double rest[FORECAST_MAX_POINTS], middle;

    points++, n--;

    for (size_t i = 0; i < n; i++)
        rest[i] = points[i].value - slope * points[i].month;
    middle = forecast_median(rest, n);
    for (size_t i = 0; i < n; i++)
        rest[i] = fabs(rest[i] - middle);
    return forecast_median(rest, n);
}

static double least_spread(const struct series *s)
{
    if (s->kind == KIND_SHARE)
        return number(s->rules.level_noise_share);
    return fmax(number(s->rules.level_noise_stock) * fabs(ratio_to_double(plan_target(s))),
                number(s->rules.level_noise_stock_least));
}

static void level_outlook(const struct series *s, const struct assessment *a,
                          const struct forecast_point *points, size_t n, struct forecast_parts *ret)
{
    double own = theil_sen(points, n), weight = number(s->rules.level_prior);
    double way = ratio_to_double(ratio_sub(plan_target(s), plan_base(s)));
    double planned = way / ratio_to_double(plan_months(plan_origin(s), s->plan.ends));
    double slope = ((double)n * own + weight * planned) / ((double)n + weight);
    double left = ratio_to_double(a->months_left);
    double span = points[0].month - points[n - 1].month; /* the last figure comes first */
    double earlier = n > 2 ? theil_sen(points + 1, n - 1) : own;
    double deviation = deviation_before(points, n, earlier), least = least_spread(s);
    double noise = fmax(FORECAST_MAD_TO_SD * deviation, least);
    double drift = number(s->rules.pace_uncertainty) * slope * left;

    *ret = (struct forecast_parts){
        .n = n,
        .earlier = earlier,
        .own = own,
        .planned = planned,
        .slope = slope,
        .deviation = deviation,
        .least = least,
        .noise = noise,
        .span = span,
        .left = left,
        .value = ratio_to_double(a->fact) + slope * left,
        .variance = noise * noise * (1 + left / fmax(1, span)) + drift * drift,
    };
    memcpy(ret->points, points, n * sizeof *points);
}

/* How many standard deviations the forecast is on the good side of T; half a unit is given to whole
 * counts. */
static int32_t probability_of(const struct series *s, struct forecast_parts o)
{
    double over = o.value - ratio_to_double(plan_target(s));
    double half = s->whole && s->kind != KIND_SHARE ? 0.5 : 0;

    if (s->direction == DIRECTION_DOWN)
        over = -over;
    if (o.variance <= 0)
        return over >= 0 ? 10000 : 0;
    return forecast_probability((over + half) / sqrt(o.variance));
}

static bool is_early(const struct series *s, const struct assessment *a)
{
    return ratio_compare(a->share_done, ratio_of_decimal(s->rules.early_share)) < 0;
}

static bool flow_forecast(const struct series *s, size_t n, const struct assessment *a,
                          struct forecast_parts *ret)
{
    if (ratio_compare(ratio_of_int((int64_t)n), ratio_of_decimal(s->rules.min_reports_flow)) < 0)
        return false;
    if (ratio_sign(plan_target(s)) <= 0)
        return false;
    flow_outlook(s, a, ret);
    return true;
}

static bool level_forecast(const struct series *s, const struct facts *f, size_t k,
                           const struct assessment *a, struct forecast_parts *ret)
{
    struct forecast_point points[FORECAST_MAX_POINTS];
    size_t n = collect_points(s, f, k, points);

    if (n < 2 ||
        ratio_compare(ratio_of_int((int64_t)n), ratio_of_decimal(s->rules.min_reports_level)) < 0)
        return false;
    level_outlook(s, a, points, n, ret);
    return true;
}

bool forecast_parts(const struct series *s, const struct facts *f, size_t k,
                    const struct assessment *a, struct forecast_parts *ret)
{
    if (is_early(s, a) || a->as_of >= s->plan.ends)
        return false;
    return s->kind == KIND_FLOW ? flow_forecast(s, k + 1, a, ret) : level_forecast(s, f, k, a, ret);
}

void forecast(const struct series *s, const struct facts *f, size_t k, struct assessment *a)
{
    struct forecast_parts o = {.value = ratio_to_double(a->fact), .variance = 0};
    bool over = a->as_of >= s->plan.ends && !is_early(s, a);

    a->has_forecast = false;
    if (!over && !forecast_parts(s, f, k, a, &o))
        return;
    if (!isfinite(o.value) || !isfinite(o.variance))
        return;
    a->has_forecast = true;
    a->probability_e4 = probability_of(s, o);
    a->forecast = s->kind == KIND_SHARE ? fmin(100, fmax(0, o.value)) : o.value;
    a->forecast_sd = sqrt(fmax(0, o.variance));
}
