/* test_sheet: every file of tests/data/school, with what must be understood of it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "cells.c"
#include "charset.c"
#include "sheet/book.c"
#include "sheet/confined.h"
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

/* In this process: what a child reads, memcheck and coverage do not see.  The programs are tried by tests/system/test_confined.py. */
enum book_error confined_read(struct book_job *job)
{
    return book_read(job);
}

#define DATA "tests/data/school/"

#define NAME(name, english, russian) #name,
static const char *const say_names[] = {SAYINGS(NAME)};
#undef NAME

static void dump_narrative(struct str *s, const struct sheet_row *r)
{
    const struct narrative *n = &r->narrative;
    char text[PERIOD_TEXT_MAX];
    str_addf(s, "%zu %s%s%s %s%s", r->line, n->organisation != NULL ? n->organisation : "",
             n->organisation != NULL ? " " : "", n->project, period_format(n->period, text),
             n->withdrawn ? " withdrawn" : "");
    for (int t = 0; t < NARRATIVE_TEXTS; t++)
        if (n->texts[t] != NULL)
            str_addf(s, " %s=%s", narrative_text_name((enum narrative_text)t), n->texts[t]);
    str_add(s, "\n");
}

/* A sheet as one text: a line for each row, "2 org indicator period value/of @as_of ~expected
 * (note)" or "2 org project period text=… cause=…" with what there is of it; then for each error
 * "!line:column NAME what"; then "?column" for each left out. */
static void dump_row(struct str *s, const struct sheet_row *r)
{
    if (r->kind == ROW_NARRATIVE) {
        dump_narrative(s, r);
        return;
    }
    const struct figure *f = &r->figure;
    char text[DECIMAL_TEXT_MAX];
    str_addf(s, "%zu %s%s%s %s", r->line, f->organisation != NULL ? f->organisation : "",
             f->organisation != NULL ? " " : "", f->indicator, period_format(f->period, text));
    if (f->state != FIGURE_VALUE)
        str_addf(s, " %s", figure_state_name(f->state));
    if (f->has_value)
        str_addf(s, " %s", decimal_format(f->value, text));
    if (f->has_of)
        str_addf(s, "/%s", decimal_format(f->of, text));
    if (f->as_of != DATE_NONE)
        str_addf(s, " @%s", date_format_iso(f->as_of, text));
    if (f->expected != DATE_NONE)
        str_addf(s, " ~%s", date_format_iso(f->expected, text));
    if (f->note != NULL)
        str_addf(s, strlen(f->note) > 100 ? " (long)" : " (%s)", f->note);
    str_add(s, "\n");
}

static char *dump(const struct sheet *sheet)
{
    const struct sheet_row *rows;
    const struct sheet_error *errors;
    const struct sheet_note *notes;
    const char *const *unknown;
    struct str s;
    str_init(&s, 64 * 1024);
    size_t n = sheet_rows(sheet, &rows);
    for (size_t i = 0; i < n; i++)
        dump_row(&s, &rows[i]);
    n = sheet_errors(sheet, &errors);
    for (size_t i = 0; i < n; i++) {
        const struct sheet_error *e = &errors[i];
        str_addf(&s, "!%zu:%zu %s %s\n", e->line, e->column, say_names[e->error.why],
                 strlen(e->error.what) > 30 ? "(long)" : e->error.what);
    }
    n = sheet_notes(sheet, &notes);
    for (size_t i = 0; i < n; i++)
        str_addf(&s, "-%zu-%zu %s\n", notes[i].first, notes[i].last, say_names[notes[i].why]);
    n = sheet_unknown(sheet, &unknown);
    for (size_t i = 0; i < n; i++)
        str_addf(&s, "?%s\n", unknown[i]);
    return str_take(&s);
}

