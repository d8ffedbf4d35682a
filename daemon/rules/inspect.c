/* inspect: tables of rules, each a small function that returns what is wrong; the first that finds
 * something decides. */
#include "rules/inspect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "rules/state.h"
#include "rules/subject.h"

enum { PERCENT = 100 };

typedef enum reason rule(struct subject *s);

/* --- who and what --- */

/* Unpacking tells the first flaw only, and looks at the key first: any other flaw leaves a sound
 * key. */
static enum reason key_sound(struct subject *s)
{
    bool of_key = s->flaw == REASON_UNKNOWN_ORGANISATION || s->flaw == REASON_UNKNOWN_INDICATOR ||
                  s->flaw == REASON_UNKNOWN_PROJECT || s->flaw == REASON_BAD_PERIOD;
    return of_key ? s->flaw : REASON_NONE;
}

static enum reason rest_sound(struct subject *s)
{
    return s->flaw;
}

static enum reason organisation_known(struct subject *s)
{
    const struct reference *r = s->by->reference;
    s->organisation = s->claimed == NULL ? r->organisation(r->in, s->by->agent->organisation)
                                         : r->organisation_by_code(r->in, s->claimed);
    if (s->organisation == NULL)
        return r->is_part ? REASON_NOT_YOURS : REASON_UNKNOWN_ORGANISATION;
    s->organisation_id = s->organisation->id;
    s->today = clock_day(s->by->now_us, s->organisation->utc_offset_s);
    return REASON_NONE;
}

static enum reason organisation_yours(struct subject *s)
{
    bool below =
        reference_is_below(s->by->reference, s->organisation->id, s->by->agent->organisation);
    return below ? REASON_NONE : REASON_NOT_YOURS;
}

static enum reason indicator_known(struct subject *s)
{
    s->indicator = s->by->reference->indicator_by_code(s->by->reference->in, s->what);
    if (s->indicator == NULL)
        return REASON_UNKNOWN_INDICATOR;
    s->what_id = s->indicator->id;
    return REASON_NONE;
}

static enum reason project_known(struct subject *s)
{
    const struct project *project =
        s->by->reference->project_by_code(s->by->reference->in, s->what);
    if (project == NULL)
        return REASON_UNKNOWN_PROJECT;
    s->what_id = project->id;
    return REASON_NONE;
}

/* --- when --- */

static enum reason period_in_range(struct subject *s)
{
    if (!period_valid(s->period))
        return REASON_BAD_PERIOD;
    int year = period_year(s->period);
    bool kept = year >= s->by->reference->first_year && year <= s->by->reference->last_year;
    return kept ? REASON_NONE : REASON_PERIOD_OUT_OF_RANGE;
}

static enum reason period_begun(struct subject *s)
{
    return period_first_day(s->period) > s->today ? REASON_PERIOD_NOT_BEGUN : REASON_NONE;
}

static enum reason organisation_open(struct subject *s)
{
    const struct organisation *o = s->organisation;
    bool too_early = o->opened != DATE_NONE && period_last_day(s->period) < o->opened;
    bool too_late = o->closed != DATE_NONE && period_first_day(s->period) > o->closed;
    return too_early || too_late ? REASON_ORGANISATION_CLOSED : REASON_NONE;
}

static enum reason as_of_possible(struct subject *s)
{
    date_t as_of = s->figure->as_of, ends = period_last_day(s->period);
    if (as_of == DATE_NONE)
        as_of = ends < s->today ? ends : s->today;
    if (as_of > s->today)
        return REASON_AS_OF_IN_FUTURE;
    if (as_of < period_first_day(s->period) || as_of > ends)
        return REASON_AS_OF_OUTSIDE_PERIOD;
    s->as_of = as_of;
    return REASON_NONE;
}

