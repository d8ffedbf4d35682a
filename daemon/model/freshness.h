/* freshness: whether the reports that are owed have come: an axis beside the status, which keeps
 * its last value meanwhile.
 *
 * A period is owed once it is over.  What counts is the oldest owed period without an answer:
 *
 *     today <= deadline                          due
 *     deadline < today                           overdue
 *     deadline + one reporting step < today      silent; a step is the duty's own: a month, ...
 *     all owed periods are answered              reported
 *     none has been owed yet, or no duty         none: nothing due is never overdue
 *
 * An organisation owes the periods that end while it is open, and nothing once it is closed. */
#ifndef VEKHA_MODEL_FRESHNESS_H
#define VEKHA_MODEL_FRESHNESS_H

#include <stdbool.h>

#include "base/date.h"
#include "base/period.h"
#include "model/answers.h"
#include "model/duty.h"

/* From best to worst. */
enum freshness_state {
    FRESHNESS_NONE,
    FRESHNESS_REPORTED,
    FRESHNESS_DUE,
    FRESHNESS_OVERDUE,
    FRESHNESS_SILENT,
};

struct freshness {
    enum freshness_state state;
    period_t period; /* the oldest without an answer; if reported, the last that was owed */
    date_t due_on;   /* its deadline; DATE_NONE unless it is missing */
    date_t
        remind_on; /* the day of the reminder; DATE_NONE if there is none, or nothing is missing */
    date_t close_on;   /* from when on the missing figure needs a reason; DATE_NONE: never */
    int days_late;     /* today past the deadline */
    date_t changes_on; /* the next day on which time alone changes the state, or reminds; DATE_NONE:
                          none */
};

/* An organisation on a day of its own. */
struct debtor {
    int32_t organisation;
    enum organisation_kind kind;
    date_t opened, closed; /* DATE_NONE if unknown */
    date_t today;
};

/* How a series stands by all duties that concern it: by the worst of them, of several the one with
 * the earliest deadline.  Days of change are the earliest of all. */
void freshness_of(const struct duty_book *book, const struct debtor *o, int32_t indicator,
                  const struct answers *a, struct freshness *ret);

/* True if a duty is about this indicator of this organisation, be it owed now or not. */
bool freshness_is_owed(const struct duty_book *book, const struct debtor *o, int32_t indicator);

/* True if the organisation is to be reminded: due, and the day has come. */
bool freshness_reminds(const struct freshness *f, date_t today);

/* The earlier of two days; DATE_NONE is none. */
date_t freshness_sooner(date_t a, date_t b);

const char *freshness_name(enum freshness_state s); /* "overdue"; of FRESHNESS_NONE "" */

#endif
