/* test_prose: a narrative in paragraphs and in lines, in both languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "prose.c"
#include "terminal.c"

static const struct {
    const char *texts[NARRATIVE_TEXTS];
    const char *text, *rest[LANG_COUNT];
} cases[] = {
    {{"Начато."}, "Начато.", {"", ""}},
    {{NULL}, "", {"", ""}},
    {{"a\nb\n\nc"}, "a b  c", {"", ""}},
    {{"x", "нет ставок", NULL, "набор!", "директор"},
     "x",
     {"Cause: нет ставок. Next: набор! Answerable: директор.",
      "Причина: нет ставок. Далее: набор! Ответственный: директор."}},
    {{"x", NULL, "курсы\nи семинары;", "и так далее…", NULL},
     "x",
     {"Measure: курсы и семинары; Next: и так далее…",
      "Мера: курсы и семинары; Далее: и так далее…"}},
};

static void test_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            struct str s;
            str_init(&s, PROSE_MAX);
            prose_text(cases[i].texts, &s);
            assert_string_equal(str_text(&s), cases[i].text);
            str_clear(&s);
            prose_rest(cases[i].texts, (enum lang)lang, &s);
            assert_string_equal(str_text(&s), cases[i].rest[lang]);
            str_finish(&s);
        }
    }
}

/* Elsewhere than on a terminal a paragraph stays one line, but its own breaks are kept. */
static void test_paragraphs(void **state)
{
    const char *const texts[NARRATIVE_TEXTS] = {"a\nb", "c", NULL, NULL, "d"};
    char *printed = NULL;
    size_t len;
    FILE *out = open_memstream(&printed, &len);
    (void)state;
    assert_non_null(out);
    prose_print(out, texts, 4, LANG_RU);
    fclose(out);
    assert_string_equal(printed, "    a\n    b\n    Причина: c\n    Ответственный: d\n");
    free(printed);
}

/* The longest narrative, with its labels, finds room. */
static void test_longest(void **state)
{
    static char text[WIRE_MAX_PROSE + 1], remark[WIRE_MAX_REMARK + 1], post[WIRE_MAX_NAME + 1];
    const char *const texts[NARRATIVE_TEXTS] = {text, remark, remark, remark, post};
    struct str s;
    (void)state;
    memset(text, 'a', WIRE_MAX_PROSE);
    memset(remark, 'a', WIRE_MAX_REMARK);
    memset(post, 'a', WIRE_MAX_NAME);
    str_init(&s, PROSE_MAX);
    prose_text(texts, &s);
    prose_rest(texts, LANG_RU, &s);
    assert_false(s.failed);
    str_finish(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_paragraphs),
        cmocka_unit_test(test_longest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
