/* problems: what is wrong in the files of a programme, gathered, so that all of it can be mended at
 * once. */
#ifndef VEKHA_ADMIN_PROBLEMS_H
#define VEKHA_ADMIN_PROBLEMS_H

#include <stddef.h>

#include "admin/text.h"
#include "base/str.h"

enum {
    PROBLEMS_SHOWN = 50,
    PROBLEMS_TEXT_MAX = 64 * 1024,
    PROBLEMS_COLUMNS = 128, /* of all tables; more are not named by their number */
};

/* Where a table has the column of a field; the texts are not owned. */
struct problems_column {
    const char *file, *field;
    int column; /* from 1 */
};

struct problems {
    enum lang lang;
    size_t n; /* all of them; the text holds the first PROBLEMS_SHOWN */
    struct str text;
    size_t n_columns;
    struct problems_column columns[PROBLEMS_COLUMNS];
};

void problems_init(struct problems *p, enum lang lang);
void problems_finish(struct problems *p); /* NULL-safe */

/* Notes the column of a field, for what will be said of that file.  Both are known by their
 * addresses. */
void problems_column(struct problems *p, const char *file, const char *field, int column);

/* "FILE:LINE:COLUMN: FIELD: sentence"; the column is said where it was noted, a field that is NULL
 * or "" is left out. */
void problem(struct problems *p, const char *file, int line, const char *field, enum text id, ...);

/* On standard error: the first ones, and how many there are. */
void problems_print(const struct problems *p);

#endif
