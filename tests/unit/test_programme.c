/* test_programme: what a programme may say, and that every mistake is named with file, line and
 * field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "admin/bulk.c"
#include "admin/calendar.c"
#include "admin/check.c"
#include "admin/entry.c"
#include "admin/field.c"
#include "admin/nouns.c"
#include "admin/problems.c"
#include "admin/programme.c"
#include "admin/season.c"
#include "admin/shape.c"
#include "admin/sheet.c"
#include "admin/source.c"
#include "admin/text.c"
#include "cells.c"
#include "charset.c"
#include "fault.c"
#include "words.c"
#include "terminal.c"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static char folder[] = "/tmp/test_programme.XXXXXX";

static const char *path_of(const char *name)
{
    static char path[128];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const char *contents)
{
    FILE *f = fopen(path_of(name), "w");

    assert_non_null(f);
    assert_true(fputs(contents, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

#define CONF                                                                                               \
    "organisations = \"o.csv\"\nplans = \"p.csv\"\n"                                                       \
    "project families { name = \"Семья\" starts = \"01.01.2019\" }\n"                                 \
    "indicator consultations {\n  name = \"Консультации\"\n  project = \"families\"\n"         \
    "  kind = \"flow\"\n  unit = \"шт.\"\n}\n"                                                           \
    "indicator coverage { name = \"Охват\" project = \"families\" kind = \"share\" unit = "           \
    "\"детей\" }\n"                                                                                   \
    "indicator festival { name = \"Фестиваль\" project = \"families\" kind = \"milestone\" unit " \
    "= \"шт.\" }\n"
#define ORGS                                                                                       \
    "code;name;kind;parent;time_zone\n"                                                            \
    "school-3;Школа № 3;school;town;Asia/Krasnoyarsk\n"                                     \
    "town;Управление;department;;Asia/Krasnoyarsk\n"
#define PLANS_HEAD "organisation;indicator;basis;starts;ends;target\n"
#define PLANS      PLANS_HEAD "town;consultations;Приказ;2020-01-01;2020-12-31;200\n"

static struct programme *read_all(const char *conf, const char *orgs, const char *plans,
                                  struct problems *problems)
{
    write_file("c.conf", conf);
    write_file("o.csv", orgs);
    write_file("p.csv", plans);
    problems_init(problems, LANG_EN);
    return programme_read(path_of("c.conf"), problems);
}

static void test_bad_arguments(void **state)
{
    struct problems problems;
    struct programme *p;

    (void)state;
    programme_free(NULL);
    entry_free(NULL);
    problems_finish(NULL);
    problems_init(&problems, LANG_EN);
    p = programme_read(path_of("missing.conf"), &problems);
    assert_int_equal(problems.n, 1);
    assert_non_null(strstr(str_text(&problems.text), "cannot read"));
    programme_free(p);
    problems_finish(&problems);
}

static void test_whole_programme(void **state)
{
    struct problems problems;
    struct programme *p = read_all(CONF, ORGS, PLANS, &problems);
    const struct entry *e;

    (void)state;
    assert_string_equal(str_text(&problems.text), "");
    assert_int_equal(p->nouns[NOUN_ORGANISATION].n, 2);
    assert_string_equal(p->nouns[NOUN_ORGANISATION].list[0]->key, "town"); /* parents first */
    assert_string_equal(p->nouns[NOUN_ORGANISATION].list[1]->key, "school-3");
    e = programme_find(p, NOUN_PROJECT, "families");
    assert_string_equal(e->values[PROJECT_STARTS], "2019-01-01");
    assert_null(e->values[PROJECT_ENDS]);
    e = programme_find(p, NOUN_INDICATOR, "consultations");
    assert_string_equal(e->values[INDICATOR_DIRECTION], "up");
    assert_string_equal(e->values[INDICATOR_WHOLE], "true");
    assert_string_equal(e->values[INDICATOR_RULE_SET], "default");
    e = programme_find(p, NOUN_PLAN, "town/consultations/2020-01-01");
    assert_non_null(e);
    assert_string_equal(e->values[PLAN_TARGET], "200");
    assert_string_equal(e->values[PLAN_SHAPE], "linear");
    assert_int_equal(e->line, 2);
    assert_non_null(programme_find(p, NOUN_RULE_SET, "default"));
    programme_free(p);
    problems_finish(&problems);
}

