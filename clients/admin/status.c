/* status: where every series stands, assessed here and now by the model, so that any day and any
 * state of knowledge can be shown; and what is said of the projects. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/archived.h"
#include "admin/commands.h"
#include "admin/db.h"
#include "admin/hash.h"
#include "admin/json.h"
#include "admin/load.h"
#include "admin/measures.h"
#include "admin/narrative.h"
#include "admin/owed.h"
#include "admin/row.h"
#include "admin/text.h"
#include "base/clock.h"
#include "model/arrears.h"
#include "model/explain.h"
#include "model/outlook.h"
#include "table.h"

enum { HEADING_MAX = 1200, STATUS_LIST_MAX = 300, GROUP_MAX = 100000 };

/* A code with what the table needs to know of it. */
struct known {
    char code[SERIES_CODE_MAX];
    char *name;                   /* of a project */
    char parent[SERIES_CODE_MAX]; /* of an organisation; "" at the top */
    bool told;                    /* of a project: its narratives were shown */
    UT_hash_handle hh;
};

/* The organisations of the indicator at hand that gave a sum, for the line «Всего». */
struct group {
    char project[SERIES_CODE_MAX], indicator[SERIES_CODE_MAX];
    enum indicator_kind kind;
    size_t n;
    char (*codes)[SERIES_CODE_MAX];
    struct decimal sum;
    bool unsummed; /* the sum does not fit, or memory was missing */
};

enum { MEASURE_INDENT = 6 };

struct view {
    struct ctl *ctl;
    bool filtered;
    enum status only;
    date_t latest; /* the latest day any organisation is assessed for */
    json_t *rows;  /* either this */
    json_t *totals;
    struct table *table; /* or this */
    struct owed *owed;
    struct measures *measures;
    struct known *projects, *organisations;
    struct group group;
    PGresult *narratives; /* by project; NULL: not wanted */
};

/* --- what the table has to know --- */

static void know(struct known **all, const char *code, const char *name, const char *parent)
{
    struct known *k = calloc(1, sizeof *k);

    if (k == NULL)
        return;
    snprintf(k->code, sizeof k->code, "%s", code);
    snprintf(k->parent, sizeof k->parent, "%s", parent != NULL ? parent : "");
    k->name = name != NULL ? strdup(name) : NULL;
    HASH_ADD_STR(*all, code, k);
}

static void forget(struct known **all)
{
    struct known *k = *all, *next;

    HASH_CLEAR(hh, *all);
    for (; k != NULL; k = next) {
        next = k->hh.next;
        free(k->name);
        free(k);
    }
}

static bool read_known(struct view *v)
{
    PGresult *projects =
        db_query(v->ctl->db,
                 "SELECT p.code, v.name, coalesce(v.name_en, v.name) FROM vekha.project p "
                 "JOIN vekha.project_version v ON v.project = p.id "
                 "AND v.superseded_at = 'infinity' AND v.valid_to = 'infinity'",
                 0, NULL);
    PGresult *tree =
        projects == NULL
            ? NULL
            : db_query(v->ctl->db,
                       "SELECT o.code, p.code FROM vekha.organisation_version v "
                       "JOIN vekha.organisation o ON o.id = v.organisation "
                       "JOIN vekha.organisation p ON p.id = v.parent "
                       "WHERE v.superseded_at = 'infinity' AND v.valid_to = 'infinity'",
                       0, NULL);
    bool good = projects != NULL && tree != NULL;

    for (int i = 0; good && i < PQntuples(projects); i++)
        know(&v->projects, PQgetvalue(projects, i, 0),
             PQgetvalue(projects, i, v->ctl->lang == LANG_RU ? 1 : 2), NULL);
    for (int i = 0; good && i < PQntuples(tree); i++)
        know(&v->organisations, PQgetvalue(tree, i, 0), NULL, PQgetvalue(tree, i, 1));
    PQclear(projects);
    PQclear(tree);
    return good;
}

/* --- the sum of an indicator over its organisations --- */

