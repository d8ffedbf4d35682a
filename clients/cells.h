/* cells: cuts the text of a table into rows of cells, and tells at which line each row begins. */
#ifndef VEKHA_CELLS_H
#define VEKHA_CELLS_H

#include <stdbool.h>
#include <stddef.h>

#include "wire/arena.h"

enum {
    CELLS_MAX = 64, /* of a row that are kept; of those beyond, only what is not empty is counted */
    CELLS_HEADER_ROWS = 50, /* how far the headers are looked for */
};

/* One row: min(n, CELLS_MAX) trimmed texts in the job's arena; line breaks inside a cell are
 * newlines.  False stops the parsing. */
typedef bool cells_row(void *context, size_t line, const char *const *cells, size_t n);

struct cells_job {
    const char *text, *end;
    size_t first_line; /* the number of the line at `text` */
    char delimiter;
    bool strict; /* a quote in the middle of a cell is an error, not a character */
    struct arena *texts;
    cells_row *row;
    void *context;
};

enum cells_end {
    CELLS_OK,           /* or the callback stopped it */
    CELLS_QUOTE_ASTRAY, /* with `strict`, in the row that begins at *ret_line */
    CELLS_QUOTE_OPEN,   /* the last row, which begins at *ret_line, has a quote that is never closed
                       */
    CELLS_NO_MEMORY,
};

enum cells_end cells_parse(const struct cells_job *job, size_t *ret_line);

/* Of ';', a tab and ',' the one at which most cells of one of the first rows are headers. */
char cells_delimiter(const char *text, const char *end,
                     bool (*is_header)(const char *text, size_t len));

/* Cuts blanks, NBSP among them, off both ends, in place.  Returns the first character left. */
char *cells_trim(char *text);

/* Where the line that begins at `at` ends, past its line break: LF, CRLF or an old Macintosh's CR.
 */
const char *cells_line_end(const char *at, const char *end);

#endif