static void test_rule_sets_and_points(void **state)
{
    struct problems problems;
    struct programme *p;

    (void)state;
    write_file("t.csv", "organisation;indicator;starts;at;value\n"
                        "town;consultations;2020-01-01;2020-03-31;40\n"
                        "town;consultations;2020-01-01;30.06.2020;90,5\n");
    p = read_all("points = \"t.csv\"\nrule_set strict { progress_on_track = \"0,97\" flow_prior = "
                 "\"0.1\" }\n" CONF,
                 ORGS,
                 "organisation;indicator;basis;starts;ends;target;shape\n"
                 "town;consultations;Приказ;2020-01-01;2020-12-31;200;points\n",
                 &problems);
    assert_string_equal(str_text(&problems.text), "");
    assert_string_equal(programme_find(p, NOUN_RULE_SET, "strict")->values[RULE_SET_CONSTANTS],
                        "flow_prior=0.1 progress_on_track=0.97");
    assert_string_equal(
        programme_find(p, NOUN_PLAN, "town/consultations/2020-01-01")->values[PLAN_POINTS],
        "2020-03-31=40 2020-06-30=90.5");
    programme_free(p);
    problems_finish(&problems);
}

#define CALENDAR                                                                                   \
    "calendar school {\n  terms = {\"2020-09-01..2020-10-25\", \"2020-01-13..2020-03-22\",\n"      \
    "    \"01.04.2020..29.05.2020\", \"2020-11-02..2020-12-30\"}\n}\n"
#define SHAPED "organisation;indicator;basis;starts;ends;target;shape;shape_from;base;base_on\n"

static void expect_plan(struct programme *p, const char *key, const char *shape, const char *from,
                        const char *knots, const char *terms)
{
    const struct entry *e = programme_find(p, NOUN_PLAN, key);
    const char *const expected[][2] = {{e->values[PLAN_SHAPE], shape},
                                       {e->values[PLAN_SHAPE_FROM], from},
                                       {e->values[PLAN_KNOTS], knots},
                                       {e->values[PLAN_TERMS], terms}};

    for (size_t i = 0; i < COUNT(expected); i++)
        if (expected[i][1] != NULL)
            assert_string_equal(expected[i][0], expected[i][1]);
        else
            assert_null(expected[i][0]);
}

/* A calendar is for the flows that name no shape; and each plan has the part that lies in it. */
static void test_terms(void **state)
{
    struct problems problems;
    struct programme *p =
        read_all(CONF CALENDAR, ORGS,
                 SHAPED "town;consultations;x;2020-01-01;2020-12-31;200;;;;\n"
                        "school-3;consultations;x;2020-03-01;2020-06-30;50;terms;school;;\n"
                        "town;coverage;x;2020-01-01;2020-12-31;75;;;40;2019-12-31\n"
                        "school-3;coverage;x;2020-01-01;2020-12-31;75;terms;;40;2020-09-30\n",
                 &problems);

    (void)state;
    assert_string_equal(str_text(&problems.text), "");
    expect_plan(p, "town/consultations/2020-01-01", "terms", "school", NULL,
                "2020-01-13=2020-03-22 2020-04-01=2020-05-29 2020-09-01=2020-10-25 "
                "2020-11-02=2020-12-30");
    expect_plan(p, "school-3/consultations/2020-03-01", "terms", "school", NULL,
                "2020-03-01=2020-03-22 2020-04-01=2020-05-29");
    expect_plan(p, "town/coverage/2020-01-01", "linear", NULL, NULL, NULL);
    expect_plan(p, "school-3/coverage/2020-01-01", "terms", "school", NULL,
                "2020-10-01=2020-10-25 2020-11-02=2020-12-30");
    assert_int_equal(p->n_by_terms, 1);
    programme_free(p);
    problems_finish(&problems);
}

/* What stands in a season, and the knots that come of it. */
static const struct {
    const char *season, *knots;
} seasons[] = {
    {"knots = {\"0\", \"0,10\", \"0.2\", \"0.3\", \"0.4\", \"0.5\", \"0.5\", \"0.5\", \"0.5\", "
     "\"0.6\", \"0.7\", \"0.85\", \"1.0\"}",
     "0 0.1 0.2 0.3 0.4 0.5 0.5 0.5 0.5 0.6 0.7 0.85 1"},
    /* shares of one year; a fall in May is shared: (0.6 + 0.4)/2 */
    {"years = {\"0 0.1 0.2 0.3 0.6 0.4 0.5 0.5 0.5 0.6 0.7 0.8 1\"}",
     "0 0.1 0.2 0.3 0.5 0.5 0.5 0.5 0.5 0.6 0.7 0.8 1"},
    /* counts of two years, 60 and 180: the mean of 1/60 and 0/180 is 0.00833… */
    {"years = {\"0 1 2 6 12 18 24 24 24 30 36 48 60\", \"0 0 18 36 54 72 72 72 72 90 108 144 "
     "180\"}",
     "0 0.0083 0.0667 0.15 0.25 0.35 0.4 0.4 0.4 0.5 0.6 0.8 1"},
    /* a year that went past its end, and was corrected */
    {"years = {\"0 0 0 0 0 0 0 0 0 0 0 12 10\"}", "0 0 0 0 0 0 0 0 0 0 0 1 1"},
};

