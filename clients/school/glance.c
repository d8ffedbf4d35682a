/* glance: see glance.h. */
#include "school/glance.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/ratio.h"

enum {
    PERCENT = 100,
    TENFOLD = 10,
    FAR_BEYOND = 2,            /* times the plan */
    ROOM_OF_ROW = 2 * 1024,    /* memory that the rules take for a row, with its text */
    ROOM_BESIDE = 1024 * 1024, /* and for all of them together */
};

struct glances {
    size_t n, rejected, jumps;
    struct glance *list;
    struct arena *texts;
};

/* --- jumps --- */

/* A share is compared in per cent. */
static struct ratio amount(struct decimal value, bool has_of, struct decimal of)
{
    struct ratio r = ratio_of_decimal(value);
    return has_of ? ratio_mul(ratio_div(r, ratio_of_decimal(of)), ratio_of_int(PERCENT)) : r;
}

static bool at_least(struct ratio a, int64_t times, struct ratio b)
{
    return !ratio_is_null(a) && !ratio_is_null(b) &&
           ratio_compare(a, ratio_mul(ratio_of_int(times), b)) >= 0;
}

static bool is_positive(struct ratio a)
{
    return !ratio_is_null(a) && ratio_compare(a, ratio_of_int(0)) > 0;
}

static bool counts_anew(const struct glance *g, const struct figure *f)
{
    return g->indicator->facts.kind == KIND_FLOW &&
           g->indicator->counting == COUNTING_YEAR_TO_DATE &&
           period_year(f->period) != period_year(g->last->period);
}

static enum jump jump_from_last(const struct glance *g, const struct figure *f, struct ratio now)
{
    const struct report *l = g->last;
    bool so_far =
        g->indicator->facts.kind == KIND_FLOW && g->indicator->counting != COUNTING_PER_PERIOD;
    bool earlier = period_last_day(l->period) < period_last_day(f->period);
    if (!l->value.present || counts_anew(g, f))
        return JUMP_NONE;
    struct ratio before = amount(l->value.value, l->of.present, l->of.value);
    if (so_far && earlier && ratio_compare(now, before) < 0)
        return JUMP_FALLS;
    if (is_positive(now) && is_positive(before) &&
        (at_least(now, TENFOLD, before) || at_least(before, TENFOLD, now)))
        return JUMP_TENFOLD;
    if (earlier && is_positive(now) && ratio_compare(now, before) == 0)
        return JUMP_SAME;
    return JUMP_NONE;
}

static enum jump jump_of(const struct glance *g, const struct figure *f)
{
    enum jump found = JUMP_NONE;
    if (f->state != FIGURE_VALUE || !f->has_value || g->indicator == NULL)
        return JUMP_NONE;
    struct ratio now = amount(f->value, f->has_of, f->of);
    if (ratio_is_null(now))
        return JUMP_NONE;
    if (g->last != NULL)
        found = jump_from_last(g, f, now);
    if ((found == JUMP_NONE || found == JUMP_SAME) && g->has_plan &&
        g->indicator->direction == DIRECTION_UP && is_positive(ratio_of_decimal(g->plan)) &&
        at_least(now, FAR_BEYOND, ratio_of_decimal(g->plan)))
        return JUMP_BEYOND;
    return found;
}

/* --- plan and last figure --- */

static unsigned digits(const struct part_indicator *i)
{
    return i->facts.kind == KIND_SHARE ? 1 : i->facts.whole ? 0 : 2;
}

static void look_up(const struct part *p, const struct figure *f, int64_t now_us, struct glance *g)
{
    const struct part_series *s = part_series_of(p, f->organisation, f->indicator);
    g->indicator = part_indicator(p, f->indicator);
    if (s == NULL || !period_valid(f->period))
        return;
    date_t today = clock_day(now_us, s->organisation->facts.utc_offset_s);
    date_t ends = period_last_day(f->period);
    date_t day = f->as_of != DATE_NONE ? f->as_of : ends < today ? ends : today;
    g->has_plan = part_plan_at(s, day, digits(g->indicator), &g->plan);
    g->last = part_standing(s, f->period);
    if (g->last == NULL)
        g->last = part_before(s, day);
}

