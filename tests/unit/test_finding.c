/* finding: the table of what can be found and its words, the table of what that means for its alert, and the judgements of a machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "model/finding.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static size_t places(const char *text)
{
    size_t n = 0;

    for (; (text = strchr(text, '%')) != NULL; text++, n++)
        assert_int_equal(text[1], 's');
    return n;
}

static void every_finding_says_what_and_what_to_do(void **state)
{
    size_t n;
    const struct finding *table = finding_table(&n);

    (void)state;
    assert_true(n > 0);
    for (size_t i = 0; i < n; i++) {
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            assert_int_equal(places(table[i].well[lang]), 1);
            assert_int_equal(places(table[i].ill[lang]), 1);
            assert_int_equal(places(table[i].todo[lang]), 0);
            assert_null(strpbrk(table[i].ill[lang], "\n\t"));
            assert_true(strlen(table[i].todo[lang]) > 10);
        }
        assert_ptr_equal(finding_find(table[i].name), &table[i]); /* no name twice */
    }
    assert_null(finding_find("weather"));
}

static void every_step_has_one_row(void **state)
{
    size_t n;
    const struct finding_transition *table = finding_transitions(&n);

    (void)state;
    assert_int_equal(n, FINDING_LEVELS * FINDING_LEVELS);
    for (size_t i = 0; i < n; i++) {
        enum finding_level from = (enum finding_level)(i / FINDING_LEVELS),
                           to = (enum finding_level)(i % FINDING_LEVELS);
        enum alert_event event = from == to             ? ALERT_STAYS
                                 : to == FINDING_WELL   ? ALERT_CLOSES
                                 : from == FINDING_WELL ? ALERT_OPENS
                                 : to > from            ? ALERT_RISES
                                                        : ALERT_FALLS;

        assert_int_equal(table[i].from, from);
        assert_int_equal(table[i].to, to);
        assert_int_equal(table[i].event, event);
    }
}

static const struct finding patient = {.name = "patient", .patience_s = 600, .calm_s = 120};

static const struct {
    enum finding_level stands, seen;
    int64_t seconds;
    enum finding_level follows;
} steps[] = {
    {FINDING_WELL, FINDING_AT_RISK, 0, FINDING_WELL},
    {FINDING_WELL, FINDING_AT_RISK, 599, FINDING_WELL},
    {FINDING_WELL, FINDING_AT_RISK, 600, FINDING_AT_RISK},
    {FINDING_AT_RISK, FINDING_LAGGING, 599, FINDING_AT_RISK},
    {FINDING_AT_RISK, FINDING_LAGGING, 600, FINDING_LAGGING},
    {FINDING_LAGGING, FINDING_AT_RISK, 119, FINDING_LAGGING},
    {FINDING_LAGGING, FINDING_AT_RISK, 120, FINDING_AT_RISK},
    {FINDING_LAGGING, FINDING_WELL, 119, FINDING_LAGGING},
    {FINDING_INFO, FINDING_WELL, 120, FINDING_WELL},
    {FINDING_AT_RISK, FINDING_AT_RISK, 0, FINDING_AT_RISK},
    {FINDING_WELL, FINDING_LAGGING, -5, FINDING_WELL}, /* two daemons, two clocks */
};

static void it_must_last_to_be_told_and_to_be_over(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(steps); i++) {
        const struct finding_transition *t =
            finding_next(&patient, steps[i].stands, steps[i].seen, steps[i].seconds);

        assert_int_equal(t->from, steps[i].stands);
        assert_int_equal(t->to, steps[i].follows);
        assert_int_equal(t->event == ALERT_STAYS, steps[i].follows == steps[i].stands);
    }
}

static void levels_have_names(void **state)
{
    enum finding_level level;

    (void)state;
    for (unsigned i = 0; i < FINDING_LEVELS; i++) {
        assert_true(finding_level_parse(finding_level_name((enum finding_level)i), &level));
        assert_int_equal(level, i);
    }
    assert_true(finding_level_parse(NULL, &level) && level == FINDING_WELL);
    assert_false(finding_level_parse("grave", &level));
}

static void what_is_said(void **state)
{
    const struct finding *f = finding_find("partitions");
    struct str s;

    (void)state;
    str_init(&s, FINDING_TEXT_MAX);
    finding_line(f, false, "2026", LANG_EN, &s);
    assert_string_equal(str_text(&s),
                        "storage: prepared only up to the year 2026; run «vekhactl migrate»");
    str_clear(&s);
    finding_line(f, true, "2036", LANG_RU, &s);
    assert_string_equal(str_text(&s), "хранение: подготовлено по 2036 год");
    str_clear(&s);
    finding_explain(f, false, "2026", LANG_RU, &s);
    assert_string_equal(str_text(&s), "хранение: подготовлено только по 2026 год\n"
                                      "Что сделать: выполните «vekhactl migrate».");
    str_clear(&s);
    finding_explain(f, true, "2036", LANG_EN, &s);
    assert_string_equal(str_text(&s), "storage: prepared up to the year 2036");
    str_clear(&s);
    finding_line(f, true, "%s%n", LANG_EN, &s); /* a detail is no format */
    assert_string_equal(str_text(&s), "storage: prepared up to the year %s%n");
    str_finish(&s);
}

static void what_a_machine_tells(void **state)
{
    (void)state;
    assert_int_equal(finding_of_disk(10, 100), FINDING_WELL);
    assert_int_equal(finding_of_disk(9, 100), FINDING_AT_RISK);
    assert_int_equal(finding_of_disk(3, 100), FINDING_AT_RISK);
    assert_int_equal(finding_of_disk(2, 100), FINDING_LAGGING);
    assert_int_equal(finding_of_disk(0, 0), FINDING_WELL); /* a disk of nothing tells nothing */
    assert_int_equal(finding_of_disk(FINDING_DISK_MIB, UINT64_C(1) << 40), FINDING_WELL);
    assert_int_equal(finding_of_files(79, 100), FINDING_WELL);
    assert_int_equal(finding_of_files(80, 100), FINDING_LAGGING);
    assert_int_equal(finding_of_loop(5, 12), FINDING_WELL);
    assert_int_equal(finding_of_loop(6, 12), FINDING_AT_RISK);
    assert_int_equal(finding_of_loop(0, 0), FINDING_WELL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_finding_says_what_and_what_to_do),
        cmocka_unit_test(every_step_has_one_row),
        cmocka_unit_test(it_must_last_to_be_told_and_to_be_over),
        cmocka_unit_test(levels_have_names),
        cmocka_unit_test(what_is_said),
        cmocka_unit_test(what_a_machine_tells),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
