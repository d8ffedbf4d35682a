/* table: printf's widths count bytes, and a Cyrillic letter has two of them. */
#include "table.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "terminal.h"

static const char GAP[] = "  ";
static const char CUT[] = "…";

enum { GAP_WIDTH = sizeof GAP - 1, CUT_WIDTH = 1, FIRST_ROOM = 64 };

struct cell {
    char *text;
    enum table_colour colour;
};

struct line {
    bool heading;
    int indent;
    struct cell cells[TABLE_MAX_COLUMNS]; /* of a heading only the first */
};

struct table {
    size_t n_columns;
    struct table_column columns[TABLE_MAX_COLUMNS];
    size_t n_lines, room, n_rows;
    struct line *lines;
    size_t next; /* the column the next cell falls into */
    bool failed;
};

static const char *const colours[] = {
    [TABLE_PLAIN] = "",          [TABLE_BOLD] = "\033[1m", [TABLE_GREEN] = "\033[32m",
    [TABLE_YELLOW] = "\033[33m", [TABLE_RED] = "\033[31m", [TABLE_FAINT] = "\033[2m",
};

const char *table_paint(enum table_colour colour)
{
    return colours[colour];
}

struct table *table_new(const struct table_column *columns, size_t n)
{
    struct table *t = n == 0 || n > TABLE_MAX_COLUMNS ? NULL : calloc(1, sizeof *t);

    if (t == NULL)
        return NULL;
    t->n_columns = n;
    memcpy(t->columns, columns, n * sizeof *columns);
    return t;
}

void table_free(struct table *t)
{
    if (t == NULL)
        return;
    for (size_t i = 0; i < t->n_lines; i++)
        for (size_t c = 0; c < TABLE_MAX_COLUMNS; c++)
            free(t->lines[i].cells[c].text);
    free(t->lines);
    free(t);
}

static struct line *new_line(struct table *t)
{
    if (t->n_lines == t->room) {
        size_t room = t->room == 0 ? FIRST_ROOM : t->room * 2;
        struct line *lines =
            room > TABLE_MAX_ROWS * 2 ? NULL : realloc(t->lines, room * sizeof *lines);

        if (lines == NULL) {
            t->failed = true;
            return NULL;
        }
        t->lines = lines;
        t->room = room;
    }
    t->lines[t->n_lines] = (struct line){0};
    return &t->lines[t->n_lines++];
}

static void set_cell(struct table *t, struct cell *cell, const char *text, size_t max,
                     enum table_colour colour)
{
    size_t len = text == NULL ? 0 : utf8_whole(text, strlen(text), max - 1);

    cell->colour = colour;
    cell->text = strndup(text == NULL ? "" : text, len);
    t->failed = t->failed || cell->text == NULL;
    if (cell->text != NULL)
        utf8_tame(cell->text);
}

void table_cell_coloured(struct table *t, const char *text, enum table_colour colour)
{
    struct line *line;

    if (t->next == 0) {
        line = new_line(t);
        t->n_rows += line != NULL;
    } else {
        line = &t->lines[t->n_lines - 1];
    }
    if (t->failed)
        return;
    set_cell(t, &line->cells[t->next], text, TABLE_CELL_MAX, colour);
    t->next = (t->next + 1) % t->n_columns;
}

void table_cell(struct table *t, const char *text)
{
    table_cell_coloured(t, text, TABLE_PLAIN);
}

void table_decimal(struct table *t, struct decimal d, enum lang lang, const char *with_unit)
{
    char number[DECIMAL_TEXT_MAX], cell[TABLE_CELL_MAX];

    decimal_format_grouped(d, lang == LANG_RU ? ',' : '.', number);
    snprintf(cell, sizeof cell, "%s%s", number, with_unit != NULL ? with_unit : "");
    table_cell(t, cell);
}

void table_heading(struct table *t, const char *text, int indent, enum table_colour colour)
{
    struct line *line = new_line(t);

    if (line == NULL)
        return;
    line->heading = true;
    line->indent = indent;
    set_cell(t, &line->cells[0], text, TABLE_HEADING_MAX, colour);
    t->next = 0;
}

size_t table_rows(const struct table *t)
{
    return t->n_rows;
}

static size_t width_of(const char *text)
{
    return text == NULL ? 0 : utf8_width(text, strlen(text));
}

/* How the columns are shown. */
struct layout {
    size_t widths[TABLE_MAX_COLUMNS];
    bool hidden[TABLE_MAX_COLUMNS];
};

static size_t natural_width(const struct table *t, size_t column)
{
    size_t widest = width_of(t->columns[column].title);

    for (size_t i = 0; i < t->n_lines; i++) {
        size_t w = t->lines[i].heading ? 0 : width_of(t->lines[i].cells[column].text);

        widest = w > widest ? w : widest;
    }
    return widest;
}

static size_t least_width(const struct table *t, const struct layout *l, size_t column)
{
    bool cut =
        (t->columns[column].fit & TABLE_FLEXIBLE) != 0 && l->widths[column] > TABLE_LEAST_WIDTH;

    return cut ? TABLE_LEAST_WIDTH : l->widths[column];
}

