/* db: an administrator works with the database directly, so that nothing but PostgreSQL has to be
 * up. */
#include "admin/db.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "admin/ctl.h"
#include "admin/guise.h"
#include "admin/text.h"
#include "fault.h"

enum { COPY_PIECE = 65536 };

struct db {
    PGconn *connection;
    enum lang lang;
    enum text loss; /* what is said when the connection is lost */
};

/* What an SQLSTATE, or the class it begins with, means to the administrator. */
static const struct {
    const char *sqlstate;
    enum text says;
} meanings[] = {
    {"42P01", TEXT_NO_SCHEMA}, {"42883", TEXT_NO_SCHEMA},    {"42703", TEXT_NO_SCHEMA},
    {"3F000", TEXT_NO_SCHEMA}, {"42501", TEXT_NO_PRIVILEGE}, {"40", TEXT_BUSY},
    {"55P03", TEXT_BUSY},
};

static enum text meaning_of(const char *sqlstate)
{
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (strncmp(sqlstate, meanings[i].sqlstate, strlen(meanings[i].sqlstate)) == 0)
            return meanings[i].says;
    return TEXT_SERVER_SAYS;
}

/* libpq ends its messages with a newline. */
static void complain_trimmed(enum lang lang, enum text id, const char *message)
{
    size_t len = strlen(message);
    char *copy = strdup(message);

    while (copy != NULL && len > 0 && copy[len - 1] == '\n')
        copy[--len] = '\0';
    complain(lang, id, copy != NULL ? copy : message);
    free(copy);
}

static void complain_of(const struct db *db, const PGresult *r)
{
    const char *sqlstate = r != NULL ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
    const char *message = r != NULL ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    const char *hint = r != NULL ? PQresultErrorField(r, PG_DIAG_MESSAGE_HINT) : NULL;

    if (PQstatus(db->connection) != CONNECTION_OK)
        complain_trimmed(db->lang, db->loss, PQerrorMessage(db->connection));
    else if (sqlstate == NULL || message == NULL)
        complain_trimmed(db->lang, TEXT_SERVER_SAYS, PQerrorMessage(db->connection));
    else
        complain(db->lang, meaning_of(sqlstate), message);
    if (hint != NULL)
        fprintf(stderr, "  %s\n", hint);
}

/* What is compiled here is run once: it would take seconds over what takes milliseconds. */
static const char SESSION[] = "SET datestyle TO ISO; SET timezone TO 'UTC'; SET jit TO off;"
                              "SET client_min_messages TO warning";

/* Who says nothing means the database that `centre setup` makes. */
static const char *usual_conninfo(void)
{
    return getenv("PGDATABASE") != NULL || getenv("PGSERVICE") != NULL ? "" : "dbname=vekha";
}

/* A keyword counts over those before it; an empty one does not count. */
static PGconn *connect_instead(const char *conninfo, const struct db_instead *instead)
{
    static const char *const keywords[] = {"client_encoding",
                                           "fallback_application_name",
                                           "connect_timeout",
                                           "dbname",
                                           "dbname",
                                           "user",
                                           NULL};
    const char *const values[] = {"UTF8",
                                  "vekhactl",
                                  "10",
                                  conninfo != NULL ? conninfo : usual_conninfo(),
                                  instead->database,
                                  instead->user,
                                  NULL};

    return PQconnectdbParams(keywords, values, 1);
}

struct db *db_open(const char *conninfo, enum lang lang)
{
    return db_open_instead(conninfo, &(struct db_instead){0}, lang);
}

struct db *db_open_instead(const char *conninfo, const struct db_instead *instead, enum lang lang)
{
    struct db *db = calloc(1, sizeof *db);

    if (db == NULL) {
        complain(lang, TEXT_NO_MEMORY);
        return NULL;
    }
    db->lang = lang;
    db->loss = TEXT_DATABASE_LOST;
    if (instead->guise != NULL && !guise_put_on(instead->guise)) {
        complain(lang, TEXT_NO_GUISE, instead->guise, fault_text(errno, lang));
        goto fail;
    }
    db->connection = connect_instead(conninfo, instead);
    if (instead->guise != NULL)
        guise_take_off();
    if (PQstatus(db->connection) != CONNECTION_OK) {
        complain_trimmed(lang, TEXT_NO_DATABASE, PQerrorMessage(db->connection));
        goto fail;
    }
    if (!db_script(db, SESSION))
        goto fail;
    return db;
fail:
    db_free(db);
    return NULL;
}

void db_free(struct db *db)
{
    if (db == NULL)
        return;
    PQfinish(db->connection);
    free(db);
}

void db_expect_loss(struct db *db)
{
    db->loss = TEXT_DATABASE_GONE;
}

bool db_is_lost(const struct db *db)
{
    return PQstatus(db->connection) != CONNECTION_OK;
}

bool db_reconnect(struct db *db)
{
    PQreset(db->connection);
    return !db_is_lost(db) && db_script(db, SESSION);
}

