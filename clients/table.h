/* table: rows for a terminal, aligned by what a character takes there, without boxes.  A line is as
 * wide as the terminal at most, elsewhere TABLE_WIDTH.
 *
 *     COLUMN          COLUMN        NUMBER
 *     Heading over the rows below
 *       cell          cell      3 580 418,00
 */
#ifndef VEKHA_TABLE_H
#define VEKHA_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/decimal.h"
#include "base/lang.h"

enum {
    TABLE_MAX_COLUMNS = 12,
    TABLE_MAX_ROWS = 1000000,
    TABLE_CELL_MAX = 400,          /* bytes with NUL; a longer cell is cut at a character */
    TABLE_HEADING_MAX = 16 * 1024, /* the same of a heading, which may be a whole narrative */
    TABLE_LEAST_WIDTH = 14,
    TABLE_WIDTH = 100, /* of a printed line, if the flexible columns can give way */
};

enum table_align { TABLE_LEFT, TABLE_RIGHT };
enum table_colour { TABLE_PLAIN, TABLE_BOLD, TABLE_GREEN, TABLE_YELLOW, TABLE_RED, TABLE_FAINT };

/* The escape sequence of a colour, as terminal_wrap() takes it. */
const char *table_paint(enum table_colour colour);

enum table_fit {
    TABLE_FIXED = 0,
    TABLE_FLEXIBLE = 1, /* cut with «…», down to TABLE_LEAST_WIDTH */
    TABLE_SPARE = 2,    /* left out where cutting is not enough */
};

struct table_column {
    const char *title; /* "" for none */
    enum table_align align;
    unsigned fit; /* enum table_fit, what to do where the line would not fit */
};

struct table;

/* The columns are copied but not their titles.  NULL without memory. */
struct table *table_new(const struct table_column *columns, size_t n);
void table_free(struct table *t); /* NULL-safe */

/* Cells are given from left to right; the first begins a row.  NULL is an empty cell. */
void table_cell(struct table *t, const char *text);
void table_cell_coloured(struct table *t, const char *text, enum table_colour colour);

/* A decimal for people: «3 580 418,00» or "3 580 418.00"; with_unit may be NULL or follow it: " %".
 */
void table_decimal(struct table *t, struct decimal d, enum lang lang, const char *with_unit);

/* A line of its own, indented by `indent` columns, between rows; wrapped at a terminal.  Not
 * counted in the widths. */
void table_heading(struct table *t, const char *text, int indent, enum table_colour colour);

size_t table_rows(const struct table *t); /* without headings */

/* False if memory was missing on the way (then nothing is printed) or `out` cannot be written. */
bool table_print(const struct table *t, FILE *out, bool colour);

#endif
