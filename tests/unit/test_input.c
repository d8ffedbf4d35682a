/* test_input: the reader takes what series_input() writes and nothing else, and says where it
 * is wrong. */
#include "model/input.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "sample.h"

#define SERIES                                                                                                 \
    "series\t3\t14\tschool-3\tШкола № 3\t\\N\tconsultations\tконсультации\tconsultations\t" \
    "modern-school\tflow\tup\tуслуг\t\\N\ttrue\tyear_to_date\t1\t\\N\t2020-10-01\t\\N\t2020-11-"          \
    "01\t1\tf\tf"
#define PLAN                                                                                              \
    "plan\t7\t2\tприказ № 5\t2020-01-01\t2020-12-31\tlinear\t\\N\t\\N\t\\N\t200\t\\N\t\\N\t\\N\t" \
    "\\N\tfalse\t2020-01-01"
#define FIGURE                                                                                     \
    "figure\t2020009\t2020-09-30\tvalue\t130\t\\N\t\\N\t\\N\t2020-10-01T03:00:00.000000Z\t"        \
    "2020-10-01T03:00:01.500000Z\t01749c3b-5a00-7000-8000-000000000001"

/* Keeps the last series read, with its own points and figures, and counts them. */
struct taken {
    unsigned count;
    struct sample last;
};

static void take(void *arg, const struct series *s)
{
    struct taken *t = arg;

    t->count++;
    t->last.s = *s;
    assert_true(s->n_reports <= SAMPLE_MAX && s->plan.n_points <= SAMPLE_MAX);
    if (s->n_reports > 0)
        memcpy(t->last.reports, s->reports, s->n_reports * sizeof(*s->reports));
    if (s->plan.n_points > 0)
        memcpy(t->last.points, s->plan.points, s->plan.n_points * sizeof(*s->plan.points));
}

static bool feed(struct input *in, const char *line)
{
    return input_line(in, line, strlen(line));
}

static void test_free_null(void **state)
{
    (void)state;
    input_free(NULL);
    input_free(input_new(take, NULL));
}

static void test_nothing(void **state)
{
    struct taken t = {0};
    struct input *in = input_new(take, &t);

    (void)state;
    assert_true(input_end(in));
    assert_int_equal(t.count, 0);
    input_free(in);
}

static void test_a_whole_series(void **state)
{
    struct taken t = {0};
    struct input *in = input_new(take, &t);
    struct series *s = &t.last.s;

    (void)state;
    assert_true(feed(in, SERIES));
    assert_true(feed(in, "rules\t5\tstrict\t4"));
    assert_true(feed(in, "rule\tprogress_on_track\t0.97"));
    assert_true(feed(in, PLAN));
    assert_true(feed(in, "point\t2020-05-31\t90"));
    assert_true(feed(in, "point\t2020-09-30\t140.5"));
    assert_true(feed(in, FIGURE));
    assert_int_equal(t.count, 0);
    assert_true(input_end(in));
    assert_int_equal(t.count, 1);
    assert_int_equal(s->organisation, 3);
    assert_int_equal(s->indicator, 14);
    assert_string_equal(s->organisation_name[LANG_EN], "Школа № 3"); /* falls back */
    assert_string_equal(s->indicator_name[LANG_EN], "consultations");
    assert_string_equal(s->unit[LANG_EN], "услуг");
    assert_string_equal(s->method, "");
    assert_int_equal(s->kind, KIND_FLOW);
    assert_true(s->whole);
    assert_int_equal(s->step_months, 1);
    assert_int_equal(s->today, day("2020-10-01"));
    assert_int_equal(s->project_starts, DATE_NONE);
    assert_int_equal(s->changes_on, day("2020-11-01"));
    assert_string_equal(s->rules.code, "strict");
    assert_int_equal(s->rules.version, 4);
    assert_int_equal(decimal_compare(s->rules.progress_on_track, dec("0.97")), 0);
    assert_int_equal(decimal_compare(s->rules.progress_at_risk, dec("0.8")), 0);
    assert_true(s->has_plan);
    assert_int_equal(s->plan.version, 2);
    assert_false(s->plan.base.present);
    assert_true(s->plan.target.present);
    assert_int_equal(s->plan.due_to, DATE_NONE);
    assert_int_equal(s->plan.n_points, 2);
    assert_true(decimal_identical(t.last.points[1].value, dec("140.5")));
    assert_int_equal(s->n_reports, 1);
    assert_int_equal(t.last.reports[0].period, 2020009);
    assert_true(decimal_identical(t.last.reports[0].value.value, dec("130")));
    assert_int_equal(t.last.reports[0].expected, DATE_NONE);
    assert_int_equal(t.last.reports[0].recorded_us - t.last.reports[0].composed_us, 1500000);
    input_free(in);
}

