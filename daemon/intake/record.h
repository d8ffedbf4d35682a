/* record: what is to be stored of a submission that was judged. */
#ifndef VEKHA_INTAKE_RECORD_H
#define VEKHA_INTAKE_RECORD_H

#include <stdbool.h>

#include "rules/inspect.h"
#include "store/store.h"

/* Hangs the lines of a submission into *ret.  Memory is of the arena; texts stay those of the
 * submission.  False if the arena is full. */
bool record_fill(const struct submission *s, const struct inspected *judged, struct arena *a,
                 struct stored_submission *ret) __attribute__((warn_unused_result));

#endif
