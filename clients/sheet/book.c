/* book: an .xlsx file is a zip of XML parts:
 *
 *     xl/workbook.xml               names of the sheets, whether they are hidden; whether days count from 1904
 *     xl/_rels/workbook.xml.rels    which part each sheet is
 *     xl/styles.xml                 numFmt: formats by number; cellXfs/xf: the format of each style
 *     xl/sharedStrings.xml          si: texts that cells name by their number
 *     xl/worksheets/sheet1.xml      row r / c r s t / v, or is/t
 */
#include "sheet/book.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "sheet/package.h"
#include "sheet/shown.h"

enum {
    PART_MAX = PACKAGE_NAME_MAX,
    CELL_TEXT_MAX = 64 * 1024, /* twice what Excel lets into a cell */
    ID_MAX = 64,
    HEADERS = 2, /* cells that name a column make a row of headings */
};

struct leaf {
    char name[BOOK_NAME_MAX], id[ID_MAX], part[PART_MAX];
    bool hidden;
};

struct numbered {
    unsigned id;
    struct shown_format format;
};

struct book {
    struct book_job *job;
    struct package *package;
    bool date1904;
    struct leaf leaves[BOOK_MAX_SHEETS];
    size_t n_leaves;
    struct numbered *formats; /* of BOOK_MAX_FORMATS */
    size_t n_formats;
    struct shown_format *styles; /* of BOOK_MAX_STYLES */
    size_t n_styles;
    const char **strings;
    size_t n_strings, room_strings;
    /* of the part that is read */
    bool in_styles, in_string, in_phonetic, in_text;
    struct str text;
    /* of the sheet that is read */
    bool search;  /* for headings: only its first rows with anything in them count */
    size_t found; /* the most headings in one row */
    size_t looked;
    size_t line, column, n_cells;
    const char *cells[CELLS_MAX];
    char type[ID_MAX];
    size_t style;
};

static const char *given(const char *text)
{
    return text != NULL ? text : "";
}

static bool is(const char *name, const char *other)
{
    return strcmp(name, other) == 0;
}

static bool is_true(const char *value)
{
    return value != NULL && (is(value, "1") || is(value, "true"));
}

static size_t number_of(const char *text)
{
    return text != NULL ? strtoul(text, NULL, 10) : 0;
}

static const char *keep(struct book *b, const char *text, size_t len)
{
    const char *kept = arena_copy_text(b->job->texts, text, len);
    if (kept == NULL)
        package_stop(b->package, PACKAGE_TOO_LARGE);
    return given(kept);
}

static void copy_name(char *out, size_t size, const char *text)
{
    snprintf(out, size, "%.*s", (int)utf8_whole(text, strlen(text), size - 1), text);
}

/* --- the workbook ---------------------------------------------------------------------------- */

static void workbook_open(void *context, const char *name, const char *const *attributes)
{
    struct book *b = context;
    if (is(name, "workbookPr"))
        b->date1904 = is_true(package_attribute(attributes, "date1904"));
    if (!is(name, "sheet"))
        return;
    if (b->n_leaves == BOOK_MAX_SHEETS) {
        package_stop(b->package, PACKAGE_TOO_LARGE);
        return;
    }
    struct leaf *l = &b->leaves[b->n_leaves++];
    const char *state = given(package_attribute(attributes, "state"));
    copy_name(l->name, sizeof l->name, given(package_attribute(attributes, "name")));
    copy_name(l->id, sizeof l->id, given(package_attribute(attributes, "id")));
    l->hidden = is(state, "hidden") || is(state, "veryHidden");
}

/* Targets are relative to xl/, or begin with a slash. */
static void relations_open(void *context, const char *name, const char *const *attributes)
{
    struct book *b = context;
    const char *id = package_attribute(attributes, "Id");
    const char *target = package_attribute(attributes, "Target");
    if (!is(name, "Relationship") || id == NULL || target == NULL)
        return;
    for (size_t i = 0; i < b->n_leaves; i++)
        if (is(b->leaves[i].id, id))
            snprintf(b->leaves[i].part, PART_MAX, "%s%s", *target == '/' ? "" : "xl/",
                     target + (*target == '/'));
}

/* --- styles ---------------------------------------------------------------------------------- */

