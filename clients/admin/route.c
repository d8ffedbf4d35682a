/* route: who is told of what, and why, or why not. */
#include <stdio.h>
#include <string.h>

#include "admin/commands.h"
#include "admin/db.h"
#include "admin/json.h"
#include "admin/listing.h"
#include "admin/load.h"
#include "admin/text.h"
#include "base/clock.h"
#include "table.h"

enum {
    ROUTE_ROW_CODE,
    ROUTE_ROW_CHANNEL,
    ROUTE_ROW_RECIPIENT,
    ROUTE_ROW_LANGUAGE,
    ROUTE_ROW_PACE,
    ROUTE_ROW_VERDICT,
    ROUTE_ROW_TELLS_AT,
    ROUTE_ROW_UNANSWERED,
    ROUTE_ROW_SILENCED,
};

/* The kind that is asked for; else that which alerts of the series have, and of an organisation as a
 * whole the later stage. */
static const char TEST[] =
    "SELECT t.code, t.channel, t.recipient, t.language, t.pace, t.verdict, " DB_MICROSECONDS(
        "t.tells_at") ", t.unanswered_days, t.silenced "
                      "FROM vekha.route_test($1, $2::text, "
                      "coalesce($5::vekha.alert_kind, CASE WHEN $2::text IS NULL THEN 'silent' "
                      "ELSE (SELECT CASE v.kind WHEN "
                      "'milestone' THEN 'milestone' ELSE 'lag' END FROM vekha.indicator i JOIN "
                      "vekha.indicator_version v ON v.indicator = i.id AND v.superseded_at = "
                      "'infinity' AND v.valid_to = 'infinity' WHERE i.code = $2::text) "
                      "END::vekha.alert_kind), $3::vekha.alert_level, $4::timestamptz) t";

static const struct {
    const char *name;
    enum text word;
    enum table_colour colour;
} verdicts[] = {
    {"tells", TEXT_ROUTE_TELLS, TABLE_GREEN},
    {"unanswered", TEXT_ROUTE_UNANSWERED, TABLE_YELLOW},
    {"organisation", TEXT_ROUTE_OTHER_ORGANISATION, TABLE_FAINT},
    {"project", TEXT_ROUTE_OTHER_PROJECT, TABLE_FAINT},
    {"kind", TEXT_ROUTE_OTHER_KIND, TABLE_FAINT},
    {"level", TEXT_ROUTE_BELOW_LEVEL, TABLE_FAINT},
    {"address", TEXT_ROUTE_NO_ADDRESS, TABLE_RED},
};

static const struct {
    const char *name;
    enum text word;
} paces[] = {
    {"at_once", TEXT_PACE_AT_ONCE}, {"daily", TEXT_PACE_DAILY}, {"weekly", TEXT_PACE_WEEKLY}};

static bool is_told(const PGresult *r, int row)
{
    const char *verdict = db_text(r, row, ROUTE_ROW_VERDICT);

    return strcmp(verdict, "tells") == 0 || strcmp(verdict, "unanswered") == 0;
}

static int test_as_json(const PGresult *r)
{
    json_t *rows = json_array();

    for (int i = 0; i < PQntuples(r); i++)
        json_array_append_new(rows,
                              json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:b}",
                                        "route", json_text(r, i, ROUTE_ROW_CODE), "channel",
                                        json_text(r, i, ROUTE_ROW_CHANNEL), "recipient",
                                        json_text(r, i, ROUTE_ROW_RECIPIENT), "language",
                                        json_text(r, i, ROUTE_ROW_LANGUAGE), "pace",
                                        json_text(r, i, ROUTE_ROW_PACE), "told", is_told(r, i),
                                        "verdict", json_text(r, i, ROUTE_ROW_VERDICT), "tells_at",
                                        json_moment(r, i, ROUTE_ROW_TELLS_AT), "unanswered_days",
                                        json_text(r, i, ROUTE_ROW_UNANSWERED), "silenced",
                                        strcmp(db_text(r, i, ROUTE_ROW_SILENCED), "t") == 0));
    return json_answer(NULL, NULL, rows);
}

static void cell_verdict(struct table *t, const PGresult *r, int row, enum lang lang)
{
    char line[TABLE_CELL_MAX];

    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++)
        if (strcmp(db_text(r, row, ROUTE_ROW_VERDICT), verdicts[i].name) == 0) {
            const char *days = db_text(r, row, ROUTE_ROW_UNANSWERED);

            snprintf(line, sizeof line, text(verdicts[i].word, lang), days != NULL ? days : "");
            table_cell_coloured(t, line, verdicts[i].colour);
        }
}

