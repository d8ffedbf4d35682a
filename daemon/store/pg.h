/* pg: one asynchronous connection to PostgreSQL on the event loop: connecting with back-off,
 * prepared statements in pipeline mode, results in the order of the calls.
 *
 * Calls made between two pg_sync() are one transaction: all of them hold or none.  A connection
 * that is lost fails every call in flight with a reply whose result is NULL: the outcome is unknown
 * and the caller repeats what is idempotent. */
#ifndef VEKHA_PG_H
#define VEKHA_PG_H

#include <stdbool.h>
#include <stddef.h>
#include <event2/event.h>
#include <libpq-fe.h>

struct pg;

enum { PG_MAX_IN_FLIGHT = 256, PG_MAX_PARAMS = 40 };

struct pg_statement {
    const char *name; /* prepared under this name on every connection */
    const char *sql;
};

/* A parameter is text unless its format is PG_BINARY, whose length then counts; NULL is SQL null.
 */
enum pg_format { PG_TEXT, PG_BINARY };

struct pg_call {
    const struct pg_statement *statement;
    int n_params;
    const char *params[PG_MAX_PARAMS];
    int lengths[PG_MAX_PARAMS];
    int formats[PG_MAX_PARAMS];
};

/* What a refusal says about the call that was refused. */
enum pg_blame {
    PG_BLAME_NONE,   /* nothing is wrong with the call: the same again after a pause */
    PG_BLAME_DATA,   /* the database cannot hold what it brings */
    PG_BLAME_UNSURE, /* it, or the database, is wrong; nobody can tell from here */
};

/* result is NULL if the connection was lost before an answer; sqlstate is "" unless the server
 * refused (then e.g. "23505"; the neighbours of a refused call get "aborted").  The result is freed
 * after the callback, unless that sets *keep: then the callee frees it with PQclear(). */
struct pg_reply {
    const PGresult *result;
    char sqlstate[8];
    enum pg_blame blame; /* of a refusal */
    const char *error;   /* one line for logs; "" if none */
    bool *keep;
};

typedef void pg_reply_fn(void *arg, const struct pg_reply *reply);

struct pg_hooks {
    void (*up)(void *arg); /* connected and prepared */
    /* Lost, or could not connect; all calls have been failed.  Called once for every attempt. */
    void (*down)(void *arg, const char *why);
    void (*notified)(void *arg, const char *channel); /* may be NULL */
    void *arg;
};

/* Begins to connect when the loop runs.  `conninfo` wins over the defaults for keepalives, timeouts
 * and search_path.  `statements` is terminated by a NULL name and outlives the connection, as
 * `listen`, the channels of notifications, is by NULL.  NULL if out of memory. */
struct pg *pg_new(struct event_base *base, const char *conninfo,
                  const struct pg_statement *statements, const char *const *listen,
                  const struct pg_hooks *hooks);
/* NULL-safe; fails what is in flight.  Not to be called from a hook or a reply. */
void pg_free(struct pg *p);

bool pg_is_up(const struct pg *p); /* false for NULL */
size_t pg_in_flight(const struct pg *p);

/* Queues a call.  False if the connection is down or PG_MAX_IN_FLIGHT is reached; fn is then not
 * called. */
bool pg_call(struct pg *p, const struct pg_call *call, pg_reply_fn *fn, void *arg)
    __attribute__((warn_unused_result));

/* Ends the transaction of the calls queued since the last one; fn (may be NULL) is called after the
 * commit or its failure. */
bool pg_sync(struct pg *p, pg_reply_fn *fn, void *arg) __attribute__((warn_unused_result));

#endif
