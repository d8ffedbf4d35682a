/* test_confined: what a child says of a workbook is taken for what it is, or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sheet/confined.c"

/* In the place of the book: what the test wants the child to do. */
static enum book_error (*act)(struct book_job *job);

enum book_error book_read(struct book_job *job)
{
    return act(job);
}

static char seen[256];

static bool on_row(void *context, size_t line, const char *const *cells, size_t n)
{
    size_t *most = context;
    size_t len = strlen(seen);
    len += (size_t)snprintf(seen + len, sizeof seen - len, "%zu:", line);
    for (size_t i = 0; i < n && i < CELLS_MAX; i++)
        len += (size_t)snprintf(seen + len, sizeof seen - len, "%s|", cells[i]);
    return --*most > 0;
}

static enum book_error read_by(enum book_error (*how)(struct book_job *job), size_t most,
                               char *names)
{
    struct book_job job = {.row = on_row, .context = &most, .texts = arena_new(BOOK_MAX_TEXT)};
    assert_non_null(job.texts);
    *seen = '\0';
    act = how;
    enum book_error e = confined_read(&job);
    memcpy(names, job.names, NAMES);
    arena_free(job.texts);
    return e;
}

static enum book_error two_rows(struct book_job *job)
{
    const char *first[] = {"показатель", ""}, *second[] = {"a"};
    if (job->row(job->context, 1, first, 2))
        job->row(job->context, 5, second, 1);
    return BOOK_OK;
}

static enum book_error several(struct book_job *job)
{
    snprintf(job->names, sizeof job->names, "«A», «B»");
    return BOOK_SEVERAL;
}

static enum book_error dies(struct book_job *job)
{
    const char *cells[] = {"a"};
    job->row(job->context, 1, cells, 1);
    __builtin_trap();
}

static enum book_error hungry(struct book_job *job)
{
    (void)job;
    return malloc((size_t)2 * CONFINED_MAX_MEMORY) == NULL ? BOOK_NO_MEMORY : BOOK_OK;
}

static enum book_error curious(struct book_job *job)
{
    (void)job;
    return fopen("/etc/passwd", "r") == NULL && fork() < 0 && kill(getppid(), 0) != 0
               ? BOOK_OK
               : BOOK_ENCRYPTED;
}

static void test_rows(void **state)
{
    char names[NAMES];
    (void)state;
    assert_int_equal(read_by(two_rows, 9, names), BOOK_OK);
    assert_string_equal(seen, "1:показатель||5:a|");
    assert_int_equal(read_by(two_rows, 1, names), BOOK_OK);
    assert_string_equal(seen, "1:показатель||");
}

static void test_errors(void **state)
{
    char names[NAMES];
    (void)state;
    assert_int_equal(read_by(several, 9, names), BOOK_SEVERAL);
    assert_string_equal(names, "«A», «B»");
    assert_int_equal(read_by(dies, 9, names), BOOK_BROKEN);
}

static void test_limits(void **state)
{
    char names[NAMES];
    (void)state;
    if (!INSTRUMENTED) {
        assert_int_equal(read_by(hungry, 9, names), BOOK_NO_MEMORY);
        assert_int_equal(read_by(curious, 9, names), BOOK_OK);
    }
}

static enum book_error take(const void *bytes, size_t len)
{
    size_t most = 100;
    int fds[2];
    struct book_job job = {.row = on_row, .context = &most, .texts = arena_new(4096)};
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(write(fds[1], bytes, len), (ssize_t)len);
    close(fds[1]);
    enum book_error e = take_from(&job, fds[0]);
    arena_free(job.texts);
    return e;
}

#define BYTES(text) text, sizeof(text) - 1

static void test_lies(void **state)
{
    (void)state;
    assert_int_equal(take(BYTES("")), BOOK_BROKEN);
    assert_int_equal(take(BYTES("X")), BOOK_BROKEN);
    assert_int_equal(take(BYTES("R\1\0\0\0\1\0\0\0\2\0\0\0a")), BOOK_BROKEN);
    assert_int_equal(take(BYTES("R\1\0\0\0\1\0\0\0\xFF\xFF\xFF\xFF")), BOOK_BROKEN);
    assert_int_equal(take(BYTES("R\1\0\0\0\1\0\0\0\2\0\0\0a\0")), BOOK_BROKEN);
    assert_int_equal(take(BYTES("R\1\0\0\0\xFF\xFF\xFF\xFF\1\0\0\0a")), BOOK_BROKEN);
    assert_int_equal(take(BYTES("E\xFF\0\0\0")), BOOK_BROKEN);
    assert_int_equal(take(BYTES("E\0\0\0\0no names")), BOOK_BROKEN);
}

/* valgrind asks the system for more than the child may have, so it watches the parent alone. */
static bool under_valgrind(void)
{
    const char *preloaded = getenv("LD_PRELOAD");
    return preloaded != NULL && strstr(preloaded, "vgpreload") != NULL;
}

int main(void)
{
    const struct CMUnitTest of_the_parent[] = {cmocka_unit_test(test_lies)};
    const struct CMUnitTest of_the_child[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_limits),
    };
    int failed = cmocka_run_group_tests(of_the_parent, NULL, NULL);
    return under_valgrind() ? failed : failed + cmocka_run_group_tests(of_the_child, NULL, NULL);
}
