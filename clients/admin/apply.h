/* apply: makes the centre say what files say; all of a programme, or only its plans. */
#ifndef VEKHA_ADMIN_APPLY_H
#define VEKHA_ADMIN_APPLY_H

#include <stdbool.h>

#include "admin/ctl.h"
#include "admin/programme.h"

/* Adds what the centre holds of a noun, as if a file had said it.  False, and said why, on failure.
 */
bool apply_standing(struct ctl *ctl, enum noun noun, struct programme *p, struct problems *problems)
    __attribute__((warn_unused_result));

/* Prints the difference and, but with --dry-run, writes it, in one transaction; prints the problems
 * instead if there are any.  whole: all nouns, and what the centre has besides is named; else the
 * plans.  Returns the exit code. */
int apply_entries(struct ctl *ctl, const struct programme *p, const struct problems *problems,
                  bool whole);

#endif