static void test_seasons(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(seasons); i++) {
        struct problems problems;
        struct programme *p;
        char conf[2000];

        snprintf(conf, sizeof conf, "%sseason usual { %s }\n", CONF, seasons[i].season);
        p = read_all(conf, ORGS,
                     SHAPED "town;consultations;x;2020-09-01;2021-08-31;200;season;usual;;\n",
                     &problems);
        assert_string_equal(str_text(&problems.text), "");
        expect_plan(p, "town/consultations/2020-09-01", "season", "usual", seasons[i].knots, NULL);
        programme_free(p);
        problems_finish(&problems);
    }
}

/* What is wrong where, and a piece of what is said of it. */
static const struct {
    const char *conf, *orgs, *plans;
    const char *expected;
} wrong[] = {
    {CONF "frob = 1\n", ORGS, PLANS, "c.conf:12: no such option 'frob'"},
    {CONF "project families { name = \"x\" }\n", ORGS, PLANS, "c.conf:12: "},
    {"indicator a {\n name = \"A\"\n unit = \"x\"\n kind = \"flood\"\n project = \"none\"\n}\n",
     ORGS, PLANS_HEAD, "c.conf:4: kind: «flood» is none of: flow level share milestone"},
    {"indicator a {\n name = \"A\"\n unit = \"x\"\n kind = \"flow\"\n project = \"none\"\n}\n",
     ORGS, PLANS_HEAD, "c.conf:5: project: «none»: there is no such project"},
    {"project Семья { name = \"A\" }\n", ORGS, PLANS_HEAD, "code: «Семья» is no code"},
    {"project p {\n starts = \"2020-12-31\"\n name = \"A\"\n ends = \"2020-01-01\"\n}\n", ORGS,
     PLANS_HEAD, "c.conf:4: ends: 2020-01-01 is before the beginning"},
    {"project p {\n starts = \"soon\"\n name = \"A\"\n}\n", ORGS, PLANS_HEAD,
     "c.conf:2: starts: «soon» is no date"},
    {"rule_set r {\n flow_prior = \"-1\"\n}\n", ORGS, PLANS_HEAD,
     "c.conf:2: flow_prior: a constant cannot be negative"},
    {CONF, "code;name;kind;time_zone\na;A;school;Moon/Sea of Tranquility\n", PLANS_HEAD,
     "o.csv:2:4: time_zone: "},
    {CONF, "code;name;kind;time_zone\na;A;school;UTC\n\na;B;school;UTC\n", PLANS_HEAD,
     "o.csv:4: a: it is there already"},
    {CONF, "code;name;kind;parent;time_zone\na;A;school;b;UTC\nb;B;school;a;UTC\n", PLANS_HEAD,
     "o.csv:2:4: parent: «b»: the organisations above form a circle"},
    {CONF, "code;name;kind;parent;time_zone\na;A;school;b;UTC\n", PLANS_HEAD,
     "o.csv:2:4: parent: «b»: there is no such organisation"},
    {CONF, "code;name;kind\na;A;school\n", PLANS_HEAD,
     "o.csv:1: time_zone: this column is missing"},
    {CONF, "code;name;kind;time_zone;frob\na;A;school;UTC;x\n", PLANS_HEAD,
     "o.csv:1: frob: there is no such column"},
    {CONF, "code;name;kind;time_zone\na;;school;UTC\n", PLANS_HEAD, "o.csv:2:2: name: missing"},
    {CONF, "", PLANS_HEAD, "o.csv:1: the file is empty"},
    {CONF, "code;name;kind;time_zone\na;\x98;school;UTC\n", PLANS_HEAD,
     "o.csv:2: this is a text neither in UTF-8 nor in cp1251"},
    {CONF, ORGS, PLANS_HEAD "town;consultations;x;2020-01-01;2020-12-31;двести\n",
     "p.csv:2:6: target: «двести» is no number"},
    {CONF, ORGS, PLANS_HEAD "town;consultations;x;2020-01-01;2020-12-31;\n",
     "p.csv:2:6: target: a plan of the kind «flow» needs it"},
    {CONF, ORGS, PLANS_HEAD "town;consultations;x;2020-01-01;2020-12-31;200,5\n",
     "p.csv:2:6: target: 200.5: this indicator is counted"},
    {CONF, ORGS, PLANS_HEAD "town;coverage;x;2020-01-01;2020-12-31;175\n",
     "p.csv:2:6: target: 175: a share is given in per cent"},
    {CONF, ORGS, PLANS_HEAD "town;festival;x;2020-01-01;2020-12-31;\n",
     "p.csv:2: due_precision: a plan of the kind «milestone»"},
    {CONF, ORGS, PLANS_HEAD "town;nothing;x;2020-01-01;2020-12-31;1\n",
     "p.csv:2:2: indicator: «nothing»: there is no such"},
    {CONF, ORGS, PLANS_HEAD "town;consultations;x;2020-13-01;2020-12-31;1\n",
     "p.csv:2:4: starts: «2020-13-01» is no date"},
    {CONF, ORGS,
     "organisation;indicator;basis;starts;ends;target;shape\ntown;consultations;x;2020-01-01;2020-"
     "12-31;1;points\n",
     "p.csv:2:7: shape: points: no points are given"},
    {"season s {\n  knots = {\"0\", \"1\"}\n}\n", ORGS, PLANS_HEAD,
     "c.conf:2: knots: «0 1»: expected 13 numbers (the begin of the plan and the ends of its "
     "twelve "
     "months), found 2"},
    {"season s {\n  knots = {\"0\", \"0.2\", \"0.1\", \"1\", \"1\", \"1\", \"1\", \"1\", \"1\", "
     "\"1\", \"1\", \"1\", \"1\"}\n}\n",
     ORGS, PLANS_HEAD, "c.conf:2: knots: «0.1»: knots begin with 0, never fall and end with 1"},
    {"season s {\n\n  years = {\"0 1 2 3 4 5 6 7 8 9 10 eleven 12\"}\n}\n", ORGS, PLANS_HEAD,
     "c.conf:3: years: «eleven» is no number"},
    {"season s {\n  years = {\"1 1 2 3 4 5 6 7 8 9 10 11 12\"}\n}\n", ORGS, PLANS_HEAD,
     "c.conf:2: years: «1 1 2 3 4 5 6 7 8 9 10 11 12»: a year begins with 0"},
    {"season s {\n}\n", ORGS, PLANS_HEAD, "knots: give either knots or years"},
    {"calendar c {\n  terms = {\"2020-09-01..2020-10-25\", \"2020-10-25..2020-12-27\"}\n}\n", ORGS,
     PLANS_HEAD, "c.conf:2: terms: «2020-10-25» overlaps another term"},
    {"calendar c {\n  terms = {\"2020-10-25..2020-09-01\"}\n}\n", ORGS, PLANS_HEAD,
     "c.conf:2: terms: «2020-10-25..2020-09-01» is no term"},
    {"calendar c { }\n", ORGS, PLANS_HEAD, "terms: missing"},
    {CONF, ORGS, SHAPED "town;consultations;x;2020-01-01;2020-12-31;1;terms;;;\n",
     "shape_from: the programme file has no calendar"},
    {CONF CALENDAR, ORGS, SHAPED "town;consultations;x;2020-01-01;2020-12-31;1;terms;town;;\n",
     "p.csv:2:8: shape_from: «town»: the programme file has no calendar of this code"},
    {CONF CALENDAR, ORGS, SHAPED "town;consultations;x;2020-01-01;2020-12-31;1;linear;school;;\n",
     "p.csv:2:8: shape_from: «school»: only the shapes season and terms"},
    {CONF CALENDAR, ORGS, SHAPED "town;consultations;x;2020-01-01;2021-12-31;1;;;;\n",
     "p.csv:2:7: shape: «school»: the calendar has no term from 2020-12-31 to 2021-12-31"},
    {CONF CALENDAR, ORGS, SHAPED "town;consultations;x;2020-06-10;2020-08-20;1;;;;\n",
     "p.csv:2:7: shape: «school»: the calendar has no term from 2020-06-10 to 2020-08-20"},
    {CONF CALENDAR "calendar other { terms = {\"2020-09-01..2020-10-25\"} }\n", ORGS,
     SHAPED "town;consultations;x;2020-01-01;2020-12-31;1;;;;\n",
     "shape_from: the programme has several calendars"},
    {CONF, ORGS, SHAPED "town;consultations;x;2020-01-01;2020-12-31;1;season;;;\n",
     "shape_from: name the season"},
    {CONF "season s { years = {\"0 1 2 3 4 5 6 7 8 9 10 11 12\"} }\n", ORGS,
     SHAPED "town;consultations;x;2020-01-01;2020-11-30;1;season;s;;\n",
     "p.csv:2:7: shape: «season»: a season is for a plan of exactly twelve months"},
    {CONF, ORGS,
     "organisation;indicator;basis;starts;ends;due_from;due_to;due_precision\n"
     "town;festival;x;2020-01-01;2020-12-31;2020-10-26;2020-10-27;day\n",
     "p.csv:2:7: due_to: 2020-10-27: a milestone on a day"},
    {CONF, ORGS,
     "organisation;indicator;basis;starts;ends;due_precision\ntown;festival;x;2020-01-01;2020-12-"
     "31;month\n",
     "p.csv:2: due_from: missing"},
};

