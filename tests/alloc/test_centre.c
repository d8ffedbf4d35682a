/* What a centre's parts do when memory is refused: every submission is answered once; a message is whole, or it is said that it could not
 * be written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "each.h"

#include "base/shortage.h"
#include "lookout/moves.h"
#include "notify/mention.h"
#include "notify/mime.h"
#include "notify/refusal.h"
#include "notify/tame.h"
#include "notify/webhook.h"
#include "store/group.h"
#include "store/ingest.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* --- groups ---------------------------------------------------------------------------------- */

enum { SUBMISSIONS = 3 };

static struct {
    size_t taken, answered, receipts;
    struct ingest *ingest;
    struct groups *groups;
} centre;

static void on_done(void *arg, enum store_outcome outcome, const struct receipt *receipt)
{
    (void)arg;
    centre.answered++;
    if (outcome != STORE_STORED)
        return;
    centre.receipts++;
    if (receipt->n_figures != 1 || receipt->figures[0].text == NULL ||
        strcmp(receipt->figures[0].text, "больше плана") != 0)
        abort(); /* what is stored for good is told for good */
}

static bool submit(int number, int32_t organisation)
{
    const struct stored_figure figure = {.organisation = organisation,
                                         .indicator = 2,
                                         .period = 2020009,
                                         .note = "заметка",
                                         .state = FIGURE_NO_DATA};
    const struct stored_submission s = {
        .id = {{(uint8_t)number}}, .agent = number, .n_figures = 1, .figures = &figure};
    bool taken = groups_add(centre.groups, &s, on_done, NULL);
    centre.taken += taken;
    return taken;
}

/* What vekha.ingest() says of n submissions. */
static PGresult *rows_of(size_t n)
{
    static char names[8][8] = {"ord", "outcome", "number", "time", "v", "t", "nv", "nt"};
    static const char *const values[8] = {NULL,  "stored",       "1", "1601002800000000",
                                          "200", "больше плана", "",  NULL};
    PGresAttDesc columns[8] = {{0}};
    PGresult *rows = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    for (int i = 0; i < 8; i++)
        columns[i].name = names[i];
    bool made = rows != NULL && PQsetResultAttrs(rows, 8, columns);
    for (int row = 0; made && row < (int)n; row++) {
        char ord[12];
        snprintf(ord, sizeof ord, "%d", row + 1);
        for (int i = 0; made && i < 8; i++) {
            const char *value = i == 0 ? ord : values[i];
            made = PQsetvalue(rows, row, i, (char *)value, value != NULL ? (int)strlen(value) : -1);
        }
    }
    if (!made)
        PQclear(rows);
    return made ? rows : NULL;
}

/* One group after the other is filled, split once, and answered: as the store does it. */
static bool commit(struct group *g)
{
    struct pg_call call;
    PGresult *rows = NULL;
    bool done = ingest_fill(centre.ingest, g, 1601002800000000, &call) &&
                (rows = rows_of(g->n_members)) != NULL;
    if (done) {
        ingest_answer(centre.ingest, g, rows);
        groups_finish(centre.groups, g);
    } else {
        groups_put_back(centre.groups, g);
    }
    PQclear(rows);
    return done;
}

static bool store(void *arg)
{
    bool split = false, done = true;
    struct group *g;
    (void)arg;
    centre.taken = centre.answered = centre.receipts = 0;
    centre.groups = groups_new();
    centre.ingest = ingest_new();
    if (centre.groups == NULL || centre.ingest == NULL)
        return false;
    for (int i = 0; i < SUBMISSIONS; i++)
        done = submit(i + 1, i < 2 ? i : 0) &&
               done; /* the last waits for the first: the same figure */
    while (done && groups_queued(centre.groups) > 0 && (g = groups_next(centre.groups)) != NULL) {
        if (!split && g->n_members > 1 && groups_split(centre.groups, g))
            split = (g = groups_next(centre.groups)) != NULL;
        done = g != NULL && commit(g);
    }
    return done && centre.receipts == SUBMISSIONS;
}

static void look_at_answers(void *arg, bool done)
{
    (void)arg;
    (void)done;
    groups_free(centre.groups); /* the rest is sent back */
    ingest_free(centre.ingest);
    assert_int_equal(centre.answered, centre.taken);
}

static void every_submission_is_answered_once(void **state)
{
    (void)state;
    assert_true(each_request(store, look_at_answers, NULL) > 20);
}

/* --- texts ----------------------------------------------------------------------------------- */

static const char facts[] = "{\"schema\":1,\"more\":2,\"steps\":[{\"step\":7,\"event\":\"opens\","
                            "\"alert\":{\"id\":12,\"kind\":\"lag\",\"level\":\"lagging\","
                            "\"opened_at\":\"2020-10-01T00:00:00Z\",\"closed_at\":null},\"org\":"
                            "\"school-3\",\"org_name\":\"Школа № 3\",\"indicator\":"
                            "\"consultations\",\"indicator_name\":\"Консультации\",\"project\":"
                            "\"families\",\"status\":\"lagging\",\"explanation\":{\"ru\":"
                            "\"Отстаёт\",\"en\":\"Lags\"}}]}";

static struct dispatch sample(void)
{
    return (struct dispatch){.recipient = "head@school.example",
                             .subject = "ОТСТАЁТ: Школа № 3",
                             .body = "Школа № 3 отстаёт.\n\nСделано 100, по плану 150.\n    "
                                     "vekhactl explain school-3\n\n-- \nВеха\n",
                             .message_id = "<1.2.1@centre.example>",
                             .thread_id = "<1.1.1@centre.example>",
                             .date_us = 1601528400000000};
}

