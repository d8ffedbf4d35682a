/* receipts: what came in and what was answered, line by line. */
#ifndef VEKHA_ADMIN_RECEIPTS_H
#define VEKHA_ADMIN_RECEIPTS_H

#include "admin/ctl.h"

/* Shows that of one submission; the exit code: CTL_REFUSED also if something of it was rejected. */
int receipts_show(struct ctl *ctl, const char *id);

#endif