static const struct expectation {
    const char *file;
    enum charset charset;
    char delimiter;
    const char *understood;
} expectations[] = {
    {"utf8.csv", CHARSET_UTF8, ';',
     "2 school-3 consultations 2020-9M 165/200 @2020-09-25 (synthetic)\n"},
    {"bom.csv", CHARSET_UTF8, ';',
     "2 school-3 consultations 2020-9M 165/200 @2020-09-25 (по журналу)\n"},
    {"cp1251.csv", CHARSET_CP1251, ';',
     "2 school-3 consultations 2020-9M 165/200 @2020-09-25 («по журналу», № 5)\n"},
    {"utf16.csv", CHARSET_UTF16, '\t', "2 consultations 2020-09 7 (Приём)\n"},
    {"thousands-nbsp.csv", CHARSET_UTF8, ';',
     "2 money 2020 3580418.00\n3 money 2021 1234.5\n!4:3 BAD_GROUPING 12 34\n"},
    {"cp1251-nbsp.csv", CHARSET_CP1251, ';', "2 money 2020 3580418.00\n"},
    {"comma.csv", CHARSET_UTF8, ',',
     "2 money 2020-01 1.5 (half)\n3 money 2020-02 1234 (plain)\n"
     "4 money 2020-03 0.234 (begins with a nought)\n"},
    {"comma-doubtful.csv", CHARSET_UTF8, ',',
     "4 money 2020-03 5\n!2:3 DOUBTFUL_COMMA 1,234\n!3:3 DOUBTFUL_COMMA 12,345,678\n"},
    {"semicolon-decimal.csv", CHARSET_UTF8, ';', "2 money 2020-01 1.234\n"},
    {"tab.csv", CHARSET_UTF8, '\t', "2 consultations 2020-Q3 5\n"},
    {"sep-line.csv", CHARSET_UTF8, ';', "3 consultations 2020-H1 5\n"},
    {"excel-months.csv", CHARSET_CP1251, ';',
     "2 c 2020-09 1\n3 c 2020-10 2\n4 c 2020-Q3 3\n5 c 2020-H1 4\n6 c 2020-9M 5\n7 c 2020 6\n"
     "8 c 2021-05 7\n9 c 2021-09 8\n"},
    {"states.csv", CHARSET_UTF8, ';',
     "2 a 2020 done\n3 b 2020 in_progress ~2020-11-15\n4 c 2020 done 30\n5 d 2020 no_data\n"
     "6 e 2020 not_applicable\n7 f 2020 not_done 30\n8 g 2020 withdrawn\n"},
    {"bad-states.csv", CHARSET_UTF8, ';',
     "7 f 2020 1\n!3:3 VALUE_UNEXPECTED 5\n!4:4 STATE_TWICE в работе\n"
     "!5:4 NO_SUCH_STATE готово\n!6:3 NO_SUCH_STATE 30:done\n"
     "-2-2 ROWS_NOT_FILLED\n"},
    {"shares.csv", CHARSET_UTF8, ';',
     "2 a 2020 187/450\n3 b 2020 187/450\n4 c 2020 41.7\n!5:4 PERCENT_AND_OF 450\n"
     "!6:4 OF_TWICE 450\n!7:3 VALUE_MISSING \n"},
    {"bad-rows.csv", CHARSET_UTF8, ';',
     "2 consultations 2026-03 5\n10 consultations 2026-09 9\n!3:2 BAD_PERIOD 2026-13\n"
     "!4:3 NOT_A_NUMBER six\n!5:1 INDICATOR_MISSING \n!6:2 PERIOD_MISSING \n"
     "!7:3 NOT_A_NUMBER 1.234.567\n!8:3 COMMA_AND_POINT 1,5.2\n!9:3 NUMBER_TOO_FINE 0,1234567\n"},
    {"quoted-breaks.csv", CHARSET_UTF8, ';',
     "2 a 2020 1 (first line\nsecond \"line\")\n5 c 2020 3\n!4:3 NOT_A_NUMBER x\n"},
    {"open-quote.csv", CHARSET_UTF8, ';', "2 a 2020 1\n!3:0 QUOTE_OPEN \n"},
    {"swallowed.csv", CHARSET_UTF8, ';', "5 d 2020 4\n!2:4 SWALLOWED_ROWS (long)\n"},
    {"twice.csv", CHARSET_UTF8, ';',
     "3 s a 2020-10 2\n5 t a 2020-09 4\n!2:2 SAME_FIGURE 4\n!4:2 SAME_FIGURE 2\n"
     "!6:2 SAME_FIGURE 2\n"},
    {"blank-rows.csv", CHARSET_UTF8, ';', "4 a 2020 1\n7 b 2020 2\n"},
    {"long-row.csv", CHARSET_UTF8, ';', "3 b 2020 2\n!2:4 TOO_MANY_CELLS stray\n"},
    {"unknown-column.csv", CHARSET_UTF8, ';', "2 a 2020 1\n?Ответственный\n"},
    {"header-twice.csv", CHARSET_UTF8, ';', "!1:0 HEADER_TWICE показатель\n"},
    {"no-indicator.csv", CHARSET_UTF8, ';', "!1:0 NO_HEADER (long)\n"},
    {"no-value.csv", CHARSET_UTF8, ';', "!1:0 NO_HEADER значение, value\n"},
    {"no-header.csv", CHARSET_UTF8, ';', "!1:0 NO_HEADER (long)\n"},
    {"empty.csv", CHARSET_UTF8, ';', "!0:0 EMPTY_FILE \n"},
    {"only-header.csv", CHARSET_UTF8, ';', NULL},
    {"workbook.csv", CHARSET_UTF8, ';', "!0:0 IS_NO_TABLE \n"},
    {"binary.csv", CHARSET_UTF8, ';', "!2:0 NO_CHARSET \n"},
    {"nul.csv", CHARSET_UTF8, ';', "!0:0 NO_CHARSET \n"},
    {"old-mac.csv", CHARSET_UTF8, ';', "2 a 2020 1\n!3:3 NOT_A_NUMBER x\n"},
    {"long-note.csv", CHARSET_UTF8, ';', "3 b 2020 1 (long)\n!2:4 BAD_NOTE (long)\n"},
    {"padded.csv", CHARSET_UTF8, ';', "2 a 2020 1234\n"},
    {"narratives.csv", CHARSET_UTF8, ';',
     "2 school-3 digital 2020-9M text=Контракты заключены. next_step=Поставка; до 30 ноября "
     "answerable=директор\n"
     "!4:1 EMPTY_BELOW school-3\n!6:1 EMPTY_BELOW school-3\n?Показатели\n"},
    {"narratives-own.csv", CHARSET_UTF8, ';',
     "2 digital 2020-09 text=первая строка\nвторая строка cause=нет\n4 families 2020-Q3 "
     "withdrawn\n"},
    {"narratives-cp1251.csv", CHARSET_CP1251, ';', "2 digital 2020-09 text=«Да», № 5 measure=м\n"},
    {"narratives-comma.csv", CHARSET_UTF8, ',',
     "2 digital 2020-09 text=a\none, two, three, four, five\n4 families 2020-09 text=b\n"},
    {"narratives-swallowed.csv", CHARSET_UTF8, ';',
     "5 d 2020 text=x\n!2:3 SWALLOWED_ROWS open c;2020;x y\n"},
    {"narratives-twice.csv", CHARSET_UTF8, ';',
     "3 s a 2020-10 text=2\n!2:2 SAME_NARRATIVE 4\n!4:2 SAME_NARRATIVE 2\n"},
    {"narratives-bad.csv", CHARSET_UTF8, ';',
     "2 a 2020 text=x\n!3:1 INDICATOR_MISSING \n!4:2 PERIOD_MISSING \n!5:3 TEXT_MISSING \n"
     "!6:4 TEXT_UNEXPECTED почему\n!7:5 ONLY_WITHDRAWN сделано\n!8:6 BAD_PROSE a b\n"
     "!10:1 BAD_CODE a b\n!12:2 BAD_PERIOD 2020-13\n"},
    {"narratives-no-text.csv", CHARSET_UTF8, ';', "!1:0 NO_HEADER текст, text\n"},
    {"figures-with-projects.csv", CHARSET_UTF8, ';',
     "2 a 2020 1\n?Проект\n?Мера\n?Меры\n?Ответственный\n"},
    {"plain.xlsx", CHARSET_UTF8, '\0',
     "2 consultations 2020-09 165\n3 coverage 2020-Q3 187/450\n4 money 2020 1234.50\n"},
    {"shared.xlsx", CHARSET_UTF8, '\0', "2 consultations 2020-09 7\n"},
    {"percents.xlsx", CHARSET_UTF8, '\0',
     "2 coverage 2020-09 41.7\n3 coverage 2020-08 41.7\n4 coverage 2020-07 100.0\n"},
    {"noise.xlsx", CHARSET_UTF8, '\0',
     "2 money 2020-01 0.3\n3 money 2020-02 3580418\n4 money 2020-03 1234.5\n"
     "5 money 2020-04 2.68\n"},
    {"dates.xlsx", CHARSET_UTF8, '\0', "2 consultations 2020-09 5 @2020-09-25\n"},
    {"dates-1904.xlsx", CHARSET_UTF8, '\0', "2 consultations 2020-09 5 @2020-09-25\n"},
    {"units.xlsx", CHARSET_UTF8, '\0', "2 consultations 2020-09 12\n3 money 2020 1234.50\n"},
    {"thousands-hidden.xlsx", CHARSET_UTF8, '\0', "!2:3 IS_SCALED 1234567 (тыс.)\n"},
    {"formulas.xlsx", CHARSET_UTF8, '\0',
     "2 consultations 2020-09 165\n!3:3 FORMULA_ERROR #DIV0!\n!4:3 NOT_A_NUMBER TRUE\n"},
    {"gaps.xlsx", CHARSET_UTF8, '\0', "2 a 2020 1\n40 b 2020 2\n"},
    {"two-tables.xlsx", CHARSET_UTF8, '\0', "!0:0 SEVERAL_SHEETS (long)\n"},
    {"hidden-rows.xlsx", CHARSET_UTF8, '\0',
     "2 a 2020 1\n3 b 2020 2\n4 c 2020 3\n-3-4 ROWS_HIDDEN\n-5-5 ROWS_NOT_FILLED\n"},
    {"hidden-sheet.xlsx", CHARSET_UTF8, '\0', "2 b 2020 2\n"},
    {"second-sheet.xlsx", CHARSET_UTF8, '\0', "2 b 2020 2\n"},
    {"narratives.xlsx", CHARSET_UTF8, '\0',
     "2 digital 2020-09 text=Контракты; заключены\nПоставка; в октябре\n"},
    {"empty.xlsx", CHARSET_UTF8, '\0', "!0:0 EMPTY_FILE \n"},
    {"entities.xlsx", CHARSET_UTF8, '\0', "!0:0 BOOK_BROKEN \n"},
    {"bomb.xlsx", CHARSET_UTF8, '\0', "!0:0 BOOK_TOO_LARGE \n"},
    {"deep.xlsx", CHARSET_UTF8, '\0', "!0:0 BOOK_TOO_LARGE \n"},
    {"no-xml.xlsx", CHARSET_UTF8, '\0', "!0:0 BOOK_BROKEN \n"},
    {"cut.xlsx", CHARSET_UTF8, '\0', "!0:0 BOOK_BROKEN \n"},
    {"old.xls", CHARSET_UTF8, ';', "!0:0 IS_OLD_WORKBOOK \n"},
    {"binary.xlsb", CHARSET_UTF8, ';', "!0:0 IS_OLD_WORKBOOK \n"},
    {"calc.ods", CHARSET_UTF8, ';', "!0:0 IS_OLD_WORKBOOK \n"},
    {"locked.xlsx", CHARSET_UTF8, ';', "!0:0 IS_LOCKED \n"},
    {"page.xls", CHARSET_UTF8, ';', "!0:0 IS_PAGE \n"},
    {"letter.docx", CHARSET_UTF8, ';', "!0:0 IS_NO_TABLE \n"},
    {"archive.zip", CHARSET_UTF8, ';', "!0:0 IS_NO_TABLE \n"},
    {"scan.pdf", CHARSET_UTF8, ';', "!0:0 IS_NO_TABLE \n"},
    {"title-above.csv", CHARSET_CP1251, ';',
     "5 consultations 2020-09 165\n6 proektoria 2020-09 40\n"},
    {"title-with-comma.csv", CHARSET_UTF8, ';', "3 consultations 2020-09 1.5\n"},
    {"title-long.csv", CHARSET_UTF8, ';', "!1:0 NO_HEADER (long)\n"},
    {"numbered.csv", CHARSET_UTF8, ';', "3 consultations 2020-09 165\n"},
    {"two-row-heads.csv", CHARSET_UTF8, ';',
     "3 consultations 2020-09 165\n4 proektoria 2020-09 40\n"},
    {"two-row-heads-above.csv", CHARSET_UTF8, ';', "4 consultations 2020-09 165\n"},
    {"two-row-twice.csv", CHARSET_UTF8, ';', "!2:0 HEADER_TWICE факт\n"},
    {"months-across.csv", CHARSET_CP1251, ';', "!1:0 MONTHS_ACROSS сен.20\n"},
    {"month-names-across.csv", CHARSET_UTF8, ';', "!1:0 MONTHS_ACROSS Сентябрь\n"},
    {"years-across.csv", CHARSET_UTF8, ';', "!1:0 MONTHS_ACROSS 2019\n"},
    {"totals.csv", CHARSET_UTF8, ';',
     "2 consultations 2020-09 165\n3 proektoria 2020-09 40\n-4-5 ROWS_OF_TOTALS\n"},
    {"signature.csv", CHARSET_UTF8, ';',
     "3 consultations 2020-09 165\n-2-2 ROWS_NOT_FILLED\n-5-6 ROWS_NOT_FILLED\n"},
    {"pages.csv", CHARSET_UTF8, ';', "2 a 2020-09 1\n4 b 2020-09 2\n"},
    {"half-filled.csv", CHARSET_UTF8, ';',
     "2 a 2020-09 1\n6 e 2020-09 no_data\n7 f 2020-09 0\n!5:3 VALUE_MISSING \n"
     "-3-4 ROWS_NOT_FILLED\n-8-8 ROWS_NOT_FILLED\n"},
    {"not-filled.csv", CHARSET_UTF8, ';', "-2-3 ROWS_NOT_FILLED\n"},
    {"units-behind.csv", CHARSET_UTF8, ';',
     "2 a 2020 1234.50\n3 b 2020 12\n4 c 2020 187/450\n8 g 2020 70\n!5:3 IS_SCALED 3 580 тыс. "
     "руб.\n"
     "!6:3 IS_SCALED 1,2 млн\n!7:3 NOT_A_NUMBER 5 попугаев\n"},
    {"units-in-heads.csv", CHARSET_UTF8, ';', "2 a 2020 165\n"},
    {"thousands-in-heads.csv", CHARSET_UTF8, ';', "!1:0 NO_HEADER значение, value\n"},
    {"broken-heads.csv", CHARSET_UTF8, ';', "5 a 2020 165\n"},
    {"excel-errors.csv", CHARSET_CP1251, ';',
     "6 e 2020 1\n!2:3 FORMULA_ERROR #ДЕЛ/0!\n!3:3 FORMULA_ERROR #Н/Д\n!4:3 FORMULA_ERROR "
     "########\n"
     "!5:3 FORMULA =B2+B3\n"},
    {"numbers-as-dates.csv", CHARSET_CP1251, ';',
     "6 e 2020 3.10\n!2:3 IS_A_DATE 03.окт\n!3:3 IS_A_DATE 03.10.2020\n!4:3 IS_A_DATE окт.03\n"
     "!5:3 IS_A_DATE Oct-20\n"},
    {"apostrophes.csv", CHARSET_UTF8, ';', "2 a 2020-09 165 ('так')\n"},
    {"joined-cells.csv", CHARSET_UTF8, ';',
     "2 school-3 a 2020-09 1\n4 school-4 a 2020-09 3\n!3:1 EMPTY_BELOW school-3\n"
     "!6:1 EMPTY_BELOW school-5\n-5-5 ROWS_NOT_FILLED\n"},
    {"wide.csv", CHARSET_UTF8, ';', "2 a 2020-09 165\n"},
    {"too-wide.csv", CHARSET_UTF8, ';', "!1:0 TOO_MANY_COLUMNS \n"},
    {"narratives-half-filled.csv", CHARSET_UTF8, ';',
     "2 digital 2020-09 text=идёт answerable=директор\n-3-3 ROWS_NOT_FILLED\n"},
    {"title-above.xlsx", CHARSET_UTF8, '\0', "6 consultations 2020-09 165\n-7-7 ROWS_OF_TOTALS\n"},
    {"thousands-in-words.xlsx", CHARSET_UTF8, '\0', "3 money 2021 12\n!2:3 IS_SCALED 3.5 (тыс.)\n"},
};

