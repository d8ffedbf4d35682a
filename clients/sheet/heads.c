/* heads: people do not begin a table in its first cell, and a program that says "no header" to a
 * form with a title above it is not used twice. */
#include "sheet/heads.h"

#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/utf8.h"
#include "sheet/headings.h"
#include "sheet/spoken.h"
#include "words.h"

/* What a table must have: one of two columns, or else the default.  Each row is told as missing by
 * its names. */
struct needed {
    enum field field, or_else;
    const char *names;
};

static const struct needed of_figures[] = {
    {FIELD_INDICATOR, FIELD_INDICATOR, "показатель, indicator"},
    {FIELD_VALUE, FIELD_STATE, "значение, value"},
    {FIELD_PERIOD, FIELD_PERIOD, "период, period"},
};

static const struct needed of_narratives[] = {
    {FIELD_PROJECT, FIELD_PROJECT, "проект, project"},
    {FIELD_TEXTS, FIELD_STATE, "текст, text"},
    {FIELD_PERIOD, FIELD_PERIOD, "период, period"},
};

enum { NEEDED = sizeof of_figures / sizeof *of_figures };

static const struct needed *needed_by(enum row_kind kind)
{
    return kind == ROW_FIGURE ? of_figures : of_narratives;
}

static bool belongs(enum row_kind kind, int field)
{
    if (kind == ROW_FIGURE)
        return field < FIELD_PROJECT;
    return field >= FIELD_PROJECT || field == FIELD_ORGANISATION || field == FIELD_PERIOD ||
           field == FIELD_STATE;
}

/* A table of narratives names projects and no indicators. */
static enum row_kind kind_of_heads(const struct heads *h)
{
    bool projects = false, indicators = false;
    for (size_t i = 0; i < h->n; i++) {
        projects = projects || h->fields[i] == FIELD_PROJECT;
        indicators = indicators || h->fields[i] == FIELD_INDICATOR;
    }
    return projects && !indicators ? ROW_NARRATIVE : ROW_FIGURE;
}

static void fault(struct heads *h, enum say why, const char *what)
{
    if (h->fault == SAY_NOTHING) {
        h->fault = why;
        snprintf(h->what, sizeof h->what, "%.*s",
                 (int)utf8_whole(what, strlen(what), sizeof h->what - 1), what);
    }
}

/* «сен.20», «2020», «Сентябрь» */
static bool names_period(const char *name)
{
    char with_year[HEADS_NAME_MAX + 8];
    period_t period;
    snprintf(with_year, sizeof with_year, "%s 2020", name);
    return *name != '\0' && (spoken_period(name, strlen(name), &period) ||
                             spoken_period(with_year, strlen(with_year), &period));
}

/* A value for each month stands in a column of its own. */
static const char *period_across(const struct heads *h)
{
    for (size_t i = 0; i < h->n; i++)
        if (h->fields[i] == WORDS_NONE && names_period(h->names[i]))
            return h->names[i];
    return NULL;
}

static void check(struct heads *h, bool has_period)
{
    const struct needed *needed = needed_by(h->kind);
    const char *across = period_across(h);
    for (size_t i = 0; i < NEEDED; i++) {
        bool given = h->columns[needed[i].field] != 0 || h->columns[needed[i].or_else] != 0 ||
                     (needed[i].field == FIELD_PERIOD && has_period);
        if (!given && across != NULL && h->known > 0)
            fault(h, SAY_MONTHS_ACROSS, across);
        else if (!given)
            fault(h, SAY_NO_HEADER, needed[i].names);
    }
}

/* A column that the other kind of table would have is left out like an unknown one. */
static void map_columns(struct heads *h, bool has_period)
{
    h->kind = kind_of_heads(h);
    h->known = 0;
    h->fault = SAY_NOTHING;
    memset(h->columns, 0, sizeof h->columns);
    for (size_t i = 0; i < h->n; i++) {
        int field = h->fields[i];
        if (field == WORDS_NONE || field == HEADINGS_PASSED_OVER)
            continue;
        h->known++;
        if (!belongs(h->kind, field))
            h->fields[i] = WORDS_NONE;
        else if (h->columns[field] != 0)
            fault(h, SAY_HEADER_TWICE, h->names[i]);
        else
            h->columns[field] = i + 1;
    }
    check(h, has_period);
}

