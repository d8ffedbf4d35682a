/* bookmark: what was printed is remembered exactly, and what is no position is not taken for one. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "admin/bookmark.c"

static char folder[] = "/tmp/vekha-bookmark-XXXXXX", path[64];

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL || snprintf(path, sizeof path, "%s/position", folder) < 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static void write_text(const char *text)
{
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void it_comes_back(void **state)
{
    (void)state;
    static const int64_t positions[] = {0, 1, 120, INT64_MAX};
    int64_t found = -7;
    assert_int_equal(bookmark_read(path, &found), BOOKMARK_NONE);
    assert_int_equal(found, -7);
    for (size_t i = 0; i < sizeof positions / sizeof *positions; i++) {
        assert_true(bookmark_write(path, positions[i]));
        assert_int_equal(bookmark_read(path, &found), BOOKMARK_FOUND);
        assert_true(found == positions[i]);
    }
}

static void what_is_no_position_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "\n",
        "12",
        "-1\n",
        "+1\n",
        " 1\n",
        "12 \n",
        "12\n13\n",
        "12\n\n",
        "x\n",
        "9223372036854775808\n",
        "000000000000000000000000012\n",
    };
    int64_t found = -7;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        write_text(texts[i]);
        assert_int_equal(bookmark_read(path, &found), BOOKMARK_BAD);
        assert_int_equal(errno, EINVAL);
        assert_int_equal(found, -7);
    }
    assert_int_equal(bookmark_read(folder, &found), BOOKMARK_BAD);
    assert_int_equal(errno, EISDIR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_comes_back),
        cmocka_unit_test(what_is_no_position_is_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
