/* workings: see workings.h. */
#include "model/workings.h"

#include "model/addends.h"
#include "model/facts.h"
#include "model/measure.h"
#include "model/prospect.h"
#include "model/paper.h"
#include "model/plan.h"
#include "model/ruling.h"

typedef struct expression expr;

enum line {
    LINE_SHARE,
    LINE_POINTS,
    LINE_PLAN,
    LINE_PEOPLE,
    LINE_GAP,
    LINE_EXCESS,
    LINE_MATERIAL,
    LINE_PROGRESS,
    LINE_ATTAINMENT,
    LINE_NEEDED,
    LINE_PACE,
    LINE_COUNT
};

static paper_name names[LINE_COUNT] = {
    [LINE_SHARE] = {"Share of the plan: w", "Доля плана: w"},
    [LINE_POINTS] = {"Between the points of the plan: E", "Между точками плана: E"},
    [LINE_PLAN] = {"By the plan: E", "По плану: E"},
    [LINE_PEOPLE] = {"By the plan, people", "По плану, человек"},
    [LINE_GAP] = {"Short of the plan: G", "Не хватает: G"},
    [LINE_EXCESS] = {"Above the plan: G", "Сверх плана: G"},
    [LINE_MATERIAL] = {"Material gap: g", "Существенный разрыв: g"},
    [LINE_PROGRESS] = {"Progress: R", "Ход: R"},
    [LINE_ATTAINMENT] = {"Attainment: U", "Степень достижения: U"},
    [LINE_NEEDED] = {"Needed a month", "Нужно в месяц"},
    [LINE_PACE] = {"Done a month", "Выходит в месяц"},
};

static void months(struct paper *p)
{
    static paper_name name = {"Months gone, months left", "Месяцев прошло, осталось"};
    char gone[EXPRESSION_TEXT_MAX], left[EXPRESSION_TEXT_MAX];

    str_addf(p->out, "%s: %s; %s\n", name[p->lang],
             expression_format(ratio_to_double(p->a->months_gone), 6, p->lang, gone),
             expression_format(ratio_to_double(p->a->months_left), 6, p->lang, left));
}

/* --- w, by the shape of the plan --- */

static void share_by_calendar(struct paper *p)
{
    struct ratio all = plan_months(plan_origin(p->s), p->s->plan.ends);

    paper_say_exact(p, names[LINE_SHARE],
                    expression_divide(paper_ratio(p, p->a->months_gone), paper_ratio(p, all)),
                    p->a->share_done);
}

static void share_by_school_days(struct paper *p)
{
    struct plan_days days = plan_term_days(p->s, p->a->as_of);

    paper_say_exact(p, names[LINE_SHARE],
                    expression_divide(paper_int(p, days.gone), paper_int(p, days.all)),
                    p->a->share_done);
}

/* Along the straight piece that the day is in; nothing outside of the plan. */
static void along_piece(struct paper *p, enum line line, struct ratio exact)
{
    struct plan_piece piece;
    expr low, way, part;

    if (!plan_piece(p->s, p->a->as_of, &piece))
        return;
    low = paper_ratio(p, piece.low);
    way = expression_subtract(paper_ratio(p, piece.high), low);
    part = expression_multiply(way, paper_ratio(p, piece.passed));
    if (ratio_compare(piece.length, ratio_of_int(1)) != 0)
        part = expression_divide(part, paper_ratio(p, piece.length));
    paper_say_exact(p, names[line], expression_add(low, part), exact);
}

static void share_by_season(struct paper *p)
{
    along_piece(p, LINE_SHARE, p->a->share_done);
}

/* Plans that say how much rather than which part of it. */
static void share_of_value(struct paper *p)
{
    expr base = paper_ratio(p, plan_base(p->s)), plan = paper_ratio(p, p->a->plan_at);

    paper_say_exact(p, names[LINE_SHARE],
                    expression_divide(expression_subtract(plan, base),
                                      expression_subtract(paper_ratio(p, plan_target(p->s)), base)),
                    p->a->share_done);
}

static void share_by_points(struct paper *p)
{
    along_piece(p, LINE_POINTS, p->a->plan_at);
    share_of_value(p);
}

static void share(struct paper *p)
{
    static void (*const by_shape[])(struct paper * p) = {
        [SHAPE_LINEAR] = share_by_calendar, [SHAPE_TERMS] = share_by_school_days,
        [SHAPE_SEASON] = share_by_season,   [SHAPE_POINTS] = share_by_points,
        [SHAPE_SUM] = share_of_value,
    };

    by_shape[p->s->plan.shape](p);
}

/* --- plan and fact --- */

