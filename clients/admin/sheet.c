/* sheet: plans come from a spreadsheet; libcsv does the quoting, here are the headings and the line
 * numbers. */
#include "admin/sheet.h"

#include <csv.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/utf8.h"

static const char BOM[] = "\xef\xbb\xbf";

/* A column of this name is for remarks and not read. */
static const struct sheet_column remark = {"comment", "примечание", false};

enum { IGNORED = -1, DELIMITER = ';' };

struct reader {
    const char *file;
    const struct sheet_column *columns;
    size_t n_columns;
    sheet_row_fn *fn;
    void *arg;
    struct problems *problems;
    int line;      /* being read */
    int row_line;  /* where the row began; 0 between rows */
    size_t n_rows; /* with the headings */
    size_t n_headings;
    int place[SHEET_MAX_COLUMNS]; /* of each heading: the column asked for, or IGNORED */
    size_t cell;                  /* of the row */
    char *cells[SHEET_MAX_COLUMNS];
    bool too_wide;
};

static bool heads(const struct sheet_column *column, const char *heading)
{
    return strcasecmp(heading, column->name) == 0 || strcmp(heading, column->name_ru) == 0;
}

static int find_column(const struct reader *r, const char *heading)
{
    for (size_t i = 0; i < r->n_columns; i++)
        if (heads(&r->columns[i], heading))
            return (int)i;
    return IGNORED;
}

static bool has_place(const struct reader *r, int column)
{
    for (size_t i = 0; i < r->n_headings; i++)
        if (r->place[i] == column)
            return true;
    return false;
}

static void take_headings(struct reader *r)
{
    for (size_t i = 0; i < r->cell; i++) {
        const char *heading = r->cells[i] != NULL ? r->cells[i] : "";
        int column = find_column(r, heading);

        if (column != IGNORED && has_place(r, column))
            problem(r->problems, r->file, r->row_line, heading, TEXT_SHEET_COLUMN_TWICE);
        else if (column == IGNORED && *heading != '\0' && !heads(&remark, heading))
            problem(r->problems, r->file, r->row_line, heading, TEXT_SHEET_COLUMN_UNKNOWN);
        r->place[i] = column;
        r->n_headings = i + 1;
    }
    for (size_t i = 0; i < r->n_columns; i++)
        if (r->columns[i].required && !has_place(r, (int)i))
            problem(r->problems, r->file, r->row_line, r->columns[i].name,
                    TEXT_SHEET_COLUMN_MISSING);
}

static void take_row(struct reader *r)
{
    const char *cells[SHEET_MAX_COLUMNS] = {0};
    bool any = false;

    for (size_t i = 0; i < r->cell && i < r->n_headings; i++) {
        any = any || r->cells[i] != NULL;
        if (r->place[i] != IGNORED)
            cells[r->place[i]] = r->cells[i];
    }
    if (r->cell > r->n_headings)
        problem(r->problems, r->file, r->row_line, NULL, TEXT_SHEET_ROW_LONG);
    else if (any) /* a row of nothing but separators is what Excel leaves at the end */
        r->fn(r->arg, r->row_line, cells);
}

static void on_cell(void *text, size_t len, void *arg)
{
    struct reader *r = arg;

    r->row_line = r->row_line == 0 ? r->line : r->row_line;
    if (r->cell == SHEET_MAX_COLUMNS) {
        r->too_wide = true;
        return;
    }
    r->cells[r->cell++] = len > 0 ? strndup(text, len) : NULL;
}

static void on_row(int end, void *arg)
{
    struct reader *r = arg;

    (void)end;
    r->n_rows++;
    if (r->too_wide)
        problem(r->problems, r->file, r->row_line, NULL, TEXT_SHEET_ROW_LONG);
    else if (r->n_rows == 1)
        take_headings(r);
    else if (r->n_rows <= SHEET_MAX_ROWS + 1)
        take_row(r);
    else if (r->n_rows == SHEET_MAX_ROWS + 2)
        problem(r->problems, r->file, r->row_line, NULL, TEXT_SHEET_TOO_LARGE);
    for (size_t i = 0; i < r->cell; i++)
        free(r->cells[i]);
    r->cell = 0;
    r->row_line = 0;
    r->too_wide = false;
}

/* Line by line, because libcsv does not say where it is. */
static void feed(struct reader *r, struct csv_parser *parser, const char *bytes, size_t len)
{
    while (len > 0) {
        const char *newline = memchr(bytes, '\n', len);
        size_t n = newline != NULL ? (size_t)(newline - bytes) + 1 : len;

        r->line++;
        if (csv_parse(parser, bytes, n, on_cell, on_row, r) != n) {
            problem(r->problems, r->file, r->line, NULL, TEXT_SHEET_BAD_QUOTES);
            return;
        }
        bytes += n;
        len -= n;
    }
    if (csv_fini(parser, on_cell, on_row, r) != 0)
        problem(r->problems, r->file, r->row_line > 0 ? r->row_line : r->line, NULL,
                TEXT_SHEET_BAD_QUOTES);
}

void sheet_parse(const char *file, const char *bytes, size_t len,
                 const struct sheet_column *columns, size_t n, sheet_row_fn *fn, void *arg,
                 struct problems *problems)
{
    struct reader r = {file, columns, n, fn, arg, problems, .line = 0};
    struct csv_parser parser;

    if (len >= sizeof BOM - 1 && memcmp(bytes, BOM, sizeof BOM - 1) == 0) {
        bytes += sizeof BOM - 1;
        len -= sizeof BOM - 1;
    }
    if (!utf8_valid(bytes, len)) {
        problem(problems, file, 1, NULL, TEXT_SHEET_NO_UTF8);
        return;
    }
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        return;
    csv_set_delim(&parser, DELIMITER);
    feed(&r, &parser, bytes, len);
    for (size_t i = 0; i < r.cell; i++) /* of a row that never ended */
        free(r.cells[i]);
    csv_free(&parser);
    if (r.n_rows == 0 && problems->n == 0)
        problem(problems, file, 1, NULL, TEXT_SHEET_EMPTY);
}

/* The whole file; NULL, and a problem, if it cannot be read. */
static char *slurp(const char *file, size_t *ret_len, struct problems *problems)
{
    FILE *in = fopen(file, "rbe");
    struct stat st;
    char *bytes = NULL;

    if (in == NULL || fstat(fileno(in), &st) != 0) {
        problem(problems, file, 1, NULL, TEXT_CANNOT_READ, file, strerror(errno));
        goto out;
    }
    if (!S_ISREG(st.st_mode) || st.st_size > SHEET_MAX_BYTES) {
        problem(problems, file, 1, NULL, TEXT_SHEET_TOO_LARGE);
        goto out;
    }
    bytes = malloc((size_t)st.st_size + 1);
    if (bytes != NULL)
        *ret_len = fread(bytes, 1, (size_t)st.st_size, in);
    if (bytes == NULL || ferror(in)) {
        problem(problems, file, 1, NULL, TEXT_CANNOT_READ, file, strerror(errno));
        free(bytes);
        bytes = NULL;
    }
out:
    if (in != NULL)
        fclose(in);
    return bytes;
}

void sheet_read(const char *file, const struct sheet_column *columns, size_t n, sheet_row_fn *fn,
                void *arg, struct problems *problems)
{
    size_t len = 0;
    char *bytes = slurp(file, &len, problems);

    if (bytes != NULL)
        sheet_parse(file, bytes, len, columns, n, fn, arg, problems);
    free(bytes);
}
