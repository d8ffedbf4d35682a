/* inspect: one table of rules, each a small function that returns what is wrong; the first that
 * finds something decides. */
#include "intake/inspect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "intake/state.h"
#include "intake/subject.h"

enum { PERCENT = 100 };

typedef enum reason rule(struct subject *s);

/* --- who and what --- */

/* Unpacking tells the first flaw only, and looks at the key first: any other flaw leaves a sound
 * key. */
static enum reason key_sound(struct subject *s)
{
    enum reason flaw = s->figure->flaw;
    bool of_key = flaw == REASON_UNKNOWN_ORGANISATION || flaw == REASON_UNKNOWN_INDICATOR ||
                  flaw == REASON_BAD_PERIOD;
    return of_key ? flaw : REASON_NONE;
}

static enum reason rest_sound(struct subject *s)
{
    return s->figure->flaw;
}

static enum reason organisation_known(struct subject *s)
{
    const struct catalogue *c = s->by->catalogue;
    const char *code = s->figure->organisation;
    s->organisation = code == NULL ? catalogue_organisation(c, s->by->agent->organisation)
                                   : catalogue_organisation_by_code(c, code);
    if (s->organisation == NULL)
        return REASON_UNKNOWN_ORGANISATION;
    s->today = clock_day(s->by->now_us, s->organisation->utc_offset_s);
    s->out->organisation = s->organisation->id;
    return REASON_NONE;
}

static enum reason organisation_yours(struct subject *s)
{
    bool below =
        catalogue_is_below(s->by->catalogue, s->organisation->id, s->by->agent->organisation);
    return below ? REASON_NONE : REASON_NOT_YOURS;
}

static enum reason indicator_known(struct subject *s)
{
    s->indicator = catalogue_indicator_by_code(s->by->catalogue, s->figure->indicator);
    if (s->indicator == NULL)
        return REASON_UNKNOWN_INDICATOR;
    s->out->indicator = s->indicator->id;
    return REASON_NONE;
}

/* --- when --- */

static enum reason period_in_range(struct subject *s)
{
    if (!period_valid(s->figure->period))
        return REASON_BAD_PERIOD;
    int year = period_year(s->figure->period);
    if (year < catalogue_first_year(s->by->catalogue) ||
        year > catalogue_last_year(s->by->catalogue))
        return REASON_PERIOD_OUT_OF_RANGE;
    s->out->period = s->figure->period;
    return REASON_NONE;
}

static enum reason period_begun(struct subject *s)
{
    return period_first_day(s->figure->period) > s->today ? REASON_PERIOD_NOT_BEGUN : REASON_NONE;
}

static enum reason organisation_open(struct subject *s)
{
    const struct organisation *o = s->organisation;
    bool too_early = o->opened != DATE_NONE && period_last_day(s->figure->period) < o->opened;
    bool too_late = o->closed != DATE_NONE && period_first_day(s->figure->period) > o->closed;
    return too_early || too_late ? REASON_ORGANISATION_CLOSED : REASON_NONE;
}

static enum reason as_of_possible(struct subject *s)
{
    date_t as_of = s->figure->as_of, ends = period_last_day(s->figure->period);
    if (as_of == DATE_NONE)
        as_of = ends < s->today ? ends : s->today;
    if (as_of > s->today)
        return REASON_AS_OF_IN_FUTURE;
    if (as_of < period_first_day(s->figure->period) || as_of > ends)
        return REASON_AS_OF_OUTSIDE_PERIOD;
    s->out->as_of = as_of;
    return REASON_NONE;
}

/* --- how much --- */

static enum reason state_possible(struct subject *s)
{
    return state_fits(s->indicator->kind, s->figure->state) ? REASON_NONE : REASON_BAD_STATE;
}

static enum reason value_present(struct subject *s)
{
    const struct figure *f = s->figure;
    enum state_need need = state_rule(f->state)->value;
    if (need == NEED_ALWAYS && !f->has_value)
        return REASON_VALUE_MISSING;
    if (need == NEED_NEVER && (f->has_value || f->has_of))
        return REASON_VALUE_UNEXPECTED;
    return f->has_of && s->indicator->kind != KIND_SHARE ? REASON_OF_UNEXPECTED : REASON_NONE;
}