static void group_add(struct group *g, const char *code, struct decimal fact)
{
    char(*codes)[SERIES_CODE_MAX];

    if ((g->n & (g->n - 1)) == 0) { /* a power of two, or none: room is used up */
        codes = g->n >= GROUP_MAX ? NULL
                                  : realloc(g->codes, (g->n == 0 ? 1 : g->n * 2) * sizeof *codes);
        if (codes == NULL) {
            g->unsummed = true;
            return;
        }
        g->codes = codes;
    }
    snprintf(g->codes[g->n++], SERIES_CODE_MAX, "%s", code);
    g->unsummed =
        !(g->n == 1 ? (g->sum = fact, true) : decimal_add(g->sum, fact, &g->sum)) || g->unsummed;
}

static bool group_has(const struct group *g, const char *code)
{
    for (size_t i = 0; i < g->n; i++)
        if (strcmp(g->codes[i], code) == 0)
            return true;
    return false;
}

/* Where an organisation above has a figure of its own, that is the whole, and adding would count
 * twice. */
static bool group_nested(const struct view *v, const struct group *g)
{
    for (size_t i = 0; i < g->n; i++) {
        struct known *k;
        int steps = 0;

        HASH_FIND_STR(v->organisations, g->codes[i], k);
        for (; k != NULL && steps < CTL_MAX_DEPTH; steps++) {
            const char *parent = k->parent;

            if (group_has(g, parent))
                return true;
            HASH_FIND_STR(v->organisations, parent, k);
        }
    }
    return false;
}

static void show_total(struct view *v, const struct group *g)
{
    char count[32];

    if (v->totals != NULL) {
        json_array_append_new(v->totals,
                              json_pack("{s:s, s:o, s:I}", "indicator", g->indicator, "fact",
                                        json_decimal(g->sum), "organisations", (json_int_t)g->n));
        return;
    }
    snprintf(count, sizeof count, "%s (%zu)", text(TEXT_TOTAL, v->ctl->lang), g->n);
    table_cell_coloured(v->table, count, TABLE_BOLD);
    table_cell(v->table, "");
    table_decimal(v->table, g->sum, v->ctl->lang, NULL);
    for (int i = owed_any(v->owed) ? 6 : 5; i > 0; i--)
        table_cell(v->table, "");
}

static void close_group(struct view *v)
{
    struct group *g = &v->group;

    if ((g->kind == KIND_FLOW || g->kind == KIND_LEVEL) && g->n > 1 && !g->unsummed &&
        !group_nested(v, g))
        show_total(v, g);
    free(g->codes);
    *g = (struct group){0};
}

/* --- the table --- */

static const enum table_colour colours[] = {
    [STATUS_NOT_STARTED] = TABLE_FAINT,  [STATUS_NO_PLAN] = TABLE_FAINT,
    [STATUS_UNDETERMINED] = TABLE_PLAIN, [STATUS_ON_TRACK] = TABLE_GREEN,
    [STATUS_AT_RISK] = TABLE_YELLOW,     [STATUS_LAGGING] = TABLE_RED,
    [STATUS_ACHIEVED] = TABLE_GREEN,     [STATUS_MISSED] = TABLE_RED,
};

static const enum text states[] = {
    [REPORT_NOT_DONE] = TEXT_STATE_NOT_DONE,
    [REPORT_IN_PROGRESS] = TEXT_STATE_IN_PROGRESS,
    [REPORT_DONE] = TEXT_STATE_DONE,
};

static int count_narratives(const struct view *v)
{
    return v->narratives != NULL ? PQntuples(v->narratives) : 0;
}

/* The heading of a project, and below it what is said of it. */
static void show_project(struct view *v, const char *code)
{
    struct known *project;

    HASH_FIND_STR(v->projects, code, project);
    table_heading(v->table, "", 0, TABLE_PLAIN);
    table_heading(v->table, project != NULL && project->name != NULL ? project->name : code, 0,
                  TABLE_BOLD);
    if (project != NULL)
        project->told = true;
    for (int i = 0; i < count_narratives(v); i++)
        if (strcmp(narrative_project(v->narratives, i), code) == 0)
            narrative_add_brief(v->table, v->narratives, i, v->ctl->lang);
}

/* Projects that have no series, but of which something is said; among chosen series they are none.
 */
static void show_other_projects(struct view *v)
{
    for (int i = 0; i < count_narratives(v) && !v->filtered; i++) {
        const char *code = narrative_project(v->narratives, i);
        struct known *project;

        HASH_FIND_STR(v->projects, code, project);
        if (project != NULL && !project->told)
            show_project(v, code);
    }
}

