/* test_spool: what a school was told is queued must survive damage, full disks, crashes and a
 * second writer. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "spool/patience.c"
#include "spool/record.c"
#include "spool/spool.c"
#include "wire/wire.h"

enum { PATH_SIZE = 256, T0_S = 1600000000 };

static char root[PATH_SIZE];
static unsigned told;

static void tell(void *context, const char *name)
{
    (void)context;
    assert_non_null(name);
    told++;
}

/* --- help ------------------------------------------------------------------------------------ */

static int set_up(void **state)
{
    (void)state;
    snprintf(root, sizeof root, "/tmp/vekha-spool-XXXXXX");
    told = 0;
    return mkdtemp(root) != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
    char command[PATH_SIZE + 16];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", root);
    return system(command);
}

static char *path_in(const char *folder, const char *name)
{
    static char path[2 * PATH_SIZE];
    snprintf(path, sizeof path, "%s/%s/%s", root, folder, name);
    return path;
}

static struct spool *open_it(const struct spool_limits *limits)
{
    struct spool *s = spool_open(root, limits, tell, NULL);
    assert_non_null(s);
    return s;
}

/* Packs a submission of one figure, made `second` seconds after T0_S. */
static struct uuid make(int second, uint8_t bytes[WIRE_MAX_MESSAGE], size_t *ret_len)
{
    struct figure f = {.indicator = "a",
                       .period = 2020000,
                       .as_of = DATE_NONE,
                       .expected = DATE_NONE,
                       .state = FIGURE_NO_DATA};
    struct message m = {.kind = MESSAGE_SUBMISSION};
    struct arena *a = arena_new(WIRE_MAX_UNPACKED);
    uint8_t *packed;
    m.u.submission = (struct submission){.composed_us = (int64_t)(T0_S + second) * 1000000,
                                         .n_figures = 1,
                                         .figures = &f,
                                         .language = LANG_EN};
    assert_true(uuid_make(m.u.submission.composed_us, &m.u.submission.id));
    assert_int_equal(wire_pack(&m, a, &packed, ret_len), WIRE_OK);
    memcpy(bytes, packed, *ret_len);
    arena_free(a);
    return m.u.submission.id;
}

static struct uuid add(struct spool *s, int second)
{
    uint8_t bytes[WIRE_MAX_MESSAGE];
    size_t len;
    struct uuid id = make(second, bytes, &len);
    assert_int_equal(spool_add(s, id, bytes, len, false), SPOOL_OK);
    return id;
}

static size_t count(struct spool *s, enum spool_folder folder)
{
    struct uuid *ids;
    size_t n;
    assert_true(spool_list(s, folder, &ids, &n));
    free(ids);
    return n;
}

static void put_file(const char *folder, const char *name, const void *bytes, size_t len)
{
    FILE *f = fopen(path_in(folder, name), "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
}

/* --- tests ----------------------------------------------------------------------------------- */

static void test_bad_arguments(void **state)
{
    struct spool_entry none = {.bytes = NULL};
    (void)state;
    spool_close(NULL);
    spool_entry_finish(&none);
    assert_null(spool_open("/proc/nowhere/spool", NULL, NULL, NULL));
    put_file(".", "file", "x", 1);
    assert_null(spool_open(path_in(".", "file"), NULL, NULL, NULL));
    assert_int_equal(errno, EEXIST == errno ? EEXIST : ENOTDIR);
}

static void test_add_list_load_in_order(void **state)
{
    struct spool *s = open_it(NULL);
    struct uuid ids[3], *listed;
    struct spool_entry e;
    size_t n;
    (void)state;
    ids[2] = add(s, 30);
    ids[0] = add(s, 10);
    ids[1] = add(s, 20);
    assert_true(spool_list(s, SPOOL_NEW, &listed, &n));
    assert_int_equal(n, 3);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(uuid_compare(listed[i], ids[i]), 0);
        assert_int_equal(spool_load(s, SPOOL_NEW, ids[i], &e), SPOOL_OK);
        assert_null(e.file.answer.bytes);
        assert_false(e.file.replay);
        spool_entry_finish(&e);
    }
    free(listed);
    assert_int_equal(spool_load(s, SPOOL_SENT, ids[0], &e), SPOOL_NONE);
    spool_close(s);
}

static void test_the_same_id_twice_is_one_file(void **state)
{
    struct spool *s = open_it(NULL);
    uint8_t bytes[WIRE_MAX_MESSAGE];
    size_t len;
    struct uuid id = make(1, bytes, &len);
    (void)state;
    assert_int_equal(spool_add(s, id, bytes, len, true), SPOOL_OK);
    assert_int_equal(spool_add(s, id, bytes, len, true), SPOOL_OK);
    assert_int_equal(count(s, SPOOL_NEW), 1);
    spool_close(s);
}

