/* step: a step of an alert out of the columns in which the database gives it.  The daemon and
 * vekhactl read the feed with the same words, whatever fetches the rows. */
#ifndef VEKHA_WIRE_STEP_H
#define VEKHA_WIRE_STEP_H

#include <stdbool.h>

#include "wire/arena.h"
#include "wire/message.h"

/* X(id, expression over the columns of vekha.read_feed()) */
#define STEP_COLUMNS_TABLE(X)                                                                      \
    X(POSITION, "position")                                                                        \
    X(ID, "step")                                                                                  \
    X(ALERT, "alert")                                                                              \
    X(AT, STEP_MICROSECONDS("at"))                                                                 \
    X(OPENED, STEP_MICROSECONDS("opened_at"))                                                      \
    X(CLOSED, STEP_MICROSECONDS("closed_at"))                                                      \
    X(EVENT, "event")                                                                              \
    X(KIND, "kind")                                                                                \
    X(FROM_LEVEL, "from_level")                                                                    \
    X(TO_LEVEL, "to_level")                                                                        \
    X(ORGANISATION, "organisation")                                                                \
    X(ORGANISATION_NAME, "organisation_name")                                                      \
    X(ORGANISATION_NAME_EN, "organisation_name_en")                                                \
    X(INDICATOR, "indicator")                                                                      \
    X(INDICATOR_NAME, "indicator_name")                                                            \
    X(INDICATOR_NAME_EN, "indicator_name_en")                                                      \
    X(PROJECT, "project")                                                                          \
    X(STATUS, "status")                                                                            \
    X(AS_OF, "to_char(as_of, 'YYYY-MM-DD')")                                                       \
    X(FACT, "fact")                                                                                \
    X(PLAN_AT, "plan_at")                                                                          \
    X(EXPLANATION_RU, "explanation_ru")                                                            \
    X(EXPLANATION_EN, "explanation_en")                                                            \
    X(SUBMISSION, "submission")

#define STEP_MICROSECONDS(moment) "(extract(epoch FROM " moment ") * 1000000)::bigint"

#define STEP_COLUMN_ID(id, sql) STEP_##id,
enum step_column { STEP_COLUMNS_TABLE(STEP_COLUMN_ID) STEP_COLUMN_COUNT };
#undef STEP_COLUMN_ID

/* The one query: after a position, at most so many steps, about these organisations (null: all).
 * Every row has what stands before STEP_READ_STEP; the columns of a step follow, null if there is
 * none. */
enum step_read {
    STEP_READ_THROUGH,    /* up to this position everything is given */
    STEP_READ_NEWEST,     /* the greatest there is */
    STEP_READ_AFTER_US,   /* when the step at the position asked for was made */
    STEP_READ_THROUGH_US, /* and that at STEP_READ_THROUGH */
    STEP_READ_ABOVE,      /* "{3,1}": the organisation it is about and all above it */
    STEP_READ_STEP,
};

/* clang-format off */
#define STEP_COLUMN_SQL(id, sql) ", " sql
#define STEP_READ \
    "SELECT through, newest, " STEP_MICROSECONDS("after_at") ", " STEP_MICROSECONDS("through_at") ", above" \
    STEP_COLUMNS_TABLE(STEP_COLUMN_SQL) \
    " FROM vekha.read_feed($1, $2, $3)"
/* clang-format on */

/* Reads the columns; SQL null is NULL.  *ret points to them and, for texts that had to be tamed,
 * into the arena.  False if they are no step, or the arena is full. */
bool step_read(const char *const columns[STEP_COLUMN_COUNT], struct arena *a,
               struct alert_step *ret);

#endif
