/* test_folder: only whole files are taken, none is lost or replaced, and each step can be done again. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "folder/folder.c"
#include "folder/ripe.c"

enum { PATH_SIZE = 300 };

static const int64_t T0_US = INT64_C(1601003700000000);
static char root[PATH_SIZE];

static int set_up(void **state)
{
    snprintf(root, sizeof root, "/tmp/vekha-folder-XXXXXX");
    assert_non_null(mkdtemp(root));
    setenv("TZ", "UTC", 1);
    *state = folder_open(root);
    assert_non_null(*state);
    return 0;
}

static int tear_down(void **state)
{
    char command[PATH_SIZE + 16];
    folder_close(*state);
    snprintf(command, sizeof command, "rm -rf %s", root);
    return system(command);
}

static void drop(const char *name, const char *text)
{
    char path[2 * PATH_SIZE];
    snprintf(path, sizeof path, "%s/%s", root, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static bool is_there(const char *name)
{
    char path[2 * PATH_SIZE];
    snprintf(path, sizeof path, "%s/%s", root, name);
    return access(path, F_OK) == 0;
}

/* Two looks, far enough from each other. */
static void take_all(struct folder *f)
{
    static int64_t now_ms;
    assert_true(folder_take(f, T0_US, now_ms += RIPE_QUIET_MS));
    assert_true(folder_take(f, T0_US, now_ms += RIPE_QUIET_MS));
}

static void test_a_quiet_file_is_taken(void **state)
{
    struct folder *f = *state;
    folder_name *names;
    uint8_t *bytes;
    size_t n, len;
    drop("figures.csv", "a;b\n");
    assert_true(folder_take(f, T0_US, 1000));
    assert_non_null(folder_unripe(f));
    assert_int_equal(folder_unripe(f)->growing, 1);
    assert_true(folder_take(f, T0_US, 1000 + RIPE_QUIET_MS - 1));
    assert_true(is_there("figures.csv"));
    assert_true(folder_take(f, T0_US, 1000 + RIPE_QUIET_MS));
    assert_null(folder_unripe(f));
    assert_false(is_there("figures.csv"));
    assert_true(folder_list(f, &names, &n));
    assert_int_equal(n, 1);
    assert_string_equal(names[0], "2020-09-25 03.15 figures.csv");
    assert_true(folder_read(f, names[0], 100, &bytes, &len));
    assert_int_equal(len, 4);
    assert_memory_equal(bytes, "a;b\n", 4);
    free(bytes);
    assert_false(folder_read(f, names[0], 3, &bytes, &len));
    assert_int_equal(errno, EFBIG);
    assert_false(folder_read(f, "none", 3, &bytes, &len));
    assert_int_equal(errno, ENOENT);
    free(names);
}

static void test_a_file_that_changes_waits(void **state)
{
    struct folder *f = *state;
    drop("figures.csv", "a");
    assert_true(folder_take(f, T0_US, 1000));
    drop("figures.csv", "ab");
    assert_true(folder_take(f, T0_US, 1000 + RIPE_QUIET_MS));
    assert_true(is_there("figures.csv"));
    assert_true(folder_take(f, T0_US, 1000 + 2 * RIPE_QUIET_MS));
    assert_false(is_there("figures.csv"));
}

static void test_an_open_file_waits(void **state)
{
    struct folder *f = *state;
    char path[2 * PATH_SIZE];
    drop("figures.csv", "a");
    snprintf(path, sizeof path, "%s/figures.csv", root);
    FILE *writer = fopen(path, "a");
    assert_non_null(writer);
    take_all(f);
    assert_true(is_there("figures.csv"));
    assert_int_equal(folder_unripe(f)->open, 1);
    assert_string_equal(folder_unripe(f)->one, "figures.csv");
    fclose(writer);
    take_all(f);
    assert_false(is_there("figures.csv"));
}

/* As Excel and LibreOffice name the file that says that they have another open. */
static const struct {
    const char *name, *lock;
} locks[] = {
    {"a.xlsx", "~$a.xlsx"},
    {"figures.xlsx", "~$gures.xlsx"},
    {"отчёт.xlsx", "~$чёт.xlsx"},
    {"a.csv", ".~lock.a.csv#"},
};

static void test_office_locks(void **state)
{
    struct folder *f = *state;
    char path[2 * PATH_SIZE];
    for (size_t i = 0; i < sizeof locks / sizeof *locks; i++) {
        drop(locks[i].name, "a");
        drop(locks[i].lock, "");
        take_all(f);
        assert_true(is_there(locks[i].name));
        assert_int_equal(folder_unripe(f)->open, 1);
        snprintf(path, sizeof path, "%s/%s", root, locks[i].lock);
        assert_int_equal(unlink(path), 0);
        take_all(f);
        assert_false(is_there(locks[i].name));
    }
}

