/* prospect: see prospect.h. */
#include "model/prospect.h"

#include <math.h>

#include "model/forecast.h"
#include "model/plan.h"

typedef struct expression expr;

enum line {
    LINE_PRIOR,
    LINE_MULTIPLE,
    LINE_REST,
    LINE_OWN_SLOPE,
    LINE_PLANNED_SLOPE,
    LINE_SLOPE,
    LINE_EARLIER_SLOPE,
    LINE_RESIDUALS,
    LINE_NOISE,
    LINE_FORECAST,
    LINE_VARIANCE,
    LINE_DEVIATION,
    LINE_DISTANCE,
    LINE_PROBABILITY,
    LINE_COUNT
};

static paper_name names[LINE_COUNT] = {
    [LINE_PRIOR] = {"Weight of the plan: k", "Вес плана: k"},
    [LINE_MULTIPLE] = {"Pace to come, of the planned: m", "Ожидаемый темп к плановому: m"},
    [LINE_REST] = {"Left by the plan: ρ", "Осталось по плану: ρ"},
    [LINE_OWN_SLOPE] = {"Median slope a month", "Медианный наклон в месяц"},
    [LINE_PLANNED_SLOPE] = {"Planned slope a month", "Плановый наклон в месяц"},
    [LINE_SLOPE] = {"Slope to come: b", "Ожидаемый наклон: b"},
    [LINE_EARLIER_SLOPE] = {"Median slope before the last figure",
                            "Медианный наклон до последнего"},
    [LINE_RESIDUALS] = {"Median deviation from it", "Медианное отклонение от него"},
    [LINE_NOISE] = {"Spread of the figures: s", "Разброс сведений: s"},
    [LINE_FORECAST] = {"Forecast: F", "Прогноз: F"},
    [LINE_VARIANCE] = {"Its variance", "Его дисперсия"},
    [LINE_DEVIATION] = {"Its deviation: sd", "Его отклонение: sd"},
    [LINE_DISTANCE] = {"Distance to the target: z", "Расстояние до цели: z"},
    [LINE_PROBABILITY] = {"Probability: P", "Вероятность: P"},
};

static void flow_forecast(struct paper *p, const struct forecast_parts *f)
{
    const struct rules *rules = &p->s->rules;
    expr k = paper_double(p, f->k), m = paper_double(p, f->m), rest = paper_double(p, f->rest);
    expr plan = paper_ratio(p, p->a->plan_at), done = paper_ratio(p, p->a->fact),
         target = paper_ratio(p, plan_target(p->s));
    expr expected =
        expression_add(paper_int(p, 1), expression_divide(rest, expression_add(k, plan)));
    expr counted = expression_multiply(
        expression_multiply(expression_multiply(paper_decimal(p, rules->flow_dispersion), m), rest),
        expected);
    expr spread = expression_square(expression_multiply(
        expression_multiply(paper_decimal(p, rules->pace_uncertainty), m), rest));

    paper_say(p, names[LINE_PRIOR],
              expression_multiply(paper_decimal(p, rules->flow_prior), target), f->k);
    paper_say(p, names[LINE_MULTIPLE],
              expression_divide(expression_add(k, done), expression_add(k, plan)), f->m);
    paper_say(p, names[LINE_REST], expression_subtract(target, plan), f->rest);
    paper_say(p, names[LINE_FORECAST], expression_add(done, expression_multiply(m, rest)),
              f->value);
    paper_say(p, names[LINE_VARIANCE], expression_add(counted, spread), f->variance);
}

/* Oldest first, each at its months after the first. */
static void points(struct paper *p, const struct forecast_parts *f)
{
    static paper_name name = {"Points, months: value", "Точки, месяцев: значение"};

    str_addf(p->out, "%s", name[p->lang]);
    for (size_t i = f->n; i-- > 0;)
        str_addf(p->out, "; %s: %s",
                 paper_double(p, f->points[i].month - f->points[f->n - 1].month).text,
                 paper_double(p, f->points[i].value).text);
    str_add(p->out, "\n");
}

