/* draft: what is written is what conf reads, whatever is in a key; and a change of keys changes nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "agent/conf.c"
#include "agent/draft.c"
#include "fault.c"

#define SERVER "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"

enum { MAX = 8192 };

static char path[] = "/tmp/vekha-draft-XXXXXX";

static struct conf *read_back(const char *text, size_t len)
{
    char error[CONF_ERROR_MAX];
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, S_IRUSR | S_IWUSR), 0);
    struct conf *c = conf_read(path, LANG_EN, error);
    if (c == NULL)
        fail_msg("%s", error);
    return c;
}

static void written_and_read(void **state)
{
    (void)state;
    for (int i = 0; i < 400; i++) { /* one key in a hundred has "${" in it */
        struct key_pair keys;
        struct str out;
        assert_true(keys_make(&keys));
        const struct draft d = {"tcp://c:1", SERVER, &keys, "school-3", "/var/\"spool\\", LANG_RU};
        str_init(&out, MAX);
        draft_write(&d, &out);
        assert_false(out.failed);
        struct conf *c = read_back(out.text, out.len);
        assert_string_equal(c->centres[0].endpoint, d.endpoint);
        assert_string_equal(c->centres[0].server_key, SERVER);
        assert_string_equal(c->keys.secret_key, keys.secret_key);
        assert_string_equal(c->keys.public_key, keys.public_key);
        assert_string_equal(c->organisation, d.organisation);
        assert_string_equal(c->spool, d.spool);
        assert_int_equal(c->language, LANG_RU);
        conf_free(c);
        str_finish(&out);
    }
}

static void keys_changed(void **state)
{
    (void)state;
    static const char before[] = "# a note\nendpoint = \"tcp://c:1\"\n  public_key='x'\n\n"
                                 "# secret_key = not this one\n\tsecret_key\t= 'y'\nlast = 1";
    struct key_pair keys = {"PUBLIC", "SECRET"};
    struct str out;
    str_init(&out, MAX);
    assert_true(draft_change_keys(before, &keys, &out));
    assert_string_equal(out.text, "# a note\nendpoint = \"tcp://c:1\"\npublic_key = \"PUBLIC\"\n\n"
                                  "# secret_key = not this one\nsecret_key = \"SECRET\"\nlast = 1");
    str_finish(&out);
}

static void keys_not_there(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "public_key = 'x'\n",
        "secret_key_file = 'x'\npublic_key = 'x'\n",
        "public_key = 'x'\nsecret_key = 'y'\nsecret_key = 'z'\n",
    };
    struct key_pair keys = {"PUBLIC", "SECRET"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct str out;
        str_init(&out, MAX);
        assert_false(draft_change_keys(texts[i], &keys, &out));
        assert_int_equal(out.len, 0);
        str_finish(&out);
    }
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written_and_read),
        cmocka_unit_test(keys_changed),
        cmocka_unit_test(keys_not_there),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