static enum reason not_negative(struct subject *s)
{
    const struct figure *f = s->figure;
    bool negative = (f->has_value && f->value.mantissa < 0) || (f->has_of && f->of.mantissa < 0);
    return negative ? REASON_NEGATIVE : REASON_NONE;
}

/* A share given as a bare percentage counts nothing and so need not be whole. */
static enum reason whole_numbers(struct subject *s)
{
    const struct figure *f = s->figure;
    bool counts =
        s->indicator->whole && f->has_value && (s->indicator->kind != KIND_SHARE || f->has_of);
    bool whole = decimal_is_whole(f->value) && (!f->has_of || decimal_is_whole(f->of));
    return counts && !whole ? REASON_NOT_WHOLE : REASON_NONE;
}

static enum reason at_most_all(struct subject *s)
{
    const struct figure *f = s->figure;
    const struct decimal all = f->has_of ? f->of : (struct decimal){.mantissa = PERCENT};
    bool share = s->indicator->kind == KIND_SHARE && f->has_value;
    return share && decimal_compare(f->value, all) > 0 ? REASON_MORE_THAN_ALL : REASON_NONE;
}

static enum reason expected_possible(struct subject *s)
{
    const struct figure *f = s->figure;
    return f->expected != DATE_NONE && !state_rule(f->state)->expected ? REASON_BAD_EXPECTED
                                                                       : REASON_NONE;
}

/* Whoever corrects a closed period says why, in the note; a late report is told by it, too. */
static enum reason period_open(struct subject *s)
{
    date_t closes = subject_closes(s);
    const char *note = s->figure->note;
    bool reasoned = note != NULL && note[strspn(note, " \t\n")] != '\0';
    return closes != DATE_NONE && s->today >= closes && !reasoned ? REASON_PERIOD_CLOSED
                                                                  : REASON_NONE;
}

static enum reason only_once(struct subject *s)
{
    return *s->lines != '\0' ? REASON_TWICE_IN_SUBMISSION : REASON_NONE;
}

/* --- taken, but look --- */

static enum reason clock_right(struct subject *s)
{
    return subject_minutes_ahead(s) >= INSPECT_CLOCK_TOLERANCE_MIN ? REASON_CLOCK_AHEAD
                                                                   : REASON_NONE;
}

static enum reason not_long_ago(struct subject *s)
{
    bool long_ago = s->today - period_last_day(s->figure->period) > INSPECT_LONG_AGO_DAYS;
    return long_ago ? REASON_LONG_AGO : REASON_NONE;
}

/* Those that find the figure's key.  A key that stands twice does so whatever else is wrong with
 * the figures. */
static rule *const key_rules[] = {
    key_sound, organisation_known, organisation_yours, indicator_known, period_in_range,
};

static rule *const other_rules[] = {
    only_once,      rest_sound,     period_begun,      organisation_open,
    as_of_possible, state_possible, value_present,     not_negative,
    whole_numbers,  at_most_all,    expected_possible, period_open,
};

static rule *const warnings[] = {not_long_ago, clock_right};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static enum reason apply(rule *const *rules, size_t n, struct subject *s)
{
    enum reason found = REASON_NONE;
    for (size_t i = 0; i < n && found == REASON_NONE; i++)
        found = rules[i](s);
    return found;
}

/* Writes the text of a figure's reason into the arena.  False if the arena is full; without a text
 * if all texts together are too long for a receipt. */
static bool tell(const struct subject *s, struct arena *a, size_t *text_left)
{
    struct str text;
    bool done = true;
    str_init(&text, WIRE_MAX_NOTE);
    subject_tell(s, s->out->reason, s->submission->language, &text);
    if (!text.failed && text.len <= *text_left) {
        s->out->text = arena_copy_text(a, str_text(&text), text.len);
        *text_left -= text.len;
        done = s->out->text != NULL;
    }
    str_finish(&text);
    return done;
}

/* --- the same key twice --- */

