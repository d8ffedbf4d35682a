/* replay: what the alert of one series did, day by day, under two judgements: the present rules and
 * those of a rehearsal.  Pure: no database, no clock. */
#ifndef VEKHA_ADMIN_REPLAY_H
#define VEKHA_ADMIN_REPLAY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/date.h"
#include "model/alert.h"

enum { REPLAY_MAX_STEPS = 24 }; /* of one alert that are kept; those beyond are counted only */

enum replay_side { REPLAY_PRESENT, REPLAY_REHEARSED, REPLAY_SIDES };

struct replay_step {
    date_t day;
    enum alert_level level; /* that follows; ALERT_NONE: closed */
};

struct replay_course {
    enum alert_level level;
    date_t raised, lagging; /* the first days of an alert, and of one that lags; DATE_NONE: never */
    date_t again_on;        /* the next day on which time alone may change something */
    size_t n_steps;
    struct replay_step steps[REPLAY_MAX_STEPS];
};

struct replay {
    struct replay_course sides[REPLAY_SIDES];
};

void replay_init(struct replay *r);

/* One side on one day; days never go back. */
void replay_take(struct replay *r, enum replay_side side, date_t day, const struct assessment *a);

/* Whether time alone makes a look at the series worth while on that day. */
bool replay_is_due(const struct replay *r, date_t day);

/* Days that the rehearsed side is later (negative: earlier).  False if one of the two is DATE_NONE. */
bool replay_shift(date_t present, date_t rehearsed, int *ret);

struct replay_count {
    size_t present, rehearsed, both, earlier, later; /* series */
};

struct replay_totals {
    size_t series;
    struct replay_count raised, lagging;
};

void replay_count(struct replay_totals *t, const struct replay *r);

#endif
