/* roll: a series that nobody reports: the sum of the organisations right below.
 *
 * What they add up to becomes reports of the sum, day by day, so that it is judged like any other
 * series.  Who has not reported for a day stands at least where he stood, and at most as much higher
 * as his plan asks for meanwhile: between these two the sum is bounded. */
#ifndef VEKHA_MODEL_ROLL_H
#define VEKHA_MODEL_ROLL_H

#include <stdbool.h>
#include <stddef.h>

#include "model/assess.h"
#include "model/course.h"
#include "model/series.h"

/* An organisation right below, with its own series of the indicator. */
struct child {
    int32_t organisation;
    char code[SERIES_CODE_MAX];
    char name[LANG_COUNT][SERIES_NAME_MAX];
    enum status status;
    date_t as_of;     /* DATE_NONE: no figure */
    struct ratio gap; /* G; null if unknown */
    struct course course;
    bool counted; /* roll() says so: part of the sum */
    bool missing; /* … and has not reported for the last day of the sum */
};

/* Makes a child of an assessed series; children_free() frees it.  False if out of memory. */
bool child_make(const struct series *s, const struct assessment *a, struct child *ret)
    __attribute__((warn_unused_result));
void children_free(struct child *children, size_t n); /* NULL-safe; frees the array too */

/* Makes the reports of a rolled series from its children; its plan too, if it has none of its own and
 * they have; what was in `reports` is its own word, and goes to `own`.  A sum that is of unknown size
 * or too large is `uncountable` and has no reports.  False if out of memory. */
bool roll(struct series *s) __attribute__((warn_unused_result));

/* What a counted child adds to the sum of a day: at least, at most, and N of a share. */
struct roll_part {
    struct decimal low, high, of;
};

/* False if it is of unknown size or too large. */
bool roll_part(const struct series *s, const struct child *c, date_t day, struct roll_part *ret);

/* Assesses a rolled milestone: the worst of its children, and how many are done. */
void roll_milestone(const struct series *s, struct assessment *ret);

enum { ROLL_CONTRIBUTORS_MAX = 20, ROLL_CONTRIBUTORS_TEXT_MAX = ROLL_CONTRIBUTORS_MAX * 160 };

/* The children that lack most, largest gap first: indices of s->children, at most max.  Returns how
 * many. */
size_t roll_contributors(const struct series *s, size_t *ret, size_t max);

/* Appends them as PostgreSQL's jsonb writes them, [{"gap": "20", "org": "school-3"}]; nothing if there are
 * none. */
void roll_write_contributors(const struct series *s, struct str *out);

#endif
