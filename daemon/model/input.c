/* input: a strict reader; the kinds of line and their fields are one table each. */
#include "model/input.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/shortage.h"
#include "model/lines.h"
#include "model/roll.h"

enum { QUOTE_MAX = 60, VALUES_MAX = SERIES_MAX_POINTS * 21 };

struct input {
    input_series_fn *fn;
    input_children_fn *lend; /* NULL: children come as lines */
    void *arg, *lend_arg;
    struct series s;
    bool open;
    struct plan *shaped; /* that points, knots and terms belong to; NULL: none yet */
    size_t n_curves, room_curves;
    struct plan *curves; /* shapes of the parts of children */
    size_t room_points, room_reports, room_children, room_before, room_limits;
    size_t room_at, room_parts; /* of the last child */
    struct {                    /* a `part` line */
        int32_t plan;
        date_t valid_from;
        struct optional_decimal base, target;
        char values[VALUES_MAX];
    } part;
    struct { /* a `rule` line before it takes effect */
        char name[SERIES_CODE_MAX];
        struct decimal value;
    } rule;
    struct { /* a `knot` line */
        int month;
        struct decimal share;
    } knot;
    char error[LINES_ERROR_MAX];
};

static const struct field series_fields[] = {
    FIELD_NEED("organisation-id", field_number, struct series, organisation),
    FIELD_NEED("indicator-id", field_number, struct series, indicator),
    FIELD_NEED("organisation-code", field_text, struct series, organisation_code),
    FIELD_NEED("organisation-name", field_text, struct series, organisation_name[LANG_RU]),
    FIELD_MAY("organisation-name-en", field_text, struct series, organisation_name[LANG_EN]),
    FIELD_NEED("indicator-code", field_text, struct series, indicator_code),
    FIELD_NEED("indicator-name", field_text, struct series, indicator_name[LANG_RU]),
    FIELD_MAY("indicator-name-en", field_text, struct series, indicator_name[LANG_EN]),
    FIELD_NEED("project-code", field_text, struct series, project_code),
    FIELD_NEED("kind", field_kind, struct series, kind),
    FIELD_NEED("direction", field_direction, struct series, direction),
    FIELD_NEED("unit", field_text, struct series, unit[LANG_RU]),
    FIELD_MAY("unit-en", field_text, struct series, unit[LANG_EN]),
    FIELD_NEED("whole", field_bool, struct series, whole),
    FIELD_NEED("counting", field_counting, struct series, counting),
    FIELD_NEED("step-months", field_number, struct series, step_months),
    FIELD_MAY("method", field_text, struct series, method),
    FIELD_NEED("today", field_date, struct series, today),
    FIELD_MAY("project-starts", field_date, struct series, project_starts),
    FIELD_MAY("changes-on", field_date, struct series, changes_on),
    FIELD_NEED("year-starts", field_number, struct series, year_starts),
    FIELD_NEED("rolled", field_bool, struct series, rolled),
    FIELD_NEED("rolls-up", field_bool, struct series, rolls_up),
};

static const struct field rules_fields[] = {
    FIELD_NEED("id", field_number, struct series, rules.id),
    FIELD_NEED("code", field_text, struct series, rules.code),
    FIELD_NEED("version", field_number, struct series, rules.version),
};

static const struct field rule_fields[] = {
    FIELD_NEED("name", field_text, struct input, rule.name),
    FIELD_NEED("value", field_decimal, struct input, rule.value),
};

