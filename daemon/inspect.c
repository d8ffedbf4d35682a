/* inspect: one table of rules, each a small function that returns what is wrong; the first that
 * finds something decides. */
#include "inspect.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "texts.h"

enum {
    PERCENT = 100,
    US_PER_MINUTE = 60 * 1000 * 1000,
    MAX_LINES_NAMED = 6, /* of one key that stands more than once */
    FIGURE_TEXT_MAX = 2 * DECIMAL_TEXT_MAX + 8,
};

/* One figure under the rules; each rule may rely on what those before it have made sure of. */
struct subject {
    const struct inspection *by;
    const struct submission *submission;
    const struct figure *figure;
    const struct organisation *organisation; /* NULL until known */
    const struct indicator *indicator;       /* NULL until known */
    date_t today;                            /* where the organisation is */
    struct stored_figure *out;
    char lines[MAX_LINES_NAMED * 5 + 8]; /* "3, 17"; "" unless the key stands more than once */
};

typedef enum reason rule(struct subject *s);

/* --- who and what
 * ------------------------------------------------------------------------------------------------
 */

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
    if (s->organisation == NULL) {
        return REASON_UNKNOWN_ORGANISATION;
    }
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
    if (s->indicator == NULL) {
        return REASON_UNKNOWN_INDICATOR;
    }
    s->out->indicator = s->indicator->id;
    return REASON_NONE;
}

/* --- when
 * --------------------------------------------------------------------------------------------------------
 */

static enum reason period_in_range(struct subject *s)
{
    if (!period_valid(s->figure->period)) {
        return REASON_BAD_PERIOD;
    }
    int year = period_year(s->figure->period);
    if (year < catalogue_first_year(s->by->catalogue) ||
        year > catalogue_last_year(s->by->catalogue)) {
        return REASON_PERIOD_OUT_OF_RANGE;
    }
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
    if (as_of == DATE_NONE) {
        as_of = ends < s->today ? ends : s->today;
    }
    if (as_of > s->today) {
        return REASON_AS_OF_IN_FUTURE;
    }
    if (as_of < period_first_day(s->figure->period) || as_of > ends) {
        return REASON_AS_OF_OUTSIDE_PERIOD;
    }
    s->out->as_of = as_of;
    return REASON_NONE;
}

/* --- how much
 * ----------------------------------------------------------------------------------------------------
 */

enum need { NEVER, MAYBE, ALWAYS };

/* Which states an indicator may have, and whether a number goes with them. */
static const struct {
    bool counted, milestone; /* flow, level, share; milestone */
    enum need value;
    bool expected;
} state_rules[] = {
    [FIGURE_VALUE] = {.counted = true, .value = ALWAYS},
    [FIGURE_NOT_APPLICABLE] = {.counted = true, .milestone = true, .value = NEVER},
    [FIGURE_NO_DATA] = {.counted = true, .milestone = true, .value = NEVER},
    [FIGURE_WITHDRAWN] = {.counted = true, .milestone = true, .value = NEVER},
    [FIGURE_NOT_DONE] = {.milestone = true, .value = MAYBE, .expected = true},
    [FIGURE_IN_PROGRESS] = {.milestone = true, .value = MAYBE, .expected = true},
    [FIGURE_DONE] = {.milestone = true, .value = MAYBE},
};

static bool state_fits(const struct indicator *i, enum figure_state state)
{
    return i->kind == KIND_MILESTONE ? state_rules[state].milestone : state_rules[state].counted;
}

static enum reason state_possible(struct subject *s)
{
    return state_fits(s->indicator, s->figure->state) ? REASON_NONE : REASON_BAD_STATE;
}

static enum reason value_present(struct subject *s)
{
    const struct figure *f = s->figure;
    enum need need = state_rules[f->state].value;
    if (need == ALWAYS && !f->has_value) {
        return REASON_VALUE_MISSING;
    }
    if (need == NEVER && (f->has_value || f->has_of)) {
        return REASON_VALUE_UNEXPECTED;
    }
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
    return f->expected != DATE_NONE && !state_rules[f->state].expected ? REASON_BAD_EXPECTED
                                                                       : REASON_NONE;
}

static enum reason only_once(struct subject *s)
{
    return *s->lines != '\0' ? REASON_TWICE_IN_SUBMISSION : REASON_NONE;
}

/* --- taken, but look
 * --------------------------------------------------------------------------------------------- */

static int64_t minutes_ahead(const struct subject *s)
{
    return (s->submission->composed_us - s->by->now_us) / US_PER_MINUTE;
}