/* The width of a line; with `least`, after all cutting. */
static size_t total_width(const struct table *t, const struct layout *l, bool least)
{
    size_t total = 0;

    for (size_t c = 0; c < t->n_columns; c++)
        if (!l->hidden[c])
            total += GAP_WIDTH + (least ? least_width(t, l, c) : l->widths[c]);
    return total - GAP_WIDTH;
}

/* Hides spare columns, the last first, while even cut lines are too long; then cuts. */
static void fit(const struct table *t, size_t most, struct layout *l)
{
    for (size_t c = t->n_columns; c-- > 1 && total_width(t, l, true) > most;)
        l->hidden[c] = (t->columns[c].fit & TABLE_SPARE) != 0;
    for (size_t c = 0; c < t->n_columns; c++) {
        size_t total = total_width(t, l, false), give = l->widths[c] - least_width(t, l, c);

        if (total > most && !l->hidden[c])
            l->widths[c] -= give < total - most ? give : total - most;
    }
}

/* The bytes of the longest beginning that fills at most `width` columns. */
static size_t fitting(const char *text, size_t width)
{
    size_t len = strlen(text);

    while (len > 0 && utf8_width(text, len) > width)
        len = utf8_whole(text, len, len - 1);
    return len;
}

/* The shortest beginning to leave out, so that the rest fills at most `width` columns. */
static size_t leaving(const char *text, size_t width)
{
    size_t len = strlen(text), start = 0;

    while (start < len && utf8_width(text + start, len - start) > width)
        for (start++; start < len && ((unsigned char)text[start] & 0xc0) == 0x80;)
            start++;
    return start;
}

/* What does not fit is cut out of the middle: schools differ at the end of their names, «МБОУ … №
 * 3». */
static void print_cut(FILE *out, const char *text, size_t width)
{
    size_t tail = (width - CUT_WIDTH) / 2, head = width - CUT_WIDTH - tail;

    fprintf(out, "%.*s%s%s", (int)fitting(text, head), text, CUT, text + leaving(text, tail));
}

static void pad(FILE *out, size_t n)
{
    fprintf(out, "%*s", (int)n, "");
}

static void print_cell(FILE *out, const struct table_column *column, const char *text, size_t width,
                       bool last, const char *colour)
{
    size_t own = width_of(text);
    size_t room = own < width ? width - own : 0;

    if (column->align == TABLE_RIGHT)
        pad(out, room);
    fputs(colour, out);
    if (own > width)
        print_cut(out, text, width);
    else
        fputs(text != NULL ? text : "", out);
    fputs(*colour != '\0' ? "\033[0m" : "", out);
    if (column->align == TABLE_LEFT && !last)
        pad(out, room);
}

/* What stands in each column of one printed line. */
struct shown {
    const char *text;
    enum table_colour colour;
};

static void print_line(const struct table *t, FILE *out, const struct shown *cells,
                       const struct layout *l, bool colour)
{
    size_t last = t->n_columns;

    while (last > 1 && (l->hidden[last - 1] || width_of(cells[last - 1].text) == 0))
        last--; /* no blanks at the end of a line */
    for (size_t c = 0; c < last; c++) {
        if (l->hidden[c])
            continue;
        fputs(c > 0 ? GAP : "", out);
        print_cell(out, &t->columns[c], cells[c].text, l->widths[c], c == last - 1,
                   colour ? colours[cells[c].colour] : "");
    }
    fputc('\n', out);
}

static void print_row(const struct table *t, FILE *out, const struct line *line,
                      const struct layout *l, bool colour)
{
    struct shown cells[TABLE_MAX_COLUMNS] = {0};

    for (size_t c = 0; c < t->n_columns; c++)
        cells[c] = (struct shown){line->cells[c].text, line->cells[c].colour};
    print_line(t, out, cells, l, colour);
}

static void print_titles(const struct table *t, FILE *out, const struct layout *l, bool colour)
{
    struct shown cells[TABLE_MAX_COLUMNS] = {0};
    bool any = false;

    for (size_t c = 0; c < t->n_columns; c++) {
        any = any || t->columns[c].title[0] != '\0';
        cells[c] = (struct shown){t->columns[c].title, TABLE_FAINT};
    }
    if (any)
        print_line(t, out, cells, l, colour);
}

static void print_heading(FILE *out, const struct line *line, size_t width, bool colour)
{
    const char *paint = colour ? table_paint(line->cells[0].colour) : "";

    terminal_wrap(out, line->cells[0].text, (size_t)line->indent, width, paint);
}

bool table_print(const struct table *t, FILE *out, bool colour)
{
    struct layout layout = {.widths = {0}};
    size_t width = terminal_width(out);

    if (t->failed)
        return false;
    for (size_t c = 0; c < t->n_columns; c++)
        layout.widths[c] = natural_width(t, c);
    fit(t, width > 0 ? width : TABLE_WIDTH, &layout);
    print_titles(t, out, &layout, colour);
    for (size_t i = 0; i < t->n_lines; i++)
        if (t->lines[i].heading)
            print_heading(out, &t->lines[i], width, colour);
        else
            print_row(t, out, &t->lines[i], &layout, colour);
    return fflush(out) == 0 && !ferror(out);
}