static const struct field plan_fields[] = {
    FIELD_NEED("id", field_number, struct plan, id),
    FIELD_NEED("version", field_number, struct plan, version),
    FIELD_NEED("basis", field_text, struct plan, basis),
    FIELD_NEED("starts", field_date, struct plan, starts),
    FIELD_NEED("ends", field_date, struct plan, ends),
    FIELD_NEED("shape", field_shape, struct plan, shape),
    FIELD_MAY("base", field_optional, struct plan, base),
    FIELD_MAY("base-on", field_date, struct plan, base_on),
    FIELD_MAY("base-method", field_text, struct plan, base_method),
    FIELD_MAY("target", field_optional, struct plan, target),
    FIELD_MAY("of", field_optional, struct plan, of),
    FIELD_MAY("due-from", field_date, struct plan, due_from),
    FIELD_MAY("due-to", field_date, struct plan, due_to),
    FIELD_MAY("due-precision", field_precision, struct plan, due_precision),
    FIELD_NEED("event", field_bool, struct plan, event),
    FIELD_MAY("valid-from", field_date, struct plan, valid_from),
};

static const struct field point_fields[] = {
    FIELD_NEED("at", field_date, struct plan_point, at),
    FIELD_NEED("value", field_decimal, struct plan_point, value),
};

static const struct field knot_fields[] = {
    FIELD_NEED("month", field_number, struct input, knot.month),
    FIELD_NEED("share", field_decimal, struct input, knot.share),
};

static const struct field term_fields[] = {
    FIELD_NEED("first", field_date, struct plan_term, first),
    FIELD_NEED("last", field_date, struct plan_term, last),
};

static const struct field figure_fields[] = {
    FIELD_NEED("period", field_period, struct report, period),
    FIELD_NEED("as-of", field_date, struct report, as_of),
    FIELD_NEED("state", field_state, struct report, state),
    FIELD_MAY("value", field_optional, struct report, value),
    FIELD_MAY("of", field_optional, struct report, of),
    FIELD_MAY("expected", field_date, struct report, expected),
    FIELD_MAY("method", field_text, struct report, method),
    FIELD_MAY("composed", field_time, struct report, composed_us),
    FIELD_MAY("recorded", field_time, struct report, recorded_us),
    FIELD_MAY("submission", field_uuid, struct report, submission),
};

static const struct field before_fields[] = {
    FIELD_NEED("organisation-name", field_text, struct predecessor, organisation_name[LANG_RU]),
    FIELD_MAY("organisation-name-en", field_text, struct predecessor, organisation_name[LANG_EN]),
    FIELD_NEED("indicator-name", field_text, struct predecessor, indicator_name[LANG_RU]),
    FIELD_MAY("indicator-name-en", field_text, struct predecessor, indicator_name[LANG_EN]),
    FIELD_MAY("state", field_state, struct predecessor, state),
    FIELD_MAY("value", field_optional, struct predecessor, value),
    FIELD_MAY("target", field_optional, struct predecessor, target),
};

static const struct field limit_fields[] = {
    FIELD_NEED("indicator-name", field_text, struct limit, indicator_name[LANG_RU]),
    FIELD_MAY("indicator-name-en", field_text, struct limit, indicator_name[LANG_EN]),
    FIELD_NEED("period", field_period, struct limit, period),
    FIELD_NEED("as-of", field_date, struct limit, as_of),
    FIELD_NEED("value", field_decimal, struct limit, value),
};

static const struct field curve_fields[] = {
    FIELD_NEED("plan-id", field_number, struct plan, id),
    FIELD_NEED("starts", field_date, struct plan, starts),
    FIELD_NEED("ends", field_date, struct plan, ends),
    FIELD_NEED("shape", field_shape, struct plan, shape),
    FIELD_MAY("base-on", field_date, struct plan, base_on),
};

static const struct field child_fields[] = {
    FIELD_NEED("organisation-id", field_number, struct child, organisation),
    FIELD_NEED("code", field_text, struct child, code),
    FIELD_NEED("name", field_text, struct child, name[LANG_RU]),
    FIELD_MAY("name-en", field_text, struct child, name[LANG_EN]),
    FIELD_NEED("status", field_status, struct child, status),
    FIELD_MAY("as-of", field_date, struct child, as_of),
    FIELD_MAY("gap", field_ratio, struct child, gap),
};

