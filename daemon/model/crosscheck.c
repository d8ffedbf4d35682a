/* crosscheck: one small check each; the table says which figures they are for. */
#include "model/crosscheck.h"

#include "model/facts.h"
#include "model/roll.h"

struct search {
    const struct series *s;
    size_t from; /* the first report looked at */
    struct contradiction *found;
    size_t n, max;
};

static void note(struct search *c, struct contradiction found)
{
    if (c->n < c->max)
        c->found[c->n] = found;
    c->n++;
}

static bool is_value(const struct report *r)
{
    return r->state == REPORT_VALUE && r->value.present;
}

/* A figure of the whole period: it was over when it was counted. */
static bool is_complete(const struct report *r)
{
    return is_value(r) && r->as_of >= period_last_day(r->period);
}

static bool per_period(const struct series *s)
{
    return s->kind == KIND_FLOW && s->counting == COUNTING_PER_PERIOD;
}

static int32_t days_of(const struct report *r)
{
    return period_last_day(r->period) - period_first_day(r->period);
}

/* --- a longer period against the shorter ones in it ----------------------------------------------------- */

/* The shortest period that begins on a day and is shorter than `whole`. */
static const struct report *piece_from(const struct search *c, const struct report *whole,
                                       date_t day)
{
    const struct report *best = NULL;

    for (size_t i = c->from; i < c->s->n_reports; i++) {
        const struct report *r = &c->s->reports[i];

        if (is_complete(r) && period_first_day(r->period) == day && days_of(r) < days_of(whole) &&
            (!best || days_of(r) < days_of(best)))
            best = r;
    }
    return best;
}

/* False if the pieces do not cover it, or their sum is too large. */
static bool sum_of_pieces(const struct search *c, const struct report *whole, struct decimal *ret)
{
    date_t day = period_first_day(whole->period), end = period_last_day(whole->period);

    *ret = (struct decimal){0, 0};
    while (day <= end) {
        const struct report *piece = piece_from(c, whole, day);

        if (!piece || period_last_day(piece->period) > end ||
            !decimal_add(*ret, piece->value.value, ret))
            return false;
        day = period_last_day(piece->period) + 1;
    }
    return true;
}

static void against_parts(struct search *c, const struct report *r)
{
    struct decimal sum;

    if (per_period(c->s) && is_complete(r) && period_kind(r->period) > PERIOD_MONTH &&
        sum_of_pieces(c, r, &sum) && decimal_compare(r->value.value, sum) != 0)
        note(c, (struct contradiction){.kind = CONTRADICTS_PARTS,
                                       .period = r->period,
                                       .as_of = r->as_of,
                                       .value = r->value.value,
                                       .other = sum});
}

/* --- one day, one value ------------------------------------------------------------------------------------ */

static void against_cuts(struct search *c, const struct report *r)
{
    for (const struct report *other = r; is_value(r) && other-- > &c->s->reports[c->from];) {
        if (per_period(c->s) || other->as_of != r->as_of)
            return;
        if (is_value(other) && decimal_compare(other->value.value, r->value.value) != 0)
            note(c, (struct contradiction){.kind = CONTRADICTS_CUT,
                                           .period = r->period,
                                           .other_period = other->period,
                                           .as_of = r->as_of,
                                           .value = r->value.value,
                                           .other = other->value.value});
    }
}

static void against_past(struct search *c, const struct report *r)
{
    const struct series *s = c->s;
    const struct report *before = r;

    if (s->kind != KIND_FLOW || s->counting != COUNTING_YEAR_TO_DATE || !is_value(r))
        return;
    while (before > &s->reports[c->from] &&
           (!is_value(before - 1) || (before - 1)->as_of == r->as_of))
        before--;
    if (before == &s->reports[c->from])
        return;
    before--;
    if (facts_year(s, before->as_of) == facts_year(s, r->as_of) &&
        decimal_compare(r->value.value, before->value.value) < 0)
        note(c, (struct contradiction){.kind = CONTRADICTS_PAST,
                                       .period = r->period,
                                       .other_period = before->period,
                                       .as_of = r->as_of,
                                       .value = r->value.value,
                                       .other = before->value.value});
}

/* --- against others ------------------------------------------------------------------------------------------ */

static void against_limits(struct search *c, const struct report *r)
{
    for (size_t i = 0; is_value(r) && i < c->s->n_limits; i++) {
        const struct limit *l = &c->s->limits[i];

        if ((l->period == r->period || l->as_of == r->as_of) &&
            decimal_compare(r->value.value, l->value) > 0)
            note(c, (struct contradiction){.kind = CONTRADICTS_LIMIT,
                                           .period = r->period,
                                           .as_of = r->as_of,
                                           .value = r->value.value,
                                           .other = l->value,
                                           .limit = l});
    }
}

/* What the organisation says of itself, where those below have all reported for the same day. */
static void against_sum(struct search *c, const struct report *r)
{
    for (size_t i = 0; i < c->s->n_own; i++) {
        const struct report *own = &c->s->own[i];

        if (own->as_of == r->as_of && is_value(own) && !r->high.present &&
            decimal_compare(own->value.value, r->value.value) != 0)
            note(c, (struct contradiction){.kind = CONTRADICTS_SUM,
                                           .period = own->period,
                                           .as_of = own->as_of,
                                           .value = own->value.value,
                                           .other = r->value.value});
    }
}

typedef void check_fn(struct search *c, const struct report *r);

static check_fn *const reported_checks[] = {against_parts, against_cuts, against_past,
                                            against_limits};
static check_fn *const rolled_checks[] = {against_sum};

size_t crosscheck(const struct series *s, struct contradiction *ret, size_t max)
{
    struct search c = {.s = s, .found = ret, .max = max};
    check_fn *const *checks = s->rolled ? rolled_checks : reported_checks;
    size_t n = s->rolled ? sizeof rolled_checks / sizeof *rolled_checks
                         : sizeof reported_checks / sizeof *reported_checks;

    if (s->kind == KIND_MILESTONE)
        return 0;
    c.from = s->n_reports > CROSSCHECK_MAX_REPORTS ? s->n_reports - CROSSCHECK_MAX_REPORTS : 0;
    for (size_t i = s->n_reports; i-- > c.from;)
        for (size_t k = 0; k < n; k++)
            checks[k](&c, &s->reports[i]);
    return c.n;
}
