/* heads: finds the row of a table that names its columns, and what each column gives.
 *
 * It need not be the first row: a form has a title above it.  It may be two rows, where a cell is
 * joined over several columns and each has a name of its own beneath. */
#ifndef VEKHA_SHEET_HEADS_H
#define VEKHA_SHEET_HEADS_H

#include <stdbool.h>
#include <stddef.h>

#include "cells.h"
#include "sheet/reading.h"

enum {
    HEADS_SEARCH = CELLS_HEADER_ROWS, /* rows with anything in them */
    HEADS_NAME_MAX = 128,             /* bytes of a name, with its NUL; a longer one is cut */
    HEADS_COLUMNS = CELLS_MAX,
};

enum row_kind { ROW_FIGURE, ROW_NARRATIVE };

struct heads {
    size_t line; /* of the lower row */
    enum row_kind kind;
    size_t n;
    char names[HEADS_COLUMNS][HEADS_NAME_MAX];
    int fields[HEADS_COLUMNS];   /* of each column, or WORDS_NONE */
    size_t columns[FIELD_COUNT]; /* of each field, from 1; 0: none */
    enum say fault;              /* SAY_NOTHING, or why it is no row of names */
    char what[READING_QUOTE_MAX];
    size_t known; /* columns with a name that is understood */
};

struct heads_search {
    bool has_period;    /* each row need not give one */
    size_t looked;      /* rows */
    struct heads upper; /* the row before */
    struct heads best;  /* what was found; else what comes nearest, with its fault */
    bool found;
};

void heads_begin(struct heads_search *s, bool has_period);

/* Looks at the next row.  True if it ends the search: the names are found, or HEADS_SEARCH rows
 * have none. */
bool heads_look(struct heads_search *s, size_t line, const char *const *cells, size_t n);

/* After the names: whether this row is the lower half of them, which h then takes in. */
bool heads_join(struct heads *h, bool has_period, size_t line, const char *const *cells, size_t n);

/* Whether a row repeats the names, as on each page of a printed form. */
bool heads_repeated(const struct heads *h, const char *const *cells, size_t n);

#endif
