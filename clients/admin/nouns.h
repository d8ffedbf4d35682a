/* nouns: what a programme consists of: one table of fields per noun, which the files, the checks
 * and the comparison with the centre follow. */
#ifndef VEKHA_ADMIN_NOUNS_H
#define VEKHA_ADMIN_NOUNS_H

#include <stddef.h>

#include "admin/field.h"
#include "base/lang.h"

enum noun {
    NOUN_RULE_SET,
    NOUN_PROJECT,
    NOUN_ORGANISATION,
    NOUN_INDICATOR,
    NOUN_WORKDAYS,
    NOUN_DUTY,
    NOUN_ROUTE,
    NOUN_PLAN,
    NOUN_KEPT, /* the centre keeps the nouns before it; those from here on only go into plans */
    NOUN_SEASON = NOUN_KEPT,
    NOUN_CALENDAR,
    NOUN_COUNT
};

/* The places of values in an entry, in the order of the tables in nouns.c. */
enum { RULE_SET_CODE, RULE_SET_CONSTANTS };
enum { PROJECT_CODE, PROJECT_NAME, PROJECT_NAME_EN, PROJECT_STARTS, PROJECT_ENDS };
enum {
    ORGANISATION_CODE,
    ORGANISATION_NAME,
    ORGANISATION_NAME_EN,
    ORGANISATION_KIND,
    ORGANISATION_PARENT,
    ORGANISATION_TIME_ZONE,
    ORGANISATION_OPENED,
    ORGANISATION_CLOSED,
    ORGANISATION_EMAIL,
};
enum {
    INDICATOR_CODE,
    INDICATOR_NAME,
    INDICATOR_NAME_EN,
    INDICATOR_PROJECT,
    INDICATOR_KIND,
    INDICATOR_DIRECTION,
    INDICATOR_UNIT,
    INDICATOR_UNIT_EN,
    INDICATOR_WHOLE,
    INDICATOR_COUNTING,
    INDICATOR_STEP_MONTHS,
    INDICATOR_METHOD,
    INDICATOR_RULE_SET,
    INDICATOR_ROLLED,
    INDICATOR_YEAR_STARTS,
    INDICATOR_AT_MOST,
};
enum { WORKDAYS_CODE, WORKDAYS_DAYS }; /* "2020-11-04=false 2021-02-20=true" */
enum {
    DUTY_CODE,
    DUTY_INDICATORS,
    DUTY_KINDS,
    DUTY_ORGANISATIONS,
    DUTY_EVERY,
    DUTY_DUE_WORKDAY,
    DUTY_REMIND_WORKDAYS,
    DUTY_CLOSE_WORKDAY,
    DUTY_STARTS,
    DUTY_ENDS,
    DUTY_WORKDAYS,
};
enum {
    ROUTE_CODE,
    ROUTE_ORGANISATION,
    ROUTE_TO, /* an address within the channel, or "own": that of the organisation itself */
    ROUTE_CHANNEL,
    ROUTE_PROJECTS,
    ROUTE_KINDS,
    ROUTE_LEVEL,
    ROUTE_LANGUAGE,
    ROUTE_PACE,
    ROUTE_HOURS,
    ROUTE_DAYS,
    ROUTE_WORKDAYS,
    ROUTE_HOLIDAYS, /* "2020-10-26=2020-11-04" */
    ROUTE_REMIND_DAYS,
    ROUTE_UNANSWERED_DAYS,
};
enum {
    PLAN_ORGANISATION,
    PLAN_INDICATOR,
    PLAN_STARTS,
    PLAN_VALID_FROM, /* absent: the newest version of the plan with this first day */
    PLAN_BASIS,
    PLAN_ENDS,
    PLAN_SHAPE,      /* absent: shape.h chooses */
    PLAN_SHAPE_FROM, /* the season or calendar */
    PLAN_BASE,
    PLAN_BASE_ON,
    PLAN_BASE_METHOD,
    PLAN_TARGET,
    PLAN_OF,
    PLAN_DUE_FROM,
    PLAN_DUE_TO,
    PLAN_DUE_PRECISION,
    PLAN_EVENT,
    PLAN_CLOSES,
    PLAN_AFTER,  /* what has to come first: "school-3/contract" */
    PLAN_POINTS, /* "2020-03-31=40 2020-06-30=90" */
    PLAN_FROZEN, /* what an approved plan keeps, and is not compared with the centre's */
    PLAN_KNOTS = PLAN_FROZEN, /* "0 0.08 … 1" */
    PLAN_TERMS,               /* "2020-09-01=2020-10-25 2020-11-05=2020-12-27" */
};
enum { SEASON_CODE, SEASON_KNOTS, SEASON_YEARS };
enum { CALENDAR_CODE, CALENDAR_TERMS };

struct noun_table {
    const char *name, *word[LANG_COUNT];
    const struct field *fields;
    size_t n_fields;
    int n_keys; /* the first fields are the key; an optional one may be absent from it */
};

extern const struct noun_table nouns[NOUN_COUNT];

#endif
