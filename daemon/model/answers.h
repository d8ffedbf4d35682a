/* answers: which days the figures of one series account for, so that it can be said which reports
 * are still missing.
 *
 * A figure accounts for the days up to its as-of date; up to the end of its period if it is as of a
 * day in that period's last month (a report on September may be made on the 28th, but one on the
 * year as of March is no report on the year).  "No data" and "not applicable" are answers too; the
 * latter answers to the end of its calendar year.  A milestone that is done needs no further
 * report.  What was withdrawn is no answer.
 *
 * A flow reported per period accounts for the days of its periods only, everything else for all
 * days before as well. */
#ifndef VEKHA_MODEL_ANSWERS_H
#define VEKHA_MODEL_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/date.h"
#include "base/period.h"
#include "model/series.h"

/* Days, both ends included. */
struct answer_span {
    date_t first, last;
};

struct answers {
    bool per_period;
    size_t n, room;
    struct answer_span *spans; /* after answers_settle(): in order, apart by a day at least */
};

void answers_init(struct answers *a, enum indicator_kind kind, enum counting counting);
void answers_finish(struct answers *a);

/* Adds a figure in force.  False if there are more than SERIES_MAX_FIGURES, or memory does not
 * suffice. */
bool answers_add(struct answers *a, period_t period, date_t as_of, enum report_state state)
    __attribute__((warn_unused_result));

/* To be called after the last figure, before what follows. */
void answers_settle(struct answers *a);

/* The last day up to which all days from this one on are accounted for; the day before it if it is
 * not accounted for itself. */
date_t answers_reach(const struct answers *a, date_t from);

#endif