static void test_mistakes_are_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct problems problems;
        struct programme *p = read_all(wrong[i].conf, wrong[i].orgs, wrong[i].plans, &problems);

        assert_true(problems.n > 0);
        if (strstr(str_text(&problems.text), wrong[i].expected) == NULL)
            fail_msg("expected %s\nfound %s", wrong[i].expected, str_text(&problems.text));
        programme_free(p);
        problems_finish(&problems);
    }
}

#define WORKDAYS "workdays ru { file = \"w.csv\" }\n"
#define DAYS     "День;Рабочий;Примечание\n20.02.2021;да;суббота\n04.11.2020;нет;праздник\n"
#define DUTY(more)                                                                                 \
    CONF WORKDAYS "duty monthly {\n  every = \"1\"\n  due_workday = \"6\"\n  starts = "            \
                  "\"01.09.2020\"\n  workdays = \"ru\"\n" more "\n}\n"
#define OWED                                                                                       \
    "indicators = {\"coverage\", \"consultations\", \"coverage\"} kinds = {\"school\", "           \
    "\"kindergarten\"}"

static struct programme *read_duty(const char *conf, const char *days, struct problems *problems)
{
    write_file("w.csv", days);
    return read_all(conf, ORGS, PLANS, problems);
}

static void test_duties(void **state)
{
    struct problems problems;
    struct programme *p = read_duty(
        DUTY(OWED "remind_workdays = \"2\" close_workday = \"20\" organisations = {\"town\"}"),
        DAYS, &problems);
    const struct entry *e;

    (void)state;
    assert_string_equal(str_text(&problems.text), "");
    e = programme_find(p, NOUN_WORKDAYS, "ru");
    assert_string_equal(e->values[WORKDAYS_DAYS], "2020-11-04=false 2021-02-20=true");
    e = programme_find(p, NOUN_DUTY, "monthly");
    assert_string_equal(e->values[DUTY_INDICATORS], "consultations coverage");
    assert_string_equal(e->values[DUTY_KINDS], "school kindergarten");
    assert_string_equal(e->values[DUTY_ORGANISATIONS], "town");
    assert_string_equal(e->values[DUTY_STARTS], "2020-09-01");
    assert_string_equal(e->values[DUTY_REMIND_WORKDAYS], "2");
    assert_null(e->values[DUTY_ENDS]);
    programme_free(p);
    problems_finish(&problems);
}

