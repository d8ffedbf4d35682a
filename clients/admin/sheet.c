/* sheet: plans come from a spreadsheet; cells cuts it, here are the headings and what is wrong with
 * them. */
#include "admin/sheet.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cells.h"
#include "charset.h"
#include "fault.h"
#include "words.h"

/* A column of this name is for remarks and not read. */
static const struct sheet_column remark = {"comment", "примечание", false};

enum {
    IGNORED = -1,
    DELIMITER = ';',
    ROW_SPARE = CELLS_MAX * 32, /* what a row's cells take besides their bytes */
};

struct reader {
    const char *file;
    const struct sheet_column *columns;
    size_t n_columns;
    sheet_row_fn *fn;
    void *arg;
    struct problems *problems;
    struct arena *texts; /* of one row */
    const char *const *row;
    size_t n_cells, n_rows /* with the headings */, n_headings;
    int row_line;
    int place[SHEET_MAX_COLUMNS]; /* of each heading: the column asked for, or IGNORED */
};

/* Whatever its case, with spaces or underscores: «Действует с» is действует_с. */
static bool heads(const struct sheet_column *column, const char *heading)
{
    char given[WORDS_MAX], wanted[WORDS_MAX];

    words_fold(heading, strlen(heading), given);
    return *given != '\0' &&
           (strcmp(given, words_fold(column->name, strlen(column->name), wanted)) == 0 ||
            strcmp(given, words_fold(column->name_ru, strlen(column->name_ru), wanted)) == 0);
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
    for (size_t i = 0; i < r->n_cells; i++) {
        const char *heading = r->row[i];
        int column = find_column(r, heading);

        if (column != IGNORED && has_place(r, column))
            problem(r->problems, r->file, r->row_line, heading, TEXT_SHEET_COLUMN_TWICE);
        else if (column == IGNORED && *heading != '\0' && !heads(&remark, heading))
            problem(r->problems, r->file, r->row_line, heading, TEXT_SHEET_COLUMN_UNKNOWN);
        else if (column != IGNORED)
            problems_column(r->problems, r->file, r->columns[column].name, (int)i + 1);
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

    for (size_t i = 0; i < r->n_cells && i < r->n_headings; i++) {
        bool filled = r->row[i][0] != '\0';

        any = any || filled;
        if (r->place[i] != IGNORED)
            cells[r->place[i]] = filled ? r->row[i] : NULL;
    }
    if (r->n_cells > r->n_headings)
        problem(r->problems, r->file, r->row_line, NULL, TEXT_SHEET_ROW_LONG);
    else if (any) /* a row of nothing but separators is what Excel leaves at the end */
        r->fn(r->arg, r->row_line, cells);
}

static bool on_row(void *context, size_t line, const char *const *cells, size_t n)
{
    struct reader *r = context;

    r->n_rows++;
    r->row = cells;
    r->n_cells = n;
    r->row_line = (int)line;
    if (n > SHEET_MAX_COLUMNS)
        problem(r->problems, r->file, r->row_line, NULL, TEXT_SHEET_ROW_LONG);
    else if (r->n_rows == 1)
        take_headings(r);
    else if (r->n_rows <= SHEET_MAX_ROWS + 1)
        take_row(r);
    else
        problem(r->problems, r->file, r->row_line, NULL, TEXT_SHEET_TOO_LARGE);
    arena_reset(r->texts);
    return r->n_rows <= SHEET_MAX_ROWS + 1;
}

static void read_cells(struct reader *r, const char *bytes, size_t len)
{
    const struct cells_job job = {.text = bytes,
                                  .end = bytes + len,
                                  .first_line = 1,
                                  .delimiter = DELIMITER,
                                  .strict = true,
                                  .texts = r->texts,
                                  .row = on_row,
                                  .context = r};
    size_t line = 1;

    switch (cells_parse(&job, &line)) {
    case CELLS_OK:
        if (r->n_rows == 0)
            problem(r->problems, r->file, 1, NULL, TEXT_SHEET_EMPTY);
        break;
    case CELLS_QUOTE_ASTRAY:
    case CELLS_QUOTE_OPEN:
        problem(r->problems, r->file, (int)line, NULL, TEXT_SHEET_BAD_QUOTES);
        break;
    case CELLS_NO_MEMORY:
        problem(r->problems, r->file, (int)line, NULL, TEXT_NO_MEMORY);
        break;
    }
}

void sheet_parse(const char *file, const char *bytes, size_t len,
                 const struct sheet_column *columns, size_t n, sheet_row_fn *fn, void *arg,
                 struct problems *problems)
{
    struct reader r = {file, columns, n, fn, arg, problems, .n_rows = 0};
    struct charset_text t = {.text = NULL};
    enum charset_fault why;
    size_t line;

    if (!charset_decode((const uint8_t *)bytes, len, &t, &why, &line)) {
        problem(problems, file, line > 0 ? (int)line : 1, NULL,
                why == CHARSET_WORKBOOK ? TEXT_SHEET_WORKBOOK : TEXT_SHEET_NO_CHARSET);
        return;
    }
    r.texts = arena_new(t.len + ROW_SPARE);
    if (r.texts != NULL)
        read_cells(&r, t.text, t.len);
    else
        problem(problems, file, 1, NULL, TEXT_NO_MEMORY);
    arena_free(r.texts);
    free(t.text);
}

/* The whole file; NULL, and a problem, if it cannot be read. */
static char *slurp(const char *file, size_t *ret_len, struct problems *problems)
{
    FILE *in = fopen(file, "rbe");
    struct stat st;
    char *bytes = NULL;

    if (in == NULL || fstat(fileno(in), &st) != 0) {
        problem(problems, file, 1, NULL, TEXT_CANNOT_READ, file, fault_text(errno, problems->lang));
        goto out;
    }
    if (S_ISDIR(st.st_mode)) {
        problem(problems, file, 1, NULL, TEXT_CANNOT_READ, file,
                fault_text(EISDIR, problems->lang));
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
        problem(problems, file, 1, NULL, TEXT_CANNOT_READ, file, fault_text(errno, problems->lang));
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