/* How soon, and when that is for what happens now. */
static void cell_when(struct table *t, const PGresult *r, int row, enum lang lang)
{
    char line[TABLE_CELL_MAX], time[CLOCK_TEXT_MAX] = "";
    int64_t at = db_number(r, row, ROUTE_ROW_TELLS_AT);

    if (!is_told(r, row)) {
        table_cell(t, "");
        return;
    }
    if (at > clock_now_us() + 1000000)
        clock_format(at - at % 1000000, time);
    for (size_t i = 0; i < sizeof paces / sizeof *paces; i++)
        if (strcmp(db_text(r, row, ROUTE_ROW_PACE), paces[i].name) == 0) {
            snprintf(line, sizeof line, "%s%s%.16s", text(paces[i].word, lang), *time ? ", " : "",
                     time);
            table_cell(t, line);
        }
}

static int test_as_table(const struct ctl *ctl, const PGresult *r)
{
    const struct table_column columns[] = {
        {text(TEXT_COLUMN_ROUTE, ctl->lang), TABLE_LEFT, TABLE_FIXED},
        {text(TEXT_COLUMN_CHANNEL, ctl->lang), TABLE_LEFT, TABLE_FIXED},
        {text(TEXT_COLUMN_RECIPIENT, ctl->lang), TABLE_LEFT, TABLE_FLEXIBLE},
        {text(TEXT_COLUMN_TOLD, ctl->lang), TABLE_LEFT, TABLE_FLEXIBLE},
        {text(TEXT_COLUMN_WHEN, ctl->lang), TABLE_LEFT, TABLE_FLEXIBLE},
    };
    struct table *t = table_new(columns, sizeof columns / sizeof *columns);
    bool good, silenced = strcmp(db_text(r, 0, ROUTE_ROW_SILENCED), "t") == 0;

    if (t == NULL)
        return CTL_REFUSED;
    for (int i = 0; i < PQntuples(r); i++) {
        table_cell(t, db_text(r, i, ROUTE_ROW_CODE));
        table_cell(t, db_text(r, i, ROUTE_ROW_CHANNEL));
        table_cell(t, db_text(r, i, ROUTE_ROW_RECIPIENT));
        cell_verdict(t, r, i, ctl->lang);
        cell_when(t, r, i, ctl->lang);
    }
    good = table_print(t, stdout, ctl->colour);
    table_free(t);
    if (silenced)
        tell(ctl->lang, TEXT_ROUTE_SILENCED);
    return good ? CTL_DONE : CTL_REFUSED;
}

static const char *const test_levels[] = {"info", "at_risk", "lagging", NULL};
static const char *const test_kinds[] = {"lag",      "milestone", "silent", "overdue",
                                         "operator", "refusal",   NULL};

/* Whether an option that is given is one of these words; says so if not. */
static bool is_choice(const struct ctl *ctl, enum ctl_option option, const char *const *choices,
                      enum text wrong)
{
    const char *given = ctl->given[option];

    while (given != NULL && *choices != NULL && strcmp(*choices, given) != 0)
        choices++;
    if (given == NULL || *choices != NULL)
        return true;
    complain(ctl->lang, wrong, given);
    return false;
}

int route_test(struct ctl *ctl)
{
    static const struct listing routes = {test_as_json, test_as_table, TEXT_NO_ROUTES};
    const char *level = ctl->given[OPTION_LEVEL] != NULL ? ctl->given[OPTION_LEVEL] : "lagging";
    const char *const params[] = {ctl->operands[0], ctl->n_operands > 1 ? ctl->operands[1] : NULL,
                                  level, ctl_now(ctl), ctl->given[OPTION_KIND]};

    if (!is_choice(ctl, OPTION_LEVEL, test_levels, TEXT_BAD_LEVEL) ||
        !is_choice(ctl, OPTION_KIND, test_kinds, TEXT_BAD_KIND))
        return CTL_USAGE;
    if (load_organisation_id(ctl, params[0]) == 0 ||
        (params[1] != NULL && load_indicator_id(ctl, params[1]) == 0))
        return db_exit(ctl->db);
    return listing_show(ctl, db_query(ctl->db, TEST, 5, params), &routes);
}

int route_drop(struct ctl *ctl)
{
    const char *const params[] = {ctl->operands[0], ctl_now(ctl)};
    PGresult *r = db_query(ctl->db, "SELECT vekha.drop_route($1, $2::timestamptz)", 2, params);
    bool dropped;

    if (r == NULL)
        return db_exit(ctl->db);
    dropped = strcmp(PQgetvalue(r, 0, 0), "t") == 0;
    if (dropped)
        tell(ctl->lang, TEXT_ROUTE_DROPPED, ctl->operands[0]);
    else
        complain(ctl->lang, TEXT_ROUTE_NONE, ctl->operands[0]);
    PQclear(r);
    return dropped ? CTL_DONE : CTL_REFUSED;
}
