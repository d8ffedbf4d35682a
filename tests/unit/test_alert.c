/* test_alert: the transition table is total, and every level can be reached and left. */
#include "model/alert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

enum { LEVELS = 3, STATUSES = 8 };

static void test_total(void **state)
{
    size_t count;
    const struct alert_transition *table = alert_table(&count);
    unsigned seen[LEVELS][STATUSES] = {{0}};

    (void)state;
    assert_int_equal(count, LEVELS * STATUSES);
    for (size_t i = 0; i < count; i++)
        seen[table[i].from][table[i].status]++;
    for (unsigned from = 0; from < LEVELS; from++) {
        for (unsigned status = 0; status < STATUSES; status++) {
            const struct alert_transition *t;

            assert_int_equal(seen[from][status], 1);
            t = alert_next((enum alert_level)from, (enum status)status);
            assert_int_equal(t->from, from);
            assert_int_equal(t->status, status);
            assert_true(strlen(t->comment) > 0);
        }
    }
}

/* The event follows from the two levels. */
static void test_consistent(void **state)
{
    size_t count;
    const struct alert_transition *table = alert_table(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        const struct alert_transition *t = &table[i];
        enum alert_event event = ALERT_STAYS;

        if (t->from == ALERT_NONE && t->to != ALERT_NONE)
            event = ALERT_OPENS;
        else if (t->from != ALERT_NONE && t->to == ALERT_NONE)
            event = ALERT_CLOSES;
        else if (t->to != t->from)
            event = t->to > t->from ? ALERT_RISES : ALERT_FALLS;
        assert_int_equal(t->event, event);
    }
}

static void test_rules(void **state)
{
    static const struct {
        enum status status;
        enum alert_level to;
    } cases[] = {
        {STATUS_NOT_STARTED, ALERT_NONE}, {STATUS_NO_PLAN, ALERT_NONE},
        {STATUS_ON_TRACK, ALERT_NONE},    {STATUS_ACHIEVED, ALERT_NONE},
        {STATUS_AT_RISK, ALERT_AT_RISK},  {STATUS_LAGGING, ALERT_LAGGING},
        {STATUS_MISSED, ALERT_LAGGING},
    };

    (void)state;
    for (unsigned from = 0; from < LEVELS; from++) {
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
            assert_int_equal(alert_next((enum alert_level)from, cases[i].status)->to, cases[i].to);
        assert_int_equal(alert_next((enum alert_level)from, STATUS_UNDETERMINED)->to, from);
    }
}

static void test_names(void **state)
{
    enum alert_level level = ALERT_LAGGING;

    (void)state;
    assert_true(alert_level_parse(NULL, &level));
    assert_int_equal(level, ALERT_NONE);
    for (unsigned i = 0; i < LEVELS; i++) {
        assert_true(alert_level_parse(alert_level_name((enum alert_level)i), &level));
        assert_int_equal(level, i);
    }
    assert_true(alert_level_parse("info", &level));
    assert_int_equal(level, ALERT_NONE);
    level = ALERT_LAGGING;
    assert_false(alert_level_parse("red", &level));
    assert_int_equal(level, ALERT_LAGGING);
    assert_string_equal(alert_event_name(ALERT_CLOSES), "closes");
    assert_string_equal(alert_event_name(ALERT_STAYS), "stays");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_total),
        cmocka_unit_test(test_consistent),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