static void test_limits_refuse_and_leave_nothing(void **state)
{
    uint8_t bytes[WIRE_MAX_MESSAGE];
    size_t len;
    struct uuid id = make(9, bytes, &len);
    const struct spool_limits two_files = {2, SPOOL_MAX_BYTES, SPOOL_KEEP_FILES};
    const struct spool_limits few_bytes = {9, RECORD_HEAD + len, SPOOL_KEEP_FILES};
    (void)state;
    struct spool *s = open_it(&two_files);
    add(s, 1);
    add(s, 2);
    assert_int_equal(spool_add(s, id, bytes, len, false), SPOOL_FULL_FILES);
    assert_int_equal(count(s, SPOOL_NEW), 2);
    assert_int_equal(count(s, SPOOL_TMP), 0);
    spool_close(s);
    tear_down(NULL);
    set_up(NULL);
    s = open_it(&few_bytes);
    assert_int_equal(spool_add(s, id, bytes, len, false), SPOOL_OK);
    id = make(10, bytes, &len);
    assert_int_equal(spool_add(s, id, bytes, len, false), SPOOL_FULL_BYTES);
    assert_int_equal(count(s, SPOOL_NEW), 1);
    spool_close(s);
}

/* A folder in the way of the file makes the write fail. */
static void test_a_failed_write_leaves_nothing(void **state)
{
    struct spool *s = open_it(NULL);
    uint8_t bytes[WIRE_MAX_MESSAGE];
    size_t len;
    struct uuid id = make(1, bytes, &len);
    char name[UUID_TEXT_MAX];
    (void)state;
    assert_int_equal(mkdir(path_in("tmp", uuid_format(id, name)), 0700), 0);
    assert_int_equal(spool_add(s, id, bytes, len, false), SPOOL_DISK);
    assert_int_equal(errno, EEXIST);
    assert_int_equal(count(s, SPOOL_NEW), 0);
    spool_close(s);
    assert_int_equal(rmdir(path_in("tmp", name)), 0);
}

/* Every single byte of a file matters: whichever is changed, cut or added, the file is set aside,
 * told, and its neighbour still goes. */
static void test_damage_is_set_aside(void **state)
{
    struct spool *s = open_it(NULL);
    uint8_t bytes[WIRE_MAX_MESSAGE], file[RECORD_MAX];
    size_t len;
    struct spool_entry e;
    char name[UUID_TEXT_MAX];
    struct uuid id = make(1, bytes, &len), other = add(s, 2);
    (void)state;
    record_head(RECORD_SUBMISSION, false, bytes, len, file);
    memcpy(file + RECORD_HEAD, bytes, len);
    uuid_format(id, name);
    for (size_t i = 0; i < RECORD_HEAD + len; i++) {
        file[i] ^= 0x10;
        put_file("new", name, file, RECORD_HEAD + len);
        file[i] ^= 0x10;
        assert_int_equal(spool_load(s, SPOOL_NEW, id, &e), SPOOL_DAMAGED);
        put_file("new", name, file, i);
        assert_int_equal(spool_load(s, SPOOL_NEW, id, &e), SPOOL_DAMAGED);
    }
    assert_int_equal(told, 2 * (RECORD_HEAD + len));
    file[RECORD_HEAD + len] = 0;
    put_file("new", name, file, RECORD_HEAD + len + 1);
    assert_int_equal(spool_load(s, SPOOL_NEW, id, &e), SPOOL_DAMAGED);
    assert_int_equal(count(s, SPOOL_NEW), 1);
    assert_int_equal(count(s, SPOOL_BAD), 1);
    assert_int_equal(spool_load(s, SPOOL_NEW, other, &e), SPOOL_OK);
    spool_entry_finish(&e);
    put_file("new", name, file, RECORD_HEAD + len);
    assert_int_equal(spool_load(s, SPOOL_NEW, id, &e), SPOOL_OK);
    spool_entry_finish(&e);
    spool_close(s);
}

/* A whole file under another's name would be answered under the wrong id. */
static void test_a_renamed_file_is_damage(void **state)
{
    struct spool *s = open_it(NULL);
    char from[2 * PATH_SIZE], name[UUID_TEXT_MAX];
    uint8_t bytes[WIRE_MAX_MESSAGE];
    size_t len;
    struct uuid id = add(s, 1), other = make(2, bytes, &len);
    struct spool_entry e;
    (void)state;
    snprintf(from, sizeof from, "%s", path_in("new", uuid_format(id, name)));
    assert_int_equal(rename(from, path_in("new", uuid_format(other, name))), 0);
    assert_int_equal(spool_load(s, SPOOL_NEW, other, &e), SPOOL_DAMAGED);
    assert_int_equal(told, 1);
    spool_close(s);
}

static void test_opening_tidies(void **state)
{
    struct spool *s = open_it(NULL);
    uint8_t bytes[WIRE_MAX_MESSAGE];
    size_t len;
    char name[UUID_TEXT_MAX];
    (void)state;
    add(s, 1);
    spool_close(s);
    put_file("tmp", uuid_format(make(2, bytes, &len), name), "half", 4);
    put_file("new", "notes.txt", "a stranger", 10);
    put_file("new", "01A2090F-0000-7000-8000-000000000000", "an id in capitals", 17);
    s = open_it(NULL);
    assert_int_equal(count(s, SPOOL_TMP), 0);
    assert_int_equal(count(s, SPOOL_NEW), 1);
    assert_int_equal(told, 2);
    assert_int_equal(access(path_in("bad", "notes.txt"), F_OK), 0);
    spool_close(s);
}

