/* test_reading: what a person may write on the command line or in a cell, and what it must mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cells.c"
#include "sheet/reading.c"
#include "sheet/spoken.c"
#include "sheet/units.c"
#include "school/texts.c"
#include "words.c"
#include "wire/wire.h"

#define NAME(name, english, russian) #name,
static const char *const say_names[] = {SAYINGS(NAME)};
#undef NAME

/* The value as "state value/of", or the name of what is wrong. */
static const struct {
    const char *text;
    enum comma comma;
    const char *understood;
} values[] = {
    {"187", COMMA_DOUBTFUL, "value 187"},
    {"187/450", COMMA_DOUBTFUL, "value 187/450"},
    {"0", COMMA_DOUBTFUL, "value 0"},
    {"-5", COMMA_DOUBTFUL, "value -5"},
    {"3580418,00", COMMA_DOUBTFUL, "value 3580418.00"},
    {"3 580 418,00", COMMA_DOUBTFUL, "value 3580418.00"},
    {"41,7%", COMMA_DOUBTFUL, "value 41.7"},
    {"41.7 %", COMMA_DOUBTFUL, "value 41.7"},
    {"1,5", COMMA_DOUBTFUL, "value 1.5"},
    {"1,2345", COMMA_DOUBTFUL, "value 1.2345"},
    {"0,125", COMMA_DOUBTFUL, "value 0.125"},
    {"1234,567", COMMA_DOUBTFUL, "value 1234.567"},
    {"1,234", COMMA_DOUBTFUL, "DOUBTFUL_COMMA"},
    {"-12,345", COMMA_DOUBTFUL, "DOUBTFUL_COMMA"},
    {"1,234,567", COMMA_DOUBTFUL, "DOUBTFUL_COMMA"},
    {"1,234/5", COMMA_DOUBTFUL, "DOUBTFUL_COMMA"},
    {"1,234%", COMMA_DOUBTFUL, "DOUBTFUL_COMMA"},
    {"1,234", COMMA_DECIMAL, "value 1.234"},
    {"1,234,567", COMMA_DECIMAL, "NOT_A_NUMBER"},
    {"1,234.5", COMMA_DECIMAL, "COMMA_AND_POINT"},
    {"done", COMMA_DOUBTFUL, "done"},
    {"Сделано", COMMA_DOUBTFUL, "done"},
    {"ВЫПОЛНЕНО", COMMA_DOUBTFUL, "done"},
    {"done:30", COMMA_DOUBTFUL, "done 30"},
    {"выполнено: 30,5", COMMA_DOUBTFUL, "done 30.5"},
    {"in_progress", COMMA_DOUBTFUL, "in_progress"},
    {"in progress", COMMA_DOUBTFUL, "in_progress"},
    {"в работе", COMMA_DOUBTFUL, "in_progress"},
    {"not_done:0", COMMA_DOUBTFUL, "not_done 0"},
    {"не сделано", COMMA_DOUBTFUL, "not_done"},
    {"not_applicable", COMMA_DOUBTFUL, "not_applicable"},
    {"не  применимо", COMMA_DOUBTFUL, "not_applicable"},
    {"no_data", COMMA_DOUBTFUL, "no_data"},
    {"Нет данных", COMMA_DOUBTFUL, "no_data"},
    {"no_data:5", COMMA_DOUBTFUL, "NO_SUCH_STATE"},
    {"soon:5", COMMA_DOUBTFUL, "NO_SUCH_STATE"},
    {"done:", COMMA_DOUBTFUL, "NOT_A_NUMBER"},
    {"value", COMMA_DOUBTFUL, "NOT_A_NUMBER"},
    {"many", COMMA_DOUBTFUL, "NOT_A_NUMBER"},
    {"", COMMA_DOUBTFUL, "VALUE_MISSING"},
    {"%", COMMA_DOUBTFUL, "NOT_A_NUMBER"},
    {"/450", COMMA_DOUBTFUL, "NOT_A_NUMBER"},
    {"187/", COMMA_DOUBTFUL, "NOT_A_NUMBER"},
    {"1/2/3", COMMA_DOUBTFUL, "NOT_A_NUMBER"},
    {"41,7%/100", COMMA_DOUBTFUL, "NOT_A_NUMBER"},
    {"41/100%", COMMA_DOUBTFUL, "PERCENT_AND_OF"},
    {"12 34", COMMA_DOUBTFUL, "BAD_GROUPING"},
    {"0.1234567", COMMA_DOUBTFUL, "NUMBER_TOO_FINE"},
    {"1234567890123456789", COMMA_DOUBTFUL, "NUMBER_TOO_LONG"},
};

static void describe(const struct figure *f, char *out, size_t size)
{
    char value[DECIMAL_TEXT_MAX] = "", of[DECIMAL_TEXT_MAX] = "";
    if (f->has_value)
        decimal_format(f->value, value);
    if (f->has_of)
        decimal_format(f->of, of);
    snprintf(out, size, "%s%s%s%s%s", figure_state_name(f->state), f->has_value ? " " : "", value,
             f->has_of ? "/" : "", of);
}

