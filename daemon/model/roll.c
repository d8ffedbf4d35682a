/* roll: see roll.h. */
#include "model/roll.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/facts.h"
#include "model/plan.h"

enum { SHARE_PLACES = 2 };

/* --- children ------------------------------------------------------------------------------------------ */

bool child_make(const struct series *s, const struct assessment *a, struct child *ret)
{
    struct decimal gap;

    if (!course_make(s, a, &ret->course))
        return false;
    ret->organisation = s->organisation;
    memcpy(ret->code, s->organisation_code, sizeof ret->code);
    memcpy(ret->name, s->organisation_name, sizeof ret->name);
    ret->status = a->status;
    ret->as_of = a->as_of;
    ret->gap = ratio_nearest(a->gap, &gap) ? ratio_of_decimal(gap) : RATIO_NULL; /* as it is kept */
    ret->counted = ret->missing = false;
    return true;
}

void children_free(struct child *children, size_t n)
{
    for (size_t i = 0; i < n; i++)
        course_finish(&children[i].course);
    free(children);
}

/* Whose figures make the sum: if it has no plan of its own, only those with one, if any has. */
static void choose(struct series *s)
{
    bool by_plans = false;

    for (size_t i = 0; i < s->n_children; i++)
        by_plans = by_plans || (!s->has_plan && s->children[i].course.applicable &&
                                s->children[i].course.n_parts > 0);
    for (size_t i = 0; i < s->n_children; i++) {
        const struct course *c = &s->children[i].course;

        s->children[i].counted =
            c->applicable && (by_plans ? c->n_parts > 0 : c->n_points > 0 || c->n_parts > 0);
    }
}

static bool is_countable(const struct series *s)
{
    for (size_t i = 0; i < s->n_children; i++)
        if (s->children[i].counted && !s->children[i].course.countable)
            return false;
    return true;
}

/* --- days ---------------------------------------------------------------------------------------------- */

static int by_day(const void *a, const void *b)
{
    date_t x = *(const date_t *)a, y = *(const date_t *)b;

    return (x > y) - (x < y);
}

/* The latest day before which the sum would mix methods. */
static date_t first_day(const struct series *s)
{
    date_t since = DATE_NONE;

    for (size_t i = 0; i < s->n_children; i++)
        if (s->children[i].counted && s->children[i].course.since > since)
            since = s->children[i].course.since;
    return since;
}

/* The days on which any child reported, ascending; malloc'd.  NULL if there are none, or no memory. */
static date_t *days_of(const struct series *s, size_t *ret_n)
{
    date_t *days, since = first_day(s);
    size_t room = 0, n = 0, kept = 0;

    for (size_t i = 0; i < s->n_children; i++)
        room += s->children[i].counted ? s->children[i].course.n_points : 0;
    days = room > 0 ? reallocarray(NULL, room, sizeof *days) : NULL;
    for (size_t i = 0; days && i < s->n_children; i++)
        for (size_t k = 0; s->children[i].counted && k < s->children[i].course.n_points; k++)
            if (s->children[i].course.points[k].day >= since)
                days[n++] = s->children[i].course.points[k].day;
    if (days)
        qsort(days, n, sizeof *days, by_day);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || days[kept - 1] != days[i])
            days[kept++] = days[i];
    *ret_n = kept;
    return days;
}

/* --- the sum of one day ----------------------------------------------------------------------------------- */

static bool add(struct roll_part *sum, const struct roll_part *part)
{
    return decimal_add(sum->low, part->low, &sum->low) &&
           decimal_add(sum->high, part->high, &sum->high) &&
           decimal_add(sum->of, part->of, &sum->of);
}

static bool to_decimal(struct ratio x, struct decimal *ret)
{
    return ratio_is_decimal(x, ret) || ratio_nearest(x, ret);
}

/* At most so much: growth is never less than nothing, and people are whole. */
static bool bound(const struct series *s, struct decimal low, struct ratio growth,
                  struct decimal *ret)
{
    struct decimal more;

    if (ratio_is_null(growth))
        return false;
    if (ratio_sign(growth) <= 0) {
        *ret = low;
        return true;
    }
    if (s->whole)
        growth = ratio_ceil(growth);
    return to_decimal(growth, &more) && decimal_add(low, more, ret);
}

/* A flow without a plan is counted from the start of its year: last year's count says nothing. */
static bool is_of_this_year(const struct series *s, const struct course *c, date_t then, date_t day)
{
    return s->kind != KIND_FLOW || c->n_parts > 0 || facts_year(s, then) == facts_year(s, day);
}

