/* notice: the one alert of an organisation that owes reports: one table of transitions, as alert.h
 * is for a series, from what stands to what follows from its reporting.
 *
 *     reminder   due, and the day of the reminder has come     kind overdue, level info
 *     overdue    a deadline has passed                         kind overdue, level at_risk
 *     silent     ... by more than one reporting step           kind silent,  level lagging
 *
 * It is one alert throughout; its kind moves with its level. */
#ifndef VEKHA_MODEL_NOTICE_H
#define VEKHA_MODEL_NOTICE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/alert.h"
#include "model/reporting.h"

enum notice { NOTICE_NONE, NOTICE_REMINDER, NOTICE_OVERDUE, NOTICE_SILENT, NOTICE_COUNT };

/* Who is told; may be both. */
enum notice_audience {
    NOTICE_NOBODY = 0,
    NOTICE_ORGANISATION = 1,
    NOTICE_ADMINISTRATORS = 2,
    NOTICE_BOTH = 3,
};

struct notice_transition {
    enum notice from, to;
    enum alert_event event;
    enum notice_audience tell;
    const char *comment; /* shown to operators */
};

/* What is to stand for an organisation. */
enum notice notice_of(const struct reporting *r);

/* Total: every pair has exactly one row. */
const struct notice_transition *notice_next(enum notice from, enum notice to);
const struct notice_transition *notice_table(size_t *ret_count); /* for tests and documentation */

/* The kind and level that the alert is kept under; "" of NOTICE_NONE. */
const char *notice_kind(enum notice n);
const char *notice_level(enum notice n);
bool notice_parse(const char *level, enum notice *ret);

#endif
