/* fault: every complaint has words in both languages, known or not. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "fault.c"

static void known_ones_have_both_languages(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            assert_non_null(faults[i].texts[lang]);
            assert_string_equal(fault_text(faults[i].number, (enum lang)lang),
                                faults[i].texts[lang]);
        }
        assert_string_not_equal(faults[i].texts[LANG_EN], faults[i].texts[LANG_RU]);
    }
}

static void others_are_the_systems(void **state)
{
    (void)state;
    assert_string_equal(fault_text(EXDEV, LANG_RU), strerror(EXDEV));
    assert_non_null(fault_text(-1, LANG_EN));
}

static void folders_are_known(void **state)
{
    (void)state;
    assert_true(fault_is_folder("/"));
    assert_false(fault_is_folder("/dev/null"));
    assert_false(fault_is_folder("/nonexistent"));
    assert_false(fault_is_folder(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_ones_have_both_languages),
        cmocka_unit_test(others_are_the_systems),
        cmocka_unit_test(folders_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