static void settle(struct spool *s, struct uuid id, enum spool_folder folder)
{
    struct message m = {.kind = MESSAGE_LATER, .u.later = {true, id, LATER_CREDITS, 1}};
    struct arena *a = arena_new(WIRE_MAX_UNPACKED);
    struct spool_entry e;
    uint8_t *bytes;
    size_t len;
    assert_int_equal(wire_pack(&m, a, &bytes, &len), WIRE_OK);
    assert_int_equal(spool_load(s, SPOOL_NEW, id, &e), SPOOL_OK);
    assert_true(spool_settle(s, &e, folder, bytes, len));
    spool_entry_finish(&e);
    assert_int_equal(spool_load(s, SPOOL_NEW, id, &e), SPOOL_NONE);
    assert_int_equal(spool_load(s, folder, id, &e), SPOOL_OK);
    assert_int_equal(e.file.answer.len, len);
    assert_memory_equal(e.file.answer.bytes, bytes, len);
    spool_entry_finish(&e);
    arena_free(a);
}

static void test_settling_keeps_the_answer(void **state)
{
    struct spool *s = open_it(NULL);
    struct uuid sent = add(s, 1), refused = add(s, 2);
    (void)state;
    settle(s, sent, SPOOL_SENT);
    settle(s, refused, SPOOL_REFUSED);
    assert_int_equal(count(s, SPOOL_NEW), 0);
    spool_close(s);
}

/* Where the answer cannot be kept, the submission still leaves new/, and is not lost. */
static void test_settling_without_room(void **state)
{
    struct spool *s = open_it(NULL);
    struct uuid id = add(s, 1);
    struct spool_entry e;
    char name[UUID_TEXT_MAX];
    (void)state;
    assert_int_equal(spool_load(s, SPOOL_NEW, id, &e), SPOOL_OK);
    assert_int_equal(mkdir(path_in("tmp", uuid_format(id, name)), 0700), 0);
    assert_true(spool_settle(s, &e, SPOOL_SENT, (const uint8_t *)"x", 1));
    spool_entry_finish(&e);
    assert_int_equal(count(s, SPOOL_NEW), 0);
    assert_int_equal(spool_load(s, SPOOL_SENT, id, &e), SPOOL_OK);
    assert_null(e.file.answer.bytes);
    spool_entry_finish(&e);
    spool_close(s);
    assert_int_equal(rmdir(path_in("tmp", name)), 0);
}

static void test_only_the_newest_are_kept(void **state)
{
    const struct spool_limits keep_two = {9, SPOOL_MAX_BYTES, 2};
    struct spool *s = open_it(&keep_two);
    struct uuid ids[4];
    struct spool_entry e;
    (void)state;
    for (int i = 0; i < 4; i++) {
        ids[i] = add(s, i);
        settle(s, ids[i], SPOOL_SENT);
    }
    spool_close(s);
    s = open_it(&keep_two);
    assert_int_equal(count(s, SPOOL_SENT), 2);
    assert_int_equal(spool_load(s, SPOOL_SENT, ids[1], &e), SPOOL_NONE);
    assert_int_equal(spool_load(s, SPOOL_SENT, ids[2], &e), SPOOL_OK);
    spool_entry_finish(&e);
    spool_close(s);
}

/* Two programs queue at once, opening the spool anew each time, as two secretaries would. */
static void test_two_writers(void **state)
{
    enum { EACH = 25 };
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    for (int i = 0; i < EACH; i++) {
        struct spool *s = open_it(NULL);
        add(s, i);
        spool_close(s);
    }
    if (child == 0)
        _exit(0);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    struct spool *s = open_it(NULL);
    assert_int_equal(count(s, SPOOL_NEW), 2 * EACH);
    assert_int_equal(told, 0);
    spool_close(s);
}

static void test_one_sender(void **state)
{
    struct spool *a = open_it(NULL), *b = open_it(NULL);
    (void)state;
    assert_true(spool_lock_sender(a, 0));
    assert_true(spool_lock_sender(a, 0));
    assert_false(spool_lock_sender(b, 0));
    assert_int_equal(errno, EAGAIN);
    assert_false(spool_lock_sender(b, 20));
    assert_int_equal(errno, EAGAIN);
    spool_close(a);
    assert_true(spool_lock_sender(b, 20));
    spool_close(b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_bad_arguments),
        TEST(test_add_list_load_in_order),
        TEST(test_the_same_id_twice_is_one_file),
        TEST(test_limits_refuse_and_leave_nothing),
        TEST(test_a_failed_write_leaves_nothing),
        TEST(test_damage_is_set_aside),
        TEST(test_a_renamed_file_is_damage),
        TEST(test_opening_tidies),
        TEST(test_settling_keeps_the_answer),
        TEST(test_settling_without_room),
        TEST(test_only_the_newest_are_kept),
        TEST(test_two_writers),
        TEST(test_one_sender),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
