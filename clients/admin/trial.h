/* trial: what a rehearsal tries.  Constants of rules, from a small file:
 *
 *     progress_on_track = "0.97"
 *     milestone_late_days = "7"
 *
 * They take the place of the present ones, whatever rule set a series follows; all others stay.  Or plans, from
 * a table as for `plan import` (its name ends in .csv), with their points perhaps: each takes the place of
 * whatever plan its series has, from its first day until it is closed. */
#ifndef VEKHA_ADMIN_TRIAL_H
#define VEKHA_ADMIN_TRIAL_H

#include <stddef.h>

#include "admin/ctl.h"
#include "admin/problems.h"
#include "base/decimal.h"
#include "model/series.h"

enum { TRIAL_MAX_CONSTANTS = 64 };

/* A plan and whose it is. */
struct trial_plan {
    char organisation[SERIES_CODE_MAX], indicator[SERIES_CODE_MAX];
    date_t closes; /* the last day on which it is judged by */
    struct plan plan;
};

struct trial {
    size_t n;
    struct {
        const char *name; /* of the model's table */
        struct decimal value;
    } constants[TRIAL_MAX_CONSTANTS];
    size_t n_plans;
    struct trial_plan *plans;
    date_t since; /* the first day whose figures the plans need; DATE_NONE without plans */
};

/* Constants from a file.  Whole only if problems->n is still 0. */
void trial_read(const char *path, struct trial *ret, struct problems *problems);

/* Plans from a table (trial_plans.c), and their points unless that is NULL.  Whole only if problems->n is still
 * 0.  False, and said why, if the database failed. */
bool trial_read_plans(struct ctl *ctl, const char *path, const char *points, struct trial *ret,
                      struct problems *problems) __attribute__((warn_unused_result));

void trial_finish(struct trial *t);

/* Changes a series into what it would be; plans stay the trial's. */
void trial_apply(const struct trial *t, struct series *s);

#endif
