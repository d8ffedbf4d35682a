/* test_roll: sums of organisations: what they add up to, who is missing from them and between which
 * bounds they then are, and the course as text.  Synthetic. */
#include "model/roll.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "model/explain.h"
#include "model/input.h"
#include "model/plan.h"
#include "sample.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A town of at most eight schools. */
struct town {
    struct sample parent;
    struct child children[8];
};

static void town_init(struct town *t, enum indicator_kind kind)
{
    memset(t, 0, sizeof *t);
    sample_init(&t->parent, kind);
    SET_TEXT(t->parent.s.organisation_name[LANG_RU], "Управление образования");
    t->parent.s.rolled = true;
    t->parent.s.has_plan = false;
    t->parent.s.plan = (struct plan){.base_on = DATE_NONE};
    t->parent.s.children = t->children;
}

/* Adds a school with what it has reported. */
static void town_add(struct town *t, const struct sample *school, const char *code)
{
    struct series s = school->s;
    struct assessment a;

    SET_TEXT(s.organisation_code, code);
    SET_TEXT(s.organisation_name[LANG_RU], code);
    SET_TEXT(s.organisation_name[LANG_EN], code);
    s.plan.id = s.has_plan ? 100 + (int)t->parent.s.n_children : 0;
    assess(&s, &a);
    assert_true(child_make(&s, &a, &t->children[t->parent.s.n_children++]));
}

static struct assessment town_assess(struct town *t)
{
    t->parent.s.n_reports = 0;
    t->parent.s.reports = NULL;
    assert_true(roll(&t->parent.s));
    return sample_assess(&t->parent);
}

static void town_finish(struct town *t)
{
    struct series *s = &t->parent.s;

    for (size_t i = 0; i < s->n_children; i++)
        course_finish(&s->children[i].course);
    free(s->reports);
    plan_finish(&s->plan);
}

static void add_school(struct town *t, const char *code, const char *as_of, const char *value)
{
    struct sample school;

    sample_flow(&school);
    if (value)
        sample_add(&school, "2020", as_of, value, NULL);
    town_add(t, &school, code);
}

static const char *text_of(const struct town *t, const struct assessment *a, enum lang lang)
{
    static char buf[EXPLAIN_MAX];
    struct str out;

    str_init(&out, EXPLAIN_MAX);
    explain(&t->parent.s, a, lang, &out);
    snprintf(buf, sizeof buf, "%s", str_text(&out));
    str_finish(&out);
    return buf;
}

/* --- sums ------------------------------------------------------------------------------------------------- */

static void test_all_have_reported(void **state)
{
    struct town t;
    struct assessment a;

    (void)state;
    town_init(&t, KIND_FLOW);
    add_school(&t, "school-3", "2020-09-30", "130");
    add_school(&t, "school-4", "2020-09-30", "165");
    a = town_assess(&t);
    assert_string_equal(shown(a.fact, 0), "295");
    assert_true(ratio_is_null(a.fact_high));
    assert_string_equal(shown(a.plan_at, 2), "300.00");
    assert_string_equal(shown(a.progress, 4), "0.9833");
    assert_string_equal(shown(a.gap, 0), "5");
    assert_int_equal(a.as_of, day("2020-09-30"));
    assert_int_equal(t.parent.s.plan.n_parts, 1); /* two of one shape are one */
    assert_true(decimal_identical(t.parent.s.plan.target.value, dec("400")));
    assert_non_null(strstr(text_of(&t, &a, LANG_RU), "Сумма по 2 организациям."));
    assert_non_null(strstr(text_of(&t, &a, LANG_RU), "Больше всего не хватает: school-3 — 20."));
    town_finish(&t);
}

/* School 4 stands where it stood on 31 August, or has gone on by its plan: 200/12 rounded up. */
static void test_bounds(void **state)
{
    static const struct {
        const char *first, *second; /* as of 30 September; as of 31 August */
        const char *low, *high;
        enum status status;
    } cases[] = {
        {"165", "160", "325", "342", STATUS_ON_TRACK},
        {"80", "100", "180", "197", STATUS_LAGGING},
        {"145", "143", "288", "305", STATUS_UNDETERMINED},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct town t;
        struct assessment a;

        town_init(&t, KIND_FLOW);
        add_school(&t, "school-3", "2020-09-30", cases[i].first);
        add_school(&t, "school-4", "2020-08-31", cases[i].second);
        a = town_assess(&t);
        assert_string_equal(shown(a.fact, 0), cases[i].low);
        assert_string_equal(shown(a.fact_high, 0), cases[i].high);
        assert_int_equal(a.status, cases[i].status);
        assert_true(t.children[1].missing && !t.children[0].missing);
        assert_non_null(
            strstr(text_of(&t, &a, LANG_RU),
                   "Не сообщили на эту дату: school-4 (последние сведения на 31.08.2020)."));
        town_finish(&t);
    }
}

