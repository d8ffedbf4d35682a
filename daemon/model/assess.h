/* assess: from a series to its assessment: a pure fold of the model over the figures in as-of
 * order.
 *
 * Formulas and constants: docs/model.md.  The result depends on nothing but the series: no clock,
 * no stored state. */
#ifndef VEKHA_MODEL_ASSESS_H
#define VEKHA_MODEL_ASSESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/date.h"
#include "base/ratio.h"
#include "model/series.h"

enum status {
    STATUS_NOT_STARTED,
    STATUS_NO_PLAN,
    STATUS_UNDETERMINED,
    STATUS_ON_TRACK,
    STATUS_AT_RISK,
    STATUS_LAGGING,
    STATUS_ACHIEVED,
    STATUS_MISSED,
};

/* Why the status is what it is: the rule that decided, for the explanation. */
enum why {
    WHY_NOT_STARTED,
    WHY_NO_PLAN,
    WHY_NO_FIGURE,
    WHY_NOT_APPLICABLE,
    WHY_TARGET_MET,
    WHY_TARGET_MISSED,
    WHY_CAP_BROKEN, /* a flow with direction down above its target */
    WHY_NEAR_START,
    WHY_MATRIX,
    WHY_AHEAD,         /* R >= 1 or the level meets T */
    WHY_TOO_EARLY,     /* cap: w < early_share */
    WHY_IMMATERIAL,    /* cap: gap below the material gap */
    WHY_SMALL_NUMBERS, /* cap: Wilson interval */
    WHY_HYSTERESIS,    /* held by the leaving edges */
    WHY_MILESTONE_DONE,
    WHY_MILESTONE_DONE_LATE,
    WHY_MILESTONE_AHEAD, /* not yet due */
    WHY_MILESTONE_LATE,  /* d days after due */
    WHY_MILESTONE_EXPECTED_LATE,
    WHY_MILESTONE_TOO_FEW, /* done with less than the planned quantity */
    WHY_MILESTONE_UNDATED,
    WHY_EVENT_UNCONFIRMED,
    WHY_PREDECESSOR,      /* soon due, and what has to come before is not done */
    WHY_MILESTONES_BELOW, /* of a sum of milestones: the worst of them */
    WHY_BELOW_MISSING,    /* of a sum: it depends on those who have not reported */
};

/* Null ratios and `false` mean undefined: shown as null, never as zero. */
struct assessment {
    enum status status;
    enum why why;
    date_t as_of; /* t*; DATE_NONE without a figure */
    date_t
        reassess_on; /* the next day on which time alone may change the status; DATE_NONE if none */
    struct ratio fact;      /* A, in units; a share in per cent (0..100) */
    struct ratio fact_high; /* of a sum from which somebody is missing: at most; else null */
    struct optional_decimal n,
        of;                    /* of the last figure of a share; of milestones below: done, all */
    struct ratio plan_at;      /* E */
    struct ratio share_done;   /* w */
    struct ratio gap;          /* G in units; positive is behind */
    struct ratio material_gap; /* g */
    struct ratio progress;     /* R */
    struct ratio attainment;   /* U */
    struct ratio needed_pace, pace; /* units (per cent for a share) a month */
    struct ratio months_gone, months_left;
    bool has_forecast;
    double forecast, forecast_sd;
    int32_t probability_e4; /* P rounded half up to 4 places, times 10000; valid if has_forecast */
    enum status entering;   /* s0, before hysteresis */
    enum status previous;   /* of the fold; STATUS_UNDETERMINED at its start */
    int days_late;          /* of a milestone */
    size_t n_used;          /* figures the fold went through */
};

/* Assesses a series as it stands on series->today.  Never fails: what cannot be computed is null.
 */
void assess(const struct series *s, struct assessment *ret);

/* A sum from which somebody is missing, assessed at both of its bounds.  False if nobody is, or out of
 * memory. */
bool assess_bounds(const struct series *s, struct assessment *low, struct assessment *high);

const char *status_name(enum status s);                 /* "on_track" */
const char *status_word(enum status s, enum lang lang); /* «В ГРАФИКЕ», "ON TRACK" */
bool status_parse(const char *name, enum status *ret);

#endif
