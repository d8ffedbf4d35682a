/* test_suspects: the bad series are found, and only they, whatever their number and place. */
#include "monitor/suspects.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "monitor/suspects.c"

/* A round of this file: just its series. */
struct round {
    size_t n;
    bool claims;
    struct round_key keys[MONITOR_MAX_SERIES];
};

bool round_add(struct round *r, struct round_key key)
{
    r->keys[r->n++] = key;
    return true;
}

void round_claim_nothing(struct round *r)
{
    r->claims = false;
}

size_t round_series(const struct round *r)
{
    return r->n;
}

struct round_key round_key(const struct round *r, size_t series)
{
    return r->keys[series];
}

static struct round whole, trial;
static struct suspects suspects;

/* Tries until nobody is suspected; a series is bad if its indicator is 1. */
static size_t search(size_t *ret_trials)
{
    size_t culprits = 0;

    for (*ret_trials = 0; suspects_any(&suspects); ++*ret_trials) {
        struct round_key culprit;
        bool bad = false;

        trial = (struct round){.claims = true};
        assert_true(suspects_next(&suspects, &trial));
        assert_false(trial.claims);
        assert_true(trial.n > 0);
        for (size_t i = 0; i < trial.n; i++)
            bad = bad || trial.keys[i].indicator == 1;
        if (!bad) {
            suspects_passed(&suspects);
        } else if (suspects_failed(&suspects, &culprit)) {
            assert_int_equal(culprit.indicator, 1);
            culprits++;
        }
    }
    return culprits;
}

static void test_search(void **state)
{
    static const struct {
        size_t n, bad[3], n_bad;
    } cases[] = {
        {1, {0}, 1},
        {2, {1}, 1},
        {7, {0, 3, 6}, 3},
        {MONITOR_MAX_SERIES, {0}, 1},
        {MONITOR_MAX_SERIES, {MONITOR_MAX_SERIES - 1}, 1},
        {MONITOR_MAX_SERIES, {998, 999, 1000}, 3},
        {MONITOR_MAX_SERIES, {0}, 0},
    };

    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        size_t trials;

        whole.n = cases[c].n;
        for (size_t i = 0; i < whole.n; i++)
            whole.keys[i] = (struct round_key){(int32_t)i, 0};
        for (size_t i = 0; i < cases[c].n_bad; i++)
            whole.keys[cases[c].bad[i]].indicator = 1;
        suspects_begin(&suspects, &whole);
        assert_int_equal(search(&trials), cases[c].n_bad);
        assert_true(trials <= 1 + cases[c].n_bad * 24);
    }
}

static void test_nobody(void **state)
{
    (void)state;
    whole.n = 0;
    suspects_begin(&suspects, &whole);
    assert_false(suspects_any(&suspects));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_search),
        cmocka_unit_test(test_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
