/* db: one synchronous connection to PostgreSQL.  What goes wrong is said on standard error, with
 * what to do about it; the caller only has to leave with db_exit(). */
#ifndef VEKHA_ADMIN_DB_H
#define VEKHA_ADMIN_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <libpq-fe.h>

#include "base/lang.h"

struct db;

/* A moment of SQL as Unix microseconds, to be printed with clock_format(). */
#define DB_MICROSECONDS(moment)                                                                    \
    "(extract(epoch FROM nullif(" moment ", 'infinity')) * 1000000)::bigint"

/* Opens by a conninfo string; NULL leaves all to libpq's environment (PGHOST, PGDATABASE, PGSERVICE,
 * …), and the database is "vekha" where that names none.  NULL, and said why, if there is no
 * database. */
struct db *db_open(const char *conninfo, enum lang lang);

/* The same, but into another database, as another of its users, in another's guise (guise.h); NULL
 * leaves each as it is. */
struct db_instead {
    const char *database, *user, *guise;
};
struct db *db_open_instead(const char *conninfo, const struct db_instead *instead, enum lang lang);
void db_free(struct db *db); /* NULL-safe */

/* For who goes on after the connection was lost, and says so: it is not for good then. */
void db_expect_loss(struct db *db);
bool db_is_lost(const struct db *db);
bool db_reconnect(struct db *db); /* tries once; says nothing if there is still no database */

/* Waits until one of the channels that the session listens to is notified, or the connection is
 * lost, or for timeout_ms. */
void db_wait(struct db *db, int timeout_ms);

/* Runs one statement with text parameters (NULL is SQL null).  NULL, and said why, if the server
 * refused or is away. The caller clears the result. */
PGresult *db_query(struct db *db, const char *sql, int n, const char *const *params)
    __attribute__((warn_unused_result));

/* The same where no rows are wanted. */
bool db_do(struct db *db, const char *sql, int n, const char *const *params)
    __attribute__((warn_unused_result));

/* Runs a text of many statements in the transaction that stands. */
bool db_script(struct db *db, const char *text) __attribute__((warn_unused_result));

/* Calls fn with each row as it comes, so that memory does not grow with their number; stops when fn
 * returns false. False if the statement failed or fn stopped. */
typedef bool db_row_fn(void *arg, const PGresult *row);
bool db_each(struct db *db, const char *sql, int n, const char *const *params, db_row_fn *fn,
             void *arg) __attribute__((warn_unused_result));

/* COPY … TO STDOUT: calls fn with each piece as it comes; stops when fn returns false.  *ret_rows is
 * how many rows there were.  False, and said why if it is not fn that stopped. */
typedef bool db_piece_fn(void *arg, const char *bytes, size_t len);
bool db_copy_out(struct db *db, const char *sql, db_piece_fn *fn, void *arg, int64_t *ret_rows)
    __attribute__((warn_unused_result));

/* COPY … FROM STDIN: asks fn for pieces until it gives none; fn returns how many bytes it put into
 * buf, 0 at the end, -1 if it cannot go on: then nothing is kept of the statement. */
typedef ssize_t db_source_fn(void *arg, char *buf, size_t size);
bool db_copy_in(struct db *db, const char *sql, db_source_fn *fn, void *arg)
    __attribute__((warn_unused_result));

bool db_begin(struct db *db) __attribute__((warn_unused_result));
bool db_commit(struct db *db) __attribute__((warn_unused_result));
void db_rollback(struct db *db);

/* CTL_NO_DATABASE if the connection was lost, else CTL_REFUSED. */
int db_exit(const struct db *db);

/* A field of a result; NULL if it is SQL null. */
const char *db_text(const PGresult *r, int row, int column);
int64_t db_number(const PGresult *r, int row, int column); /* 0 if null */

#endif
