/* course: sums of decimals are exact or refused. */
#include "model/course.h"

#include <stdlib.h>
#include <string.h>

#include "model/facts.h"
#include "model/plan.h"

/* --- parts ------------------------------------------------------------------------------------------ */

static bool same_days(const struct plan *a, const struct plan *b)
{
    if (a->n_points != b->n_points || a->n_knots != b->n_knots || a->n_terms != b->n_terms)
        return false;
    for (size_t i = 0; i < a->n_points; i++)
        if (a->points[i].at != b->points[i].at)
            return false;
    for (size_t i = 0; i < a->n_knots; i++)
        if (decimal_compare(a->knots[i], b->knots[i]) != 0)
            return false;
    for (size_t i = 0; i < a->n_terms; i++)
        if (a->terms[i].first != b->terms[i].first || a->terms[i].last != b->terms[i].last)
            return false;
    return true;
}

bool course_same_shape(const struct plan *a, const struct plan *b, enum indicator_kind kind)
{
    bool same_origin = kind == KIND_FLOW || a->base_on == b->base_on;

    return a->shape == b->shape && a->starts == b->starts && a->ends == b->ends && same_origin &&
           same_days(a, b);
}

static bool add_optional(struct optional_decimal *to, struct optional_decimal d)
{
    if (!to->present || !d.present) {
        *to = to->present ? *to : d;
        return true;
    }
    return decimal_add(to->value, d.value, &to->value);
}

static bool add_up(struct plan *to, const struct plan *p)
{
    bool fits = add_optional(&to->base, p->base) && add_optional(&to->target, p->target);

    for (size_t i = 0; fits && i < to->n_points; i++)
        fits = decimal_add(to->points[i].value, p->points[i].value, &to->points[i].value);
    to->valid_from = p->valid_from > to->valid_from ? p->valid_from : to->valid_from;
    return fits;
}

bool course_add_part(struct plan **parts, size_t *n, const struct plan *p, enum indicator_kind kind)
{
    struct plan *more;

    for (size_t i = 0; i < *n; i++)
        if (course_same_shape(&(*parts)[i], p, kind))
            return add_up(&(*parts)[i], p);
    if (*n == SERIES_MAX_PARTS)
        return false;
    more = reallocarray(*parts, *n + 1, sizeof *more);
    if (!more)
        return false;
    *parts = more;
    if (!plan_copy(p, &more[*n]))
        return false;
    ++*n;
    return true;
}

/* --- from a series ---------------------------------------------------------------------------------- */

/* N that a bare percentage is of: the plan's. */
static bool planned_all(const struct series *s, struct decimal *ret)
{
    if (!s->has_plan || !s->plan.of.present || s->plan.of.value.mantissa <= 0)
        return false;
    *ret = s->plan.of.value;
    return true;
}

static bool people(const struct series *s, const struct report *r, struct course_point *ret)
{
    struct ratio n;

    if (r->of.present) {
        ret->low = r->value.value;
        ret->of = r->of.value;
        return true;
    }
    if (!planned_all(s, &ret->of))
        return false;
    n = ratio_mul(ratio_of_decimal(r->value.value), ratio_of_decimal(ret->of));
    return ratio_round(ratio_div(n, ratio_of_int(100)), DECIMAL_MAX_SCALE, &ret->low);
}

/* With the decimals of its last figure, if it has no more: 3 580 418,00 stays so. */
static bool as_written(struct ratio total, struct decimal figure, struct decimal *ret)
{
    return (ratio_round(total, figure.scale, ret) &&
            ratio_compare(ratio_of_decimal(*ret), total) == 0) ||
           ratio_is_decimal(total, ret);
}

/* What one figure brought the series to. */
static bool point_of(const struct series *s, const struct report *r, struct ratio total,
                     struct course_point *ret)
{
    bool known;

