/* archived: what commands that show the past say of years that are not in the database any more. */
#ifndef VEKHA_ADMIN_ARCHIVED_H
#define VEKHA_ADMIN_ARCHIVED_H

#include <stdbool.h>

#include "admin/ctl.h"

/* The first year that is not archived, 0 if none is; -1, and said why, if the database failed. */
int archived_before(struct ctl *ctl);

/* False, and said where the year is, if one of these days or moments ("": none) lies in an archived year; or if the database
 * failed. */
bool archived_allows(struct ctl *ctl, const char *as_of, const char *known_at)
    __attribute__((warn_unused_result));

/* A line that says which years are not shown, if there are any. */
void archived_note(struct ctl *ctl);

#endif
