/* conf: what is written is understood; what is wrong is named with its file, line and field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>
#include <cmocka.h>

#include "conf.c"

static char path[] = "/tmp/vekha-conf-XXXXXX";
static char error[512];

static int make_file(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    return fd < 0 || close(fd) != 0;
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static struct conf *read_text(const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    return conf_read(path, error, sizeof error);
}

static void nothing(void **state)
{
    (void)state;
    conf_free(NULL);
    assert_null(conf_read("/nonexistent/vekhad.conf", error, sizeof error));
    assert_non_null(strstr(error, "/nonexistent/vekhad.conf: No such file"));
}

static void defaults(void **state)
{
    (void)state;
    struct conf *c = read_text("");
    assert_non_null(c);
    assert_string_equal(c->endpoint, "tcp://0.0.0.0:5670");
    assert_string_equal(c->database, "dbname=vekha");
    assert_null(c->server_key);
    assert_null(c->mail_server);
    assert_int_equal(c->log_level, LOG_INFO);
    assert_int_equal(c->language, LANG_RU);
    assert_int_equal(c->n_webhooks, 0);
    assert_false(c->journal);
    conf_free(c);
}

static const char whole[] = "endpoint = \"tcp://127.0.0.1:*\"\n"
                            "server_key = '/etc/vekha/curve.secret'\n"
                            "database = \"host=a,b dbname=vekha\"\n"
                            "log_level = debug\n"
                            "language = en\n"
                            "journal = true\n"
                            "mail {\n"
                            "    server = \"smtp://localhost:25\"\n"
                            "    from = \"vekha@example.org\"\n"
                            "    user = \"vekha\"\n"
                            "    password_file = \"/etc/vekha/mail.password\"\n"
                            "}\n"
                            "webhook bot {\n"
                            "    url = \"https://bot.example.org/send\"\n"
                            "    format = template\n"
                            "    template = \"{text}\"\n"
                            "    headers = {\"Authorization: Bearer x\", \"X-A: b\"}\n"
                            "}\n"
                            "webhook am {\n"
                            "    url = \"http://localhost:9093\"\n"
                            "    format = alertmanager\n"
                            "}\n";

static void everything(void **state)
{
    (void)state;
    struct conf *c = read_text(whole);
    assert_non_null(c);
    assert_string_equal(c->endpoint, "tcp://127.0.0.1:*");
    assert_string_equal(c->server_key, "/etc/vekha/curve.secret");
    assert_string_equal(c->database, "host=a,b dbname=vekha");
    assert_int_equal(c->log_level, LOG_DEBUG);
    assert_string_equal(c->mail_server, "smtp://localhost:25");
    assert_string_equal(c->mail_from, "vekha@example.org");
    assert_string_equal(c->mail_host, "example.org"); /* of `from` */
    assert_string_equal(c->mail_tls, "required");
    assert_string_equal(c->mail_user, "vekha");
    assert_null(c->mail_ca);
    assert_int_equal(c->language, LANG_EN);
    assert_true(c->journal);
    assert_int_equal(c->n_webhooks, 2);
    assert_string_equal(c->webhooks[0].name, "bot");
    assert_string_equal(c->webhooks[0].template, "{text}");
    assert_int_equal(c->webhooks[0].n_headers, 2);
    assert_string_equal(c->webhooks[0].headers[1], "X-A: b");
    assert_string_equal(c->webhooks[1].format, "alertmanager");
    assert_null(c->webhooks[1].template);
    conf_free(c);
}