    *ret = (struct course_point){.day = facts_day(s, r)};
    known =
        s->kind == KIND_SHARE ? people(s, r, ret) : as_written(total, r->value.value, &ret->low);
    ret->high = r->high.present ? r->high.value : ret->low;
    return known;
}

/* Points in the order of days, beginning with the fact at which the present method begins. */
static bool take_points(const struct series *s, struct course *ret)
{
    struct facts f;
    struct tally tally;
    size_t start;

    facts_collect(s, &f);
    if (f.n == 0)
        return true;
    start = facts_method_start(s, &f);
    ret->since = start > 0 ? facts_day(s, &s->reports[f.at[start]]) : DATE_NONE;
    if (f.n - start > COURSE_MAX_POINTS) {
        start = f.n - COURSE_MAX_POINTS;
        ret->since = facts_day(s, &s->reports[f.at[start]]);
    }
    ret->points = calloc(f.n - start, sizeof *ret->points);
    if (!ret->points)
        return false;
    tally_init(&tally);
    for (size_t k = 0; k < f.n; k++) {
        const struct report *r = &s->reports[f.at[k]];
        struct ratio total = tally_add(&tally, s, r);

        if (k < start)
            continue;
        ret->countable = point_of(s, r, total, &ret->points[ret->n_points++]) && ret->countable;
    }
    return true;
}

/* Multiplies what a plan asks for with N. */
static bool weigh(struct plan *p, struct decimal weight)
{
    struct ratio n = ratio_of_decimal(weight);
    bool fits = ratio_is_decimal(ratio_mul(ratio_of_decimal(p->target.value), n), &p->target.value);

    if (p->base.present)
        fits =
            ratio_is_decimal(ratio_mul(ratio_of_decimal(p->base.value), n), &p->base.value) && fits;
    for (size_t i = 0; i < p->n_points; i++)
        fits = ratio_is_decimal(ratio_mul(ratio_of_decimal(p->points[i].value), n),
                                &p->points[i].value) &&
               fits;
    return fits;
}

/* N of a share: of its last figure, else of its plan. */
static bool weight_of(const struct series *s, const struct course *c, struct decimal *ret)
{
    if (c->n_points > 0) {
        *ret = c->points[c->n_points - 1].of;
        return ret->mantissa > 0;
    }
    return planned_all(s, ret);
}

/* The plan of its own, one part. */
static bool take_own_plan(const struct series *s, struct course *ret)
{
    ret->parts = calloc(1, sizeof *ret->parts);
    if (!ret->parts || !plan_copy(&s->plan, ret->parts))
        return false;
    ret->n_parts = 1;
    if (s->kind == KIND_SHARE)
        ret->countable =
            weight_of(s, ret, &ret->weight) && weigh(ret->parts, ret->weight) && ret->countable;
    return true;
}

/* A sum hands on the parts that it was made of. */
static bool take_parts(const struct series *s, struct course *ret)
{
    ret->weight = s->plan.weight;
    for (size_t i = 0; i < s->plan.n_parts; i++)
        if (!course_add_part(&ret->parts, &ret->n_parts, &s->plan.parts[i], s->kind))
            return false;
    return true;
}

static bool take_plan(const struct series *s, struct course *ret)
{
    if (!s->has_plan || !s->plan.target.present)
        return true;
    return s->plan.n_parts > 0 ? take_parts(s, ret) : take_own_plan(s, ret);
}

bool course_make(const struct series *s, const struct assessment *a, struct course *ret)
{
    *ret = (struct course){
        .applicable = a->why != WHY_NOT_APPLICABLE,
        .countable = !s->uncountable,
        .since = DATE_NONE,
    };
    if (s->kind == KIND_MILESTONE) {
        ret->all = s->rolled ? (int32_t)a->of.value.mantissa : 1;
        ret->done = s->rolled ? (int32_t)a->n.value.mantissa : a->status == STATUS_ACHIEVED;
        ret->days_late = a->status == STATUS_ACHIEVED ? 0 : a->days_late;
        return true;
    }
    if (take_points(s, ret) && take_plan(s, ret))
        return true;
    course_finish(ret);
    return false;
}

