/* figures: a mistake is seen at once where the figure is shown as it was understood, in the form in
 * which it would stand in a report. */
#include "school/figures.h"

#include <string.h>

#include "table.h"
#include "school/texts.h"

enum { CELL_MAX = WIRE_MAX_NOTE + 1 };

static const enum say state_words[] = {
    [FIGURE_VALUE] = SAY_NOTHING,          [FIGURE_NOT_APPLICABLE] = SAY_WORD_NOT_APPLICABLE,
    [FIGURE_NO_DATA] = SAY_WORD_NO_DATA,   [FIGURE_WITHDRAWN] = SAY_WORD_WITHDRAWN,
    [FIGURE_NOT_DONE] = SAY_WORD_NOT_DONE, [FIGURE_IN_PROGRESS] = SAY_WORD_IN_PROGRESS,
    [FIGURE_DONE] = SAY_WORD_DONE,
};

static const char *amount(struct decimal d, enum lang lang, char buf[DECIMAL_TEXT_MAX])
{
    return decimal_format_grouped(d, lang == LANG_RU ? ',' : '.', buf);
}

char *figures_value(const struct figure *f, enum lang lang, char buf[FIGURES_VALUE_MAX])
{
    char value[DECIMAL_TEXT_MAX] = "", of[DECIMAL_TEXT_MAX] = "";
    const char *word = f->state != FIGURE_VALUE ? say(state_words[f->state], lang) : "";
    if (f->has_value)
        amount(f->value, lang, value);
    if (f->has_of)
        amount(f->of, lang, of);
    snprintf(buf, FIGURES_VALUE_MAX, "%s%s%s%s%s%s", word,
             *word != '\0' && f->has_value ? ": " : "", value, f->has_of ? " " : "",
             f->has_of ? say(SAY_WORD_OF, lang) : "", f->has_of ? " " : "");
    if (f->has_of)
        strncat(buf, of, FIGURES_VALUE_MAX - strlen(buf) - 1);
    return buf;
}

/* --- the columns ----------------------------------------------------------------------------- */

static void cell_line(const struct sheet_row *r, const struct glance *g, enum lang lang, char *out)
{
    (void)g;
    (void)lang;
    if (r->line > 0)
        snprintf(out, CELL_MAX, "%zu", r->line);
}

static void copy(const char *text, char *out)
{
    snprintf(out, CELL_MAX, "%s", text != NULL ? text : "");
    for (; *out != '\0'; out++)
        *out = *out == '\n' || *out == '\t' ? ' ' : *out;
}

static void cell_organisation(const struct sheet_row *r, const struct glance *g, enum lang lang,
                              char *out)
{
    (void)g;
    (void)lang;
    copy(r->figure.organisation, out);
}

static void cell_indicator(const struct sheet_row *r, const struct glance *g, enum lang lang,
                           char *out)
{
    const char *name = g != NULL && g->indicator != NULL ? g->indicator->name[lang] : "";
    snprintf(out, CELL_MAX, "%s%s%s", name, *name != '\0' ? " · " : "", r->figure.indicator);
}

/* In the unit of the value: a share in per cent. */
static void cell_plan(const struct sheet_row *r, const struct glance *g, enum lang lang, char *out)
{
    (void)r;
    char text[DECIMAL_TEXT_MAX];
    if (g != NULL && g->has_plan)
        snprintf(out, CELL_MAX, "%s%s", amount(g->plan, lang, text),
                 g->indicator->facts.kind == KIND_SHARE ? " %" : "");
}

static void cell_last(const struct sheet_row *r, const struct glance *g, enum lang lang, char *out)
{
    char value[FIGURES_VALUE_MAX], period[PERIOD_TEXT_MAX];
    if (g == NULL || g->last == NULL)
        return;
    const struct figure last = {.state = (enum figure_state)g->last->state,
                                .has_value = g->last->value.present,
                                .value = g->last->value.value,
                                .has_of = g->last->of.present,
                                .of = g->last->of.value};
    bool same_period = g->last->period == r->figure.period;
    snprintf(out, CELL_MAX, "%s%s%s%s", figures_value(&last, lang, value), same_period ? "" : " (",
             same_period ? "" : period_format(g->last->period, period), same_period ? "" : ")");
}

static void cell_period(const struct sheet_row *r, const struct glance *g, enum lang lang,
                        char *out)
{
    (void)g;
    (void)lang;
    period_format(r->figure.period, out);
}

static void cell_value(const struct sheet_row *r, const struct glance *g, enum lang lang, char *out)
{
    (void)g;
    figures_value(&r->figure, lang, out);
}