/* Who never reported has done between nothing and all that was planned. */
static void test_never_reported(void **state)
{
    struct town t;
    struct assessment a;

    (void)state;
    town_init(&t, KIND_FLOW);
    add_school(&t, "school-3", "2020-09-30", "150");
    add_school(&t, "school-4", NULL, NULL);
    a = town_assess(&t);
    assert_string_equal(shown(a.fact, 0), "150");
    assert_string_equal(shown(a.fact_high, 0), "300");
    assert_int_equal(a.status, STATUS_UNDETERMINED);
    assert_int_equal(a.why, WHY_BELOW_MISSING);
    assert_non_null(
        strstr(text_of(&t, &a, LANG_RU), "от 150 до 300, по плану 300. Оценить нельзя"));
    town_finish(&t);

    town_init(&t, KIND_FLOW); /* nobody did */
    add_school(&t, "school-3", NULL, NULL);
    a = town_assess(&t);
    assert_int_equal(a.status, STATUS_UNDETERMINED);
    assert_int_equal(a.why, WHY_NO_FIGURE);
    town_finish(&t);
}

static void test_a_plan_of_its_own(void **state)
{
    struct town t;
    struct assessment a;
    struct sample unplanned;

    (void)state;
    town_init(&t, KIND_FLOW);
    t.parent.s.has_plan = true;
    t.parent.s.plan = (struct plan){.starts = day("2020-01-01"),
                                    .ends = day("2020-12-31"),
                                    .base_on = DATE_NONE,
                                    .valid_from = DATE_NONE,
                                    .target = some("1000")};
    add_school(&t, "school-3", "2020-09-30", "150");
    sample_flow(&unplanned);
    unplanned.s.has_plan = false;
    sample_add(&unplanned, "2020", "2020-09-30", "30", NULL);
    town_add(&t, &unplanned, "school-5"); /* has no plan: counts, since the whole has one */
    a = town_assess(&t);
    assert_string_equal(shown(a.fact, 0), "180");
    assert_string_equal(shown(a.plan_at, 0), "750");
    town_finish(&t);

    town_init(&t, KIND_FLOW); /* without it, only what is planned can be compared */
    add_school(&t, "school-3", "2020-09-30", "150");
    town_add(&t, &unplanned, "school-5");
    a = town_assess(&t);
    assert_string_equal(shown(a.fact, 0), "150");
    assert_string_equal(shown(a.plan_at, 0), "150");
    town_finish(&t);

    town_init(&t, KIND_FLOW); /* nobody has a plan */
    town_add(&t, &unplanned, "school-5");
    town_add(&t, &unplanned, "school-6");
    a = town_assess(&t);
    assert_string_equal(shown(a.fact, 0), "60");
    assert_int_equal(a.status, STATUS_NO_PLAN);
    town_finish(&t);
}

static void test_not_applicable_is_left_out(void **state)
{
    struct town t;
    struct assessment a;
    struct sample school;

    (void)state;
    town_init(&t, KIND_FLOW);
    add_school(&t, "school-3", "2020-09-30", "150");
    sample_flow(&school);
    sample_add(&school, "2020-09", NULL, NULL, NULL)->state = REPORT_NOT_APPLICABLE;
    town_add(&t, &school, "school-4");
    a = town_assess(&t);
    assert_string_equal(shown(a.plan_at, 0), "150");
    assert_true(ratio_is_null(a.fact_high));
    assert_false(t.children[1].counted);
    town_finish(&t);
}

/* --- shares ----------------------------------------------------------------------------------------------- */

static void add_share(struct town *t, const char *code, const char *target, const char *n,
                      const char *of)
{
    struct sample school;

    sample_coverage(&school);
    school.s.plan.target = some(target);
    school.s.plan.of = some(of);
    sample_add(&school, "2021-10", NULL, n, of);
    town_add(t, &school, code);
}

