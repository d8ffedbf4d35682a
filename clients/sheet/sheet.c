/* sheet: schools keep their figures in Excel and will not type them a second time. */
#include "sheet/sheet.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "sheet/confined.h"
#include "sheet/filekind.h"
#include "sheet/headings.h"
#include "sheet/spoken.h"
#include "words.h"
#include "wire/arena.h"

enum {
    /* The smallest row, a;1;2020, takes an aligned piece for each cell and one of the index. */
    ARENA_PER_BYTE = 32,
    ARENA_SPARE = 64 * 1024,
    FIRST_ROOM = 64,
};

struct sheet {
    struct arena *texts;
    struct sheet_row *rows;
    size_t n_rows, room_rows;
    struct sheet_error *errors;
    size_t n_errors, room_errors;
    struct sheet_note *notes;
    size_t n_notes, room_notes;
    struct heads_search search;
    const char *unknown[SHEET_MAX_COLUMNS];
    size_t n_unknown;
    enum row_kind kind;
    enum charset charset;
    char delimiter;
};

/* The first row for each organisation, indicator or project, and period. */
struct known {
    const char *key;
    size_t row;
    UT_hash_handle hh;
};

struct parse {
    struct sheet *sheet;
    const struct figure *defaults;
    const char *leaf; /* of a workbook; NULL: the only one with headings */
    struct known *known;
    const struct book_job *book; /* NULL: it is no workbook */
    const char *const *cells;
    size_t n_cells;                 /* may be above CELLS_MAX */
    struct heads *heads;            /* what the columns are; the sheet's */
    const char *above[FIELD_COUNT]; /* what an earlier row gave; NULL: nothing yet */
    size_t row_line;
    enum { PARSE_HEADER, PARSE_LOWER_HEADER, PARSE_ROWS } state;
    bool stopped, no_memory;
    bool spoiled; /* nobody would know which part of it was sent */
};

/* Doubles an array that is full.  False if out of memory. */
static bool make_room(void **array, size_t n, size_t *room, size_t size)
{
    size_t wanted = *room == 0 ? FIRST_ROOM : *room * 2;
    if (*array != NULL && n < *room)
        return true;
    void *larger = reallocarray(*array, wanted, size);
    if (larger == NULL)
        return false;
    *array = larger;
    *room = wanted;
    return true;
}

static void add_error(struct parse *p, size_t line, size_t column, const struct reading_error *e)
{
    struct sheet *s = p->sheet;
    if (!make_room((void **)&s->errors, s->n_errors, &s->room_errors, sizeof *s->errors)) {
        p->no_memory = p->stopped = true;
        return;
    }
    const char *name = column > 0 && column <= p->heads->n ? p->heads->names[column - 1] : "";
    s->errors[s->n_errors++] =
        (struct sheet_error){.line = line, .column = column, .header = name, .error = *e};
}

/* An error of a row, or of the file if line is 0. */
static void object(struct parse *p, size_t line, size_t column, enum say why, const char *what)
{
    struct reading_error e;
    reading_complain(&e, FIELD_COUNT, why, what);
    add_error(p, line, column, &e);
}

/* Remembers that there is something to know of the row. */
static void note_row(struct parse *p, enum say why)
{
    struct sheet *s = p->sheet;
    struct sheet_note *last = s->n_notes > 0 ? &s->notes[s->n_notes - 1] : NULL;
    if (last != NULL && last->why == why && last->last + 1 == p->row_line) {
        last->last = p->row_line;
    } else if (make_room((void **)&s->notes, s->n_notes, &s->room_notes, sizeof *s->notes)) {
        s->notes[s->n_notes++] =
            (struct sheet_note){.first = p->row_line, .last = p->row_line, .why = why};
    } else {
        p->no_memory = p->stopped = true;
    }
}

static void give_up(struct parse *p, size_t line, enum say why, const char *what)
{
    object(p, line, 0, why, what);
    p->stopped = true;
}

/* --- the header ------------------------------------------------------------------------------ */

