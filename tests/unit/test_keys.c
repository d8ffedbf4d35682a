/* keys: what is written comes back, nothing is overwritten, and a file that others may read is
 * refused. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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

#include "wire/keys.h"

/* The example pair of ZeroMQ's zmq_curve manual page. */
#define KNOWN_PUBLIC "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
#define KNOWN_SECRET "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"

static char folder[] = "/tmp/vekha-keys-XXXXXX";
static char path[PATH_MAX];

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL || snprintf(path, sizeof path, "%s/agent.key", folder) < 0;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

static int remove_file(void **state)
{
    (void)state;
    unlink(path);
    return 0;
}

static void write_text(const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

static void a_pair_belongs_together(void **state)
{
    (void)state;
    struct key_pair a, b;
    char public_key[KEY_TEXT_MAX];
    assert_true(keys_make(&a));
    assert_true(keys_make(&b));
    assert_string_not_equal(a.secret_key, b.secret_key);
    assert_true(keys_public_valid(a.public_key));
    assert_true(keys_public_of(a.secret_key, public_key));
    assert_string_equal(public_key, a.public_key);
    assert_true(keys_public_of(KNOWN_SECRET, public_key));
    assert_string_equal(public_key, KNOWN_PUBLIC);
}

static void a_wiped_pair_is_gone(void **state)
{
    (void)state;
    struct key_pair k, zero = {.public_key = ""};
    assert_true(keys_make(&k));
    keys_wipe(&k);
    assert_memory_equal(&k, &zero, sizeof k);
}

static void only_40_characters_of_z85_are_a_key(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool valid;
    } cases[] = {
        {NULL, false},
        {"", false},
        {KNOWN_PUBLIC, true},
        {KNOWN_PUBLIC "x", false},
        {KNOWN_PUBLIC "hello", false},
        {"Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI", false},
        {"Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaL", false},
        {"Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI\"", false}, /* no character of Z85 */
        {"Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI\x7f", false},
        {"########################################", false}, /* over 32 bits */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char unused[KEY_TEXT_MAX];
        assert_int_equal(keys_public_valid(cases[i].text), cases[i].valid);
        assert_int_equal(keys_public_of(cases[i].text, unused), cases[i].valid);
    }
}

static void what_is_written_comes_back(void **state)
{
    (void)state;
    struct key_pair k, back;
    struct stat st;
    char error[300] = "";
    assert_true(keys_make(&k));
    assert_true(keys_write(path, &k, error, sizeof error));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_true(keys_read(path, &back, error, sizeof error));
    assert_string_equal(back.secret_key, k.secret_key);
    assert_string_equal(back.public_key, k.public_key);
    assert_string_equal(error, "");
}

static void no_key_is_overwritten(void **state)
{
    (void)state;
    struct key_pair k;
    char error[300] = "";
    assert_true(keys_make(&k));
    write_text("precious", 0600);
    assert_false(keys_write(path, &k, error, sizeof error));
    assert_int_equal(errno, EEXIST);
    assert_non_null(strstr(error, path));
    unlink(path);
    assert_int_equal(symlink("elsewhere", path), 0);
    assert_false(keys_write(path, &k, error, sizeof error));
    assert_false(keys_write("/nonexistent/agent.key", &k, error, sizeof error));
    assert_int_equal(errno, ENOENT);
    assert_false(keys_write("/nonexistent/agent.key", &k, NULL, 0));
}

static void who_may_read_decides(void **state)
{
    (void)state;
    static const struct {
        mode_t mode;
        bool readable;
    } cases[] = {
        {0600, true},  {0400, true},  {0640, true},  {0440, true},
        {0604, false}, {0602, false}, {0601, false}, {0660, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct key_pair k;
        char error[300] = "";
        write_text(KNOWN_SECRET "\n", cases[i].mode);
        assert_int_equal(keys_read(path, &k, error, sizeof error), cases[i].readable);
        if (!cases[i].readable) {
            assert_int_equal(errno, EACCES);
            assert_non_null(strstr(error, path));
        }
        unlink(path);
    }
}

static void only_one_line_is_a_key_file(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool key;
    } cases[] = {
        {KNOWN_SECRET, true},
        {KNOWN_SECRET "\n", true},
        {KNOWN_SECRET "\r\n", true},
        {"", false},
        {"\n", false},
        {KNOWN_SECRET " ", false},
        {KNOWN_SECRET "\n" KNOWN_PUBLIC "\n", false},
        {" " KNOWN_SECRET, false},
        {"not a key, and not of the length of a key\n", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct key_pair k = {.public_key = "untouched"};
        char error[300] = "";
        write_text(cases[i].text, 0600);
        assert_int_equal(keys_read(path, &k, error, sizeof error), cases[i].key);
        assert_string_equal(k.public_key, cases[i].key ? KNOWN_PUBLIC : "untouched");
        assert_int_equal(*error == '\0', cases[i].key);
    }
}

static void what_is_no_file_is_refused_at_once(void **state)
{
    (void)state;
    struct key_pair k;
    char error[300] = "";
    assert_false(keys_read(path, &k, error, sizeof error));
    assert_int_equal(errno, ENOENT);
    assert_non_null(strstr(error, path));
    assert_false(keys_read(folder, &k, error, sizeof error));
    assert_int_equal(errno, EINVAL);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_false(keys_read(path, &k, NULL, 0));
    assert_int_equal(errno, EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pair_belongs_together),
        cmocka_unit_test(a_wiped_pair_is_gone),
        cmocka_unit_test(only_40_characters_of_z85_are_a_key),
        cmocka_unit_test_teardown(what_is_written_comes_back, remove_file),
        cmocka_unit_test_teardown(no_key_is_overwritten, remove_file),
        cmocka_unit_test_teardown(who_may_read_decides, remove_file),
        cmocka_unit_test_teardown(only_one_line_is_a_key_file, remove_file),
        cmocka_unit_test_teardown(what_is_no_file_is_refused_at_once, remove_file),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
