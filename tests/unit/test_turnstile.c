/* turnstile: one question of each agent, and room for so many agents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "turnstile.h"

static void one_of_each(void **state)
{
    (void)state;
    struct turnstile t = {.n = 0};
    assert_true(turnstile_enter(&t, 7));
    assert_false(turnstile_enter(&t, 7));
    assert_true(turnstile_enter(&t, 8));
    turnstile_leave(&t, 7);
    assert_false(turnstile_enter(&t, 8));
    assert_true(turnstile_enter(&t, 7));
}

static void no_more_than_there_is_room_for(void **state)
{
    (void)state;
    struct turnstile t = {.n = 0};
    for (int32_t agent = 1; agent <= TURNSTILE_MAX; agent++)
        assert_true(turnstile_enter(&t, agent));
    assert_false(turnstile_enter(&t, 1000));
    turnstile_leave(&t, 5);
    assert_true(turnstile_enter(&t, 1000));
    assert_false(turnstile_enter(&t, 5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_of_each),
        cmocka_unit_test(no_more_than_there_is_room_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
