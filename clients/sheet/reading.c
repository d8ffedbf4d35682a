/* reading: the one place where a typed text becomes a figure or a narrative.  What could mean two things is
 * refused with both meanings named, never guessed. */
#include "sheet/reading.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "sheet/spoken.h"
#include "sheet/units.h"
#include "words.h"
#include "wire/form.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const struct word states[] = {
    {"value", FIGURE_VALUE},
    {"значение", FIGURE_VALUE},
    {"not applicable", FIGURE_NOT_APPLICABLE},
    {"n/a", FIGURE_NOT_APPLICABLE},
    {"не применимо", FIGURE_NOT_APPLICABLE},
    {"неприменимо", FIGURE_NOT_APPLICABLE},
    {"no data", FIGURE_NO_DATA},
    {"нет данных", FIGURE_NO_DATA},
    {"н/д", FIGURE_NO_DATA},
    {"withdrawn", FIGURE_WITHDRAWN},
    {"withdraw", FIGURE_WITHDRAWN},
    {"отозвано", FIGURE_WITHDRAWN},
    {"отозвать", FIGURE_WITHDRAWN},
    {"not done", FIGURE_NOT_DONE},
    {"не сделано", FIGURE_NOT_DONE},
    {"не выполнено", FIGURE_NOT_DONE},
    {"in progress", FIGURE_IN_PROGRESS},
    {"в работе", FIGURE_IN_PROGRESS},
    {"выполняется", FIGURE_IN_PROGRESS},
    {"done", FIGURE_DONE},
    {"сделано", FIGURE_DONE},
    {"выполнено", FIGURE_DONE},
};

/* Whether a state goes with a value. */
static const struct {
    bool may, must;
} with_value[] = {
    [FIGURE_VALUE] = {true, true},     [FIGURE_NOT_APPLICABLE] = {false, false},
    [FIGURE_NO_DATA] = {false, false}, [FIGURE_WITHDRAWN] = {false, false},
    [FIGURE_NOT_DONE] = {true, false}, [FIGURE_IN_PROGRESS] = {true, false},
    [FIGURE_DONE] = {true, false},
};

static const enum say decimal_complaints[] = {
    [DECIMAL_OK] = SAY_NOT_A_NUMBER,           [DECIMAL_EMPTY] = SAY_NOT_A_NUMBER,
    [DECIMAL_NOT_A_NUMBER] = SAY_NOT_A_NUMBER, [DECIMAL_TOO_LONG] = SAY_NUMBER_TOO_LONG,
    [DECIMAL_TOO_FINE] = SAY_NUMBER_TOO_FINE,  [DECIMAL_BAD_GROUPING] = SAY_BAD_GROUPING,
    [DECIMAL_AMBIGUOUS] = SAY_COMMA_AND_POINT,
};

static const char *const field_names[FIELD_COUNT][LANG_COUNT] = {
    [FIELD_ORGANISATION] = {"organisation", "организация"},
    [FIELD_INDICATOR] = {"indicator", "показатель"},
    [FIELD_PERIOD] = {"period", "период"},
    [FIELD_VALUE] = {"value", "значение"},
    [FIELD_OF] = {"of", "всего"},
    [FIELD_STATE] = {"state", "состояние"},
    [FIELD_AS_OF] = {"as_of", "на дату"},
    [FIELD_EXPECTED] = {"expected", "ожидается"},
    [FIELD_METHOD] = {"method", "методика"},
    [FIELD_NOTE] = {"note", "примечание"},
    [FIELD_PROJECT] = {"project", "проект"},
    [FIELD_TEXTS + NARRATIVE_TEXT] = {"text", "текст"},
    [FIELD_TEXTS + NARRATIVE_CAUSE] = {"cause", "причина"},
    [FIELD_TEXTS + NARRATIVE_MEASURE] = {"measure", "мера"},
    [FIELD_TEXTS + NARRATIVE_NEXT_STEP] = {"next_step", "следующий шаг"},
    [FIELD_TEXTS + NARRATIVE_ANSWERABLE] = {"answerable", "ответственный"},
};

const char *reading_field_name(enum field f, enum lang lang)
{
    return field_names[f][lang];
}

struct figure reading_nothing(void)
{
    return (struct figure){.as_of = DATE_NONE, .expected = DATE_NONE, .state = FIGURE_VALUE};
}

