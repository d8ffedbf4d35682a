/* workings: see workings.h. */
#include "model/workings.h"

#include <math.h>
#include <string.h>

#include "model/expression.h"
#include "model/facts.h"
#include "model/forecast.h"
#include "model/measure.h"
#include "model/plan.h"

typedef struct expression expr;

/* One text in the making. */
struct paper {
    const struct series *s;
    const struct assessment *a;
    enum lang lang;
    struct str *out;
    struct facts facts;
    struct forecast_parts parts;
};

enum line {
    LINE_FACT,
    LINE_MONTHS,
    LINE_SHARE,
    LINE_PLAN,
    LINE_PEOPLE,
    LINE_GAP,
    LINE_MATERIAL,
    LINE_PROGRESS,
    LINE_ATTAINMENT,
    LINE_NEEDED,
    LINE_PACE,
    LINE_PRIOR,
    LINE_MULTIPLE,
    LINE_REST,
    LINE_OWN_SLOPE,
    LINE_PLANNED_SLOPE,
    LINE_SLOPE,
    LINE_NOISE,
    LINE_FORECAST,
    LINE_VARIANCE,
    LINE_DEVIATION,
    LINE_DISTANCE,
    LINE_PROBABILITY,
    LINE_COUNT
};

/* What is computed, in words and by its letter in docs/model.md. */
static const char *const names[LINE_COUNT][LANG_COUNT] = {
    [LINE_FACT] = {"Fact: A", "Факт: A"},
    [LINE_MONTHS] = {"Months gone, months left", "Месяцев прошло, осталось"},
    [LINE_SHARE] = {"Share of the plan: w", "Доля плана: w"},
    [LINE_PLAN] = {"By the plan: E", "По плану: E"},
    [LINE_PEOPLE] = {"By the plan, people", "По плану, человек"},
    [LINE_GAP] = {"Short of the plan: G", "Не хватает: G"},
    [LINE_MATERIAL] = {"Material gap: g", "Существенный разрыв: g"},
    [LINE_PROGRESS] = {"Progress: R", "Ход: R"},
    [LINE_ATTAINMENT] = {"Attainment: U", "Степень достижения: U"},
    [LINE_NEEDED] = {"Needed a month", "Нужно в месяц"},
    [LINE_PACE] = {"Done a month", "Выходит в месяц"},
    [LINE_PRIOR] = {"Weight of the plan: k", "Вес плана: k"},
    [LINE_MULTIPLE] = {"Pace to come, of the planned: m", "Ожидаемый темп к плановому: m"},
    [LINE_REST] = {"Left by the plan: ρ", "Осталось по плану: ρ"},
    [LINE_OWN_SLOPE] = {"Median slope a month", "Медианный наклон в месяц"},
    [LINE_PLANNED_SLOPE] = {"Planned slope a month", "Плановый наклон в месяц"},
    [LINE_SLOPE] = {"Slope to come: b", "Ожидаемый наклон: b"},
    [LINE_NOISE] = {"Spread of the figures: s", "Разброс сведений: s"},
    [LINE_FORECAST] = {"Forecast: F", "Прогноз: F"},
    [LINE_VARIANCE] = {"Its variance", "Его дисперсия"},
    [LINE_DEVIATION] = {"Its deviation: sd", "Его отклонение: sd"},
    [LINE_DISTANCE] = {"Distance to the target: z", "Расстояние до цели: z"},
    [LINE_PROBABILITY] = {"Probability: P", "Вероятность: P"},
};

/* --- numbers and lines --- */

static expr num(const struct paper *p, struct ratio x)
{
    return expression_number(x, p->lang);
}

static expr dec(const struct paper *p, struct decimal d)
{
    return num(p, ratio_of_decimal(d));
}

static expr dbl(const struct paper *p, double x)
{
    return expression_double(x, p->lang);
}

static expr whole(const struct paper *p, int64_t n)
{
    return num(p, ratio_of_int(n));
}

/* "Ход: R = 130/150 = 0,8667"; nothing if it cannot be shown so. */
static void say(struct paper *p, enum line line, expr e, double exact)
{
    char result[EXPRESSION_TEXT_MAX];

    if (isnan(exact) || !expression_result(&e, exact, result))
        return;
    str_addf(p->out, "%s = %s", names[line][p->lang], e.text);
    if (strcmp(e.text, result) != 0)
        str_addf(p->out, " = %s", result);
    str_add(p->out, "\n");
}

static void say_exact(struct paper *p, enum line line, expr e, struct ratio exact)
{
    if (!ratio_is_null(exact))
        say(p, line, e, ratio_to_double(exact));
}

/* --- plan and fact --- */

