/* fuzz_programme: whatever stands in a CSV file of a programme, each row is taken or complained of,
 * and an entry that was taken has canonical values and a key by which it is found. */
#include <stdlib.h>
#include <string.h>

#include "admin/bulk.c"
#include "admin/calendar.c"
#include "admin/check.c"
#include "admin/entry.c"
#include "admin/field.c"
#include "admin/nouns.c"
#include "admin/problems.c"
#include "admin/programme.c"
#include "admin/season.c"
#include "admin/shape.c"
#include "admin/sheet.c"
#include "admin/text.c"
#include "cells.c"
#include "charset.c"
#include "fault.c"
#include "words.c"
#include "terminal.c"
#include "base/utf8.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void require_canonical(const struct field *field, const char *value)
{
    struct str again;
    enum text ignored;

    str_init(&again, FIELD_VALUE_MAX);
    require(field_normalise(field, value, &again, &ignored));
    require(strcmp(str_text(&again), value) == 0);
    str_finish(&again);
}

static void require_sound(const struct programme *p, enum noun noun)
{
    for (size_t i = 0; i < p->nouns[noun].n; i++) {
        const struct entry *e = p->nouns[noun].list[i];

        require(e->line > 0 && programme_find(p, noun, e->key) == e);
        for (size_t f = 0; f < nouns[noun].n_fields; f++)
            if (e->values[f] != NULL && nouns[noun].fields[f].type != FIELD_MADE)
                require_canonical(&nouns[noun].fields[f], e->values[f]);
    }
}

static void parse(struct programme *p, enum noun noun, const char *bytes, size_t len,
                  struct problems *problems)
{
    struct bulk b = {p, problems, "f", noun};
    struct sheet_column columns[SHEET_MAX_COLUMNS];
    size_t n = columns_of(nouns[noun].fields, nouns[noun].n_fields, columns);

    sheet_parse("f", bytes, len, columns, n, take_entry, &b, problems);
    require_sound(p, noun);
}

/* The days of a calendar come out in order, or something is complained of. */
static void parse_days(const char *bytes, size_t len, struct problems *problems)
{
    struct day_rows *d = calloc(1, sizeof *d);
    struct sheet_column columns[DAY_FIELDS];
    size_t n = columns_of(day_fields, DAY_FIELDS, columns);
    char *days;

    require(d != NULL);
    d->problems = problems;
    d->file = "f";
    sheet_parse("f", bytes, len, columns, n, take_day, d, problems);
    days = join_days(d);
    require(d->n == 0 || days != NULL);
    for (size_t i = 1; i < d->n; i++)
        require(strcmp(d->rows[i - 1].day, d->rows[i].day) <= 0);
    for (size_t i = 0; i < d->n; i++) {
        free(d->rows[i].day);
        free(d->rows[i].working);
    }
    free(days);
    free(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte tells organisations, days and plans apart; plans then meet themselves in the
 * checks. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct programme *p = calloc(1, sizeof *p);
    struct problems problems;

    require(p != NULL);
    problems_init(&problems, LANG_RU);
    if (size > 0 && data[0] == 'd')
        parse_days((const char *)data + 1, size - 1, &problems);
    else if (size > 0)
        parse(p, data[0] == 'o' ? NOUN_ORGANISATION : NOUN_PLAN, (const char *)data + 1, size - 1,
              &problems);
    programme_shape(p, &problems);
    programme_check(p, &problems);
    require(utf8_valid(str_text(&problems.text), problems.text.len));
    programme_free(p);
    problems_finish(&problems);
    return 0;
}