static void test_a_series_line_ends_the_one_before(void **state)
{
    struct taken t = {0};
    struct input *in = input_new(take, &t);

    (void)state;
    assert_true(feed(in, SERIES));
    assert_true(feed(in, "rule\tprogress_on_track\t0.97"));
    assert_true(feed(in, PLAN));
    assert_true(feed(in, FIGURE));
    assert_true(feed(in, SERIES));
    assert_int_equal(t.count, 1);
    assert_true(input_end(in));
    assert_int_equal(t.count, 2);
    assert_false(t.last.s.has_plan); /* nothing is left over from the first */
    assert_int_equal(t.last.s.n_reports, 0);
    assert_int_equal(decimal_compare(t.last.s.rules.progress_on_track, dec("0.95")), 0);
    input_free(in);
}

static void test_what_is_refused(void **state)
{
    static const struct {
        const char *line, *error;
    } cases[] = {
        {"", "unknown kind of line: ''"},
        {"serie\t1", "unknown kind of line: 'serie'"},
        {"rules\t5\tstrict", "line 'rules': expected 3 fields, found 2"},
        {FIGURE "\tmore", "line 'figure': expected 10 fields, found 11"},
        {"rules\t-1\tstrict\t4", "line 'rules', field 1 (id): expected a whole number, not '-1'"},
        {"rules\t1\t\\N\t4", "line 'rules', field 2 (code): expected a value, not '\\N'"},
        {"rules\t1\t\xff\t4", NULL},
        {"rule\tno_such\t1",
         "line 'rule': no constant is called 'no_such', or its value is negative"},
        {"rule\tflow_prior\tmuch",
         "line 'rule', field 2 (value): expected a decimal number, not 'much'"},
        {"point\t2020-06-30\t1",
         "line 'point', field at: points have to be in the order of their dates"},
        {"point\t2020-06-31\t1",
         "line 'point', field 1 (at): expected a date like 2020-09-25, not '2020-06-31'"},
        {PLAN, "line 'plan': a series has one plan, this is the second"},
        {"figure\t2020-13\t2020-09-30\tvalue\t1\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N",
         "line 'figure', field 1 (period): expected a period like 2020-09, not '2020-13'"},
        {"figure\t2020-09\t2020-09-30\tfine\t1\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N",
         "line 'figure', field 3 (state): expected a state of a figure, like value or done, not "
         "'fine'"},
        {"figure\t2020-09\t2020-09-30\tvalue\t1\t\\N\t\\N\t\\N\t\\N\t\\N\tabc",
         "line 'figure', field 10 (submission): expected a UUID, not 'abc'"},
    };
    struct taken t = {0};
    struct input *in = input_new(take, &t);

    (void)state;
    assert_false(feed(in, PLAN));
    assert_string_equal(input_error(in), "line 'plan': a line 'series' has to come before it");
    assert_true(feed(in, SERIES));
    assert_false(feed(in, "point\t2020-06-30\t1"));
    assert_string_equal(input_error(in), "line 'point': its plan has to come before it");
    assert_true(feed(in, PLAN));
    assert_true(feed(in, "point\t2020-06-30\t1"));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_false(feed(in, cases[i].line));
        if (cases[i].error)
            assert_string_equal(input_error(in), cases[i].error);
    }
    assert_true(input_end(in));
    assert_int_equal(t.last.s.n_reports, 0);
    input_free(in);
}