/* The mean of 10 % and 90 % of very different schools is not 50 %. */
static void test_a_share_is_never_a_mean_of_percentages(void **state)
{
    struct town t;
    struct assessment a;

    (void)state;
    town_init(&t, KIND_SHARE);
    t.parent.s.today = day("2021-11-15");
    add_share(&t, "small", "90", "9", "10");
    add_share(&t, "large", "50", "99", "990");
    a = town_assess(&t);
    assert_string_equal(shown(a.fact, 2), "10.80");
    assert_true(decimal_identical(a.n.value, dec("108")) &&
                decimal_identical(a.of.value, dec("1000")));
    /* (90·10 + 50·990)/1000 = 50.4; the base is 41.7 for both. */
    assert_string_equal(shown(plan_target(&t.parent.s), 4), "50.4000");
    assert_string_equal(shown(plan_base(&t.parent.s), 4), "41.7000");
    town_finish(&t);
}

static void test_a_bare_percentage_needs_to_know_of_how_many(void **state)
{
    struct town t;
    struct assessment a;
    struct sample school;

    (void)state;
    sample_coverage(&school);
    sample_add(&school, "2021-10", NULL, "47", NULL);
    town_init(&t, KIND_SHARE);
    town_add(&t, &school, "school-3"); /* 47 % of the planned 3600 */
    a = town_assess(&t);
    assert_string_equal(shown(a.fact, 2), "47.00");
    assert_true(decimal_compare(a.n.value, dec("1692")) == 0);
    town_finish(&t);

    school.s.plan.of.present = false;
    town_init(&t, KIND_SHARE);
    town_add(&t, &school, "school-3");
    a = town_assess(&t);
    assert_true(t.parent.s.uncountable);
    assert_int_equal(a.status, STATUS_UNDETERMINED);
    assert_int_equal(a.why, WHY_BELOW_MISSING);
    assert_non_null(strstr(text_of(&t, &a, LANG_RU), "неизвестно, от какого числа"));
    town_finish(&t);
}

/* --- shapes and methods --------------------------------------------------------------------------------------- */

static void test_plans_of_different_shape(void **state)
{
    struct town t;
    struct assessment a;
    struct sample school;

    (void)state;
    town_init(&t, KIND_FLOW);
    add_school(&t, "even", "2020-09-30", "150");
    sample_flow(&school);
    school.s.plan.shape = SHAPE_TERMS;
    school.s.plan.n_terms = 2;
    school.s.plan.terms[0] = (struct plan_term){day("2020-01-01"), day("2020-01-30")};
    school.s.plan.terms[1] = (struct plan_term){day("2020-11-01"), day("2020-11-10")};
    sample_add(&school, "2020", "2020-09-30", "150", NULL);
    town_add(&t, &school, "by-terms");
    sample_flow(&school);
    school.s.plan.shape = SHAPE_POINTS;
    school.s.plan.n_points = 1;
    school.s.plan.points[0] = (struct plan_point){day("2020-09-30"), dec("20")};
    sample_add(&school, "2020", "2020-09-30", "20", NULL);
    town_add(&t, &school, "by-points");
    school.s.plan.points[0].value = dec("30");
    town_add(&t, &school, "by-points-too");
    a = town_assess(&t);
    assert_int_equal(t.parent.s.plan.n_parts, 3);
    assert_string_equal(shown(a.plan_at, 4), "350.0000"); /* 150 + 30/40·200 + 20 + 30 */
    assert_string_equal(shown(a.share_done, 4), "0.4375");
    town_finish(&t);
}

/* What was counted otherwise before is not added to what is counted now. */
static void test_a_method_that_breaks(void **state)
{
    struct town t;
    struct assessment a;
    struct sample school;

    (void)state;
    town_init(&t, KIND_LEVEL);
    sample_init(&school, KIND_LEVEL);
    school.s.plan.base = some("0");
    school.s.plan.base_on = day("2019-12-31");
    school.s.plan.target = some("100");
    sample_add(&school, "2020-03", NULL, "70", NULL);
    sample_add(&school, "2020-06", NULL, "40", NULL);
    sample_add(&school, "2020-09", NULL, "60", NULL);
    town_add(&t, &school, "school-3");
    SET_TEXT(school.reports[1].method, "navigator");
    SET_TEXT(school.reports[2].method, "navigator");
    town_add(&t, &school, "school-4");
    a = town_assess(&t);
    assert_int_equal(t.parent.s.n_reports, 2);
    assert_int_equal(t.parent.s.reports[0].as_of, day("2020-06-30"));
    assert_string_equal(shown(a.fact, 0), "120");
    town_finish(&t);
}

