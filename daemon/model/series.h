/* series: everything the model knows of one indicator at one organisation: what is counted, by
 * which rules, the plan, and the figures in force at the moment asked for.  Plain data; the model
 * only reads it. */
#ifndef VEKHA_MODEL_SERIES_H
#define VEKHA_MODEL_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "base/decimal.h"
#include "base/lang.h"
#include "base/period.h"
#include "base/uuid.h"
#include "model/rules.h"

enum {
    SERIES_MAX_FIGURES = 4000,
    SERIES_MAX_POINTS = 400,
    SERIES_KNOTS = 13, /* of a season: the plan's begin and the ends of its twelve months */
    SERIES_MAX_TERMS = 100,
    SERIES_MAX_PARTS = 64,      /* plans of different shape that a sum is made of */
    SERIES_MAX_CHILDREN = 5000, /* organisations right below one */
    SERIES_MAX_LIMITS = 400,
    SERIES_MAX_PREDECESSORS = 16,
    SERIES_CODE_MAX = 65,  /* bytes with NUL */
    SERIES_NAME_MAX = 801, /* 200 characters of UTF-8 with NUL */
    SERIES_UNIT_MAX = 161,
    SERIES_BASIS_MAX = 1601,
};

enum indicator_kind { KIND_FLOW, KIND_LEVEL, KIND_SHARE, KIND_MILESTONE };
enum direction { DIRECTION_UP, DIRECTION_DOWN };
/* How a flow is reported; SO_FAR, since the plan's start, is that of sums. */
enum counting { COUNTING_PER_PERIOD, COUNTING_YEAR_TO_DATE, COUNTING_SO_FAR };
enum plan_shape { SHAPE_LINEAR, SHAPE_POINTS, SHAPE_SEASON, SHAPE_TERMS, SHAPE_SUM };
enum due_precision { DUE_UNKNOWN, DUE_DAY, DUE_MONTH, DUE_WINDOW };

/* The numbers of figure_state in wire/message.h; the model does not depend on the wire. */
enum report_state {
    REPORT_VALUE = 1,
    REPORT_NOT_APPLICABLE,
    REPORT_NO_DATA,
    REPORT_WITHDRAWN,
    REPORT_NOT_DONE,
    REPORT_IN_PROGRESS,
    REPORT_DONE,
};

struct optional_decimal {
    bool present;
    struct decimal value;
};

/* One figure in force. */
struct report {
    period_t period;
    date_t as_of;
    date_t expected; /* DATE_NONE if absent */
    enum report_state state;
    struct optional_decimal value, of;
    struct optional_decimal high; /* of a sum to which somebody has not reported: at most */
    char method[SERIES_CODE_MAX]; /* "" if absent */
    int64_t composed_us, recorded_us;
    struct uuid submission;
};

struct plan_point {
    date_t at;
    struct decimal value;
};

/* Days on which there is school, both ends included. */
struct plan_term {
    date_t first, last;
};

struct plan {
    int32_t id, version;
    char basis[SERIES_BASIS_MAX];
    date_t starts, ends; /* t0, t1 */
    enum plan_shape shape;
    struct optional_decimal base; /* B; a flow has none: 0 */
    date_t base_on;
    char base_method[SERIES_CODE_MAX];
    struct optional_decimal target; /* T; of a milestone: the planned quantity */
    struct optional_decimal of;     /* the planned N of a share */
    date_t due_from, due_to;        /* of a milestone; a day has both equal */
    enum due_precision due_precision;
    bool event;
    date_t valid_from;
    size_t n_points;
    struct plan_point *points;
    size_t n_knots; /* SERIES_KNOTS for a season, else 0 */
    struct decimal knots[SERIES_KNOTS];
    size_t n_terms;
    struct plan_term terms[SERIES_MAX_TERMS]; /* one after the other */
    /* Of shape SUM: the plans of the organisations below, those of one shape added up to one, and for
     * shares what they are weighted with: N of all.  Parts have no parts. */
    size_t n_parts;
    struct plan *parts;
    struct decimal weight;
};

/* A milestone that has to come first, and the last that was said of it. */
struct predecessor {
    char organisation_name[LANG_COUNT][SERIES_NAME_MAX];
    char indicator_name[LANG_COUNT][SERIES_NAME_MAX];
    enum report_state state; /* 0: nothing was said */
    struct optional_decimal value, target;
};

/* A figure of another indicator, at the same organisation, that this one cannot exceed. */
struct limit {
    char indicator_name[LANG_COUNT][SERIES_NAME_MAX];
    period_t period;
    date_t as_of;
    struct decimal value;
};

struct child; /* roll.h */

struct series {
    int32_t organisation, indicator;
    char organisation_code[SERIES_CODE_MAX], indicator_code[SERIES_CODE_MAX],
        project_code[SERIES_CODE_MAX];
    char organisation_name[LANG_COUNT][SERIES_NAME_MAX]; /* English falls back to Russian */
    char indicator_name[LANG_COUNT][SERIES_NAME_MAX];
    char unit[LANG_COUNT][SERIES_UNIT_MAX];
    enum indicator_kind kind;
    enum direction direction;
    bool whole;
    enum counting counting;
    int step_months;
    int year_starts;  /* the month that years of reporting begin with; 1 to 12 */
    bool rolled;      /* the sum of the organisations below; `reports` are made by roll() */
    bool rolls_up;    /* the organisation above is such a sum */
    bool uncountable; /* of a sum: somebody's part of it is of unknown size */
    char method[SERIES_CODE_MAX]; /* the default method; "" if none */
    date_t today;                 /* at the organisation */
    date_t project_starts;        /* DATE_NONE if unknown */
    date_t changes_on;            /* the next day from which another plan or another version of the
                                     catalogue speaks; DATE_NONE if none is known */
    struct rules rules;
    bool has_plan;
    struct plan plan;
    size_t n_reports;
    struct report *reports; /* by as_of, then period, then composed */
    size_t n_own;           /* of a sum: what the organisation itself reported, a cross-check */
    struct report *own;
    size_t n_children;
    struct child *children; /* by code */
    size_t n_predecessors;
    struct predecessor *predecessors;
    size_t n_limits;
    struct limit *limits; /* by as_of */
};

/* Frees what the series owns (plan, reports, …); the struct itself is the caller's, and its children
 * are whose who read or lent them (roll.h).  NULL-safe. */
void series_finish(struct series *s);

/* A copy that owns its plan and reports, and has no children, predecessors and limits: enough to
 * tell of it, not to assess it anew.  False if out of memory; *ret is then untouched. */
bool series_copy(const struct series *s, struct series *ret) __attribute__((warn_unused_result));

/* Frees what a plan owns: its points and parts. */
void plan_finish(struct plan *p);

/* A copy that owns its points; of a plan without parts.  False if out of memory. */
bool plan_copy(const struct plan *p, struct plan *ret) __attribute__((warn_unused_result));

const char *
indicator_kind_name(enum indicator_kind k); /* "flow" as in SQL and the programme file */
const char *plan_shape_name(enum plan_shape s);

#endif