/* A narrative describes the period's last day, or the day it was composed if that was earlier. */
static enum reason day_described(struct subject *s)
{
    int64_t composed = s->submission->composed_us;
    date_t begins = period_first_day(s->period), ends = period_last_day(s->period);
    s->as_of = clock_day(composed < s->by->now_us ? composed : s->by->now_us,
                         s->organisation->utc_offset_s);
    s->as_of = s->as_of > ends ? ends : s->as_of < begins ? begins : s->as_of;
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

/* --- how things stand --- */

static bool says_something(const char *text)
{
    return text != NULL && text[strspn(text, " \t\n")] != '\0';
}

/* Whoever corrects a closed period says why, in the note; a late report is told by it, too. */
static enum reason period_open(struct subject *s)
{
    date_t closes = subject_closes(s);
    bool closed = closes != DATE_NONE && s->today >= closes;
    return closed && !says_something(s->figure->note) ? REASON_PERIOD_CLOSED : REASON_NONE;
}

static enum reason texts_fit(struct subject *s)
{
    const struct narrative *n = s->narrative;
    if (!n->withdrawn)
        return says_something(n->texts[NARRATIVE_TEXT]) ? REASON_NONE : REASON_TEXT_MISSING;
    for (size_t i = 0; i < NARRATIVE_TEXTS; i++)
        if (n->texts[i] != NULL)
            return REASON_TEXT_UNEXPECTED;
    return REASON_NONE;
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
    bool long_ago = s->today - period_last_day(s->period) > INSPECT_LONG_AGO_DAYS;
    return long_ago ? REASON_LONG_AGO : REASON_NONE;
}

/* Those that find the key.  A key that stands twice does so whatever else is wrong with the lines.
 * Each table ends with NULL. */
static rule *const figure_key_rules[] = {
    key_sound, organisation_known, organisation_yours, indicator_known, period_in_range, NULL,
};

static rule *const narrative_key_rules[] = {
    key_sound, organisation_known, organisation_yours, project_known, period_in_range, NULL,
};

static rule *const figure_rules[] = {
    only_once,         rest_sound,    period_begun, organisation_open, as_of_possible,
    state_possible,    value_present, not_negative, whole_numbers,     at_most_all,
    expected_possible, period_open,   NULL,
};

static rule *const narrative_rules[] = {
    only_once, rest_sound, period_begun, organisation_open, texts_fit, day_described, NULL,
};

static rule *const warnings[] = {not_long_ago, clock_right, NULL};

/* What lines of one kind are judged by. */
static const struct law {
    rule *const *key, *const *other;
} of_figures = {figure_key_rules, figure_rules},
  of_narratives = {narrative_key_rules, narrative_rules};

static enum reason apply(rule *const *rules, struct subject *s)
{
    enum reason found = REASON_NONE;
    for (; *rules != NULL && found == REASON_NONE; rules++)
        found = (*rules)(s);
    return found;
}

/* Writes the text of a line's reason into the arena.  False if the arena is full; without a text if
 * all texts together are too long for a receipt. */
static bool tell(struct subject *s, struct arena *a, size_t *text_left)
{
    struct str text;
    bool done = true;
    str_init(&text, WIRE_MAX_NOTE);
    subject_tell(s, s->submission->language, &text);
    if (!text.failed && text.len <= *text_left) {
        s->text = arena_copy_text(a, str_text(&text), text.len);
        *text_left -= text.len;
        done = s->text != NULL;
    }
    str_finish(&text);
    return done;
}

/* --- the same key twice --- */

/* A line by its key. */
struct keyed {
    int32_t organisation, what;
    period_t period;
    size_t line; /* index among the figures, or the narratives, of the submission */
};

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_keys(const struct keyed *a, const struct keyed *b)
{
    int order = compare_numbers(a->organisation, b->organisation);
    order = order != 0 ? order : compare_numbers(a->what, b->what);
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

static bool finish(struct subject *s, const struct law *law, struct arena *a, size_t *text_left)
{
    if (s->reason == REASON_NONE)
        s->reason = apply(law->other, s);
    if (s->reason != REASON_NONE) {
        s->verdict = VERDICT_REJECTED;
    } else {
        s->reason = apply(warnings, s);
        s->verdict = s->reason != REASON_NONE ? VERDICT_WARNING : 0;
    }
    return s->reason == REASON_NONE || tell(s, a, text_left);
}

/* Decides on all figures, or all narratives, of a submission. */
static bool decide(struct subject *subjects, size_t n, const struct law *law, struct arena *a,
                   size_t *text_left)
{
    size_t n_keyed = 0;
    struct keyed *keyed = arena_alloc(a, n * sizeof *keyed);
    if (keyed == NULL)
        return false;
    for (size_t i = 0; i < n; i++) {
        struct subject *s = &subjects[i];
        s->reason = apply(law->key, s);
        if (s->reason == REASON_NONE)
            keyed[n_keyed++] = (struct keyed){s->organisation_id, s->what_id, s->period, i};
    }
    find_repeated(subjects, keyed, n_keyed);
    for (size_t i = 0; i < n; i++)
        if (!finish(&subjects[i], law, a, text_left))
            return false;
    return true;
}

static bool inspect_figures(const struct inspection *by, const struct submission *s,
                            struct arena *a, size_t *text_left, struct subject **ret)
{
    struct subject *subjects = *ret = arena_alloc(a, s->n_figures * sizeof *subjects);
    if (subjects == NULL)
        return false;
    for (size_t i = 0; i < s->n_figures; i++) {
        const struct figure *f = &s->figures[i];
        subjects[i] = (struct subject){.by = by,
                                       .submission = s,
                                       .figure = f,
                                       .claimed = f->organisation,
                                       .what = f->indicator,
                                       .period = f->period,
                                       .flaw = f->flaw,
                                       .as_of = f->as_of};
    }
    return decide(subjects, s->n_figures, &of_figures, a, text_left);
}

static bool inspect_narratives(const struct inspection *by, const struct submission *s,
                               struct arena *a, size_t *text_left, struct subject **ret)
{
    struct subject *subjects = *ret = arena_alloc(a, s->n_narratives * sizeof *subjects);
    if (subjects == NULL)
        return false;
    for (size_t i = 0; i < s->n_narratives; i++) {
        const struct narrative *n = &s->narratives[i];
        subjects[i] = (struct subject){.by = by,
                                       .submission = s,
                                       .narrative = n,
                                       .claimed = n->organisation,
                                       .what = n->project,
                                       .period = n->period,
                                       .flaw = n->flaw,
                                       .as_of = DATE_NONE};
    }
    return decide(subjects, s->n_narratives, &of_narratives, a, text_left);
}

bool inspect(const struct inspection *by, const struct submission *s, struct arena *a,
             struct inspected *ret)
{
    size_t text_left = INSPECT_MAX_TEXT;
    return inspect_figures(by, s, a, &text_left, &ret->figures) &&
           inspect_narratives(by, s, a, &text_left, &ret->narratives);
}
