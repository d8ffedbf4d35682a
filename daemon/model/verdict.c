/* verdict: the rules in the order in which docs/model.md gives them. */
#include "model/verdict.h"

#include "model/measure.h"
#include "model/plan.h"

static const enum status matrix[VERDICT_ROWS][VERDICT_COLUMNS] = {
    /*                 P on track        P at risk         P low             no P            */
    /* R on track */ {STATUS_ON_TRACK, STATUS_AT_RISK, STATUS_AT_RISK, STATUS_ON_TRACK},
    /* R at risk  */ {STATUS_AT_RISK, STATUS_AT_RISK, STATUS_LAGGING, STATUS_AT_RISK},
    /* R low      */ {STATUS_AT_RISK, STATUS_AT_RISK, STATUS_LAGGING, STATUS_LAGGING},
};

enum status verdict_cell(unsigned row, unsigned column)
{
    return matrix[row][column];
}

static struct edges entering_edges(const struct series *s, const struct assessment *a)
{
    const struct rules *r = &s->rules;

    return (struct edges){
        .progress = {ratio_of_decimal(r->progress_on_track), ratio_of_decimal(r->progress_at_risk)},
        .probability = {ratio_of_decimal(r->probability_on_track),
                        ratio_of_decimal(r->probability_at_risk)},
        .gap = a->material_gap,
        .clear_progress = RATIO_NULL,
        .clear_probability = RATIO_NULL,
    };
}

static struct edges leaving_edges(const struct series *s, const struct assessment *a)
{
    const struct rules *r = &s->rules;

    return (struct edges){
        .progress = {ratio_of_decimal(r->progress_on_track_leave),
                     ratio_of_decimal(r->progress_at_risk_leave)},
        .probability = {ratio_of_decimal(r->probability_on_track_leave),
                        ratio_of_decimal(r->probability_at_risk_leave)},
        .gap = ratio_div(a->material_gap, ratio_of_int(2)),
        .clear_progress = ratio_of_decimal(r->progress_on_track),
        .clear_probability = ratio_of_decimal(r->probability_clear_leave),
    };
}

/* 0 from the first edge on, 1 from the second, 2 below. */
static unsigned band(struct ratio x, const struct ratio edges[2])
{
    if (ratio_compare(x, edges[0]) >= 0)
        return 0;
    return ratio_compare(x, edges[1]) >= 0 ? 1 : 2;
}

static struct ratio probability_of(const struct assessment *a)
{
    return ratio_make(a->probability_e4, 10000);
}

static unsigned column_of(const struct assessment *a, const struct edges *e)
{
    return a->has_forecast ? band(probability_of(a), e->probability) : VERDICT_COLUMNS - 1;
}

/* Rule 5: while the plan has hardly moved, only the gap can speak. */
static enum status near_start(const struct assessment *a, const struct edges *e)
{
    if (ratio_sign(a->gap) <= 0 || ratio_compare(a->gap, e->gap) < 0)
        return STATUS_ON_TRACK;
    if (ratio_compare(a->gap, ratio_mul(ratio_of_int(3), e->gap)) < 0)
        return STATUS_AT_RISK;
    return STATUS_LAGGING;
}

/* Rule 6. */
static enum status by_matrix(const struct series *s, const struct assessment *a,
                             const struct edges *e, enum why *ret_why)
{
    unsigned column = column_of(a, e);
    bool level_met = s->kind != KIND_FLOW && plan_is_met(s, a->fact);

    if (level_met || ratio_compare(a->progress, ratio_of_int(1)) >= 0) {
        *ret_why = WHY_AHEAD;
        return a->has_forecast && column == 2 ? STATUS_AT_RISK : STATUS_ON_TRACK;
    }
    *ret_why = WHY_MATRIX;
    if (!ratio_is_null(e->clear_progress) && a->has_forecast &&
        ratio_compare(a->progress, e->clear_progress) >= 0 &&
        ratio_compare(probability_of(a), e->clear_probability) >= 0)
        return STATUS_ON_TRACK;
    return verdict_cell(band(a->progress, e->progress), column);
}

/* Whether E is inside the Wilson score interval of the share: |A - E| <= z * sqrt(E(1 - E)/N),
 * squared, in shares of one.  (Wilson 1927; the interval is the set of E that the score test does
 * not reject.) */
struct score verdict_score(const struct series *s, const struct assessment *a)
{
    struct ratio all = measure_all(s, a), hundred = ratio_of_int(100),
                 z = ratio_of_decimal(s->rules.wilson_z);
    struct ratio plan = ratio_div(a->plan_at, hundred);
    struct ratio off = ratio_sub(ratio_div(a->fact, hundred), plan);
    struct ratio spread = ratio_mul(plan, ratio_sub(ratio_of_int(1), plan));