enum { EXPECTATIONS = sizeof expectations / sizeof *expectations };

static void test_files(void **state)
{
    const struct figure nothing = reading_nothing();
    size_t failed = 0;
    (void)state;
    for (size_t i = 0; i < EXPECTATIONS; i++) {
        const struct expectation *e = &expectations[i];
        char path[256];
        snprintf(path, sizeof path, DATA "%s", e->file);
        struct sheet *s = sheet_read(path, NULL, &nothing);
        if (s == NULL)
            fail_msg("%s: %s", path, strerror(errno));
        char *understood = dump(s);
        if (strcmp(understood != NULL ? understood : "",
                   e->understood != NULL ? e->understood : "") != 0 ||
            sheet_charset(s) != e->charset || sheet_delimiter(s) != e->delimiter) {
            print_error("%s, %s, delimiter %c:\n%s", path, charset_name(sheet_charset(s)),
                        sheet_delimiter(s) != '\0' ? sheet_delimiter(s) : '-',
                        understood != NULL ? understood : "");
            failed++;
        }
        free(understood);
        sheet_free(s);
    }
    assert_int_equal(failed, 0);
}

static struct sheet *parse(const char *text, const struct figure *defaults)
{
    return sheet_parse((const uint8_t *)text, strlen(text), NULL, defaults);
}

