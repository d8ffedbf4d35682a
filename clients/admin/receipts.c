/* receipts: see receipts.h. */
#include "admin/receipts.h"

#include <stdio.h>
#include <string.h>

#include "admin/commands.h"
#include "admin/db.h"
#include "admin/json.h"
#include "admin/load.h"
#include "admin/text.h"
#include "base/clock.h"
#include "table.h"
#include "wire/wire.h"

enum { RECEIPTS_SHOWN = 100, VERDICT_UNIT = 100, SINCE_MAX = 48 };

enum {
    RECEIPT_ID,
    RECEIPT_NUMBER,
    RECEIPT_TIME,
    RECEIPT_ORG,
    RECEIPT_AUTHOR,
    RECEIPT_DOOR,
    RECEIPT_VERDICT,
    RECEIPT_TEXT,
    LINE_ORG,
    LINE_WHAT, /* the indicator, or the project */
    LINE_PERIOD,
    LINE_NARRATIVE, /* "t": it is one */
    RECEIPT_BY,     /* who brought it in at the centre; NULL: it came from the organisation */
};

#define OF_ORGANISATION                                                                            \
    "($1::text IS NULL OR r.agent IN (SELECT a.id FROM vekha.agent a JOIN vekha.organisation w "   \
    "ON w.id = a.organisation WHERE w.code = $1))"

#define VERSION_OF(table)                                                                          \
    "SELECT submission, line, organisation, indicator, period FROM vekha." table                   \
    " WHERE organisation = p.organisation AND indicator = p.indicator AND submission = p.id"

/* clang-format off */
/* One row per figure or narrative, newest submission first.  What was rejected or unchanged was not
 * stored: only its verdict is known.  No index leads from a submission to its figures: those that it
 * changed are found by the series that it names, and all versions are read only for what came too late,
 * which stands in none. */
static const char RECEIPTS[] =
    "WITH s AS MATERIALIZED ("
    "SELECT r.*, w.code AS org FROM (SELECT r.* FROM vekha.submission r WHERE " OF_ORGANISATION
    " AND ($3::uuid IS NULL OR r.id = $3) AND ($4::timestamptz IS NULL OR r.received_at >= $4) "
    "ORDER BY r.number DESC LIMIT $2::bigint) r JOIN vekha.agent a ON a.id = r.agent "
    "JOIN vekha.organisation w ON w.id = a.organisation), "
    "p AS MATERIALIZED (SELECT DISTINCT s.id, s.series[2 * g - 1] AS organisation, s.series[2 * g] AS indicator "
    "FROM s CROSS JOIN LATERAL generate_series(1, cardinality(s.series) / 2) g), "
    "late AS MATERIALIZED (SELECT s.id, v.line FROM s CROSS JOIN LATERAL unnest(s.verdicts) WITH ORDINALITY v(verdict, line) "
    "WHERE v.verdict / 100 = 5), "
    "f AS MATERIALIZED ("
    "SELECT false AS narrative, c.submission, c.line, c.organisation, i.code AS what, c.period FROM ("
    "SELECT c.* FROM p CROSS JOIN LATERAL (" VERSION_OF("figure") " UNION ALL " VERSION_OF("figure_history") " OFFSET 0) c "
    "WHERE NOT EXISTS (SELECT FROM late l WHERE l.id = c.submission AND l.line = c.line) UNION ALL "
    "SELECT h.submission, h.line, h.organisation, h.indicator, h.period FROM vekha.figure_history h "
    "JOIN late l ON l.id = h.submission AND l.line = h.line WHERE EXISTS (SELECT FROM late)) c "
    "JOIN vekha.indicator i ON i.id = c.indicator UNION ALL "
    "SELECT true, c.submission, c.line, c.organisation, p.code, c.period FROM ("
    "SELECT submission, line, organisation, project, period FROM vekha.narrative UNION ALL "
    "SELECT submission, line, organisation, project, period FROM vekha.narrative_history) c "
    "JOIN s ON s.id = c.submission JOIN vekha.project p ON p.id = c.project) "
    "SELECT s.id, s.number, " DB_MICROSECONDS("s.received_at") ", s.org, s.author, s.door, u.verdict, "
    "u.told, o.code, f.what, vekha.period_text(f.period), u.narrative, b.by_whom FROM s "
    "LEFT JOIN vekha.inbox b ON b.id = s.id "
    "CROSS JOIN LATERAL ("
    "SELECT false AS narrative, v.line, v.verdict, s.texts[v.line] AS told "
    "FROM unnest(s.verdicts) WITH ORDINALITY v(verdict, line) UNION ALL "
    "SELECT true, v.line, v.verdict, s.narrative_texts[v.line] "
    "FROM unnest(s.narrative_verdicts) WITH ORDINALITY v(verdict, line)) u "
    "LEFT JOIN f ON f.submission = s.id AND f.narrative = u.narrative AND f.line = u.line "
    "LEFT JOIN vekha.organisation o ON o.id = f.organisation "
    "ORDER BY s.number DESC, u.narrative, u.line";