static const struct {
    const char *text, *says;
} mistakes[] = {
    {"\nendpoint = \"0.0.0.0:5670\"\n",
     ":2: endpoint: \"0.0.0.0:5670\" is not understood; write tcp://ADDRESS:PORT"},
    {"endpoint = \"tcp://0.0.0.0\"", ":1: endpoint: "},
    {"endpoint = \"tcp://0.0.0.0:\"", ":1: endpoint: "},
    {"endpoint = \"tcp://0.0.0.0:0\"", "from 1 to 65535"},
    {"endpoint = \"tcp://0.0.0.0:65536\"", "from 1 to 65535"},
    {"endpoint = \"tcp://0.0.0.0:-1\"", "from 1 to 65535"},
    {"endpoint = \"tcp://0.0.0.0:80x\"", "from 1 to 65535"},
    {"server_key = \"curve.secret\"",
     ":1: server_key: \"curve.secret\" is not understood; write the whole path"},
    {"\n\ndatabase = \"nonsense\"", ":3: database: "},
    {"log_level = \"loud\"", ":1: log_level: \"loud\" is not understood; write error, warning"},
    {"colour = \"red\"", ":1: "},
    {"endpoint = ", ":1: "},
    {"mail {\n}\n", "mail.server: missing"},
    {"mail {\n server = \"smtp://localhost\"\n}\n", "mail.from: missing"},
    {"mail {\n server = \"smtp://localhost\"\n from = \"a@b\"\n user = \"a\"\n}\n",
     "mail.user: a login needs both"},
    {"mail {\n server = \"http://localhost\"\n}\n",
     ":2: server: \"http://localhost\" is not understood; write smtp://"},
    {"mail {\n\n from = \"nobody\"\n}\n",
     ":3: from: \"nobody\" is not understood; write one bare mail address"},
    {"mail {\n from = \"Vekha <vekha@example.org>\"\n}\n", ":2: from: "},
    {"mail {\n tls = \"never\"\n}\n", ":2: tls: \"never\" is not understood; write required"},
    {"mail {\n password_file = \"here\"\n}\n", ":2: password_file: "},
    {"language = \"fr\"\n", ":1: language: \"fr\" is not understood; write ru or en"},
    {"webhook a {\n}\n", "webhook.url: missing"},
    {"webhook email {\n url = \"http://h\"\n}\n", "webhook: \"email\" is no name"},
    {"webhook \"A b\" {\n url = \"http://h\"\n}\n", "webhook: \"A b\" is no name"},
    {"webhook a {\n url = \"ftp://h\"\n}\n", ":2: url: \"ftp://h\" is not understood"},
    {"webhook a {\n url = \"http://h/ x\"\n}\n", ":2: url: "},
    {"webhook a {\n format = \"xml\"\n}\n", ":2: format: \"xml\" is not understood; write vekha"},
    {"webhook a {\n url = \"http://h\"\n format = template\n}\n", "webhook.template: it goes"},
    {"webhook a {\n url = \"http://h\"\n template = \"x\"\n}\n", "webhook.template: it goes"},
    {"webhook a {\n url = \"http://h/{secret}\"\n}\n",
     "webhook.secret_file: it goes with {secret}"},
    {"webhook a {\n url = \"http://h\"\n secret_file = \"/s\"\n}\n",
     "webhook.secret_file: it goes"},
    {"webhook a {\n url = \"http://h\"\n secret_file = \"s\"\n}\n", ":3: secret_file: \"s\""},
    {"webhook a {\n url = \"http://h\"\n text_max = 9\n}\n", "webhook.text_max: write"},
    {"webhook a {\n url = \"http://h\"\n format = template\n template = \"x\"\n text_max = -1\n}\n",
     "webhook.text_max: write"},
    {"webhook a {\n headers = {\"no colon\"}\n}\n", ":2: headers: "},
    {"webhook a {\n headers = {\"A: b\\r\\nC: d\"}\n}\n", ":2: headers: "},
    {"webhook a {\n url = \"http://h\"\n}\nwebhook a {\n url = \"http://h\"\n}\n", "a"},
    {"mail {\n host = \"a b\"\n}\n", ":2: host: "},
};

static void every_mistake(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        struct conf *c = read_text(mistakes[i].text);
        if (c != NULL || strstr(error, mistakes[i].says) == NULL)
            fail_msg("%s: %s", mistakes[i].text, error);
        if (strncmp(error, path, strlen(path)) != 0)
            fail_msg("no file in front: %s", error);
    }
}

static struct conf *with_webhooks(int n)
{
    char text[8192] = "";
    size_t len = 0;
    for (int i = 0; i < n; i++)
        len += (size_t)snprintf(text + len, sizeof text - len,
                                "webhook w%d {\n url = \"http://h\"\n}\n", i);
    return read_text(text);
}

static void many_webhooks(void **state)
{
    (void)state;
    struct conf *c = with_webhooks(CONF_MAX_WEBHOOKS);
    assert_non_null(c);
    assert_int_equal(c->n_webhooks, CONF_MAX_WEBHOOKS);
    conf_free(c);
    assert_null(with_webhooks(CONF_MAX_WEBHOOKS + 1));
    assert_non_null(strstr(error, "webhook: more than 16"));
}

/* What is reloaded is taken over in place; what is not is only noticed. */
static void take_over(void **state)
{
    (void)state;
    struct conf *c = read_text(whole), *fresh = with_webhooks(1), *same_again = read_text(whole);
    assert_false(conf_take_over(c, fresh));
    assert_int_equal(c->language, LANG_RU);
    assert_int_equal(c->log_level, LOG_INFO);
    assert_string_equal(c->endpoint, "tcp://127.0.0.1:*");
    assert_true(conf_take_over(c, same_again));
    assert_int_equal(c->language, LANG_EN);
    conf_free(c);
    conf_free(fresh);
    conf_free(same_again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing),       cmocka_unit_test(defaults),
        cmocka_unit_test(everything),    cmocka_unit_test(every_mistake),
        cmocka_unit_test(many_webhooks), cmocka_unit_test(take_over),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