static void cell_share(const struct sheet_row *r, const struct glance *g, enum lang lang, char *out)
{
    (void)g;
    const struct figure *f = &r->figure;
    char text[RATIO_TEXT_MAX];
    if (!f->has_value || !f->has_of)
        return;
    struct ratio share = ratio_div(ratio_of_decimal(f->value), ratio_of_decimal(f->of));
    struct decimal percent;
    if (ratio_round(ratio_mul(share, ratio_of_int(100)), 1, &percent))
        snprintf(out, CELL_MAX, "%s %%", amount(percent, lang, text));
}

static void cell_as_of(const struct sheet_row *r, const struct glance *g, enum lang lang, char *out)
{
    (void)g;
    date_format(r->figure.as_of, lang, out);
}

static void cell_expected(const struct sheet_row *r, const struct glance *g, enum lang lang,
                          char *out)
{
    (void)g;
    date_format(r->figure.expected, lang, out);
}

static void cell_method(const struct sheet_row *r, const struct glance *g, enum lang lang,
                        char *out)
{
    (void)g;
    (void)lang;
    copy(r->figure.method, out);
}

static void cell_note(const struct sheet_row *r, const struct glance *g, enum lang lang, char *out)
{
    (void)g;
    (void)lang;
    copy(r->figure.note, out);
}

static const struct column {
    enum say title;
    enum table_align align;
    unsigned fit; /* as of a table_column */
    void (*cell)(const struct sheet_row *r, const struct glance *g, enum lang lang,
                 char *out); /* CELL_MAX, "" before */
} columns[] = {
    {SAY_COLUMN_LINE, TABLE_RIGHT, TABLE_FIXED, cell_line},
    {SAY_COLUMN_ORGANISATION, TABLE_LEFT, TABLE_FIXED, cell_organisation},
    {SAY_COLUMN_INDICATOR, TABLE_LEFT, TABLE_FLEXIBLE, cell_indicator},
    {SAY_COLUMN_PERIOD, TABLE_LEFT, TABLE_FIXED, cell_period},
    {SAY_COLUMN_VALUE, TABLE_RIGHT, TABLE_FIXED, cell_value},
    {SAY_COLUMN_SHARE, TABLE_RIGHT, TABLE_FIXED, cell_share},
    {SAY_COLUMN_PLAN, TABLE_RIGHT, TABLE_FIXED, cell_plan},
    {SAY_COLUMN_LAST, TABLE_RIGHT, TABLE_FIXED, cell_last},
    {SAY_COLUMN_AS_OF, TABLE_LEFT, TABLE_FIXED, cell_as_of},
    {SAY_COLUMN_EXPECTED, TABLE_LEFT, TABLE_FIXED, cell_expected},
    {SAY_COLUMN_METHOD, TABLE_LEFT, TABLE_FIXED, cell_method},
    {SAY_COLUMN_NOTE, TABLE_LEFT, TABLE_FLEXIBLE | TABLE_SPARE, cell_note},
};

enum { COLUMNS = sizeof columns / sizeof *columns };

static const struct glance *glance_at(const struct glance *glances, size_t i)
{
    return glances != NULL ? glances + i : NULL;
}

static bool is_used(const struct column *c, const struct sheet_row *rows,
                    const struct glance *glances, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char text[CELL_MAX] = "";
        c->cell(&rows[i], glance_at(glances, i), LANG_EN, text);
        if (*text != '\0')
            return true;
    }
    return false;
}

void figures_print(const struct sheet_row *rows, const struct glance *glances, size_t n,
                   enum lang lang, FILE *out, bool colour)
{
    const struct column *used[COLUMNS];
    struct table_column heads[COLUMNS];
    size_t n_used = 0;
    for (size_t i = 0; i < COLUMNS; i++) {
        if (is_used(&columns[i], rows, glances, n)) {
            const struct column *c = used[n_used] = &columns[i];
            heads[n_used++] = (struct table_column){say(c->title, lang), c->align, c->fit};
        }
    }
    struct table *t = n_used > 0 ? table_new(heads, n_used) : NULL;
    for (size_t i = 0; i < n && t != NULL; i++) {
        for (size_t c = 0; c < n_used; c++) {
            char text[CELL_MAX] = "";
            used[c]->cell(&rows[i], glance_at(glances, i), lang, text);
            table_cell(t, text);
        }
    }
    if (t != NULL)
        table_print(t, out, colour);
    table_free(t);
}
