/* test_chart: what a picture is drawn from: written of a series, read again, and refused if it is
 * nonsense. */
#include "model/chart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sample.h"

static char *written(const struct sample *p)
{
    struct assessment a = sample_assess(p);
    struct str out;

    str_init(&out, CHART_TEXT_MAX);
    chart_write(&p->s, &a, &out);
    return str_take(&out);
}

static void test_flow(void **state)
{
    struct sample p;
    struct chart c;
    char *text;

    (void)state;
    sample_flow(&p);
    sample_add(&p, "2020-H1", "2020-06-30", "80", NULL);
    sample_add(&p, "2020-9M", "2020-09-30", "130", NULL);
    text = written(&p);
    assert_non_null(strstr(text, "plan 2019-12-31 0\nplan 2020-12-31 200\nfact 2019-12-31 0\n"
                                 "fact 2020-06-30 80\nfact 2020-09-30 130\nforecast 174.7"));
    assert_true(chart_read(text, &c));
    assert_int_equal(c.n_plan, 2);
    assert_int_equal(c.n_facts, 3);
    assert_true(c.has_forecast && c.forecast > 174 && c.forecast < 175);
    free(text);
}

static void test_nothing_to_draw(void **state)
{
    struct sample p;

    (void)state;
    sample_flow(&p);
    assert_null(written(&p)); /* no fact */
}

static void test_nonsense(void **state)
{
    static const char *const wrong[] = {
        "",
        "plan 2020-01-01 0\nplan 2020-12-31 200\n",                    /* no fact */
        "plan 2020-01-01 0\nfact 2020-02-01 1\n",                      /* no line */
        "plan 2020-12-31 0\nplan 2020-01-01 9\nfact 2020-02-01 1\n",   /* backwards */
        "plan 2020-01-01 0\nplan 2020-12-31 nan\nfact 2020-02-01 1\n", /* no number */
        "plan 2020-01-01 0\nplan 2020-12-31 1e999\nfact 2020-02-01 1\n",
        "plan 2020-01-01 0\nplan 2020-12-31 9\nfact 2020-02-01 1", /* no end */
        "plan 2020-01-01 0\nplan 2020-12-31 9\nfact 2020-02-01 1\nforecast 3 -1\n",
        "plan 2020-01-01 0\nplan 2020-12-31 9\nfact 2020-02-01 1\nwhim 1\n",
        "plan 2020-01-01 0\nplan 2020-01-01 9\nfact 2020-02-01 1\n", /* no time */
    };
    struct chart c;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (chart_read(wrong[i], &c))
            fail_msg("taken: %s", wrong[i]);
}

static void test_too_many(void **state)
{
    struct chart c;
    struct str text;

    (void)state;
    str_init(&text, 8000);
    str_add(&text, "plan 2020-01-01 0\nplan 2020-12-31 9\n");
    for (int i = 0; i <= CHART_MAX_POINTS; i++)
        str_add(&text, "fact 2020-02-01 1\n");
    assert_false(text.failed);
    assert_false(chart_read(str_text(&text), &c));
    str_finish(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flow),
        cmocka_unit_test(test_nothing_to_draw),
        cmocka_unit_test(test_nonsense),
        cmocka_unit_test(test_too_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