static bool part_of_silent(const struct series *s, const struct course *c, date_t day,
                           struct roll_part *ret)
{
    date_t origin = course_origin(c, s->kind);

    if (c->n_parts == 0)
        return true;
    if (s->kind == KIND_SHARE)
        ret->of = c->weight;
    return to_decimal(course_planned(c, s->kind, origin), &ret->low) &&
           bound(s, ret->low, course_growth(c, s->kind, origin, day), &ret->high);
}

bool roll_part(const struct series *s, const struct child *c, date_t day, struct roll_part *ret)
{
    const struct course_point *p = course_at(&c->course, day);

    *ret = (struct roll_part){{0, 0}, {0, 0}, {0, 0}};
    if (!p || !is_of_this_year(s, &c->course, p->day, day))
        return part_of_silent(s, &c->course, day, ret);
    ret->low = p->low;
    ret->of = p->of;
    return bound(s, p->high, course_growth(&c->course, s->kind, p->day, day), &ret->high);
}

static bool report_of(const struct series *s, date_t day, struct report *ret)
{
    struct roll_part sum = {{0, 0}, {0, 0}, {0, 0}}, part;
    bool fits = true;

    for (size_t i = 0; fits && i < s->n_children; i++)
        if (s->children[i].counted)
            fits = roll_part(s, &s->children[i], day, &part) && add(&sum, &part);
    *ret = (struct report){
        .period = period_of_day(day),
        .as_of = day,
        .expected = DATE_NONE,
        .state = REPORT_VALUE,
        .value = {true, sum.low},
        .of = {s->kind == KIND_SHARE, sum.of},
        .high = {decimal_compare(sum.low, sum.high) != 0, sum.high},
    };
    return fits;
}

static bool make_reports(struct series *s)
{
    size_t n = 0;
    date_t *days = days_of(s, &n);
    size_t first = n > COURSE_MAX_POINTS ? n - COURSE_MAX_POINTS : 0;

    s->reports = n > 0 ? calloc(n - first, sizeof *s->reports) : NULL;
    for (size_t i = first; s->reports && i < n && !s->uncountable; i++) {
        s->uncountable = !report_of(s, days[i], &s->reports[s->n_reports]);
        s->n_reports++;
    }
    free(days);
    return n == 0 || s->reports;
}

/* --- the plan of the sum --------------------------------------------------------------------------------- */

/* Base and target for show: of a share to two places; what is judged is the sum of the parts. */
static bool show_ends(struct series *s)
{
    struct plan *p = &s->plan;
    bool fits = true;

    p->base.value = p->target.value = (struct decimal){0, 0};
    if (s->kind == KIND_SHARE)
        return ratio_round(plan_base(s), SHARE_PLACES, &p->base.value) &&
               ratio_round(plan_target(s), SHARE_PLACES, &p->target.value);
    for (size_t i = 0; fits && i < p->n_parts; i++)
        fits = decimal_add(p->target.value, p->parts[i].target.value, &p->target.value) &&
               (!p->parts[i].base.present ||
                decimal_add(p->base.value, p->parts[i].base.value, &p->base.value));
    return fits;
}

/* The time that it spans. */
static bool frame_plan(struct series *s)
{
    struct plan *p = &s->plan;

    *p = (struct plan){.shape = SHAPE_SUM,
                       .n_parts = p->n_parts,
                       .parts = p->parts,
                       .weight = p->weight,
                       .starts = p->parts[0].starts,
                       .ends = p->parts[0].ends,
                       .base_on = DATE_NONE,
                       .due_from = DATE_NONE,
                       .due_to = DATE_NONE,
                       .valid_from = DATE_NONE};
    for (size_t i = 0; i < p->n_parts; i++) {
        const struct plan *part = &p->parts[i];

        p->starts = part->starts < p->starts ? part->starts : p->starts;
        p->ends = part->ends > p->ends ? part->ends : p->ends;
        p->valid_from = part->valid_from > p->valid_from ? part->valid_from : p->valid_from;
        if (part->base_on != DATE_NONE && (p->base_on == DATE_NONE || part->base_on < p->base_on))
            p->base_on = part->base_on;
        p->base.present = p->base.present || part->base.present;
    }
    s->has_plan = p->target.present = true;
    return show_ends(s);
}

