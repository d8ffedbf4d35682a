/* test_refusal: letters and digests about what was not taken, in both languages. */
#include "notify/refusal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "notify/mention.h"
#include "notify/refusal.c"

static const struct refused two_of_five = {
    .number = "17",
    .received_on = "05.10.2020",
    .organisation_name = "Школа № 3",
    .author = "Секретарь",
    .lines = 5,
    .refused = 2,
    .n = 2,
    .at = {{"2", "consultations за 2020-09: -5 меньше нуля. Проверьте знак."},
           {"11", "Показателя «x» нет в программе."}},
};

static void assert_text(struct str *out, const char *expected)
{
    assert_string_equal(str_text(out), expected);
    str_clear(out);
}

static void test_letter(void **state)
{
    struct refused r = two_of_five;
    struct str out;

    (void)state;
    str_init(&out, MENTION_BODY_MAX);
    refusal_subject(&r, LANG_RU, &out);
    assert_text(&out, "Не принято 2 из 5: Школа № 3, отправка № 17 от 05.10.2020");
    refusal_body(&r, LANG_RU, &out);
    assert_text(
        &out, "Школа № 3, отправка № 17 от 05.10.2020, Секретарь: не принято 2 из 5.\n\n"
              "Место в отправке и что там не так:\n"
              "     2  consultations за 2020-09: -5 меньше нуля. Проверьте знак.\n"
              "    11  Показателя «x» нет в программе.\n"
              "С остальным ничего делать не нужно.\n\n"
              "Исправьте и отправьте ещё раз, по одному или таблицей:\n"
              "    vekha-submit ПОКАЗАТЕЛЬ ЗНАЧЕНИЕ --period ПЕРИОД\n    vekha-submit FILE.csv\n\n"
              "-- \nПисьмо составила программа «Веха»; отвечать на него не нужно.\n");
    r.author = NULL;
    r.lines = r.refused = 70;
    refusal_body(&r, LANG_EN, &out);
    assert_text(&out, "Школа № 3, submission No. 17 of 05.10.2020: 70 of 70 not taken.\n\n"
                      "Place in the submission, and what is wrong there:\n"
                      "     2  consultations за 2020-09: -5 меньше нуля. Проверьте знак.\n"
                      "    11  Показателя «x» нет в программе.\n… and 68 more.\n\n"
                      "Correct these and send them again, one by one or as a table:\n"
                      "    vekha-submit INDICATOR VALUE --period PERIOD\n    vekha-submit "
                      "FILE.csv\n\n-- \nVekha wrote this letter by itself; there is no need to "
                      "answer it.\n");
    str_finish(&out);
}

static void test_digest(void **state)
{
    const struct refused list[] = {two_of_five, two_of_five};
    struct str out;

    (void)state;
    str_init(&out, MENTION_BODY_MAX);
    refusals_subject(1, LANG_RU, &out);
    assert_text(&out, "Веха: не всё принято в 1 отправке");
    refusals_subject(22, LANG_RU, &out);
    assert_text(&out, "Веха: не всё принято в 22 отправках");
    refusals_subject(1, LANG_EN, &out);
    assert_text(&out, "Vekha: not all was taken of 1 submission");
    refusals_body(list, 2, 60, LANG_RU, &out);
    assert_non_null(strstr(str_text(&out),
                           "    17  Школа № 3, 05.10.2020: не принято 2 из 5. consultations за"));
    assert_non_null(strstr(str_text(&out), "… и ещё 58.\n"));
    str_finish(&out);
}

/* The longest that the database can give. */
static void test_it_fits(void **state)
{
    struct refused r = two_of_five, list[MENTION_SHOWN];
    char name[801], why[1001];
    struct str out;

    (void)state;
    memset(name, 'n', sizeof name - 1);
    memset(why, 'w', sizeof why - 1);
    name[sizeof name - 1] = why[sizeof why - 1] = '\0';
    r.organisation_name = r.author = name;
    r.refused = r.lines = 1000;
    r.n = REFUSAL_LINES;
    for (size_t i = 0; i < REFUSAL_LINES; i++)
        r.at[i] = (struct refused_line){"1000", why};
    str_init(&out, MENTION_BODY_MAX);
    refusal_body(&r, LANG_RU, &out);
    assert_false(out.failed);
    str_clear(&out);
    for (size_t i = 0; i < MENTION_SHOWN; i++)
        list[i] = r;
    refusals_body(list, MENTION_SHOWN, MENTION_SHOWN, LANG_RU, &out);
    assert_false(out.failed);
    str_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_letter),
        cmocka_unit_test(test_digest),
        cmocka_unit_test(test_it_fits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
