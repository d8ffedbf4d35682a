/* erase: a person's name gives way to a mark, wherever the centre keeps a text.  What a name is, where it may stand and what becomes
 * of it is said by the database (sql/030_erase.sql); here people are shown it and asked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/cluster.h"
#include "admin/commands.h"
#include "admin/db.h"
#include "admin/json.h"
#include "admin/listing.h"
#include "admin/text.h"
#include "base/str.h"
#include "base/utf8.h"
#include "table.h"

enum {
    NAME_MIN = 3, /* characters, as in vekha.erase() */
    NAME_CHARACTERS = 100,
    NAMES_MAX = CTL_MAX_OPERANDS * (4 * NAME_CHARACTERS + 4),
    MARK_DIGITS_MAX = 9,
    COMMAND_MAX = 160,
    ANSWER_MAX = 16,
};

#define USAGE "erase NAME … [--as N] [--dry-run] [--yes] | erase --list"

/* --- what is asked ---------------------------------------------------------------------------- */

static bool is_name(const char *given)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    size_t characters = 0;
    bool letter = strpbrk(given, letters) != NULL;

    for (const char *c = given; *c != '\0'; c++) {
        characters += ((unsigned char)*c & 0xc0) != 0x80;
        letter = letter || ((unsigned char)*c & 0x80) != 0;
    }
    return letter && characters >= NAME_MIN && characters <= NAME_CHARACTERS &&
           utf8_harmless(given, strlen(given)) && strpbrk(given, "\n\t\"\\") == NULL;
}

/* The operands as an SQL array. */
static bool read_names(const struct ctl *ctl, struct str *ret)
{
    str_init(ret, NAMES_MAX);
    for (int i = 0; i < ctl->n_operands; i++) {
        if (!is_name(ctl->operands[i])) {
            complain(ctl->lang, TEXT_ERASE_BAD_NAME, ctl->operands[i]);
            return false;
        }
        str_addf(ret, "%s\"%s\"", i > 0 ? "," : "{", ctl->operands[i]);
    }
    str_addf(ret, "}");
    return true;
}

static bool mark_exists(struct ctl *ctl)
{
    const char *mark = ctl->given[OPTION_AS];
    bool number = mark != NULL && *mark != '\0' && strlen(mark) <= MARK_DIGITS_MAX &&
                  mark[strspn(mark, "0123456789")] == '\0';
    PGresult *r;
    bool exists;

    if (mark == NULL)
        return true;
    r = number ? db_query(ctl->db, "SELECT FROM vekha.erasure WHERE mark = $1::integer LIMIT 1", 1,
                          &mark)
               : NULL;
    exists = r != NULL && PQntuples(r) == 1;
    if (!exists && (r != NULL || !number))
        complain(ctl->lang, TEXT_ERASE_BAD_MARK, mark);
    PQclear(r);
    return exists;
}

/* --- what is shown ---------------------------------------------------------------------------- */

static PGresult *find(struct ctl *ctl, const char *names)
{
    return db_query(ctl->db, "SELECT place, entries FROM vekha.erase_find($1::text[])", 1, &names);
}

static void show_places(const struct ctl *ctl, const PGresult *r)
{
    tell(ctl->lang, PQntuples(r) > 0 ? TEXT_ERASE_STANDS : TEXT_ERASE_NOWHERE);
    for (int row = 0; row < PQntuples(r); row++)
        tell(ctl->lang, TEXT_ERASE_PLACE, db_text(r, row, 0), db_text(r, row, 1));
}

static bool show_near(struct ctl *ctl, const char *names)
{
    PGresult *r = db_query(ctl->db, "SELECT word, entries, place FROM vekha.erase_near($1::text[])",
                           1, &names);

    if (r != NULL && PQntuples(r) > 0)
        tell(ctl->lang, TEXT_ERASE_NEAR);
    for (int row = 0; r != NULL && row < PQntuples(r); row++)
        tell(ctl->lang, TEXT_ERASE_NEAR_WORD, db_text(r, row, 0), db_text(r, row, 1),
             db_text(r, row, 2));
    PQclear(r);
    return r != NULL;
}

