/* import: plans by themselves, from a table. */
#ifndef VEKHA_ADMIN_IMPORT_H
#define VEKHA_ADMIN_IMPORT_H

#include <stdbool.h>

#include "admin/ctl.h"
#include "admin/programme.h"

/* Reads plans, and their points unless that is NULL, into an empty programme, for the organisations and
 * indicators that the centre has.  The programme is whole only if problems->n is still 0.  False, and said why,
 * if the database failed. */
bool import_read(struct ctl *ctl, const char *plans, const char *points, struct programme *p,
                 struct problems *problems) __attribute__((warn_unused_result));

#endif
