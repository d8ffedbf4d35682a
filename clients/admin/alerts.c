/* alerts: what needs somebody's attention: the series as it stands now, and the words of the moment
 * that raised it. */
#include <stdio.h>
#include <string.h>

#include "admin/commands.h"
#include "admin/db.h"
#include "admin/json.h"
#include "admin/level.h"
#include "admin/load.h"
#include "admin/owed.h"
#include "admin/row.h"
#include "admin/text.h"
#include "base/clock.h"
#include "table.h"

enum {
    ALERT_ID,
    ALERT_ORG_ID,
    ALERT_INDICATOR_ID,
    ALERT_KIND,
    ALERT_LEVEL_NAME,
    ALERT_OPENED,
    ALERT_CHANGED,
    ALERT_CLOSED,
    ALERT_ORG,
    ALERT_INDICATOR,
    ALERT_STATUS,
    ALERT_RU,
    ALERT_EN,
    ALERT_ACTIONS,
    ALERT_TOLD,
    ALERT_FINDING,
};

enum { HEADLINE_INDENT = 4, ACTION_INDENT = 6 };

#define ALERTS_FROM                                                                                \
    " FROM vekha.alert a JOIN vekha.organisation o ON o.id = a.organisation "                      \
    "LEFT JOIN vekha.indicator i ON i.id = a.indicator "                                           \
    "LEFT JOIN LATERAL (SELECT s.* FROM vekha.alert_transition s WHERE s.alert = a.id "            \
    "ORDER BY s.id DESC LIMIT 1) t ON true "                                                       \
    "WHERE ($1::boolean OR (a.closed_at IS NULL AND a.level <> 'info'))"

/* clang-format off */
/* Its actions: those about the alert itself, and silences of its series that fell into its time; and who was told
 * of it. */
static const char ALERTS[] =
    "SELECT a.id, a.organisation, a.indicator, a.kind, a.level, " DB_MICROSECONDS("a.opened_at") ", "
    DB_MICROSECONDS("a.changed_at") ", " DB_MICROSECONDS("a.closed_at") ", o.code, i.code, t.status, "
    "t.explanation_ru, t.explanation_en, (SELECT json_agg(json_build_object('id', c.id, 'kind', c.kind, "
    "'text', c.text, 'until', c.until, 'by', c.by_whom, 'at', "
    "to_char(c.at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')) ORDER BY c.id) "
    "FROM vekha.action c WHERE c.alert = a.id OR (c.kind = 'silence' AND a.kind <> 'operator' AND c.organisation = a.organisation "
    "AND (c.indicator IS NULL OR c.indicator = a.indicator) AND c.until >= (a.opened_at AT TIME ZONE 'UTC')::date "
    "AND (a.closed_at IS NULL OR c.at <= a.closed_at))), "
    "(SELECT json_agg(json_build_object('reason', CASE WHEN m.reason = 'step' THEN s.event ELSE m.reason::text END, "
    "'channel', m.channel, 'recipient', m.recipient, 'at', "
    "to_char(b.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')) ORDER BY m.id) "
    "FROM vekha.mention m JOIN vekha.outbox b ON b.id = m.outbox JOIN vekha.alert_transition s ON s.id = m.transition "
    "WHERE m.alert = a.id), a.finding"
    ALERTS_FROM " ORDER BY a.closed_at IS NOT NULL, a.level DESC, a.id";
/* clang-format on */

/* Their series, each once, for load_pairs(). */
static const char PAIRS[] =
    "SELECT array_agg(p.organisation ORDER BY p.organisation, p.indicator), "
    "array_agg(p.indicator ORDER BY p.organisation, p.indicator) FROM (SELECT DISTINCT "
    "a.organisation, a.indicator" ALERTS_FROM " AND a.indicator IS NOT NULL) p";

struct found {
    const PGresult *alerts;
    json_t **rows; /* one per alert, NULL until its series was seen */
    struct owed *owed;
};

static void take_series(void *arg, const struct series *s)
{
    struct found *l = arg;
    struct assessment a;

    assess(s, &a);
    for (int i = 0; i < PQntuples(l->alerts); i++)
        if (db_number(l->alerts, i, ALERT_ORG_ID) == s->organisation &&
            db_number(l->alerts, i, ALERT_INDICATOR_ID) == s->indicator) {
            l->rows[i] = row_json(s, &a);
            owed_json(l->owed, s, a.as_of, l->rows[i]);
        }
}

static json_t *list_of(const PGresult *r, int row, int column)
{
    const char *text_of_it = db_text(r, row, column);
    json_t *list = text_of_it != NULL ? json_loads(text_of_it, 0, NULL) : NULL;

    return list != NULL ? list : json_array();
}