/* --- milestones ------------------------------------------------------------------------------------------------- */

static void add_delivery(struct town *t, const char *code, enum report_state reported)
{
    struct sample school;

    sample_init(&school, KIND_MILESTONE);
    school.s.plan.due_from = day("2020-10-01");
    school.s.plan.due_to = day("2020-11-30");
    school.s.plan.due_precision = DUE_WINDOW;
    school.s.today = t->parent.s.today;
    sample_add(&school, "2020-11", "2020-11-20", NULL, NULL)->state = reported;
    town_add(t, &school, code);
}

static void test_milestones_worst_first(void **state)
{
    struct town t;
    struct assessment a;

    (void)state;
    town_init(&t, KIND_MILESTONE);
    t.parent.s.today = day("2020-12-20");
    add_delivery(&t, "school-3", REPORT_DONE);
    add_delivery(&t, "school-4", REPORT_IN_PROGRESS);
    a = town_assess(&t);
    assert_int_equal(a.status, STATUS_LAGGING);
    assert_true(decimal_identical(a.n.value, dec("1")));
    assert_true(decimal_identical(a.of.value, dec("2")));
    assert_int_equal(a.days_late, 20);
    assert_non_null(strstr(text_of(&t, &a, LANG_RU), "сделано 1 из 2."));
    assert_non_null(strstr(text_of(&t, &a, LANG_RU), "Отстают: school-4."));
    town_finish(&t);

    town_init(&t, KIND_MILESTONE);
    t.parent.s.today = day("2020-12-20");
    add_delivery(&t, "school-3", REPORT_DONE);
    a = town_assess(&t);
    assert_int_equal(a.status, STATUS_ACHIEVED);
    town_finish(&t);
}

/* Money keeps its kopecks on the way up. */
static void test_sums_keep_their_decimals(void **state)
{
    struct town t;
    struct assessment a;
    struct sample school;

    (void)state;
    town_init(&t, KIND_LEVEL);
    t.parent.s.whole = false;
    for (size_t i = 0; i < 2; i++) {
        sample_init(&school, KIND_LEVEL);
        school.s.has_plan = false;
        school.s.whole = false;
        sample_add(&school, "2020-09-25", NULL, i == 0 ? "1788584.00" : "1791834.00", NULL);
        town_add(&t, &school, i == 0 ? "school-3" : "school-4");
    }
    a = town_assess(&t);
    assert_int_equal(a.status, STATUS_NO_PLAN);
    assert_true(decimal_identical(t.parent.s.reports[0].value.value, dec("3580418.00")));
    town_finish(&t);
}

/* --- levels of the tree -------------------------------------------------------------------------------------------- */

/* A region of one town with somebody missing, and one without: bounds are handed on. */
static void test_three_levels(void **state)
{
    struct town town, region;
    struct assessment a;

    (void)state;
    town_init(&town, KIND_FLOW);
    add_school(&town, "school-3", "2020-09-30", "140");
    add_school(&town, "school-4", "2020-08-31", "120");
    (void)town_assess(&town);
    town_init(&region, KIND_FLOW);
    town_add(&region, &town.parent, "town");
    add_school(&region, "boarding-school", "2020-09-30", "150");
    a = town_assess(&region);
    assert_string_equal(shown(a.fact, 0), "410");
    assert_string_equal(shown(a.fact_high, 0), "427");
    assert_string_equal(shown(a.plan_at, 0), "450");
    assert_true(region.children[0].missing);
    town_finish(&region);
    town_finish(&town);
}

/* --- as text ----------------------------------------------------------------------------------------------------------- */

static void write_curve(const struct plan *p, struct str *out)
{
    char from[DATE_TEXT_MAX], to[DATE_TEXT_MAX], on[DATE_TEXT_MAX];

    str_addf(out, "curve\t%d\t%s\t%s\t%s\t%s\n", (int)p->id, date_format_iso(p->starts, from),
             date_format_iso(p->ends, to), plan_shape_name(p->shape),
             p->base_on != DATE_NONE ? date_format_iso(p->base_on, on) : "\\N");
    for (size_t i = 0; i < p->n_points; i++)
        str_addf(out, "point\t%s\t0\n", date_format_iso(p->points[i].at, on));
    for (size_t i = 0; i < p->n_terms; i++)
        str_addf(out, "term\t%s\t%s\n", date_format_iso(p->terms[i].first, from),
                 date_format_iso(p->terms[i].last, to));
}