static void planned(struct paper *p)
{
    expr base = paper_ratio(p, plan_base(p->s));
    expr way = expression_subtract(paper_ratio(p, plan_target(p->s)), base);

    paper_say_exact(
        p, names[LINE_PLAN],
        expression_add(base, expression_multiply(way, paper_ratio(p, p->a->share_done))),
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

        paper_say_exact(
            p, names[LINE_PEOPLE],
            expression_divide(expression_multiply(paper_ratio(p, all), paper_ratio(p, a->plan_at)),
                              paper_int(p, 100)),
            people);
        plan = down ? ratio_floor(people) : ratio_ceil(people);
        done = measure_units(p->s, a, a->fact);
    }
    paper_say_exact(p, names[down ? LINE_EXCESS : LINE_GAP],
                    down ? expression_subtract(paper_ratio(p, done), paper_ratio(p, plan))
                         : expression_subtract(paper_ratio(p, plan), paper_ratio(p, done)),
                    a->gap);
}

/* g2 of a share: no more than its part of N; one of unknown N is judged as if of 100. */
static expr least_count(struct paper *p, struct ratio all)
{
    const struct rules *rules = &p->s->rules;
    expr count = paper_decimal(p, rules->gap_count);

    if (p->s->kind != KIND_SHARE)
        return p->s->whole ? count : paper_int(p, 0);
    return expression_smaller(
        count, expression_divide(paper_ratio(p, all), paper_decimal(p, rules->gap_small_share)));
}

static void material(struct paper *p)
{
    const struct rules *rules = &p->s->rules;
    struct ratio all = measure_all(p->s, p->a);
    struct ratio target = ratio_abs(measure_units(p->s, p->a, plan_target(p->s)));
    expr gap = expression_divide(paper_ratio(p, target), paper_decimal(p, rules->gap_of_target));

    if (p->s->kind == KIND_SHARE && ratio_is_null(all))
        all = ratio_of_int(100);
    gap = expression_larger(least_count(p, all), gap);
    if (p->s->kind == KIND_SHARE)
        gap = expression_larger(
            gap, expression_divide(paper_ratio(p, all), paper_decimal(p, rules->gap_of_all)));
    paper_say_exact(p, names[LINE_MATERIAL], gap, p->a->material_gap);
}

static void progress(struct paper *p)
{
    const struct assessment *a = p->a;
    expr base = paper_ratio(p, plan_base(p->s)), done = paper_ratio(p, a->fact),
         plan = paper_ratio(p, a->plan_at);

    if (p->s->kind == KIND_FLOW && p->s->direction == DIRECTION_DOWN)
        paper_say_exact(p, names[LINE_PROGRESS],
                        expression_subtract(paper_int(p, 2), expression_divide(done, plan)),
                        a->progress);
    else
        paper_say_exact(
            p, names[LINE_PROGRESS],
            expression_divide(expression_subtract(done, base), expression_subtract(plan, base)),
            a->progress);
    paper_say_exact(p, names[LINE_ATTAINMENT],
                    p->s->direction == DIRECTION_DOWN ? expression_divide(plan, done)
                                                      : expression_divide(done, plan),
                    a->attainment);
}

static void paces(struct paper *p)
{
    const struct assessment *a = p->a;

    paper_say_exact(p, names[LINE_NEEDED],
                    expression_divide(expression_subtract(paper_ratio(p, plan_target(p->s)),
                                                          paper_ratio(p, a->fact)),
                                      paper_ratio(p, a->months_left)),
                    a->needed_pace);
    paper_say_exact(p, names[LINE_PACE],
                    expression_divide(expression_subtract(paper_ratio(p, a->fact),
                                                          paper_ratio(p, plan_base(p->s))),
                                      paper_ratio(p, a->months_gone)),
                    a->pace);
}

void workings(const struct series *s, const struct assessment *a, enum lang lang, struct str *out)
{
    struct paper p = {.s = s, .a = a, .lang = lang, .out = out};
    struct facts f;

    if (s->kind == KIND_MILESTONE && !s->rolled && s->has_plan && a->status != STATUS_NOT_STARTED)
        ruling_of_milestone(&p);
    else if (s->rolled && a->why == WHY_BELOW_MISSING && !s->uncountable)
        addends_at_both_ends(&p);
    if (s->kind == KIND_MILESTONE || !s->has_plan || a->as_of == DATE_NONE ||
        a->status == STATUS_UNDETERMINED || !measure_is_whole(a))
        return;
    facts_collect(s, &f);
    addends(&p, &f);
    months(&p);
    share(&p);
    planned(&p);
    gap(&p);
    material(&p);
    progress(&p);
    paces(&p);
    prospect(&p, &f);
    ruling_of_numbers(&p);
}
