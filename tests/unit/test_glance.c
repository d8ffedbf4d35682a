/* glance: every jump is told, and nothing that is none; and what the rules of intake object to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "agent/pages.h"
#include "part_sample.h"
#include "school/glance.c"

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define TEST(f)  cmocka_unit_test(f)

static struct part *made(void)
{
    char folder[] = "/tmp/vekha-glance-XXXXXX", path[64];
    struct pages *p = pages_new();
    const struct part_page first = {.next = "0.6", .n_lines = COUNT(head), .lines = head};
    const struct part_page last = {.after = "0.6", .n_lines = COUNT(body), .lines = body};
    assert_non_null(p);
    assert_non_null(mkdtemp(folder));
    assert_true(pages_add(p, &first, NULL) && pages_add(p, &last, NULL));
    assert_true(pages_save(p, folder, 1601002800000000));
    struct part *part = part_open(folder);
    assert_non_null(part);
    snprintf(path, sizeof path, "%s/part", folder);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
    pages_free(p);
    return part;
}

static const struct {
    const char *indicator;
    period_t period;
    int64_t value, of; /* of 0: none */
    enum jump jump;
} jump_cases[] = {
    {"consultations", 2020010, 160, 0, JUMP_NONE},
    {"consultations", 2020010, 149, 0, JUMP_FALLS},
    {"consultations", 2020010, 150, 0, JUMP_SAME},
    {"consultations", 2020009, 150, 0, JUMP_NONE}, /* the same figure again */
    {"consultations", 2020009, 149, 0, JUMP_NONE}, /* a correction */
    {"consultations", 2020009, 1500, 0, JUMP_TENFOLD},
    {"consultations", 2020009, 15, 0, JUMP_TENFOLD},
    {"consultations", 2020009, 0, 0, JUMP_NONE},
    {"consultations", 2020010, 400, 0, JUMP_BEYOND},
    {"consultations", 2021001, 5, 0, JUMP_NONE}, /* counted anew */
    {"coverage", 2020010, 31, 62, JUMP_SAME},    /* 50 % as before */
    {"coverage", 2020010, 3, 62, JUMP_TENFOLD},
    {"coverage", 2020010, 29, 60, JUMP_NONE}, /* a share may fall */
};

static void jumps_are_told(void **state)
{
    (void)state;
    struct part *p = made();
    for (size_t i = 0; i < COUNT(jump_cases); i++) {
        struct figure f = {.indicator = jump_cases[i].indicator,
                           .period = jump_cases[i].period,
                           .as_of = DATE_NONE,
                           .expected = DATE_NONE,
                           .state = FIGURE_VALUE,
                           .has_value = true,
                           .value = {.mantissa = jump_cases[i].value},
                           .has_of = jump_cases[i].of > 0,
                           .of = {.mantissa = jump_cases[i].of}};
        const struct sheet_row row = {.kind = ROW_FIGURE, .figure = f};
        const int64_t now = INT64_C(1612137600000000); /* 2021-02-01 */
        struct glances *g = glances_new(p, &row, 1, LANG_RU, now);
        assert_non_null(g);
        if (glances_at(g, 0)->jump != jump_cases[i].jump)
            fail_msg("case %zu: %d", i, (int)glances_at(g, 0)->jump);
        assert_int_equal(glances_jumps(g), jump_cases[i].jump != JUMP_NONE);
        assert_int_equal(glances_rejected(g), 0);
        glances_free(g);
    }
    part_free(p);
}

static void what_the_centre_would_not_take_is_told(void **state)
{
    (void)state;
    struct part *p = made();
    const struct figure sound = {.indicator = "consultations",
                                 .period = 2020009,
                                 .as_of = DATE_NONE,
                                 .expected = DATE_NONE,
                                 .state = FIGURE_VALUE,
                                 .has_value = true,
                                 .value = {.mantissa = 155}};
    struct sheet_row rows[4];
    for (size_t i = 0; i < COUNT(rows); i++)
        rows[i] = (struct sheet_row){.kind = ROW_FIGURE, .figure = sound};
    rows[1].figure.indicator = "no-such";
    rows[2].figure.period = 2020012;
    rows[3].figure.period = 2020008;
    rows[3].figure.value.mantissa = -1;
    struct glances *g = glances_new(p, rows, COUNT(rows), LANG_EN, INT64_C(1601611200000000));
    assert_non_null(g);
    assert_int_equal(glances_rejected(g), 3);
    assert_int_equal(glances_at(g, 0)->verdict, 0);
    assert_int_equal(glances_at(g, 1)->reason, REASON_UNKNOWN_INDICATOR);
    assert_null(glances_at(g, 1)->indicator);
    assert_int_equal(glances_at(g, 2)->reason, REASON_PERIOD_NOT_BEGUN);
    assert_int_equal(glances_at(g, 3)->reason, REASON_NEGATIVE);
    assert_non_null(glances_at(g, 3)->text);
    glances_free(g);
    part_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(jumps_are_told),
        TEST(what_the_centre_would_not_take_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