static void write_child(const struct child *c, struct str *out)
{
    char on[DATE_TEXT_MAX], gap[RATIO_TEXT_MAX];

    for (size_t i = 0; i < c->course.n_parts; i++)
        write_curve(&c->course.parts[i], out);
    str_addf(out, "child\t%d\t%s\t%s\t%s\t%s\t%s\t%s\n", 1, c->code, c->name[LANG_RU],
             c->name[LANG_EN], status_name(c->status),
             c->as_of != DATE_NONE ? date_format_iso(c->as_of, on) : "\\N",
             ratio_is_null(c->gap) ? "\\N" : ratio_format(c->gap, DECIMAL_MAX_SCALE, gap));
    course_write(&c->course, out);
    str_add(out, "\n");
}

struct read {
    struct assessment a;
    char text[EXPLAIN_MAX];
    unsigned count;
};

static void take(void *arg, const struct series *s)
{
    struct read *r = arg;
    struct str out;

    assess(s, &r->a);
    str_init(&out, EXPLAIN_MAX);
    explain(s, &r->a, LANG_RU, &out);
    snprintf(r->text, sizeof r->text, "%s", str_text(&out));
    str_finish(&out);
    r->count++;
}

static void read_back(const struct town *t, const char *kind, struct read *ret)
{
    struct input *in = input_new(take, ret);
    struct str lines;
    char *line, *rest;

    str_init(&lines, 1 << 20);
    str_addf(&lines,
             "series\t1\t1\ttown\tУправление образования\t\\N\tx\tконсультации "
             "родителям\t\\N\tp\t%s\tup\tштук"
             "\t\\N\tt\tyear_to_date\t1\t\\N\t2020-10-15\t\\N\t\\N\t1\tt\tf\n",
             kind);
    for (size_t i = 0; i < t->parent.s.n_children; i++)
        write_child(&t->children[i], &lines);
    rest = lines.text;
    while ((line = strsep(&rest, "\n")) && *line)
        if (!input_line(in, line, strlen(line)))
            fail_msg("%s: %s", line, input_error(in));
    assert_true(input_end(in));
    input_free(in);
    str_finish(&lines);
}

static void test_a_course_survives_as_text(void **state)
{
    struct town t;
    struct assessment a;
    struct read r = {.count = 0};
    struct sample school;

    (void)state;
    town_init(&t, KIND_FLOW);
    add_school(&t, "school-3", "2020-09-30", "130");
    add_school(&t, "school-4", "2020-08-31", "100");
    sample_flow(&school);
    school.s.plan.shape = SHAPE_POINTS;
    school.s.plan.n_points = 2;
    school.s.plan.points[0] = (struct plan_point){day("2020-05-31"), dec("20.5")};
    school.s.plan.points[1] = (struct plan_point){day("2020-10-31"), dec("150")};
    sample_add(&school, "2020-04", NULL, "10", NULL);
    sample_add(&school, "2020-09", NULL, "115", NULL);
    town_add(&t, &school, "school-5");
    a = town_assess(&t);
    read_back(&t, "flow", &r);
    assert_int_equal(r.count, 1);
    assert_int_equal(r.a.status, a.status);
    assert_int_equal(ratio_compare(r.a.fact, a.fact), 0);
    assert_int_equal(ratio_compare(r.a.plan_at, a.plan_at), 0);
    assert_int_equal(ratio_compare(r.a.fact_high, a.fact_high), 0);
    assert_string_equal(r.text, text_of(&t, &a, LANG_RU));
    town_finish(&t);
}

