/* history: no version of a figure or a narrative is ever lost; here they all are, with who sent them
 * and what became of them. */
#include <stdio.h>
#include <string.h>

#include "admin/archived.h"
#include "admin/commands.h"
#include "admin/db.h"
#include "admin/json.h"
#include "admin/load.h"
#include "admin/narrative.h"
#include "admin/text.h"
#include "base/clock.h"
#include "prose.h"
#include "table.h"

enum { INDENT_TEXT = 4 };

enum {
    VERSION_PERIOD,
    VERSION_AS_OF,
    VERSION_VERDICT,
    VERSION_COMPOSED,
    VERSION_RECORDED,
    VERSION_SUPERSEDED,
    VERSION_CONFIRMED,
    VERSION_SUBMISSION,
    VERSION_NUMBER,
    VERSION_LINE,
    VERSION_AGENT,
    VERSION_ORG,
    VERSION_AUTHOR,
    VERSION_DOOR,
    VERSION_OWN, /* from here on what only a figure, or only a narrative, has */
    VERSION_STATE = VERSION_OWN,
    VERSION_VALUE,
    VERSION_OF,
    VERSION_EXPECTED,
    VERSION_METHOD,
    VERSION_NOTE,
    VERSION_TEXTS = VERSION_OWN,
};

/* clang-format off */
/* A version that never was in force was superseded when it came: it was outdated. */
#define VERSIONS(own, function)                                                                    \
    "SELECT v.period, v.as_of, "                                                                   \
    "CASE WHEN v.in_force THEN 'in_force' WHEN v.superseded_at = v.recorded_at THEN 'outdated' "   \
    "ELSE 'replaced' END, "                                                                        \
    DB_MICROSECONDS("v.composed_at") ", " DB_MICROSECONDS("v.recorded_at") ", "                    \
    DB_MICROSECONDS("v.superseded_at") ", " DB_MICROSECONDS("v.confirmed_at") ", "                 \
    "v.submission, v.number, v.line, v.agent, o.code, v.author, v.door, " own " "                  \
    "FROM vekha." function "($1, $2, $3::timestamptz) v LEFT JOIN vekha.agent a ON a.id = v.agent "\
    "LEFT JOIN vekha.organisation o ON o.id = a.organisation "                                     \
    "ORDER BY v.as_of, v.period, v.composed_at, v.submission"
/* clang-format on */

/* A column of the JSON. */
struct version_field {
    const char *name;
    int column;
    enum { AS_TEXT, AS_MOMENT, AS_INTEGER } form;
};

/* What every version has, around what only a figure, or only a narrative, has; each ends with NULL. */
static const struct version_field first_fields[] = {
    {"period", VERSION_PERIOD, AS_TEXT},
    {"as_of", VERSION_AS_OF, AS_TEXT},
    {NULL, 0, AS_TEXT},
};

static const struct version_field figure_fields[] = {
    {"state", VERSION_STATE, AS_TEXT},
    {"value", VERSION_VALUE, AS_TEXT},
    {"of", VERSION_OF, AS_TEXT},
    {"expected", VERSION_EXPECTED, AS_TEXT},
    {"method", VERSION_METHOD, AS_TEXT},
    {"note", VERSION_NOTE, AS_TEXT},
    {NULL, 0, AS_TEXT},
};

static const struct version_field narrative_fields[] = {
    {"text", VERSION_TEXTS + NARRATIVE_TEXT, AS_TEXT},
    {"cause", VERSION_TEXTS + NARRATIVE_CAUSE, AS_TEXT},
    {"measure", VERSION_TEXTS + NARRATIVE_MEASURE, AS_TEXT},
    {"next_step", VERSION_TEXTS + NARRATIVE_NEXT_STEP, AS_TEXT},
    {"answerable", VERSION_TEXTS + NARRATIVE_ANSWERABLE, AS_TEXT},
    {NULL, 0, AS_TEXT},
};

static const struct version_field last_fields[] = {
    {"verdict", VERSION_VERDICT, AS_TEXT},
    {"composed_at", VERSION_COMPOSED, AS_MOMENT},
    {"recorded_at", VERSION_RECORDED, AS_MOMENT},
    {"superseded_at", VERSION_SUPERSEDED, AS_MOMENT},
    {"confirmed_at", VERSION_CONFIRMED, AS_MOMENT},
    {"submission", VERSION_SUBMISSION, AS_TEXT},
    {"number", VERSION_NUMBER, AS_INTEGER},
    {"line", VERSION_LINE, AS_INTEGER},
    {"agent", VERSION_AGENT, AS_INTEGER},
    {"agent_org", VERSION_ORG, AS_TEXT},
    {"author", VERSION_AUTHOR, AS_TEXT},
    {"door", VERSION_DOOR, AS_TEXT},
    {NULL, 0, AS_TEXT},
};

