/* store: the daemon's only way to PostgreSQL.
 *
 * One connection commits submissions in groups formed by what has arrived, one serves the catalogue
 * and the outbox, two the monitor, so that none waits for another.  Nothing is acknowledged before
 * its COMMIT. */
#ifndef VEKHA_STORE_H
#define VEKHA_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <event2/event.h>

#include "metrics.h"
#include "store/pg.h"
#include "wire/message.h"

struct store;

/* Larger groups than 2000 lines gain a twentieth, and whoever sends little would wait longer for their
 * turn. */
enum {
    STORE_MAX_QUEUED = 4096,                   /* submissions waiting for a group */
    STORE_MAX_QUEUED_BYTES = 64 * 1024 * 1024, /* memory they may take */
    STORE_MAX_GROUP_LINES = 2000,              /* figures and narratives */
    STORE_MAX_GROUP_SUBMISSIONS = 512,
};

/* One figure that passed intake, by ids; or one that did not, kept for the receipt. */
struct stored_figure {
    int32_t organisation, indicator; /* 0 if rejected before they were known */
    period_t period;
    date_t as_of, expected;
    enum figure_state state;
    bool has_value, has_of;
    struct decimal value, of;
    const char *method, *note;
    enum verdict verdict; /* 0: the database decides; VERDICT_REJECTED; VERDICT_WARNING */
    bool unless_same;     /* rejected, unless exactly this figure stands: then it is unchanged */
    enum reason reason;
    const char *text; /* for the receipt; NULL if none */
};

/* One narrative, in the same way. */
struct stored_narrative {
    int32_t organisation, project;
    period_t period;
    date_t as_of;                       /* the day it describes */
    const char *texts[NARRATIVE_TEXTS]; /* none: withdrawn */
    enum verdict verdict;
    enum reason reason;
    const char *text; /* for the receipt; NULL if none */
};

enum door { DOOR_WIRE, DOOR_IMPORT, DOOR_WEB, DOOR_CONTROL };

struct stored_submission {
    struct uuid id;
    int32_t agent;
    enum door door;
    const char *author;
    int64_t composed_us, received_us;
    uint8_t sha256[32]; /* of the bytes as received */
    size_t n_figures;
    const struct stored_figure *figures;
    size_t n_narratives;
    const struct stored_narrative *narratives;
};

enum store_outcome {
    STORE_STORED,   /* receipt is valid */
    STORE_REPEATED, /* receipt is the one given the first time */
    STORE_ALTERED,  /* the id came before with other bytes */
    STORE_POISONED, /* PostgreSQL refuses this submission even alone */
    STORE_AWAY,     /* the database is away: not stored as far as anyone knows; send again */
};

/* receipt is NULL unless stored or repeated, and lives during the call only. */
typedef void store_done_fn(void *arg, enum store_outcome outcome, const struct receipt *receipt);

struct store_hooks {
    void (*up)(void *arg); /* all connections work; also after an interruption */
    void (*down)(void *arg);
    void (*catalogue_changed)(void *arg); /* NOTIFY vekha_catalogue */
    void (*feed_placed)(void *arg);       /* NOTIFY vekha_feed */
    void (*inbox_filled)(void *arg);      /* NOTIFY vekha_inbox */
    void (*committed)(void *arg);         /* a group was committed: there is something to assess */
    void *arg;
};

/* metrics may be NULL. */
struct store *store_new(struct event_base *base, const char *conninfo, struct metrics *metrics,
                        const struct store_hooks *hooks);
void store_free(struct store *s); /* NULL-safe; what is queued gets STORE_AWAY */

/* True while submissions can be taken: connected and not full. */
bool store_is_open(const struct store *s);

bool store_is_up(const struct store *s);       /* all connections stand */
size_t store_queued(const struct store *s);    /* submissions waiting for a group */
size_t store_in_flight(const struct store *s); /* groups on their way */

/* Queues a submission (copied).  False if the store is not open: answer `later`.  Else done is
 * called exactly once. */
bool store_submit(struct store *s, const struct stored_submission *submission, store_done_fn *done,
                  void *arg) __attribute__((warn_unused_result));

/* Everything else goes over the second connection, as calls of statements from the table in
 * store.c. */
enum store_query {
    STORE_CENTRE,
    STORE_ORGANISATIONS,
    STORE_INDICATORS,
    STORE_PROJECTS,
    STORE_KEYS,
    STORE_YEARS,
    STORE_DUTIES,
    STORE_CLAIM_PENDING,
    STORE_CLAIM_REASSESSMENT,
    STORE_CLAIM_FOLLOWERS,
    STORE_CLAIM_DUE,
    STORE_CLAIM_REPORTING,
    STORE_LOCK_SERIES,
    STORE_CORRECTIONS,
    STORE_SERIES_INPUT,
    STORE_DUTY_BOOK,
    STORE_REPORTING_INPUT,
    STORE_STANDING_ALERTS,
    STORE_WRITE_ASSESSMENTS,
    STORE_WRITE_REPORTING,
    STORE_WRITE_TRANSITIONS,
    STORE_FINISH_PENDING,
    STORE_BACKLOG,
    STORE_DUE_MENTIONS,
    STORE_POST_MESSAGES,
    STORE_NOTE_REFUSALS,
    STORE_DUE_REFUSALS,
    STORE_POST_REFUSALS,
    STORE_MENTIONS_WAIT,
    STORE_LOOK_AFTER,
    STORE_CLAIM_OUTBOX,
    STORE_OUTBOX_SENT,
    STORE_OUTBOX_FAILED,
    STORE_PLACE_FEED,
    STORE_READ_FEED,
    STORE_ENROL_KEY,
    STORE_RETIRE_KEYS,
    STORE_PART,
    STORE_OPEN_QUESTIONS,
    STORE_TAKE_REPLY,
    STORE_READ_INBOX,
    STORE_ANSWER_INBOX,
    STORE_NOTE_INCIDENT,
    STORE_DATA_FOLDER,
    STORE_LOOK,
    STORE_MOVE_FINDINGS,
    STORE_BEGIN,
    STORE_COMMIT,
    STORE_ROLLBACK,
    STORE_QUERY_COUNT,
};

/* Which connection besides that of the groups: each worker of the monitor holds transactions open over
 * several calls and so has its own. */
enum store_line { STORE_CONTROL, STORE_MONITOR, STORE_HELPER };

bool store_query(struct store *s, enum store_line line, enum store_query query, int n_params,
                 const char *const *params, pg_reply_fn *fn, void *arg)
    __attribute__((warn_unused_result));

/* The same with parameters of any format; call->statement is filled in. */
bool store_call(struct store *s, enum store_line line, enum store_query query, struct pg_call *call,
                pg_reply_fn *fn, void *arg) __attribute__((warn_unused_result));

#endif
