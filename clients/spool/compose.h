/* compose: figures or narratives to submissions in the spool.  A long sheet becomes several submissions, each
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

/* Which rows went with which submission. */
struct parcel {
    struct uuid id;
    size_t first, n;
};

/* Queues the rows, all of one kind, in order and lists the parcels queued, malloc'd, even if a later one failed; they
 * stay queued then.  SPOOL_DISK with errno also if memory or randomness is missing. */
enum spool_error compose_queue(const struct compose_job *job, const struct sheet_row *rows,
                               size_t n, struct parcel **ret, size_t *ret_n)
    __attribute__((warn_unused_result));

#endif
