/* load: series from the database, by the one loader that the daemon uses too, through the model's
 * reader. */
#ifndef VEKHA_ADMIN_LOAD_H
#define VEKHA_ADMIN_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "admin/ctl.h"
#include "model/input.h"
#include "model/reporting.h"

/* NULL leaves a condition out. */
struct load_filter {
    const char *project, *indicator, *organisation; /* codes; an organisation with all below it */
    const char *as_of, *known_at;                   /* SQL date and timestamptz; NULL: now */
    const char *
        since; /* figures from this day on, even if the plan needs only later ones; NULL: as it needs */
    void (*change)(void *arg,
                   struct series *s); /* of each series before it is assessed; NULL: none */
    void *change_arg;
    bool owed; /* also series that are owed, though nothing has come of them yet */
};

/* Calls fn with every series to be shown, by project, indicator, organisation.  False, and said
 * why, on failure. */
bool load_series(struct ctl *ctl, const struct load_filter *f, input_series_fn *fn, void *arg)
    __attribute__((warn_unused_result));

/* The same with pairs of ids: two SQL arrays of the same length, "{1,2}"; in their order. */
bool load_pairs(struct ctl *ctl, const char *organisations, const char *indicators,
                const struct load_filter *f, input_series_fn *fn, void *arg)
    __attribute__((warn_unused_result));

/* The duties in force at known_at (NULL: now); the caller frees.  NULL, and said why, on failure. */
struct duty_book *load_duties(struct ctl *ctl, const char *known_at);

/* Calls fn with how each organisation stands with its reports, judged by these duties: one and all
 * below it, or all.  False, and said why, on failure. */
bool load_reporting(struct ctl *ctl, const struct duty_book *book, const struct load_filter *f,
                    reporting_fn *fn, void *arg) __attribute__((warn_unused_result));

/* --as-of and --known-at as SQL texts, checked; a known_at that is a day means its end in UTC, and
 * none is later than now. False, and said why, if one is no date or time. */
enum { LOAD_TIME_MAX = 40 };
struct load_times {
    char as_of[LOAD_TIME_MAX], known_at[LOAD_TIME_MAX]; /* "" if not given */
};
bool load_times(struct ctl *ctl, struct load_times *ret) __attribute__((warn_unused_result));

/* The id of a code; 0, and said so, if there is none (or the database failed). */
int64_t load_organisation_id(struct ctl *ctl, const char *code);
int64_t load_indicator_id(struct ctl *ctl, const char *code);
int64_t load_project_id(struct ctl *ctl, const char *code);

#endif
