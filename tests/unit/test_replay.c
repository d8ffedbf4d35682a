/* test_replay: what a rehearsal counts, and the constants that it may try. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "admin/problems.c"
#include "admin/replay.c"
#include "admin/text.c"
#include "admin/trial.c"
#include "fault.c"
#include "terminal.c"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { DAYS = 6 };

static void play(struct replay *r, enum replay_side side, const enum status statuses[DAYS])
{
    for (date_t day = 0; day < DAYS; day++) {
        struct assessment a = {.status = statuses[day], .reassess_on = day + 2};

        replay_take(r, side, 100 + day, &a);
    }
}

#define U STATUS_UNDETERMINED
#define G STATUS_ON_TRACK
#define R STATUS_AT_RISK
#define L STATUS_LAGGING

static const struct {
    enum status present[DAYS], rehearsed[DAYS];
    struct replay_count raised, lagging;
    int shift; /* of the first alert; 99: there is none */
} courses[] = {
    {{G, G, G, G, G, G}, {G, U, G, G, U, G}, {0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}, 99},
    {{G, G, G, L, L, G}, {G, R, R, L, G, G}, {1, 1, 1, 1, 0}, {1, 1, 1, 0, 0}, -2},
    {{R, G, G, G, L, L}, {G, G, G, R, R, L}, {1, 1, 1, 0, 1}, {1, 1, 1, 0, 1}, 3},
    {{L, L, L, L, L, L}, {G, G, G, G, G, G}, {1, 0, 0, 0, 0}, {1, 0, 0, 0, 0}, 99},
    {{G, G, G, G, G, G}, {G, G, R, U, G, G}, {0, 1, 0, 0, 0}, {0, 0, 0, 0, 0}, 99},
};

static void test_courses(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(courses); i++) {
        struct replay_totals t = {0};
        struct replay r;
        int shift = 99;

        replay_init(&r);
        play(&r, REPLAY_PRESENT, courses[i].present);
        play(&r, REPLAY_REHEARSED, courses[i].rehearsed);
        replay_count(&t, &r);
        (void)replay_shift(r.sides[REPLAY_PRESENT].raised, r.sides[REPLAY_REHEARSED].raised,
                           &shift);
        if (memcmp(&t.raised, &courses[i].raised, sizeof t.raised) != 0 ||
            memcmp(&t.lagging, &courses[i].lagging, sizeof t.lagging) != 0 || t.series != 1 ||
            shift != courses[i].shift)
            fail_msg("course %zu: shift %d, %zu/%zu raised, %zu/%zu lagging", i, shift,
                     t.raised.present, t.raised.rehearsed, t.lagging.present, t.lagging.rehearsed);
    }
}

static void test_steps_and_days(void **state)
{
    static const enum status statuses[DAYS] = {G, R, L, U, R, G};
    static const struct replay_step expected[] = {
        {101, ALERT_AT_RISK}, {102, ALERT_LAGGING}, {104, ALERT_AT_RISK}, {105, ALERT_NONE}};
    struct replay r;

    (void)state;
    replay_init(&r);
    assert_false(replay_is_due(&r, INT32_MAX));
    play(&r, REPLAY_PRESENT, statuses);
    assert_int_equal(r.sides[REPLAY_PRESENT].n_steps, COUNT(expected));
    assert_memory_equal(r.sides[REPLAY_PRESENT].steps, expected, sizeof expected);
    assert_int_equal(r.sides[REPLAY_PRESENT].level, ALERT_NONE);
    assert_false(replay_is_due(&r, DAYS));
    assert_true(replay_is_due(&r, DAYS + 1));
}

/* A series that goes to and fro for ever takes no more room, but is counted on. */
static void test_steps_are_bounded(void **state)
{
    struct assessment a = {.reassess_on = DATE_NONE};
    struct replay r;

    (void)state;
    replay_init(&r);
    for (int i = 0; i < 2 * REPLAY_MAX_STEPS; i++) {
        a.status = i % 2 == 0 ? L : G;
        replay_take(&r, REPLAY_REHEARSED, i, &a);
    }
    assert_int_equal(r.sides[REPLAY_REHEARSED].n_steps, 2 * REPLAY_MAX_STEPS);
    assert_int_equal(r.sides[REPLAY_REHEARSED].raised, 0);
    assert_int_equal(r.sides[REPLAY_PRESENT].n_steps, 0);
}

