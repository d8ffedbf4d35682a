/* ruling: see ruling.h. */
#include "model/ruling.h"

#include "model/measure.h"
#include "model/milestone.h"
#include "model/plan.h"
#include "model/verdict.h"

/* --- rules 5 and 6 --- */

static paper_name near_start = {"Near the plan's start", "У начала плана"};
static paper_name ahead = {"Not behind the plan", "Не позади плана"};
static paper_name table = {"By the table", "По таблице"};
static paper_name leaving_edges = {"To get better again", "Чтобы стало лучше"};
static paper_name end = {"At the plan's end", "В конце плана"};
static paper_name target = {"By the target", "По цели"};

static struct ratio probability_of(const struct assessment *a)
{
    return ratio_make(a->probability_e4, 10000);
}

/* Between which of two edges, the better of which comes first. */
static void band(struct paper *p, const char *letter, struct ratio x, const struct ratio edges[2])
{
    bool top = ratio_compare(x, edges[0]) >= 0, middle = ratio_compare(x, edges[1]) >= 0;

    paper_between(p, letter,
                  top      ? edges[0]
                  : middle ? edges[1]
                           : RATIO_NULL,
                  x,
                  top      ? RATIO_NULL
                  : middle ? edges[0]
                           : edges[1]);
}

static void chance(struct paper *p, const struct ruling *r)
{
    static paper_name none = {"P: no forecast", "P: прогноза нет"};

    str_add(p->out, "; ");
    if (p->a->has_forecast)
        band(p, "P", probability_of(p->a), r->edges.probability);
    else
        str_add(p->out, none[p->lang]);
}

static void by_table(struct paper *p, const struct ruling *r)
{
    band(p, "R", p->a->progress, r->edges.progress);
    chance(p, r);
}

/* R >= 1, or a level that meets its target whatever the plan of the day. */
static void by_lead(struct paper *p, const struct ruling *r)
{
    struct ratio one = ratio_of_int(1);

    if (ratio_compare(p->a->progress, one) >= 0)
        paper_between(p, "R", one, p->a->progress, RATIO_NULL);
    else if (p->s->direction == DIRECTION_DOWN)
        paper_between(p, "T", p->a->fact, plan_target(p->s), RATIO_NULL);
    else
        paper_between(p, "A", plan_target(p->s), p->a->fact, RATIO_NULL);
    chance(p, r);
}

/* Both edges of the gap are those of g and 3g. */
static void by_gap(struct paper *p, const struct ruling *r)
{
    struct ratio thrice = ratio_mul(ratio_of_int(3), r->edges.gap), gap = p->a->gap;
    bool small = ratio_compare(gap, r->edges.gap) < 0, large = ratio_compare(gap, thrice) >= 0;

    paper_between(p, "G",
                  small   ? RATIO_NULL
                  : large ? thrice
                          : r->edges.gap,
                  gap,
                  small   ? r->edges.gap
                  : large ? RATIO_NULL
                          : thrice);
}

static void rule(struct paper *p, const struct ruling *r, const char *when)
{
    static const struct {
        enum why why;
        paper_name *name;
        void (*say)(struct paper *p, const struct ruling *r);
    } rules[] = {
        {WHY_NEAR_START, &near_start, by_gap},
        {WHY_AHEAD, &ahead, by_lead},
        {WHY_MATRIX, &table, by_table},
    };

    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (rules[i].why != r->rule)
            continue;
        str_addf(p->out, "%s: ", when ? when : (*rules[i].name)[p->lang]);
        rules[i].say(p, r);
        paper_conclude(p, r->by_rule);
    }
}

/* --- rule 7 --- */

static void cap_early(struct paper *p, const struct ruling *r)
{
    static paper_name name = {"Too early for worse", "Для худшего рано"};

    (void)r;
    str_addf(p->out, "%s: ", name[p->lang]);
    paper_between(p, "w", RATIO_NULL, p->a->share_done, ratio_of_decimal(p->s->rules.early_share));
}

static void cap_immaterial(struct paper *p, const struct ruling *r)
{
    static paper_name name = {"Not material", "Несущественно"};

    str_addf(p->out, "%s: ", name[p->lang]);
    paper_between(p, "G", RATIO_NULL, p->a->gap, r->edges.gap);
}

/* The score test of the Wilson interval, both sides computed before. */
static void cap_small(struct paper *p, const struct ruling *r)
{
    static paper_name off = {"Off the plan: d", "В стороне от плана: d"};
    static paper_name allowed = {"By chance up to", "Случайно до"};
    static paper_name name = {"Small numbers", "Малые числа"};
    struct score score = verdict_score(p->s, p->a);
    struct expression hundred = paper_int(p, 100);
    struct expression plan = expression_divide(paper_ratio(p, p->a->plan_at), hundred);
    struct expression fact = expression_divide(paper_ratio(p, p->a->fact), hundred);
    struct expression z = expression_square(paper_decimal(p, p->s->rules.wilson_z));

    (void)r;
    paper_say_exact(p, off,
                    expression_multiply(expression_square(expression_subtract(fact, plan)),
                                        paper_ratio(p, measure_all(p->s, p->a))),
                    score.off);
    paper_say_exact(p, allowed,
                    expression_multiply(expression_multiply(z, plan),
                                        expression_subtract(paper_int(p, 1), plan)),
                    score.allowed);
    str_addf(p->out, "%s: ", name[p->lang]);
    paper_between(p, "N", RATIO_NULL, measure_all(p->s, p->a),
                  ratio_of_decimal(p->s->rules.small_share));
    str_add(p->out, "; ");
    paper_between(p, "d", score.off, score.allowed, RATIO_NULL);
}

