/* test_group: which submissions go together, in which order, and what becomes of them: over a
 * database of this file, which refuses what it is told to refuse. */
#include "store/group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "store/group.c"
#include "store/turns.c"

enum { MAX_ANSWERS = 5000 };

/* Who was answered what, in the order of the answers. */
static struct {
    size_t n;
    int who[MAX_ANSWERS];
    enum store_outcome outcome[MAX_ANSWERS];
} answers;

static int numbers[MAX_ANSWERS];

static int set_up(void **state)
{
    (void)state;
    answers.n = 0;
    for (int i = 0; i < MAX_ANSWERS; i++)
        numbers[i] = i;
    return 0;
}

static void on_done(void *arg, enum store_outcome outcome, const struct receipt *receipt)
{
    (void)receipt;
    assert_true(answers.n < MAX_ANSWERS);
    answers.who[answers.n] = *(int *)arg;
    answers.outcome[answers.n++] = outcome;
}

static struct uuid id_of(int number)
{
    struct uuid id = {{1, 2, 3, 4, 5, 6, 0x70}};

    memcpy(id.bytes + 8, &number, sizeof number);
    id.bytes[15] = 0xff;
    return id;
}

enum { AGENT = 7, OTHER_AGENT = 8 };

/* Adds submission `id` of an agent with n figures of organisation `key` on, each with its own key. */
static bool add_of(struct groups *gs, int32_t agent, int who, int id, int32_t key, size_t n)
{
    struct stored_figure figures[600];
    struct stored_submission s = {
        .id = id_of(id), .agent = agent, .author = "Завуч", .n_figures = n, .figures = figures};

    memset(figures, 0, sizeof figures);
    for (size_t i = 0; i < n; i++)
        figures[i] = (struct stored_figure){
            .organisation = key + (int32_t)i, .indicator = 2, .period = 2020009, .note = "заметка"};
    return groups_add(gs, &s, on_done, &numbers[who]);
}

static bool add(struct groups *gs, int who, int id, int32_t key, size_t n)
{
    return add_of(gs, AGENT, who, id, key, n);
}

/* Adds submission `id` with one narrative of an organisation. */
static bool add_narrative(struct groups *gs, int who, int id, int32_t organisation,
                          enum verdict verdict)
{
    char text[] = "положение дел", cause[] = "причина", told[] = "ответ";
    struct stored_narrative narrative = {.organisation = organisation,
                                         .project = 2,
                                         .period = 2020009,
                                         .texts = {text, cause},
                                         .verdict = verdict,
                                         .text = told};
    struct stored_submission s = {.id = id_of(id), .n_narratives = 1, .narratives = &narrative};

    return groups_add(gs, &s, on_done, &numbers[who]);
}

static int id_in(const struct group *g, size_t member)
{
    int id;

    memcpy(&id, group_submission(g, member)->id.bytes + 8, sizeof id);
    return id;
}

/* The members' ids as text: "1 2 3". */
static const char *ids(const struct group *g)
{
    static char text[8000];
    size_t len = 0;

    text[0] = '\0';
    for (size_t i = 0; g && i < g->n_members; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, i ? " %d" : "%d", id_in(g, i));
    return text;
}

static void commit(struct groups *gs, struct group *g)
{
    for (size_t i = 0; i < g->n_members; i++)
        group_answer(g, i, STORE_STORED, NULL);
    groups_finish(gs, g);
}

static void test_null_and_empty(void **state)
{
    struct groups *gs = groups_new();

    (void)state;
    groups_free(NULL);
    assert_non_null(gs);
    assert_null(groups_next(gs));
    assert_false(groups_is_full(gs));
    groups_give_up(gs);
    groups_free(gs);
    assert_int_equal(answers.n, 0);
}

/* What was handed over is kept, though the caller's memory is gone. */
static void test_copies(void **state)
{
    struct groups *gs = groups_new();
    const struct stored_submission *s;
    struct group *g;

    (void)state;
    assert_true(add(gs, 0, 1, 10, 500));
    g = groups_next(gs);
    s = group_submission(g, 0);
    assert_string_equal(s->author, "Завуч");
    assert_int_equal(s->n_figures, 500);
    assert_int_equal(s->figures[499].organisation, 509);
    assert_string_equal(s->figures[499].note, "заметка");
    assert_null(s->figures[499].method);
    commit(gs, g);
    groups_free(gs);
    assert_int_equal(answers.n, 1);
}