void reading_complain(struct reading_error *ret, enum field field, enum say why, const char *what)
{
    static const char dots[] = "…";
    size_t len = strnlen(what, READING_QUOTE_MAX);
    bool cut = len == READING_QUOTE_MAX;
    if (cut) {
        len = READING_QUOTE_MAX - sizeof dots;
        while (len > 0 && ((unsigned char)what[len] & 0xC0) == 0x80)
            len--;
    }
    *ret = (struct reading_error){.field = field, .why = why};
    memcpy(ret->what, what, len);
    if (cut)
        memcpy(ret->what + len, dots, sizeof dots);
    for (char *c = ret->what; *c != '\0'; c++)
        *c = (unsigned char)*c < 0x20 || *c == 0x7F ? ' ' : *c;
}

/* 1,234 and 12,345,678 but not 0,234: no group of thousands begins with a nought. */
static bool looks_grouped(const char *text, size_t len)
{
    size_t at = len > 0 && strchr("+-", *text) != NULL ? 1 : 0;
    size_t lead = strspn(text + at, "0123456789");
    if (lead == 0 || lead > 3 || text[at] == '0' || at + lead >= len)
        return false;
    for (at += lead; at < len; at += 4)
        if (text[at] != ',' || len - at < 4 || strspn(text + at + 1, "0123456789") < 3)
            return false;
    return true;
}

/* What reading one field may look at and change. */
struct work {
    enum field field;
    enum comma comma;
    struct figure figure;
    struct narrative narrative;
    const char **organisation; /* of the one of them that is read */
    period_t *period;
    bool percent;     /* a % stood behind the value */
    bool state_given; /* in words */
    struct reading_error *error;
};

static bool complain(struct work *w, enum say why, const char *what)
{
    reading_complain(w->error, w->field, why, what);
    return false;
}

/* What a person should know of a text that is no number. */
static enum say why_no_number(const char *text, size_t len)
{
    if (len > 0 && *text == '#') /* #ДЕЛ/0!, and ##### of a narrow column */
        return SAY_FORMULA_ERROR;
    if (len > 0 && *text == '=')
        return SAY_FORMULA;
    return spoken_is_date(text, len) ? SAY_IS_A_DATE : SAY_NOT_A_NUMBER;
}

/* Where the number of «1 234,50 руб.» ends; *ret_unit is what stands behind it. */
static size_t before_unit(const char *text, size_t len, enum unit *ret_unit)
{
    size_t end = len;
    while (end > 0 && (text[end - 1] < '0' || text[end - 1] > '9'))
        end--;
    *ret_unit = end > 0 ? units_find(text + end, len - end) : UNIT_NONE;
    return *ret_unit == UNIT_PLAIN ? end : len;
}

static bool read_number(struct work *w, const char *text, size_t len, struct decimal *ret)
{
    /* One byte more than is quoted, so that complain() sees where it was too long. */
    char quote[READING_QUOTE_MAX + 1];
    enum unit unit;
    snprintf(quote, sizeof quote, "%.*s", (int)(len < sizeof quote ? len : sizeof quote - 1), text);
    len = before_unit(text, len, &unit);
    if (unit == UNIT_SCALED)
        return complain(w, SAY_IS_SCALED, quote);
    if (w->comma == COMMA_DOUBTFUL && looks_grouped(text, len))
        return complain(w, SAY_DOUBTFUL_COMMA, quote);
    enum decimal_error e = decimal_parse(text, len, ret, NULL);
    if (e == DECIMAL_NOT_A_NUMBER)
        return complain(w, why_no_number(text, len), quote);
    return e == DECIMAL_OK || complain(w, decimal_complaints[e], quote);
}

static bool take_value(struct work *w, const char *text, size_t len)
{
    if (!read_number(w, text, len, &w->figure.value))
        return false;
    w->figure.has_value = true;
    return true;
}

static bool take_of(struct work *w, const char *text, size_t len)
{
    if (!read_number(w, text, len, &w->figure.of))
        return false;
    w->figure.has_of = true;
    return true;
}

static bool take_state(struct work *w, int state)
{
    w->figure.state = (enum figure_state)state;
    w->state_given = true;
    return true;
}

