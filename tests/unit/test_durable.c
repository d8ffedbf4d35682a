/* durable: a file is whole or not there, never replaces another, and is nobody else's business. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/durable.h"

static char folder[] = "/tmp/vekha-durable-XXXXXX";
static char path[PATH_MAX];

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL || snprintf(path, sizeof path, "%s/file", folder) < 0;
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

static void assert_holds(const char *text)
{
    char buf[100];
    int fd = open(path, O_RDONLY);
    assert_true(fd >= 0);
    assert_int_equal(read(fd, buf, sizeof buf), strlen(text));
    assert_memory_equal(buf, text, strlen(text));
    close(fd);
}

static void it_is_written_with_its_rights(void **state)
{
    (void)state;
    struct stat st;
    assert_true(durable_create(path, 0600, "figures", 7));
    assert_holds("figures");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void pieces_follow_one_another(void **state)
{
    (void)state;
    const struct durable_piece pieces[] = {{"head", 4}, {"", 0}, {NULL, 0}, {"body", 4}};
    int fd = open(folder, O_RDONLY | O_DIRECTORY);
    assert_true(fd >= 0);
    assert_true(durable_create_at(fd, "file", 0600, pieces, 4));
    assert_holds("headbody");
    unlink(path);
    assert_true(durable_create_at(fd, "file", 0600, NULL, 0));
    assert_holds("");
    close(fd);
}

static void nothing_is_replaced_and_no_link_followed(void **state)
{
    (void)state;
    assert_true(durable_create(path, 0600, "first", 5));
    assert_false(durable_create(path, 0600, "second", 6));
    assert_int_equal(errno, EEXIST);
    assert_holds("first");
    unlink(path);
    assert_int_equal(symlink("elsewhere", path), 0);
    assert_false(durable_create(path, 0600, "second", 6));
    assert_int_equal(errno, EEXIST);
}

static void bad_places_are_refused(void **state)
{
    (void)state;
    static char longest[PATH_MAX + 2];
    memset(longest, 'a', PATH_MAX + 1);
    assert_false(durable_create("", 0600, "x", 1));
    assert_int_equal(errno, ENOENT);
    assert_false(durable_create(longest, 0600, "x", 1));
    assert_int_equal(errno, ENAMETOOLONG);
    assert_false(durable_create_at(-1, "file", 0600, NULL, 0));
    assert_int_equal(errno, EBADF);
}

/* The limit on a file's size stands for a full disk: the first bytes still fit. */
static void half_a_file_is_removed(void **state)
{
    (void)state;
    struct rlimit before, small;
    struct stat st;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit){3, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    bool done = durable_create(path, 0600, "figures", 7);
    int number = errno;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_false(done);
    assert_int_equal(number, EFBIG);
    assert_int_equal(stat(path, &st), -1);
}

/* Even where another died between writing and renaming. */
static void one_file_takes_the_place_of_another(void **state)
{
    (void)state;
    char fresh[PATH_MAX + 4], text[16];
    struct stat st;
    snprintf(fresh, sizeof fresh, "%s.new", path);
    assert_true(durable_create(fresh, 0600, "half", 4));
    for (int i = 1; i <= 2; i++) {
        snprintf(text, sizeof text, "%d\n", i);
        assert_true(durable_replace(path, 0600, text, 2));
        FILE *f = fopen(path, "re");
        assert_non_null(f);
        assert_int_equal(fgetc(f), '0' + i);
        fclose(f);
        assert_int_equal(stat(fresh, &st), -1);
    }
    assert_false(durable_replace("/nowhere/at/all", 0600, "x", 1));
    assert_int_equal(errno, ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(it_is_written_with_its_rights, remove_file),
        cmocka_unit_test_teardown(pieces_follow_one_another, remove_file),
        cmocka_unit_test_teardown(nothing_is_replaced_and_no_link_followed, remove_file),
        cmocka_unit_test(bad_places_are_refused),
        cmocka_unit_test_teardown(half_a_file_is_removed, remove_file),
        cmocka_unit_test_teardown(one_file_takes_the_place_of_another, remove_file),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