static void refuse_header(struct parse *p)
{
    const struct heads *h = p->heads;
    if (p->sheet->search.looked == 0 && !p->sheet->search.found)
        give_up(p, 0, SAY_EMPTY_FILE, "");
    else
        give_up(p, h->line, h->fault, h->what);
}

static void tell_unknown(struct sheet *s)
{
    const struct heads *h = &s->search.best;
    for (size_t i = 0; i < h->n; i++)
        if (h->fields[i] == WORDS_NONE && *h->names[i] != '\0')
            s->unknown[s->n_unknown++] = h->names[i];
}

static bool is_empty(const struct parse *p)
{
    for (size_t i = 0; i < p->n_cells && i < CELLS_MAX; i++)
        if (*p->cells[i] != '\0')
            return false;
    return p->n_cells <= CELLS_MAX;
}

static void look_for_header(struct parse *p)
{
    struct heads_search *search = &p->sheet->search;
    if (is_empty(p) || !heads_look(search, p->row_line, p->cells, p->n_cells))
        return;
    if (search->found)
        p->state = PARSE_LOWER_HEADER;
    else
        refuse_header(p);
}

/* 1, 2, 3 … beneath the names, as official forms have it. */
static bool is_numbering(const struct parse *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n_cells && i < CELLS_MAX; i++) {
        char number[32];
        snprintf(number, sizeof number, "%zu", i + 1);
        if (*p->cells[i] != '\0' && strcmp(p->cells[i], number) != 0)
            return false;
        n += *p->cells[i] != '\0';
    }
    return n >= 2;
}

static void read_row(struct parse *p);

/* The first rows beneath the names: perhaps their lower half, then the columns' numbers. */
static void look_beneath_header(struct parse *p)
{
    bool has_period = p->defaults->period != PERIOD_NONE;
    if (is_empty(p))
        return;
    if (heads_join(p->heads, has_period, p->row_line, p->cells, p->n_cells)) {
        if (p->heads->fault != SAY_NOTHING)
            refuse_header(p);
        return;
    }
    p->state = PARSE_ROWS;
    p->sheet->kind = p->heads->kind;
    tell_unknown(p->sheet);
    if (!is_numbering(p))
        read_row(p);
}

/* --- the rows -------------------------------------------------------------------------------- */

/* Prose has delimiters of its own, but no period between just those. */
static bool has_period(const struct parse *p, const char *line, const char *end)
{
    const char ends[] = {p->sheet->delimiter, '\n', '\0'};
    period_t period;
    for (size_t i = 1; i < p->heads->columns[FIELD_PERIOD]; i++)
        line += strcspn(line, ends) + 1;
    return line < end && spoken_period(line, strcspn(line, ends), &period);
}

/* A lost quote makes one cell of several rows: it then has a line with as many delimiters as a row
 * has. */
static bool holds_a_row(const struct parse *p, const char *cell)
{
    const char *line = strchr(cell, '\n');
    bool prose = p->sheet->kind == ROW_NARRATIVE && p->heads->columns[FIELD_PERIOD] != 0;
    while (line != NULL && p->heads->n > 1) {
        const char *end = strchr(++line, '\n');
        size_t found = 0;
        for (const char *c = line; *c != '\0' && c != end; c++)
            found += *c == p->sheet->delimiter;
        if (found >= p->heads->n - 1 &&
            (!prose || has_period(p, line, end != NULL ? end : line + strlen(line))))
            return true;
        line = end;
    }
    return false;
}

/* False, with an error added, if the cells do not make a row; *ret_empty tells of one to skip. */
static bool check_cells(struct parse *p, bool *ret_empty)
{
    *ret_empty = true;
    for (size_t i = 0; i < p->n_cells; i++) {
        if (i >= SHEET_MAX_COLUMNS || (i >= p->heads->n && *p->cells[i] != '\0')) {
            object(p, p->row_line, i + 1, SAY_TOO_MANY_CELLS,
                   i < SHEET_MAX_COLUMNS ? p->cells[i] : "");
            return false;
        }
        if (holds_a_row(p, p->cells[i])) {
            object(p, p->row_line, i + 1, SAY_SWALLOWED_ROWS, p->cells[i]);
            return false;
        }
        *ret_empty = *ret_empty && *p->cells[i] == '\0';
    }
    return true;
}

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

