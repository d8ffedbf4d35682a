/* test_secret: what may be read as a secret, and by whom. */
#include "notify/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "log.c"
#include "notify/secret.c"

static char folder[] = "/tmp/vekha-secret-XXXXXX", path[64];

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/secret", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static bool reads(const char *text, size_t len, mode_t mode, char ret[SECRET_MAX])
{
    FILE *file;

    unlink(path);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
    return secret_read(path, "test", ret);
}

static void test_contents(void **state)
{
    static const struct {
        const char *text, *secret; /* NULL: it is refused */
    } cases[] = {
        {"123:AB-c_d\n", "123:AB-c_d"},
        {"two words", "two words"},
        {"x\r\nsecond line\n", "x"},
        {"", NULL},
        {"\nlater\n", NULL},
        {"пароль\n", NULL},
        {"a\tb\n", NULL},
    };
    char secret[SECRET_MAX], longest[SECRET_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool good = reads(cases[i].text, strlen(cases[i].text), 0600, secret);

        assert_int_equal(good, cases[i].secret != NULL);
        assert_string_equal(secret, good ? cases[i].secret : "");
    }
    memset(longest, 'x', sizeof longest);
    assert_true(reads(longest, SECRET_MAX - 2, 0600, secret));
    assert_false(reads(longest, SECRET_MAX - 1, 0600, secret));
}

static void test_permissions(void **state)
{
    static const struct {
        mode_t mode;
        bool good;
    } cases[] = {{0600, true},  {0400, true},  {0640, true},  {0660, false},
                 {0604, false}, {0602, false}, {0644, false}, {0620, false}};
    char secret[SECRET_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(reads("s", 1, cases[i].mode, secret), cases[i].good);
}

static void test_no_file(void **state)
{
    char secret[SECRET_MAX];

    (void)state;
    assert_false(secret_read("/nonexistent/secret", "test", secret));
    assert_false(secret_read(folder, "test", secret));
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_false(secret_read(path, "test", secret));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contents),
        cmocka_unit_test(test_permissions),
        cmocka_unit_test(test_no_file),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
