/* outbox: messages to people that are still on their way, and those that nobody would take. */
#include <stdio.h>
#include <string.h>

#include "admin/commands.h"
#include "admin/db.h"
#include "admin/json.h"
#include "admin/listing.h"
#include "admin/text.h"
#include "base/clock.h"
#include "table.h"

enum {
    MESSAGE_ID,
    MESSAGE_STATE,
    MESSAGE_ALERT,
    MESSAGE_CHANNEL,
    MESSAGE_RECIPIENT,
    MESSAGE_SUBJECT,
    MESSAGE_ATTEMPTS,
    MESSAGE_CREATED,
    MESSAGE_NEXT,
    MESSAGE_SENT,
    MESSAGE_ERROR,
};

enum { ID_DIGITS_MAX = 18 };

/* clang-format off */
static const char MESSAGES[] =
    "SELECT m.id, CASE WHEN m.sent_at IS NOT NULL THEN 'sent' WHEN m.dead_at IS NOT NULL THEN 'dead' "
    "ELSE 'waiting' END, t.alert, m.channel, m.recipient, m.subject, m.attempts, "
    DB_MICROSECONDS("m.created_at") ", " DB_MICROSECONDS("m.next_attempt_at") ", "
    DB_MICROSECONDS("m.sent_at") ", m.last_error "
    "FROM vekha.outbox m LEFT JOIN vekha.alert_transition t ON t.id = m.transition "
    "WHERE $1::boolean OR m.sent_at IS NULL "
    "ORDER BY m.sent_at IS NOT NULL, m.dead_at IS NULL, m.id";
/* clang-format on */

static const struct {
    const char *name;
    enum text word;
    enum table_colour colour;
} states[] = {
    {"waiting", TEXT_MESSAGE_WAITING, TABLE_YELLOW},
    {"dead", TEXT_MESSAGE_DEAD, TABLE_RED},
    {"sent", TEXT_MESSAGE_SENT, TABLE_FAINT},
};

/* A digest is about many. */
static json_t *alert_of(const PGresult *r, int row)
{
    return db_text(r, row, MESSAGE_ALERT) != NULL ? json_integer(db_number(r, row, MESSAGE_ALERT))
                                                  : json_null();
}

static int list_as_json(const PGresult *r)
{
    json_t *rows = json_array();

    for (int i = 0; i < PQntuples(r); i++)
        json_array_append_new(
            rows,
            json_pack(
                "{s:I, s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:o}", "id",
                (json_int_t)db_number(r, i, MESSAGE_ID), "state", json_text(r, i, MESSAGE_STATE),
                "alert", alert_of(r, i), "channel", json_text(r, i, MESSAGE_CHANNEL), "recipient",
                json_text(r, i, MESSAGE_RECIPIENT), "subject", json_text(r, i, MESSAGE_SUBJECT),
                "attempts", (json_int_t)db_number(r, i, MESSAGE_ATTEMPTS), "created_at",
                json_moment(r, i, MESSAGE_CREATED), "next_attempt_at",
                json_moment(r, i, MESSAGE_NEXT), "sent_at", json_moment(r, i, MESSAGE_SENT),
                "last_error", json_text(r, i, MESSAGE_ERROR)));
    return json_answer(NULL, NULL, rows);
}