/* clang-format on */

static enum verdict verdict_of(const PGresult *r, int row)
{
    return (enum verdict)(db_number(r, row, RECEIPT_VERDICT) / VERDICT_UNIT);
}

static enum reason reason_of(const PGresult *r, int row)
{
    return (enum reason)(db_number(r, row, RECEIPT_VERDICT) % VERDICT_UNIT);
}

static bool begins(const PGresult *r, int row)
{
    return row == 0 || db_number(r, row, RECEIPT_NUMBER) != db_number(r, row - 1, RECEIPT_NUMBER);
}

static bool is_narrative(const PGresult *r, int row)
{
    return *db_text(r, row, LINE_NARRATIVE) == 't';
}

static json_t *line_json(const PGresult *r, int row)
{
    enum reason reason = reason_of(r, row);

    return json_pack("{s:o, s:o, s:o, s:s, s:s?, s:o}", "org", json_text(r, row, LINE_ORG),
                     is_narrative(r, row) ? "project" : "indicator", json_text(r, row, LINE_WHAT),
                     "period", json_text(r, row, LINE_PERIOD), "verdict",
                     verdict_name(verdict_of(r, row)), "reason",
                     reason != REASON_NONE ? reason_name(reason) : NULL, "text",
                     json_text(r, row, RECEIPT_TEXT));
}

static json_t *receipt_json(const PGresult *r, int row, json_t *figures, json_t *narratives)
{
    return json_pack(
        "{s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", json_text(r, row, RECEIPT_ID),
        "number", (json_int_t)db_number(r, row, RECEIPT_NUMBER), "received_at",
        json_moment(r, row, RECEIPT_TIME), "org", json_text(r, row, RECEIPT_ORG), "author",
        json_text(r, row, RECEIPT_AUTHOR), "door", json_text(r, row, RECEIPT_DOOR), "by_whom",
        json_text(r, row, RECEIPT_BY), "figures", figures, "narratives", narratives);
}

static int list_as_json(const PGresult *r)
{
    json_t *rows = json_array(), *figures = NULL, *narratives = NULL;

    for (int row = 0; row < PQntuples(r); row++) {
        if (begins(r, row)) {
            figures = json_array();
            narratives = json_array(); /* the row owns both */
            json_array_append_new(rows, receipt_json(r, row, figures, narratives));
        }
        json_array_append_new(is_narrative(r, row) ? narratives : figures, line_json(r, row));
    }
    return json_answer(NULL, NULL, rows);
}

static const enum table_colour colours[] = {
    [VERDICT_ACCEPTED] = TABLE_GREEN,  [VERDICT_WARNING] = TABLE_YELLOW,
    [VERDICT_UNCHANGED] = TABLE_FAINT, [VERDICT_REPLACED] = TABLE_GREEN,
    [VERDICT_OUTDATED] = TABLE_FAINT,  [VERDICT_REJECTED] = TABLE_RED,
};

static void show_heading(struct table *t, const PGresult *r, int row, enum lang lang)
{
    const char *author = db_text(r, row, RECEIPT_AUTHOR), *by = db_text(r, row, RECEIPT_BY);
    char heading[TABLE_CELL_MAX], time[CLOCK_TEXT_MAX], entered[256] = "";

    if (by != NULL)
        snprintf(entered, sizeof entered, text(TEXT_ENTERED_BY, lang), by);
    snprintf(heading, sizeof heading, "№ %s  %s  %s%s%s%s%s", db_text(r, row, RECEIPT_NUMBER),
             clock_format(db_number(r, row, RECEIPT_TIME), time), db_text(r, row, RECEIPT_ORG),
             author != NULL ? ", " : "", author != NULL ? author : "", by != NULL ? ", " : "",
             entered);
    table_heading(t, heading, 0, TABLE_BOLD);
}

