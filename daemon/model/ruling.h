/* ruling: how the numbers became a status, line by line: between which edges they lie, what capped the
 * verdict, and what hysteresis held. */
#ifndef VEKHA_MODEL_RULING_H
#define VEKHA_MODEL_RULING_H

#include "model/paper.h"

/* Appends the lines of a series with a plan, a figure and a status that is not undetermined. */
void ruling_of_numbers(struct paper *p);

/* The same of a milestone that has a date. */
void ruling_of_milestone(struct paper *p);

#endif