static enum reason clock_right(struct subject *s)
{
    return minutes_ahead(s) >= INSPECT_CLOCK_TOLERANCE_MIN ? REASON_CLOCK_AHEAD : REASON_NONE;
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
    whole_numbers,  at_most_all,    expected_possible,
};

static rule *const warnings[] = {not_long_ago, clock_right};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static enum reason apply(rule *const *rules, size_t n, struct subject *s)
{
    enum reason found = REASON_NONE;
    for (size_t i = 0; i < n && found == REASON_NONE; i++) {
        found = rules[i](s);
    }
    return found;
}

/* --- what to tell
 * ------------------------------------------------------------------------------------------------
 */

/* Room for every fact that is not a text of the catalogue or the figure. */
struct fact_texts {
    char open[2 * DATE_TEXT_MAX + 32], period[PERIOD_TEXT_MAX], begins[DATE_TEXT_MAX],
        ends[DATE_TEXT_MAX];
    char as_of[DATE_TEXT_MAX], today[DATE_TEXT_MAX], years[32], states[256], value[FIGURE_TEXT_MAX];
    char of[DECIMAL_TEXT_MAX], minutes[24];
};

static const char *day(date_t d, enum lang lang, char buf[DATE_TEXT_MAX])
{
    return lang == LANG_RU ? date_format_ru(d, buf) : date_format_iso(d, buf);
}

static const char *number(struct decimal d, enum lang lang, char buf[DECIMAL_TEXT_MAX])
{
    return decimal_format_grouped(d, lang == LANG_RU ? ',' : '.', buf);
}

static const char *figure_text(const struct figure *f, enum lang lang, char buf[FIGURE_TEXT_MAX])
{
    char value[DECIMAL_TEXT_MAX], of[DECIMAL_TEXT_MAX];
    snprintf(buf, FIGURE_TEXT_MAX, "%s%s%s", f->has_value ? number(f->value, lang, value) : "",
             f->has_of ? "/" : "", f->has_of ? number(f->of, lang, of) : "");
    return buf;
}

static const char *states_text(const struct indicator *i, enum lang lang, char *buf, size_t size)
{
    size_t len = 0;
    *buf = '\0';
    for (size_t state = FIGURE_VALUE; state < COUNT(state_rules) && len < size; state++) {
        if (state_fits(i, (enum figure_state)state)) {
            int more = snprintf(buf + len, size - len, "%s%s", len > 0 ? ", " : "",
                                text_of_state((enum figure_state)state, lang));
            len += more > 0 ? (size_t)more : 0;
        }
    }
    return buf;
}

static const char *open_text(const struct organisation *o, enum lang lang, char *buf, size_t size)
{
    static const char *const words[LANG_COUNT][2] = {
        [LANG_EN] = {"from", "until"}, [LANG_RU] = {"с", "по"}};
    char opened[DATE_TEXT_MAX], closed[DATE_TEXT_MAX];
    bool from = o->opened != DATE_NONE, until = o->closed != DATE_NONE;
    snprintf(buf, size, "%s%s%s%s%s%s%s", from ? words[lang][0] : "", from ? " " : "",
             from ? day(o->opened, lang, opened) : "", from && until ? " " : "",
             until ? words[lang][1] : "", until ? " " : "",
             until ? day(o->closed, lang, closed) : "");
    return buf;
}

static void gather_times(const struct subject *s, enum lang lang, struct fact_texts *t,
                         struct text_facts *ret)
{
    const struct catalogue *c = s->by->catalogue;
    const struct figure *f = s->figure;
    if (period_valid(f->period)) {
        ret->fact[FACT_PERIOD] = period_format(f->period, t->period);
        ret->fact[FACT_BEGINS] = day(period_first_day(f->period), lang, t->begins);
        ret->fact[FACT_ENDS] = day(period_last_day(f->period), lang, t->ends);
    }
    if (s->organisation != NULL) {
        ret->fact[FACT_TODAY] = day(s->today, lang, t->today);
        ret->fact[FACT_OPEN] = open_text(s->organisation, lang, t->open, sizeof t->open);
    }
    ret->fact[FACT_AS_OF] = day(f->as_of, lang, t->as_of);
    snprintf(t->years, sizeof t->years, "%d–%d", catalogue_first_year(c), catalogue_last_year(c));
    ret->fact[FACT_YEARS] = t->years;
    snprintf(t->minutes, sizeof t->minutes, "%" PRId64, minutes_ahead(s));
    ret->fact[FACT_MINUTES] = t->minutes;
}