static json_t *field_json(const PGresult *r, int row, const struct version_field *f)
{
    if (f->form == AS_MOMENT)
        return json_moment(r, row, f->column);
    if (f->form == AS_INTEGER && db_text(r, row, f->column) != NULL)
        return json_integer(db_number(r, row, f->column));
    return json_text(r, row, f->column);
}

static void set_fields(json_t *version, const PGresult *r, int row, const struct version_field *f)
{
    for (; f->name != NULL; f++)
        json_object_set_new(version, f->name, field_json(r, row, f));
}

static int list_as_json(const PGresult *r, const struct version_field *own, const char *known_at)
{
    json_t *rows = json_array();

    for (int row = 0; row < PQntuples(r); row++) {
        json_t *version = json_object();

        set_fields(version, r, row, first_fields);
        set_fields(version, r, row, own);
        set_fields(version, r, row, last_fields);
        json_array_append_new(rows, version);
    }
    return json_answer(NULL, known_at, rows);
}

/* What is not a plain value is said in words. */
static const struct {
    const char *name;
    enum text word;
} states[] = {
    {"not_applicable", TEXT_STATE_NOT_APPLICABLE}, {"no_data", TEXT_STATE_NO_DATA},
    {"withdrawn", TEXT_STATE_WITHDRAWN},           {"not_done", TEXT_STATE_NOT_DONE},
    {"in_progress", TEXT_STATE_IN_PROGRESS},       {"done", TEXT_STATE_DONE},
};

static const struct {
    const char *name;
    enum text word;
    enum table_colour colour;
} verdicts[] = {
    {"in_force", TEXT_VERDICT_IN_FORCE, TABLE_BOLD},
    {"replaced", TEXT_VERDICT_REPLACED, TABLE_FAINT},
    {"outdated", TEXT_VERDICT_OUTDATED, TABLE_FAINT},
};

static void cell_value(struct table *t, const PGresult *r, int row, enum lang lang)
{
    const char *value = db_text(r, row, VERSION_VALUE), *of = db_text(r, row, VERSION_OF);
    char of_text[DECIMAL_TEXT_MAX], number[DECIMAL_TEXT_MAX + 4] = "";
    struct decimal d;

    if (of != NULL && decimal_parse(of, strlen(of), &d, NULL) == DECIMAL_OK)
        snprintf(number, sizeof number, " / %s",
                 decimal_format_grouped(d, lang == LANG_RU ? ',' : '.', of_text));
    if (value != NULL && decimal_parse(value, strlen(value), &d, NULL) == DECIMAL_OK) {
        table_decimal(t, d, lang, number);
        return;
    }
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (strcmp(db_text(r, row, VERSION_STATE), states[i].name) == 0) {
            table_cell(t, text(states[i].word, lang));
            return;
        }
    table_cell(t, "");
}

static void cell_moment(struct table *t, const PGresult *r, int row, int column)
{
    enum { TO_THE_SECOND = sizeof "2020-09-25T06:00:00" - 1 };
    char time[CLOCK_TEXT_MAX];

    clock_format(db_number(r, row, column), time);
    time[strnlen(time, TO_THE_SECOND)] = '\0';
    table_cell(t, time);
}

/* A narrative has no value to be shown in a cell but that it is withdrawn. */
static void cell_withdrawn(struct table *t, const PGresult *r, int row, enum lang lang)
{
    bool withdrawn = db_text(r, row, VERSION_TEXTS) == NULL;

    table_cell(t, withdrawn ? text(TEXT_STATE_WITHDRAWN, lang) : "");
}

/* What it says stands below its line. */
static void show_texts(struct table *t, const PGresult *r, int row, enum lang lang)
{
    const char *texts[NARRATIVE_TEXTS];
    struct str line;

    narrative_texts(r, row, VERSION_TEXTS, texts);
    for (int which = 0; which < NARRATIVE_TEXTS; which++) {
        str_init(&line, PROSE_MAX);
        prose_paragraph(texts, (enum narrative_text)which, lang, &line);
        if (line.len > 0)
            table_heading(t, str_text(&line), INDENT_TEXT, TABLE_PLAIN);
        str_finish(&line);
    }
}

/* What there are versions of. */
struct versions {
    const char *sql;
    const struct version_field *fields;
    int64_t (*id_of)(struct ctl *ctl, const char *code); /* of the second operand */
    void (*cell)(struct table *t, const PGresult *r, int row, enum lang lang);
    void (*below)(struct table *t, const PGresult *r, int row, enum lang lang); /* may be NULL */
};

