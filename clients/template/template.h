/* template: a table to fill in: what each organisation of this agent reports, the period that is owed, its plan and what was reported
 * last; the columns to fill are empty.  As it is filled in, the sheet reads it back; a row that is left empty is left out.
 *
 * Names come from the catalogue, so from others: a cell that a program would take for a formula is written as the text that it is. */
#ifndef VEKHA_TEMPLATE_TEMPLATE_H
#define VEKHA_TEMPLATE_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "agent/part.h"
#include "base/lang.h"
#include "base/period.h"

enum { TEMPLATE_TEXT_MAX = 512 /* bytes of a cell, with its NUL */ };

enum template_error {
    TEMPLATE_OK,
    TEMPLATE_NO_ORGANISATION, /* the part has none of that code */
    TEMPLATE_TOO_LONG,        /* more rows than a table may have */
    TEMPLATE_FAILED,          /* errno tells */
};

struct template;

/* What to make it of. */
struct template_job {
    const struct part *part;
    const char *organisation; /* only this one; NULL: all that the agent reports for */
    period_t
        period; /* for this period; PERIOD_NONE: for each series what is owed, else what is not over */
    enum lang lang;
    int64_t now_us; /* Unix microseconds */
};

/* The job's part must outlive the template. */
enum template_error template_new(const struct template_job *job, struct template **ret)
    __attribute__((warn_unused_result));
void template_free(struct template *t); /* NULL-safe */
size_t template_rows(const struct template *t);
enum lang template_lang(const struct template *t);

/* --- the columns --- */

enum template_kind {
    TEMPLATE_GIVEN,  /* a text, not to be changed */
    TEMPLATE_AMOUNT, /* a number, not to be changed */
    TEMPLATE_NUMBER, /* to be filled in with a number, or a word that says why there is none */
    TEMPLATE_WORDS,  /* a text that may be changed or filled in */
};

size_t template_columns(const struct template *t);
const char *template_title(const struct template *t, size_t column);
enum template_kind template_kind(const struct template *t, size_t column);
unsigned template_width(const struct template *t, size_t column); /* in characters */

/* Digits after the point of an amount in a row. */
unsigned template_digits(const struct template *t, size_t row);

/* The text of a cell, a number with a point; "" if it is empty.  Returns buf. */
char *template_cell(const struct template *t, size_t row, size_t column,
                    char buf[TEMPLATE_TEXT_MAX]);

/* --- the two forms --- */

/* CSV as Excel opens it where it is at home: UTF-8 with a BOM, ';', CR LF; a comma before fractions in Russian.  False with errno. */
bool template_csv(const struct template *t, FILE *out) __attribute__((warn_unused_result));

/* A workbook at a path.  False with errno. */
bool template_workbook(const struct template *t, const char *path)
    __attribute__((warn_unused_result));

#endif