static void test_bad_arguments(void **state)
{
    const struct figure nothing = reading_nothing();
    (void)state;
    sheet_free(NULL);
    assert_null(sheet_read(DATA "no-such-file.csv", NULL, &nothing));
    assert_int_equal(errno, ENOENT);
    assert_null(sheet_read(DATA, NULL, &nothing));
    assert_int_equal(errno, EISDIR);
}

static void test_defaults_fill_what_is_empty(void **state)
{
    struct figure defaults = reading_nothing();
    const struct sheet_row *rows;
    (void)state;
    defaults.organisation = "own";
    defaults.period = 2020009;
    struct sheet *s = parse("indicator;value;org\na;1;\na;2;other\n", &defaults);
    assert_int_equal(sheet_rows(s, &rows), 2);
    assert_string_equal(rows[0].figure.organisation, "own");
    assert_string_equal(rows[1].figure.organisation, "other");
    assert_int_equal(rows[0].figure.period, 2020009);
    sheet_free(s);
}

/* Of "two-tables.xlsx", of a hidden one, of none, and of what is no workbook. */
static void test_one_sheet_of_many(void **state)
{
    static const struct {
        const char *file, *leaf, *dump;
    } cases[] = {
        {"two-tables.xlsx", "Филиал", "2 b 2020 2\n"},
        {"hidden-sheet.xlsx", "Старый", "2 a 2020 1\n"},
        {"two-tables.xlsx", "филиал", "!0:0 NO_SUCH_SHEET (long)\n"},
        {"utf8.csv", "Лист1", "!0:0 HAS_NO_SHEETS Лист1\n"},
    };
    const struct figure nothing = reading_nothing();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[200];
        snprintf(path, sizeof path, "%s%s", DATA, cases[i].file);
        struct sheet *s = sheet_read(path, cases[i].leaf, &nothing);
        assert_non_null(s);
        char *found = dump(s);
        assert_string_equal(found, cases[i].dump);
        free(found);
        sheet_free(s);
    }
}