static void show_headings(struct view *v, const struct series *s)
{
    char heading[HEADING_MAX];
    enum lang lang = v->ctl->lang;

    if (strcmp(v->group.project, s->project_code) != 0)
        show_project(v, s->project_code);
    if (s->kind == KIND_MILESTONE)
        snprintf(heading, sizeof heading, "%s", s->indicator_name[lang]);
    else
        snprintf(heading, sizeof heading, "%s, %s", s->indicator_name[lang],
                 s->kind == KIND_SHARE ? "%" : s->unit[lang]);
    table_heading(v->table, heading, 2, TABLE_PLAIN);
}

static void cell_ratio(struct view *v, struct ratio x, unsigned places, const char *unit)
{
    struct decimal d;

    if (!ratio_round(x, places, &d)) {
        table_cell(v->table, "");
        return;
    }
    for (; d.scale > 0 && d.mantissa % 10 == 0; d.scale--)
        d.mantissa /= 10;
    table_decimal(v->table, d, v->ctl->lang, unit);
}

/* «1 из 2» */
static void cell_of(struct view *v, const struct assessment *a)
{
    char n[DECIMAL_TEXT_MAX], of[DECIMAL_TEXT_MAX], cell[TABLE_CELL_MAX];

    snprintf(cell, sizeof cell, text(TEXT_N_OF, v->ctl->lang), decimal_format(a->n.value, n),
             decimal_format(a->of.value, of));
    table_cell(v->table, cell);
}

static void cell_fact(struct view *v, const struct series *s, const struct assessment *a)
{
    const struct report *r = row_report(s, a);
    struct decimal d;

    if (s->kind == KIND_MILESTONE && s->rolled && a->of.present)
        cell_of(v, a);
    else if (r != NULL && r->state >= REPORT_NOT_DONE && r->state <= REPORT_DONE &&
             !r->value.present)
        table_cell(v->table, text(states[r->state], v->ctl->lang));
    else if (s->kind == KIND_SHARE)
        cell_ratio(v, a->fact, 2, NULL);
    else if (row_fact(s, a, &d))
        table_decimal(v->table, d, v->ctl->lang, NULL);
    else
        table_cell(v->table, "");
}

static const char *outlook_of(const struct series *s, const struct assessment *a, enum lang lang)
{
    if (a->has_forecast)
        return outlook_word(a->probability_e4, lang);
    if (!s->has_plan || s->kind == KIND_MILESTONE || a->as_of == DATE_NONE ||
        a->status == STATUS_NOT_STARTED || a->status >= STATUS_ACHIEVED)
        return "";
    return text(TEXT_TOO_LITTLE_DATA, lang);
}

static const enum table_colour report_colours[] = {
    [FRESHNESS_NONE] = TABLE_PLAIN, [FRESHNESS_REPORTED] = TABLE_PLAIN,
    [FRESHNESS_DUE] = TABLE_PLAIN,  [FRESHNESS_OVERDUE] = TABLE_YELLOW,
    [FRESHNESS_SILENT] = TABLE_RED,
};

static void cell_report(struct view *v, const struct series *s)
{
    const struct freshness *f = owed_find(v->owed, s->organisation, s->indicator);
    char mark[ARREARS_MARK_MAX];

    if (!owed_any(v->owed))
        return;
    if (f == NULL)
        table_cell(v->table, "");
    else
        table_cell_coloured(v->table, arrears_mark(f, v->ctl->lang, mark),
                            report_colours[f->state]);
}

/* "in hand until 2020-11-30, petrova: two more groups", below the row. */
static void show_measure(struct view *v, const struct series *s)
{
    const struct measure *m = measures_find(v->measures, s->organisation, s->indicator);
    enum lang lang = v->ctl->lang;
    char line[TABLE_HEADING_MAX], day[DATE_TEXT_MAX];

    if (m == NULL)
        return;
    snprintf(line, sizeof line, text(TEXT_ACTION_ACKNOWLEDGE, lang),
             date_format(m->until, lang, day), m->by, m->text);
    table_heading(v->table, line, MEASURE_INDENT, TABLE_FAINT);
}

