/* fuzz_sheet: whatever Excel, a broken disk or an enemy calls a CSV, every row that is understood
 * can be sent, and every complaint can be printed. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "cells.c"
#include "charset.c"
#include "sheet/book.c"
#include "sheet/filekind.c"
#include "sheet/headings.c"
#include "sheet/heads.c"
#include "sheet/package.c"
#include "sheet/reading.c"
#include "sheet/sheet.c"
#include "sheet/shown.c"
#include "sheet/spoken.c"
#include "sheet/units.c"
#include "school/texts.c"
#include "words.c"
#include "wire/wire.h"

/* In this process, where the fuzzer sees it. */
enum book_error confined_read(struct book_job *job)
{
    return book_read(job);
}

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_row(const struct sheet_row *r, struct arena *a)
{
    struct sheet_row row = *r;
    struct message m = {.kind = MESSAGE_SUBMISSION};
    struct submission *s = &m.u.submission;
    const struct figure *f = &row.figure;
    const struct narrative *n = &row.narrative;
    uint8_t *bytes;
    size_t len;
    require(r->line > 0);
    *s = (struct submission){.composed_us = INT64_C(1600000000000000), .language = LANG_RU};
    if (row.kind == ROW_FIGURE) {
        require(f->flaw == REASON_NONE && f->indicator != NULL && period_valid(f->period));
        s->n_figures = 1;
        s->figures = &row.figure;
    } else {
        require(n->flaw == REASON_NONE && n->project != NULL && period_valid(n->period));
        require(n->withdrawn == (n->texts[NARRATIVE_TEXT] == NULL));
        s->n_narratives = 1;
        s->narratives = &row.narrative;
    }
    require(uuid_make(m.u.submission.composed_us, &m.u.submission.id));
    arena_reset(a);
    require(wire_pack(&m, a, &bytes, &len) == WIRE_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *a;
    const struct figure nothing = reading_nothing();
    const struct sheet_row *rows;
    const struct sheet_error *errors;
    struct sheet *s = sheet_parse(data, size, NULL, &nothing);
    if (a == NULL)
        a = arena_new(WIRE_MAX_UNPACKED);
    require(s != NULL && a != NULL);
    size_t n = sheet_rows(s, &rows);
    for (size_t i = 0; i < n; i++) {
        check_row(&rows[i], a);
        require(i == 0 || rows[i].line > rows[i - 1].line);
        require(rows[i].kind == sheet_kind(s));
    }
    n = sheet_errors(s, &errors);
    for (size_t i = 0; i < n; i++) {
        require(errors[i].error.why < SAY_COUNT);
        require(utf8_valid(errors[i].error.what, strlen(errors[i].error.what)));
        require(strpbrk(errors[i].error.what, "\n\033") == NULL);
    }
    sheet_free(s);
    return 0;
}
