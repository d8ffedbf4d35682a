/* programme: what a centre watches, as its files say it: rule sets, projects and indicators in the
 * programme file (libconfuse), organisations, plans and the points of plans in the CSV files that
 * it names.
 *
 *     organisations = "organisations.csv"        beside the programme file
 *     plans         = "plans.csv"
 *     points        = "points.csv"
 *
 *     workdays ru { file = "workdays-ru.csv" }
 *     duty monthly {
 *         indicators = {"consultations"}  kinds = {"school"}  every = "1"  due_workday = "6"
 *         starts = "2020-09-01"  workdays = "ru"
 *     }
 *     route head {
 *         organisation = "bogotol"  to = "head@bogotol.example"  hours = "08:00-18:00"
 *     }
 *     calendar school { terms = {"2020-09-01..2020-10-25", "2020-11-05..2020-12-27"} }
 *     season consultations { knots = {"0", "0.08", … "1"} }
 *     rule_set strict { progress_on_track = "0.97" }
 *     project families { name = "Поддержка семей, имеющих детей"  ends = "2024-12-31" }
 *     indicator consultations {
 *         project = "families"  kind = "flow"  name = "Консультации"  unit = "консультаций"
 *     }
 *
 * All values are texts here, in the canonical form of field.h, so that they compare digit for
 * digit. */
#ifndef VEKHA_ADMIN_PROGRAMME_H
#define VEKHA_ADMIN_PROGRAMME_H

#include <stddef.h>

#include "admin/entry.h"
#include "admin/nouns.h"
#include "admin/problems.h"
#include "model/duty.h"

enum {
    PROGRAMME_MAX_ENTRIES = 500000, /* of one noun */
    PROGRAMME_MAX_POINTS = 400,     /* of one plan */
    PROGRAMME_MAX_TERMS = 100,      /* of one calendar */
    PROGRAMME_MAX_PAST = 20,        /* years of one season */
    PROGRAMME_MAX_FILES = 4 + DUTY_MAX_WORKDAYS,
};

struct entries {
    size_t n, room;
    struct entry **list; /* in the order of the file; organisations: parents first */
    struct entry *by_key;
};

struct programme {
    struct entries nouns[NOUN_COUNT];
    char *files[PROGRAMME_MAX_FILES]; /* names that the entries point to */
    size_t n_files;
    size_t n_by_terms; /* plans that name no shape and got the terms */
};

/* Reads and checks everything (source.c).  The programme is whole only if problems->n is still 0;
 * NULL without memory. */
struct programme *programme_read(const char *path, struct problems *problems);
void programme_free(struct programme *p); /* NULL-safe */

const struct entry *programme_find(const struct programme *p, enum noun noun, const char *key);

/* Takes the entry over; one without a key, or whose key is there already, is a problem. */
void programme_add(struct programme *p, enum noun noun, struct entry *e, struct problems *problems);

/* Reads the CSV files (bulk.c): all entries of a noun; the points of plans that are there already.
 */
void programme_read_bulk(struct programme *p, enum noun noun, const char *file,
                         struct problems *problems);
void programme_read_points(struct programme *p, const char *file, struct problems *problems);

/* Reads the days of a working-day calendar into its entry (bulk.c). */
void programme_read_workdays(struct entry *calendar, const char *file, struct problems *problems);

/* Gives each plan its shape (shape.c): the one it names, with the knots of its season or the terms of
 * its calendar; a flow that names none gets terms if there is a calendar, else linear. */
void programme_shape(struct programme *p, struct problems *problems);

/* What single values cannot tell (check.c): references, the tree, dates in order, plans that suit
 * their indicator. Sorts the organisations. */
void programme_check(struct programme *p, struct problems *problems);

/* The same of one noun. */
void programme_check_noun(const struct programme *p, enum noun noun, struct problems *problems);

#endif
