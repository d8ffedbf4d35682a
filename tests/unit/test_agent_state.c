/* test_agent_state: what the agent says of itself, to people and to scripts. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>
#include <jansson.h>

#include "folder/lines.c"
#include "folder/state.c"
#include "moment.c"
#include "object.c"
#include "school/texts.c"
#include "spool/patience.c"
#include "words.c"

enum { PATH_SIZE = 64 };

static char root[PATH_SIZE];

static int set_up(void **state)
{
    (void)state;
    snprintf(root, sizeof root, "/tmp/vekha-state-XXXXXX");
    assert_non_null(mkdtemp(root));
    setenv("TZ", "UTC", 1);
    return 0;
}

static int tear_down(void **state)
{
    char command[PATH_SIZE + 16];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", root);
    return system(command);
}

static const struct state whole = {
    .since_us = INT64_C(1601003700000000),
    .contact_us = INT64_C(1601003760000000),
    .next_us = INT64_C(1601003820000000),
    .trouble = "tcp://x:1 недоступен",
    .endpoint = "tcp://x:1",
    .unripe = {.growing = 1, .open = 2, .one = "показатели за сентябрь.xlsx"},
};

static void test_it_is_read_back(void **state)
{
    struct state back;
    (void)state;
    assert_false(state_load(root, &back));
    assert_int_equal(errno, ENOENT);
    assert_true(state_save(root, &whole));
    assert_true(state_load(root, &back));
    assert_true(state_equal(&whole, &back));
    back.trouble[0] = '\0';
    assert_false(state_equal(&whole, &back));
    assert_true(state_save(root, &back));
    assert_true(state_load(root, &back));
    assert_string_equal(back.trouble, "");
}

static void test_a_text_of_several_lines(void **state)
{
    struct state s = {.trouble = "one\nend\nsince 5"}, back;
    (void)state;
    assert_true(state_save(root, &s));
    assert_true(state_load(root, &back));
    assert_string_equal(back.trouble, "one end since 5");
    assert_int_equal(back.since_us, 0);
}

static void test_what_is_none(void **state)
{
    static const char *const none[] = {
        "",
        "vekha-agent 1\n",
        "vekha-agent 1\nsince x\nend\n",
        "vekha-agent 1\nsince 1 2\nend\n",
        "vekha-agent 1\nfoo 1\nend\n",
        "vekha-agent 2\nend\n",
        "vekha-agent 1\nend",
    };
    struct state s;
    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_false(state_parse(none[i], strlen(none[i]), &s));
    assert_true(state_parse("vekha-agent 1\nend\n", 18, &s));
}

static void test_one_agent_at_a_time(void **state)
{
    int status;
    (void)state;
    assert_false(state_is_running(root));
    int lock = state_lock(root);
    assert_true(lock >= 0);
    pid_t other = fork();
    if (other == 0)
        _exit(state_is_running(root) && state_lock(root) < 0 && errno == EWOULDBLOCK ? 0 : 1);
    assert_int_equal(waitpid(other, &status, 0), other);
    assert_int_equal(status, 0);
    close(lock);
    assert_false(state_is_running(root));
}

static char *print(const struct state_view *v, enum lang lang, bool json)
{
    char *text;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    assert_non_null(out);
    if (json)
        assert_true(state_print_json(v, out));
    else
        state_print(v, lang, out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void test_for_people(void **state)
{
    const struct state_view v = {&whole, true, "/spool", "/in", 3, 2, 1};
    (void)state;
    char *text = print(&v, LANG_RU, false);
    assert_string_equal(text,
                        "vekha-agent работает с 25.09.2020 03:15\n"
                        "tcp://x:1: последний ответ 25.09.2020 03:16\n"
                        "tcp://x:1 недоступен\n"
                        "следующая попытка: 25.09.2020 03:17\n"
                        "показатели за сентябрь.xlsx открыт в другой программе: закройте его там\n"
                        "папка: /in\n"
                        "отправлений в очереди: 3\n"
                        "файлов в работе: 2\n"
                        "повреждённые файлы очереди, отложенные в /spool/bad: 1\n");
    free(text);
    text = print(&(struct state_view){.spool = "/spool"}, LANG_EN, false);
    assert_string_equal(text, "vekha-agent does not run: nothing is taken from the folder, nothing "
                              "is sent by itself\nnothing waits: all is sent\n");
    free(text);
}

static void test_for_scripts(void **state)
{
    const struct state_view v = {&whole, true, "/spool", NULL, 3, 2, 1};
    (void)state;
    char *text = print(&v, LANG_RU, true);
    json_t *o = json_loads(text, 0, NULL);
    assert_non_null(o);
    assert_int_equal(json_integer_value(json_object_get(o, "schema")), 1);
    assert_true(json_is_true(json_object_get(o, "running")));
    assert_true(json_is_null(json_object_get(o, "folder")));
    assert_string_equal(json_string_value(json_object_get(o, "contact_at")),
                        "2020-09-25T03:16:00Z");
    assert_string_equal(json_string_value(json_object_get(o, "trouble")), whole.trouble);
    assert_int_equal(json_integer_value(json_object_get(o, "queued")), 3);
    assert_int_equal(json_integer_value(json_object_get(o, "open_elsewhere")), 2);
    json_decref(o);
    free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_it_is_read_back), TEST(test_a_text_of_several_lines),
        TEST(test_what_is_none),    TEST(test_one_agent_at_a_time),
        TEST(test_for_people),      TEST(test_for_scripts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
