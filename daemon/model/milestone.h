/* milestone: something with a date: done or not, in time or late. */
#ifndef VEKHA_MODEL_MILESTONE_H
#define VEKHA_MODEL_MILESTONE_H

#include "model/assess.h"
#include "model/series.h"

/* Assesses a started series of kind milestone that has a plan; `ret` is blank before. */
void milestone_assess(const struct series *s, struct assessment *ret);

/* The latest report that says something of the milestone; NULL if there is none. */
const struct report *milestone_last(const struct series *s);

/* True if the report says done and no smaller quantity than planned. */
bool milestone_is_done(const struct series *s, const struct report *r);

/* A predecessor that is not done; NULL if there is none. */
const struct predecessor *milestone_awaits(const struct series *s);

/* The day since which it has been reported done without interruption; DATE_NONE if it is not done.
 */
date_t milestone_done_on(const struct series *s);

#endif
