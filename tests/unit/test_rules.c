/* test_rules: the table of constants and its defaults. */
#include "model/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "sample.h"

static void assert_same(const struct rules *a, const struct rules *b)
{
#define SAME(field, text, meaning) assert_true(decimal_identical(a->field, b->field));
    RULES_TABLE(SAME)
#undef SAME
}

static void test_every_default_reads_back(void **state)
{
    struct rules r, again;
    size_t count;
    const struct rule_description *all = rules_describe(&count);

    (void)state;
    rules_default(&r);
    memset(&again, 0, sizeof(again));
    assert_true(count > 20);
    for (size_t i = 0; i < count; i++) {
        struct decimal d = {-1, 0};

        assert_int_equal(decimal_parse(all[i].value, strlen(all[i].value), &d, NULL), DECIMAL_OK);
        assert_true(d.mantissa > 0);
        assert_true(strlen(all[i].meaning) > 0);
        assert_true(rules_set(&again, all[i].name, d));
    }
    assert_same(&r, &again);
    assert_string_equal(r.code, "default");
    assert_int_equal(r.id, 0);
}

static void test_set_changes_one(void **state)
{
    struct rules r, before;

    (void)state;
    rules_default(&r);
    before = r;
    assert_true(rules_set(&r, "flow_prior", dec("0.35")));
    assert_int_equal(decimal_compare(r.flow_prior, dec("0.35")), 0);
    r.flow_prior = before.flow_prior;
    assert_same(&r, &before);
}

static void test_set_refuses(void **state)
{
    struct rules r, before;

    (void)state;
    rules_default(&r);
    before = r;
    assert_false(rules_set(&r, "no_such_constant", dec("1")));
    assert_false(rules_set(&r, "", dec("1")));
    assert_false(rules_set(&r, "flow_prior", dec("-0.01")));
    assert_false(rules_set(&r, "flow_prior", (struct decimal){1, DECIMAL_MAX_SCALE + 1}));
    assert_same(&r, &before);
    assert_true(rules_set(&r, "flow_prior", dec("0")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_default_reads_back),
        cmocka_unit_test(test_set_changes_one),
        cmocka_unit_test(test_set_refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
