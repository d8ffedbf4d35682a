/* reporting: how an organisation stands with the reports it owes, and the reader of what that is
 * judged from.
 *
 * Lines as those of a series (model/input.h), in the form that the SQL function reporting_input()
 * gives:
 *
 *     organisation  id code name name-en kind opened closed email today changes-on
 *     series        indicator-id code name name-en kind counting     (any number, by code)
 *     answer        period as-of state                               (any number)
 *
 * An `organisation` line begins an organisation, a `series` line one of its series; answers belong
 * to the series before them.  changes-on is the next day from which another version of the
 * catalogue speaks. */
#ifndef VEKHA_MODEL_REPORTING_H
#define VEKHA_MODEL_REPORTING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/lang.h"
#include "base/str.h"
#include "model/freshness.h"

enum {
    REPORTING_MAX_SERIES = 2000,                                     /* of one organisation */
    REPORTING_EMAIL_MAX = 255,                                       /* bytes with NUL */
    REPORTING_LIST_MAX = REPORTING_MAX_SERIES * sizeof "2147483647", /* bytes */
};

/* One series that a duty is about. */
struct reporting_series {
    int32_t indicator;
    char code[SERIES_CODE_MAX];
    char name[LANG_COUNT][SERIES_NAME_MAX];
    struct freshness freshness;
};

struct reporting {
    struct debtor debtor;
    char code[SERIES_CODE_MAX];
    char name[LANG_COUNT][SERIES_NAME_MAX];
    char email[REPORTING_EMAIL_MAX]; /* "" if unknown */
    date_t changes_on;               /* of the catalogue; DATE_NONE: none is known */

    enum freshness_state state; /* the worst of its series */
    date_t due_on;      /* the earliest deadline of those; DATE_NONE if nothing is missing */
    bool reminded;      /* due, and the day of a reminder has come */
    date_t reassess_on; /* the next day on which time alone changes any of it; DATE_NONE */
    size_t n;
    struct reporting_series
        *series; /* missing ones first, the worst and oldest before the others */
};

/* True if there is anything to keep of it: reports are owed, or will be. */
bool reporting_is_kept(const struct reporting *r);

/* How many series, from the first on, are due, overdue or silent. */
size_t reporting_missing(const struct reporting *r);

/* Appends the ids of the indicators in one state, divided by blanks, as the database is given them. */
void reporting_list(const struct reporting *r, enum freshness_state state, struct str *out);

struct reporting_input;

/* Called with each whole organisation; it is freed after the call. */
typedef void reporting_fn(void *arg, const struct reporting *r);

/* Judges by the duties of a book, which has to outlive the reader. */
struct reporting_input *reporting_input_new(const struct duty_book *book, reporting_fn *fn,
                                            void *arg);
void reporting_input_free(struct reporting_input *in); /* NULL-safe */

/* Takes one line without its newline.  False if it is not of the form above:
 * reporting_input_error() says what and in which field. */
bool reporting_input_line(struct reporting_input *in, const char *line, size_t len)
    __attribute__((warn_unused_result));

/* Ends the last organisation. */
bool reporting_input_end(struct reporting_input *in) __attribute__((warn_unused_result));
const char *reporting_input_error(const struct reporting_input *in);

#endif
