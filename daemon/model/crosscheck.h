/* crosscheck: figures of one series that cannot all be right: a year that is not the sum of its months,
 * a count that fell, more pupils than there are.  They change no verdict; somebody has to look. */
#ifndef VEKHA_MODEL_CROSSCHECK_H
#define VEKHA_MODEL_CROSSCHECK_H

#include <stddef.h>

#include "model/series.h"

enum {
    CROSSCHECK_MAX = 8,           /* contradictions told of one series */
    CROSSCHECK_MAX_REPORTS = 400, /* the latest figures of a series, which are looked at */
};

enum contradiction_kind {
    CONTRADICTS_PARTS, /* per period: the figure of a longer period is not the sum of the shorter */
    CONTRADICTS_CUT,   /* two figures as of one day differ */
    CONTRADICTS_PAST,  /* a count since the year's start fell */
    CONTRADICTS_LIMIT, /* more than another indicator allows */
    CONTRADICTS_SUM,   /* what the organisation says of itself is not what those below add up to */
};

struct contradiction {
    enum contradiction_kind kind;
    period_t period, other_period;
    date_t as_of;
    struct decimal value, other;
    const struct limit *limit; /* what was exceeded; else NULL */
};

/* Looks through a series (a rolled one after roll()).  Returns how many contradictions there are, of which
 * at most `max` are in *ret, latest first. */
size_t crosscheck(const struct series *s, struct contradiction *ret, size_t max);

#endif