static void test_what_has_arrived_goes_together(void **state)
{
    struct groups *gs = groups_new();
    struct group *g;

    (void)state;
    for (int i = 0; i < 5; i++)
        assert_true(add(gs, i, i, i * 10, 2));
    g = groups_next(gs);
    assert_string_equal(ids(g), "0 1 2 3 4");
    assert_int_equal(g->n_lines, 10);
    assert_int_equal(groups_queued(gs), 0);
    assert_int_equal(groups_in_flight(gs), 1);
    assert_null(groups_next(gs));
    commit(gs, g);
    assert_int_equal(groups_in_flight(gs), 0);
    assert_int_equal(answers.n, 5);
    groups_free(gs);
    assert_int_equal(answers.n, 5);
}

/* 2 has a key of 1, and 3 has a key of 2 (not of 1): both wait, for else 3 would overtake 2. */
static void test_order_of_a_key(void **state)
{
    struct groups *gs = groups_new();
    struct group *g, *second;

    (void)state;
    assert_true(add(gs, 1, 1, 10, 1));
    assert_true(add(gs, 2, 2, 10, 2)); /* keys 10, 11 */
    assert_true(add(gs, 3, 3, 11, 1));
    assert_true(add(gs, 4, 4, 40, 1));
    g = groups_next(gs);
    assert_string_equal(ids(g), "1 4");
    assert_int_equal(groups_queued(gs), 2);
    /* While 1 is under way nothing with its key may go, nor what is behind that. */
    assert_null(groups_next(gs));
    assert_true(add(gs, 5, 5, 50, 1));
    second = groups_next(gs);
    assert_string_equal(ids(second), "5");
    commit(gs, g);
    g = groups_next(gs);
    assert_string_equal(ids(g), "2");
    commit(gs, g);
    g = groups_next(gs);
    assert_string_equal(ids(g), "3");
    commit(gs, g);
    commit(gs, second);
    groups_free(gs);
    assert_int_equal(answers.n, 5);
}

static void test_no_id_twice(void **state)
{
    struct groups *gs = groups_new();
    struct group *g;

    (void)state;
    assert_true(add(gs, 0, 1, 10, 1));
    assert_true(add(gs, 1, 1, 20, 1));
    g = groups_next(gs);
    assert_int_equal(g->n_members, 1);
    assert_null(groups_next(gs));
    commit(gs, g);
    g = groups_next(gs);
    assert_string_equal(ids(g), "1");
    commit(gs, g);
    groups_free(gs);
}

/* What was rejected before writes no figure and so clashes with nothing. */
static void test_rejected_figures_have_no_key(void **state)
{
    struct stored_figure figure = {
        .organisation = 10, .indicator = 2, .period = 2020009, .verdict = VERDICT_REJECTED};
    struct stored_submission s = {.id = id_of(2), .n_figures = 1, .figures = &figure};
    struct groups *gs = groups_new();
    struct group *g;

    (void)state;
    assert_true(add(gs, 0, 1, 10, 1));
    assert_true(groups_add(gs, &s, on_done, &numbers[1]));
    figure.unless_same = true; /* is compared with what stands, so it waits for its turn */
    s.id = id_of(3);
    assert_true(groups_add(gs, &s, on_done, &numbers[2]));
    g = groups_next(gs);
    assert_string_equal(ids(g), "1 2");
    commit(gs, g);
    g = groups_next(gs);
    assert_string_equal(ids(g), "3");
    commit(gs, g);
    groups_free(gs);
}

static void test_narratives_are_copied(void **state)
{
    struct groups *gs = groups_new();
    const struct stored_submission *s;
    struct group *g;

    (void)state;
    assert_true(add_narrative(gs, 0, 1, 10, VERDICT_WARNING));
    g = groups_next(gs);
    s = group_submission(g, 0);
    assert_int_equal(s->n_narratives, 1);
    assert_int_equal(s->narratives[0].project, 2);
    assert_string_equal(s->narratives[0].texts[NARRATIVE_TEXT], "положение дел");
    assert_string_equal(s->narratives[0].texts[NARRATIVE_CAUSE], "причина");
    assert_null(s->narratives[0].texts[NARRATIVE_MEASURE]);
    assert_string_equal(s->narratives[0].text, "ответ");
    assert_int_equal(g->n_lines, 1);
    commit(gs, g);
    groups_free(gs);
}

/* One of a key in flight; but a figure's key is not that of a narrative with the same numbers, and
 * what was rejected has none. */
static void test_keys_of_narratives(void **state)
{
    struct groups *gs = groups_new();
    struct group *g, *second;

    (void)state;
    assert_true(add_narrative(gs, 0, 1, 10, 0));
    assert_true(add(gs, 1, 2, 10, 1));
    assert_true(add_narrative(gs, 2, 3, 10, VERDICT_REJECTED));
    assert_true(add_narrative(gs, 3, 4, 10, 0));
    assert_true(add_narrative(gs, 4, 5, 11, 0));
    g = groups_next(gs);
    assert_string_equal(ids(g), "1 2 3 5");
    second = groups_next(gs);
    assert_null(second);
    commit(gs, g);
    g = groups_next(gs);
    assert_string_equal(ids(g), "4");
    commit(gs, g);
    groups_free(gs);
}

