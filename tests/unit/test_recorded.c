/* test_recorded: every message that a client or a centre of an earlier version was heard to send, byte for byte
 * (tests/upgrade/record_talk), is understood, and nothing of what it says is lost. */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "wire/wire.h"

#define RECORDED "tests/data/protocol/*/*"

/* Names are SIDE-KIND-NUMBER. */
static void check_kind(const char *path, const struct message *m)
{
    const char *name = strrchr(path, '/') + 1;
    const char *kind = strchr(name, '-') + 1;
    size_t len = strcspn(kind, "-");

    if (strncmp(kind, message_kind_name(m->kind), len) != 0 ||
        strlen(message_kind_name(m->kind)) != len)
        fail_msg("%s is understood as %s", path, message_kind_name(m->kind));
}

static size_t read_file(const char *path, uint8_t *ret, size_t size)
{
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    size_t len = fread(ret, 1, size, f);
    assert_true(feof(f));
    assert_int_equal(fclose(f), 0);
    return len;
}

static bool seen[MESSAGE_ENROLLED + 1];

/* What is packed again of all that was understood are the same bytes; only a welcome says more than it used to. */
static void check_message(struct arena *a, const char *path)
{
    static uint8_t bytes[WIRE_MAX_MESSAGE + 1];
    size_t len = read_file(path, bytes, sizeof bytes), again;
    struct message m = {0};
    uint8_t *packed;

    arena_reset(a);
    enum wire_error error = wire_unpack(bytes, len, a, &m);
    if (error != WIRE_OK)
        fail_msg("%s: %s", path, wire_error_name(error));
    check_kind(path, &m);
    seen[m.kind] = true;
    assert_int_equal(wire_pack(&m, a, &packed, &again), WIRE_OK);
    if (m.kind == MESSAGE_WELCOME)
        return;
    if (again != len || memcmp(packed, bytes, len) != 0)
        fail_msg("%s: something of it is lost", path);
}

static void test_all_is_understood(void **state)
{
    glob_t found;
    struct arena *a = arena_new(2 * WIRE_MAX_UNPACKED); /* read and packed again */

    (void)state;
    assert_non_null(a);
    assert_int_equal(glob(RECORDED, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        check_message(a, found.gl_pathv[i]);
    globfree(&found);
    for (enum message_kind kind = MESSAGE_HELLO; kind <= MESSAGE_ENROLLED; kind++)
        if (!seen[kind] && strcmp(message_kind_name(kind), "?") != 0)
            fail_msg("none of the kind %s was recorded", message_kind_name(kind));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_all_is_understood)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
