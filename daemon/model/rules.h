/* rules: the constants of the model.  A rule set is versioned; every assessment names the version
 * it was made with. */
#ifndef VEKHA_MODEL_RULES_H
#define VEKHA_MODEL_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/decimal.h"

/* X(field, default, meaning): the table of constants; the field's name is its name in the programme
 * file and in SQL. */
#define RULES_TABLE(X)                                                                             \
    X(progress_on_track, "0.95", "entering edge of R between on track and at risk")                \
    X(progress_at_risk, "0.80", "entering edge of R between at risk and lagging")                  \
    X(progress_on_track_leave, "0.98", "leaving edge of the former")                               \
    X(progress_at_risk_leave, "0.85", "leaving edge of the latter")                                \
    X(probability_on_track, "0.45", "entering edge of P between on track and at risk")             \
    X(probability_at_risk, "0.20", "entering edge of P between at risk and lagging")               \
    X(probability_on_track_leave, "0.50", "leaving edge of the former")                            \
    X(probability_at_risk_leave, "0.25", "leaving edge of the latter")                             \
    X(probability_clear_leave, "0.55", "P that, with R on track, ends a lag")                      \
    X(early_share, "0.15", "planned share w before which there is no forecast and no lagging")     \
    X(min_reports_flow, "1", "figures before a flow is forecast")                                  \
    X(min_reports_level, "3", "points before a level is forecast")                                 \
    X(flow_prior, "0.2", "k: weight of the plan in a flow's forecast, as a share of T")            \
    X(flow_dispersion, "2", "phi: variance of counts over their mean")                             \
    X(pace_uncertainty, "0.30", "c: relative uncertainty of the pace to come")                     \
    X(level_prior, "3", "weight of the planned slope, in points")                                  \
    X(level_max_points, "12", "points used for a slope")                                           \
    X(level_noise_share, "0.5", "least spread of a share, percentage points")                      \
    X(level_noise_stock, "0.005", "least spread of a stock, as a share of |T|")                    \
    X(level_noise_stock_least, "0.5", "least spread of a stock, units")                            \
    X(gap_count, "2", "least material gap of counts, units")                                       \
    X(gap_of_target, "50", "T over this is a material gap")                                        \
    X(gap_of_all, "100", "N over this is a material gap of a share")                               \
    X(gap_small_share, "20", "N over this bounds the least material gap of a share")               \
    X(small_share, "100", "N below which a share is judged by its Wilson interval")                \
    X(wilson_z, "1.644854", "normal quantile of the 90 % Wilson interval")                         \
    X(milestone_late_days, "14", "days after due from which a milestone lags")                     \
    X(milestone_near_days, "14", "days before due in which an unfinished predecessor counts")

struct rules {
    int32_t id; /* of the rule set version; 0: the defaults of this program */
    int32_t version;
    char code[65];
#define RULES_FIELD(field, text, meaning) struct decimal field;
    RULES_TABLE(RULES_FIELD)
#undef RULES_FIELD
};

void rules_default(struct rules *ret);

/* Sets one constant by name.  False if there is no such constant or the value is negative. */
bool rules_set(struct rules *r, const char *name, struct decimal value);

struct rule_description {
    const char *name, *value, *meaning;
};

/* The table, for apply's checks and the documentation. */
const struct rule_description *rules_describe(size_t *ret_count);

#endif