static const struct {
    const char *conf, *days, *expected;
} bad_duties[] = {
    {CONF "workdays ru { }\n", DAYS, "c.conf:12: file: missing"},
    {CONF "workdays ru { file = \"none.csv\" }\n", DAYS, "cannot read"},
    {CONF WORKDAYS, "day;working\n2020-11-04;no\n2020-11-05;maybe\n",
     "w.csv:3:2: working: «maybe» is neither"},
    {CONF WORKDAYS, "day;working\n2020-11-31;no\n", "w.csv:2:1: day: «2020-11-31» is no date"},
    {CONF WORKDAYS, "day;working\n2020-11-04;no\n\n04.11.2020;yes\n",
     "w.csv:4: 2020-11-04: the day is there twice"},
    {CONF WORKDAYS, "day;working\n2020-11-04;\n", "w.csv:2:2: working: missing"},
    {CONF WORKDAYS, "day\n2020-11-04\n", "w.csv:1: working: this column is missing"},
    {DUTY("kinds = {\"school\"}"), DAYS, "indicators: missing"},
    {DUTY("indicators = {\"coverage\"}"), DAYS, "kinds: it says nobody"},
    {DUTY("indicators = {\"coverage\", \"nothing\"} kinds = {\"school\"}"), DAYS,
     "c.conf:18: indicators: «nothing»: there is no such indicator"},
    {DUTY("indicators = {\"coverage\"}\n organisations = {\"nobody\"}"), DAYS,
     "c.conf:19: organisations: «nobody»: there is no such organisation"},
    {DUTY("indicators = {\"coverage\"} kinds = {\"castle\"}"), DAYS,
     "kinds: «castle»: give some of: department school"},
    {DUTY("kinds = {\"school\"} indicators = {\"Консультации\"}"), DAYS,
     "indicators: «Консультации» is no list of codes"},
    {DUTY(OWED "\nremind_workdays = \"6\""), DAYS,
     "c.conf:19: remind_workdays: 6: the reminder would come before"},
    {DUTY(OWED "\nclose_workday = \"6\""), DAYS,
     "c.conf:19: close_workday: 6: the period would be closed"},
    {DUTY(OWED "\nclose_workday = \"251\""), DAYS,
     "close_workday: «251» is no number of working days"},
    {DUTY(OWED "\nends = \"2020-08-31\""), DAYS,
     "c.conf:19: ends: 2020-08-31 is before the beginning"},
    {CONF "duty d { " OWED
          " every = \"2\" due_workday = \"6\" starts = \"2020-09-01\" workdays = \"ru\" }\n",
     DAYS, "every: «2» is none of: 1 3 6 12"},
    {CONF "duty d { " OWED
          " every = \"1\" due_workday = \"6\" starts = \"2020-09-01\" workdays = \"ru\" }\n",
     DAYS, "workdays: «ru»: there is no such working-day calendar"},
    {CONF "duty d { " OWED " }\n", DAYS, "due_workday: missing"},
};