static int list_as_table(const struct ctl *ctl, const PGresult *r)
{
    const struct table_column columns[] = {
        {text(TEXT_COLUMN_ID, ctl->lang), TABLE_RIGHT, TABLE_FIXED},
        {text(TEXT_COLUMN_STATE, ctl->lang), TABLE_LEFT, TABLE_FIXED},
        {text(TEXT_COLUMN_RECIPIENT, ctl->lang), TABLE_LEFT, TABLE_FLEXIBLE},
        {text(TEXT_COLUMN_ATTEMPTS, ctl->lang), TABLE_RIGHT, TABLE_FIXED},
        {text(TEXT_COLUMN_CREATED, ctl->lang), TABLE_LEFT, TABLE_FIXED},
        {text(TEXT_COLUMN_ERROR, ctl->lang), TABLE_LEFT, TABLE_FLEXIBLE},
    };
    struct table *t = table_new(columns, sizeof columns / sizeof *columns);
    char time[CLOCK_TEXT_MAX];
    bool good;

    if (t == NULL)
        return CTL_REFUSED;
    for (int i = 0; i < PQntuples(r); i++) {
        table_cell(t, db_text(r, i, MESSAGE_ID));
        for (size_t s = 0; s < sizeof states / sizeof *states; s++)
            if (strcmp(db_text(r, i, MESSAGE_STATE), states[s].name) == 0)
                table_cell_coloured(t, text(states[s].word, ctl->lang), states[s].colour);
        table_cell(t, db_text(r, i, MESSAGE_RECIPIENT));
        table_cell(t, db_text(r, i, MESSAGE_ATTEMPTS));
        table_cell(t, clock_format(db_number(r, i, MESSAGE_CREATED), time));
        table_cell(t, db_text(r, i, MESSAGE_ERROR));
        table_heading(t, db_text(r, i, MESSAGE_SUBJECT), 4, TABLE_PLAIN);
    }
    good = table_print(t, stdout, ctl->colour);
    table_free(t);
    return good ? CTL_DONE : CTL_REFUSED;
}

int outbox_list(struct ctl *ctl)
{
    static const struct listing messages = {list_as_json, list_as_table, TEXT_OUTBOX_EMPTY};
    const char *all = ctl->given[OPTION_ALL] != NULL ? "true" : "false";

    return listing_show(ctl, db_query(ctl->db, MESSAGES, 1, &all), &messages);
}

static int retry_all(struct ctl *ctl)
{
    const char *channel = ctl->given[OPTION_CHANNEL];
    const char *const params[] = {ctl_now(ctl), channel};
    PGresult *r =
        db_query(ctl->db,
                 "SELECT count(*) FILTER (WHERE vekha.outbox_retry(m.id, $1::timestamptz)) "
                 "FROM vekha.outbox m WHERE m.sent_at IS NULL AND ($2::text IS NULL OR "
                 "m.channel = $2)",
                 2, params);
    int code = CTL_DONE;

    if (r == NULL)
        return db_exit(ctl->db);
    if (db_number(r, 0, 0) > 0) {
        tell(ctl->lang, TEXT_OUTBOX_ALL_RETRIED, PQgetvalue(r, 0, 0));
    } else if (channel != NULL) {
        complain(ctl->lang, TEXT_OUTBOX_NO_CHANNEL, channel);
        code = CTL_REFUSED;
    } else {
        tell(ctl->lang, TEXT_OUTBOX_EMPTY);
    }
    PQclear(r);
    return code;
}

static int retry_one(struct ctl *ctl)
{
    const char *id = ctl->operands[0];
    const char *const params[] = {id, ctl_now(ctl)};
    PGresult *r;
    bool again;

    if (id[0] == '\0' || strlen(id) > ID_DIGITS_MAX || id[strspn(id, "0123456789")] != '\0') {
        complain(ctl->lang, TEXT_BAD_ID, id);
        return CTL_USAGE;
    }
    r = db_query(ctl->db, "SELECT vekha.outbox_retry($1::bigint, $2::timestamptz)", 2, params);
    if (r == NULL)
        return db_exit(ctl->db);
    again = strcmp(PQgetvalue(r, 0, 0), "t") == 0;
    if (again)
        tell(ctl->lang, TEXT_OUTBOX_RETRIED, id);
    else
        complain(ctl->lang, TEXT_OUTBOX_NO_MESSAGE, id);
    PQclear(r);
    return again ? CTL_DONE : CTL_REFUSED;
}

int outbox_retry(struct ctl *ctl)
{
    bool all = ctl->given[OPTION_ALL] != NULL;

    if (all == (ctl->n_operands == 1) || (!all && ctl->given[OPTION_CHANNEL] != NULL)) {
        complain(ctl->lang, TEXT_OPERANDS, "outbox retry ID | outbox retry --all [--channel C]");
        return CTL_USAGE;
    }
    return all ? retry_all(ctl) : retry_one(ctl);
}
