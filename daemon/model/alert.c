/* alert: one table.  A verdict that cannot be given closes nothing: silence is never good news. */
#include "model/alert.h"

#include <string.h>

enum { ALERT_LEVELS = 3, ALERT_STATUSES = 8 };

#define ROW(from, status, to, event, comment)                                                      \
    {                                                                                              \
        ALERT_##from, STATUS_##status, ALERT_##to, ALERT_##event, comment                          \
    }

/* Sorted by level, then status: alert_next() finds a row by its place. */
static const struct alert_transition table[ALERT_LEVELS * ALERT_STATUSES] = {
    ROW(NONE, NOT_STARTED, NONE, STAYS, "not started yet"),
    ROW(NONE, NO_PLAN, NONE, STAYS, "nothing to compare with"),
    ROW(NONE, UNDETERMINED, NONE, STAYS, "cannot be judged"),
    ROW(NONE, ON_TRACK, NONE, STAYS, "on track"),
    ROW(NONE, AT_RISK, AT_RISK, OPENS, "falls behind"),
    ROW(NONE, LAGGING, LAGGING, OPENS, "lags"),
    ROW(NONE, ACHIEVED, NONE, STAYS, "achieved"),
    ROW(NONE, MISSED, LAGGING, OPENS, "ended without its target"),
    ROW(AT_RISK, NOT_STARTED, NONE, CLOSES, "the plan was moved to a later start"),
    ROW(AT_RISK, NO_PLAN, NONE, CLOSES, "the plan was taken away"),
    ROW(AT_RISK, UNDETERMINED, AT_RISK, STAYS, "cannot be judged: what stands, stands"),
    ROW(AT_RISK, ON_TRACK, NONE, CLOSES, "back on track"),
    ROW(AT_RISK, AT_RISK, AT_RISK, STAYS, "still behind"),
    ROW(AT_RISK, LAGGING, LAGGING, RISES, "fell further: lags"),
    ROW(AT_RISK, ACHIEVED, NONE, CLOSES, "achieved"),
    ROW(AT_RISK, MISSED, LAGGING, RISES, "ended without its target"),
    ROW(LAGGING, NOT_STARTED, NONE, CLOSES, "the plan was moved to a later start"),
    ROW(LAGGING, NO_PLAN, NONE, CLOSES, "the plan was taken away"),
    ROW(LAGGING, UNDETERMINED, LAGGING, STAYS, "cannot be judged: what stands, stands"),
    ROW(LAGGING, ON_TRACK, NONE, CLOSES, "back on track"),
    ROW(LAGGING, AT_RISK, AT_RISK, FALLS, "lags no longer, but is behind"),
    ROW(LAGGING, LAGGING, LAGGING, STAYS, "still lags"),
    ROW(LAGGING, ACHIEVED, NONE, CLOSES, "achieved"),
    ROW(LAGGING, MISSED, LAGGING, STAYS, "ended without its target"),
};

#define OVER(from, event)                                                                          \
    {                                                                                              \
        ALERT_##from, STATUS_NOT_STARTED, ALERT_NONE, ALERT_##event, "its plan is over"            \
    }

static const struct alert_transition over[ALERT_LEVELS] = {OVER(NONE, STAYS), OVER(AT_RISK, CLOSES),
                                                           OVER(LAGGING, CLOSES)};

#undef OVER
#undef ROW

const struct alert_transition *alert_plan_over(enum alert_level from)
{
    return &over[from];
}

const struct alert_transition *alert_next(enum alert_level from, enum status status)
{
    return &table[(size_t)from * ALERT_STATUSES + (size_t)status];
}

const struct alert_transition *alert_table(size_t *ret_count)
{
    *ret_count = sizeof(table) / sizeof(table[0]);
    return table;
}

static const char *const level_names[ALERT_LEVELS] = {
    [ALERT_NONE] = "",
    [ALERT_AT_RISK] = "at_risk",
    [ALERT_LAGGING] = "lagging",
};

const char *alert_level_name(enum alert_level level)
{
    return level_names[level];
}

const char *alert_event_name(enum alert_event event)
{
    static const char *const names[] = {
        [ALERT_STAYS] = "stays", [ALERT_OPENS] = "opens",   [ALERT_RISES] = "rises",
        [ALERT_FALLS] = "falls", [ALERT_CLOSES] = "closes",
    };

    return names[event];
}

/* "info" is a level of operators' alerts in the database; for the model it is none. */
bool alert_level_parse(const char *name, enum alert_level *ret)
{
    if (!name || strcmp(name, "info") == 0) {
        *ret = ALERT_NONE;
        return true;
    }
    for (unsigned i = 0; i < ALERT_LEVELS; i++) {
        if (strcmp(level_names[i], name) == 0) {
            *ret = (enum alert_level)i;
            return true;
        }
    }
    return false;
}
