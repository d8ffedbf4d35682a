/* query: asking a school about a figure, and what came of it. */
#include <stdio.h>
#include <string.h>

#include "admin/commands.h"
#include "admin/db.h"
#include "admin/json.h"
#include "admin/listing.h"
#include "admin/load.h"
#include "admin/text.h"
#include "base/clock.h"
#include "base/period.h"
#include "base/str.h"
#include "base/utf8.h"
#include "prose.h"
#include "table.h"
#include "wire/form.h"

enum { ID_DIGITS_MAX = 18, NUMBER_MAX = 12, INDENT = 4 };

/* --- asking and closing --- */

static bool read_period(const struct ctl *ctl, char ret[NUMBER_MAX])
{
    const char *given = ctl->given[OPTION_PERIOD];
    period_t period;

    if (!period_parse(given, strlen(given), &period)) {
        complain(ctl->lang, TEXT_BAD_PERIOD, given);
        return false;
    }
    snprintf(ret, NUMBER_MAX, "%d", (int)period);
    return true;
}

static bool check_texts(const struct ctl *ctl)
{
    const char *asked = ctl->given[OPTION_TEXT], *author = ctl->given[OPTION_AUTHOR];

    if (!form_text_ok(TEXT_QUESTION, asked) || !utf8_harmless(asked, strlen(asked)) ||
        asked[strspn(asked, " \n")] == '\0') {
        complain(ctl->lang, TEXT_BAD_QUESTION);
        return false;
    }
    if (author != NULL && (*author == '\0' || !form_text_ok(TEXT_NAME, author))) {
        complain(ctl->lang, TEXT_BAD_AUTHOR, author);
        return false;
    }
    return true;
}

int query_ask(struct ctl *ctl)
{
    const char *org = ctl->operands[0], *indicator = ctl->operands[1];
    char period[NUMBER_MAX];
    PGresult *r;

    if (ctl->given[OPTION_PERIOD] == NULL || ctl->given[OPTION_TEXT] == NULL) {
        complain(ctl->lang, TEXT_OPERANDS,
                 "query ORG INDICATOR --period P --text TEXT [--author NAME]");
        return CTL_USAGE;
    }
    if (!read_period(ctl, period) || !check_texts(ctl))
        return CTL_USAGE;
    if (load_organisation_id(ctl, org) == 0 || load_indicator_id(ctl, indicator) == 0)
        return db_exit(ctl->db);
    const char *const params[] = {
        org, indicator, period, ctl->given[OPTION_TEXT], ctl->given[OPTION_AUTHOR], ctl_now(ctl)};

    r = db_query(ctl->db, "SELECT vekha.ask_question($1, $2, $3::integer, $4, $5, $6::timestamptz)",
                 6, params);
    if (r == NULL)
        return db_exit(ctl->db);
    tell(ctl->lang, TEXT_QUESTION_ASKED, db_text(r, 0, 0), org);
    PQclear(r);
    return CTL_DONE;
}

int query_close(struct ctl *ctl)
{
    const char *id = ctl->operands[0];
    const char *const params[] = {id, ctl_now(ctl)};
    PGresult *r;
    bool closed;

    if (id[0] == '\0' || strlen(id) > ID_DIGITS_MAX || id[strspn(id, "0123456789")] != '\0') {
        complain(ctl->lang, TEXT_BAD_ID, id);
        return CTL_USAGE;
    }
    r = db_query(ctl->db, "SELECT vekha.close_question($1::bigint, $2::timestamptz)", 2, params);
    if (r == NULL)
        return db_exit(ctl->db);
    closed = strcmp(db_text(r, 0, 0), "t") == 0;
    if (closed)
        tell(ctl->lang, TEXT_QUESTION_CLOSED, id);
    else
        complain(ctl->lang, TEXT_NO_OPEN_QUESTION, id);
    PQclear(r);
    return closed ? CTL_DONE : CTL_REFUSED;
}