static void gather(const struct subject *s, enum lang lang, struct fact_texts *t,
                   struct text_facts *ret)
{
    const struct figure *f = s->figure;
    const struct organisation *own =
        catalogue_organisation(s->by->catalogue, s->by->agent->organisation);
    *ret = (struct text_facts){{NULL}};
    ret->fact[FACT_OWN] = own != NULL ? own->code : NULL;
    ret->fact[FACT_ORGANISATION] =
        s->organisation != NULL ? s->organisation->code : f->organisation;
    ret->fact[FACT_INDICATOR] = f->indicator != NULL && *f->indicator != '\0' ? f->indicator : NULL;
    ret->fact[FACT_STATE] = f->flaw == REASON_BAD_STATE ? NULL : text_of_state(f->state, lang);
    if (s->indicator != NULL) {
        ret->fact[FACT_STATES] = states_text(s->indicator, lang, t->states, sizeof t->states);
    }
    ret->fact[FACT_VALUE] = figure_text(f, lang, t->value);
    ret->fact[FACT_OF] = f->has_of ? number(f->of, lang, t->of) : NULL;
    ret->fact[FACT_LINES] = s->lines;
    gather_times(s, lang, t, ret);
}

/* Writes the text of a figure's reason into the arena.  False if the arena is full; without a text
 * if all texts together are too long for a receipt. */
static bool tell(const struct subject *s, struct arena *a, size_t *text_left)
{
    struct fact_texts room;
    struct text_facts facts;
    struct str text;
    bool done = true;
    gather(s, s->submission->language, &room, &facts);
    str_init(&text, WIRE_MAX_NOTE);
    text_of_reason(s->out->reason, s->submission->language, &facts, &text);
    if (!text.failed && text.len <= *text_left) {
        s->out->text = arena_copy_text(a, str_text(&text), text.len);
        *text_left -= text.len;
        done = s->out->text != NULL;
    }
    str_finish(&text);
    return done;
}

/* --- the same key twice
 * ------------------------------------------------------------------------------------------ */

static int compare_keys(const struct stored_figure *a, const struct stored_figure *b)
{
    if (a->organisation != b->organisation) {
        return a->organisation < b->organisation ? -1 : 1;
    }
    if (a->indicator != b->indicator) {
        return a->indicator < b->indicator ? -1 : 1;
    }
    return (a->period > b->period) - (a->period < b->period);
}

/* By key, then in the order of the submission. */
static int compare_subjects(const void *left, const void *right)
{
    const struct subject *a = *(struct subject *const *)left, *b = *(struct subject *const *)right;
    int order = compare_keys(a->out, b->out);
    return order != 0 ? order : (a > b) - (a < b);
}

static void name_lines(struct subject *const *group, size_t n, const struct subject *first)
{
    char lines[sizeof first->lines];
    size_t len = 0;
    for (size_t i = 0; i < n && i < MAX_LINES_NAMED; i++) {
        int more = snprintf(lines + len, sizeof lines - len, "%s%td", i > 0 ? ", " : "",
                            group[i] - first + 1);
        len += (size_t)more;
    }
    if (n > MAX_LINES_NAMED) {
        snprintf(lines + len, sizeof lines - len, ", …");
    }
    for (size_t i = 0; i < n; i++) {
        memcpy(group[i]->lines, lines, sizeof lines);
    }
}

/* Names the lines of every key that stands more than once; `keyed` are the subjects whose key is
 * known. */
static void find_repeated(struct subject **keyed, size_t n, const struct subject *first)
{
    qsort(keyed, n, sizeof *keyed, compare_subjects);
    for (size_t begin = 0, end; begin < n; begin = end) {
        for (end = begin + 1; end < n && compare_keys(keyed[begin]->out, keyed[end]->out) == 0;
             end++) {
        }
        if (end - begin > 1) {
            name_lines(keyed + begin, end - begin, first);
        }
    }
}

/* --- all of it
 * ---------------------------------------------------------------------------------------------------
 */

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
    if (out->reason == REASON_NONE) {
        out->reason = apply(other_rules, COUNT(other_rules), s);
    }
    if (out->reason != REASON_NONE) {
        out->verdict = VERDICT_REJECTED;
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
    struct subject **keyed = arena_alloc(a, s->n_figures * sizeof(struct subject *));
    if (out == NULL || subjects == NULL || keyed == NULL) {
        return false;
    }
    for (size_t i = 0; i < s->n_figures; i++) {
        begin(&subjects[i], by, s, i, &out[i]);
        if (out[i].reason == REASON_NONE) {
            keyed[n_keyed++] = &subjects[i];
        }
    }
    find_repeated(keyed, n_keyed, subjects);
    for (size_t i = 0; i < s->n_figures; i++) {
        if (!finish(&subjects[i], a, &text_left)) {
            return false;
        }
    }
    *ret_figures = out;
    return true;
}
