/* programme: what a centre watches, as its files say it: rule sets, projects and indicators in the
 * programme file (libconfuse), organisations, plans and the points of plans in the CSV files that
 * it names.
 *
 *     organisations = "organisations.csv"        beside the programme file
 *     plans         = "plans.csv"
 *     points        = "points.csv"
 *
 *     rule_set strict { progress_on_track = "0.97" }
 *     project families { name = "Поддержка семей, имеющих детей" starts = "2019-01-01" ends =
 * "2024-12-31" } indicator consultations { project = "families" kind = "flow" name = "Консультации"
 * unit = "консультаций" }
 *
 * All values are texts here, in the canonical form of field.h, so that they compare digit for
 * digit. */
#ifndef VEKHA_ADMIN_PROGRAMME_H
#define VEKHA_ADMIN_PROGRAMME_H

#include <stdbool.h>
#include <stddef.h>
#include <uthash.h>

#include "admin/field.h"
#include "admin/problems.h"

enum noun { NOUN_RULE_SET, NOUN_PROJECT, NOUN_ORGANISATION, NOUN_INDICATOR, NOUN_PLAN, NOUN_COUNT };

enum {
    PROGRAMME_MAX_FIELDS = 18,
    PROGRAMME_MAX_ENTRIES = 500000, /* of one noun */
    PROGRAMME_MAX_POINTS = 400,     /* of one plan */
    PROGRAMME_KEY_MAX = 160, /* bytes of "school-3/consultations/2020-01-01/2020-06-01" with NUL */
};

/* The places of values in an entry, in the order of the tables in programme.c. */
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
};
enum {
    PLAN_ORGANISATION,
    PLAN_INDICATOR,
    PLAN_STARTS,
    PLAN_VALID_FROM, /* absent: the newest version of the plan with this first day */
    PLAN_BASIS,
    PLAN_ENDS,
    PLAN_SHAPE,
    PLAN_BASE,
    PLAN_BASE_ON,
    PLAN_BASE_METHOD,
    PLAN_TARGET,
    PLAN_OF,
    PLAN_DUE_FROM,
    PLAN_DUE_TO,
    PLAN_DUE_PRECISION,
    PLAN_EVENT,
    PLAN_POINTS, /* "2020-03-31=40 2020-06-30=90" */
};

struct entry {
    const char *file;
    int line;
    char *values[PROGRAMME_MAX_FIELDS]; /* NULL: absent */
    int lines[PROGRAMME_MAX_FIELDS];
    char key[PROGRAMME_KEY_MAX];
    UT_hash_handle hh;
};

struct entries {
    size_t n, room;
    struct entry **list; /* in the order of the file; organisations: parents first */
    struct entry *by_key;
};

struct programme {
    struct entries nouns[NOUN_COUNT];
    char *files[4]; /* names that the entries point to */
    size_t n_files;
};

struct noun_table {
    const char *name, *word[LANG_COUNT];
    const struct field *fields;
    size_t n_fields;
    int n_keys; /* the first fields are the key; an optional one may be absent from it */
};

extern const struct noun_table nouns[NOUN_COUNT];

/* Reads and checks everything.  The programme is whole only if problems->n is still 0; NULL without
 * memory. */
struct programme *programme_read(const char *path, struct problems *problems);
void programme_free(struct programme *p); /* NULL-safe */

const struct entry *programme_find(const struct programme *p, enum noun noun, const char *key);

/* What single values cannot tell: references, the tree, dates in order, plans that suit their
 * indicator.  Sorts the organisations.  In check.c; called by programme_read(). */
void programme_check(struct programme *p, struct problems *problems);

#endif