/* The fields of status, then what makes it an alert; the explanation is that of its last step. */
static json_t *finish_row(const PGresult *r, int i, json_t *row)
{
    if (row == NULL) { /* about an organisation as a whole, or a series that is no longer counted */
        row = json_object();
        json_object_set_new(row, "org", json_text(r, i, ALERT_ORG));
        json_object_set_new(row, "indicator", json_text(r, i, ALERT_INDICATOR));
        json_object_set_new(row, "status", json_text(r, i, ALERT_STATUS));
    }
    json_object_set_new(row, "finding", json_text(r, i, ALERT_FINDING));
    json_object_set_new(row, "id", json_integer(db_number(r, i, ALERT_ID)));
    json_object_set_new(row, "kind", json_text(r, i, ALERT_KIND));
    json_object_set_new(row, "level", json_text(r, i, ALERT_LEVEL_NAME));
    json_object_set_new(row, "opened_at", json_moment(r, i, ALERT_OPENED));
    json_object_set_new(row, "changed_at", json_moment(r, i, ALERT_CHANGED));
    json_object_set_new(row, "closed_at", json_moment(r, i, ALERT_CLOSED));
    json_object_set_new(
        row, "explanation",
        json_pack("{s:o, s:o}", "ru", json_text(r, i, ALERT_RU), "en", json_text(r, i, ALERT_EN)));
    json_object_set_new(row, "actions", list_of(r, i, ALERT_ACTIONS));
    json_object_set_new(row, "told", list_of(r, i, ALERT_TOLD));
    return row;
}

static bool load_all(struct ctl *ctl, const char *all, struct found *l)
{
    const struct load_filter now = {0};
    PGresult *pairs = db_query(ctl->db, PAIRS, 1, &all);
    bool good =
        pairs != NULL && (l->owed = owed_load(ctl, &now)) != NULL &&
        (db_text(pairs, 0, 0) == NULL ||
         load_pairs(ctl, PQgetvalue(pairs, 0, 0), PQgetvalue(pairs, 0, 1), &now, take_series, l));

    PQclear(pairs);
    owed_free(l->owed);
    return good;
}

static int list_as_json(struct ctl *ctl, const char *all, const PGresult *r)
{
    struct found l = {r, calloc((size_t)PQntuples(r) + 1, sizeof(json_t *)), NULL};
    json_t *rows = json_array();
    char now[CLOCK_TEXT_MAX], day[DATE_TEXT_MAX];
    bool good = l.rows != NULL && load_all(ctl, all, &l);

    for (int i = 0; l.rows != NULL && i < PQntuples(r); i++)
        json_array_append_new(rows, finish_row(r, i, l.rows[i]));
    free(l.rows);
    if (!good) {
        json_decref(rows);
        return db_exit(ctl->db);
    }
    return json_answer(date_format_iso(clock_day(clock_now_us(), 0), day),
                       clock_format(clock_now_us(), now), rows);
}

static void cell_level(struct table *t, const char *kind, const char *level, bool closed,
                       enum lang lang)
{
    const struct level *l = level_find(kind, level);

    table_cell_coloured(t, l != NULL ? text(l->word, lang) : level,
                        l == NULL || closed ? TABLE_FAINT : l->colour);
}

static void cell_day(struct table *t, const PGresult *r, int row, int column, enum lang lang)
{
    char day[DATE_TEXT_MAX];
    date_t d = clock_day(db_number(r, row, column), 0);

    if (db_text(r, row, column) == NULL)
        table_cell(t, "");
    else
        table_cell(t, date_format(d, lang, day));
}

/* The first line of the explanation is for the head of the administration; it stands below the row.
 */
static void show_headline(struct table *t, const char *explanation)
{
    char line[TABLE_HEADING_MAX];

    if (explanation == NULL)
        return;
    snprintf(line, sizeof line, "%.*s", (int)strcspn(explanation, "\n"), explanation);
    table_heading(t, line, HEADLINE_INDENT, TABLE_PLAIN);
}

static const struct {
    const char *kind;
    enum text says;
} action_words[] = {
    {"acknowledge", TEXT_ACTION_ACKNOWLEDGE},
    {"silence", TEXT_ACTION_SILENCE},
    {"note", TEXT_ACTION_NOTE},
};

/* "in hand until 2020-11-30, petrova: two more groups" */
static void show_action(struct table *t, const json_t *action, enum lang lang)
{
    const char *kind = json_string_value(json_object_get(action, "kind"));
    const char *until = json_string_value(json_object_get(action, "until"));
    const char *by = json_string_value(json_object_get(action, "by"));
    const char *words = json_string_value(json_object_get(action, "text"));
    char line[TABLE_HEADING_MAX], day[DATE_TEXT_MAX] = "";
    date_t d;

    if (kind == NULL || by == NULL || words == NULL)
        return;
    if (until != NULL && date_parse(until, strlen(until), &d))
        date_format(d, lang, day);
    for (size_t i = 0; i < sizeof action_words / sizeof *action_words; i++)
        if (strcmp(kind, action_words[i].kind) == 0) {
            snprintf(line, sizeof line, text(action_words[i].says, lang), day, by, words);
            table_heading(t, line, ACTION_INDENT, TABLE_FAINT);
        }
}

