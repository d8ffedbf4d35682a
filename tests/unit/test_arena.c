/* arena: the cap holds, everything handed out is aligned and apart, and a reset gives it all back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "wire/arena.h"

enum { CAP = 1024 };

static int set_up(void **state)
{
    *state = arena_new(CAP);
    return *state == NULL;
}

static int tear_down(void **state)
{
    arena_free(*state);
    return 0;
}

static void freeing_nothing_is_fine(void **state)
{
    (void)state;
    arena_free(NULL);
}

static void a_cap_that_no_memory_holds_is_refused(void **state)
{
    (void)state;
    assert_null(arena_new(SIZE_MAX));
}

static void an_arena_of_nothing_gives_nothing(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    assert_non_null(a);
    assert_null(arena_alloc(a, 1));
    arena_free(a);
}

static void the_cap_is_exact(void **state)
{
    struct arena *a = *state;
    assert_null(arena_alloc(a, CAP + 1));
    assert_int_equal(arena_used(a), 0);
    assert_non_null(arena_alloc(a, CAP));
    assert_int_equal(arena_used(a), CAP);
    assert_null(arena_alloc(a, 1));
}

static void sizes_that_would_wrap_around_are_refused(void **state)
{
    struct arena *a = *state;
    assert_non_null(arena_alloc(a, 1));
    assert_null(arena_alloc(a, SIZE_MAX));
    assert_null(arena_alloc(a, SIZE_MAX - 8));
    assert_null(arena_copy_text(a, "", SIZE_MAX));
}

static void parts_are_aligned_and_apart(void **state)
{
    struct arena *a = *state;
    unsigned char *parts[8];
    for (size_t i = 0; i < 8; i++) {
        parts[i] = arena_alloc(a, i + 1);
        assert_non_null(parts[i]);
        assert_int_equal((uintptr_t)parts[i] % _Alignof(max_align_t), 0);
        memset(parts[i], (int)i, i + 1);
    }
    for (size_t i = 0; i < 8; i++)
        for (size_t k = 0; k <= i; k++)
            assert_int_equal(parts[i][k], i);
}

static void a_reset_gives_all_back(void **state)
{
    struct arena *a = *state;
    for (int round = 0; round < 3; round++) {
        assert_non_null(arena_alloc(a, CAP));
        arena_reset(a);
        assert_int_equal(arena_used(a), 0);
    }
}

static void a_copied_text_ends_with_nul(void **state)
{
    struct arena *a = *state;
    const char bytes[] = {'a', 'b', 'c', 'd'};
    assert_string_equal(arena_copy_text(a, bytes, 3), "abc");
    assert_string_equal(arena_copy_text(a, "", 0), "");
    assert_null(arena_copy_text(a, bytes, CAP));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(freeing_nothing_is_fine),
        cmocka_unit_test(a_cap_that_no_memory_holds_is_refused),
        cmocka_unit_test(an_arena_of_nothing_gives_nothing),
        cmocka_unit_test_setup_teardown(the_cap_is_exact, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sizes_that_would_wrap_around_are_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(parts_are_aligned_and_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reset_gives_all_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_copied_text_ends_with_nul, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