    return (struct score){
        .off = ratio_mul(ratio_mul(off, off), all),
        .allowed = ratio_mul(ratio_mul(z, z), spread),
    };
}

static bool wilson_holds_plan(const struct series *s, const struct assessment *a)
{
    struct score score = verdict_score(s, a);

    return !ratio_is_null(score.off) && !ratio_is_null(score.allowed) &&
           ratio_compare(score.off, score.allowed) <= 0;
}

static bool is_early(const struct series *s, const struct assessment *a, const struct edges *e)
{
    (void)e;
    return ratio_compare(a->share_done, ratio_of_decimal(s->rules.early_share)) < 0;
}

static bool is_immaterial(const struct series *s, const struct assessment *a, const struct edges *e)
{
    return ratio_compare(a->gap, e->gap) < 0 && measure_has_time(s, a);
}

static bool is_small(const struct series *s, const struct assessment *a, const struct edges *e)
{
    struct ratio all = measure_all(s, a);

    (void)e;
    return !ratio_is_null(all) && ratio_compare(all, ratio_of_decimal(s->rules.small_share)) < 0 &&
           measure_has_time(s, a) && wilson_holds_plan(s, a);
}

/* Rule 7, in this order. */
static const struct cap {
    bool (*applies)(const struct series *s, const struct assessment *a, const struct edges *e);
    enum status at_most;
    enum why why;
} caps[VERDICT_CAPS] = {
    {is_early, STATUS_AT_RISK, WHY_TOO_EARLY},
    {is_immaterial, STATUS_ON_TRACK, WHY_IMMATERIAL},
    {is_small, STATUS_AT_RISK, WHY_SMALL_NUMBERS},
};

/* Rules 5 to 7 with one set of edges. */
static struct ruling judge(const struct series *s, const struct assessment *a, struct edges e)
{
    struct ruling r = {.edges = e, .rule = WHY_NEAR_START};

    r.by_rule = ratio_is_null(a->progress) ? near_start(a, &e) : by_matrix(s, a, &e, &r.rule);
    r.status = r.by_rule;
    for (size_t i = 0; i < VERDICT_CAPS; i++) {
        if (r.status > caps[i].at_most && caps[i].applies(s, a, &e)) {
            r.status = caps[i].at_most;
            r.caps[r.n_caps++] = caps[i].why;
        }
    }
    return r;
}

void verdict_rulings(const struct series *s, const struct assessment *a, struct ruling *entering,
                     struct ruling *leaving)
{
    *entering = judge(s, a, entering_edges(s, a));
    *leaving = judge(s, a, leaving_edges(s, a));
}

_Static_assert(STATUS_ON_TRACK < STATUS_AT_RISK && STATUS_AT_RISK < STATUS_LAGGING,
               "statuses are compared by how bad they are");

static enum status worse(enum status a, enum status b)
{
    return a > b ? a : b;
}

/* Rule 8: new = max(s0, min(previous, max(s0, s1))): a status is left only past the leaving edges.
 */
static void judge_with_memory(const struct series *s, struct assessment *a)
{
    struct ruling entering, leaving;
    enum status held = STATUS_ON_TRACK, most;

    verdict_rulings(s, a, &entering, &leaving);
    most = worse(entering.status, leaving.status);
    if (a->previous == STATUS_AT_RISK || a->previous == STATUS_LAGGING)
        held = a->previous < most ? a->previous : most;
    a->entering = entering.status;
    a->status = worse(entering.status, held);
    if (a->status > entering.status)
        a->why = WHY_HYSTERESIS;
    else
        a->why = entering.n_caps > 0 ? entering.caps[entering.n_caps - 1] : entering.rule;
}

static void settle(struct assessment *a, enum status status, enum why why)
{
    a->status = a->entering = status;
    a->why = why;
}

void verdict(const struct series *s, struct assessment *a)
{
    bool met, ended = a->as_of >= s->plan.ends, is_flow = s->kind == KIND_FLOW;

    if (!measure_is_whole(a)) {
        settle(a, STATUS_UNDETERMINED, WHY_NO_FIGURE);
        return;
    }
    met = plan_is_met(s, a->fact);
    if (ended)
        settle(a, met ? STATUS_ACHIEVED : STATUS_MISSED, met ? WHY_TARGET_MET : WHY_TARGET_MISSED);
    else if (is_flow && s->direction == DIRECTION_UP && met)
        settle(a, STATUS_ACHIEVED, WHY_TARGET_MET);
    else if (is_flow && s->direction == DIRECTION_DOWN && !met)
        settle(a, STATUS_LAGGING, WHY_CAP_BROKEN);
    else
        judge_with_memory(s, a);
}
