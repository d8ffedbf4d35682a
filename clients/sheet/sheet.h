/* sheet: a table of figures, or of narratives, that Excel saved as .xlsx or CSV: its headers tell which.
 *
 * The headers may stand below a title and fill two rows.  Rows without a value, of totals, or with
 * the headers once more are left out.  Good rows count even if others are bad; each bad row is told with its line, its column and what
 * to do.  What spoils the whole file (no header, a workbook) leaves no rows and one error. */
#ifndef VEKHA_SHEET_SHEET_H
#define VEKHA_SHEET_SHEET_H

#include <stddef.h>
#include <stdint.h>

#include "cells.h"
#include "charset.h"
#include "sheet/heads.h"
#include "sheet/reading.h"

enum {
    SHEET_MAX_BYTES = 16 * 1024 * 1024,
    SHEET_MAX_ROWS = 120000,
    SHEET_MAX_COLUMNS = CELLS_MAX,
};

struct sheet;

struct sheet_row {
    size_t line; /* where the row begins; the first line of the file is 1 */
    enum row_kind kind;
    union {
        struct figure figure;
        struct narrative narrative;
    };
};

struct sheet_error {
    size_t line;        /* 0: the file as a whole */
    size_t column;      /* 1 is the first; 0: the row as a whole */
    const char *header; /* of the column, as the file has it; "" if there is none */
    struct reading_error error;
};

/* Lines from first to last of which there is something to know without their being wrong. */
struct sheet_note {
    size_t first, last;
    enum say why; /* SAY_ROWS_NOT_FILLED, SAY_ROWS_OF_TOTALS: left out; SAY_ROWS_HIDDEN: taken */
};

/* Reads bytes as a table, of a workbook the sheet of that name (NULL: the only one with headings); what a row does not give comes from defaults (of a narrative: organisation
 * and period), whose texts must outlive the sheet.  NULL if out of memory. */
struct sheet *sheet_parse(const uint8_t *bytes, size_t len, const char *leaf,
                          const struct figure *defaults);

/* The same from a file.  NULL with errno if it cannot be read; EFBIG over SHEET_MAX_BYTES. */
struct sheet *sheet_read(const char *path, const char *leaf, const struct figure *defaults);
void sheet_free(struct sheet *s); /* NULL-safe */

/* What its rows are. */
enum row_kind sheet_kind(const struct sheet *s);

/* In the order of the file, all of one kind; owned by the sheet. */
size_t sheet_rows(const struct sheet *s, const struct sheet_row **ret);
size_t sheet_errors(const struct sheet *s, const struct sheet_error **ret);

/* In the order of the file. */
size_t sheet_notes(const struct sheet *s, const struct sheet_note **ret);

/* Headers of columns that were not understood and are left out. */
size_t sheet_unknown(const struct sheet *s, const char *const **ret);

enum charset sheet_charset(const struct sheet *s);
char sheet_delimiter(const struct sheet *s); /* ';', ',' or a tab; of a workbook NUL */

#endif