static void find_format(const struct book *b, unsigned id, struct shown_format *ret)
{
    for (size_t i = 0; i < b->n_formats; i++)
        if (b->formats[i].id == id) {
            *ret = b->formats[i].format;
            return;
        }
    shown_builtin(id, ret);
}

static void styles_open(void *context, const char *name, const char *const *attributes)
{
    struct book *b = context;
    unsigned id = (unsigned)number_of(package_attribute(attributes, "numFmtId"));
    if (is(name, "cellXfs"))
        b->in_styles = true;
    if (is(name, "numFmt") && b->n_formats < BOOK_MAX_FORMATS) {
        struct numbered *f = &b->formats[b->n_formats++];
        f->id = id;
        shown_parse(given(package_attribute(attributes, "formatCode")), &f->format);
    }
    if (is(name, "xf") && b->in_styles && b->n_styles < BOOK_MAX_STYLES)
        find_format(b, id, &b->styles[b->n_styles++]);
}

static void styles_close(void *context, const char *name)
{
    struct book *b = context;
    if (is(name, "cellXfs"))
        b->in_styles = false;
}

/* --- texts ----------------------------------------------------------------------------------- */

/* <t> holds text, but not within <rPh>, which says how it is pronounced. */
static void text_open(struct book *b, const char *name)
{
    b->in_phonetic = b->in_phonetic || is(name, "rPh");
    b->in_text = is(name, "t") && !b->in_phonetic;
}

static void text_close(struct book *b, const char *name)
{
    if (is(name, "rPh"))
        b->in_phonetic = false;
    b->in_text = false;
}

static void on_text(void *context, const char *bytes, size_t len)
{
    struct book *b = context;
    if (!b->in_text)
        return;
    str_append(&b->text, bytes, len);
    if (b->text.failed)
        package_stop(b->package, PACKAGE_TOO_LARGE);
}

static const char *take_text(struct book *b)
{
    const char *text = b->text.len > 0 ? keep(b, b->text.text, b->text.len) : "";
    str_clear(&b->text);
    return text;
}

static void strings_open(void *context, const char *name, const char *const *attributes)
{
    (void)attributes;
    text_open(context, name);
}

static void strings_close(void *context, const char *name)
{
    struct book *b = context;
    text_close(b, name);
    if (!is(name, "si"))
        return;
    if (b->n_strings == b->room_strings) {
        size_t room = b->room_strings == 0 ? 1024 : b->room_strings * 2;
        const char **larger =
            room > 2 * BOOK_MAX_STRINGS ? NULL : reallocarray(b->strings, room, sizeof *b->strings);
        if (larger == NULL) {
            package_stop(b->package, PACKAGE_TOO_LARGE);
            return;
        }
        b->strings = larger;
        b->room_strings = room;
    }
    b->strings[b->n_strings++] = take_text(b);
}

/* --- a sheet --------------------------------------------------------------------------------- */

/* Of "BC12" the column, from 0. */
static size_t column_of(const char *reference)
{
    size_t column = 0;
    for (; *reference >= 'A' && *reference <= 'Z' && column < 100000; reference++)
        column = column * 26 + (size_t)(*reference - 'A') + 1;
    return column > 0 ? column - 1 : 0;
}

static void begin_row(struct book *b, const char *const *attributes)
{
    const char *number = package_attribute(attributes, "r");
    const char *hidden = given(package_attribute(attributes, "hidden"));
    b->line = number != NULL ? number_of(number) : b->line + 1;
    b->column = b->n_cells = 0;
    b->job->hidden = is(hidden, "1") || is(hidden, "true");
}

static void begin_cell(struct book *b, const char *const *attributes)
{
    const char *reference = package_attribute(attributes, "r");
    if (reference != NULL)
        b->column = column_of(reference);
    b->style = number_of(package_attribute(attributes, "s"));
    copy_name(b->type, sizeof b->type, given(package_attribute(attributes, "t")));
    str_clear(&b->text);
}

static void sheet_open(void *context, const char *name, const char *const *attributes)
{
    struct book *b = context;
    if (is(name, "row"))
        begin_row(b, attributes);
    else if (is(name, "c"))
        begin_cell(b, attributes);
    text_open(b, name);
    b->in_text = b->in_text || is(name, "v");
}