/* False if they cannot be added up: too many shapes, or too much. */
static bool sum_plans(struct series *s)
{
    struct plan *p = &s->plan;

    for (size_t i = 0; i < s->n_children; i++) {
        const struct course *c = &s->children[i].course;

        if (!s->children[i].counted)
            continue;
        for (size_t k = 0; k < c->n_parts; k++)
            if (!course_add_part(&p->parts, &p->n_parts, &c->parts[k], s->kind))
                return false;
        if (c->n_parts > 0 && !decimal_add(p->weight, c->weight, &p->weight))
            return false;
    }
    return p->n_parts == 0 || frame_plan(s);
}

/* --- the whole ---------------------------------------------------------------------------------------------- */

/* Who has not reported for the last day, although his plan had begun. */
static void find_missing(struct series *s)
{
    date_t last = s->reports && s->n_reports > 0 ? s->reports[s->n_reports - 1].as_of : s->today;

    for (size_t i = 0; i < s->n_children; i++) {
        struct child *c = &s->children[i];
        const struct course_point *p = course_at(&c->course, last);
        date_t origin = course_origin(&c->course, s->kind);
        bool begun = p || origin == DATE_NONE || origin < last;

        c->missing =
            c->counted && begun && (!p || p->day < last || decimal_compare(p->low, p->high) != 0);
    }
}

bool roll(struct series *s)
{
    s->own = s->reports;
    s->n_own = s->n_reports;
    s->reports = NULL;
    s->n_reports = 0;
    s->counting = COUNTING_SO_FAR;
    if (s->kind == KIND_MILESTONE)
        return true;
    choose(s);
    s->uncountable = !is_countable(s) || (!s->has_plan && !sum_plans(s));
    if (!s->uncountable && !make_reports(s))
        return false;
    find_missing(s);
    return true;
}

size_t roll_contributors(const struct series *s, size_t *ret, size_t max)
{
    size_t n = 0;

    for (size_t i = 0; i < s->n_children; i++) {
        struct ratio gap = s->children[i].gap;
        size_t at = n < max ? n : max;

        if (!s->children[i].course.applicable || ratio_is_null(gap) || ratio_sign(gap) <= 0)
            continue;
        while (at > 0 && ratio_compare(s->children[ret[at - 1]].gap, gap) < 0) {
            if (at < max)
                ret[at] = ret[at - 1];
            at--;
        }
        if (at < max)
            ret[at] = i;
        n += n < max;
    }
    return n;
}

void roll_write_contributors(const struct series *s, struct str *out)
{
    size_t at[ROLL_CONTRIBUTORS_MAX], n = roll_contributors(s, at, ROLL_CONTRIBUTORS_MAX);
    char gap[DECIMAL_TEXT_MAX];
    struct decimal d;

    for (size_t i = 0; i < n; i++) {
        const struct child *c = &s->children[at[i]];

        if (ratio_is_decimal(c->gap, &d)) /* codes need no escaping */
            str_addf(out, "%s{\"gap\": \"%s\", \"org\": \"%s\"}", i > 0 ? ", " : "[",
                     decimal_format(d, gap), c->code);
    }
    if (n > 0)
        str_add(out, "]");
}

/* --- milestones --------------------------------------------------------------------------------------------- */

/* How bad a status is for the whole, from the best. */
static const int badness[] = {
    [STATUS_ACHIEVED] = 1, [STATUS_NO_PLAN] = 0, [STATUS_NOT_STARTED] = 2,  [STATUS_ON_TRACK] = 3,
    [STATUS_AT_RISK] = 5,  [STATUS_LAGGING] = 6, [STATUS_UNDETERMINED] = 4, [STATUS_MISSED] = 7,
};

void roll_milestone(const struct series *s, struct assessment *ret)
{
    int64_t done = 0, all = 0;

    ret->status = s->n_children > 0 ? STATUS_NO_PLAN : STATUS_UNDETERMINED;
    for (size_t i = 0; i < s->n_children; i++) {
        const struct child *c = &s->children[i];

        if (!c->course.applicable)
            continue;
        done += c->course.done;
        all += c->course.all;
        ret->days_late =
            c->course.days_late > ret->days_late ? c->course.days_late : ret->days_late;
        ret->as_of = c->as_of > ret->as_of ? c->as_of : ret->as_of;
        if (badness[c->status] > badness[ret->status])
            ret->status = c->status;
    }
    ret->entering = ret->status;
    ret->why = WHY_MILESTONES_BELOW;
    ret->fact = ratio_of_int(done);
    ret->n = (struct optional_decimal){true, {done, 0}};
    ret->of = (struct optional_decimal){true, {all, 0}};
}