void course_finish(struct course *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->n_parts; i++)
        plan_finish(&c->parts[i]);
    free(c->parts);
    free(c->points);
    *c = (struct course){0};
}

/* --- what the sum asks ------------------------------------------------------------------------------ */

const struct course_point *course_at(const struct course *c, date_t day)
{
    size_t low = 0, high = c->n_points;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (c->points[middle].day <= day)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? &c->points[low - 1] : NULL;
}

struct ratio course_planned(const struct course *c, enum indicator_kind kind, date_t day)
{
    struct ratio sum = plan_sum(c->parts, c->n_parts, kind, day);

    return kind == KIND_SHARE ? ratio_div(sum, ratio_of_int(100)) : sum;
}

struct ratio course_growth(const struct course *c, enum indicator_kind kind, date_t from, date_t to)
{
    return ratio_sub(course_planned(c, kind, to), course_planned(c, kind, from));
}

date_t course_origin(const struct course *c, enum indicator_kind kind)
{
    date_t origin = DATE_NONE;

    for (size_t i = 0; i < c->n_parts; i++) {
        const struct plan *p = &c->parts[i];
        date_t d0 = kind != KIND_FLOW && p->base_on != DATE_NONE ? p->base_on : p->starts - 1;

        origin = origin == DATE_NONE || d0 < origin ? d0 : origin;
    }
    return origin;
}

/* --- as text ---------------------------------------------------------------------------------------- */

static void write_decimal(struct str *out, bool present, struct decimal d)
{
    char buf[DECIMAL_TEXT_MAX];

    str_addf(out, "\t%s", present ? decimal_format(d, buf) : "\\N");
}

static void write_date(struct str *out, date_t d)
{
    char buf[DATE_TEXT_MAX];

    str_addf(out, "\t%s", d != DATE_NONE ? date_format_iso(d, buf) : "\\N");
}

static void write_part(const struct plan *p, struct str *out)
{
    char buf[DECIMAL_TEXT_MAX];

    str_addf(out, "\npart\t%d", (int)p->id);
    write_date(out, p->valid_from);
    write_decimal(out, p->base.present, p->base.value);
    write_decimal(out, p->target.present, p->target.value);
    str_add(out, p->n_points > 0 ? "\t" : "\t\\N");
    for (size_t i = 0; i < p->n_points; i++)
        str_addf(out, "%s%s", i > 0 ? " " : "", decimal_format(p->points[i].value, buf));
}

static void write_head(const struct course *c, struct str *out)
{
    str_addf(out, "course\t%s\t%s", c->applicable ? "t" : "f", c->countable ? "t" : "f");
    write_date(out, c->since);
    write_decimal(out, true, c->weight);
    str_addf(out, "\t%d\t%d\t%d", (int)c->done, (int)c->all, (int)c->days_late);
}

void course_write(const struct course *c, struct str *out)
{
    struct course longer = *c;

    write_head(c, out);
    for (size_t i = 0; i < c->n_points; i++) {
        const struct course_point *p = &c->points[i];

        str_add(out, "\nat");
        write_date(out, p->day);
        write_decimal(out, true, p->low);
        write_decimal(out, true, p->high);
        write_decimal(out, true, p->of);
    }
    for (size_t i = 0; i < c->n_parts; i++)
        write_part(&c->parts[i], out);
    if (!out->failed)
        return;
    longer.countable = false;
    str_clear(out);
    write_head(&longer, out);
}

void course_write_plans(const struct course *c, struct str *out)
{
    for (size_t i = 0; i < c->n_parts; i++)
        str_addf(out, "%s%d", i > 0 ? "," : "{", (int)c->parts[i].id);
    str_add(out, c->n_parts > 0 ? "}" : "{}");
}