/* --- the list --- */

enum {
    COLUMN_ID,
    COLUMN_ORG,
    COLUMN_INDICATOR,
    COLUMN_PROJECT,
    COLUMN_PERIOD,
    COLUMN_TEXT,
    COLUMN_AUTHOR,
    COLUMN_BY_WHOM,
    COLUMN_ASKED,
    COLUMN_STATE,
    COLUMN_HOW,
    COLUMN_SETTLED,
    COLUMN_SETTLED_BY,
    COLUMN_ANSWER,
    COLUMN_ANSWER_STATE,
    COLUMN_ANSWER_VALUE,
    COLUMN_ANSWER_OF,
    COLUMN_SUBMISSION,
};

/* clang-format off */
static const char QUESTIONS[] =
    "SELECT q.id, q.org, q.indicator, q.project, q.period, q.text, q.author, q.by_whom, "
    DB_MICROSECONDS("q.asked_at") ", q.state, q.settled_how, " DB_MICROSECONDS("q.settled_at") ", "
    "q.settled_by, q.answer, q.answer_state, q.answer_value, q.answer_of, q.answer_submission "
    "FROM vekha.questions_of($1, $2, $3::timestamptz) q";
/* clang-format on */

/* What settled a question, or that nothing did. */
static const struct {
    const char *how; /* NULL: nothing */
    enum text word;
    enum table_colour colour;
} outcomes[] = {
    {NULL, TEXT_QUESTION_OPEN, TABLE_YELLOW},
    {"note", TEXT_QUESTION_NOTE, TABLE_GREEN},
    {"correction", TEXT_QUESTION_CORRECTION, TABLE_GREEN},
    {"closed", TEXT_QUESTION_DROPPED, TABLE_FAINT},
};

static json_t *question_json(const PGresult *r, int row)
{
    return json_pack(
        "{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
        "s:o}",
        "id", (json_int_t)db_number(r, row, COLUMN_ID), "org", json_text(r, row, COLUMN_ORG),
        "indicator", json_text(r, row, COLUMN_INDICATOR), "project",
        json_text(r, row, COLUMN_PROJECT), "period", json_text(r, row, COLUMN_PERIOD), "text",
        json_text(r, row, COLUMN_TEXT), "author", json_text(r, row, COLUMN_AUTHOR), "by_whom",
        json_text(r, row, COLUMN_BY_WHOM), "asked_at", json_moment(r, row, COLUMN_ASKED), "state",
        json_text(r, row, COLUMN_STATE), "settled_how", json_text(r, row, COLUMN_HOW), "settled_at",
        json_moment(r, row, COLUMN_SETTLED), "settled_by", json_text(r, row, COLUMN_SETTLED_BY),
        "answer", json_text(r, row, COLUMN_ANSWER), "answer_state",
        json_text(r, row, COLUMN_ANSWER_STATE), "answer_value",
        json_text(r, row, COLUMN_ANSWER_VALUE), "answer_of", json_text(r, row, COLUMN_ANSWER_OF),
        "answer_submission", json_text(r, row, COLUMN_SUBMISSION));
}

static int list_as_json(const PGresult *r)
{
    json_t *rows = json_array();

    for (int row = 0; row < PQntuples(r); row++)
        json_array_append_new(rows, question_json(r, row));
    return json_answer(NULL, NULL, rows);
}

static void add_state(struct table *t, const PGresult *r, int row, enum lang lang)
{
    const char *how = db_text(r, row, COLUMN_HOW);

    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
        if (how == outcomes[i].how ||
            (how != NULL && outcomes[i].how != NULL && strcmp(how, outcomes[i].how) == 0))
            table_cell_coloured(t, text(outcomes[i].word, lang), outcomes[i].colour);
}

static const char *or_else(const char *a, const char *b)
{
    return a != NULL ? a : b;
}