static const struct {
    const char *what;
    enum text says;
} obstacles[] = {
    {"route", TEXT_ERASE_ROUTE}, {"email", TEXT_ERASE_EMAIL}, {"letter", TEXT_ERASE_LETTER},
    {"inbox", TEXT_ERASE_INBOX}, {"user", TEXT_ERASE_USER},
};

static bool is_free(struct ctl *ctl, const char *names)
{
    /* Who erases is recorded: under that name it would be there again at once. */
    PGresult *r = db_query(ctl->db,
                           "SELECT what, example FROM vekha.erase_obstacles($1::text[]) UNION ALL "
                           "SELECT 'user', session_user::text "
                           "WHERE session_user::text ~* vekha.erase_pattern($1::text[])",
                           1, &names);
    bool good = r != NULL && PQntuples(r) == 0;

    for (int row = 0; r != NULL && row < PQntuples(r); row++)
        for (size_t i = 0; i < sizeof obstacles / sizeof *obstacles; i++)
            if (strcmp(db_text(r, row, 0), obstacles[i].what) == 0)
                complain(ctl->lang, obstacles[i].says, db_text(r, row, 1));
    PQclear(r);
    return good;
}

static bool agreed(const struct ctl *ctl)
{
    static const char *const yes[] = {"yes\n", "y\n", "да\n", "д\n"};
    char answer[ANSWER_MAX];

    if (ctl->given[OPTION_YES] != NULL)
        return true;
    if (!isatty(STDIN_FILENO)) {
        complain(ctl->lang, TEXT_ERASE_UNASKED);
        return false;
    }
    fputs(text(TEXT_ERASE_ASK, ctl->lang), stdout);
    fflush(stdout);
    if (fgets(answer, sizeof answer, stdin) != NULL)
        for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
            if (strcmp(answer, yes[i]) == 0)
                return true;
    tell(ctl->lang, TEXT_ERASE_KEPT);
    return false;
}

/* --- what is done ----------------------------------------------------------------------------- */

static bool put_mark(struct ctl *ctl, const char *names)
{
    const char *const params[] = {names, ctl->given[OPTION_AS], ctl_now(ctl)};
    PGresult *r = NULL;
    bool done =
        db_begin(ctl->db) &&
        (r = db_query(ctl->db, "SELECT vekha.erase($1::text[], $2::integer, $3::timestamptz)", 3,
                      params)) != NULL &&
        db_commit(ctl->db);

    db_rollback(ctl->db);
    if (done)
        tell(ctl->lang, TEXT_ERASE_DONE, db_text(r, 0, 0));
    PQclear(r);
    return done;
}

/* Statistics quote what is common in a column, and rows that were replaced lie about until they are swept. */
static bool sweep(struct ctl *ctl, const PGresult *places)
{
    char table[COMMAND_MAX / 2] = "", command[COMMAND_MAX];

    for (int row = 0; row < PQntuples(places); row++) {
        const char *place = db_text(places, row, 0);
        int len = (int)strcspn(place, ".");

        if (strncmp(table, place, (size_t)len) == 0 && table[len] == '\0')
            continue;
        snprintf(table, sizeof table, "%.*s", len, place);
        snprintf(command, sizeof command, "VACUUM (ANALYZE) %s.%s",
                 strcmp(table, "vekha_migration") == 0 ? "public" : "vekha", table);
        if (!db_do(ctl->db, command, 0, NULL))
            return false;
    }
    return true;
}

/* Somebody may have sent the name again while it was erased. */
static bool is_gone(struct ctl *ctl, const char *names)
{
    PGresult *r = find(ctl, names);
    bool gone = r != NULL && PQntuples(r) == 0;

    if (r != NULL && !gone)
        complain(ctl->lang, TEXT_ERASE_AGAIN);
    PQclear(r);
    return gone;
}

