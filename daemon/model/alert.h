/* alert: what an assessment means for the alert of its series: one table of transitions, from the
 * level that stands and the status that is now, to the level that follows. */
#ifndef VEKHA_MODEL_ALERT_H
#define VEKHA_MODEL_ALERT_H

#include <stdbool.h>
#include <stddef.h>

#include "model/assess.h"

enum alert_level { ALERT_NONE, ALERT_AT_RISK, ALERT_LAGGING };
enum alert_event { ALERT_STAYS, ALERT_OPENS, ALERT_RISES, ALERT_FALLS, ALERT_CLOSES };

struct alert_transition {
    enum alert_level from;
    enum status status;
    enum alert_level to;
    enum alert_event event;
    const char *comment; /* shown to operators */
};

/* Total: every (level, status) has exactly one row. */
const struct alert_transition *alert_next(enum alert_level from, enum status status);
/* The step of an alert whose plan is over and another has begun. */
const struct alert_transition *alert_plan_over(enum alert_level from);
const struct alert_transition *alert_table(size_t *ret_count); /* for tests and documentation */

const char *alert_level_name(enum alert_level level); /* "at_risk"; of ALERT_NONE "" */
const char *alert_event_name(enum alert_event event);
bool alert_level_parse(const char *name,
                       enum alert_level *ret); /* "" or NULL is ALERT_NONE; "info" too */

#endif
