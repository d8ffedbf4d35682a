/* feed: who is given what, when and in which turn; over a catalogue and a database of this file. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "feed.c"
#include "rules/texts.c"
#include "log.c"

#define COUNT_OF(table) (sizeof(table) / sizeof *(table))

/* --- a catalogue: agent n is of organisation n, with the key "n" --- */

enum { TOWN = 1, SCHOOL, OTHER, AGENTS };

static bool revoked[AGENTS];

const struct agent *catalogue_agent(const struct catalogue *c, int32_t id)
{
    static struct agent agents[AGENTS];
    (void)c;
    if (id < TOWN || id >= AGENTS || revoked[id])
        return NULL;
    agents[id] = (struct agent){id, id};
    return &agents[id];
}

bool catalogue_key_is_of(const struct catalogue *c, const char *key, int32_t agent)
{
    (void)c;
    return key[0] - '0' == agent && !revoked[agent];
}

/* --- time and counters --- */

static int64_t now_us;

int64_t metrics_now(void)
{
    return now_us;
}

void metrics_add(struct metrics *m, enum metric id, uint64_t n)
{
    (void)m;
    (void)id;
    (void)n;
}

/* --- a database: steps by organisation, and what was asked and not answered yet --- */

static struct {
    bool away;
    int32_t steps[400]; /* whose step stands at position i + 1 */
    size_t n;           /* placed */
    size_t waiting;     /* of them, not placed yet */
    int words;          /* bytes of an explanation */
    struct asked_query {
        enum store_query query;
        char params[3][64];
        pg_reply_fn *fn;
        void *arg;
    } questions[8];
    size_t n_questions, n_asked;
    int64_t moment; /* of the step at position n it is this and n */
} db;

bool store_query(struct store *s, enum store_line line, enum store_query query, int n_params,
                 const char *const *params, pg_reply_fn *fn, void *arg)
{
    (void)s;
    assert_int_equal(line, STORE_CONTROL);
    if (db.away)
        return false;
    assert_true(db.n_questions < COUNT_OF(db.questions));
    struct asked_query *q = &db.questions[db.n_questions++];
    *q = (struct asked_query){.query = query, .fn = fn, .arg = arg};
    for (int i = 0; i < n_params; i++)
        snprintf(q->params[i], sizeof q->params[i], "%s", params[i]);
    db.n_asked++;
    return true;
}

static PGresult *rows_of(const char *const *names, int n_columns)
{
    PGresult *r = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    PGresAttDesc columns[32] = {{0}};
    for (int i = 0; i < n_columns; i++)
        columns[i].name = (char *)(names != NULL ? names[i] : "c");
    assert_non_null(r);
    assert_true(PQsetResultAttrs(r, n_columns, columns));
    return r;
}

static void put(PGresult *r, int row, int column, const char *text)
{
    int len = text != NULL ? (int)strlen(text) : -1;
    assert_true(PQsetvalue(r, row, column, (char *)text, len));
}

static void put_number(PGresult *r, int row, int column, int64_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)number);
    put(r, row, column, text);
}

static void put_step(PGresult *r, int row, size_t position)
{
    char above[16], *words = calloc(1, (size_t)db.words + 1);
    snprintf(above, sizeof above, db.steps[position - 1] == TOWN ? "{%d}" : "{%d,1}",
             (int)db.steps[position - 1]);
    put(r, row, STEP_READ_ABOVE, above);
    put_number(r, row, STEP_READ_STEP + STEP_POSITION, (int64_t)position);
    static const enum step_column numbers[] = {STEP_ID, STEP_ALERT, STEP_OPENED};
    put_number(r, row, STEP_READ_STEP + STEP_AT, db.moment + (int64_t)position);
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        put(r, row, STEP_READ_STEP + (int)numbers[i], "1");
    put(r, row, STEP_READ_STEP + STEP_EVENT, "opens");
    put(r, row, STEP_READ_STEP + STEP_KIND, "lag");
    put(r, row, STEP_READ_STEP + STEP_ORGANISATION, "o");
    memset(words, 'r', (size_t)db.words);
    put(r, row, STEP_READ_STEP + STEP_EXPLANATION_RU, words);
    memset(words, 'e', (size_t)db.words);
    put(r, row, STEP_READ_STEP + STEP_EXPLANATION_EN, words);
    free(words);
}

