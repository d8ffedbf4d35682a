/* planned: a plan of a programme as the model reads it. */
#ifndef VEKHA_ADMIN_PLANNED_H
#define VEKHA_ADMIN_PLANNED_H

#include <stdbool.h>

#include "admin/entry.h"
#include "model/series.h"

/* Makes the model's plan from a checked entry; plan_finish() frees it.  False without memory. */
bool planned_make(const struct entry *e, struct plan *ret) __attribute__((warn_unused_result));

#endif
