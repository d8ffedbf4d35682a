/* book: the table in an .xlsx workbook, row by row, as it would come out of the same table saved as CSV.
 *
 * A cell is text: a string as it stands, a number as its format shows it (shown.h), a formula by the value that was
 * saved with it.  Hidden sheets are passed over; so are sheets without headings, if another has them. */
#ifndef VEKHA_SHEET_BOOK_H
#define VEKHA_SHEET_BOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells.h"
#include "wire/arena.h"

enum {
    BOOK_MAX_SHEETS = 64,
    BOOK_MAX_STYLES = 4096,
    BOOK_MAX_FORMATS = 1024,
    BOOK_MAX_STRINGS = 1000000,
    BOOK_NAME_MAX = 128, /* bytes of a sheet's name, with its NUL; a longer one is cut */
    BOOK_MAX_TEXT = 64 * 1024 * 1024, /* bytes of all texts that are kept */
};

enum book_error {
    BOOK_OK, /* or the callback stopped it */
    BOOK_BROKEN,
    BOOK_TOO_LARGE,
    BOOK_ENCRYPTED,
    BOOK_SEVERAL, /* sheets with headings: `names` tells which */
    BOOK_NO_LEAF, /* of the name that was asked for: `names` tells which there are */
    BOOK_NO_MEMORY,
};

struct book_job {
    const uint8_t *bytes;
    size_t len;
    struct arena *texts; /* of the cells that the rows are given */
    const char *leaf;    /* the name of the sheet to read; NULL: the only one with headings */
    bool (*is_header)(const char *text, size_t len);
    cells_row *row; /* as of cells.h; the line is the row's number in Excel */
    bool hidden;    /* while a row is given: Excel does not show it, for a filter or by hand */
    void *context;
    char names[4 * BOOK_NAME_MAX]; /* filled: «Лист1», «Лист2» */
};

enum book_error book_read(struct book_job *job);

#endif