static const struct field course_fields[] = {
    FIELD_NEED("applicable", field_bool, struct course, applicable),
    FIELD_NEED("countable", field_bool, struct course, countable),
    FIELD_MAY("since", field_date, struct course, since),
    FIELD_NEED("weight", field_decimal, struct course, weight),
    FIELD_NEED("done", field_number, struct course, done),
    FIELD_NEED("all", field_number, struct course, all),
    FIELD_NEED("days-late", field_number, struct course, days_late),
};

static const struct field at_fields[] = {
    FIELD_NEED("day", field_date, struct course_point, day),
    FIELD_NEED("low", field_decimal, struct course_point, low),
    FIELD_NEED("high", field_decimal, struct course_point, high),
    FIELD_NEED("of", field_decimal, struct course_point, of),
};

static const struct field part_fields[] = {
    FIELD_NEED("plan-id", field_number, struct input, part.plan),
    FIELD_MAY("valid-from", field_date, struct input, part.valid_from),
    FIELD_MAY("base", field_optional, struct input, part.base),
    FIELD_MAY("target", field_optional, struct input, part.target),
    FIELD_MAY("values", field_text, struct input, part.values),
};

static bool fail(struct input *in, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool fail(struct input *in, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(in->error, sizeof(in->error), format, args);
    va_end(args);
    return false;
}

/* Makes room for one more element of `size` bytes in *items, at most max of them. */
static bool make_room(struct input *in, void **items, size_t *room, size_t n, size_t max,
                      size_t size)
{
    size_t wanted = *room ? *room * 2 : 16;
    void *more;

    if (n < *room)
        return true;
    if (n >= max)
        return fail(in, "more than %zu lines of this kind in one series", max);
    if (wanted > max)
        wanted = max;
    more = reallocarray(*items, wanted, size);
    if (!more)
        return shortage_note() || fail(in, "out of memory");
    *items = more;
    *room = wanted;
    return true;
}

static void forget_series(struct input *in)
{
    series_finish(&in->s);
    children_free(in->s.children, in->s.n_children);
    in->s.children = NULL;
    in->s.n_children = 0;
    for (size_t i = 0; i < in->n_curves; i++)
        plan_finish(&in->curves[i]);
    in->n_curves = 0;
    in->room_points = in->room_reports = in->room_children = in->room_before = in->room_limits = 0;
    in->room_at = in->room_parts = 0;
    in->shaped = NULL;
    in->open = false;
}

static void fall_back_to_russian(char names[LANG_COUNT][SERIES_NAME_MAX])
{
    if (!names[LANG_EN][0])
        memcpy(names[LANG_EN], names[LANG_RU], SERIES_NAME_MAX);
}

static bool take_series(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct input *in = reader;
    struct series *s = &in->s;

    if (!input_end(in))
        return false;
    memset(s, 0, sizeof(*s));
    rules_default(&s->rules);
    s->project_starts = s->changes_on = DATE_NONE;
    if (!lines_read(kind, texts, s, in->error))
        return false;
    if (s->step_months < 1 || s->step_months > 12)
        return fail(in, "line 'series', field step-months: expected 1 to 12, not %d",
                    s->step_months);
    if (s->year_starts < 1 || s->year_starts > 12)
        return fail(in, "line 'series', field year-starts: expected 1 to 12, not %d",
                    s->year_starts);
    if (s->changes_on != DATE_NONE && s->changes_on <= s->today)
        return fail(in, "line 'series', field changes-on: has to be after today");
    fall_back_to_russian(s->organisation_name);
    fall_back_to_russian(s->indicator_name);
    if (!s->unit[LANG_EN][0])
        memcpy(s->unit[LANG_EN], s->unit[LANG_RU], SERIES_UNIT_MAX);
    in->open = true;
    return true;
}

static bool take_rules(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct input *in = reader;
    return lines_read(kind, texts, &in->s, in->error);
}

static bool take_rule(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct input *in = reader;
    if (!lines_read(kind, texts, in, in->error))
        return false;
    if (!rules_set(&in->s.rules, in->rule.name, in->rule.value))
        return fail(in, "line 'rule': no constant is called '%s', or its value is negative",
                    in->rule.name);
    return true;
}

static bool take_plan(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct input *in = reader;
    struct plan p = {
        .base_on = DATE_NONE, .due_from = DATE_NONE, .due_to = DATE_NONE, .valid_from = DATE_NONE};

    if (in->s.has_plan)
        return fail(in, "line 'plan': a series has one plan, this is the second");
    if (!lines_read(kind, texts, &p, in->error))
        return false;
    if (p.ends < p.starts)
        return fail(in, "line 'plan', field ends: the plan ends before it starts");
    if (p.due_from != DATE_NONE && p.due_to != DATE_NONE && p.due_to < p.due_from)
        return fail(in, "line 'plan', field due-to: before due-from");
    in->s.plan = p;
    in->s.has_plan = true;
    in->shaped = &in->s.plan;
    in->room_points = 0;
    return true;
}

static bool take_point(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct input *in = reader;
    struct plan *p = in->shaped;
    struct plan_point point;
    void *items = p ? p->points : NULL;

    if (!p)
        return fail(in, "line 'point': its plan has to come before it");
    if (!lines_read(kind, texts, &point, in->error))
        return false;
    if (p->n_points > 0 && point.at <= p->points[p->n_points - 1].at)
        return fail(in, "line 'point', field at: points have to be in the order of their dates");
    if (!make_room(in, &items, &in->room_points, p->n_points, SERIES_MAX_POINTS, sizeof(point)))
        return false;
    p->points = items;
    p->points[p->n_points++] = point;
    return true;
}

static bool take_knot(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct input *in = reader;
    static const struct decimal none = {0, 0}, all = {1, 0};
    struct plan *p = in->shaped;
    struct decimal share, before = p && p->n_knots > 0 ? p->knots[p->n_knots - 1] : none;

    if (!p)
        return fail(in, "line 'knot': its plan has to come before it");
    if (!lines_read(kind, texts, in, in->error))
        return false;
    share = in->knot.share;
    if (p->n_knots >= SERIES_KNOTS || in->knot.month != (int)p->n_knots)
        return fail(in, "line 'knot', field month: knots have to be of months 0 to %d, in order",
                    SERIES_KNOTS - 1);
    if (decimal_compare(share, before) < 0 || decimal_compare(share, all) > 0 ||
        (p->n_knots == 0 && decimal_compare(share, none) != 0) ||
        (p->n_knots == SERIES_KNOTS - 1 && decimal_compare(share, all) != 0))
        return fail(in, "line 'knot', field share: shares have to grow from 0 to 1");
    p->knots[p->n_knots++] = share;
    return true;
}

static bool take_term(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct input *in = reader;
    struct plan *p = in->shaped;
    struct plan_term term;

    if (!p)
        return fail(in, "line 'term': its plan has to come before it");
    if (!lines_read(kind, texts, &term, in->error))
        return false;
    if (term.last < term.first)
        return fail(in, "line 'term', field last: the term ends before it starts");
    if (p->n_terms > 0 && term.first <= p->terms[p->n_terms - 1].last)
        return fail(in, "line 'term', field first: terms have to be one after the other");
    if (p->n_terms >= SERIES_MAX_TERMS)
        return fail(in, "more than %d lines of this kind in one series", SERIES_MAX_TERMS);
    p->terms[p->n_terms++] = term;
    return true;
}

static bool take_figure(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct input *in = reader;
    struct series *s = &in->s;
    struct report r = {.expected = DATE_NONE};
    void *items = s->reports;

    if (!lines_read(kind, texts, &r, in->error))
        return false;
    if (!make_room(in, &items, &in->room_reports, s->n_reports, SERIES_MAX_FIGURES, sizeof(r)))
        return false;
    s->reports = items;
    s->reports[s->n_reports++] = r;
    return true;
}

static bool take_before(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct input *in = reader;
    struct series *s = &in->s;
    struct predecessor p = {.state = 0};
    void *items = s->predecessors;

    if (!lines_read(kind, texts, &p, in->error))
        return false;
    if (!make_room(in, &items, &in->room_before, s->n_predecessors, SERIES_MAX_PREDECESSORS,
                   sizeof p))
        return false;
    fall_back_to_russian(p.organisation_name);
    fall_back_to_russian(p.indicator_name);
    s->predecessors = items;
    s->predecessors[s->n_predecessors++] = p;
    return true;
}

static bool take_limit(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct input *in = reader;
    struct series *s = &in->s;
    struct limit l = {.period = PERIOD_NONE};
    void *items = s->limits;

    if (!lines_read(kind, texts, &l, in->error))
        return false;
    if (!make_room(in, &items, &in->room_limits, s->n_limits, SERIES_MAX_LIMITS, sizeof l))
        return false;
    fall_back_to_russian(l.indicator_name);
    s->limits = items;
    s->limits[s->n_limits++] = l;
    return true;
}

/* --- children of a sum ------------------------------------------------------------------------------------ */

static bool take_curve(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct input *in = reader;
    struct plan p = {
        .base_on = DATE_NONE, .due_from = DATE_NONE, .due_to = DATE_NONE, .valid_from = DATE_NONE};
    void *items = in->curves;

    if (!lines_read(kind, texts, &p, in->error))
        return false;
    if (p.ends < p.starts)
        return fail(in, "line 'curve', field ends: the plan ends before it starts");
    if (!make_room(in, &items, &in->room_curves, in->n_curves, SERIES_MAX_CHILDREN, sizeof p))
        return false;
    in->curves = items;
    in->curves[in->n_curves] = p;
    in->shaped = &in->curves[in->n_curves++];
    in->room_points = 0;
    return true;
}

static bool take_child(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct input *in = reader;
    struct series *s = &in->s;
    struct child c = {.as_of = DATE_NONE, .course.since = DATE_NONE};
    void *items = s->children;

    if (!s->rolled || in->lend)
        return fail(in, "line 'child': the series is not rolled, or its children are lent");
    if (!lines_read(kind, texts, &c, in->error))
        return false;
    if (!make_room(in, &items, &in->room_children, s->n_children, SERIES_MAX_CHILDREN, sizeof c))
        return false;
    fall_back_to_russian(c.name);
    s->children = items;
    s->children[s->n_children++] = c;
    in->room_at = in->room_parts = 0;
    return true;
}

/* The course of the child read last; NULL, and a failure, if there is none. */
static struct course *last_course(struct input *in, const char *line_name)
{
    if (in->s.n_children > 0)
        return &in->s.children[in->s.n_children - 1].course;
    fail(in, "line '%s': its child has to come before it", line_name);
    return NULL;
}

static bool take_course(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct input *in = reader;
    struct course *c = last_course(in, "course");

    return c && lines_read(kind, texts, c, in->error);
}

static bool take_at(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct input *in = reader;
    struct course *c = last_course(in, "at");
    struct course_point p;
    void *items = c ? c->points : NULL;

    if (!c || !lines_read(kind, texts, &p, in->error))
        return false;
    if (c->n_points > 0 && p.day <= c->points[c->n_points - 1].day)
        return fail(in, "line 'at', field day: has to be after the one before");
    if (!make_room(in, &items, &in->room_at, c->n_points, COURSE_MAX_POINTS, sizeof p))
        return false;
    c->points = items;
    c->points[c->n_points++] = p;
    return true;
}

/* The values of a part at the points of its curve. */
static bool read_values(struct input *in, struct plan *part)
{
    const char *at = in->part.values;

    for (size_t i = 0; i < part->n_points; i++) {
        size_t len = strcspn(at, " ");

        if (decimal_parse(at, len, &part->points[i].value, NULL) != DECIMAL_OK)
            return fail(in, "line 'part', field values: expected %zu numbers", part->n_points);
        at += len + (at[len] == ' ');
    }
    if (*at)
        return fail(in, "line 'part', field values: more than %zu numbers", part->n_points);
    return true;
}

static const struct plan *find_curve(const struct input *in, int32_t plan)
{
    for (size_t i = 0; i < in->n_curves; i++)
        if (in->curves[i].id == plan)
            return &in->curves[i];
    return NULL;
}

/* Adds a plan of the shape of its curve to the course. */
static bool add_part(struct input *in, struct course *c, const struct plan *curve)
{
    void *items = c->parts;
    struct plan *part;

    if (!make_room(in, &items, &in->room_parts, c->n_parts, SERIES_MAX_PARTS, sizeof *c->parts))
        return false;
    c->parts = items;
    part = &c->parts[c->n_parts];
    if (!plan_copy(curve, part))
        return shortage_note() || fail(in, "out of memory");
    c->n_parts++;
    part->valid_from = in->part.valid_from;
    part->base = in->part.base;
    part->target = in->part.target;
    return read_values(in, part);
}

static bool take_part(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct input *in = reader;
    struct course *c = last_course(in, "part");
    const struct plan *curve;

    in->part.valid_from = DATE_NONE;
    in->part.base.present = in->part.target.present = false;
    in->part.values[0] = '\0';
    if (!c || !lines_read(kind, texts, in, in->error))
        return false;
    curve = find_curve(in, in->part.plan);
    return curve ? add_part(in, c, curve)
                 : fail(in, "line 'part', field plan-id: its curve has to come before it");
}

static const struct line_kind kinds[] = {
    LINE_KIND(series), LINE_KIND(rules), LINE_KIND(rule),   LINE_KIND(plan),   LINE_KIND(point),
    LINE_KIND(knot),   LINE_KIND(term),  LINE_KIND(figure), LINE_KIND(before), LINE_KIND(limit),
    LINE_KIND(curve),  LINE_KIND(child), LINE_KIND(course), LINE_KIND(at),     LINE_KIND(part),
};

bool input_line(struct input *in, const char *line, size_t len)
{
    struct text name;

    (void)text_split(line, len, &name, 1);
    if (!in->open && !text_is(name, "series"))
        return fail(in, "line '%.*s': a line 'series' has to come before it",
                    name.len > QUOTE_MAX ? QUOTE_MAX : (int)name.len, name.bytes);
    return lines_take(kinds, sizeof kinds / sizeof *kinds, line, len, in, in->error);
}

bool input_lines(struct input *in, const char *text, size_t len)
{
    const char *end = text + len, *line = text;

    for (const char *next; line < end; line = next + 1) {
        next = memchr(line, '\n', (size_t)(end - line));
        next = next ? next : end;
        if (!input_line(in, line, (size_t)(next - line)))
            return false;
    }
    return true;
}

bool input_end(struct input *in)
{
    bool whole, lent = in->open && in->s.rolled && in->lend;

    if (lent)
        in->lend(in->lend_arg, &in->s);
    whole =
        !in->open || !in->s.rolled || roll(&in->s) || shortage_note() || fail(in, "out of memory");
    if (in->open && whole)
        in->fn(in->arg, &in->s);
    if (lent) {
        in->s.children = NULL;
        in->s.n_children = 0;
    }
    forget_series(in);
    return whole;
}

struct input *input_new(input_series_fn *fn, void *arg)
{
    struct input *in = calloc(1, sizeof(*in));

    if (in) {
        in->fn = fn;
        in->arg = arg;
    }
    return in;
}

void input_lend(struct input *in, input_children_fn *fn, void *arg)
{
    in->lend = fn;
    in->lend_arg = arg;
}

void input_free(struct input *in)
{
    if (!in)
        return;
    forget_series(in);
    free(in->curves);
    free(in);
}

const char *input_error(const struct input *in)
{
    return in->error;
}
