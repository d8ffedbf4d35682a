/* rehearsal: the history of the chosen series once more, under present and tried rules. */
#ifndef VEKHA_ADMIN_REHEARSAL_H
#define VEKHA_ADMIN_REHEARSAL_H

#include <stdbool.h>
#include <stddef.h>

#include "admin/ctl.h"
#include "admin/replay.h"
#include "admin/trial.h"
#include "model/series.h"

enum {
    REHEARSAL_MAX_SERIES = 200000,
    REHEARSAL_MAX_DAYS = 20000000, /* on which something changes, of all series together */
    REHEARSAL_MAX_SPAN = 3660,     /* days from the first to the last */
};

/* One series and the days of its changes, ascending. */
struct rehearsed {
    int organisation, indicator;
    char organisation_code[SERIES_CODE_MAX], indicator_code[SERIES_CODE_MAX];
    struct replay replay;
    size_t n_days, room, next; /* next: the first of them that has not been seen */
    date_t *days;
};

struct rehearsal {
    struct ctl *ctl;
    struct trial trial;
    date_t from, to, day; /* day: the one that is replayed */
    size_t n, room, n_days;
    struct rehearsed *series; /* by project, indicator, organisation */
};

/* Finds what changed when, and plays it day by day.  All is read in one transaction that
 * PostgreSQL keeps from writing.  False, and said why, on failure. */
bool rehearsal_play(struct rehearsal *r) __attribute__((warn_unused_result));

#endif