static const char *shared(const struct book *b, const char *number)
{
    size_t i = number_of(number);
    return i < b->n_strings ? b->strings[i] : "";
}

static const char *number_shown(struct book *b, const char *number)
{
    struct shown_format general;
    char shown[SHOWN_MAX];
    shown_parse("General", &general);
    shown_number(number, b->style < b->n_styles ? &b->styles[b->style] : &general, b->date1904,
                 shown);
    return keep(b, shown, strlen(shown));
}

/* "#DIV/0!" without its slash, which is no part of a share. */
static const char *error_shown(struct book *b, const char *text)
{
    char shown[SHOWN_MAX];
    size_t n = 0;
    for (; *text != '\0' && n + 1 < sizeof shown; text++)
        if (*text != '/')
            shown[n++] = *text;
    return keep(b, shown, n);
}

/* What the cell shows, trimmed. */
static const char *cell_text(struct book *b)
{
    const char *text = b->text.len > 0 ? b->text.text : "";
    if (*text == '\0')
        return "";
    if (is(b->type, "s"))
        text = shared(b, text);
    else if (is(b->type, "e"))
        return error_shown(b, text);
    else if (is(b->type, "b"))
        text = is(text, "1") ? "TRUE" : "FALSE";
    else if (*b->type == '\0' || is(b->type, "n"))
        return number_shown(b, text);
    char *kept = arena_copy_text(b->job->texts, text, strlen(text));
    if (kept == NULL)
        package_stop(b->package, PACKAGE_TOO_LARGE);
    return kept != NULL ? cells_trim(kept) : "";
}

/* A cell beyond those that are kept only counts, and only if there is something in it. */
static void end_cell(struct book *b)
{
    const char *text = cell_text(b);
    for (; b->n_cells <= b->column && b->n_cells < CELLS_MAX; b->n_cells++)
        b->cells[b->n_cells] = "";
    if (b->column < CELLS_MAX)
        b->cells[b->column] = text;
    else if (*text != '\0')
        b->n_cells = CELLS_MAX + 1;
    b->column++;
    str_clear(&b->text);
}

static size_t count_headers(const struct book *b, bool *ret_empty)
{
    size_t found = 0;
    *ret_empty = true;
    for (size_t i = 0; i < b->n_cells && i < CELLS_MAX; i++) {
        *ret_empty = *ret_empty && *b->cells[i] == '\0';
        found += b->job->is_header(b->cells[i], strlen(b->cells[i]));
    }
    return found;
}

static void end_row(struct book *b)
{
    bool empty;
    size_t found = count_headers(b, &empty);
    if (empty && b->n_cells <= CELLS_MAX)
        return;
    if (b->search) {
        b->found = found > b->found ? found : b->found;
        if (++b->looked == CELLS_HEADER_ROWS || b->found >= HEADERS)
            package_stop(b->package, PACKAGE_STOPPED);
    } else if (!b->job->row(b->job->context, b->line, b->cells, b->n_cells)) {
        package_stop(b->package, PACKAGE_STOPPED);
    }
}

static void sheet_close(void *context, const char *name)
{
    struct book *b = context;
    text_close(b, name);
    if (is(name, "c"))
        end_cell(b);
    else if (is(name, "row"))
        end_row(b);
}

/* --- the whole ------------------------------------------------------------------------------- */

static enum book_error error_of(enum package_error e)
{
    static const enum book_error errors[] = {
        [PACKAGE_OK] = BOOK_OK,
        [PACKAGE_BROKEN] = BOOK_BROKEN,
        [PACKAGE_TOO_LARGE] = BOOK_TOO_LARGE,
        [PACKAGE_DTD] = BOOK_BROKEN,
        [PACKAGE_ENCRYPTED] = BOOK_ENCRYPTED,
        [PACKAGE_ABSENT] = BOOK_BROKEN,
        [PACKAGE_NO_MEMORY] = BOOK_NO_MEMORY,
        [PACKAGE_STOPPED] = BOOK_OK,
    };
    return errors[e];
}