static void show_row(struct view *v, const struct series *s, const struct assessment *a)
{
    enum lang lang = v->ctl->lang;
    char name[TABLE_CELL_MAX], day[DATE_TEXT_MAX];

    snprintf(name, sizeof name, "    %.*s", (int)sizeof name - 5, s->organisation_name[lang]);
    table_cell(v->table, name);
    table_cell_coloured(v->table, status_word(a->status, lang), colours[a->status]);
    cell_fact(v, s, a);
    cell_ratio(v, a->plan_at, 2, NULL);
    if (s->has_plan && s->plan.target.present)
        table_decimal(v->table, s->plan.target.value, lang, NULL);
    else
        table_cell(v->table, "");
    cell_ratio(v, ratio_mul(a->progress, ratio_of_int(100)), 0, " %");
    table_cell(v->table, outlook_of(s, a, lang));
    table_cell(v->table, date_format(a->as_of, lang, day));
    cell_report(v, s);
    show_measure(v, s);
}

/* The last column is for what is owed, if anybody owes anything. */
static struct table *new_table(enum lang lang, bool reports)
{
    const struct table_column columns[] = {
        {"", TABLE_LEFT, TABLE_FLEXIBLE},
        {text(TEXT_COLUMN_STATUS, lang), TABLE_LEFT, TABLE_FIXED},
        {text(TEXT_COLUMN_FACT, lang), TABLE_RIGHT, TABLE_FIXED},
        {text(TEXT_COLUMN_PLAN_AT, lang), TABLE_RIGHT, TABLE_FIXED},
        {text(TEXT_COLUMN_TARGET, lang), TABLE_RIGHT, TABLE_FIXED},
        {text(TEXT_COLUMN_PROGRESS, lang), TABLE_RIGHT, TABLE_FIXED},
        {text(TEXT_COLUMN_OUTLOOK, lang), TABLE_LEFT, TABLE_SPARE},
        {text(TEXT_COLUMN_AS_OF, lang), TABLE_LEFT, TABLE_FIXED},
        {text(TEXT_COLUMN_REPORT, lang), TABLE_LEFT, TABLE_FIXED},
    };

    return table_new(columns, sizeof columns / sizeof *columns - (reports ? 0 : 1));
}

/* --- the command --- */

static void add_row(struct view *v, const struct series *s, const struct assessment *a)
{
    json_t *row = row_json(s, a);

    owed_json(v->owed, s, a->as_of, row);
    json_object_set_new(row, "in_hand", measures_json(v->measures, s->organisation, s->indicator));
    json_array_append_new(v->rows, row);
}

static void take_series(void *arg, const struct series *s)
{
    struct view *v = arg;
    struct assessment a;
    struct decimal fact;

    assess(s, &a);
    v->latest = v->latest == DATE_NONE || s->today > v->latest ? s->today : v->latest;
    if (v->filtered && a.status != v->only)
        return;
    if (strcmp(v->group.indicator, s->indicator_code) != 0) {
        char project[SERIES_CODE_MAX];

        memcpy(project, v->group.project, sizeof project);
        close_group(v);
        memcpy(v->group.project, project, sizeof project);
        if (v->table != NULL)
            show_headings(v, s);
        snprintf(v->group.project, sizeof v->group.project, "%s", s->project_code);
        snprintf(v->group.indicator, sizeof v->group.indicator, "%s", s->indicator_code);
        v->group.kind = s->kind;
    }
    if (row_fact(s, &a, &fact))
        group_add(&v->group, s->organisation_code, fact);
    if (v->rows != NULL)
        add_row(v, s, &a);
    else
        show_row(v, s, &a);
}

static json_t *narratives_json(const struct view *v)
{
    json_t *narratives = json_array();

    for (int i = 0; i < count_narratives(v); i++)
        json_array_append_new(narratives, narrative_json(v->narratives, i));
    return narratives;
}