/* The row that already has this one's organisation, indicator or project, and period; else
 * remembers it as row `row` and gives NULL. */
static const struct known *recall(struct parse *p, const struct sheet_row *r, size_t row)
{
    char text[2 * WIRE_MAX_CODE + PERIOD_TEXT_MAX + 3], period[PERIOD_TEXT_MAX];
    const struct figure *f = &r->figure;
    const struct narrative *n = &r->narrative;
    struct known *k;
    int len = r->kind == ROW_FIGURE
                  ? snprintf(text, sizeof text, "%s\n%s\n%s", or_empty(f->organisation),
                             f->indicator, period_format(f->period, period))
                  : snprintf(text, sizeof text, "%s\n%s\n%s", or_empty(n->organisation), n->project,
                             period_format(n->period, period));
    HASH_FIND(hh, p->known, text, (unsigned)len, k);
    if (k != NULL)
        return k;
    k = arena_alloc(p->sheet->texts, sizeof *k);
    char *key = arena_copy_text(p->sheet->texts, text, (size_t)len);
    if (k == NULL || key == NULL) {
        p->no_memory = p->stopped = true;
        return NULL;
    }
    *k = (struct known){.key = key, .row = row};
    HASH_ADD_KEYPTR(hh, p->known, k->key, (unsigned)len, k);
    if (!HASH_ADDED(k))
        p->no_memory = p->stopped = true;
    return NULL;
}

static enum reason *flaw_of(struct sheet_row *r)
{
    return r->kind == ROW_FIGURE ? &r->figure.flaw : &r->narrative.flaw;
}

/* Nobody knows which of two rows is meant, so neither is taken.  They stay in the list until the
 * end, marked by a flaw, because the index points into it. */
static void refuse_both(struct parse *p, const struct known *first)
{
    struct sheet_row *earlier = &p->sheet->rows[first->row];
    bool figures = earlier->kind == ROW_FIGURE;
    size_t column = p->heads->columns[figures ? FIELD_INDICATOR : FIELD_PROJECT];
    enum say why = figures ? SAY_SAME_FIGURE : SAY_SAME_NARRATIVE;
    char line[32];
    if (*flaw_of(earlier) == REASON_NONE) {
        snprintf(line, sizeof line, "%zu", p->row_line);
        object(p, earlier->line, column, why, line);
        *flaw_of(earlier) = REASON_TWICE_IN_SUBMISSION;
    }
    snprintf(line, sizeof line, "%zu", earlier->line);
    object(p, p->row_line, column, why, line);
}

static void add_row(struct parse *p, const struct sheet_row *r)
{
    struct sheet *s = p->sheet;
    if (s->n_rows == SHEET_MAX_ROWS) {
        give_up(p, p->row_line, SAY_TOO_MANY_ROWS, "");
        p->spoiled = true;
        return;
    }
    const struct known *same = recall(p, r, s->n_rows);
    if (same != NULL) {
        refuse_both(p, same);
        return;
    }
    if (!make_room((void **)&s->rows, s->n_rows, &s->room_rows, sizeof *s->rows))
        p->no_memory = p->stopped = true;
    if (!p->stopped)
        s->rows[s->n_rows++] = *r;
}

/* «Итого:» in the first cell that has anything. */
static bool is_total(const struct parse *p)
{
    static const char *const totals[] = {"итого", "всего", "total"};
    char folded[WORDS_MAX];
    size_t at = 0;
    while (at < p->n_cells && *p->cells[at] == '\0')
        at++;
    words_fold(at < p->n_cells ? p->cells[at] : "", at < p->n_cells ? strlen(p->cells[at]) : 0,
               folded);
    for (size_t i = 0; i < sizeof totals / sizeof *totals; i++)
        if (strncmp(folded, totals[i], strlen(totals[i])) == 0)
            return true;
    return false;
}

/* Whether a row says anything: a template that is filled in by halves has rows that do not, and so do
 * lines for signatures. */
