/* test_lang: how a language is named, found in the environment, and counts. */
#include "base/lang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct {
    const char *text;
    enum lang lang;
} good[] = {
    {"ru", LANG_RU},        {"en", LANG_EN},    {"ru_RU.UTF-8", LANG_RU}, {"en_GB", LANG_EN},
    {"ru_RU@cyr", LANG_RU}, {"en-US", LANG_EN}, {"ru.UTF-8", LANG_RU},
};

static const char *const bad[] = {NULL, "",  "r",     "russian", "RU",
                                  "de", "C", "POSIX", "C.UTF-8", "enq"};

static void test_parse(void **state)
{
    enum lang lang;

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        lang = LANG_COUNT;
        assert_true(lang_parse(good[i].text, &lang));
        assert_int_equal(lang, good[i].lang);
    }
    lang = LANG_COUNT;
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(lang_parse(bad[i], &lang));
    assert_int_equal(lang, LANG_COUNT);
}

static void test_code_reads_back(void **state)
{
    (void)state;
    for (int i = 0; i < LANG_COUNT; i++) {
        enum lang lang;

        assert_true(lang_parse(lang_code((enum lang)i), &lang));
        assert_int_equal(lang, i);
    }
}

static const struct {
    const char *all, *messages, *lang;
    enum lang expected;
} environments[] = {
    {NULL, NULL, NULL, LANG_EN},
    {NULL, NULL, "ru_RU.UTF-8", LANG_RU},
    {NULL, "ru_RU.UTF-8", "en_GB.UTF-8", LANG_RU},
    {"C", "ru_RU.UTF-8", "ru_RU.UTF-8", LANG_EN},
    {"ru", "C", "C", LANG_RU},
    {"", "", "ru_RU.UTF-8", LANG_RU},
    {NULL, "", "de_DE.UTF-8", LANG_EN},
};

static void set_or_unset(const char *name, const char *value)
{
    assert_int_equal(value != NULL ? setenv(name, value, 1) : unsetenv(name), 0);
}

static void test_environment(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(environments); i++) {
        set_or_unset("LC_ALL", environments[i].all);
        set_or_unset("LC_MESSAGES", environments[i].messages);
        set_or_unset("LANG", environments[i].lang);
        assert_int_equal(lang_of_environment(), environments[i].expected);
    }
}

static const struct {
    int64_t n;
    const char *russian, *english;
} plurals[] = {
    {0, "дней", "days"},         {1, "день", "day"},          {2, "дня", "days"},
    {4, "дня", "days"},          {5, "дней", "days"},         {10, "дней", "days"},
    {11, "дней", "days"},        {12, "дней", "days"},        {14, "дней", "days"},
    {19, "дней", "days"},        {20, "дней", "days"},        {21, "день", "days"},
    {22, "дня", "days"},         {100, "дней", "days"},       {101, "день", "days"},
    {111, "дней", "days"},       {112, "дней", "days"},       {122, "дня", "days"},
    {-1, "день", "day"},         {-2, "дня", "days"},         {-11, "дней", "days"},
    {INT64_MIN, "дней", "days"}, {INT64_MAX, "дней", "days"},
};

static void test_plural(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(plurals); i++) {
        assert_string_equal(lang_plural(LANG_RU, plurals[i].n, "день", "дня", "дней"),
                            plurals[i].russian);
        assert_string_equal(lang_plural(LANG_EN, plurals[i].n, "day", NULL, "days"),
                            plurals[i].english);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_code_reads_back),
        cmocka_unit_test(test_environment),
        cmocka_unit_test(test_plural),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