static int erase(struct ctl *ctl, const char *names)
{
    PGresult *places = find(ctl, names);
    int code = CTL_REFUSED;

    if (places == NULL)
        return db_exit(ctl->db);
    show_places(ctl, places);
    if (!show_near(ctl, names))
        code = db_exit(ctl->db);
    else if (PQntuples(places) == 0)
        code = CTL_DONE;
    else if (is_free(ctl, names) && (ctl->given[OPTION_DRY_RUN] != NULL || agreed(ctl)))
        code = ctl->given[OPTION_DRY_RUN] != NULL ||
                       (put_mark(ctl, names) && sweep(ctl, places) && is_gone(ctl, names))
                   ? CTL_DONE
                   : db_exit(ctl->db);
    PQclear(places);
    return code;
}

/* --- what was done ---------------------------------------------------------------------------- */

enum { E_MARK, E_DAY, E_BY, E_ENTRIES, E_PLACES };

static PGresult *ask_erasures(struct ctl *ctl)
{
    return db_query(ctl->db,
                    "SELECT e.mark, e.at::date, e.by_whom, e.entries, (SELECT string_agg(p.place, "
                    "' ' ORDER BY p.place) FROM vekha.erasure_place p WHERE p.erasure = e.id) "
                    "FROM vekha.erasure e ORDER BY e.id",
                    0, NULL);
}

static int list_as_json(const PGresult *r)
{
    json_t *rows = json_array();

    for (int row = 0; row < PQntuples(r); row++)
        json_array_append_new(rows,
                              json_pack("{s:I, s:o, s:o, s:I, s:o}", "mark",
                                        (json_int_t)db_number(r, row, E_MARK), "erased_on",
                                        json_text(r, row, E_DAY), "by", json_text(r, row, E_BY),
                                        "entries", (json_int_t)db_number(r, row, E_ENTRIES),
                                        "places", json_text(r, row, E_PLACES)));
    return json_answer(NULL, NULL, rows);
}

static int list_as_table(const struct ctl *ctl, const PGresult *r)
{
    const struct table_column columns[] = {
        {text(TEXT_COLUMN_MARK, ctl->lang), TABLE_RIGHT, TABLE_FIXED},
        {text(TEXT_COLUMN_CREATED, ctl->lang), TABLE_LEFT, TABLE_FIXED},
        {text(TEXT_COLUMN_BY, ctl->lang), TABLE_LEFT, TABLE_FIXED},
        {text(TEXT_COLUMN_ENTRIES, ctl->lang), TABLE_RIGHT, TABLE_FIXED},
        {text(TEXT_COLUMN_PLACES, ctl->lang), TABLE_LEFT, TABLE_FLEXIBLE},
    };
    struct table *t = table_new(columns, sizeof columns / sizeof *columns);
    bool good;

    if (t == NULL)
        return CTL_REFUSED;
    for (int row = 0; row < PQntuples(r); row++)
        for (int column = E_MARK; column <= E_PLACES; column++)
            table_cell(t, db_text(r, row, column));
    good = table_print(t, stdout, ctl->colour);
    table_free(t);
    return good ? CTL_DONE : CTL_REFUSED;
}

static int list(struct ctl *ctl)
{
    static const struct listing erasures = {list_as_json, list_as_table, TEXT_NOTHING_FOUND};

    return listing_show(ctl, ask_erasures(ctl), &erasures);
}

int erase_run(struct ctl *ctl)
{
    struct str names;
    int code = CTL_USAGE;

    if ((ctl->given[OPTION_LIST] != NULL) == (ctl->n_operands > 0)) {
        complain(ctl->lang, TEXT_OPERANDS, USAGE);
        return CTL_USAGE;
    }
    if (ctl->given[OPTION_LIST] != NULL)
        return list(ctl);
    if (read_names(ctl, &names))
        code = cluster_act_as_owner(ctl) && mark_exists(ctl) ? erase(ctl, str_text(&names))
                                                             : db_exit(ctl->db);
    str_finish(&names);
    return code;
}