/* A figure by its key. */
struct keyed {
    int32_t organisation, indicator;
    period_t period;
    size_t line; /* index in the submission */
};

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_keys(const struct keyed *a, const struct keyed *b)
{
    int order = compare_numbers(a->organisation, b->organisation);
    order = order != 0 ? order : compare_numbers(a->indicator, b->indicator);
    return order != 0 ? order : compare_numbers(a->period, b->period);
}

/* By key, then in the order of the submission. */
static int compare_keyed(const void *left, const void *right)
{
    const struct keyed *a = left, *b = right;
    int order = compare_keys(a, b);
    return order != 0 ? order : compare_numbers((int64_t)a->line, (int64_t)b->line);
}

static void name_lines(struct subject *subjects, const struct keyed *group, size_t n)
{
    char lines[sizeof subjects->lines];
    size_t len = 0;
    for (size_t i = 0; i < n && i < SUBJECT_MAX_LINES; i++) {
        int more = snprintf(lines + len, sizeof lines - len, "%s%zu", i > 0 ? ", " : "",
                            group[i].line + 1);
        len += (size_t)more;
    }
    if (n > SUBJECT_MAX_LINES)
        snprintf(lines + len, sizeof lines - len, ", …");
    for (size_t i = 0; i < n; i++)
        memcpy(subjects[group[i].line].lines, lines, sizeof lines);
}

/* Names the lines of every key that stands more than once; `keyed` are those whose key is known. */
static void find_repeated(struct subject *subjects, struct keyed *keyed, size_t n)
{
    qsort(keyed, n, sizeof *keyed, compare_keyed);
    for (size_t first = 0, next; first < n; first = next) {
        next = first + 1;
        while (next < n && compare_keys(&keyed[first], &keyed[next]) == 0)
            next++;
        if (next - first > 1)
            name_lines(subjects, keyed + first, next - first);
    }
}

/* --- all of it --- */

static void begin(struct subject *s, const struct inspection *by,
                  const struct submission *submission, size_t i, struct stored_figure *out)
{
    const struct figure *f = &submission->figures[i];
    *s = (struct subject){.by = by, .submission = submission, .figure = f, .out = out};
    *out = (struct stored_figure){
        .as_of = f->as_of,
        .expected = f->expected,
        .state = f->state,
        .has_value = f->has_value,
        .has_of = f->has_of,
        .value = f->value,
        .of = f->of,
        .method = f->method,
        .note = f->note,
    };
    out->reason = apply(key_rules, COUNT(key_rules), s);
}

static bool finish(struct subject *s, struct arena *a, size_t *text_left)
{
    struct stored_figure *out = s->out;
    if (out->reason == REASON_NONE)
        out->reason = apply(other_rules, COUNT(other_rules), s);
    if (out->reason != REASON_NONE) {
        out->verdict = VERDICT_REJECTED;
        out->unless_same =
            out->reason == REASON_PERIOD_CLOSED; /* what was sent again is no change */
    } else {
        out->reason = apply(warnings, COUNT(warnings), s);
        out->verdict = out->reason != REASON_NONE ? VERDICT_WARNING : 0;
    }
    return out->reason == REASON_NONE || tell(s, a, text_left);
}

bool inspect(const struct inspection *by, const struct submission *s, struct arena *a,
             struct stored_figure **ret_figures)
{
    size_t n_keyed = 0, text_left = INSPECT_MAX_TEXT;
    struct stored_figure *out = arena_alloc(a, s->n_figures * sizeof *out);
    struct subject *subjects = arena_alloc(a, s->n_figures * sizeof *subjects);
    struct keyed *keyed = arena_alloc(a, s->n_figures * sizeof *keyed);
    if (out == NULL || subjects == NULL || keyed == NULL)
        return false;
    for (size_t i = 0; i < s->n_figures; i++) {
        begin(&subjects[i], by, s, i, &out[i]);
        if (out[i].reason == REASON_NONE) {
            keyed[n_keyed++] =
                (struct keyed){out[i].organisation, out[i].indicator, out[i].period, i};
        }
    }
    find_repeated(subjects, keyed, n_keyed);
    for (size_t i = 0; i < s->n_figures; i++)
        if (!finish(&subjects[i], a, &text_left))
            return false;
    *ret_figures = out;
    return true;
}