static void test_values(void **state)
{
    const struct figure nothing = reading_nothing();
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        const char *fields[FIELD_COUNT] = {
            [FIELD_INDICATOR] = "a", [FIELD_PERIOD] = "2020", [FIELD_VALUE] = values[i].text};
        struct reading_error error;
        struct figure f;
        char got[128];
        if (reading_figure(fields, &nothing, values[i].comma, &f, &error))
            describe(&f, got, sizeof got);
        else
            snprintf(got, sizeof got, "%s", say_names[error.why]);
        if (strcmp(got, values[i].understood) != 0)
            fail_msg("«%s»: %s, not %s", values[i].text, got, values[i].understood);
    }
}

static const struct {
    const char *text, *period; /* "": none */
} periods[] = {
    {"2020-09", "2020-09"},
    {"202009", "2020-09"},
    {"09.2020", "2020-09"},
    {"2020Q3", "2020-Q3"},
    {"2020-9M", "2020-9M"},
    {"2020", "2020"},
    {"25.09.2020", "2020-09-25"},
    {"сен.20", "2020-09"},
    {"Сентябрь 2020", "2020-09"},
    {"сентября 2020 г.", "2020-09"},
    {"мар.21", "2021-03"},
    {"май.21", "2021-05"},
    {"мая 2021", "2021-05"},
    {"Jun-21", "2021-06"},
    {"3 квартал 2020", "2020-Q3"},
    {"III кв. 2020", "2020-Q3"},
    {"1-й квартал 2020", ""},
    {"2 полугодие 2020", "2020-H2"},
    {"9 месяцев 2020", "2020-9M"},
    {"2020 год", "2020"},
    {"2020 г.", "2020"},
    {"20.сен", ""},
    {"сен", ""},
    {"9 квартал 2020", ""},
    {"5 полугодие 2020", ""},
    {"3 месяцев 2020", ""},
    {"20", ""},
    {"1 2 3 4 5", ""},
    {"год", ""},
    {"сен.220", ""},
    {"квартал 3 2020", ""},
    {"2020-13", ""},
};

static void test_periods(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof periods / sizeof *periods; i++) {
        char got[PERIOD_TEXT_MAX] = "";
        period_t p = PERIOD_NONE;
        if (spoken_period(periods[i].text, strlen(periods[i].text), &p))
            period_format(p, got);
        if (strcmp(got, periods[i].period) != 0)
            fail_msg("«%s»: «%s», not «%s»", periods[i].text, got, periods[i].period);
    }
}

/* A failed reading leaves the figure alone. */
static void test_failure_changes_nothing(void **state)
{
    const struct figure nothing = reading_nothing();
    const char *fields[FIELD_COUNT] = {
        [FIELD_INDICATOR] = "a", [FIELD_PERIOD] = "2020", [FIELD_AS_OF] = "31.02.2020"};
    struct figure f = {.period = 77};
    struct reading_error error;
    (void)state;
    assert_false(reading_figure(fields, &nothing, COMMA_DECIMAL, &f, &error));
    assert_int_equal(f.period, 77);
    assert_int_equal(error.field, FIELD_AS_OF);
    assert_int_equal(error.why, SAY_BAD_DATE);
    assert_string_equal(error.what, "31.02.2020");
}

static void test_narratives(void **state)
{
    struct figure defaults = reading_nothing();
    const char *fields[FIELD_COUNT] = {[FIELD_PROJECT] = "digital",
                                       [FIELD_TEXTS + NARRATIVE_TEXT] = "первая\nвторая",
                                       [FIELD_TEXTS + NARRATIVE_CAUSE] = "",
                                       [FIELD_TEXTS + NARRATIVE_ANSWERABLE] = "завуч"};
    struct reading_error error;
    struct narrative n = {.period = 77};
    (void)state;
    assert_false(reading_narrative(fields, &defaults, &n, &error));
    assert_int_equal(error.field, FIELD_PERIOD);
    assert_int_equal(error.why, SAY_PERIOD_MISSING);
    assert_int_equal(n.period, 77);
    defaults.organisation = "school-3";
    defaults.period = 2020009;
    assert_true(reading_narrative(fields, &defaults, &n, &error));
    assert_string_equal(n.organisation, "school-3");
    assert_string_equal(n.project, "digital");
    assert_int_equal(n.period, 2020009);
    assert_string_equal(n.texts[NARRATIVE_TEXT], "первая\nвторая");
    assert_null(n.texts[NARRATIVE_CAUSE]);
    assert_string_equal(n.texts[NARRATIVE_ANSWERABLE], "завуч");
    fields[FIELD_ORGANISATION] = "school-4";
    fields[FIELD_PERIOD] = "9 месяцев 2020";
    assert_true(reading_narrative(fields, &defaults, &n, &error));
    assert_string_equal(n.organisation, "school-4");
    assert_int_equal(n.period, 2020039);
}

