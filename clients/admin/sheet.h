/* sheet: a table saved as CSV: `;` between cells, UTF-8 with or without BOM or what Excel on Russian
 * Windows saves (cp1251), headings in the first row in any order.
 *
 * A cell may be quoted and then hold `;`, newlines and doubled quotes (RFC 4180). */
#ifndef VEKHA_ADMIN_SHEET_H
#define VEKHA_ADMIN_SHEET_H

#include <stdbool.h>
#include <stddef.h>

#include "admin/problems.h"

enum {
    SHEET_MAX_BYTES = 64 * 1024 * 1024,
    SHEET_MAX_ROWS = 500000,
    SHEET_MAX_COLUMNS = 32,
};

struct sheet_column {
    const char *name, *name_ru; /* either heads the column, in any case */
    bool required;              /* the column, not each of its cells */
};

/* One row: cells in the order of the columns asked for; trimmed; NULL where empty or the column is
 * missing. */
typedef void sheet_row_fn(void *arg, int line, const char *const *cells);

/* Reads a file, or bytes (file is then only a name).  What is wrong goes to problems; rows are
 * given all the same. */
void sheet_read(const char *file, const struct sheet_column *columns, size_t n, sheet_row_fn *fn,
                void *arg, struct problems *problems);
void sheet_parse(const char *file, const char *bytes, size_t len,
                 const struct sheet_column *columns, size_t n, sheet_row_fn *fn, void *arg,
                 struct problems *problems);

#endif