static bool is_filled(const struct parse *p, const char *const texts[FIELD_COUNT])
{
    static const enum field saying[] = {FIELD_VALUE, FIELD_OF, FIELD_STATE, FIELD_EXPECTED,
                                        FIELD_NOTE};
    if (p->sheet->kind == ROW_FIGURE) {
        for (size_t i = 0; i < sizeof saying / sizeof *saying; i++)
            if (*or_empty(texts[saying[i]]) != '\0')
                return true;
        return false;
    }
    for (int f = FIELD_TEXTS; f < FIELD_COUNT; f++)
        if (*or_empty(texts[f]) != '\0')
            return true;
    return *or_empty(texts[FIELD_STATE]) != '\0';
}

static bool is_default(const struct parse *p, enum field f, const char *text)
{
    period_t period;
    if (f == FIELD_ORGANISATION)
        return strcmp(text, or_empty(p->defaults->organisation)) == 0;
    return spoken_period(text, strlen(text), &period) && period == p->defaults->period;
}

static const enum field joinable[] = {FIELD_ORGANISATION, FIELD_PERIOD};

enum { JOINABLE = sizeof joinable / sizeof *joinable };

/* Also of a row that is left out: the cell reaches below it. */
static void remember_above(struct parse *p, const char *const texts[FIELD_COUNT])
{
    for (size_t i = 0; i < JOINABLE; i++)
        if (*or_empty(texts[joinable[i]]) != '\0')
            p->above[joinable[i]] = texts[joinable[i]];
}

/* Below «school-3» an empty cell means school-3 to a person who joined the cells, and the default to
 * one who did not. */
static bool check_empty_below(struct parse *p, const char *const texts[FIELD_COUNT])
{
    for (size_t i = 0; i < JOINABLE; i++) {
        enum field f = joinable[i];
        bool has_default = f == FIELD_ORGANISATION || p->defaults->period != PERIOD_NONE;
        if (*or_empty(texts[f]) == '\0' && p->above[f] != NULL && has_default &&
            !is_default(p, f, p->above[f])) {
            object(p, p->row_line, p->heads->columns[f], SAY_EMPTY_BELOW, p->above[f]);
            return false;
        }
    }
    return true;
}

/* Excel hides the ' that makes a text of a number; other programs write it out. */
static const char *without_apostrophe(const char *cell, int field)
{
    return field < FIELD_NOTE && *cell == '\'' ? cell + 1 : cell;
}

static void understand(struct parse *p, const char *const texts[FIELD_COUNT])
{
    const enum comma comma = p->sheet->delimiter == ',' ? COMMA_DOUBTFUL : COMMA_DECIMAL;
    struct sheet_row row = {.line = p->row_line, .kind = p->sheet->kind};
    struct reading_error error;
    bool read = row.kind == ROW_FIGURE
                    ? reading_figure(texts, p->defaults, comma, &row.figure, &error)
                    : reading_narrative(texts, p->defaults, &row.narrative, &error);
    if (read)
        add_row(p, &row);
    else
        add_error(p, p->row_line, p->heads->columns[error.field], &error);
}

static void read_row(struct parse *p)
{
    const char *texts[FIELD_COUNT] = {NULL};
    bool empty;
    if (!check_cells(p, &empty) || empty || heads_repeated(p->heads, p->cells, p->n_cells))
        return;
    for (size_t i = 0; i < p->n_cells && i < p->heads->n; i++) {
        int field = p->heads->fields[i];
        if (field != WORDS_NONE && field != HEADINGS_PASSED_OVER)
            texts[field] = without_apostrophe(p->cells[i], field);
    }
    if (is_total(p)) {
        note_row(p, SAY_ROWS_OF_TOTALS);
        return;
    }
    remember_above(p, texts);
    if (!is_filled(p, texts))
        note_row(p, SAY_ROWS_NOT_FILLED);
    else if (check_empty_below(p, texts))
        understand(p, texts);
    if (p->book != NULL && p->book->hidden && is_filled(p, texts))
        note_row(p, SAY_ROWS_HIDDEN);
}

/* --- the text -------------------------------------------------------------------------------- */