/* A file with a row too many is not taken at all: nobody would know which part of it was sent. */
static void test_row_limit(void **state)
{
    const struct figure nothing = reading_nothing();
    const struct sheet_row *rows;
    const struct sheet_error *errors;
    struct str text;
    (void)state;
    str_init(&text, SHEET_MAX_BYTES);
    str_add(&text, "indicator;period;value\n");
    for (int i = 0; i <= SHEET_MAX_ROWS; i++)
        str_addf(&text, "i%d;2020;1\n", i);
    struct sheet *s = parse(str_text(&text), &nothing);
    assert_int_equal(sheet_rows(s, &rows), 0);
    assert_int_equal(sheet_errors(s, &errors), 1);
    assert_int_equal(errors[0].error.why, SAY_TOO_MANY_ROWS);
    assert_int_equal(errors[0].line, SHEET_MAX_ROWS + 2);
    sheet_free(s);
    str_finish(&text);
}

/* As many rows as the file's size allows at all still find room in the arena. */
static void test_smallest_rows_fit(void **state)
{
    const struct figure nothing = reading_nothing();
    const struct sheet_row *rows;
    struct str text;
    (void)state;
    str_init(&text, SHEET_MAX_BYTES);
    str_add(&text, "indicator;period;value\n");
    for (int i = 1900; i < 2900; i++)
        str_addf(&text, "a;%d;1\n", i);
    struct sheet *s = parse(str_text(&text), &nothing);
    assert_non_null(s);
    assert_int_equal(sheet_rows(s, &rows), 1000);
    sheet_free(s);
    str_finish(&text);
}

static void test_too_many_columns(void **state)
{
    const struct figure nothing = reading_nothing();
    const struct sheet_error *errors;
    struct str text;
    (void)state;
    str_init(&text, 4096);
    str_add(&text, "indicator;");
    for (int i = 0; i < SHEET_MAX_COLUMNS; i++)
        str_addf(&text, "c%d;", i);
    str_add(&text, "\n1\n");
    struct sheet *s = parse(str_text(&text), &nothing);
    assert_int_equal(sheet_errors(s, &errors), 1);
    assert_int_equal(errors[0].error.why, SAY_TOO_MANY_COLUMNS);
    sheet_free(s);
    str_finish(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_arguments),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_defaults_fill_what_is_empty),
        cmocka_unit_test(test_one_sheet_of_many),
        cmocka_unit_test(test_row_limit),
        cmocka_unit_test(test_smallest_rows_fit),
        cmocka_unit_test(test_too_many_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