static const struct versions of_figures = {
    VERSIONS("v.state, v.value, v.of, v.expected, v.method, v.note", "figure_versions"),
    figure_fields,
    load_indicator_id,
    cell_value,
    NULL,
};

static const struct versions of_narratives = {
    VERSIONS("v.text, v.cause, v.measure, v.next_step, v.answerable", "narrative_versions"),
    narrative_fields,
    load_project_id,
    cell_withdrawn,
    show_texts,
};

static void show_version(struct table *t, const struct versions *of, const PGresult *r, int row,
                         enum lang lang)
{
    const char *author = db_text(r, row, VERSION_AUTHOR), *org = db_text(r, row, VERSION_ORG);
    char who[TABLE_CELL_MAX];

    table_cell(t, db_text(r, row, VERSION_PERIOD));
    table_cell(t, db_text(r, row, VERSION_AS_OF));
    of->cell(t, r, row, lang);
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++)
        if (strcmp(db_text(r, row, VERSION_VERDICT), verdicts[i].name) == 0)
            table_cell_coloured(t, text(verdicts[i].word, lang), verdicts[i].colour);
    cell_moment(t, r, row, VERSION_COMPOSED);
    cell_moment(t, r, row, VERSION_RECORDED);
    snprintf(who, sizeof who, "%s%s%s", org != NULL ? org : "", author != NULL ? ", " : "",
             author != NULL ? author : "");
    table_cell(t, who);
    table_cell(t, db_text(r, row, VERSION_DOOR));
    if (of->below != NULL)
        of->below(t, r, row, lang);
}

static int list_as_table(const struct ctl *ctl, const struct versions *of, const PGresult *r)
{
    const struct table_column columns[] = {
        {text(TEXT_COLUMN_PERIOD, ctl->lang), TABLE_LEFT, TABLE_FIXED},
        {text(TEXT_COLUMN_AS_OF, ctl->lang), TABLE_LEFT, TABLE_FIXED},
        {of == &of_figures ? text(TEXT_COLUMN_VALUE, ctl->lang) : "", TABLE_RIGHT, TABLE_FIXED},
        {text(TEXT_COLUMN_VERDICT, ctl->lang), TABLE_LEFT, TABLE_FIXED},
        {text(TEXT_COLUMN_COMPOSED, ctl->lang), TABLE_LEFT, TABLE_FIXED},
        {text(TEXT_COLUMN_RECORDED, ctl->lang), TABLE_LEFT, TABLE_FIXED},
        {text(TEXT_COLUMN_BY, ctl->lang), TABLE_LEFT, TABLE_FLEXIBLE},
        {text(TEXT_COLUMN_DOOR, ctl->lang), TABLE_LEFT, TABLE_SPARE},
    };
    struct table *t = table_new(columns, sizeof columns / sizeof *columns);
    bool good;

    if (t == NULL)
        return CTL_REFUSED;
    for (int row = 0; row < PQntuples(r); row++)
        show_version(t, of, r, row, ctl->lang);
    good = table_print(t, stdout, ctl->colour);
    table_free(t);
    return good ? CTL_DONE : CTL_REFUSED;
}

static int list(struct ctl *ctl, const struct versions *of)
{
    const char *org = ctl->operands[0], *what = ctl->operands[1];
    char now[CLOCK_TEXT_MAX];
    struct load_times t;
    PGresult *r;
    int code = CTL_DONE;

    if (!load_times(ctl, &t))
        return CTL_USAGE;
    if ((of == &of_figures && !archived_allows(ctl, NULL, t.known_at)) ||
        load_organisation_id(ctl, org) == 0 || of->id_of(ctl, what) == 0)
        return db_exit(ctl->db);
    const char *const params[] = {org, what, t.known_at[0] != '\0' ? t.known_at : NULL};

    r = db_query(ctl->db, of->sql, 3, params);
    if (r == NULL)
        return db_exit(ctl->db);
    if (ctl->given[OPTION_JSON] != NULL)
        code = list_as_json(r, of->fields,
                            params[2] != NULL ? params[2] : clock_format(clock_now_us(), now));
    else if (PQntuples(r) == 0)
        tell(ctl->lang, TEXT_NOTHING_FOUND);
    else
        code = list_as_table(ctl, of, r);
    PQclear(r);
    if (of == &of_figures && ctl->given[OPTION_JSON] == NULL)
        archived_note(ctl);
    return code;
}

int history_run(struct ctl *ctl)
{
    return list(ctl, &of_figures);
}

int narratives_history(struct ctl *ctl)
{
    return list(ctl, &of_narratives);
}
