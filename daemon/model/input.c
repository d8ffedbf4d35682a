/* input: a strict reader; the kinds of line and their fields are one table each. */
#include "model/input.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/field.h"

enum { ERROR_MAX = 400, FIELDS_MAX = 24, QUOTE_MAX = 60 };

struct input {
    input_series_fn *fn;
    void *arg;
    struct series s;
    bool open;
    size_t room_points, room_reports;
    struct { /* a `rule` line before it takes effect */
        char name[SERIES_CODE_MAX];
        struct decimal value;
    } rule;
    struct { /* a `knot` line */
        int month;
        struct decimal share;
    } knot;
    char error[ERROR_MAX];
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

static bool fail(struct input *in, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool fail(struct input *in, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(in->error, sizeof(in->error), format, args);
    va_end(args);
    return false;
}

static bool read_fields(struct input *in, const char *line_name, const struct field *fields,
                        size_t count, const struct text *texts, void *to)
{
    return field_read_all(line_name, fields, count, texts, to, in->error, sizeof(in->error));
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
        return fail(in, "out of memory");
    *items = more;
    *room = wanted;
    return true;
}

static void forget_series(struct input *in)
{
    series_finish(&in->s);
    in->room_points = in->room_reports = 0;
    in->open = false;
}

static void fall_back_to_russian(char names[LANG_COUNT][SERIES_NAME_MAX])
{
    if (!names[LANG_EN][0])
        memcpy(names[LANG_EN], names[LANG_RU], SERIES_NAME_MAX);
}

static bool take_series(struct input *in, const struct field *fields, size_t count,
                        const struct text *texts)
{
    struct series *s = &in->s;

    if (!input_end(in))
        return false;
    memset(s, 0, sizeof(*s));
    rules_default(&s->rules);
    s->project_starts = s->changes_on = DATE_NONE;
    if (!read_fields(in, "series", fields, count, texts, s))
        return false;
    if (s->step_months < 1 || s->step_months > 12)
        return fail(in, "line 'series', field step-months: expected 1 to 12, not %d",
                    s->step_months);
    if (s->changes_on != DATE_NONE && s->changes_on <= s->today)
        return fail(in, "line 'series', field changes-on: has to be after today");
    fall_back_to_russian(s->organisation_name);
    fall_back_to_russian(s->indicator_name);
    if (!s->unit[LANG_EN][0])
        memcpy(s->unit[LANG_EN], s->unit[LANG_RU], SERIES_UNIT_MAX);
    in->open = true;
    return true;
}

static bool take_rules(struct input *in, const struct field *fields, size_t count,
                       const struct text *texts)
{
    return read_fields(in, "rules", fields, count, texts, &in->s);
}

static bool take_rule(struct input *in, const struct field *fields, size_t count,
                      const struct text *texts)
{
    if (!read_fields(in, "rule", fields, count, texts, in))
        return false;
    if (!rules_set(&in->s.rules, in->rule.name, in->rule.value))
        return fail(in, "line 'rule': no constant is called '%s', or its value is negative",
                    in->rule.name);
    return true;
}

static bool take_plan(struct input *in, const struct field *fields, size_t count,
                      const struct text *texts)
{
    struct plan p = {
        .base_on = DATE_NONE, .due_from = DATE_NONE, .due_to = DATE_NONE, .valid_from = DATE_NONE};

    if (in->s.has_plan)
        return fail(in, "line 'plan': a series has one plan, this is the second");
    if (!read_fields(in, "plan", fields, count, texts, &p))
        return false;
    if (p.ends < p.starts)
        return fail(in, "line 'plan', field ends: the plan ends before it starts");
    if (p.due_from != DATE_NONE && p.due_to != DATE_NONE && p.due_to < p.due_from)
        return fail(in, "line 'plan', field due-to: before due-from");
    in->s.plan = p;
    in->s.has_plan = true;
    return true;
}

static bool take_point(struct input *in, const struct field *fields, size_t count,
                       const struct text *texts)
{
    struct plan *p = &in->s.plan;
    struct plan_point point;
    void *items = p->points;

    if (!in->s.has_plan)
        return fail(in, "line 'point': its plan has to come before it");
    if (!read_fields(in, "point", fields, count, texts, &point))
        return false;
    if (p->n_points > 0 && point.at <= p->points[p->n_points - 1].at)
        return fail(in, "line 'point', field at: points have to be in the order of their dates");
    if (!make_room(in, &items, &in->room_points, p->n_points, SERIES_MAX_POINTS, sizeof(point)))
        return false;
    p->points = items;
    p->points[p->n_points++] = point;
    return true;
}

static bool take_knot(struct input *in, const struct field *fields, size_t count,
                      const struct text *texts)
{
    static const struct decimal none = {0, 0}, all = {1, 0};
    struct plan *p = &in->s.plan;
    struct decimal share, before = p->n_knots > 0 ? p->knots[p->n_knots - 1] : none;

    if (!in->s.has_plan)
        return fail(in, "line 'knot': its plan has to come before it");
    if (!read_fields(in, "knot", fields, count, texts, in))
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

static bool take_term(struct input *in, const struct field *fields, size_t count,
                      const struct text *texts)
{
    struct plan *p = &in->s.plan;
    struct plan_term term;

    if (!in->s.has_plan)
        return fail(in, "line 'term': its plan has to come before it");
    if (!read_fields(in, "term", fields, count, texts, &term))
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

static bool take_figure(struct input *in, const struct field *fields, size_t count,
                        const struct text *texts)
{
    struct series *s = &in->s;
    struct report r = {.expected = DATE_NONE};
    void *items = s->reports;

    if (!read_fields(in, "figure", fields, count, texts, &r))
        return false;
    if (!make_room(in, &items, &in->room_reports, s->n_reports, SERIES_MAX_FIGURES, sizeof(r)))
        return false;
    s->reports = items;
    s->reports[s->n_reports++] = r;
    return true;
}

#define LINE(name) #name, take_##name, name##_fields, sizeof(name##_fields) / sizeof(struct field)

static const struct line {
    const char *name;
    bool (*take)(struct input *in, const struct field *fields, size_t count,
                 const struct text *texts);
    const struct field *fields;
    size_t count;
} lines[] = {
    {LINE(series)}, {LINE(rules)}, {LINE(rule)}, {LINE(plan)},
    {LINE(point)},  {LINE(knot)},  {LINE(term)}, {LINE(figure)},
};

_Static_assert(sizeof(series_fields) / sizeof(struct field) < FIELDS_MAX, "a line fits");

bool input_line(struct input *in, const char *line, size_t len)
{
    struct text texts[FIELDS_MAX];
    size_t n = text_split(line, len, texts, FIELDS_MAX);

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        const struct line *l = &lines[i];

        if (!text_is(texts[0], l->name))
            continue;
        if (n != l->count + 1)
            return fail(in, "line '%s': expected %zu fields, found %zu", l->name, l->count, n - 1);
        if (i > 0 && !in->open)
            return fail(in, "line '%s': a line 'series' has to come before it", l->name);
        return l->take(in, l->fields, l->count, texts + 1);
    }
    return fail(in, "unknown kind of line: '%.*s'",
                texts[0].len > QUOTE_MAX ? QUOTE_MAX : (int)texts[0].len, texts[0].bytes);
}

bool input_end(struct input *in)
{
    if (in->open)
        in->fn(in->arg, &in->s);
    forget_series(in);
    return true;
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

void input_free(struct input *in)
{
    if (!in)
        return;
    forget_series(in);
    free(in);
}

const char *input_error(const struct input *in)
{
    return in->error;
}