static const struct {
    const char *text, *problem; /* NULL: it is read */
} files[] = {
    {"progress_on_track = \"0,99\"\nmilestone_late_days = 7\n", NULL},
    {"# nothing\n", ":1: no constant is given"},
    {"progress_on_track = \"0.99\"\nfrob = 1\n", ":2: no such option 'frob'"},
    {"\nprogress_on_track = \"much\"\n", ":2: progress_on_track: «much» is no number"},
    {"progress_on_track = \"-1\"\n", ":1: progress_on_track: a constant cannot be negative"},
};

static void test_files(void **state)
{
    char path[] = "/tmp/test_replay.XXXXXX";
    int fd = mkstemp(path);
    struct problems problems;
    struct trial t;

    (void)state;
    assert_true(fd >= 0);
    for (size_t i = 0; i < COUNT(files); i++) {
        size_t len = strlen(files[i].text);

        assert_int_equal(ftruncate(fd, 0), 0);
        assert_int_equal(pwrite(fd, files[i].text, len, 0), len);
        problems_init(&problems, LANG_EN);
        trial_read(path, &t, &problems);
        if (files[i].problem == NULL ? problems.n != 0
                                     : strstr(str_text(&problems.text), files[i].problem) == NULL)
            fail_msg("file %zu: %s", i, str_text(&problems.text));
        problems_finish(&problems);
    }
    assert_int_equal(close(fd), 0);
    assert_int_equal(unlink(path), 0);
    problems_init(&problems, LANG_EN);
    trial_read(path, &t, &problems);
    trial_read("/", &t, &problems);
    assert_int_equal(problems.n, 2);
    problems_finish(&problems);
}

static void test_only_what_is_tried_changes(void **state)
{
    const struct trial t = {.n = 1, .constants = {{"progress_on_track", {99, 2}}}};
    struct series tried = {.has_plan = false};
    struct rules before;

    (void)state;
    rules_default(&tried.rules);
    before = tried.rules;
    trial_apply(&t, &tried);
    assert_int_equal(decimal_compare(tried.rules.progress_on_track, (struct decimal){99, 2}), 0);
    tried.rules.progress_on_track = before.progress_on_track;
#define SAME(field, value, meaning) assert_true(decimal_identical(tried.rules.field, before.field));
    RULES_TABLE(SAME)
#undef SAME
    assert_int_equal(tried.rules.id, before.id);
    assert_string_equal(tried.rules.code, before.code);
    assert_false(tried.has_plan);
}

/* A plan speaks from its first day until it is closed, for its own series. */
static void test_a_plan_that_is_tried(void **state)
{
    struct trial_plan plan = {.organisation = "school-3",
                              .indicator = "talks",
                              .closes = 140,
                              .plan = {.version = 7, .starts = 100, .ends = 130}};
    const struct trial t = {.n_plans = 1, .plans = &plan};
    static const struct {
        const char *organisation, *indicator;
        date_t today;
        bool tried;
    } cases[] = {
        {"school-3", "talks", 99, false},  {"school-3", "talks", 100, true},
        {"school-3", "talks", 140, true},  {"school-3", "talks", 141, false},
        {"school-4", "talks", 120, false}, {"school-3", "clubs", 120, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct series s = {.today = cases[i].today};

        snprintf(s.organisation_code, sizeof s.organisation_code, "%s", cases[i].organisation);
        snprintf(s.indicator_code, sizeof s.indicator_code, "%s", cases[i].indicator);
        trial_apply(&t, &s);
        assert_int_equal(s.has_plan, cases[i].tried);
        assert_int_equal(s.plan.version, cases[i].tried ? 7 : 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_courses),
        cmocka_unit_test(test_steps_and_days),
        cmocka_unit_test(test_steps_are_bounded),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_only_what_is_tried_changes),
        cmocka_unit_test(test_a_plan_that_is_tried),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
