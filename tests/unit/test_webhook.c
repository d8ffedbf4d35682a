/* test_webhook: the bodies of each format, whatever stands in names. */
#include "notify/webhook.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <jansson.h>

#include "log.c"
#include "notify/jansson.c"
#include "notify/secret.c"
#include "notify/transfer.c"
#include "notify/webhook.c"

static const char facts[] =
    "{\"schema\":1,\"more\":2,\"steps\":[{\"step\":7,\"event\":\"opens\",\"alert\":{\"id\":12,"
    "\"kind\":\"lag\",\"level\":\"lagging\",\"opened_at\":\"2020-10-01T00:00:00Z\",\"closed_at\":"
    "null},"
    "\"org\":\"school-3\",\"org_name\":\"Школа "
    "\\\"3\\\"\",\"indicator\":\"consultations\",\"indicator_"
    "name\":\"Консультации\",\"project\":\"families\",\"status\":\"lagging\",\"explanation\":{"
    "\"ru\":"
    "\"Отстаёт\",\"en\":\"Lags\"}}]}";

static struct dispatch sample(void)
{
    return (struct dispatch){.recipient = "-100\"1",
                             .subject = "ОТСТАЁТ: Школа \"3\"",
                             .body = "первая\nвторая \x01 \\ конец",
                             .message_id = "<1.2.1@h>",
                             .thread_id = "<1.1.1@h>",
                             .date_us = 1601528400000000,
                             .lang = LANG_RU};
}

static char *written(const char *format, const char *template)
{
    struct conf_webhook conf = {
        .name = "w", .url = "http://h", .format = (char *)format, .template = (char *)template};
    struct dispatch m = sample();
    json_t *steps = json_loads(facts, 0, NULL);
    struct str out;

    m.facts = steps;
    str_init(&out, WEBHOOK_BODY_MAX);
    assert_true(webhook_write(&conf, &m, &out));
    json_decref(steps);
    return str_take(&out);
}

static void test_own_json(void **state)
{
    char *text = written("vekha", NULL);
    json_t *body = json_loads(text, 0, NULL);

    (void)state;
    assert_non_null(body);
    assert_string_equal(json_string_value(json_object_get(body, "subject")),
                        "ОТСТАЁТ: Школа \"3\"");
    assert_string_equal(json_string_value(json_object_get(body, "text")),
                        "первая\nвторая \x01 \\ конец");
    assert_int_equal(json_array_size(json_object_get(body, "steps")), 1);
    assert_int_equal(json_integer_value(json_object_get(body, "more")), 2);
    json_decref(body);
    free(text);
}

static void test_alertmanager(void **state)
{
    char *text = written("alertmanager", NULL);
    json_t *body = json_loads(text, 0, NULL), *alert = json_array_get(body, 0), *labels;

    (void)state;
    assert_int_equal(json_array_size(body), 1);
    labels = json_object_get(alert, "labels");
    assert_string_equal(json_string_value(json_object_get(labels, "org")), "school-3");
    assert_null(json_object_get(labels, "level")); /* it changes while the alert stands */
    assert_string_equal(json_string_value(json_object_get(alert, "endsAt")),
                        "2999-12-31T23:59:59Z");
    assert_string_equal(
        json_string_value(json_object_get(json_object_get(alert, "annotations"), "description")),
        "Отстаёт");
    json_decref(body);
    free(text);
}

static void test_template(void **state)
{
    char *text =
        written("template", "{\"chat_id\": \"{recipient}\", \"text\": \"{subject}\\n{text}\", "
                            "\"x\": \"{other}\"}");
    json_t *body = json_loads(text, 0, NULL);

    (void)state;
    assert_non_null(body);
    assert_string_equal(json_string_value(json_object_get(body, "chat_id")), "-100\"1");
    assert_string_equal(json_string_value(json_object_get(body, "text")),
                        "ОТСТАЁТ: Школа \"3\"\nпервая\nвторая \x01 \\ конец");
    assert_string_equal(json_string_value(json_object_get(body, "x")), "{other}");
    json_decref(body);
    free(text);
}

static void test_a_long_text_is_cut_for_a_receiver_that_would_refuse_it(void **state)
{
    static const struct {
        long max;
        const char *written;
    } cases[] = {{0, "\"первая \\\" строка\""},
                 {15, "\"первая \\\" строка\""},
                 {14, "\"первая \\\" стро…\""},
                 {8, "\"первая …\""},
                 {1, "\"…\""}};
    struct conf_webhook conf = {.name = "w",
                                .url = "http://h",
                                .format = (char *)"template",
                                .template = (char *)"\"{text}\""};
    struct dispatch m = sample();

    (void)state;
    m.body = "первая \" строка";
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str out;

        conf.text_max = cases[i].max;
        str_init(&out, WEBHOOK_BODY_MAX);
        assert_true(webhook_write(&conf, &m, &out));
        assert_string_equal(str_text(&out), cases[i].written);
        str_finish(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_own_json),
        cmocka_unit_test(test_alertmanager),
        cmocka_unit_test(test_template),
        cmocka_unit_test(test_a_long_text_is_cut_for_a_receiver_that_would_refuse_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