/* Something that makes a text; the first time it is kept, and later ones are compared to it. */
struct writing {
    bool (*write)(const struct writing *w, struct str *out);
    const char *name; /* of a format */
    struct str out, whole;
    unsigned shortages;
    bool kept;
};

static bool write_it(void *arg)
{
    struct writing *w = arg;
    w->shortages = shortage_count();
    str_init(&w->out, MIME_MAX);
    return w->write(w, &w->out);
}

static void look_at_text(void *arg, bool done)
{
    struct writing *w = arg;
    if (!w->kept) {
        w->whole = w->out;
        w->kept = true;
        return;
    }
    if (done)
        assert_string_equal(str_text(&w->out), str_text(&w->whole));
    else if (shortage_count() == w->shortages)
        fail_msg("%s: it is refused as if it could never be sent", w->name);
    str_finish(&w->out);
}

static void assert_whole(bool (*write)(const struct writing *w, struct str *out), const char *name)
{
    struct writing w = {.write = write, .name = name};
    assert_true(each_request(write_it, look_at_text, &w) > 0);
    str_finish(&w.whole);
}

static bool hook(const struct writing *w, struct str *out)
{
    struct conf_webhook conf = {.name = "w",
                                .url = "http://h",
                                .format = (char *)w->name,
                                .template = "{\"to\":\"{recipient}\",\"t\":\"{text}\"}"};
    struct dispatch m = sample();
    struct tamed tamed;
    bool written = tame(&m, facts, &tamed) || shortage_note();
    written = written && webhook_write(&conf, &m, out);
    tamed_finish(&tamed);
    return written;
}

static void what_a_webhook_gets_is_whole(void **state)
{
    (void)state;
    assert_whole(hook, "vekha");
    assert_whole(hook, "alertmanager");
    assert_whole(hook, "template");
}

static bool letter(const struct writing *w, struct str *out)
{
    struct dispatch m = sample();
    (void)w;
    return mime_write(&m, "vekha@centre.example", out);
}

static void a_letter_is_whole(void **state)
{
    (void)state;
    assert_whole(letter, "letter");
}

/* These say no more than shortage.h whether they are whole; the desk asks it. */
static bool digest(const struct writing *w, struct str *out)
{
    struct mention list[60];
    unsigned shortages = shortage_count();
    (void)w;
    for (size_t i = 0; i < COUNT(list); i++)
        list[i] = (struct mention){.reason = (enum mention_reason)(i % MENTION_REASONS),
                                   .kind = "lag",
                                   .level = i % 2 == 0 ? "lagging" : "at_risk",
                                   .closed = i % 3 == 0,
                                   .alert = "12",
                                   .opened_on = "01.10.2020",
                                   .organisation_code = "school-3",
                                   .organisation_name = "Школа № 3",
                                   .indicator_code = "consultations",
                                   .indicator_name = "Консультации",
                                   .explanation =
                                       "Школа № 3: сделано 130, по плану 150.\nПлан 200 за год.",
                                   .measure = "Две группы",
                                   .measure_until = "30.11.2020",
                                   .measure_by = "petrova"};
    for (size_t i = 0; i < MENTION_REASONS; i++) {
        mention_subject(&list[i], LANG_RU, out);
        mention_body(&list[i], LANG_EN, out);
    }
    digest_body(list, COUNT(list), 70, LANG_RU, out);
    return shortage_count() == shortages;
}

static bool refusals(const struct writing *w, struct str *out)
{
    struct refused list[3] = {{.number = "17",
                               .received_on = "05.10.2020",
                               .organisation_name = "Школа № 3",
                               .lines = 5,
                               .refused = 2,
                               .n = 1,
                               .at = {{"2", "такого показателя нет"}}}};
    unsigned shortages = shortage_count();
    (void)w;
    list[2] = list[1] = list[0];
    refusal_subject(&list[0], LANG_RU, out);
    refusal_body(&list[0], LANG_RU, out);
    refusals_body(list, COUNT(list), 5, LANG_EN, out);
    return shortage_count() == shortages;
}

static void what_the_desk_writes_is_whole(void **state)
{
    (void)state;
    assert_whole(digest, "digest");
    assert_whole(refusals, "refusals");
}

/* A step of an operator's alert with its letters, as it goes to the database. */
static bool move(const struct writing *w, struct str *out)
{
    const struct finding *f = finding_find("partitions");
    struct moves *moves = moves_new();
    struct pg_call call = {0};
    bool bound = false;
    (void)w;
    if (moves != NULL) {
        moves_clear(moves);
        moves_add(moves, f->name, f, finding_next(f, FINDING_WELL, FINDING_LAGGING, 0), "2026");
        bound = moves_bind(moves, &call, 1) || shortage_note();
    }
    for (int i = 1; bound && i < call.n_params; i++) {
        const char *param = call.params[i];
        size_t len = call.formats[i] == PG_BINARY ? (size_t)call.lengths[i] : strlen(param);
        for (size_t at = 0; at < len; at++)
            str_append(out, param[at] != '\0' ? &param[at] : ".", 1);
    }
    moves_free(moves);
    return (moves != NULL || shortage_note()) && bound && !out->failed;
}

static void what_the_operator_hears_is_whole(void **state)
{
    (void)state;
    assert_whole(move, "move");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_submission_is_answered_once),
        cmocka_unit_test(what_a_webhook_gets_is_whole),
        cmocka_unit_test(a_letter_is_whole),
        cmocka_unit_test(what_the_desk_writes_is_whole),
        cmocka_unit_test(what_the_operator_hears_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