/* «165 / 450; по уточнённым спискам»: the corrected figure, and what was written. */
static void answer_text(const PGresult *r, int row, struct str *out)
{
    const char *state = db_text(r, row, COLUMN_ANSWER_STATE),
               *answer = db_text(r, row, COLUMN_ANSWER);
    const char *value = db_text(r, row, COLUMN_ANSWER_VALUE),
               *of = db_text(r, row, COLUMN_ANSWER_OF);

    if (state != NULL)
        str_add(out, or_else(value, state));
    if (of != NULL)
        str_addf(out, " / %s", of);
    if (answer != NULL)
        str_addf(out, "%s%s", out->len > 0 ? "; " : "", answer);
}

static void add_words(struct table *t, const PGresult *r, int row, enum lang lang)
{
    const char *asker = or_else(db_text(r, row, COLUMN_AUTHOR), db_text(r, row, COLUMN_BY_WHOM));
    char time[CLOCK_TEXT_MAX];
    struct str line, answer;

    str_init(&line, PROSE_MAX);
    str_init(&answer, PROSE_MAX);
    str_addf(&line, "%s: %s", asker, db_text(r, row, COLUMN_TEXT));
    table_heading(t, str_text(&line), INDENT, TABLE_PLAIN);
    answer_text(r, row, &answer);
    str_clear(&line);
    if (answer.len > 0) {
        str_addf(&line, text(TEXT_QUESTION_ANSWER, lang),
                 clock_format(db_number(r, row, COLUMN_SETTLED), time), str_text(&answer));
        table_heading(t, str_text(&line), INDENT, TABLE_PLAIN);
    }
    str_finish(&answer);
    str_finish(&line);
}

static int list_as_table(const struct ctl *ctl, const PGresult *r)
{
    static const int shown[] = {COLUMN_ID, COLUMN_ORG, COLUMN_INDICATOR, COLUMN_PERIOD};
    const struct table_column columns[] = {
        {text(TEXT_COLUMN_ID, ctl->lang), TABLE_RIGHT, TABLE_FIXED},
        {text(TEXT_COLUMN_ORGANISATION, ctl->lang), TABLE_LEFT, TABLE_FLEXIBLE},
        {text(TEXT_COLUMN_INDICATOR, ctl->lang), TABLE_LEFT, TABLE_FLEXIBLE},
        {text(TEXT_COLUMN_PERIOD, ctl->lang), TABLE_LEFT, TABLE_FIXED},
        {text(TEXT_COLUMN_ASKED, ctl->lang), TABLE_LEFT, TABLE_FIXED},
        {text(TEXT_COLUMN_STATE, ctl->lang), TABLE_LEFT, TABLE_FIXED},
    };
    struct table *t = table_new(columns, sizeof columns / sizeof *columns);
    char time[CLOCK_TEXT_MAX];
    bool good;

    if (t == NULL)
        return CTL_REFUSED;
    for (int row = 0; row < PQntuples(r); row++) {
        for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
            table_cell(t, db_text(r, row, shown[i]));
        table_cell(t, clock_format(db_number(r, row, COLUMN_ASKED), time));
        add_state(t, r, row, ctl->lang);
        add_words(t, r, row, ctl->lang);
    }
    good = table_print(t, stdout, ctl->colour);
    table_free(t);
    return good ? CTL_DONE : CTL_REFUSED;
}

int queries_run(struct ctl *ctl)
{
    static const struct listing questions = {list_as_json, list_as_table, TEXT_NO_QUESTIONS};
    const char *org = ctl->given[OPTION_ORG];
    const char *const params[] = {org, ctl->given[OPTION_ALL] != NULL ? "true" : "false",
                                  ctl_now(ctl)};

    if (org != NULL && load_organisation_id(ctl, org) == 0)
        return db_exit(ctl->db);
    return listing_show(ctl, db_query(ctl->db, QUESTIONS, 3, params), &questions);
}