static bool is_for(const char *list, int32_t organisation)
{
    return contains(list, organisation) || contains(list, TOWN);
}

/* As vekha.read_feed(): after, at most so many, for these. */
static PGresult *read_answer(const struct asked_query *q)
{
    PGresult *r = rows_of(NULL, STEP_READ_STEP + STEP_COLUMN_COUNT);
    size_t after = strtoul(q->params[0], NULL, 10), max = strtoul(q->params[1], NULL, 10);
    size_t through = after < db.n ? db.n : after;
    int n = 0;
    for (size_t p = after + 1; p <= db.n && through == db.n; p++)
        if (is_for(q->params[2], db.steps[p - 1])) {
            put_step(r, n++, p);
            if ((size_t)n == max)
                through = p;
        }
    for (int row = 0; row < (n > 0 ? n : 1); row++) {
        put_number(r, row, STEP_READ_THROUGH, (int64_t)(through < db.n ? through : db.n));
        put_number(r, row, STEP_READ_NEWEST, (int64_t)db.n);
        put_number(r, row, STEP_READ_AFTER_US, db.moment + (int64_t)after);
        put_number(r, row, STEP_READ_THROUGH_US,
                   db.moment + (int64_t)(through < db.n ? through : db.n));
    }
    return r;
}

static PGresult *place_answer(void)
{
    PGresult *r = rows_of(NULL, 2);
    put_number(r, 0, PLACED_COUNT, (int64_t)db.waiting);
    db.n += db.waiting;
    db.waiting = 0;
    put_number(r, 0, PLACED_NEWEST, (int64_t)db.n);
    return r;
}

static void answer_next(void)
{
    struct asked_query q = db.questions[0];
    bool keep = false;
    memmove(db.questions, db.questions + 1, --db.n_questions * sizeof *db.questions);
    PGresult *r = q.query == STORE_READ_FEED ? read_answer(&q) : place_answer();
    const struct pg_reply reply = {.result = r, .error = "", .keep = &keep};
    q.fn(q.arg, &reply);
    PQclear(r);
}

static void answer_all(void)
{
    while (db.n_questions > 0)
        answer_next();
}

static void lose_all(void)
{
    bool keep = false;
    const struct pg_reply reply = {.result = NULL, .error = "lost", .keep = &keep};
    while (db.n_questions > 0) {
        struct asked_query q = db.questions[--db.n_questions];
        q.fn(q.arg, &reply);
    }
}

static void add_steps(int32_t organisation, size_t n)
{
    for (size_t i = 0; i < n; i++)
        db.steps[db.n + db.waiting++] = organisation;
}

/* --- what the watchers hear --- */

static struct heard {
    char peer;
    struct message message;
    int64_t first, last; /* positions */
} heard[64];
static size_t n_heard;
static struct arena *hearing;
static struct feed *feed;

static void hear(void *arg, const struct intake_origin *to, const uint8_t *bytes, size_t len)
{
    struct heard *h = &heard[n_heard++];
    (void)arg;
    assert_true(n_heard <= COUNT_OF(heard) && len <= WIRE_MAX_MESSAGE);
    *h = (struct heard){.peer = (char)to->peer[0]};
    arena_reset(hearing);
    assert_int_equal(wire_unpack(bytes, len, hearing, &h->message), WIRE_OK);
    if (h->message.kind == MESSAGE_STEPS && h->message.u.steps.n_steps > 0) {
        const struct steps *s = &h->message.u.steps;
        h->first = s->steps[0].position;
        h->last = s->steps[s->n_steps - 1].position;
    }
}

