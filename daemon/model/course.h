/* course: how a series went, as the sum above it has to know: its facts by day, and its plan.
 *
 * Of shares, values are people (n and N) and plans are per cents times N, so that all add up. */
#ifndef VEKHA_MODEL_COURSE_H
#define VEKHA_MODEL_COURSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "model/assess.h"
#include "model/series.h"

enum {
    COURSE_MAX_POINTS = 400, /* the latest days; of older ones nothing is told */
    COURSE_PLANS_TEXT_MAX = SERIES_MAX_PARTS * 12,
    COURSE_TEXT_MAX = 24 * 1024, /* bytes as text; what would be longer is not countable */
};

/* What stood at the end of a day: between low and high, which differ only if it is itself a sum that
 * somebody was missing from. */
struct course_point {
    date_t day;
    struct decimal low, high;
    struct decimal of; /* N of a share; else 0 */
};

struct course {
    bool applicable; /* false: does not concern the organisation, and is left out of the sum */
    bool countable;  /* false: cannot be added up, as a bare percentage of unknown N */
    date_t since;    /* what was before was counted by another method; DATE_NONE: nothing was */
    struct decimal weight; /* N that the plans of a share are weighted with */
    size_t n_points;
    struct course_point *points; /* by day */
    size_t n_parts;
    struct plan *parts; /* none: no plan */
    /* Of milestones. */
    int32_t done, all;
    int32_t days_late;
};

/* Makes the course of an assessed series, which course_finish() frees.  False if out of memory: *ret
 * is then empty. */
bool course_make(const struct series *s, const struct assessment *a, struct course *ret)
    __attribute__((warn_unused_result));
void course_finish(struct course *c); /* NULL-safe */

/* Its last point at or before a day; NULL if there is none. */
const struct course_point *course_at(const struct course *c, date_t day);

/* How much more its plans ask for at one day than at another: units, of a share people. */
struct ratio course_growth(const struct course *c, enum indicator_kind kind, date_t from,
                           date_t to);

/* What its plans ask for at a day. */
struct ratio course_planned(const struct course *c, enum indicator_kind kind, date_t day);

/* The day after which its plans begin to ask for something; DATE_NONE without a plan. */
date_t course_origin(const struct course *c, enum indicator_kind kind);

/* Writes it as lines of text into a cleared str of COURSE_TEXT_MAX, in the form of model/input.h.  Its
 * parts are named by the ids of the plans whose shape they have. */
void course_write(const struct course *c, struct str *out);

/* Appends the ids of those plans as PostgreSQL writes an array: {3,7}. */
void course_write_plans(const struct course *c, struct str *out);

/* Whether two plans grow alike: what is true of w of one at any day is true of the other. */
bool course_same_shape(const struct plan *a, const struct plan *b, enum indicator_kind kind);

/* Adds a plan to a list of at most SERIES_MAX_PARTS, to the part of its shape if there is one.  False if
 * there are too many shapes, a sum is too large, or memory is missing. */
bool course_add_part(struct plan **parts, size_t *n, const struct plan *p, enum indicator_kind kind)
    __attribute__((warn_unused_result));

#endif