static void test_what_is_nobodys(void **state)
{
    static const char *const names[] = {".hidden",    "~$x.xlsx", "x.tmp",     "x.CRDOWNLOAD",
                                        "x.part",     "x.csv~",   "Thumbs.db", "desktop.ini",
                                        "x.filepart", ".x.swp"};
    struct folder *f = *state;
    char path[2 * PATH_SIZE];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        drop(names[i], "a");
    snprintf(path, sizeof path, "%s/link.csv", root);
    assert_int_equal(symlink("/etc/passwd", path), 0);
    snprintf(path, sizeof path, "%s/pipe.csv", root);
    assert_int_equal(mkfifo(path, 0600), 0);
    take_all(f);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_true(is_there(names[i]));
    assert_true(is_there("pipe.csv"));
    assert_null(folder_unripe(f));
}

static void test_questions_are_laid_and_never_taken(void **state)
{
    struct folder *f = *state;
    assert_true(folder_lay_questions(f, LANG_EN, "what?", 5));
    assert_true(folder_lay_questions(f, LANG_RU, "что?", 7));
    assert_true(is_there("ВОПРОСЫ.txt"));
    assert_false(is_there("QUESTIONS.txt"));
    take_all(f);
    assert_true(is_there("ВОПРОСЫ.txt"));
    assert_true(folder_lay_questions(f, LANG_RU, NULL, 0));
    assert_true(folder_lay_questions(f, LANG_EN, NULL, 0));
    assert_false(is_there("ВОПРОСЫ.txt"));
}

static void test_names_do_not_meet(void **state)
{
    struct folder *f = *state;
    folder_name *names;
    size_t n;
    char longest[NAME_MAX + 1];
    drop("a\nb.csv", "1");
    take_all(f);
    assert_true(folder_settle(f, "2020-09-25 03.15 a_b.csv", FOLDER_ACCEPTED, "report", 6));
    drop("a\nb.csv", "2");
    take_all(f);
    assert_true(is_there("sending/2020-09-25 03.15 (2) a_b.csv"));
    memset(longest, 'x', NAME_MAX);
    memcpy(longest + NAME_MAX - 4, ".csv", 5);
    drop(longest, "3");
    take_all(f);
    assert_true(folder_list(f, &names, &n));
    assert_int_equal(n, 2);
    assert_string_equal(names[1] + strlen(names[1]) - 5, "x.csv");
    assert_true(strlen(names[1]) < NAME_MAX - sizeof ".txt.new");
    free(names);
}

static void test_settling_can_be_done_again(void **state)
{
    struct folder *f = *state;
    drop("a.csv", "1");
    take_all(f);
    assert_true(folder_settle(f, "2020-09-25 03.15 a.csv", FOLDER_REFUSED, "first", 5));
    assert_true(folder_settle(f, "2020-09-25 03.15 a.csv", FOLDER_REFUSED, "second", 6));
    assert_true(is_there("refused/2020-09-25 03.15 a.csv"));
    assert_true(is_there("refused/2020-09-25 03.15 a.csv.txt"));
    assert_false(is_there("sending/2020-09-25 03.15 a.csv"));
}

static void test_a_shelf_that_is_a_link(void **state)
{
    char path[2 * PATH_SIZE];
    (void)state;
    snprintf(path, sizeof path, "%s/accepted", root);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(symlink("/tmp", path), 0);
    assert_null(folder_open(root));
    assert_null(folder_open("/nonexistent"));
    assert_int_equal(errno, ENOENT);
}

static void test_no_more_than_fit_are_under_way(void **state)
{
    struct folder *f = *state;
    folder_name *names;
    char name[32];
    size_t n;
    for (int i = 0; i < FOLDER_MAX_SENDING + 5; i++) {
        snprintf(name, sizeof name, "%d.csv", i);
        drop(name, "a");
    }
    take_all(f);
    take_all(f);
    take_all(f);
    assert_true(folder_list(f, &names, &n));
    assert_int_equal(n, FOLDER_MAX_SENDING);
    free(names);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_quiet_file_is_taken),  TEST(test_a_file_that_changes_waits),
        TEST(test_an_open_file_waits),     TEST(test_office_locks),
        TEST(test_what_is_nobodys),        TEST(test_questions_are_laid_and_never_taken),
        TEST(test_names_do_not_meet),      TEST(test_settling_can_be_done_again),
        TEST(test_a_shelf_that_is_a_link), TEST(test_no_more_than_fit_are_under_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