static void caps(struct paper *p, const struct ruling *r)
{
    static const struct {
        enum why why;
        void (*say)(struct paper *p, const struct ruling *r);
        enum status at_most;
    } all[] = {
        {WHY_TOO_EARLY, cap_early, STATUS_AT_RISK},
        {WHY_IMMATERIAL, cap_immaterial, STATUS_ON_TRACK},
        {WHY_SMALL_NUMBERS, cap_small, STATUS_AT_RISK},
    };

    for (size_t i = 0; i < r->n_caps; i++)
        for (size_t k = 0; k < sizeof all / sizeof *all; k++)
            if (all[k].why == r->caps[i]) {
                all[k].say(p, r);
                paper_conclude(p, all[k].at_most);
            }
}

/* --- rule 8 --- */

/* Only where the status before was worse than the numbers are now. */
static void hysteresis(struct paper *p, const struct ruling *entering, const struct ruling *leaving)
{
    static paper_name before = {"Before", "Прежде"};

    if (p->a->previous <= entering->status || p->a->previous > STATUS_LAGGING)
        return;
    rule(p, leaving, leaving_edges[p->lang]);
    caps(p, leaving);
    str_addf(p->out, "%s: %s", before[p->lang], status_word(p->a->previous, p->lang));
    paper_conclude(p, p->a->status);
}

/* --- the whole --- */

/* The end of the plan, a target that is met, a cap that is broken. */
static void by_target(struct paper *p)
{
    bool ended = p->a->as_of >= p->s->plan.ends, down = p->s->direction == DIRECTION_DOWN;
    bool reached = ratio_compare(p->a->fact, plan_target(p->s)) >= 0;
    struct ratio goal = plan_target(p->s), fact = p->a->fact;

    str_addf(p->out, "%s: ", (ended ? end : target)[p->lang]);
    if (down)
        paper_between(p, "T", plan_is_met(p->s, fact) ? fact : RATIO_NULL, goal,
                      plan_is_met(p->s, fact) ? RATIO_NULL : fact);
    else
        paper_between(p, "A", reached ? goal : RATIO_NULL, fact, reached ? RATIO_NULL : goal);
    paper_conclude(p, p->a->status);
}

void ruling_of_numbers(struct paper *p)
{
    struct ruling entering, leaving;

    if (p->a->why == WHY_TARGET_MET || p->a->why == WHY_TARGET_MISSED ||
        p->a->why == WHY_CAP_BROKEN) {
        by_target(p);
        return;
    }
    verdict_rulings(p->s, p->a, &entering, &leaving);
    rule(p, &entering, NULL);
    caps(p, &entering);
    hysteresis(p, &entering, &leaving);
}

/* --- milestones --- */

static void day(struct paper *p, paper_name name, date_t d)
{
    char buf[DATE_TEXT_MAX];

    str_addf(p->out, "%s %s", name[p->lang], date_format(d, p->lang, buf));
}

static struct ratio constant(struct decimal days)
{
    return ratio_floor(ratio_of_decimal(days));
}

/* d days after the last day on which it was in time. */
static void lateness(struct paper *p)
{
    struct ratio d = ratio_of_int(p->a->days_late), one = ratio_of_int(1);
    struct ratio late = constant(p->s->rules.milestone_late_days);
    bool lagging = ratio_compare(d, late) >= 0;

    str_add(p->out, "; ");
    paper_between(p, "d", lagging ? late : one, d, lagging ? RATIO_NULL : late);
}

static void quantity(struct paper *p)
{
    static paper_name name = {"Quantity", "Количество"};
    const struct report *last = milestone_last(p->s);

    if (!last || !last->value.present || !p->s->plan.target.present ||
        milestone_is_done(p->s, last))
        return;
    paper_between(p, name[p->lang], RATIO_NULL, ratio_of_decimal(last->value.value),
                  plan_target(p->s));
    str_add(p->out, "\n");
}

static void nearness(struct paper *p)
{
    static paper_name left = {"days left", "до срока дней"};
    static paper_name first = {"first has to come", "сначала нужно"};
    const struct predecessor *awaited = milestone_awaits(p->s);

    str_add(p->out, "; ");
    paper_between(p, left[p->lang], ratio_of_int(p->s->plan.due_to - p->s->today),
                  constant(p->s->rules.milestone_near_days), RATIO_NULL);
    if (awaited)
        str_addf(p->out, "; %s: %s", first[p->lang], awaited->indicator_name[p->lang]);
}

void ruling_of_milestone(struct paper *p)
{
    static paper_name due = {"Due", "Срок"}, today = {", today", ", сегодня"};
    static paper_name done = {", done", ", сделано"}, expected = {", expected", ", ожидается"};
    const struct report *last = milestone_last(p->s);
    date_t done_on = milestone_done_on(p->s);

    if (p->s->plan.due_to == DATE_NONE)
        return;
    quantity(p);
    day(p, due, p->s->plan.due_to);
    if (done_on != DATE_NONE)
        day(p, done, done_on);
    else if (p->a->why == WHY_MILESTONE_EXPECTED_LATE && last)
        day(p, expected, last->expected);
    else
        day(p, today, p->s->today);
    if (p->a->days_late > 0)
        lateness(p);
    else if (p->a->why == WHY_PREDECESSOR)
        nearness(p);
    paper_conclude(p, p->a->status);
}