static void fact(struct paper *p)
{
    const struct assessment *a = p->a;

    if (p->s->kind == KIND_SHARE && a->n.present && a->of.present)
        say_exact(p, LINE_FACT,
                  expression_divide(expression_multiply(whole(p, 100), dec(p, a->n.value)),
                                    dec(p, a->of.value)),
                  a->fact);
    else
        say_exact(p, LINE_FACT, num(p, a->fact), a->fact);
}

static void months(struct paper *p)
{
    char gone[EXPRESSION_TEXT_MAX], left[EXPRESSION_TEXT_MAX];

    str_addf(p->out, "%s: %s; %s\n", names[LINE_MONTHS][p->lang],
             expression_format(ratio_to_double(p->a->months_gone), 6, p->lang, gone),
             expression_format(ratio_to_double(p->a->months_left), 6, p->lang, left));
}

/* w by the calendar, by school days, or, of other shapes, from what the plan asks for. */
static void share(struct paper *p)
{
    const struct assessment *a = p->a;
    const struct plan *plan = &p->s->plan;
    struct ratio all = plan_months(plan_origin(p->s), plan->ends);
    struct plan_days days = plan_term_days(p->s, a->as_of);
    struct ratio base = plan_base(p->s), way = ratio_sub(plan_target(p->s), base);

    if (plan->shape == SHAPE_LINEAR)
        say_exact(p, LINE_SHARE, expression_divide(num(p, a->months_gone), num(p, all)),
                  a->share_done);
    else if (plan->shape == SHAPE_TERMS)
        say_exact(p, LINE_SHARE, expression_divide(whole(p, days.gone), whole(p, days.all)),
                  a->share_done);
    else if (ratio_sign(way) != 0)
        say_exact(p, LINE_SHARE,
                  expression_divide(expression_subtract(num(p, a->plan_at), num(p, base)),
                                    expression_subtract(num(p, plan_target(p->s)), num(p, base))),
                  a->share_done);
}

static void planned(struct paper *p)
{
    expr base = num(p, plan_base(p->s));
    expr way = expression_subtract(num(p, plan_target(p->s)), base);

    say_exact(p, LINE_PLAN,
              expression_add(base, expression_multiply(way, num(p, p->a->share_done))),
              p->a->plan_at);
}

/* Of a share people, of whom the plan wants whole ones. */
static void gap(struct paper *p)
{
    const struct assessment *a = p->a;
    struct ratio all = measure_all(p->s, a), plan = a->plan_at, done = a->fact;
    bool down = p->s->direction == DIRECTION_DOWN;

    if (!ratio_is_null(all)) {
        struct ratio people = measure_units(p->s, a, a->plan_at);

        say_exact(
            p, LINE_PEOPLE,
            expression_divide(expression_multiply(num(p, all), num(p, a->plan_at)), whole(p, 100)),
            people);
        plan = down ? ratio_floor(people) : ratio_ceil(people);
        done = measure_units(p->s, a, a->fact);
    }
    say_exact(p, LINE_GAP,
              down ? expression_subtract(num(p, done), num(p, plan))
                   : expression_subtract(num(p, plan), num(p, done)),
              a->gap);
}

static void progress(struct paper *p)
{
    const struct assessment *a = p->a;
    expr base = num(p, plan_base(p->s)), done = num(p, a->fact), plan = num(p, a->plan_at);

    if (p->s->kind == KIND_FLOW && p->s->direction == DIRECTION_DOWN)
        say_exact(p, LINE_PROGRESS, expression_subtract(whole(p, 2), expression_divide(done, plan)),
                  a->progress);
    else
        say_exact(
            p, LINE_PROGRESS,
            expression_divide(expression_subtract(done, base), expression_subtract(plan, base)),
            a->progress);
    say_exact(p, LINE_ATTAINMENT,
              p->s->direction == DIRECTION_DOWN ? expression_divide(plan, done)
                                                : expression_divide(done, plan),
              a->attainment);
}

static void paces(struct paper *p)
{
    const struct assessment *a = p->a;

    say_exact(p, LINE_NEEDED,
              expression_divide(expression_subtract(num(p, plan_target(p->s)), num(p, a->fact)),
                                num(p, a->months_left)),
              a->needed_pace);
    say_exact(p, LINE_PACE,
              expression_divide(expression_subtract(num(p, a->fact), num(p, plan_base(p->s))),
                                num(p, a->months_gone)),
              a->pace);
}

/* --- the forecast --- */

