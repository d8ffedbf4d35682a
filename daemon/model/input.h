/* input: a series as lines of text, in the form that the SQL function series_input() gives, and
 * files for tests hold.
 *
 * One line is one fact; fields are divided by TAB, an absent field is \N.  Dates are ISO, decimals
 * canonical, times RFC 3339.
 *
 *     series  organisation-id indicator-id organisation-code organisation-name organisation-name-en
 *             indicator-code indicator-name indicator-name-en project-code kind direction unit unit-en
 *             whole counting step-months method today project-starts changes-on year-starts rolled
 *             rolls-up
 *     rules   id code version
 *     rule    name value                    (any number; what differs from the defaults)
 *     plan    id version basis starts ends shape base base-on base-method target of due-from due-to
 *             due-precision event valid-from                                     (none or one)
 *     point   at value                      (any number, by date)
 *     knot    month share                   (of shape season: 13, months 0 to 12, shares 0 to 1)
 *     term    first last                    (of shape terms: at most 100, by date, apart)
 *     before  organisation-name organisation-name-en indicator-name indicator-name-en state value target
 *                                           (any number: milestones that come first)
 *     limit   indicator-name indicator-name-en period as-of value
 *                                           (any number: what cannot be exceeded, by as-of)
 *     figure  period as-of state value of expected method composed recorded submission
 *                                           (any number, by as-of, period, composed)
 *
 * Of a rolled series, whose children are given:
 *
 *     curve   plan-id starts ends shape base-on
 *                                           (any number; its points, knots and terms follow it)
 *     child   organisation-id code name name-en status as-of gap
 *     course  applicable countable since weight done all days-late
 *                                           (one after each child)
 *     at      day low high of               (any number, by day)
 *     part    plan-id valid-from base target values
 *                                           (any number; of shape points with their values, divided by
 *                                           blanks)
 *
 * A `series` line begins a series; whatever follows belongs to it until the next one.  points, knots and
 * terms belong to the plan or curve before them.  When a rolled series is whole, it is rolled (roll.h). */
#ifndef VEKHA_MODEL_INPUT_H
#define VEKHA_MODEL_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "model/series.h"

struct input;

/* Called with each whole series; it is freed after the call. */
typedef void input_series_fn(void *arg, const struct series *s);

/* Called with each rolled series before it is rolled, to set its children, which stay the lender's. */
typedef void input_children_fn(void *arg, struct series *s);

struct input *input_new(input_series_fn *fn, void *arg);
void input_free(struct input *in); /* NULL-safe */

/* From now on children are lent, and have no lines. */
void input_lend(struct input *in, input_children_fn *fn, void *arg);

/* Takes one line without its newline.  False if it is not of the form above: input_error() says
 * what and in which field. */
bool input_line(struct input *in, const char *line, size_t len) __attribute__((warn_unused_result));

/* Takes several lines, divided by newlines. */
bool input_lines(struct input *in, const char *text, size_t len)
    __attribute__((warn_unused_result));

/* Ends the last series. */
bool input_end(struct input *in) __attribute__((warn_unused_result));
const char *input_error(const struct input *in);

#endif