static void test_what_is_refused(void **state)
{
    static const char head[] =
        "series\t1\t1\ttown\tГород\t\\N\tx\tпоказатель\t\\N\tp\tflow\tup\tштук\t\\N\tt\t"
        "year_to_date\t1\t\\N\t2020-10-15\t\\N\t\\N\t1\t%s\tf";
    static const char child[] = "child\t1\tschool-3\tШкола\t\\N\ton_track\t\\N\t\\N";
    static const struct {
        const char *line, *error;
    } cases[] = {
        {"course\tt\tt\t\\N\t0\t0\t0\t0", "line 'course': its child has to come before it"},
        {"at\t2020-09-30\t1\t1\t0", "line 'at': its child has to come before it"},
        {"part\t7\t\\N\t\\N\t200\t\\N", "line 'part': its child has to come before it"},
        {"curve\t7\t2020-12-31\t2020-01-01\tlinear\t\\N",
         "line 'curve', field ends: the plan ends before it starts"},
        {"child\t1\tschool-3\tШкола\t\\N\tfine\t\\N\t\\N",
         "line 'child', field 5 (status): expected a status like on_track, not 'fine'"},
        {child, NULL},
        {"part\t7\t\\N\t\\N\t200\t\\N",
         "line 'part', field plan-id: its curve has to come before it"},
        {"curve\t7\t2020-01-01\t2020-12-31\tpoints\t\\N", NULL},
        {"point\t2020-05-31\t0", NULL},
        {"part\t7\t\\N\t\\N\t200\t\\N", "line 'part', field values: expected 1 numbers"},
        {"part\t7\t\\N\t\\N\t200\t1 2", "line 'part', field values: more than 1 numbers"},
        {"at\t2020-09-30\t1\t1\t0", NULL},
        {"at\t2020-09-30\t1\t1\t0", "line 'at', field day: has to be after the one before"},
    };
    struct read r = {.count = 0};
    struct input *in = input_new(take, &r);
    char line[400];

    (void)state;
    snprintf(line, sizeof line, head, "f");
    assert_true(input_line(in, line, strlen(line)));
    assert_false(input_line(in, child, strlen(child)));
    assert_string_equal(input_error(in),
                        "line 'child': the series is not rolled, or its children are lent");
    snprintf(line, sizeof line, head, "t");
    assert_true(input_line(in, line, strlen(line)));
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(input_line(in, cases[i].line, strlen(cases[i].line)), !cases[i].error);
        if (cases[i].error)
            assert_string_equal(input_error(in), cases[i].error);
    }
    input_free(in);
}

/* --- what must hold ------------------------------------------------------------------------------------------------------ */

static void test_the_order_of_children_never_matters(void **state)
{
    static const char *const codes[] = {"a", "b", "c", "d"},
                             *const days[] = {"2020-09-30", "2020-08-31", "2020-09-15",
                                              "2020-09-30"},
                             *const values[] = {"130", "100", "155", "90"};
    struct assessment first = {0};

    (void)state;
    for (size_t turn = 0; turn < 4; turn++) {
        struct town t;
        struct assessment a;

        town_init(&t, KIND_FLOW);
        for (size_t i = 0; i < 4; i++)
            add_school(&t, codes[(i + turn) % 4], days[(i + turn) % 4], values[(i + turn) % 4]);
        a = town_assess(&t);
        if (turn == 0)
            first = a;
        assert_int_equal(a.status, first.status);
        assert_int_equal(ratio_compare(a.fact, first.fact), 0);
        assert_int_equal(ratio_compare(a.fact_high, first.fact_high), 0);
        assert_int_equal(a.probability_e4, first.probability_e4);
        town_finish(&t);
    }
}

static void test_a_sum_that_is_too_large(void **state)
{
    struct town t;
    struct assessment a;

    (void)state;
    town_init(&t, KIND_FLOW);
    for (size_t i = 0; i < 2; i++) {
        struct sample school;

        sample_flow(&school);
        school.s.plan.target = some("999999999999999999");
        sample_add(&school, "2020", "2020-09-30", "5", NULL);
        town_add(&t, &school, "school");
    }
    a = town_assess(&t);
    assert_true(t.parent.s.uncountable);
    assert_int_equal(a.status, STATUS_UNDETERMINED);
    town_finish(&t);
}

static void test_nobody_below(void **state)
{
    struct town t;
    struct assessment a;

    (void)state;
    town_init(&t, KIND_FLOW);
    a = town_assess(&t);
    assert_int_equal(a.status, STATUS_NO_PLAN);
    town_finish(&t);
    children_free(NULL, 0);
    course_finish(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_have_reported),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_never_reported),
        cmocka_unit_test(test_a_plan_of_its_own),
        cmocka_unit_test(test_not_applicable_is_left_out),
        cmocka_unit_test(test_a_share_is_never_a_mean_of_percentages),
        cmocka_unit_test(test_a_bare_percentage_needs_to_know_of_how_many),
        cmocka_unit_test(test_plans_of_different_shape),
        cmocka_unit_test(test_a_method_that_breaks),
        cmocka_unit_test(test_milestones_worst_first),
        cmocka_unit_test(test_sums_keep_their_decimals),
        cmocka_unit_test(test_three_levels),
        cmocka_unit_test(test_a_course_survives_as_text),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_the_order_of_children_never_matters),
        cmocka_unit_test(test_a_sum_that_is_too_large),
        cmocka_unit_test(test_nobody_below),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