static bool on_row(void *context, size_t line, const char *const *cells, size_t n)
{
    struct parse *p = context;
    p->row_line = line;
    p->cells = cells;
    p->n_cells = n;
    static void (*const take[])(struct parse *) = {
        [PARSE_HEADER] = look_for_header,
        [PARSE_LOWER_HEADER] = look_beneath_header,
        [PARSE_ROWS] = read_row,
    };
    take[p->state](p);
    return !p->stopped;
}

static bool is_header(const char *text, size_t len)
{
    int field = headings_find(text, len);
    return field != WORDS_NONE && field != HEADINGS_PASSED_OVER;
}

static void parse_text(struct parse *p, const char *text, size_t len)
{
    struct cells_job job = {.text = text,
                            .end = text + len,
                            .first_line = 1,
                            .texts = p->sheet->texts,
                            .row = on_row,
                            .context = p};
    if (len > 4 && strncasecmp(text, "sep=", 4) == 0) { /* Excel's own first line */
        job.text = cells_line_end(text, job.end);
        job.first_line++;
    }
    job.delimiter = p->sheet->delimiter = cells_delimiter(job.text, job.end, is_header);
    switch (cells_parse(&job, &p->row_line)) {
    case CELLS_QUOTE_ASTRAY: /* only a strict job */
    case CELLS_QUOTE_OPEN:
        object(p, p->row_line, 0, SAY_QUOTE_OPEN, "");
        break;
    case CELLS_NO_MEMORY:
        p->no_memory = true;
        break;
    case CELLS_OK:
        if (!p->stopped && p->state == PARSE_HEADER)
            refuse_header(p);
    }
}

/* --- the workbook ---------------------------------------------------------------------------- */

/* What to do with a file that is no table of ours. */
static const enum say no_tables[FILEKINDS] = {
    [FILEKIND_XLS] = SAY_IS_OLD_WORKBOOK, [FILEKIND_XLSB] = SAY_IS_OLD_WORKBOOK,
    [FILEKIND_ODS] = SAY_IS_OLD_WORKBOOK, [FILEKIND_XML] = SAY_IS_OLD_WORKBOOK,
    [FILEKIND_HTML] = SAY_IS_PAGE,        [FILEKIND_ENCRYPTED] = SAY_IS_LOCKED,
    [FILEKIND_WORD] = SAY_IS_NO_TABLE,    [FILEKIND_ZIP] = SAY_IS_NO_TABLE,
    [FILEKIND_PDF] = SAY_IS_NO_TABLE,     [FILEKIND_PICTURE] = SAY_IS_NO_TABLE,
};

static const enum say bad_books[] = {
    [BOOK_BROKEN] = SAY_BOOK_BROKEN,    [BOOK_TOO_LARGE] = SAY_BOOK_TOO_LARGE,
    [BOOK_ENCRYPTED] = SAY_IS_LOCKED,   [BOOK_SEVERAL] = SAY_SEVERAL_SHEETS,
    [BOOK_NO_LEAF] = SAY_NO_SUCH_SHEET,
};

static void parse_book(struct parse *p, const uint8_t *bytes, size_t len)
{
    struct sheet *s = p->sheet;
    struct book_job job = {.bytes = bytes,
                           .len = len,
                           .leaf = p->leaf,
                           .is_header = is_header,
                           .row = on_row,
                           .context = p};
    s->delimiter = '\0'; /* cells come as they are */
    p->book = &job;
    s->texts = job.texts = arena_new(BOOK_MAX_TEXT);
    enum book_error e = s->texts != NULL ? confined_read(&job) : BOOK_NO_MEMORY;
    if (e == BOOK_NO_MEMORY)
        p->no_memory = true;
    else if (e != BOOK_OK)
        give_up(p, 0, bad_books[e], job.names);
    else if (!p->stopped && p->state == PARSE_HEADER)
        refuse_header(p);
    p->book = NULL;
    p->spoiled = p->spoiled || e != BOOK_OK;
}

