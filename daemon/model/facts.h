/* facts: which figures the model goes through, in which order, and what they add up to.
 *
 * A figure that says "no data", "not applicable" or "withdrawn", or a share of nobody (N = 0), is
 * no fact.  A flow is followed only as far as it is known without a hole; what is behind the hole
 * waits. */
#ifndef VEKHA_MODEL_FACTS_H
#define VEKHA_MODEL_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ratio.h"
#include "model/series.h"

struct facts {
    size_t n;
    uint16_t at[SERIES_MAX_FIGURES]; /* indices of series->reports, by as-of date */
    size_t waiting;                  /* values behind the first hole */
    date_t hole;                     /* the first day not accounted for, if any wait */
};

void facts_collect(const struct series *s, struct facts *ret);

/* The day a figure speaks of, t*: its as-of date; for a flow reported per period at most the
 * period's last day. */
date_t facts_day(const struct series *s, const struct report *r);

/* The counting method of a figure: its own, else the indicator's. */
const char *facts_method(const struct series *s, const struct report *r);

/* The first fact of those at the end that are counted by one method; an index of f->at. */
size_t facts_method_start(const struct series *s, const struct facts *f);

/* The year of reporting that a day is in: the year in which it begins. */
int facts_year(const struct series *s, date_t day);

/* The value of one figure; of a share in per cent. */
struct ratio facts_value(const struct series *s, const struct report *r);

/* True if the report holds a value that can be used. */
bool facts_usable(const struct series *s, const struct report *r);

/* Which of two versions counts: the later composed, then the greater submission id. */
int facts_compare_version(const struct report *a, const struct report *b);

/* The sum since d0; start it with { 0 }-years by tally_init() and add the facts in their order. */
struct tally {
    struct ratio closed, open; /* finished years (or periods), and the year that runs */
    int year;
};

void tally_init(struct tally *t);
struct ratio tally_add(struct tally *t, const struct series *s, const struct report *r);

#endif