static void watch(int32_t agent, char peer, const struct watch *w)
{
    struct intake_origin from = {.agent = agent, .peer = {(uint8_t)peer}, .peer_len = 1};
    from.key[0] = (char)('0' + agent);
    feed_watch(feed, &from, w);
}

static void watch_after(int32_t agent, char peer, int64_t after)
{
    watch(agent, peer, &(struct watch){.after = after});
}

static void expect_steps(size_t i, char peer, size_t n, int64_t position, bool more)
{
    assert_true(i < n_heard);
    assert_int_equal(heard[i].peer, peer);
    assert_int_equal(heard[i].message.kind, MESSAGE_STEPS);
    assert_int_equal(heard[i].message.u.steps.n_steps, n);
    assert_int_equal(heard[i].message.u.steps.position, position);
    assert_int_equal(heard[i].message.u.steps.more, more);
}

static struct event_base *base;

static int set_up(void **state)
{
    (void)state;
    memset(&db, 0, sizeof db);
    memset(revoked, 0, sizeof revoked);
    db.words = 10;
    db.moment = 1000;
    n_heard = 0;
    now_us = 0;
    base = event_base_new();
    hearing = arena_new(WIRE_MAX_UNPACKED);
    feed = feed_new(base, NULL, NULL, NULL, hear, NULL);
    return base == NULL || hearing == NULL || feed == NULL;
}

/* The store is gone first: what is on its way is lost. */
static int tear_down(void **state)
{
    (void)state;
    lose_all();
    feed_free(feed);
    arena_free(hearing);
    event_base_free(base);
    return 0;
}

static void wake(void)
{
    feed_wake(feed);
    answer_all();
}

/* --- tests --- */

static void what_is_there_is_given_at_once(void **state)
{
    (void)state;
    add_steps(SCHOOL, 3);
    wake();
    watch_after(TOWN, 'a', 1);
    answer_all();
    expect_steps(0, 'a', 2, 3, false);
    assert_int_equal(heard[0].first, 2);
    assert_int_equal(feed_watches(feed), 0);
}

static void where_there_is_nothing_it_waits(void **state)
{
    (void)state;
    wake();
    watch_after(TOWN, 'a', 0);
    watch_after(SCHOOL, 'b', 0);
    watch_after(OTHER, 'c', 0);
    answer_all();
    assert_int_equal(feed_watches(feed), 3);
    size_t asked = db.n_asked;
    add_steps(SCHOOL, 1);
    wake();
    assert_int_equal(n_heard, 2);            /* the other school has nothing to hear */
    assert_int_equal(db.n_asked, asked + 2); /* one placing, one reading for all three */
    for (size_t i = 0; i < 2; i++)
        expect_steps(i, heard[i].peer, 1, 1, false);
    assert_int_equal(feed_watches(feed), 1);
    now_us = (int64_t)FEED_BEAT_S * US_PER_S;
    on_timer(-1, EV_TIMEOUT, feed);
    expect_steps(2, 'c', 0, 1, false); /* what was not for it, it need not ask for again */
    assert_int_equal(feed_watches(feed), 0);
}

static void from_now_on_is_told_at_once(void **state)
{
    (void)state;
    add_steps(SCHOOL, 5);
    watch(SCHOOL, 'a', &(struct watch){.from_now = true});
    assert_int_equal(n_heard, 0); /* nobody knows yet */
    wake();
    expect_steps(0, 'a', 0, 5, false);
    watch(SCHOOL, 'a', &(struct watch){.from_now = true});
    answer_all();
    expect_steps(1, 'a', 0, 5, false);
    assert_int_equal(heard[1].message.u.steps.position_us, db.moment + 5);
}