static void name_column(struct heads *h, size_t at, const char *name)
{
    snprintf(h->names[at], HEADS_NAME_MAX, "%.*s",
             (int)utf8_whole(name, strlen(name), HEADS_NAME_MAX - 1), name);
    h->fields[at] = headings_find(name, strlen(name));
}

static void read_names(struct heads *h, bool has_period, size_t line, const char *const *cells,
                       size_t n)
{
    h->line = line;
    h->n = n < HEADS_COLUMNS ? n : HEADS_COLUMNS;
    for (size_t i = 0; i < h->n; i++)
        name_column(h, i, cells[i]);
    map_columns(h, has_period);
    if (n > HEADS_COLUMNS && h->known > 0) {
        h->fault = SAY_NOTHING;
        fault(h, SAY_TOO_MANY_COLUMNS, "");
    }
}

/* --- two rows -------------------------------------------------------------------------------- */

static bool is_number(const char *text)
{
    struct decimal d;
    return decimal_parse(text, strlen(text), &d, NULL) == DECIMAL_OK;
}

/* What names a row of the table has nothing beneath it but, perhaps, itself. */
static bool stands_alone(const struct heads *h, size_t at, const char *below)
{
    int field = h->fields[at];
    bool key = field == FIELD_INDICATOR || field == FIELD_PROJECT || field == FIELD_PERIOD ||
               field == FIELD_ORGANISATION;
    return !key || *below == '\0' || strcmp(below, h->names[at]) == 0;
}

/* A lower row has no numbers, leaves the keys alone, and names a column that has no name yet or one that
 * is understood. */
static bool is_lower(const struct heads *h, const char *const *cells, size_t n)
{
    bool names = false;
    if (n > HEADS_COLUMNS || h->known == 0)
        return false;
    for (size_t i = 0; i < n; i++) {
        const char *cell = cells[i], *above = i < h->n ? h->names[i] : "";
        if (*cell == '\0')
            continue;
        if ((is_number(cell) && !names_period(cell)) || (i < h->n && !stands_alone(h, i, cell)))
            return false;
        names = names || (strcmp(cell, above) != 0 &&
                          (*above == '\0' || headings_find(cell, strlen(cell)) != WORDS_NONE));
    }
    return names;
}

bool heads_join(struct heads *h, bool has_period, size_t line, const char *const *cells, size_t n)
{
    if (!is_lower(h, cells, n))
        return false;
    for (; h->n < n; h->n++)
        name_column(h, h->n, "");
    for (size_t i = 0; i < n; i++)
        if (*cells[i] != '\0')
            name_column(h, i, cells[i]);
    h->line = line;
    map_columns(h, has_period);
    return true;
}

bool heads_repeated(const struct heads *h, const char *const *cells, size_t n)
{
    size_t same = 0;
    for (size_t i = 0; i < n && i < h->n; i++)
        same += *cells[i] != '\0' && h->fields[i] != WORDS_NONE &&
                headings_find(cells[i], strlen(cells[i])) == h->fields[i];
    return same >= 2;
}

/* --- the search ------------------------------------------------------------------------------ */

void heads_begin(struct heads_search *s, bool has_period)
{
    *s = (struct heads_search){.has_period = has_period};
}

static bool try(struct heads_search *s, const struct heads *h)
{
    if (h->fault == SAY_NOTHING || s->looked == 0 || h->known > s->best.known)
        s->best = *h;
    s->found = h->fault == SAY_NOTHING;
    return s->found;
}

bool heads_look(struct heads_search *s, size_t line, const char *const *cells, size_t n)
{
    struct heads alone, both = s->upper;
    read_names(&alone, s->has_period, line, cells, n);
    if (try(s, &alone) || (heads_join(&both, s->has_period, line, cells, n) && try(s, &both)))
        return true;
    s->upper = alone;
    return ++s->looked == HEADS_SEARCH;
}
