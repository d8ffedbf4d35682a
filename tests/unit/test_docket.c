/* test_docket: what stands on the disk between two runs of the agent is read back as it was written, or not at all. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "folder/docket.c"
#include "folder/lines.c"

enum { PATH_SIZE = 64 };

#define SHA "089e20c87c3d3f7271d024113015a241a0f8a87bcdbf89d386fa979b8a67000f"
#define ID  "01a21a98-47f8-7307-8d35-bf29e0549b1a"

static char root[PATH_SIZE];
static int dockets;

static int set_up(void **state)
{
    (void)state;
    snprintf(root, sizeof root, "/tmp/vekha-docket-XXXXXX");
    assert_non_null(mkdtemp(root));
    dockets = docket_folder(root);
    assert_true(dockets >= 0);
    return 0;
}

static int tear_down(void **state)
{
    char command[PATH_SIZE + 16];
    (void)state;
    close(dockets);
    snprintf(command, sizeof command, "rm -rf %s", root);
    return system(command);
}

static bool reads(const char *text, struct docket *ret)
{
    return docket_parse(text, strlen(text), ret);
}

static void test_what_is_a_docket(void **state)
{
    struct docket d;
    (void)state;
    assert_true(reads("vekha-docket 1\nname a b.csv\nsha256 " SHA "\nparcel " ID
                      " 1795742517240186 0 5\nparcel " ID " 7 5 2\nqueued\nend\n",
                      &d));
    assert_string_equal(d.name, "a b.csv");
    assert_int_equal(d.stage, DOCKET_QUEUED);
    assert_int_equal(d.n, 2);
    assert_int_equal(d.parcels[0].composed_us, INT64_C(1795742517240186));
    assert_int_equal(d.parcels[1].first, 5);
    assert_int_equal(d.parcels[1].n, 2);
    assert_int_equal(d.sha256[0], 0x08);
    docket_finish(&d);
}

static const char *const no_dockets[] = {
    "",
    "vekha-docket 2\nname a\nparcel " ID " 1 0 1\nend\n",
    "vekha-docket 1\nend\n",
    "vekha-docket 1\nname a\nend\n",
    "vekha-docket 1\nname a\nparcel " ID " 1 0 1\n",
    "vekha-docket 1\nname a\nparcel " ID " 1 0 1\nend\nmore\n",
    "vekha-docket 1\nname ../a\nparcel " ID " 1 0 1\nend\n",
    "vekha-docket 1\nname .\nparcel " ID " 1 0 1\nend\n",
    "vekha-docket 1\nname a\nsha256 12\nparcel " ID " 1 0 1\nend\n",
    "vekha-docket 1\nname a\nparcel " ID " 1 0 0\nend\n",
    "vekha-docket 1\nname a\nparcel " ID " 1 1 1\nend\n",
    "vekha-docket 1\nname a\nparcel " ID " 1 0 99999999\nend\n",
    "vekha-docket 1\nname a\nparcel " ID " -1 0 1\nend\n",
    "vekha-docket 1\nname a\nparcel " ID "\nend\n",
    "vekha-docket 1\nname a\nparcel 1 0 1\nend\n",
    "vekha-docket 1\nname a\nparcel " ID " 1 0 1\nqueued now\nend\n",
    "vekha-docket 1\nname a\nparcel " ID " 1 0 1\nfoo\nend\n",
};

static void test_what_is_none(void **state)
{
    struct docket d;
    (void)state;
    for (size_t i = 0; i < sizeof no_dockets / sizeof *no_dockets; i++) {
        if (reads(no_dockets[i], &d))
            fail_msg("%zu is read", i);
        assert_null(d.parcels);
    }
}

static struct docket some(enum docket_stage stage, uint8_t byte)
{
    struct docket d = {.name = "2020-09-25 10.15 показатели.csv", .stage = stage, .n = 3};
    d.parcels = calloc(d.n, sizeof *d.parcels);
    assert_non_null(d.parcels);
    for (size_t i = 0; i < d.n; i++)
        d.parcels[i] = (struct parcel){
            .id = {{byte, (uint8_t)i}}, .composed_us = 5, .first = 100 * i, .n = 100};
    memset(d.sha256, byte, sizeof d.sha256);
    return d;
}

static void test_on_the_disk(void **state)
{
    struct docket d = some(DOCKET_PLANNED, 2), other = some(DOCKET_CUT, 1), back;
    struct uuid *ids;
    size_t n;
    (void)state;
    assert_true(docket_save(dockets, &d));
    assert_true(docket_save(dockets, &other));
    d.stage = DOCKET_QUEUED;
    assert_true(docket_save(dockets, &d));
    assert_true(docket_list(dockets, &ids, &n));
    assert_int_equal(n, 2);
    assert_int_equal(ids[0].bytes[0], 1);
    assert_true(docket_load(dockets, ids[1], &back));
    assert_int_equal(back.stage, DOCKET_QUEUED);
    assert_string_equal(back.name, d.name);
    assert_memory_equal(back.sha256, d.sha256, sizeof d.sha256);
    assert_int_equal(back.n, 3);
    assert_memory_equal(back.parcels, d.parcels, 3 * sizeof *d.parcels);
    docket_finish(&back);
    assert_true(docket_remove(dockets, &d));
    assert_true(docket_remove(dockets, &d)); /* once more is no error */
    assert_false(docket_load(dockets, ids[1], &back));
    assert_int_equal(errno, ENOENT);
    assert_true(docket_set_aside(dockets, ids[0]));
    free(ids);
    assert_true(docket_list(dockets, &ids, &n));
    assert_int_equal(n, 0);
    free(ids);
    int fd = openat(dockets, "x.new", O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0);
    close(fd);
    docket_tidy(dockets);
    assert_int_equal(faccessat(dockets, "x.new", F_OK, 0), -1);
    docket_finish(&d);
    docket_finish(&other);
}

static void test_a_damaged_one(void **state)
{
    struct docket d = some(DOCKET_PLANNED, 3), back;
    char name[UUID_TEXT_MAX];
    (void)state;
    assert_true(docket_save(dockets, &d));
    int fd = openat(dockets, uuid_format(d.parcels[0].id, name), O_WRONLY | O_TRUNC);
    assert_true(fd >= 0);
    close(fd);
    assert_false(docket_load(dockets, d.parcels[0].id, &back));
    assert_int_equal(errno, EINVAL);
    docket_finish(&d);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_what_is_a_docket),
        TEST(test_what_is_none),
        TEST(test_on_the_disk),
        TEST(test_a_damaged_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
