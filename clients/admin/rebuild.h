/* rebuild: assesses everything anew and compares it with what stands: the oracle of every crash. */
#ifndef VEKHA_ADMIN_REBUILD_H
#define VEKHA_ADMIN_REBUILD_H

#include <stdbool.h>
#include <stddef.h>

#include "admin/ctl.h"

struct rebuilt {
    size_t assessed;  /* series, and organisations that owe reports, gone through */
    size_t different; /* of them */
    size_t waiting;   /* series that the daemon is yet to assess: not compared */
};

/* Prints a line per difference.  False, and said why, if the database failed. */
bool rebuild_compare(struct ctl *ctl, struct rebuilt *ret) __attribute__((warn_unused_result));

/* The same in the caller's transaction, which has just archived years (or is about to): whatever was judged by a plan of
 * theirs may differ, what was made of nothing else may be gone, nobody may owe what was not missing before, and what that
 * transaction queued does not wait. */
bool rebuild_compare_kept(struct ctl *ctl, struct rebuilt *ret) __attribute__((warn_unused_result));

/* Deletes all assessments and queues their series, so that the daemon makes them again. */
bool rebuild_write(struct ctl *ctl, size_t *ret_queued) __attribute__((warn_unused_result));

#endif