static void level_forecast(struct paper *p, const struct forecast_parts *f)
{
    const struct rules *rules = &p->s->rules;
    struct ratio way = ratio_sub(plan_target(p->s), plan_base(p->s));
    struct ratio all = plan_months(plan_origin(p->s), p->s->plan.ends);
    expr n = paper_int(p, (int64_t)f->n), weight = paper_decimal(p, rules->level_prior),
         left = paper_double(p, f->left);
    expr own = expression_multiply(n, paper_double(p, f->own));
    expr plan = expression_multiply(weight, paper_double(p, f->planned));
    expr noise = expression_square(paper_double(p, f->noise)), slope = paper_double(p, f->slope);
    expr longer = expression_add(
        paper_int(p, 1),
        expression_divide(left, expression_larger(paper_int(p, 1), paper_double(p, f->span))));
    expr drift = expression_square(expression_multiply(
        expression_multiply(paper_decimal(p, rules->pace_uncertainty), slope), left));

    points(p, f);
    paper_give(p, names[LINE_OWN_SLOPE], f->own);
    paper_say(p, names[LINE_PLANNED_SLOPE],
              expression_divide(paper_ratio(p, way), paper_ratio(p, all)), f->planned);
    paper_say(p, names[LINE_SLOPE],
              expression_divide(expression_add(own, plan), expression_add(n, weight)), f->slope);
    paper_give(p, names[LINE_EARLIER_SLOPE], f->earlier);
    paper_give(p, names[LINE_RESIDUALS], f->deviation);
    paper_say(p, names[LINE_NOISE],
              expression_larger(expression_multiply(paper_double(p, FORECAST_MAD_TO_SD),
                                                    paper_double(p, f->deviation)),
                                paper_double(p, f->least)),
              f->noise);
    paper_say(p, names[LINE_FORECAST],
              expression_add(paper_ratio(p, p->a->fact), expression_multiply(slope, left)),
              f->value);
    paper_say(p, names[LINE_VARIANCE], expression_add(expression_multiply(noise, longer), drift),
              f->variance);
}

/* Half a unit is given to whole counts; for a cap the sides change. */
static void chance(struct paper *p, const struct forecast_parts *f)
{
    bool down = p->s->direction == DIRECTION_DOWN, half = p->s->whole && p->s->kind != KIND_SHARE;
    double sd = sqrt(fmax(0, f->variance)), target = ratio_to_double(plan_target(p->s));
    double over = (down ? target - f->value : f->value - target) + (half ? 0.5 : 0);
    expr forecast = paper_double(p, f->value), goal = paper_ratio(p, plan_target(p->s));
    expr distance =
        down ? expression_subtract(goal, forecast) : expression_subtract(forecast, goal);
    char z[EXPRESSION_TEXT_MAX], chance[EXPRESSION_TEXT_MAX];

    paper_say(p, names[LINE_DEVIATION], expression_root(paper_double(p, f->variance)), sd);
    if (!(sd > 0))
        return;
    if (half)
        distance = expression_add(distance, paper_double(p, 0.5));
    paper_say(p, names[LINE_DISTANCE], expression_divide(distance, paper_double(p, sd)), over / sd);
    str_addf(p->out, "%s = Φ(%s) = %s\n", names[LINE_PROBABILITY][p->lang],
             expression_format(over / sd, 6, p->lang, z),
             expression_format(p->a->probability_e4 / 1e4, 4, p->lang, chance));
}

void prospect(struct paper *p, const struct facts *f)
{
    struct forecast_parts parts;

    if (!p->a->has_forecast || f->n == 0 || !forecast_parts(p->s, f, f->n - 1, p->a, &parts))
        return;
    if (p->s->kind == KIND_FLOW)
        flow_forecast(p, &parts);
    else
        level_forecast(p, &parts);
    chance(p, &parts);
}