static void flow_forecast(struct paper *p)
{
    const struct forecast_parts *f = &p->parts;
    const struct rules *rules = &p->s->rules;
    expr k = dbl(p, f->k), m = dbl(p, f->m), rest = dbl(p, f->rest);
    expr plan = num(p, p->a->plan_at), done = num(p, p->a->fact),
         target = num(p, plan_target(p->s));
    expr expected = expression_add(whole(p, 1), expression_divide(rest, expression_add(k, plan)));
    expr counted = expression_multiply(
        expression_multiply(expression_multiply(dec(p, rules->flow_dispersion), m), rest),
        expected);
    expr spread = expression_square(
        expression_multiply(expression_multiply(dec(p, rules->pace_uncertainty), m), rest));

    say(p, LINE_PRIOR, expression_multiply(dec(p, rules->flow_prior), target), f->k);
    say(p, LINE_MULTIPLE, expression_divide(expression_add(k, done), expression_add(k, plan)),
        f->m);
    say(p, LINE_REST, expression_subtract(target, plan), f->rest);
    say(p, LINE_FORECAST, expression_add(done, expression_multiply(m, rest)), f->value);
    say(p, LINE_VARIANCE, expression_add(counted, spread), f->variance);
}

static void level_forecast(struct paper *p)
{
    const struct forecast_parts *f = &p->parts;
    const struct rules *rules = &p->s->rules;
    struct ratio way = ratio_sub(plan_target(p->s), plan_base(p->s));
    struct ratio all = plan_months(plan_origin(p->s), p->s->plan.ends);
    expr n = whole(p, (int64_t)f->n), weight = dec(p, rules->level_prior), left = dbl(p, f->left);
    expr own = expression_multiply(n, dbl(p, f->own));
    expr plan = expression_multiply(weight, dbl(p, f->planned));
    expr noise = expression_square(dbl(p, f->noise)), slope = dbl(p, f->slope);
    expr longer = expression_add(
        whole(p, 1), expression_divide(left, expression_larger(whole(p, 1), dbl(p, f->span))));
    expr drift = expression_square(
        expression_multiply(expression_multiply(dec(p, rules->pace_uncertainty), slope), left));

    say(p, LINE_OWN_SLOPE, dbl(p, f->own), f->own);
    say(p, LINE_PLANNED_SLOPE, expression_divide(num(p, way), num(p, all)), f->planned);
    say(p, LINE_SLOPE, expression_divide(expression_add(own, plan), expression_add(n, weight)),
        f->slope);
    say(p, LINE_NOISE,
        expression_larger(expression_multiply(dbl(p, FORECAST_MAD_TO_SD), dbl(p, f->deviation)),
                          dbl(p, f->least)),
        f->noise);
    say(p, LINE_FORECAST, expression_add(num(p, p->a->fact), expression_multiply(slope, left)),
        f->value);
    say(p, LINE_VARIANCE, expression_add(expression_multiply(noise, longer), drift), f->variance);
}

/* Half a unit is given to whole counts; for a cap the sides change. */
static void chance(struct paper *p)
{
    const struct forecast_parts *f = &p->parts;
    bool down = p->s->direction == DIRECTION_DOWN, half = p->s->whole && p->s->kind != KIND_SHARE;
    double sd = sqrt(fmax(0, f->variance)), target = ratio_to_double(plan_target(p->s));
    double over = (down ? target - f->value : f->value - target) + (half ? 0.5 : 0);
    expr forecast = dbl(p, f->value), goal = num(p, plan_target(p->s));
    expr distance =
        down ? expression_subtract(goal, forecast) : expression_subtract(forecast, goal);
    char z[EXPRESSION_TEXT_MAX], chance[EXPRESSION_TEXT_MAX];

    say(p, LINE_DEVIATION, expression_root(dbl(p, f->variance)), sd);
    if (!(sd > 0))
        return;
    if (half)
        distance = expression_add(distance, dbl(p, 0.5));
    say(p, LINE_DISTANCE, expression_divide(distance, dbl(p, sd)), over / sd);
    str_addf(p->out, "%s = Φ(%s) = %s\n", names[LINE_PROBABILITY][p->lang],
             expression_format(over / sd, 6, p->lang, z),
             expression_format(p->a->probability_e4 / 1e4, 4, p->lang, chance));
}

static void outlook(struct paper *p)
{
    facts_collect(p->s, &p->facts);
    if (!p->a->has_forecast || p->facts.n == 0 ||
        !forecast_parts(p->s, &p->facts, p->facts.n - 1, p->a, &p->parts))
        return;
    if (p->s->kind == KIND_FLOW)
        flow_forecast(p);
    else
        level_forecast(p);
    chance(p);
}

void workings(const struct series *s, const struct assessment *a, enum lang lang, struct str *out)
{
    struct paper p = {.s = s, .a = a, .lang = lang, .out = out};

    if (s->kind == KIND_MILESTONE || !s->has_plan || a->as_of == DATE_NONE ||
        a->status == STATUS_UNDETERMINED || !measure_is_whole(a))
        return;
    fact(&p);
    months(&p);
    share(&p);
    planned(&p);
    gap(&p);
    say_exact(&p, LINE_MATERIAL, num(&p, a->material_gap), a->material_gap);
    progress(&p);
    paces(&p);
    outlook(&p);
}