static void without_a_database_it_is_put_off(void **state)
{
    (void)state;
    db.away = true;
    watch(SCHOOL, 'a', &(struct watch){.from_now = true});
    watch_after(SCHOOL, 'b', 7);
    now_us = (int64_t)FEED_BEAT_S * US_PER_S;
    on_timer(-1, EV_TIMEOUT, feed);
    assert_int_equal(n_heard, 2);
    for (size_t i = 0; i < n_heard; i++) {
        if (heard[i].peer == 'b') {
            expect_steps(i, 'b', 0, 7, false);
            continue;
        }
        assert_int_equal(heard[i].message.kind, MESSAGE_LATER);
        assert_int_equal(heard[i].message.u.later.reason, LATER_DATABASE_AWAY);
        assert_false(heard[i].message.u.later.has_id);
    }
}

static void a_lost_answer_is_asked_for_again(void **state)
{
    (void)state;
    add_steps(SCHOOL, 1);
    wake();
    watch_after(SCHOOL, 'a', 0);
    lose_all();
    assert_int_equal(n_heard, 0);
    on_timer(-1, EV_TIMEOUT, feed);
    answer_all();
    expect_steps(0, 'a', 1, 1, false);
}

static void a_position_that_there_is_not_is_refused(void **state)
{
    (void)state;
    wake();
    add_steps(SCHOOL, 2);
    db.n = 2;
    db.waiting = 0; /* placed by another daemon: not known here yet */
    watch_after(SCHOOL, 'a', 2);
    answer_all();
    assert_int_equal(n_heard, 0);
    watch_after(OTHER, 'b', 3);
    answer_all();
    assert_int_equal(heard[0].peer, 'b');
    assert_int_equal(heard[0].message.kind, MESSAGE_REFUSAL);
    assert_int_equal(heard[0].message.u.refusal.reason, REFUSAL_BAD_POSITION);
    assert_int_equal(feed_watches(feed), 1);
}

/* The same position of a feed that goes on from an older copy. */
static void a_step_that_is_another_one_by_now_is_refused(void **state)
{
    (void)state;
    add_steps(SCHOOL, 3);
    wake();
    watch(SCHOOL, 'a', &(struct watch){.max = 1});
    answer_all();
    expect_steps(0, 'a', 1, 1, true);
    int64_t us = heard[0].message.u.steps.position_us;
    assert_int_equal(us, db.moment + 1);
    watch(SCHOOL, 'a', &(struct watch){.after = 1, .after_us = us});
    answer_all();
    expect_steps(1, 'a', 2, 3, false);
    db.moment++;
    watch(SCHOOL, 'a', &(struct watch){.after = 1, .after_us = us});
    answer_all();
    assert_int_equal(heard[2].message.kind, MESSAGE_REFUSAL);
    assert_int_equal(heard[2].message.u.refusal.reason, REFUSAL_BAD_POSITION);
    watch(SCHOOL, 'b', &(struct watch){.after = 3, .after_us = db.moment + 2});
    assert_int_equal(feed_watches(feed), 1); /* nothing is given yet */
    add_steps(SCHOOL, 1);
    wake();
    assert_int_equal(heard[3].message.kind, MESSAGE_REFUSAL);
}

static void a_new_watch_takes_the_place_of_the_old(void **state)
{
    (void)state;
    add_steps(SCHOOL, 4);
    wake();
    watch_after(SCHOOL, 'a', 0);
    watch_after(SCHOOL, 'a', 3); /* while it is read for the first */
    assert_int_equal(feed_watches(feed), 1);
    answer_all();
    assert_int_equal(n_heard, 1);
    expect_steps(0, 'a', 1, 4, false);
}

static void their_number_is_limited(void **state)
{
    (void)state;
    wake();
    for (int i = 0; i <= FEED_MAX_OF_AGENT; i++)
        watch_after(SCHOOL, (char)('A' + i), 0);
    assert_int_equal(feed_watches(feed), FEED_MAX_OF_AGENT);
    assert_int_equal(n_heard, 1);
    assert_int_equal(heard[0].message.kind, MESSAGE_LATER);
    assert_int_equal(heard[0].message.u.later.reason, LATER_CREDITS);
    watch_after(OTHER, 'z', 0);
    assert_int_equal(feed_watches(feed), FEED_MAX_OF_AGENT + 1);
}

