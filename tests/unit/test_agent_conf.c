/* test_agent_conf: a school's configuration is read once and wrong for years, so each mistake
 * names its line and option. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "fault.c"
#include "agent/conf.c"

enum { TEXT_SIZE = 1024 };

static char folder[64], path[128];
static struct key_pair own, centre;

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/vekha-conf-XXXXXX");
    if (mkdtemp(folder) == NULL || !keys_make(&own) || !keys_make(&centre))
        return -1;
    snprintf(path, sizeof path, "%s/school.conf", folder);
    return 0;
}

static int tear_down(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static void write_conf(const char *text, mode_t mode)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(path, mode), 0);
}

/* Single quotes: between double ones libconfuse takes "${" in a key for a variable. */
static void write_whole(const char *more, mode_t mode)
{
    char text[TEXT_SIZE];
    snprintf(text, sizeof text,
             "endpoint = 'tcp://127.0.0.1:5670'\nserver_key = '%s'\npublic_key = '%s'\n"
             "secret_key = '%s'\n%s",
             centre.public_key, own.public_key, own.secret_key, more);
    write_conf(text, mode);
}

static void test_a_whole_file(void **state)
{
    char error[CONF_ERROR_MAX], spool[256];
    (void)state;
    conf_free(NULL);
    write_whole("organisation = 'school-3'\nlanguage = 'ru'\n", 0600);
    struct conf *c = conf_read(path, LANG_EN, error);
    assert_non_null(c);
    assert_string_equal(c->organisation, "school-3");
    assert_string_equal(c->keys.secret_key, own.secret_key);
    assert_string_equal(c->centres[0].server_key, centre.public_key);
    assert_int_equal(c->language, LANG_RU);
    snprintf(spool, sizeof spool, "%s/school.spool", folder);
    assert_string_equal(c->spool, spool);
    conf_free(c);
    write_whole("spool = 'queue'\n", 0600);
    c = conf_read(path, LANG_EN, error);
    assert_non_null(c);
    snprintf(spool, sizeof spool, "%s/queue", folder);
    assert_string_equal(c->spool, spool);
    assert_null(c->organisation);
    assert_int_equal(c->language, LANG_EN);
    conf_free(c);
}

static void test_several_centres(void **state)
{
    char error[CONF_ERROR_MAX], more[TEXT_SIZE / 2], text[TEXT_SIZE];
    (void)state;
    snprintf(more, sizeof more,
             "folder = 'incoming'\n"
             "centre {\n endpoint = 'tcp://second:1'\n server_key = '%s'\n}\n"
             "centre {\n endpoint = 'tcp://third:1'\n server_key = '%s'\n}\n",
             centre.public_key, own.public_key);
    write_whole(more, 0600);
    struct conf *c = conf_read(path, LANG_EN, error);
    assert_non_null(c);
    assert_int_equal(c->n_centres, 3);
    assert_string_equal(c->centres[0].endpoint, "tcp://127.0.0.1:5670");
    assert_string_equal(c->centres[2].endpoint, "tcp://third:1");
    assert_string_equal(c->centres[2].server_key, own.public_key);
    assert_non_null(strstr(c->folder, "/incoming"));
    conf_free(c);
    /* without one at the top */
    snprintf(text, sizeof text, "secret_key = '%s'\n%s", own.secret_key, more);
    write_conf(text, 0600);
    c = conf_read(path, LANG_EN, error);
    assert_non_null(c);
    assert_int_equal(c->n_centres, 2);
    assert_string_equal(c->centres[0].endpoint, "tcp://second:1");
    conf_free(c);
}

static void test_no_more_centres_than_there_is_room_for(void **state)
{
    char error[CONF_ERROR_MAX], text[TEXT_SIZE];
    size_t len = (size_t)snprintf(text, sizeof text, "secret_key = '%s'\n", own.secret_key);
    (void)state;
    for (int i = 0; i <= CONF_MAX_CENTRES; i++)
        len += (size_t)snprintf(text + len, sizeof text - len,
                                "centre {\nendpoint = 'tcp://x:%d'\nserver_key = '%s'\n}\n", i + 1,
                                centre.public_key);
    assert_true(len < sizeof text);
    write_conf(text, 0600);
    assert_null(conf_read(path, LANG_EN, error));
    assert_non_null(strstr(error, "centre: there are more than eight"));
}

static void test_a_key_in_a_file_of_its_own(void **state)
{
    char error[CONF_ERROR_MAX], key[128], text[TEXT_SIZE];
    (void)state;
    snprintf(key, sizeof key, "%s/school.key", folder);
    assert_true(keys_write(key, &own, error, sizeof error));
    snprintf(text, sizeof text,
             "endpoint = 'tcp://127.0.0.1:1'\nserver_key = '%s'\nsecret_key_file = 'school.key'\n",
             centre.public_key);
    write_conf(text, 0644); /* there is no secret in it */
    struct conf *c = conf_read(path, LANG_EN, error);
    assert_non_null(c);
    assert_string_equal(c->keys.public_key, own.public_key);
    conf_free(c);
}

static const struct {
    const char *more; /* behind a whole file */
    mode_t mode;
    const char *said;
} mistakes[] = {
    {"endpoint = 'http://x'\n", 0600, "school.conf:5: endpoint: "},
    {"\nserver_key = 'short'\n", 0600, "school.conf:6: server_key: "},
    {"language = 'fr'\n", 0600, "school.conf:5: language: "},
    {"organisation = ''\n", 0600, "school.conf:5: organisation: "},
    {"nonsense = 'x'\n", 0600, "school.conf:5: "},
    {"centre {\n endpoint = 'x'\n}\n", 0600, "school.conf:6: endpoint: "},
    {"centre {\n endpoint = 'tcp://x:1'\n}\n", 0600, "school.conf: server_key: is missing"},
    {"folder = ''\n", 0600, "school.conf:5: folder: "},
    {"language = \n", 0600, "school.conf:"},
    {"secret_key_file = 'x'\n", 0600, "school.conf: secret_key: "},
    {"", 0644, "chmod 600"},
};

static void test_mistakes_are_named(void **state)
{
    char error[CONF_ERROR_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        write_whole(mistakes[i].more, mistakes[i].mode);
        struct conf *c = conf_read(path, LANG_EN, error);
        if (c != NULL || strstr(error, mistakes[i].said) == NULL)
            fail_msg("%zu: «%s», not «%s»", i, c != NULL ? "read" : error, mistakes[i].said);
        assert_null(strstr(error, own.secret_key));
    }
    write_conf("endpoint = 'tcp://x:1'\n", 0600);
    assert_null(conf_read(path, LANG_EN, error));
    assert_non_null(strstr(error, "server_key: is missing"));
    assert_null(conf_read(folder, LANG_EN, error));
    assert_null(conf_read("/nonexistent", LANG_EN, error));
    assert_non_null(strstr(error, "/nonexistent: "));
}

static void test_another_pair(void **state)
{
    char error[CONF_ERROR_MAX], more[TEXT_SIZE / 2];
    (void)state;
    snprintf(more, sizeof more, "public_key = '%s'\n", centre.public_key);
    write_whole(more, 0600);
    assert_null(conf_read(path, LANG_EN, error));
    assert_non_null(strstr(error, "public_key: does not belong"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_whole_file),
        TEST(test_several_centres),
        TEST(test_no_more_centres_than_there_is_room_for),
        TEST(test_a_key_in_a_file_of_its_own),
        TEST(test_mistakes_are_named),
        TEST(test_another_pair),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
