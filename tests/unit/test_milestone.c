/* test_milestone: the states of something with a date, day by day around the day it is due. */
#include "model/milestone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "sample.h"

static void milestone(struct sample *p, enum due_precision precision, const char *from,
                      const char *to)
{
    sample_init(p, KIND_MILESTONE);
    p->s.plan.due_precision = precision;
    p->s.plan.due_from = from ? day(from) : DATE_NONE;
    p->s.plan.due_to = to ? day(to) : DATE_NONE;
}

static struct report *report(struct sample *p, const char *as_of, enum report_state state,
                             const char *quantity)
{
    struct report *r = sample_add(p, as_of, as_of, quantity, NULL);

    r->state = state;
    return r;
}

static void assert_status(const struct sample *p, const char *today, enum status status,
                          enum why why, int days, const char *reassess_on)
{
    struct series s = p->s;
    struct assessment a;

    s.today = day(today);
    assess(&s, &a);
    assert_string_equal(status_name(a.status), status_name(status));
    assert_int_equal(a.why, why);
    assert_int_equal(a.days_late, days);
    assert_int_equal(a.reassess_on, reassess_on ? day(reassess_on) : DATE_NONE);
}

static void test_not_done_around_the_due_day(void **state)
{
    static const struct {
        enum due_precision precision;
        const char *from, *to;
    } cases[] = {
        {DUE_DAY, "2020-11-30", "2020-11-30"},
        {DUE_MONTH, "2020-11-01", "2020-11-30"},
        {DUE_WINDOW, "2020-10-01", "2020-11-30"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sample p;

        milestone(&p, cases[i].precision, cases[i].from, cases[i].to);
        report(&p, "2020-09-25", REPORT_NOT_DONE, NULL);
        assert_status(&p, "2020-10-05", STATUS_ON_TRACK, WHY_MILESTONE_AHEAD, 0, "2020-12-01");
        assert_status(&p, "2020-11-30", STATUS_ON_TRACK, WHY_MILESTONE_AHEAD, 0, "2020-12-01");
        assert_status(&p, "2020-12-01", STATUS_AT_RISK, WHY_MILESTONE_LATE, 1, "2020-12-02");
        assert_status(&p, "2020-12-13", STATUS_AT_RISK, WHY_MILESTONE_LATE, 13, "2020-12-14");
        assert_status(&p, "2020-12-14", STATUS_LAGGING, WHY_MILESTONE_LATE, 14, "2020-12-15");
        report(&p, "2020-12-20", REPORT_IN_PROGRESS, NULL);
        assert_status(&p, "2020-12-20", STATUS_LAGGING, WHY_MILESTONE_LATE, 20, "2020-12-21");
    }
}

static void test_not_reported(void **state)
{
    struct sample p;

    (void)state;
    milestone(&p, DUE_DAY, "2020-11-30", "2020-11-30");
    assert_status(&p, "2019-12-31", STATUS_NOT_STARTED, WHY_NOT_STARTED, 0, "2020-01-01");
    assert_status(&p, "2020-10-05", STATUS_UNDETERMINED, WHY_NO_FIGURE, 0, "2020-12-01");
    assert_status(&p, "2020-12-01", STATUS_AT_RISK, WHY_MILESTONE_LATE, 1, "2020-12-02");
    report(&p, "2020-11-01", REPORT_WITHDRAWN, NULL);
    assert_status(&p, "2020-12-01", STATUS_AT_RISK, WHY_MILESTONE_LATE, 1, "2020-12-02");
    p.s.has_plan = false;
    assert_status(&p, "2020-12-01", STATUS_NO_PLAN, WHY_NO_PLAN, 0, NULL);
}

static void test_no_date(void **state)
{
    struct sample p;

    (void)state;
    milestone(&p, DUE_UNKNOWN, NULL, NULL);
    report(&p, "2020-09-25", REPORT_IN_PROGRESS, NULL);
    assert_status(&p, "2020-10-05", STATUS_UNDETERMINED, WHY_MILESTONE_UNDATED, 0, NULL);
    report(&p, "2020-10-10", REPORT_DONE, NULL);
    assert_status(&p, "2020-10-10", STATUS_ACHIEVED, WHY_MILESTONE_DONE, 0, NULL);
}

static void test_done(void **state)
{
    static const struct {
        const char *as_of;
        enum why why;
        int days;
    } cases[] = {
        {"2020-11-30", WHY_MILESTONE_DONE, 0},
        {"2020-12-01", WHY_MILESTONE_DONE_LATE, 1},
        {"2020-12-21", WHY_MILESTONE_DONE_LATE, 21},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sample p;

        milestone(&p, DUE_MONTH, "2020-11-01", "2020-11-30");
        report(&p, cases[i].as_of, REPORT_DONE, NULL);
        assert_status(&p, "2020-12-31", STATUS_ACHIEVED, cases[i].why, cases[i].days, NULL);
        /* saying so once more later does not make it later */
        report(&p, "2020-12-30", REPORT_DONE, NULL);
        assert_status(&p, "2020-12-31", STATUS_ACHIEVED, cases[i].why, cases[i].days, NULL);
        assert_int_equal(milestone_done_on(&p.s), day(cases[i].as_of));
        report(&p, "2020-12-31", REPORT_NOT_DONE, NULL);
        assert_status(&p, "2020-12-31", STATUS_LAGGING, WHY_MILESTONE_LATE, 31, "2021-01-01");
        assert_int_equal(milestone_done_on(&p.s), DATE_NONE);
    }
}

static void test_expected_after_due(void **state)
{
    struct sample p;

    (void)state;
    milestone(&p, DUE_DAY, "2020-11-30", "2020-11-30");
    report(&p, "2020-09-25", REPORT_NOT_DONE, NULL)->expected = day("2020-11-30");
    assert_status(&p, "2020-10-05", STATUS_ON_TRACK, WHY_MILESTONE_AHEAD, 0, "2020-12-01");
    p.reports[0].expected = day("2020-12-01");
    assert_status(&p, "2020-10-05", STATUS_AT_RISK, WHY_MILESTONE_EXPECTED_LATE, 0, "2020-12-01");
    assert_status(&p, "2020-12-14", STATUS_LAGGING, WHY_MILESTONE_LATE, 14, "2020-12-15");
}

static void test_quantity(void **state)
{
    struct sample p;
    struct assessment a;

    (void)state;
    milestone(&p, DUE_DAY, "2020-11-30", "2020-11-30");
    p.s.plan.target = some("5");
    report(&p, "2020-11-20", REPORT_DONE, "4");
    assert_status(&p, "2020-11-21", STATUS_ON_TRACK, WHY_MILESTONE_TOO_FEW, 0, "2020-12-01");
    assert_status(&p, "2020-12-02", STATUS_AT_RISK, WHY_MILESTONE_TOO_FEW, 2, "2020-12-03");
    report(&p, "2020-12-05", REPORT_VALUE, "5.00");
    assert_status(&p, "2020-12-06", STATUS_ACHIEVED, WHY_MILESTONE_DONE_LATE, 5, NULL);
    a = sample_assess(&p);
    assert_string_equal(shown(a.fact, 0), "5");
    p.s.plan.target = some(NULL);
    assert_status(&p, "2020-12-06", STATUS_AT_RISK, WHY_MILESTONE_LATE, 6, "2020-12-07");
}

static void test_event(void **state)
{
    struct sample p;

    (void)state;
    milestone(&p, DUE_DAY, "2020-10-26", "2020-10-26");
    p.s.plan.event = true;
    report(&p, "2020-10-01", REPORT_NOT_DONE, NULL);
    assert_status(&p, "2020-10-26", STATUS_ON_TRACK, WHY_MILESTONE_AHEAD, 0, "2020-10-27");
    assert_status(&p, "2020-10-27", STATUS_AT_RISK, WHY_EVENT_UNCONFIRMED, 1, "2020-10-28");
    report(&p, "2020-10-30", REPORT_DONE, NULL); /* confirmed later, but it was on its day */
    assert_status(&p, "2020-10-30", STATUS_ACHIEVED, WHY_MILESTONE_DONE, 0, NULL);
}

static void test_rules_are_used(void **state)
{
    struct sample p;

    (void)state;
    milestone(&p, DUE_DAY, "2020-11-30", "2020-11-30");
    assert_true(rules_set(&p.s.rules, "milestone_late_days", dec("3")));
    assert_status(&p, "2020-12-02", STATUS_AT_RISK, WHY_MILESTONE_LATE, 2, "2020-12-03");
    assert_status(&p, "2020-12-03", STATUS_LAGGING, WHY_MILESTONE_LATE, 3, "2020-12-04");
    assert_true(rules_set(&p.s.rules, "milestone_late_days", dec("999999999999999999")));
    assert_status(&p, "2020-12-03", STATUS_AT_RISK, WHY_MILESTONE_LATE, 3, "2020-12-04");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_not_done_around_the_due_day),
        cmocka_unit_test(test_not_reported),
        cmocka_unit_test(test_no_date),
        cmocka_unit_test(test_done),
        cmocka_unit_test(test_expected_after_due),
        cmocka_unit_test(test_quantity),
        cmocka_unit_test(test_event),
        cmocka_unit_test(test_rules_are_used),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