/* Each replaces one word of a line that is well-formed otherwise. */
static void test_bad_words(void **state)
{
    static const struct {
        const char *line, *word, *instead;
    } cases[] = {
        {SERIES, "flow", "flaw"},
        {SERIES, "\tup\t", "\tsideways\t"},
        {SERIES, "true", "yes"},
        {SERIES, "year_to_date", "ytd"},
        {SERIES, "date\t1\t", "date\t0\t"},
        {SERIES, "date\t1\t", "date\t13\t"},
        {SERIES, "school-3",
         "school-3-school-3-school-3-school-3-school-3-school-3-school-3-school-3-"},
        {SERIES, "school-3", ""},
        {SERIES, "2020-11-01", "2020-10-01"},
        {PLAN, "linear", "seasonal"},
        {PLAN, "2020-12-31", "2019-12-31"},
        {PLAN, "200\t\\N\t\\N\t\\N\t\\N", "200\t\\N\t2020-10-02\t2020-10-01\t\\N"},
        {PLAN, "200\t\\N\t\\N\t\\N\t\\N", "200\t\\N\t\\N\t\\N\tcentury"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct taken t = {0};
        struct input *in = input_new(take, &t);
        const char *at = strstr(cases[i].line, cases[i].word);
        char line[1000];

        assert_non_null(at);
        snprintf(line, sizeof(line), "%.*s%s%s", (int)(at - cases[i].line), cases[i].line,
                 cases[i].instead, at + strlen(cases[i].word));
        if (cases[i].line[0] == 'p')
            assert_true(feed(in, SERIES));
        assert_false(feed(in, line));
        assert_true(strlen(input_error(in)) > 0);
        input_free(in);
    }
}

static void test_knots_and_terms(void **state)
{
    struct taken t = {0};
    struct input *in = input_new(take, &t);
    struct plan *p = &t.last.s.plan;
    char line[64];

    (void)state;
    assert_true(feed(in, SERIES));
    assert_true(feed(in, PLAN));
    for (int i = 0; i < SERIES_KNOTS; i++) {
        snprintf(line, sizeof(line), "knot\t%d\t%s", i, i == 0 ? "0" : i < 12 ? "0.25" : "1.0000");
        assert_true(feed(in, line));
    }
    assert_true(feed(in, "term\t2020-01-13\t2020-03-22"));
    assert_true(feed(in, "term\t2020-04-01\t2020-04-01"));
    assert_true(input_end(in));
    assert_int_equal(p->n_knots, SERIES_KNOTS);
    assert_true(decimal_identical(p->knots[1], dec("0.25")));
    assert_int_equal(p->n_terms, 2);
    assert_int_equal(p->terms[1].first, day("2020-04-01"));
    input_free(in);
}

static void test_bad_knots_and_terms(void **state)
{
    static const struct {
        const char *line, *error;
    } cases[] = {
        {"knot\t0", "line 'knot': expected 2 fields, found 1"},
        {"knot\t0\t0", "line 'knot', field month: knots have to be of months 0 to 12, in order"},
        {"knot\t3\t0.5", "line 'knot', field month: knots have to be of months 0 to 12, in order"},
        {"knot\t2\t0.1", "line 'knot', field share: shares have to grow from 0 to 1"},
        {"knot\t2\t1.01", "line 'knot', field share: shares have to grow from 0 to 1"},
        {"knot\tfirst\t1", "line 'knot', field 1 (month): expected a whole number, not 'first'"},
        {"term\t2020-05-01\t2020-04-30", "line 'term', field last: the term ends before it starts"},
        {"term\t2020-03-22\t2020-04-30",
         "line 'term', field first: terms have to be one after the other"},
        {"term\t2020-04-31\t2020-05-01",
         "line 'term', field 1 (first): expected a date like 2020-09-25, not '2020-04-31'"},
    };
    struct taken t = {0};
    struct input *in = input_new(take, &t);

    (void)state;
    assert_true(feed(in, SERIES));
    assert_false(feed(in, "knot\t0\t0"));
    assert_string_equal(input_error(in), "line 'knot': its plan has to come before it");
    assert_false(feed(in, "term\t2020-01-13\t2020-03-22"));
    assert_string_equal(input_error(in), "line 'term': its plan has to come before it");
    assert_true(feed(in, PLAN));
    assert_false(feed(in, "knot\t0\t0.1")); /* not from nothing */
    assert_true(feed(in, "knot\t0\t0"));
    assert_true(feed(in, "knot\t1\t0.2"));
    assert_true(feed(in, "term\t2020-01-13\t2020-03-22"));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_false(feed(in, cases[i].line));
        assert_string_equal(input_error(in), cases[i].error);
    }
    input_free(in);
}

static void test_limits(void **state)
{
    struct taken t = {0};
    struct input *in = input_new(take, &t);
    char line[64], date[DATE_TEXT_MAX];

    (void)state;
    assert_true(feed(in, SERIES));
    assert_true(feed(in, PLAN));
    for (int i = 0; i < SERIES_MAX_POINTS; i++) {
        snprintf(line, sizeof(line), "point\t%s\t1", date_format_iso(day("2020-01-01") + i, date));
        assert_true(feed(in, line));
    }
    assert_false(feed(in, "point\t2029-01-01\t1"));
    for (int i = 0; i < SERIES_MAX_TERMS; i++) {
        date_format_iso(day("2020-01-01") + i, date);
        snprintf(line, sizeof(line), "term\t%s\t%s", date, date);
        assert_true(feed(in, line));
    }
    assert_false(feed(in, "term\t2029-01-01\t2029-01-01"));
    for (int i = 0; i < SERIES_MAX_FIGURES; i++)
        assert_true(feed(in, FIGURE));
    assert_false(feed(in, FIGURE));
    assert_string_equal(input_error(in), "more than 4000 lines of this kind in one series");
    input_free(in); /* what was not ended is not handed over */
    assert_int_equal(t.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_free_null),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_a_whole_series),
        cmocka_unit_test(test_a_series_line_ends_the_one_before),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_bad_words),
        cmocka_unit_test(test_knots_and_terms),
        cmocka_unit_test(test_bad_knots_and_terms),
        cmocka_unit_test(test_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
