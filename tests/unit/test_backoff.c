/* test_backoff: a centre that is away for days is neither forgotten nor beset. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "folder/backoff.c"

enum { DAYS = 10, SCHOOLS = 1000 };

static const int64_t day_ms = INT64_C(86400000);

/* A linear congruential generator: the same numbers in every run. */
static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed;
}

static void test_the_first_delays(void **state)
{
    static const int64_t delays[] = {5000,   10000,  20000,  40000,  80000,
                                     160000, 320000, 640000, 900000, 900000};
    (void)state;
    for (unsigned i = 0; i < sizeof delays / sizeof *delays; i++)
        assert_int_equal(backoff_ms(i + 1, false, 0), delays[i]);
    assert_int_equal(backoff_ms(1, true, 0), 300000);
    assert_int_equal(backoff_ms(3, true, 0), 900000);
    assert_int_equal(backoff_ms(0, false, 0), 5000);
    assert_int_equal(backoff_ms(UINT32_MAX, false, 0), 900000);
}

static void test_ten_days_without_a_line(void **state)
{
    uint32_t seed = 1;
    unsigned tries = 0;
    (void)state;
    for (int64_t now = 0; now < DAYS * day_ms; tries++) {
        int64_t delay = backoff_ms(tries + 1, false, next(&seed));
        assert_in_range(delay, BACKOFF_FIRST_MS, BACKOFF_MOST_MS * 5 / 4);
        now += delay;
    }
    assert_in_range(tries, DAYS * 76, DAYS * 97);
}

/* When the line comes back, a town's schools come back over minutes: none of sixty parts of the time has many of them. */
static void test_a_town_does_not_come_back_at_once(void **state)
{
    unsigned parts[60] = {0};
    (void)state;
    for (uint32_t school = 0; school < SCHOOLS; school++) {
        uint32_t seed = school * 7919;
        int64_t now = 0, line_back = day_ms;
        for (unsigned tries = 1; now < line_back; tries++)
            now += backoff_ms(tries, false, next(&seed));
        parts[(now - line_back) * 60 / (BACKOFF_MOST_MS * 5 / 4 + 1)]++;
    }
    for (int i = 0; i < 60; i++)
        assert_in_range(parts[i], 0, SCHOOLS / 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_delays),
        cmocka_unit_test(test_ten_days_without_a_line),
        cmocka_unit_test(test_a_town_does_not_come_back_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