static void test_limits_of_a_group(void **state)
{
    struct groups *gs = groups_new();
    struct group *g;

    (void)state;
    for (int i = 0; i < 11; i++)
        assert_true(add(gs, i, i, i * 1000, STORE_MAX_GROUP_LINES / 10));
    g = groups_next(gs);
    assert_int_equal(g->n_lines, STORE_MAX_GROUP_LINES);
    commit(gs, g);
    g = groups_next(gs);
    assert_string_equal(ids(g), "10");
    commit(gs, g);
    for (int i = 0; i < STORE_MAX_GROUP_SUBMISSIONS + 1; i++)
        assert_true(add(gs, i, i, i, 1));
    g = groups_next(gs);
    assert_int_equal(g->n_members, STORE_MAX_GROUP_SUBMISSIONS);
    commit(gs, g);
    groups_free(gs);
}

static void test_limit_of_the_queue(void **state)
{
    struct groups *gs = groups_new();
    int n = 0;

    (void)state;
    while (add(gs, n, n, n, 1))
        n++;
    assert_int_equal(n, STORE_MAX_QUEUED);
    assert_true(groups_is_full(gs));
    groups_give_up(gs);
    assert_int_equal(answers.n, STORE_MAX_QUEUED);
    assert_int_equal(answers.outcome[0], STORE_AWAY);
    assert_int_equal(answers.who[1], 1);
    assert_false(groups_is_full(gs));
    for (n = 0; add(gs, 0, n, n * 1000, 500); n++)
        ;
    assert_true(n < STORE_MAX_QUEUED); /* by bytes */
    groups_free(gs);
}

/* A database that refuses whatever holds a poisoned submission. */
static size_t run_database(struct groups *gs, const bool *poisoned)
{
    struct group *g;
    size_t trips = 0;

    while ((g = groups_next(gs))) {
        bool refused = false;

        trips++;
        for (size_t i = 0; i < g->n_members; i++)
            refused = refused || poisoned[id_in(g, i)];
        if (!refused) {
            commit(gs, g);
        } else if (!groups_split(gs, g)) {
            group_answer(g, 0, STORE_POISONED, NULL);
            groups_finish(gs, g);
        }
    }
    return trips;
}

static void test_poison_is_isolated(void **state)
{
    static const int wheres[][3] = {{0, 0, 0}, {99, 99, 99}, {31, 32, 33}, {0, 50, 99}};

    for (size_t w = 0; w < sizeof wheres / sizeof wheres[0]; w++) {
        struct groups *gs = groups_new();
        bool poisoned[100] = {false};

        set_up(state);
        for (int i = 0; i < 3; i++)
            poisoned[wheres[w][i]] = true;
        for (int i = 0; i < 100; i++)
            assert_true(add(gs, i, i, i * 2, 2));
        assert_true(run_database(gs, poisoned) <= 3 * 14);
        assert_int_equal(answers.n, 100);
        for (size_t i = 0; i < 100; i++) {
            assert_int_equal(answers.who[i], i); /* and in their order */
            assert_int_equal(answers.outcome[i], poisoned[i] ? STORE_POISONED : STORE_STORED);
        }
        groups_free(gs);
    }
}

/* After a lost connection everything is sent again in the order of arrival. */
static void test_put_back(void **state)
{
    struct groups *gs = groups_new();
    struct group *g, *second;

    (void)state;
    assert_true(add(gs, 0, 0, 10, 1));
    assert_true(add(gs, 1, 1, 10, 1));
    assert_true(add(gs, 2, 2, 20, 1));
    g = groups_next(gs);
    assert_string_equal(ids(g), "0 2");
    assert_true(add(gs, 3, 3, 30, 1));
    second = groups_next(gs);
    assert_string_equal(ids(second), "3");
    assert_true(add(gs, 4, 4, 40, 1));
    groups_put_back(gs, second);
    groups_put_back(gs, g);
    assert_int_equal(groups_in_flight(gs), 0);
    assert_int_equal(groups_queued(gs), 5);
    g = groups_next(gs);
    assert_string_equal(ids(g), "0 2 3 4");
    commit(gs, g);
    g = groups_next(gs);
    assert_string_equal(ids(g), "1");
    commit(gs, g);
    assert_int_equal(answers.n, 5);
    groups_free(gs);
}