void db_wait(struct db *db, int timeout_ms)
{
    struct pollfd line = {.fd = PQsocket(db->connection), .events = POLLIN};
    PGnotify *n = PQnotifies(db->connection);

    if (n == NULL && line.fd >= 0 && poll(&line, 1, timeout_ms) > 0)
        PQconsumeInput(db->connection); /* if it cannot, the next query tells */
    for (; n != NULL || (n = PQnotifies(db->connection)) != NULL; n = NULL)
        PQfreemem(n);
}

static bool went_well(const PGresult *r)
{
    ExecStatusType status = PQresultStatus(r);

    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_SINGLE_TUPLE;
}

static PGresult *checked(struct db *db, PGresult *r)
{
    if (went_well(r))
        return r;
    complain_of(db, r);
    PQclear(r);
    return NULL;
}

PGresult *db_query(struct db *db, const char *sql, int n, const char *const *params)
{
    return checked(db, PQexecParams(db->connection, sql, n, NULL, params, NULL, NULL, 0));
}

bool db_do(struct db *db, const char *sql, int n, const char *const *params)
{
    PGresult *r = db_query(db, sql, n, params);

    PQclear(r);
    return r != NULL;
}

bool db_script(struct db *db, const char *text)
{
    PGresult *r = checked(db, PQexec(db->connection, text));

    PQclear(r);
    return r != NULL;
}

bool db_each(struct db *db, const char *sql, int n, const char *const *params, db_row_fn *fn,
             void *arg)
{
    bool good = PQsendQueryParams(db->connection, sql, n, NULL, params, NULL, NULL, 0) == 1 &&
                PQsetSingleRowMode(db->connection) == 1;
    PGresult *r;

    if (!good)
        complain_of(db, NULL);
    while ((r = PQgetResult(db->connection)) !=
           NULL) { /* to the end, so that the next query can begin */
        if (good && !went_well(r)) {
            complain_of(db, r);
            good = false;
        }
        if (good && PQresultStatus(r) == PGRES_SINGLE_TUPLE)
            good = fn(arg, r);
        PQclear(r);
    }
    return good;
}

/* What a COPY ended with; false, and said why, if not well. */
static bool copy_ended(struct db *db, bool good, int64_t *ret_rows)
{
    PGresult *r;

    while ((r = PQgetResult(db->connection)) != NULL) {
        if (!went_well(r) && good)
            complain_of(db, r);
        good = good && went_well(r);
        if (good && ret_rows != NULL)
            *ret_rows = strtoll(PQcmdTuples(r), NULL, 10);
        PQclear(r);
    }
    return good;
}

/* Sends the statement; false, and said why, unless the server is ready to copy. */
static bool copy_begun(struct db *db, const char *sql, ExecStatusType wanted)
{
    PGresult *r = PQexec(db->connection, sql);
    bool good = PQresultStatus(r) == wanted;

    if (!good)
        complain_of(db, r);
    PQclear(r);
    return good;
}

bool db_copy_out(struct db *db, const char *sql, db_piece_fn *fn, void *arg, int64_t *ret_rows)
{
    char *piece;
    bool good = true;
    int len;

    if (!copy_begun(db, sql, PGRES_COPY_OUT))
        return false;
    while ((len = PQgetCopyData(db->connection, &piece, 0)) > 0) { /* to the end, as db_each() */
        good = good && fn(arg, piece, (size_t)len);
        PQfreemem(piece);
    }
    return copy_ended(db, good, ret_rows);
}

bool db_copy_in(struct db *db, const char *sql, db_source_fn *fn, void *arg)
{
    char piece[COPY_PIECE];
    ssize_t len = 0;
    bool sent = true;

    if (!copy_begun(db, sql, PGRES_COPY_IN))
        return false;
    while (sent && (len = fn(arg, piece, sizeof piece)) > 0)
        sent = PQputCopyData(db->connection, piece, (int)len) == 1;
    if (PQputCopyEnd(db->connection, len < 0 ? "the file cannot be read" : NULL) != 1 && sent)
        complain_of(db, NULL);
    return copy_ended(db, len >= 0, NULL) && sent;
}

bool db_begin(struct db *db)
{
    return db_do(db, "BEGIN", 0, NULL);
}

bool db_commit(struct db *db)
{
    return db_do(db, "COMMIT", 0, NULL);
}

void db_rollback(struct db *db)
{
    if (PQtransactionStatus(db->connection) != PQTRANS_IDLE)
        PQclear(PQexec(db->connection, "ROLLBACK"));
}

int db_exit(const struct db *db)
{
    return PQstatus(db->connection) == CONNECTION_OK ? CTL_REFUSED : CTL_NO_DATABASE;
}

const char *db_text(const PGresult *r, int row, int column)
{
    return PQgetisnull(r, row, column) ? NULL : PQgetvalue(r, row, column);
}

int64_t db_number(const PGresult *r, int row, int column)
{
    const char *digits = db_text(r, row, column);

    return digits != NULL ? strtoll(digits, NULL, 10) : 0;
}
