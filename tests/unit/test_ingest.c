/* test_ingest: what a figure is given to vekha.ingest() as: judged by the database, with a warning,
 * rejected, or rejected unless exactly the same stands. */
#include "store/ingest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <endian.h>
#include <string.h>
#include <cmocka.h>

#include "log.c"
#include "store/array.c"
#include "store/group.c"
#include "store/turns.c"
#include "store/ingest.c"

/* The only element of an array parameter: a smallint; INT16_MIN if it is null. */
static int smallint_of(const struct pg_call *call, enum column column)
{
    enum { HEADER = 20, LENGTH = 4 };
    const char *bytes = call->params[column + 1];
    int32_t len;
    int16_t value;

    memcpy(&len, bytes + HEADER, sizeof len);
    if (be32toh((uint32_t)len) != sizeof value)
        return INT16_MIN;
    memcpy(&value, bytes + HEADER + LENGTH, sizeof value);
    return (int16_t)be16toh((uint16_t)value);
}

/* The only element is null if there is none: a column of nulls goes empty. */
static bool is_null(const struct pg_call *call, enum column column)
{
    int32_t dimensions;

    memcpy(&dimensions, call->params[column + 1], sizeof dimensions);
    return dimensions == 0;
}

static void on_done(void *arg, enum store_outcome outcome, const struct receipt *receipt)
{
    (void)arg;
    (void)outcome;
    (void)receipt;
}

static void test_verdicts(void **state)
{
    static const struct {
        enum verdict verdict;
        enum reason reason;
        bool unless_same;
        int given;
        bool keeps_value;
    } cases[] = {
        {0, REASON_NONE, false, 0, true},
        {VERDICT_WARNING, REASON_LONG_AGO, false, 251, true},
        {VERDICT_REJECTED, REASON_NEGATIVE, false, 615, false},
        {VERDICT_REJECTED, REASON_PERIOD_CLOSED, true, 923, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stored_figure figure = {.organisation = 1,
                                       .indicator = 2,
                                       .period = 2020009,
                                       .state = FIGURE_VALUE,
                                       .has_value = true,
                                       .value = {.mantissa = 165},
                                       .note = "заметка",
                                       .verdict = cases[i].verdict,
                                       .reason = cases[i].reason,
                                       .unless_same = cases[i].unless_same};
        struct stored_submission s = {.id = {{1}}, .n_figures = 1, .figures = &figure};
        struct groups *gs = groups_new();
        struct ingest *in = ingest_new();
        struct pg_call call;
        struct group *g;

        assert_true(groups_add(gs, &s, on_done, NULL));
        g = groups_next(gs);
        assert_true(ingest_fill(in, g, 0, &call));
        assert_int_equal(smallint_of(&call, F_VERDICT), cases[i].given);
        assert_int_equal(is_null(&call, F_VALUE), !cases[i].keeps_value);
        assert_int_equal(is_null(&call, F_NOTE), !cases[i].keeps_value);
        groups_finish(gs, g);
        groups_free(gs);
        ingest_free(in);
    }
    ingest_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
