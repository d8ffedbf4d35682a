/* test_tame: what a message says is harmless whatever the database has, and says the rest as it is. */
#include "notify/tame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "notify/jansson.c"
#include "notify/tame.c"

static const char *fact(const struct dispatch *m, const char *key)
{
    return json_string_value(json_object_get(m->facts, key));
}

static void texts_and_facts_are_tamed(void **state)
{
    struct dispatch m = {
        .recipient = "a", .subject = "один\nдва\a", .body = "a\n\u202Eb\x1b[2J\xFF"};
    struct tamed t;

    (void)state;
    assert_true(tame(&m,
                     "{\"a\": \"x\\u001b[2J\\u0007\", \"b\": \"\u202Eй\x7f\", \"c\": "
                     "\"\\\\u001b \\\"n\\n\\t\", \"d\": \"\\b\\f\\r\\\\\", \"n\": 1}",
                     &t));
    assert_string_equal(m.subject, "один два?");
    assert_string_equal(m.body, "a\n?b?[2J?");
    assert_string_equal(fact(&m, "a"), "x?[2J?");
    assert_string_equal(fact(&m, "b"), "?й?");
    assert_string_equal(fact(&m, "c"), "\\u001b \"n\n\t"); /* a backslash, not an escape */
    assert_string_equal(fact(&m, "d"), "???\\");
    assert_int_equal(json_integer_value(json_object_get(m.facts, "n")), 1);
    tamed_finish(&t);
}

static void what_is_no_json_is_no_message(void **state)
{
    static const char *const broken[] = {"{", "{\"a\": \"\\", "{\"a\": \"\\u00", ""};
    struct tamed t;

    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct dispatch m = {.recipient = "a", .subject = "s", .body = "b"};

        assert_false(tame(&m, broken[i], &t));
        tamed_finish(&t);
    }
}

static void a_message_may_have_no_facts(void **state)
{
    struct dispatch m = {.recipient = "a", .subject = "s", .body = "b"};
    struct tamed t;

    (void)state;
    assert_true(tame(&m, NULL, &t));
    assert_null(m.facts);
    tamed_finish(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_and_facts_are_tamed),
        cmocka_unit_test(what_is_no_json_is_no_message),
        cmocka_unit_test(a_message_may_have_no_facts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