/* A pile of one agent is overtaken by whoever sends little, but not by the agent itself. */
static void test_each_agent_has_its_turn(void **state)
{
    enum { PILE = 20, LINES = STORE_MAX_GROUP_LINES / 10 };
    struct groups *gs = groups_new();
    struct group *g;

    (void)state;
    for (int i = 0; i < PILE; i++)
        assert_true(add(gs, i, i, i * LINES, LINES));
    g = groups_next(gs);
    assert_string_equal(ids(g), "0 1 2 3 4 5 6 7 8 9");
    commit(gs, g);
    assert_true(add_of(gs, OTHER_AGENT, PILE, PILE, PILE * LINES, 1));
    assert_true(add_of(gs, OTHER_AGENT, PILE + 1, PILE + 1, PILE * LINES + 1, LINES));
    assert_true(add_of(gs, OTHER_AGENT, PILE + 2, PILE + 2, PILE * LINES + LINES + 1, LINES));
    g = groups_next(gs);
    assert_string_equal(ids(g), "20 21 10 22 11 12 13 14 15 16");
    groups_put_back(gs, g);
    g = groups_next(gs);
    assert_string_equal(ids(g), "20 21 10 22 11 12 13 14 15 16"); /* and keeps it */
    commit(gs, g);
    groups_free(gs);
}

/* Giving up takes the halves of a refused group too, but not what is under way. */
static void test_give_up(void **state)
{
    struct groups *gs = groups_new();
    struct group *g, *half;

    (void)state;
    for (int i = 0; i < 4; i++)
        assert_true(add(gs, i, i, i, 1));
    g = groups_next(gs);
    assert_true(groups_split(gs, g));
    half = groups_next(gs);
    assert_string_equal(ids(half), "0 1");
    groups_give_up(gs);
    assert_int_equal(answers.n, 2);
    assert_int_equal(answers.who[0], 2);
    assert_int_equal(answers.outcome[0], STORE_AWAY);
    commit(gs, half);
    assert_int_equal(answers.n, 4);
    assert_int_equal(answers.outcome[3], STORE_STORED);
    groups_free(gs);
}

/* Who is forgotten by the result is told STORE_AWAY, and nobody is told twice. */
static void test_everybody_is_answered_once(void **state)
{
    struct groups *gs = groups_new();
    struct group *g;

    (void)state;
    for (int i = 0; i < 3; i++)
        assert_true(add(gs, i, i, i, 1));
    g = groups_next(gs);
    group_answer(g, 1, STORE_STORED, NULL);
    group_answer(g, 1, STORE_POISONED, NULL);
    groups_finish(gs, g);
    assert_int_equal(answers.n, 3);
    assert_int_equal(answers.who[0], 1);
    assert_int_equal(answers.outcome[0], STORE_STORED);
    assert_int_equal(answers.outcome[1], STORE_AWAY);
    assert_int_equal(answers.outcome[2], STORE_AWAY);
    groups_free(gs);
}

static struct groups *again;

static void on_done_add(void *arg, enum store_outcome outcome, const struct receipt *receipt)
{
    on_done(arg, outcome, receipt);
    assert_true(add(again, 9, 9, 9, 1));
}

/* An answer may bring the next submission at once. */
static void test_answers_may_add(void **state)
{
    struct stored_submission s = {.id = id_of(1)};
    struct group *g;

    (void)state;
    again = groups_new();
    assert_true(groups_add(again, &s, on_done_add, &numbers[1]));
    g = groups_next(again);
    commit(again, g);
    g = groups_next(again);
    assert_string_equal(ids(g), "9");
    commit(again, g);
    groups_free(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_null_and_empty, set_up),
        cmocka_unit_test_setup(test_copies, set_up),
        cmocka_unit_test_setup(test_what_has_arrived_goes_together, set_up),
        cmocka_unit_test_setup(test_order_of_a_key, set_up),
        cmocka_unit_test_setup(test_each_agent_has_its_turn, set_up),
        cmocka_unit_test_setup(test_no_id_twice, set_up),
        cmocka_unit_test_setup(test_rejected_figures_have_no_key, set_up),
        cmocka_unit_test_setup(test_narratives_are_copied, set_up),
        cmocka_unit_test_setup(test_keys_of_narratives, set_up),
        cmocka_unit_test_setup(test_limits_of_a_group, set_up),
        cmocka_unit_test_setup(test_limit_of_the_queue, set_up),
        cmocka_unit_test_setup(test_poison_is_isolated, set_up),
        cmocka_unit_test_setup(test_put_back, set_up),
        cmocka_unit_test_setup(test_give_up, set_up),
        cmocka_unit_test_setup(test_everybody_is_answered_once, set_up),
        cmocka_unit_test_setup(test_answers_may_add, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
