/* plan: what was to be reached by a given day: the share w of the way from base to target, by the
 * plan's shape.
 *
 * All functions want a series with a plan that has a target. */
#ifndef VEKHA_MODEL_PLAN_H
#define VEKHA_MODEL_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/date.h"
#include "base/ratio.h"
#include "model/series.h"

/* d0: the day before the plan's start for a flow, the base's as-of date for a level or share. */
date_t plan_origin(const struct series *s);

struct ratio plan_base(const struct series *s); /* B; 0 for a flow, and where the plan names none */
struct ratio plan_target(const struct series *s); /* T; null if the plan has none */

/* w(t), 0 to 1: 0 up to d0, 1 from t1 on.  Null between them for a season without its knots, and
 * for terms without a day of school. */
struct ratio plan_share(const struct series *s, date_t t);

/* E(t) = B + (T - B) * w(t). */
struct ratio plan_value(const struct series *s, date_t t);

/* The sum of the values of several plans at the end of a day; of shares the sum of weighted per cents.
 * Each stands at its base before it begins, at its target once it has ended. */
struct ratio plan_sum(const struct plan *parts, size_t n, enum indicator_kind kind, date_t t);

/* Whether a value reaches the target: A >= T, for direction down A <= T. */
bool plan_is_met(const struct series *s, struct ratio value);

/* Days of the plan's terms after d0, up to the end of day t, and over the whole plan. */
struct plan_days {
    int32_t gone, all;
};
struct plan_days plan_term_days(const struct series *s, date_t t);

/* The straight piece of a plan by points or season that a day is in: from low to high, passed of length.  Points
 * have values and months, a season shares of the plan and twelfths of its time. */
struct plan_piece {
    struct ratio low, high, passed, length;
};

/* False for any other shape, and outside of the plan. */
bool plan_piece(const struct series *s, date_t t, struct plan_piece *ret);

/* Calendar months from the end of one day to the end of another, exactly; negative backwards. */
struct ratio plan_months(date_t from, date_t to);

#endif