static const struct {
    const char *reason; /* NULL: any other step */
    enum text says;
} told_words[] = {
    {"returns", TEXT_TOLD_RETURNS},
    {"reminder", TEXT_TOLD_REMINDER},
    {"escalation", TEXT_TOLD_ESCALATION},
    {NULL, TEXT_TOLD_STEP},
};

/* "reminded 2020-10-19: head@bogotol.example" */
static void show_told(struct table *t, const json_t *told, enum lang lang)
{
    const char *reason = json_string_value(json_object_get(told, "reason"));
    const char *recipient = json_string_value(json_object_get(told, "recipient"));
    const char *channel = json_string_value(json_object_get(told, "channel"));
    const char *at = json_string_value(json_object_get(told, "at"));
    char line[TABLE_HEADING_MAX], day[DATE_TEXT_MAX] = "";
    size_t i = 0;
    date_t d;

    if (reason == NULL || recipient == NULL || channel == NULL || at == NULL)
        return;
    if (date_parse(at, strcspn(at, "T"), &d))
        date_format(d, lang, day);
    while (told_words[i].reason != NULL && strcmp(told_words[i].reason, reason) != 0)
        i++;
    snprintf(line, sizeof line, text(told_words[i].says, lang), day,
             *recipient != '\0' ? recipient : channel);
    table_heading(t, line, ACTION_INDENT, TABLE_FAINT);
}

typedef void show_fn(struct table *t, const json_t *one, enum lang lang);

static void show_list(struct table *t, const PGresult *r, int row, int column, show_fn *show,
                      enum lang lang)
{
    json_t *list = list_of(r, row, column);
    const json_t *one;
    size_t i;

    json_array_foreach(list, i, one) show(t, one, lang);
    json_decref(list);
}

static int list_as_table(const struct ctl *ctl, const PGresult *r)
{
    const struct table_column columns[] = {
        {text(TEXT_COLUMN_ID, ctl->lang), TABLE_RIGHT, TABLE_FIXED},
        {text(TEXT_COLUMN_LEVEL, ctl->lang), TABLE_LEFT, TABLE_FIXED},
        {text(TEXT_COLUMN_ORGANISATION, ctl->lang), TABLE_LEFT, TABLE_FLEXIBLE},
        {text(TEXT_COLUMN_INDICATOR, ctl->lang), TABLE_LEFT, TABLE_FLEXIBLE},
        {text(TEXT_COLUMN_OPENED, ctl->lang), TABLE_LEFT, TABLE_FIXED},
        {text(TEXT_COLUMN_CLOSED, ctl->lang), TABLE_LEFT, TABLE_FIXED},
    };
    struct table *t = table_new(columns, sizeof columns / sizeof *columns);
    bool good;

    if (t == NULL)
        return CTL_REFUSED;
    for (int i = 0; i < PQntuples(r); i++) {
        table_cell(t, db_text(r, i, ALERT_ID));
        cell_level(t, db_text(r, i, ALERT_KIND), db_text(r, i, ALERT_LEVEL_NAME),
                   db_text(r, i, ALERT_CLOSED) != NULL, ctl->lang);
        table_cell(t, db_text(r, i, ALERT_ORG));
        table_cell(
            t,
            db_text(r, i, db_text(r, i, ALERT_FINDING) != NULL ? ALERT_FINDING : ALERT_INDICATOR));
        cell_day(t, r, i, ALERT_OPENED, ctl->lang);
        cell_day(t, r, i, ALERT_CLOSED, ctl->lang);
        show_headline(t, db_text(r, i, ctl->lang == LANG_RU ? ALERT_RU : ALERT_EN));
        show_list(t, r, i, ALERT_ACTIONS, show_action, ctl->lang);
        show_list(t, r, i, ALERT_TOLD, show_told, ctl->lang);
    }
    good = table_print(t, stdout, ctl->colour);
    table_free(t);
    return good ? CTL_DONE : CTL_REFUSED;
}

int alerts_run(struct ctl *ctl)
{
    const char *all = ctl->given[OPTION_ALL] != NULL ? "true" : "false";
    PGresult *r = db_query(ctl->db, ALERTS, 1, &all);
    int code = CTL_DONE;

    if (r == NULL)
        return db_exit(ctl->db);
    if (ctl->given[OPTION_JSON] != NULL)
        code = list_as_json(ctl, all, r);
    else if (PQntuples(r) == 0)
        tell(ctl->lang, TEXT_NO_ALERTS);
    else
        code = list_as_table(ctl, r);
    PQclear(r);
    return code;
}
