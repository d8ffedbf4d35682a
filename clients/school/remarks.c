/* remarks: whoever has to mend a table must be led to the cell. */
#include "school/remarks.h"

#include <string.h>

#include "school/texts.h"
#include "wire/limits.h"

enum { LINES_MAX = 240 /* bytes of line numbers in a row */ };

struct view {
    const char *path;
    enum lang lang;
    FILE *out;
};

static void sheet_error(const struct view *v, const struct sheet_error *e)
{
    char what[WIRE_MAX_NOTE];
    snprintf(what, sizeof what, say(e->error.why, v->lang), e->error.what);
    if (e->line == 0) {
        fprintf(v->out, "%s: %s\n", v->path, what);
    } else if (e->column == 0) {
        fprintf(v->out, "%s:%zu: %s\n", v->path, e->line, what);
    } else {
        const char *header = *e->header != '\0' || e->error.field == FIELD_COUNT
                                 ? e->header
                                 : reading_field_name(e->error.field, v->lang);
        fprintf(v->out, "%s:%zu:%zu %s: %s\n", v->path, e->line, e->column, header, what);
    }
}

/* "5, 7–9, …" of the notes that say why. */
static char *lines_of(const struct sheet_note *notes, size_t n, enum say why, char buf[LINES_MAX])
{
    size_t len = 0;
    *buf = '\0';
    for (size_t i = 0; i < n; i++) {
        const struct sheet_note *note = &notes[i];
        if (note->why != why)
            continue;
        if (len > LINES_MAX - 64) {
            snprintf(buf + len, LINES_MAX - len, ", …");
            break;
        }
        len +=
            (size_t)snprintf(buf + len, LINES_MAX - len, "%s%zu", len > 0 ? ", " : "", note->first);
        if (note->last > note->first)
            len += (size_t)snprintf(buf + len, LINES_MAX - len, "–%zu", note->last);
    }
    return buf;
}

static void tell_notes(const struct view *v, const struct sheet *s)
{
    static const enum say kinds[] = {SAY_ROWS_OF_TOTALS, SAY_ROWS_NOT_FILLED, SAY_ROWS_HIDDEN};
    const struct sheet_note *notes;
    size_t n = sheet_notes(s, &notes);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        char lines[LINES_MAX];
        if (*lines_of(notes, n, kinds[i], lines) != '\0')
            say_to(v->out, v->lang, kinds[i], v->path, lines);
    }
}

void remarks_print(const char *path, const struct sheet *s, enum lang lang, FILE *out)
{
    const struct view v = {path, lang, out};
    const struct sheet_error *errors;
    const char *const *unknown;
    size_t n = sheet_unknown(s, &unknown);
    for (size_t i = 0; i < n; i++)
        say_to(out, lang, SAY_COLUMN_LEFT_OUT, path, unknown[i]);
    tell_notes(&v, s);
    n = sheet_errors(s, &errors);
    for (size_t i = 0; i < n; i++)
        sheet_error(&v, &errors[i]);
}