/* What was sent again is no change, even of a period that is closed. */
static bool stands_already(const struct figure *f, const struct report *r)
{
    return r != NULL && r->period == f->period && (int)r->state == (int)f->state &&
           r->value.present == f->has_value && r->of.present == f->has_of &&
           (!f->has_value || decimal_identical(r->value.value, f->value)) &&
           (!f->has_of || decimal_identical(r->of.value, f->of)) && f->method == NULL;
}

/* --- by the rules --- */

static void take_verdict(struct glances *g, size_t i, const struct subject *s)
{
    struct glance *out = &g->list[i];
    if (s->reason == REASON_PERIOD_CLOSED && stands_already(s->figure, out->last))
        return;
    out->verdict = s->verdict;
    out->reason = s->reason;
    out->text = s->text;
    g->rejected += s->verdict == VERDICT_REJECTED;
}

static bool judge(struct glances *g, const struct part *p, struct submission *s, int64_t now_us)
{
    const struct reference reference = part_reference(p);
    const struct agent agent = part_agent(p);
    const struct inspection by = {.reference = &reference, .agent = &agent, .now_us = now_us};
    struct inspected found;
    if (!inspect(&by, s, g->texts, &found))
        return false;
    for (size_t i = 0; i < s->n_figures; i++)
        take_verdict(g, i, &found.figures[i]);
    for (size_t i = 0; i < s->n_narratives; i++)
        take_verdict(g, i, &found.narratives[i]);
    return true;
}

static bool look_at_figures(struct glances *g, const struct part *p, const struct sheet_row *rows,
                            int64_t now_us, struct submission *s)
{
    s->figures = arena_alloc(g->texts, g->n * sizeof *s->figures);
    s->n_figures = g->n;
    for (size_t i = 0; s->figures != NULL && i < g->n; i++) {
        struct glance *one = &g->list[i];
        s->figures[i] = rows[i].figure;
        look_up(p, &rows[i].figure, now_us, one);
        one->jump = jump_of(one, &rows[i].figure);
        g->jumps += one->jump != JUMP_NONE;
    }
    return s->figures != NULL;
}

static bool look_at_narratives(struct glances *g, const struct sheet_row *rows,
                               struct submission *s)
{
    s->narratives = arena_alloc(g->texts, g->n * sizeof *s->narratives);
    s->n_narratives = g->n;
    for (size_t i = 0; s->narratives != NULL && i < g->n; i++)
        s->narratives[i] = rows[i].narrative;
    return s->narratives != NULL;
}

struct glances *glances_new(const struct part *p, const struct sheet_row *rows, size_t n,
                            enum lang lang, int64_t now_us)
{
    struct submission s = {.composed_us = now_us, .language = lang};
    struct glances *g = calloc(1, sizeof *g);
    if (g == NULL)
        return NULL;
    g->n = n;
    g->list = calloc(n > 0 ? n : 1, sizeof *g->list);
    g->texts = arena_new(ROOM_BESIDE + n * ROOM_OF_ROW);
    bool done = g->list != NULL && g->texts != NULL &&
                (n == 0 || rows[0].kind == ROW_FIGURE ? look_at_figures(g, p, rows, now_us, &s)
                                                      : look_at_narratives(g, rows, &s)) &&
                judge(g, p, &s, now_us);
    if (!done) {
        glances_free(g);
        return NULL;
    }
    return g;
}

void glances_free(struct glances *g)
{
    if (g == NULL)
        return;
    free(g->list);
    arena_free(g->texts);
    free(g);
}

const struct glance *glances_at(const struct glances *g, size_t i)
{
    return g != NULL ? &g->list[i] : NULL;
}

size_t glances_rejected(const struct glances *g)
{
    return g != NULL ? g->rejected : 0;
}

size_t glances_jumps(const struct glances *g)
{
    return g != NULL ? g->jumps : 0;
}