static void test_bad_duties(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad_duties); i++) {
        struct problems problems;
        struct programme *p = read_duty(bad_duties[i].conf, bad_duties[i].days, &problems);

        assert_true(problems.n > 0);
        if (strstr(str_text(&problems.text), bad_duties[i].expected) == NULL)
            fail_msg("expected %s\nfound %s", bad_duties[i].expected, str_text(&problems.text));
        programme_free(p);
        problems_finish(&problems);
    }
}

#define ROUTE(more) CONF "route head {\n  organisation = \"town\"\n" more "\n}\n"
#define TO          "to = \"head@town.example\"\n"

static void test_routes(void **state)
{
    static const struct {
        const char *conf;
        int field;
        const char *value; /* NULL: absent */
    } cases[] = {
        {ROUTE(TO), ROUTE_CHANNEL, "email"},
        {ROUTE(TO), ROUTE_KINDS, "lag silent milestone"},
        {ROUTE(TO), ROUTE_LEVEL, "lagging"},
        {ROUTE(TO), ROUTE_PACE, "at_once"},
        {ROUTE(TO), ROUTE_HOURS, "00:00-24:00"},
        {ROUTE(TO), ROUTE_DAYS, "mon tue wed thu fri sat sun"},
        {ROUTE(TO), ROUTE_REMIND_DAYS, NULL},
        {ROUTE(TO "days = {\"sat\", \"mon\"}"), ROUTE_DAYS, "mon sat"},
        {ROUTE(TO "hours = \"08:30-18:00\""), ROUTE_HOURS, "08:30-18:00"},
        {ROUTE(TO "holidays = {\"26.12.2020..10.01.2021\", \"2020-10-26..2020-11-04\"}"),
         ROUTE_HOLIDAYS, "2020-10-26=2020-11-04 2020-12-26=2021-01-10"},
        {ROUTE(TO "projects = {\"families\"}"), ROUTE_PROJECTS, "families"},
        {ROUTE("to = \"own\""), ROUTE_TO, "own"},
        {ROUTE("to = \"-100123\" channel = \"bot\""), ROUTE_TO, "-100123"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct problems problems;
        struct programme *p = read_all(cases[i].conf, ORGS, PLANS, &problems);
        const struct entry *e = programme_find(p, NOUN_ROUTE, "head");

        assert_string_equal(str_text(&problems.text), "");
        if (cases[i].value == NULL)
            assert_null(e->values[cases[i].field]);
        else
            assert_string_equal(e->values[cases[i].field], cases[i].value);
        programme_free(p);
        problems_finish(&problems);
    }
}

static const struct {
    const char *conf, *expected;
} bad_routes[] = {
    {ROUTE(""), "to: missing"},
    {CONF "route head { " TO " }\n", "organisation: missing"},
    {CONF "route head { organisation = \"nobody\" " TO "}\n",
     "organisation: «nobody»: there is no"},
    {ROUTE("to = \"the head\""), "c.conf:14: to: «the head» is no address"},
    {ROUTE("to = \"a@b\\r\\nBcc: c@d\""), "to: "},
    {ROUTE(TO "hours = \"8-18\""), "c.conf:15: hours: «8-18» are no hours"},
    {ROUTE(TO "hours = \"18:00-08:00\""), "hours: «18:00-08:00» are no hours"},
    {ROUTE(TO "hours = \"08:00-24:01\""), "hours: «08:00-24:01» are no hours"},
    {ROUTE(TO "hours = \"08:00-18:60\""), "hours: «08:00-18:60» are no hours"},
    {ROUTE(TO "days = {\"someday\"}"), "days: «someday»: give some of: mon tue"},
    {ROUTE(TO "kinds = {\"flood\"}"), "kinds: «flood»: give some of: lag overdue"},
    {ROUTE(TO "level = \"doomed\""), "level: «doomed» is none of: info"},
    {ROUTE(TO "pace = \"hourly\""), "pace: «hourly» is none of: at_once"},
    {ROUTE(TO "holidays = {\"2020-11-04..2020-10-26\"}"), "is no span of days"},
    {ROUTE(TO "remind_days = \"0\""), "remind_days: «0» is no number of days"},
    {ROUTE(TO "unanswered_days = \"366\""), "unanswered_days: «366» is no number of days"},
    {ROUTE(TO "projects = {\"none\"}"), "projects: «none»: there is no such project"},
};

static void test_bad_routes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad_routes); i++) {
        struct problems problems;
        struct programme *p = read_all(bad_routes[i].conf, ORGS, PLANS, &problems);

        assert_true(problems.n > 0);
        if (strstr(str_text(&problems.text), bad_routes[i].expected) == NULL)
            fail_msg("expected %s\nfound %s", bad_routes[i].expected, str_text(&problems.text));
        programme_free(p);
        problems_finish(&problems);
    }
}