static int list_as_table(const struct ctl *ctl, const PGresult *r)
{
    static const struct table_column columns[] = {
        {"", TABLE_LEFT, TABLE_FLEXIBLE},
        {"", TABLE_LEFT, TABLE_FIXED},
        {"", TABLE_LEFT, TABLE_FIXED},
        {"", TABLE_LEFT, TABLE_FIXED},
    };
    struct table *t = table_new(columns, sizeof columns / sizeof *columns);
    bool good;

    if (t == NULL)
        return CTL_REFUSED;
    for (int row = 0; row < PQntuples(r); row++) {
        enum verdict v = verdict_of(r, row);
        char org[TABLE_CELL_MAX];

        if (begins(r, row))
            show_heading(t, r, row, ctl->lang);
        snprintf(org, sizeof org, "  %s",
                 db_text(r, row, LINE_ORG) != NULL ? db_text(r, row, LINE_ORG) : "—");
        table_cell(t, org);
        table_cell(t, db_text(r, row, LINE_WHAT));
        table_cell(t, db_text(r, row, LINE_PERIOD));
        table_cell_coloured(t, verdict_word(v, ctl->lang), colours[v]);
        if (db_text(r, row, RECEIPT_TEXT) != NULL)
            table_heading(t, db_text(r, row, RECEIPT_TEXT), 4, TABLE_PLAIN);
    }
    good = table_print(t, stdout, ctl->colour);
    table_free(t);
    return good ? CTL_DONE : CTL_REFUSED;
}

static int show(struct ctl *ctl, const PGresult *r)
{
    return ctl->given[OPTION_JSON] != NULL ? list_as_json(r) : list_as_table(ctl, r);
}

int receipts_show(struct ctl *ctl, const char *id)
{
    const char *const params[] = {NULL, NULL, id, NULL};
    PGresult *r = db_query(ctl->db, RECEIPTS, 4, params);
    int code = CTL_DONE;

    if (r == NULL)
        return db_exit(ctl->db);
    code = show(ctl, r);
    for (int row = 0; row < PQntuples(r); row++)
        if (verdict_of(r, row) == VERDICT_REJECTED)
            code = CTL_REFUSED;
    PQclear(r);
    return code;
}

/* Since when there are as many as are shown: the index of when they came leads to those of late alone.  "" if they were never so many, or
 * only long ago; false if the database does not say. */
static bool find_since(struct ctl *ctl, const char *limit, char ret[SINCE_MAX])
{
    static const char since[] =
        "SELECT $3::timestamptz - $4::interval FROM (SELECT FROM vekha.submission r "
        "WHERE " OF_ORGANISATION " AND r.received_at >= $3::timestamptz - $4::interval "
        "LIMIT $2::bigint) n HAVING count(*) = $2::bigint";
    static const char *const spans[] = {"1 day", "31 days"};
    PGresult *r = NULL;

    ret[0] = '\0';
    for (size_t i = 0; i < sizeof spans / sizeof *spans && ret[0] == '\0'; i++) {
        const char *const params[] = {ctl->given[OPTION_ORG], limit, ctl_now(ctl), spans[i]};

        r = db_query(ctl->db, since, 4, params);
        if (r == NULL)
            return false;
        if (PQntuples(r) == 1)
            snprintf(ret, SINCE_MAX, "%s", db_text(r, 0, 0));
        PQclear(r);
    }
    return true;
}

static PGresult *ask_receipts(struct ctl *ctl)
{
    char limit[SINCE_MAX], since[SINCE_MAX];
    const char *params[] = {ctl->given[OPTION_ORG], NULL, NULL, NULL};

    if (ctl->given[OPTION_ALL] == NULL) {
        snprintf(limit, sizeof limit, "%d", RECEIPTS_SHOWN);
        if (!find_since(ctl, limit, since))
            return NULL;
        params[1] = limit;
        params[3] = since[0] != '\0' ? since : NULL;
    }
    return db_query(ctl->db, RECEIPTS, 4, params);
}

int receipts_run(struct ctl *ctl)
{
    const char *org = ctl->given[OPTION_ORG];
    PGresult *r;
    int code = CTL_DONE;

    if (org != NULL && load_organisation_id(ctl, org) == 0)
        return db_exit(ctl->db);
    r = ask_receipts(ctl);
    if (r == NULL)
        return db_exit(ctl->db);
    if (PQntuples(r) == 0 && ctl->given[OPTION_JSON] == NULL)
        tell(ctl->lang, TEXT_NOTHING_FOUND);
    else
        code = show(ctl, r);
    PQclear(r);
    return code;
}
