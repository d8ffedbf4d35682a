/* compose: figures or narratives to submissions in the spool, and a reply to a question.  A long sheet becomes several submissions, each
 * within the limits of one message. */
#ifndef VEKHA_SPOOL_COMPOSE_H
#define VEKHA_SPOOL_COMPOSE_H

#include "sheet/sheet.h"
#include "spool/spool.h"

struct compose_job {
    struct spool *spool;
    const char *author; /* NULL: not said */
    enum lang lang;     /* of the receipt's texts */
};

/* Which rows go with which submission, and what makes it that submission: its id and its moment. */
struct parcel {
    struct uuid id;
    int64_t composed_us; /* Unix microseconds */
    size_t first, n;
};

/* Parts the rows, all of one kind, into submissions without queueing any: parcels in order, malloc'd.  SPOOL_DISK with
 * errno if memory or randomness is missing. */
enum spool_error compose_plan(const struct compose_job *job, const struct sheet_row *rows, size_t n,
                              struct parcel **ret, size_t *ret_n)
    __attribute__((warn_unused_result));

/* Queues one parcel of a plan; the same parcel and rows give the same bytes, whenever it is called. */
enum spool_error compose_add(const struct compose_job *job, const struct sheet_row *rows,
                             const struct parcel *p) __attribute__((warn_unused_result));

/* Plans the rows and queues them: lists the parcels queued, malloc'd, even if a later one failed; they
 * stay queued then.  SPOOL_DISK with errno also if memory or randomness is missing. */
enum spool_error compose_queue(const struct compose_job *job, const struct sheet_row *rows,
                               size_t n, struct parcel **ret, size_t *ret_n)
    __attribute__((warn_unused_result));

/* Queues a reply: a parcel of no rows. */
enum spool_error compose_reply(const struct compose_job *job, int64_t question, const char *text,
                               struct parcel *ret) __attribute__((warn_unused_result));

#endif