/* A calendar has an end. */
static void test_many_days(void **state)
{
    char text[DATE_TEXT_MAX];
    struct problems problems;
    struct programme *p;
    struct str days;

    (void)state;
    str_init(&days, WORKDAYS_MAX_DAYS * 20);
    str_add(&days, "day;working\n");
    for (int i = 0; i <= WORKDAYS_MAX_DAYS; i++)
        str_addf(&days, "%s;no\n", date_format_iso(i, text));
    assert_false(days.failed);
    p = read_duty(CONF WORKDAYS, str_text(&days), &problems);
    assert_int_equal(problems.n, 1);
    assert_non_null(strstr(str_text(&problems.text), "w.csv:6002: at most 6000 days"));
    programme_free(p);
    problems_finish(&problems);
    str_finish(&days);
}

/* Points go forward in time and from the base to the target. */
static const char *const bad_points[] = {
    "2020-06-30;90\n2020-03-31;100", /* back in time */
    "2020-03-31;90\n2020-06-30;40",  /* back in value */
    "2020-03-31;201",                /* past the target */
    "2021-03-31;100",                /* past the end */
    "2020-03-31;40\n2020-03-31;50",  /* the same day twice */
};

static void test_points_in_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad_points); i++) {
        char sheet[400] = "organisation;indicator;starts;at;value\n", rows[100], *rest = rows, *row;
        struct problems problems;
        struct programme *p;

        snprintf(rows, sizeof rows, "%s", bad_points[i]);
        while ((row = strsep(&rest, "\n")) != NULL)
            snprintf(sheet + strlen(sheet), sizeof sheet - strlen(sheet),
                     "town;consultations;2020-01-01;%s\n", row);
        write_file("t.csv", sheet);
        p = read_all("points = \"t.csv\"\n" CONF, ORGS,
                     "organisation;indicator;basis;starts;ends;target;shape\n"
                     "town;consultations;x;2020-01-01;2020-12-31;200;points\n",
                     &problems);
        assert_int_equal(problems.n, 1);
        assert_non_null(strstr(str_text(&problems.text), "points go forward"));
        programme_free(p);
        problems_finish(&problems);
    }
}

struct seen {
    int n, last_line;
    char cells[200];
};

static void note_row(void *arg, int line, const char *const *cells)
{
    struct seen *s = arg;

    s->n++;
    s->last_line = line;
    snprintf(s->cells, sizeof s->cells, "%s|%s", cells[0] != NULL ? cells[0] : "-",
             cells[1] != NULL ? cells[1] : "-");
}

static const struct {
    const char *bytes;
    int n, last_line;
    const char *cells;
    size_t problems;
} sheets[] = {
    {"\xef\xbb\xbf"
     "a;b\r\n1;2\r\n",
     1, 2, "1|2", 0},                        /* as Excel writes it */
    {"B;A\n 2 ; 1 \n", 1, 2, "1|2", 0},      /* any order and case; blanks around */
    {"б;а\n2;1\n", 1, 2, "1|2", 0},          /* Russian headings */
    {"\xe1;\xe0\n2;\xff\n", 1, 2, "я|2", 0}, /* the same in cp1251 */
    {" А ;Б\n1;2\n", 1, 2, "1|2", 0},        /* any case of Russian letters, too */
    {"a;b;comment\n1;2;whatever\n", 1, 2, "1|2", 0},
    {"PK\x03\x04", 0, 0, "", 1},                         /* a workbook */
    {"a;b\n1;\x98\n", 0, 0, "", 1},                      /* in no charset */
    {"a;b\n\"1;\n\"\"x\"\"\";2\n3;4\n", 2, 4, "3|4", 0}, /* a newline inside of quotes counts */
    {"a;b\n1;2\n;\n\n", 1, 2, "1|2", 0},                 /* what Excel leaves at the end */
    {"a;b\n1\n", 1, 2, "1|-", 0},                        /* a short row */
    {"a\n1\n", 1, 2, "1|-", 1},                          /* b is required */
    {"a;b\n1;2;3\n", 0, 0, "", 1},
    {"a;b;a\n1;2;3\n", 1, 2, "3|2", 1},
    {"a;b\n\"1;2\n", 0, 0, "", 1}, /* a quote that is not closed */
    {"a;b\n1\"x\";2\n", 0, 0, "", 1},
    {"", 0, 0, "", 1},
};

static void test_sheets(void **state)
{
    static const struct sheet_column columns[] = {{"a", "а", true}, {"b", "б", true}};

    (void)state;
    for (size_t i = 0; i < COUNT(sheets); i++) {
        struct seen seen = {0};
        struct problems problems;

        problems_init(&problems, LANG_RU);
        sheet_parse("x.csv", sheets[i].bytes, strlen(sheets[i].bytes), columns, COUNT(columns),
                    note_row, &seen, &problems);
        if (problems.n != sheets[i].problems || seen.n != sheets[i].n ||
            strcmp(seen.cells, sheets[i].cells) != 0)
            fail_msg("sheet %zu: %d rows, %s, %s", i, seen.n, seen.cells, str_text(&problems.text));
        assert_int_equal(seen.last_line, sheets[i].last_line);
        problems_finish(&problems);
    }
}