static void parse_csv(struct parse *p, const uint8_t *bytes, size_t len)
{
    struct charset_text t = {NULL, 0, CHARSET_UTF8};
    struct sheet *s = p->sheet;
    enum charset_fault why;
    size_t line;
    if (!charset_decode(bytes, len, &t, &why, &line)) {
        p->no_memory = why == CHARSET_NO_MEMORY;
        give_up(p, line, why == CHARSET_WORKBOOK ? SAY_IS_OLD_WORKBOOK : SAY_NO_CHARSET, "");
        return;
    }
    s->charset = t.charset;
    s->texts = arena_new(t.len * ARENA_PER_BYTE + ARENA_SPARE);
    if (s->texts == NULL)
        p->no_memory = true;
    else
        parse_text(p, t.text, t.len);
    free(t.text);
}

static void parse_any(struct parse *p, const uint8_t *bytes, size_t len)
{
    enum filekind kind = filekind_of(bytes, len);
    if (kind == FILEKIND_XLSX)
        parse_book(p, bytes, len);
    else if (kind != FILEKIND_TEXT)
        give_up(p, 0, no_tables[kind], "");
    else if (p->leaf != NULL)
        give_up(p, 0, SAY_HAS_NO_SHEETS, p->leaf);
    else
        parse_csv(p, bytes, len);
}

/* --- the sheet ------------------------------------------------------------------------------- */

static int by_place(const void *a, const void *b)
{
    const struct sheet_error *x = a, *y = b;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return (x->column > y->column) - (x->column < y->column);
}

static void drop_repeated(struct sheet *s)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->n_rows; i++)
        if (*flaw_of(&s->rows[i]) == REASON_NONE)
            s->rows[kept++] = s->rows[i];
    s->n_rows = kept;
}

struct sheet *sheet_parse(const uint8_t *bytes, size_t len, const char *leaf,
                          const struct figure *defaults)
{
    struct sheet *s = calloc(1, sizeof *s);
    struct parse p = {.sheet = s, .defaults = defaults, .leaf = leaf};
    if (s == NULL)
        return NULL;
    s->delimiter = ';';
    p.heads = &s->search.best;
    heads_begin(&s->search, defaults->period != PERIOD_NONE);
    parse_any(&p, bytes, len);
    HASH_CLEAR(hh, p.known);
    drop_repeated(s);
    s->n_rows = p.spoiled ? 0 : s->n_rows;
    if (s->n_errors > 1)
        qsort(s->errors, s->n_errors, sizeof *s->errors, by_place);
    if (p.no_memory) {
        sheet_free(s);
        errno = ENOMEM;
        return NULL;
    }
    return s;
}

struct sheet *sheet_read(const char *path, const char *leaf, const struct figure *defaults)
{
    struct sheet *s = NULL;
    uint8_t *bytes = malloc(SHEET_MAX_BYTES + 1);
    FILE *file = fopen(path, "rbe");
    size_t len;
    if (bytes == NULL || file == NULL)
        goto end;
    len = fread(bytes, 1, SHEET_MAX_BYTES + 1, file);
    if (ferror(file))
        goto end;
    if (len > SHEET_MAX_BYTES) {
        errno = EFBIG;
        goto end;
    }
    s = sheet_parse(bytes, len, leaf, defaults);
end:
    if (file != NULL) {
        int saved = errno;
        fclose(file);
        errno = saved;
    }
    free(bytes);
    return s;
}

void sheet_free(struct sheet *s)
{
    if (s != NULL) {
        arena_free(s->texts);
        free(s->rows);
        free(s->errors);
        free(s->notes);
        free(s);
    }
}

enum row_kind sheet_kind(const struct sheet *s)
{
    return s->kind;
}

size_t sheet_rows(const struct sheet *s, const struct sheet_row **ret)
{
    *ret = s->rows;
    return s->n_rows;
}

size_t sheet_errors(const struct sheet *s, const struct sheet_error **ret)
{
    *ret = s->errors;
    return s->n_errors;
}

size_t sheet_notes(const struct sheet *s, const struct sheet_note **ret)
{
    *ret = s->notes;
    return s->n_notes;
}

size_t sheet_unknown(const struct sheet *s, const char *const **ret)
{
    *ret = s->unknown;
    return s->n_unknown;
}

enum charset sheet_charset(const struct sheet *s)
{
    return s->charset;
}

char sheet_delimiter(const struct sheet *s)
{
    return s->delimiter;
}