static void language_and_maximum_are_kept(void **state)
{
    (void)state;
    add_steps(SCHOOL, 5);
    wake();
    watch(SCHOOL, 'a', &(struct watch){.max = 2, .one_language = true, .language = LANG_RU});
    answer_next();
    expect_steps(0, 'a', 2, 2, true);
    const struct alert_step *s = &heard[0].message.u.steps.steps[0];
    assert_string_equal(s->explanation[LANG_RU], "rrrrrrrrrr");
    assert_null(s->explanation[LANG_EN]);
}

static void long_steps_are_divided(void **state)
{
    (void)state;
    int64_t after = 0;
    size_t n = 0;
    db.words = WIRE_MAX_EXPLANATION;
    add_steps(SCHOOL, 7);
    wake();
    for (bool more = true; more; n++) {
        watch_after(SCHOOL, 'a', after);
        answer_all();
        const struct steps *s = &heard[n].message.u.steps;
        assert_int_equal(heard[n].first, after + 1);
        assert_true(s->n_steps >= 1);
        assert_int_equal(heard[n].last, s->position);
        after = s->position;
        more = s->more;
    }
    assert_int_equal(after, 7);
    assert_true(n > 3);
}

/* Two who read a long past ask again and again, and one who waits hears of news in between. */
static void who_is_far_behind_does_not_keep_others_waiting(void **state)
{
    (void)state;
    add_steps(SCHOOL, 300);
    wake();
    watch_after(OTHER, 'n', 299);
    answer_all();
    watch_after(SCHOOL, 'o', 0);
    watch_after(SCHOOL, 'p', 1);
    add_steps(OTHER, 1);
    feed_wake(feed);
    for (size_t seen = 0; n_heard == seen || heard[seen].peer != 'n';) {
        answer_next();
        for (; seen < n_heard && heard[seen].peer != 'n'; seen++)
            watch_after(SCHOOL, heard[seen].peer, heard[seen].last);
    }
    assert_true(n_heard <= 4);
}

static void a_revoked_key_is_refused_while_it_waits(void **state)
{
    (void)state;
    wake();
    watch_after(SCHOOL, 'a', 0);
    watch_after(OTHER, 'b', 0);
    revoked[SCHOOL] = true;
    feed_recheck(feed);
    assert_int_equal(n_heard, 1);
    assert_int_equal(heard[0].peer, 'a');
    assert_int_equal(heard[0].message.u.refusal.reason, REFUSAL_REVOKED);
    watch_after(SCHOOL, 'a', 0);
    assert_int_equal(heard[1].message.u.refusal.reason, REFUSAL_REVOKED);
    assert_int_equal(feed_watches(feed), 1);
}

static void lists_are_read(void **state)
{
    (void)state;
    assert_true(contains("{3,12,1}", 12));
    assert_true(contains("{3,12,1}", 3));
    assert_true(contains("{3,12,1}", 1));
    assert_false(contains("{3,12,1}", 2));
    assert_false(contains("{}", 1));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_there_is_given_at_once),
        TEST(where_there_is_nothing_it_waits),
        TEST(from_now_on_is_told_at_once),
        TEST(without_a_database_it_is_put_off),
        TEST(a_lost_answer_is_asked_for_again),
        TEST(a_position_that_there_is_not_is_refused),
        TEST(a_step_that_is_another_one_by_now_is_refused),
        TEST(a_new_watch_takes_the_place_of_the_old),
        TEST(their_number_is_limited),
        TEST(language_and_maximum_are_kept),
        TEST(long_steps_are_divided),
        TEST(who_is_far_behind_does_not_keep_others_waiting),
        TEST(a_revoked_key_is_refused_while_it_waits),
        TEST(lists_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
