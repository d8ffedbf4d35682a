/* test_questions: what a school reads of a question: about what, what was reported, and commands that can be copied as they stand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "school/questions.h"
#include "school/texts.h"

static const struct question reported = {
    .number = 12,
    .asked_us = 1601002800000000,
    .text = "Почему вдвое больше, чем в июне?\x1b[2J",
    .author = "petrova",
    .indicator_name =
        {[LANG_RU] = "Консультации родителям", [LANG_EN] = "Consultations for parents"},
    .reported = true,
    .figure = {.organisation = "school-3",
               .indicator = "consultations",
               .period = 2020009,
               .as_of = DATE_NONE,
               .expected = DATE_NONE,
               .state = FIGURE_VALUE,
               .has_value = true,
               .value = {165, 0}},
};

/* Printed as in a pipe, where lines are as wide as they are. */
static char *printed(const struct question *q, size_t n, bool more, const char *own, enum lang lang)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    assert_non_null(out);
    questions_print(q, n, more, own, lang, out);
    fclose(out);
    return text;
}

static void assert_has(const char *text, const char *what)
{
    if (strstr(text, what) == NULL)
        fail_msg("«%s» is not in:\n%s", what, text);
}

static void assert_lacks(const char *text, const char *what)
{
    if (strstr(text, what) != NULL)
        fail_msg("«%s» is in:\n%s", what, text);
}

static void a_question_about_our_own_figure(void **state)
{
    (void)state;
    char *text = printed(&reported, 1, false, "school-3", LANG_RU);
    assert_has(text, "12");
    assert_has(text, "petrova");
    assert_has(text, "Почему вдвое больше, чем в июне?");
    assert_lacks(text, "\x1b");
    assert_has(text, "Консультации родителям (consultations)");
    assert_has(text, "165");
    assert_has(text, "vekha-submit consultations ");
    assert_has(text, " --period 2020-09\n");
    assert_lacks(text, "--org");
    assert_has(text, "vekha-submit --answer 12 --text \"…\"\n");
    assert_lacks(text, say(SAY_MORE_QUESTIONS, LANG_RU));
    free(text);
}

/* A branch's figure is sent for the branch: without --org it would become our own. */
static void a_question_about_a_branch(void **state)
{
    (void)state;
    char *text = printed(&reported, 1, true, "school-1", LANG_EN);
    assert_has(text, "school-3: Consultations for parents (consultations)");
    assert_has(text, " --period 2020-09 --org school-3\n");
    assert_has(text, say(SAY_MORE_QUESTIONS, LANG_EN));
    free(text);
    text = printed(&reported, 1, false, NULL, LANG_EN);
    assert_has(text, " --org school-3\n");
    free(text);
}

static void what_was_never_reported_and_has_no_name(void **state)
{
    struct question q = reported;
    (void)state;
    q.reported = false;
    q.author = NULL;
    q.indicator_name[LANG_EN] = NULL;
    char *text = printed(&q, 1, false, "school-3", LANG_EN);
    assert_has(text, "Консультации родителям (consultations)");
    assert_has(text, say(SAY_QUESTION_NOT_REPORTED, LANG_EN));
    assert_lacks(text, "165");
    assert_lacks(text, "()");
    free(text);
    q.indicator_name[LANG_RU] = NULL;
    text = printed(&q, 1, false, "school-3", LANG_RU);
    assert_has(text, "consultations, ");
    assert_lacks(text, "null");
    free(text);
}

static void one_after_the_other(void **state)
{
    struct question both[2] = {reported, reported};
    (void)state;
    both[1].number = 13;
    char *text = printed(both, 2, false, "school-3", LANG_RU);
    assert_true(strstr(text, "--answer 12 ") < strstr(text, "--answer 13 "));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_about_our_own_figure),
        cmocka_unit_test(a_question_about_a_branch),
        cmocka_unit_test(what_was_never_reported_and_has_no_name),
        cmocka_unit_test(one_after_the_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
