/* test_table: columns stand under one another whatever alphabet is in them, and a line keeps within
 * its width. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "table.c"
#include "terminal.c"
#include "admin/text.c"

static const struct table_column two[] = {{"ИМЯ", TABLE_LEFT, TABLE_FLEXIBLE},
                                          {"ЧИСЛО", TABLE_RIGHT, TABLE_FIXED}};

static char *printed(const struct table *t, bool colour)
{
    char *out = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&out, &len);

    assert_non_null(f);
    assert_true(table_print(t, f, colour));
    assert_int_equal(fclose(f), 0);
    return out;
}

static void assert_printed(const struct table *t, bool colour, const char *expected)
{
    char *out = printed(t, colour);

    assert_string_equal(out, expected);
    free(out);
}

static void test_bad_arguments(void **state)
{
    struct table_column many[TABLE_MAX_COLUMNS + 1] = {{"", TABLE_LEFT, TABLE_FIXED}};

    (void)state;
    table_free(NULL);
    assert_null(table_new(two, 0));
    assert_null(table_new(many, TABLE_MAX_COLUMNS + 1));
}

static void test_aligned_by_characters(void **state)
{
    struct table *t = table_new(two, 2);

    (void)state;
    table_cell(t, "школа");
    table_decimal(t, (struct decimal){358041800, 2}, LANG_RU, NULL);
    table_cell(t, "ab");
    table_decimal(t, (struct decimal){5, 0}, LANG_EN, " %");
    table_cell(t, NULL);
    table_cell(t, NULL);
    assert_int_equal(table_rows(t), 3);
    assert_printed(t, false,
                   "ИМЯ           ЧИСЛО\n"
                   "школа  3\u00a0580\u00a0418,00\n"
                   "ab              5 %\n"
                   "\n");
    table_free(t);
}

static void test_no_titles_no_line(void **state)
{
    static const struct table_column bare[] = {{"", TABLE_LEFT, TABLE_FIXED},
                                               {"", TABLE_LEFT, TABLE_FIXED}};
    struct table *t = table_new(bare, 2);

    (void)state;
    table_cell(t, "a");
    table_cell(t, "b");
    assert_printed(t, false, "a  b\n");
    table_free(t);
}

static void test_headings_and_colours(void **state)
{
    struct table *t = table_new(two, 2);

    (void)state;
    table_heading(t, "Проект", 0, TABLE_BOLD);
    table_cell_coloured(t, "x", TABLE_RED);
    table_cell(t, "1");
    assert_int_equal(table_rows(t), 1);
    assert_printed(t, false, "ИМЯ  ЧИСЛО\nПроект\nx        1\n");
    assert_printed(t, true,
                   "\033[2mИМЯ\033[0m  \033[2mЧИСЛО\033[0m\n"
                   "\033[1mПроект\033[0m\n"
                   "\033[31mx\033[0m        1\n");
    table_free(t);
}

/* A heading between the cells of a row begins a new row, rather than shift all that follow. */
static void test_heading_ends_a_row(void **state)
{
    struct table *t = table_new(two, 2);

    (void)state;
    table_cell(t, "half");
    table_heading(t, "-", 0, TABLE_PLAIN);
    table_cell(t, "x");
    table_cell(t, "1");
    assert_printed(t, false, "ИМЯ   ЧИСЛО\nhalf\n-\nx         1\n");
    table_free(t);
}

/* What is too wide is cut in its middle: names of schools differ at the end. */
static void test_cut_to_the_width(void **state)
{
    struct table *t = table_new(two, 2);
    char name[300] = "", *out, *line;

    (void)state;
    for (int i = 0; i < 60; i++)
        strncat(name, "шк", sizeof name - strlen(name) - 1);
    strncat(name, " № 3", sizeof name - strlen(name) - 1);
    table_cell(t, name);
    table_cell(t, "12345");
    out = printed(t, false);
    line = strchr(out, '\n') + 1;
    line[strcspn(line, "\n")] = '\0';
    assert_int_equal(utf8_width(line, strlen(line)), TABLE_WIDTH);
    assert_true(utf8_valid(line, strlen(line)));
    assert_non_null(strstr(line, "…"));
    assert_non_null(strstr(line, "№ 3  12345"));
    free(out);
    table_free(t);
}

/* A cell longer than its maximum ends at a whole character. */
static void test_longest_cell(void **state)
{
    static const struct table_column bare[] = {{"", TABLE_LEFT, TABLE_FIXED}};
    struct table *t = table_new(bare, 1);
    char text_in[TABLE_CELL_MAX * 2] = "x", *out;

    (void)state;
    while (strlen(text_in) + 2 < sizeof text_in)
        strncat(text_in, "ж", sizeof text_in - strlen(text_in) - 1);
    table_cell(t, text_in);
    out = printed(t, false);
    assert_int_equal(strlen(out),
                     TABLE_CELL_MAX - 1 + 1); /* the newline; x and 199 letters of two bytes */
    assert_true(utf8_valid(out, strlen(out)));
    free(out);
    table_free(t);
}

/* A text whose conversions differ between the languages would print garbage, or worse. */
static void test_texts_agree(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        size_t n[LANG_COUNT] = {0};

        for (int lang = 0; lang < LANG_COUNT; lang++) {
            const char *p = text((enum text)i, (enum lang)lang);

            assert_non_null(p);
            assert_true(utf8_valid(p, strlen(p)));
            while ((p = strchr(p, '%')) != NULL) {
                assert_int_equal(p[1], 's');
                n[lang]++;
                p += 2;
            }
        }
        assert_int_equal(n[LANG_EN], n[LANG_RU]);
    }
}

/* Cutting goes before leaving out, and what may not give way stands whole. */
static void test_too_narrow(void **state)
{
    static const struct table_column columns[] = {{"a", TABLE_LEFT, TABLE_FLEXIBLE},
                                                  {"b", TABLE_LEFT, TABLE_FIXED},
                                                  {"c", TABLE_LEFT, TABLE_SPARE},
                                                  {"d", TABLE_LEFT, TABLE_FIXED}};
    char wide[TABLE_WIDTH], fitting[TABLE_WIDTH];

    (void)state;
    memset(wide, 'x', sizeof wide);
    for (size_t spare = 1; spare <= 2; spare++) {
        /* The least line: a cut to its least, b, c of one or two characters, d, three gaps. */
        size_t b = TABLE_WIDTH - TABLE_LEAST_WIDTH - 1 - 1 - 3 * GAP_WIDTH;
        struct table *t = table_new(columns, 4);
        char *out;

        table_cell(t, "abcdefghijklmnop");
        snprintf(fitting, sizeof fitting, "%.*s", (int)b, wide);
        table_cell(t, fitting);
        table_cell(t, spare == 1 ? "1" : "22");
        table_cell(t, "d");
        out = printed(t, false);
        assert_true((strstr(out, "abcdefg…klmnop") != NULL) == (spare == 1));
        assert_true((strstr(out, "  1  d\n") != NULL) == (spare == 1));
        assert_null(strstr(out, "22"));
        assert_true((strstr(out, "abcdefghijklmnop") != NULL) == (spare == 2));
        assert_non_null(strstr(out, fitting));
        free(out);
        table_free(t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_arguments),      cmocka_unit_test(test_aligned_by_characters),
        cmocka_unit_test(test_no_titles_no_line),  cmocka_unit_test(test_headings_and_colours),
        cmocka_unit_test(test_heading_ends_a_row), cmocka_unit_test(test_cut_to_the_width),
        cmocka_unit_test(test_longest_cell),       cmocka_unit_test(test_texts_agree),
        cmocka_unit_test(test_too_narrow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