/* done:30 */
static bool read_milestone(struct work *w, const char *text, const char *colon)
{
    int state = words_find(states, COUNT(states), text, (size_t)(colon - text));
    if (state < FIGURE_NOT_DONE)
        return complain(w, SAY_NO_SUCH_STATE, text);
    return take_state(w, state) && take_value(w, colon + 1, strlen(colon + 1));
}

/* 187, 187/450, 41,7% */
static bool read_amount(struct work *w, const char *text)
{
    size_t len = strlen(text);
    const char *slash = strchr(text, '/');
    if (len > 0 && text[len - 1] == '%') {
        w->percent = true;
        len--;
    }
    if (slash == NULL)
        return take_value(w, text, len);
    if (w->percent)
        return complain(w, SAY_PERCENT_AND_OF, text);
    return take_value(w, text, (size_t)(slash - text)) && take_of(w, slash + 1, strlen(slash + 1));
}

static bool read_value(struct work *w, const char *text)
{
    int state = words_find(states, COUNT(states), text, strlen(text));
    const char *colon = strchr(text, ':');
    if (*text == '#' || *text == '=')
        return complain(w, why_no_number(text, strlen(text)), text);
    if (state != WORDS_NONE && state != FIGURE_VALUE)
        return take_state(w, state);
    return colon != NULL ? read_milestone(w, text, colon) : read_amount(w, text);
}

static bool read_of(struct work *w, const char *text)
{
    if (w->figure.has_of)
        return complain(w, SAY_OF_TWICE, text);
    if (w->percent)
        return complain(w, SAY_PERCENT_AND_OF, text);
    return take_of(w, text, strlen(text));
}

static bool read_state(struct work *w, const char *text)
{
    int state = words_find(states, COUNT(states), text, strlen(text));
    if (state == WORDS_NONE)
        return complain(w, SAY_NO_SUCH_STATE, text);
    if (w->state_given && w->figure.state != (enum figure_state)state)
        return complain(w, SAY_STATE_TWICE, text);
    return take_state(w, state);
}

static bool read_code(struct work *w, const char *text, const char **ret)
{
    *ret = text;
    return form_text_ok(TEXT_CODE, text) || complain(w, SAY_BAD_CODE, text);
}

static bool read_organisation(struct work *w, const char *text)
{
    return read_code(w, text, w->organisation);
}

static bool read_indicator(struct work *w, const char *text)
{
    return read_code(w, text, &w->figure.indicator);
}

static bool read_method(struct work *w, const char *text)
{
    return read_code(w, text, &w->figure.method);
}

static bool read_period(struct work *w, const char *text)
{
    return spoken_period(text, strlen(text), w->period) || complain(w, SAY_BAD_PERIOD, text);
}

static bool read_as_of(struct work *w, const char *text)
{
    return date_parse(text, strlen(text), &w->figure.as_of) || complain(w, SAY_BAD_DATE, text);
}

static bool read_expected(struct work *w, const char *text)
{
    return date_parse(text, strlen(text), &w->figure.expected) || complain(w, SAY_BAD_DATE, text);
}

static bool read_note(struct work *w, const char *text)
{
    w->figure.note = text;
    return form_text_ok(TEXT_NOTE, text) || complain(w, SAY_BAD_NOTE, text);
}

typedef bool reader(struct work *w, const char *text);

static reader *const figure_readers[FIELD_COUNT] = {
    [FIELD_ORGANISATION] = read_organisation,
    [FIELD_INDICATOR] = read_indicator,
    [FIELD_PERIOD] = read_period,
    [FIELD_VALUE] = read_value,
    [FIELD_OF] = read_of,
    [FIELD_STATE] = read_state,
    [FIELD_AS_OF] = read_as_of,
    [FIELD_EXPECTED] = read_expected,
    [FIELD_METHOD] = read_method,
    [FIELD_NOTE] = read_note,
};