/* Parts that come before the sheets; a book without styles or shared strings has none. */
static enum book_error read_common(struct book *b)
{
    const struct {
        const char *part;
        struct package_reader reader;
        bool optional;
    } parts[] = {
        {"xl/workbook.xml", {.open = workbook_open, .context = b}, false},
        {"xl/_rels/workbook.xml.rels", {.open = relations_open, .context = b}, false},
        {"xl/styles.xml", {.open = styles_open, .close = styles_close, .context = b}, true},
        {"xl/sharedStrings.xml",
         {.open = strings_open, .close = strings_close, .text = on_text, .context = b},
         true},
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        enum package_error e = package_read(b->package, parts[i].part, &parts[i].reader);
        if (e != PACKAGE_OK && !(e == PACKAGE_ABSENT && parts[i].optional))
            return error_of(e);
    }
    return BOOK_OK;
}

static enum book_error read_leaf(struct book *b, const struct leaf *l, bool search)
{
    const struct package_reader reader = {sheet_open, sheet_close, on_text, b};
    b->search = search;
    b->found = b->looked = b->line = 0;
    b->in_text = b->in_phonetic = false;
    return error_of(package_read(b->package, l->part, &reader));
}

static void name_it(struct book *b, const struct leaf *l)
{
    char *names = b->job->names;
    size_t len = strlen(names);
    if (len + strlen(l->name) + sizeof "«», " < sizeof b->job->names)
        snprintf(names + len, sizeof b->job->names - len, "%s«%s»", len > 0 ? ", " : "", l->name);
}

/* The one visible sheet with headings, or else the first visible one. */
static enum book_error choose(struct book *b, const struct leaf **ret)
{
    size_t with_headings = 0;
    *ret = NULL;
    for (size_t i = 0; i < b->n_leaves; i++) {
        const struct leaf *l = &b->leaves[i];
        if (l->hidden || *l->part == '\0')
            continue;
        enum book_error e = read_leaf(b, l, true);
        if (e != BOOK_OK)
            return e;
        if (*ret == NULL || (b->found >= HEADERS && with_headings == 0))
            *ret = l;
        if (b->found >= HEADERS) {
            with_headings++;
            name_it(b, l);
        }
    }
    if (*ret == NULL)
        return BOOK_BROKEN;
    return with_headings > 1 ? BOOK_SEVERAL : BOOK_OK;
}

/* The sheet of a name, hidden or not; without one, the names of those that can be seen are told. */
static enum book_error pick(struct book *b, const struct leaf **ret)
{
    for (size_t i = 0; i < b->n_leaves; i++) {
        *ret = &b->leaves[i];
        if (is((*ret)->name, b->job->leaf) && *(*ret)->part != '\0')
            return BOOK_OK;
        if (!(*ret)->hidden)
            name_it(b, *ret);
    }
    return BOOK_NO_LEAF;
}

static struct book *book_new(struct book_job *job, enum book_error *ret_error)
{
    enum package_error e;
    struct book *b = calloc(1, sizeof *b);
    *ret_error = BOOK_NO_MEMORY;
    if (b == NULL)
        return NULL;
    b->job = job;
    str_init(&b->text, CELL_TEXT_MAX);
    b->formats = calloc(BOOK_MAX_FORMATS, sizeof *b->formats);
    b->styles = calloc(BOOK_MAX_STYLES, sizeof *b->styles);
    b->package = package_new(job->bytes, job->len, &e);
    if (b->package == NULL)
        *ret_error = error_of(e);
    else if (b->formats != NULL && b->styles != NULL)
        *ret_error = BOOK_OK;
    return b;
}

static void book_free(struct book *b)
{
    if (b == NULL)
        return;
    package_free(b->package);
    str_finish(&b->text);
    free(b->formats);
    free(b->styles);
    free(b->strings);
    free(b);
}

enum book_error book_read(struct book_job *job)
{
    enum book_error e;
    const struct leaf *leaf;
    struct book *b = book_new(job, &e);
    *job->names = '\0';
    if (e == BOOK_OK)
        e = read_common(b);
    if (e == BOOK_OK)
        e = job->leaf != NULL ? pick(b, &leaf) : choose(b, &leaf);
    if (e == BOOK_OK)
        e = read_leaf(b, leaf, false);
    book_free(b);
    return e;
}
