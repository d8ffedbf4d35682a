/* rebuild_reporting: judges the reporting of all organisations anew and compares it with what
 * stands. */
#ifndef VEKHA_ADMIN_REBUILD_REPORTING_H
#define VEKHA_ADMIN_REBUILD_REPORTING_H

#include <stdbool.h>

#include "admin/ctl.h"
#include "admin/rebuild.h"

/* Prints a line per difference and adds to the counts.  To be called in the snapshot of
 * rebuild_compare(), or (archived) of rebuild_compare_kept(): there it is a difference only if something is missing that was not.
 * False, and said why, if the database failed. */
bool rebuild_reporting(struct ctl *ctl, bool archived, struct rebuilt *counts)
    __attribute__((warn_unused_result));

#endif
