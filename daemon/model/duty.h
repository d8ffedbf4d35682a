/* duty: who owes which reports by when, and the book of all duties with their working-day
 * calendars.
 *
 * The book is read from lines of text as a series is (model/input.h), in the form that the SQL
 * function duty_book() gives:
 *
 *     workdays      id code
 *     day           day working                    (any number, by day)
 *     duty          id code workdays-id every due-workday remind-workdays close-workday starts ends
 *     indicator     id                             (any number, by id)
 *     kind          kind                           (any number)
 *     organisation  id                             (any number, by id)
 *
 * A `workdays` or `duty` line begins one; what follows belongs to it.  A duty's calendar comes
 * before it. */
#ifndef VEKHA_MODEL_DUTY_H
#define VEKHA_MODEL_DUTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "base/period.h"
#include "model/workdays.h"

enum {
    DUTY_MAX = 1000,
    DUTY_MAX_WORKDAYS = 16, /* calendars */
    DUTY_MAX_INDICATORS = 1000,
    DUTY_MAX_ORGANISATIONS = 10000, /* named one by one */
    DUTY_MAX_WORKDAY = 250,         /* the latest working day that a duty may name */
};

enum organisation_kind {
    ORGANISATION_DEPARTMENT,
    ORGANISATION_SCHOOL,
    ORGANISATION_KINDERGARTEN,
    ORGANISATION_EXTRA,
    ORGANISATION_GUARDIANSHIP,
    ORGANISATION_OTHER,
    ORGANISATION_KINDS,
};

/* Ascending ids. */
struct duty_ids {
    size_t n, room;
    int32_t *list;
};

struct duty {
    int32_t id;
    char code[SERIES_CODE_MAX];
    const struct workdays *workdays;
    int every;              /* months: 1, 3, 6 or 12; periods end with the months it divides */
    int due, remind, close; /* working days: after the period, before the deadline, after the
                                period; the last two 0 if there is none */
    date_t starts, ends;    /* periods that end within are owed; ends DATE_NONE: it goes on */
    bool kinds[ORGANISATION_KINDS];
    struct duty_ids indicators, organisations;
};

/* What is owed in a duty, and by whom. */
struct duty_subject {
    int32_t organisation, indicator;
    enum organisation_kind kind;
};

/* True if the duty is of this indicator, and the organisation is of its kinds or named in it. */
bool duty_concerns(const struct duty *d, struct duty_subject s);

/* The period of this duty that a day lies in; past DATE_MAX_YEAR it is not valid. */
period_t duty_period_of(const struct duty *d, date_t day);

/* True if reports on this period are owed, whoever it concerns. */
bool duty_owes(const struct duty *d, period_t p);

date_t duty_due_on(const struct duty *d, period_t p);
date_t duty_remind_on(const struct duty *d, period_t p); /* DATE_NONE if it reminds nobody */
date_t duty_close_on(const struct duty *d, period_t p);  /* DATE_NONE if it is never closed */

/* --- the book --- */

struct duty_book;

struct duty_book *duty_book_new(void);
void duty_book_free(struct duty_book *b); /* NULL-safe */

/* Takes one line without its newline.  False if it is not of the form above: duty_book_error() says
 * what and in which field. */
bool duty_book_line(struct duty_book *b, const char *line, size_t len)
    __attribute__((warn_unused_result));

/* The same of all lines of a text; NULL has none. */
bool duty_book_read(struct duty_book *b, const char *lines) __attribute__((warn_unused_result));
const char *duty_book_error(const struct duty_book *b);

/* The duties, by their places 0 to n - 1; a book that is NULL has none. */
size_t duty_book_count(const struct duty_book *b);
const struct duty *duty_book_at(const struct duty_book *b, size_t place);

/* The day from which on figures of this period are closed, by whichever duty is strictest;
 * DATE_NONE if none closes it. */
date_t duty_book_closes(const struct duty_book *b, struct duty_subject s, period_t p);

#endif
