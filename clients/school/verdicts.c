/* verdicts: a rejection is of use only where it stands beside its line, with its reason. */
#include "school/verdicts.h"

#include "prose.h"
#include "school/figures.h"
#include "school/questions.h"
#include "school/texts.h"
#include "table.h"

enum { INDENT = 4 };

static const enum table_colour colours[] = {
    [VERDICT_ACCEPTED] = TABLE_GREEN,  [VERDICT_WARNING] = TABLE_YELLOW,
    [VERDICT_UNCHANGED] = TABLE_PLAIN, [VERDICT_REPLACED] = TABLE_GREEN,
    [VERDICT_OUTDATED] = TABLE_YELLOW, [VERDICT_REJECTED] = TABLE_RED,
};

enum { VERDICTS = sizeof colours / sizeof *colours };

struct view {
    const struct filed *filed;
    const struct sheet_row *rows;
    enum lang lang;
    bool all; /* not only those to look at */
    struct table *table;
};

static bool is_shown(const struct view *v, const struct figure_verdict *verdict)
{
    return v->all || verdict->verdict == VERDICT_REJECTED || verdict->verdict == VERDICT_WARNING ||
           verdict->verdict == VERDICT_OUTDATED;
}

/* Whose it is; the i-th row is the i-th line, since what is sent has figures or narratives. */
static void begin_line(const struct view *v, size_t i, const char *organisation, const char *what,
                       period_t period)
{
    char line[48] = "", text[PERIOD_TEXT_MAX];
    if (v->rows != NULL && v->rows[i].line > 0)
        snprintf(line, sizeof line, "%s %zu", say(SAY_LINE, v->lang), v->rows[i].line);
    table_cell(v->table, line);
    table_cell(v->table, organisation);
    table_cell(v->table, what);
    table_cell(v->table, period_valid(period) ? period_format(period, text) : "");
}

static void end_line(const struct view *v, const struct figure_verdict *verdict)
{
    enum table_colour colour = colours[verdict->verdict];
    table_cell_coloured(v->table, verdict_word(verdict->verdict, v->lang), colour);
    if (verdict->text != NULL)
        table_heading(v->table, verdict->text, INDENT, colour);
    else if (verdict->reason != REASON_NONE) /* a long receipt has no room for all texts */
        table_heading(v->table, reason_name(verdict->reason), INDENT, colour);
}

static void add_figure(const struct view *v, size_t i)
{
    const struct figure *f = &v->filed->submission->figures[i];
    const struct figure_verdict *verdict = &v->filed->receipt->figures[i];
    char value[FIGURES_VALUE_MAX];
    if (!is_shown(v, verdict))
        return;
    begin_line(v, i, f->organisation, f->indicator, f->period);
    table_cell(v->table, figures_value(f, v->lang, value));
    end_line(v, verdict);
}

static void add_texts(const struct view *v, const struct narrative *n)
{
    struct str text;
    str_init(&text, PROSE_MAX);
    prose_text(n->texts, &text);
    if (text.len > 0)
        table_heading(v->table, str_text(&text), INDENT, TABLE_PLAIN);
    str_clear(&text);
    prose_rest(n->texts, v->lang, &text);
    if (text.len > 0)
        table_heading(v->table, str_text(&text), INDENT, TABLE_PLAIN);
    str_finish(&text);
}

static void add_narrative(const struct view *v, size_t i)
{
    const struct narrative *n = &v->filed->submission->narratives[i];
    const struct figure_verdict *verdict = &v->filed->receipt->narratives[i];
    if (!is_shown(v, verdict))
        return;
    begin_line(v, i, n->organisation, n->project, n->period);
    table_cell(v->table, n->withdrawn ? say(SAY_WORD_WITHDRAWN, v->lang) : "");
    end_line(v, verdict);
    if (v->rows == NULL)
        add_texts(v, n);
}

static void add_reply(const struct view *v)
{
    const struct reply *r = v->filed->reply;
    char name[QUESTIONS_NAME_MAX];
    table_cell(v->table, "");
    table_cell(v->table, "");
    table_cell(v->table, questions_name(r->question, v->lang, name));
    table_cell(v->table, "");
    table_cell(v->table, "");
    end_line(v, &v->filed->receipt->reply);
    table_heading(v->table, r->text, INDENT, TABLE_PLAIN);
}

void verdicts_print(const struct filed *f, const struct sheet_row *rows, enum lang lang, FILE *out,
                    bool colour)
{
    const struct table_column columns[] = {
        {"", TABLE_RIGHT, TABLE_FIXED},   {"", TABLE_LEFT, TABLE_FIXED},
        {"", TABLE_LEFT, TABLE_FLEXIBLE}, {"", TABLE_LEFT, TABLE_FIXED},
        {"", TABLE_RIGHT, TABLE_FIXED},   {"", TABLE_LEFT, TABLE_FIXED},
    };
    const struct receipt *r = f->receipt;
    size_t lines = r->n_figures + r->n_narratives + r->has_reply;
    struct view v = {f, rows, lang, lines <= VERDICTS_ALL,
                     table_new(columns, sizeof columns / sizeof *columns)};
    for (size_t i = 0; i < r->n_figures && v.table != NULL; i++)
        add_figure(&v, i);
    for (size_t i = 0; i < r->n_narratives && v.table != NULL; i++)
        add_narrative(&v, i);
    if (r->has_reply && v.table != NULL)
        add_reply(&v);
    if (v.table != NULL)
        table_print(v.table, out, colour);
    table_free(v.table);
    for (int verdict = VERDICT_ACCEPTED; verdict < VERDICTS && lines > 1; verdict++) {
        size_t n = filed_count(r, (enum verdict)verdict);
        if (n > 0)
            fprintf(out, "  %s: %zu\n", verdict_word((enum verdict)verdict, lang), n);
    }
}
