/* trial: the constants of rules that a rehearsal tries, from a small file:
 *
 *     progress_on_track = "0.97"
 *     milestone_late_days = "7"
 *
 * They take the place of the present ones, whatever rule set a series follows; all others stay. */
#ifndef VEKHA_ADMIN_TRIAL_H
#define VEKHA_ADMIN_TRIAL_H

#include <stddef.h>

#include "admin/problems.h"
#include "base/decimal.h"
#include "model/rules.h"

enum { TRIAL_MAX_CONSTANTS = 64 };

struct trial {
    size_t n;
    struct {
        const char *name; /* of the model's table */
        struct decimal value;
    } constants[TRIAL_MAX_CONSTANTS];
};

/* Whole only if problems->n is still 0. */
void trial_read(const char *path, struct trial *ret, struct problems *problems);

void trial_apply(const struct trial *t, struct rules *rules);

#endif