static int print_json(struct view *v, const struct load_times *t)
{
    char now[CLOCK_TEXT_MAX], day[DATE_TEXT_MAX];
    date_t today = v->latest != DATE_NONE ? v->latest : clock_day(clock_now_us(), 0);
    const char *as_of = t->as_of[0] != '\0' ? t->as_of : date_format_iso(today, day);
    const char *known_at = t->known_at[0] != '\0' ? t->known_at : clock_format(clock_now_us(), now);
    json_t *answer = json_document(as_of, known_at, v->rows);
    int before = archived_before(v->ctl);

    json_object_set_new(answer, "archived_before", before > 0 ? json_integer(before) : json_null());
    json_object_set_new(answer, "totals", v->totals);
    json_object_set_new(answer, "narratives", narratives_json(v));
    v->rows = v->totals = NULL;
    return json_finish(answer);
}

static bool read_status(struct ctl *ctl, struct view *v)
{
    const char *name = ctl->given[OPTION_STATUS];
    char list[STATUS_LIST_MAX] = "";
    size_t len = 0;

    if (name == NULL)
        return true;
    v->filtered = status_parse(name, &v->only);
    for (int s = STATUS_NOT_STARTED; s <= STATUS_MISSED && len < sizeof list; s++)
        len += (size_t)snprintf(list + len, sizeof list - len, "%s%s", len > 0 ? ", " : "",
                                status_name((enum status)s));
    if (!v->filtered)
        complain(ctl->lang, TEXT_BAD_STATUS, list, name);
    return v->filtered;
}

/* A code that is mistyped must not look like a place where all is well. */
static bool codes_known(struct ctl *ctl)
{
    const char *org = ctl->given[OPTION_ORG], *indicator = ctl->given[OPTION_INDICATOR];
    const char *project = ctl->given[OPTION_PROJECT];

    return (org == NULL || load_organisation_id(ctl, org) != 0) &&
           (indicator == NULL || load_indicator_id(ctl, indicator) != 0) &&
           (project == NULL || load_project_id(ctl, project) != 0);
}

static void finish_view(struct view *v)
{
    free(v->group.codes);
    forget(&v->projects);
    forget(&v->organisations);
    json_decref(v->rows);
    json_decref(v->totals);
    table_free(v->table);
    owed_free(v->owed);
    measures_free(v->measures);
    PQclear(v->narratives);
}

/* What is said of a project is not about one indicator of it. */
static bool load_narratives(struct view *v, const struct load_filter *f)
{
    if (v->ctl->given[OPTION_BRIEF] != NULL || f->indicator != NULL)
        return true;
    v->narratives = narrative_load(v->ctl, f, false);
    return v->narratives != NULL;
}

static int show(struct view *v, const struct load_times *t)
{
    struct ctl *ctl = v->ctl;
    struct load_filter f = {.project = ctl->given[OPTION_PROJECT],
                            .indicator = ctl->given[OPTION_INDICATOR],
                            .organisation = ctl->given[OPTION_ORG],
                            .as_of = t->as_of[0] != '\0' ? t->as_of : NULL,
                            .known_at = t->known_at[0] != '\0' ? t->known_at : NULL,
                            .owed = true};

    if (!archived_allows(ctl, t->as_of, t->known_at) || !codes_known(ctl) || !read_known(v) ||
        !load_narratives(v, &f) || (v->owed = owed_load(ctl, &f)) == NULL ||
        (v->measures = measures_load(ctl)) == NULL)
        return db_exit(ctl->db);
    if (v->rows == NULL && (v->table = new_table(ctl->lang, owed_any(v->owed))) == NULL)
        return CTL_REFUSED;
    if (!load_series(ctl, &f, take_series, v))
        return db_exit(ctl->db);
    close_group(v);
    if (v->rows != NULL)
        return print_json(v, t);
    show_other_projects(v);
    if (table_rows(v->table) == 0 && (v->filtered || count_narratives(v) == 0)) {
        tell(ctl->lang, TEXT_NOTHING_FOUND);
        return CTL_DONE;
    }
    if (!table_print(v->table, stdout, ctl->colour))
        return CTL_REFUSED;
    archived_note(ctl);
    return CTL_DONE;
}

int status_run(struct ctl *ctl)
{
    struct view v = {.ctl = ctl, .latest = DATE_NONE};
    struct load_times t;
    int code;

    if (!load_times(ctl, &t) || !read_status(ctl, &v))
        return CTL_USAGE;
    if (ctl->given[OPTION_JSON] != NULL) {
        v.rows = json_array();
        v.totals = json_array();
    }
    code = show(&v, &t);
    finish_view(&v);
    return code;
}