static const struct {
    struct field field;
    const char *raw, *canonical; /* NULL: refused */
} values[] = {
    {FIELD("x", "", FIELD_CODE, true), "school-3", "school-3"},
    {FIELD("x", "", FIELD_CODE, true), "-school", NULL},
    {FIELD("x", "", FIELD_CODE, true), "School", NULL},
    {FIELD("x", "", FIELD_DATE, true), "25.09.2020", "2020-09-25"},
    {FIELD("x", "", FIELD_DATE, true), "31.09.2020", NULL},
    {FIELD("x", "", FIELD_DECIMAL, true), "3 580 418,00", "3580418.00"},
    {FIELD("x", "", FIELD_DECIMAL, true), "1,234.5", NULL},
    {FIELD("x", "", FIELD_BOOLEAN, true), "да", "true"},
    {FIELD("x", "", FIELD_BOOLEAN, true), "NO", "false"},
    {FIELD("x", "", FIELD_BOOLEAN, true), "maybe", NULL},
    {FIELD("x", "", FIELD_MONTHS, true), "12", "12"},
    {FIELD("x", "", FIELD_MONTHS, true), "0", NULL},
    {FIELD("x", "", FIELD_MONTHS, true), "13", NULL},
    {FIELD("x", "", FIELD_WORKDAY, true), "250", "250"},
    {FIELD("x", "", FIELD_WORKDAY, true), "251", NULL},
    {FIELD("x", "", FIELD_WORKDAY, true), "6th", NULL},
    {FIELD("x", "", FIELD_EMAIL, true), "office@school-3.example", "office@school-3.example"},
    {FIELD("x", "", FIELD_EMAIL, true), "office", NULL},
    {FIELD("x", "", FIELD_EMAIL, true), "@school-3.example", NULL},
    {FIELD("x", "", FIELD_EMAIL, true), "office@", NULL},
    {FIELD("x", "", FIELD_EMAIL, true), "a@b.example, c@d.example", NULL},
    {FIELD("x", "", FIELD_EMAIL, true), "Office <a@b.example>", NULL},
    {FIELD("x", "", FIELD_EMAIL, true), "a@b.example\nBcc: c@d.example", NULL},
    {FIELD("x", "", FIELD_ZONE, true), "Asia/Krasnoyarsk", "Asia/Krasnoyarsk"},
    {FIELD("x", "", FIELD_ZONE, true), "Asia Krasnoyarsk", NULL},
    {FIELD("x", "", FIELD_TITLE, true), "Школа\tтри", NULL},
    {FIELD("x", "", FIELD_UNIT, true), "1234567890123456789012345678901234567890",
     "1234567890123456789012345678901234567890"},
    {FIELD("x", "", FIELD_UNIT, true), "12345678901234567890123456789012345678901", NULL},
    {CHOICE("x", "", true, NULL, "flow level"), "level", "level"},
    {CHOICE("x", "", true, NULL, "flow level"), "lev", NULL},
    {CHOICE("x", "", true, NULL, "flow level"), "flow level", NULL},
};

static void test_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(values); i++) {
        struct str out;
        enum text wrong_because = TEXT_COUNT;
        bool good;

        str_init(&out, FIELD_VALUE_MAX);
        good = field_normalise(&values[i].field, values[i].raw, &out, &wrong_because);
        if (good != (values[i].canonical != NULL))
            fail_msg("%s", values[i].raw);
        if (good)
            assert_string_equal(str_text(&out), values[i].canonical);
        else
            assert_true(wrong_because < TEXT_COUNT);
        str_finish(&out);
    }
}

/* No list of mistakes is endless, but each is counted. */
static void test_many_problems(void **state)
{
    struct problems problems;

    (void)state;
    problems_init(&problems, LANG_EN);
    for (int i = 1; i <= PROBLEMS_SHOWN + 10; i++)
        problem(&problems, "f", i, NULL, TEXT_NO_MEMORY);
    assert_int_equal(problems.n, PROBLEMS_SHOWN + 10);
    assert_non_null(strstr(str_text(&problems.text), "f:50: out of memory"));
    assert_null(strstr(str_text(&problems.text), "f:51:"));
    problems_finish(&problems);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_folder(void **state)
{
    static const char *const names[] = {"c.conf", "o.csv", "p.csv", "t.csv", "w.csv"};

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++)
        unlink(path_of(names[i]));
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_arguments),
        cmocka_unit_test(test_whole_programme),
        cmocka_unit_test(test_rule_sets_and_points),
        cmocka_unit_test(test_terms),
        cmocka_unit_test(test_seasons),
        cmocka_unit_test(test_mistakes_are_named),
        cmocka_unit_test(test_duties),
        cmocka_unit_test(test_bad_duties),
        cmocka_unit_test(test_routes),
        cmocka_unit_test(test_bad_routes),
        cmocka_unit_test(test_many_days),
        cmocka_unit_test(test_points_in_order),
        cmocka_unit_test(test_sheets),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_many_problems),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
