/* rebuild_reporting: judges the reporting of all organisations anew and compares it with what
 * stands. */
#ifndef VEKHA_ADMIN_REBUILD_REPORTING_H
#define VEKHA_ADMIN_REBUILD_REPORTING_H

#include <stdbool.h>

#include "admin/ctl.h"
#include "admin/rebuild.h"

/* Prints a line per difference and adds to the counts.  To be called in the snapshot of
 * rebuild_compare(), or of rebuild_compare_kept(): then queued organisations are compared too.  False, and said why, if the
 * database failed. */
bool rebuild_reporting(struct ctl *ctl, bool queued_too, struct rebuilt *counts)
    __attribute__((warn_unused_result));

#endif
