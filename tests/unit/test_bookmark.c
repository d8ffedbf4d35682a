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
    static const struct bookmark places[] = {
        {0, 0}, {1, 0}, {120, 1601002800000000}, {INT64_MAX, INT64_MAX}};
    struct bookmark found = {-7, -7};
    assert_int_equal(bookmark_read(path, &found), BOOKMARK_NONE);
    assert_int_equal(found.position, -7);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        assert_true(bookmark_write(path, &places[i]));
        assert_int_equal(bookmark_read(path, &found), BOOKMARK_FOUND);
        assert_true(found.position == places[i].position && found.us == places[i].us);
    }
}

/* As a person may write it. */
static void a_position_alone_is_enough(void **state)
{
    (void)state;
    struct bookmark found = {-7, -7};
    write_text("120\n");
    assert_int_equal(bookmark_read(path, &found), BOOKMARK_FOUND);
    assert_true(found.position == 120 && found.us == 0);
}

static void what_is_no_place_is_refused(void **state)
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
        "12  13\n",
        "12 13",
        "12 13 14\n",
        "12 -13\n",
        "12 13 \n",
        "12 x\n",
        "000000000000000000000000000000000000000000000000012\n",
    };
    struct bookmark found = {-7, -7};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        write_text(texts[i]);
        assert_int_equal(bookmark_read(path, &found), BOOKMARK_BAD);
        assert_int_equal(errno, EINVAL);
        assert_int_equal(found.position, -7);
    }
    assert_int_equal(bookmark_read(folder, &found), BOOKMARK_BAD);
    assert_int_equal(errno, EISDIR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_comes_back),
        cmocka_unit_test(a_position_alone_is_enough),
        cmocka_unit_test(what_is_no_place_is_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