static void test_narratives_within_their_limits(void **state)
{
    static const size_t limits[NARRATIVE_TEXTS] = {WIRE_MAX_PROSE, WIRE_MAX_REMARK, WIRE_MAX_REMARK,
                                                   WIRE_MAX_REMARK, WIRE_MAX_NAME};
    const struct figure nothing = reading_nothing();
    char text[WIRE_MAX_PROSE + 2];
    (void)state;
    for (int t = 0; t < NARRATIVE_TEXTS; t++) {
        const char *fields[FIELD_COUNT] = {
            [FIELD_PROJECT] = "p", [FIELD_PERIOD] = "2020", [FIELD_TEXTS] = "x"};
        struct reading_error error;
        struct narrative n;
        fields[FIELD_TEXTS + t] = text;
        memset(text, 'a', sizeof text);
        text[limits[t]] = '\0';
        assert_true(reading_narrative(fields, &nothing, &n, &error));
        text[0] = '\t';
        assert_false(reading_narrative(fields, &nothing, &n, &error));
        assert_int_equal(error.field, FIELD_TEXTS + t);
        assert_int_equal(error.why, SAY_BAD_PROSE);
        text[0] = text[limits[t]] = 'a';
        text[limits[t] + 1] = '\0';
        assert_false(reading_narrative(fields, &nothing, &n, &error));
        assert_true(utf8_printable(error.what, strlen(error.what)));
    }
}

/* Long and dirty texts are cut at a character and cleaned before anyone prints them. */
static void test_complaints_are_printable(void **state)
{
    char text[400] = "a\033[31m";
    struct reading_error error;
    (void)state;
    for (size_t i = strlen(text); i + 2 < sizeof text; i += 2)
        memcpy(text + i, "ж", 3);
    reading_complain(&error, FIELD_NOTE, SAY_BAD_NOTE, text);
    assert_true(utf8_printable(error.what, strlen(error.what)));
    assert_true(strlen(error.what) < READING_QUOTE_MAX);
    const char *fields[FIELD_COUNT] = {
        [FIELD_INDICATOR] = "a", [FIELD_PERIOD] = "2020", [FIELD_VALUE] = text + 5};
    const struct figure nothing = reading_nothing();
    struct figure f;
    assert_false(reading_figure(fields, &nothing, COMMA_DECIMAL, &f, &error));
    assert_true(utf8_printable(error.what, strlen(error.what)));
    reading_complain(&error, FIELD_NOTE, SAY_BAD_NOTE, "");
    assert_string_equal(error.what, "");
}

static void test_trimming(void **state)
{
    char blank[] = " \t\n\xC2\xA0 ", padded[] = "\xC2\xA0 a b\xC2\xA0\r\n", empty[] = "";
    (void)state;
    assert_string_equal(cells_trim(blank), "");
    assert_string_equal(cells_trim(padded), "a b");
    assert_string_equal(cells_trim(empty), "");
}

static void test_folding(void **state)
{
    char buf[WORDS_MAX];
    char longest[WORDS_MAX + 1];
    (void)state;
    assert_string_equal(words_fold("  НА__Дату\xC2\xA0Ё ", strlen("  НА__Дату\xC2\xA0Ё "), buf),
                        "на дату е");
    memset(longest, 'a', sizeof longest);
    assert_string_equal(words_fold(longest, sizeof longest, buf), "");
    assert_int_equal(words_find(states, COUNT(states), "", 0), WORDS_NONE);
}

/* Every text stands in both languages with the same conversions. */
static void test_texts_agree(void **state)
{
    (void)state;
    for (int i = 0; i < SAY_COUNT; i++) {
        size_t n[LANG_COUNT] = {0};
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            const char *text = say((enum say)i, (enum lang)lang);
            assert_non_null(text);
            for (const char *c = text; (c = strchr(c, '%')) != NULL; c += 2) {
                assert_true(c[1] == 's' || c[1] == '%');
                n[lang] += c[1] == 's';
            }
        }
        if (n[LANG_EN] != n[LANG_RU])
            fail_msg("%s has other conversions in Russian", say_names[i]);
    }
    assert_true(say_is_yes("Да\n") && say_is_yes("y\n"));
    assert_false(say_is_yes("\n") || say_is_yes("нет\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_periods),
        cmocka_unit_test(test_failure_changes_nothing),
        cmocka_unit_test(test_narratives),
        cmocka_unit_test(test_narratives_within_their_limits),
        cmocka_unit_test(test_complaints_are_printable),
        cmocka_unit_test(test_trimming),
        cmocka_unit_test(test_folding),
        cmocka_unit_test(test_texts_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
