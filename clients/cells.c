/* cells: libcsv knows quotes but no lines, and a person who must mend a file needs the line. */
#include "cells.h"

#include <csv.h>
#include <string.h>

/* In the order of preference where a header has but one column. */
static const char delimiters[] = {';', '\t', ','};

struct cutter {
    const struct cells_job *job;
    const char *cells[CELLS_MAX];
    size_t n;
    size_t line; /* where the row begins */
    bool row_ended, stopped, no_memory, astray;
};

const char *cells_line_end(const char *at, const char *end)
{
    while (at < end && *at != '\n' && *at != '\r')
        at++;
    if (at + 1 < end && at[0] == '\r' && at[1] == '\n')
        at++;
    return at < end ? at + 1 : end;
}

static bool blank_line(const char *at, const char *end)
{
    while (at < end && strchr(" \r\n", *at) != NULL)
        at++;
    return at == end;
}

/* A line break inside a cell is a newline, whatever the file uses. */
static void unify_breaks(char *text)
{
    char *out = text;
    for (const char *in = text; *in != '\0'; in++)
        if (*in != '\r')
            *out++ = *in;
        else if (in[1] != '\n')
            *out++ = '\n';
    *out = '\0';
}

static size_t blank_before(const char *text, const char *end)
{
    if (end - text >= 2 && memcmp(end - 2, "\xC2\xA0", 2) == 0)
        return 2;
    return end > text && strchr(" \t\r\n", end[-1]) != NULL ? 1 : 0;
}

char *cells_trim(char *text)
{
    char *end = text + strlen(text);
    for (size_t n; (n = blank_before(text, end)) > 0;)
        end -= n;
    *end = '\0';
    for (;;)
        if (strncmp(text, "\xC2\xA0", 2) == 0)
            text += 2;
        else if (*text != '\0' && strchr(" \t\r\n", *text) != NULL)
            text++;
        else
            return text;
}

static const char *keep_cell(struct cutter *c, const void *bytes, size_t len)
{
    char *copy = arena_copy_text(c->job->texts, bytes, len);
    if (copy == NULL) {
        c->no_memory = c->stopped = true;
        return "";
    }
    unify_breaks(copy);
    return cells_trim(copy);
}

static void on_cell(void *bytes, size_t len, void *data)
{
    struct cutter *c = data;
    if (c->n < CELLS_MAX)
        c->cells[c->n] = len > 0 ? keep_cell(c, bytes, len) : "";
    c->n += c->n < CELLS_MAX || len > 0;
}

static void on_row_end(int byte, void *data)
{
    struct cutter *c = data;
    (void)byte;
    if (!c->stopped)
        c->stopped = !c->job->row(c->job->context, c->line, c->cells, c->n);
    c->n = 0;
    c->row_ended = true;
}

static void feed(struct cutter *c, struct csv_parser *csv, const char *bytes, size_t len)
{
    c->row_ended = false;
    if (csv_parse(csv, bytes, len, on_cell, on_row_end, c) != len) {
        c->astray = csv_error(csv) == CSV_EPARSE;
        c->no_memory = !c->astray;
        c->stopped = true;
    }
}

/* libcsv is fed one line at a time: a row begins where the one before has ended. */
enum cells_end cells_parse(const struct cells_job *job, size_t *ret_line)
{
    struct cutter c = {.job = job, .row_ended = true};
    struct csv_parser csv;
    size_t line = job->first_line;
    if (csv_init(&csv, job->strict ? CSV_STRICT : 0) != 0)
        return CELLS_NO_MEMORY;
    csv_set_delim(&csv, (unsigned char)job->delimiter);
    for (const char *at = job->text; at < job->end && !c.stopped; line++) {
        const char *next = cells_line_end(at, job->end);
        c.line = c.row_ended ? line : c.line;
        if (!c.row_ended || !blank_line(at, next))
            feed(&c, &csv, at, (size_t)(next - at));
        at = next;
    }
    /* The last line may lack its break; only an open quote outlives one. */
    if (!c.stopped && !c.row_ended)
        feed(&c, &csv, "\n", 1);
    csv_free(&csv);
    *ret_line = c.line;
    if (c.no_memory)
        return CELLS_NO_MEMORY;
    if (c.astray)
        return CELLS_QUOTE_ASTRAY;
    return c.stopped || c.row_ended ? CELLS_OK : CELLS_QUOTE_OPEN;
}

struct header_count {
    bool (*is_header)(const char *text, size_t len);
    size_t known, most; /* in this row; in one row */
    size_t rows;
};

static void count_cell(void *bytes, size_t len, void *data)
{
    struct header_count *c = data;
    c->known += c->is_header(bytes, len);
}

static void end_count(int byte, void *data)
{
    struct header_count *c = data;
    (void)byte;
    c->most = c->known > c->most ? c->known : c->most;
    c->known = 0;
    c->rows++;
}

static size_t known_headers(const char *text, const char *end, char delimiter,
                            bool (*is_header)(const char *text, size_t len))
{
    struct header_count count = {.is_header = is_header};
    struct csv_parser csv;
    if (csv_init(&csv, 0) != 0)
        return 0;
    csv_set_delim(&csv, (unsigned char)delimiter);
    while (text < end && count.rows < CELLS_HEADER_ROWS) {
        const char *next = cells_line_end(text, end);
        csv_parse(&csv, text, (size_t)(next - text), count_cell, end_count, &count);
        text = next;
    }
    csv_fini(&csv, count_cell, end_count, &count);
    csv_free(&csv);
    return count.most;
}

char cells_delimiter(const char *text, const char *end,
                     bool (*is_header)(const char *text, size_t len))
{
    char best = delimiters[0];
    size_t most = 0;
    for (size_t i = 0; i < sizeof delimiters; i++) {
        size_t n = known_headers(text, end, delimiters[i], is_header);
        if (n > most) {
            most = n;
            best = delimiters[i];
        }
    }
    return best;
}