/* What no field shows by itself. */
static bool check_whole(struct work *w)
{
    const struct figure *f = &w->figure;
    w->field = FIELD_INDICATOR;
    if (f->indicator == NULL)
        return complain(w, SAY_INDICATOR_MISSING, "");
    w->field = FIELD_PERIOD;
    if (f->period == PERIOD_NONE)
        return complain(w, SAY_PERIOD_MISSING, "");
    w->field = FIELD_VALUE;
    if (with_value[f->state].must && !f->has_value)
        return complain(w, SAY_VALUE_MISSING, "");
    if (f->has_value && !with_value[f->state].may) {
        char text[DECIMAL_TEXT_MAX];
        return complain(w, SAY_VALUE_UNEXPECTED, decimal_format(f->value, text));
    }
    w->field = FIELD_OF;
    return !f->has_of || f->has_value || complain(w, SAY_OF_ALONE, "");
}

/* What belongs to the other kind is not looked at. */
static bool read_fields(struct work *w, const char *const fields[FIELD_COUNT],
                        reader *const readers[FIELD_COUNT])
{
    for (int f = 0; f < FIELD_COUNT; f++) {
        w->field = (enum field)f;
        if (fields[f] != NULL && *fields[f] != '\0' && readers[f] != NULL &&
            !readers[f](w, fields[f]))
            return false;
    }
    return true;
}

bool reading_figure(const char *const fields[FIELD_COUNT], const struct figure *defaults,
                    enum comma comma, struct figure *ret, struct reading_error *ret_error)
{
    struct work w = {.comma = comma, .figure = *defaults, .error = ret_error};
    w.organisation = &w.figure.organisation;
    w.period = &w.figure.period;
    if (!read_fields(&w, fields, figure_readers) || !check_whole(&w))
        return false;
    *ret = w.figure;
    return true;
}

/* --- narratives --- */

static bool read_project(struct work *w, const char *text)
{
    return read_code(w, text, &w->narrative.project);
}

static bool read_withdrawal(struct work *w, const char *text)
{
    int state = words_find(states, COUNT(states), text, strlen(text));
    w->narrative.withdrawn = state == FIGURE_WITHDRAWN;
    return w->narrative.withdrawn || complain(w, SAY_ONLY_WITHDRAWN, text);
}

static bool read_prose(struct work *w, const char *text)
{
    enum narrative_text which = (enum narrative_text)(w->field - FIELD_TEXTS);
    w->narrative.texts[which] = text;
    return form_text_ok(form_narrative_kind(which), text) || complain(w, SAY_BAD_PROSE, text);
}

static reader *const narrative_readers[FIELD_COUNT] = {
    [FIELD_ORGANISATION] = read_organisation,
    [FIELD_PERIOD] = read_period,
    [FIELD_STATE] = read_withdrawal,
    [FIELD_PROJECT] = read_project,
    [FIELD_TEXTS + NARRATIVE_TEXT] = read_prose,
    [FIELD_TEXTS + NARRATIVE_CAUSE] = read_prose,
    [FIELD_TEXTS + NARRATIVE_MEASURE] = read_prose,
    [FIELD_TEXTS + NARRATIVE_NEXT_STEP] = read_prose,
    [FIELD_TEXTS + NARRATIVE_ANSWERABLE] = read_prose,
};

static bool check_narrative(struct work *w)
{
    const struct narrative *n = &w->narrative;
    w->field = FIELD_PROJECT;
    if (n->project == NULL)
        return complain(w, SAY_INDICATOR_MISSING, "");
    w->field = FIELD_PERIOD;
    if (n->period == PERIOD_NONE)
        return complain(w, SAY_PERIOD_MISSING, "");
    w->field = FIELD_TEXTS;
    if (!n->withdrawn && n->texts[NARRATIVE_TEXT] == NULL)
        return complain(w, SAY_TEXT_MISSING, "");
    for (int t = 0; t < NARRATIVE_TEXTS && n->withdrawn; t++, w->field++)
        if (n->texts[t] != NULL)
            return complain(w, SAY_TEXT_UNEXPECTED, n->texts[t]);
    return true;
}

bool reading_narrative(const char *const fields[FIELD_COUNT], const struct figure *defaults,
                       struct narrative *ret, struct reading_error *ret_error)
{
    struct work w = {.error = ret_error};
    w.narrative.organisation = defaults->organisation;
    w.narrative.period = defaults->period;
    w.organisation = &w.narrative.organisation;
    w.period = &w.narrative.period;
    if (!read_fields(&w, fields, narrative_readers) || !check_narrative(&w))
        return false;
    *ret = w.narrative;
    return true;
}
