/* wire: every message comes back as it was packed, and nothing is packed that the other side would
 * refuse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "vekha.pb-c.h"
#include "wire/form.h"
#include "wire/step.h"
#include "wire/wire.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* 2020-09-25T03:00:00Z, and an id of that moment. */
#define MOMENT_US INT64_C(1601002800000000)
#define SAMPLE_ID                                                                                  \
    {                                                                                              \
        {                                                                                          \
            0x01, 0x74, 0xc3, 0x34, 0x03, 0x80, 0x70, 0x01, 0x80, 0x02, 3, 4, 5, 6, 7, 8           \
        }                                                                                          \
    }

/* The submission that README.md shows in hexadecimal. */
static struct figure readme_figures[] = {{
    .indicator = "np-places",
    .period = 2020009, /* 2020-09 */
    .as_of = 18530,    /* 2020-09-25 */
    .expected = DATE_NONE,
    .state = FIGURE_VALUE,
    .has_value = true,
    .value = {12, 0},
    .has_of = true,
    .of = {20, 0},
    .note = "Кванториум",
}};

static struct figure figures[] = {
    {.organisation = "school-1",
     .indicator = "np-money",
     .period = 2020023,
     .as_of = 18530,
     .expected = 18600,
     .state = FIGURE_VALUE,
     .has_value = true,
     .value = {358041800, 2},
     .has_of = true,
     .of = {999999999999999999, 6},
     .method = "by-contract",
     .note = "первая строка\nвторая\tстрока"},
    {.indicator = "x",
     .period = 2020000,
     .as_of = DATE_NONE,
     .expected = DATE_NONE,
     .state = FIGURE_NOT_APPLICABLE},
    {.indicator = "x",
     .period = 2020009,
     .as_of = DATE_NONE,
     .expected = DATE_NONE,
     .state = FIGURE_NO_DATA},
    {.indicator = "x",
     .period = 2020031,
     .as_of = DATE_NONE,
     .expected = DATE_NONE,
     .state = FIGURE_WITHDRAWN},
    {.indicator = "x",
     .period = 2020039,
     .as_of = DATE_NONE,
     .expected = 18600,
     .state = FIGURE_NOT_DONE},
    {.indicator = "x",
     .period = 2020269,
     .as_of = DATE_NONE,
     .expected = 18600,
     .state = FIGURE_IN_PROGRESS,
     .has_value = true,
     .value = {-999999999999999999, 0}},
    {.indicator = "x",
     .period = 2020009,
     .as_of = DATE_NONE,
     .expected = DATE_NONE,
     .state = FIGURE_DONE,
     .has_value = true,
     .value = {0, 6}},
};

static struct narrative narratives[] = {
    {.organisation = "school-1",
     .project = "every-child",
     .period = 2020039,
     .texts = {"Создаются новые места.\nНачата работа по сертификатам.", "причина", "мера",
               "следующий\nшаг", "заместитель директора"}},
    {.project = "digital", .period = 2020269, .texts = {[NARRATIVE_TEXT] = "x"}},
    {.project = "digital", .period = 2020009, .withdrawn = true},
};

static struct figure_verdict verdicts[] = {
    {VERDICT_ACCEPTED, REASON_NONE, NULL},
    {VERDICT_WARNING, REASON_CLOCK_AHEAD, "часы спешат"},
    {VERDICT_REJECTED, REASON_MORE_THAN_ALL, "12 of 10"},
};

static const char *lines[] = {"agent\t2", "x", "project\t1\tdigital\tЦифра\t\\N"};

static struct question questions[] = {
    {.number = 12,
     .asked_us = MOMENT_US,
     .text = "Меньше, чем в августе.\nТак ли это?",
     .author = "Отдел мониторинга",
     .indicator_name = {[LANG_RU] = "Новые места", [LANG_EN] = "New places"},
     .reported = true,
     .figure = {.organisation = "school-1",
                .indicator = "np-places",
                .period = 2020009,
                .as_of = DATE_NONE,
                .expected = DATE_NONE,
                .state = FIGURE_VALUE,
                .has_value = true,
                .value = {12, 0},
                .has_of = true,
                .of = {205, 1}}},
    {.number = INT64_MAX,
     .text = "?",
     .figure = {.organisation = "s",
                .indicator = "i",
                .period = 2020369,
                .as_of = DATE_NONE,
                .expected = DATE_NONE,
                .state = FIGURE_VALUE}},
};

static struct alert_step steps[] = {
    {.position = 77,
     .id = 91,
     .alert = 12,
     .at_us = MOMENT_US,
     .opened_us = MOMENT_US - 1,
     .closes = true,
     .closed_us = MOMENT_US,
     .event = "closes",
     .kind = "lag",
     .from_level = "lagging",
     .organisation = "school-1",
     .indicator = "np-places",
     .project = "every-child",
     .status = "on_track",
     .organisation_name = {[LANG_RU] = "Школа № 1", [LANG_EN] = "School 1"},
     .indicator_name = {[LANG_RU] = "Новые места", [LANG_EN] = "New places"},
     .as_of = 18530,
     .has_fact = true,
     .has_plan_at = true,
     .fact = {1505, 1},
     .plan_at = {150, 0},
     .explanation = {[LANG_RU] = "В плане.\nПодробно.", [LANG_EN] = "On track.\nIn detail."},
     .has_submission = true,
     .submission = SAMPLE_ID},
    {.position = INT64_MAX,
     .id = 1,
     .alert = 1,
     .event = "opens",
     .kind = "silent",
     .to_level = "lagging",
     .organisation = "s",
     .as_of = DATE_NONE},
};

static const struct message samples[] = {
    {MESSAGE_HELLO, {.hello = {"vekha-submit 0.1", LANG_RU}}},
    {MESSAGE_HELLO, {.hello = {NULL, LANG_EN}}},
    {MESSAGE_WELCOME,
     {.welcome = {"school-1", "Школа № 1", WIRE_MAX_MESSAGE, WIRE_MAX_FIGURES, 4, MOMENT_US, true,
                  WIRE_MAX_NARRATIVES, WIRE_MAX_STEPS}}},
    {MESSAGE_WELCOME, {.welcome = {"school-1", NULL, 1, 1, 1, 0, false, 0, 0}}},
    {MESSAGE_SUBMISSION,
     {.submission = {SAMPLE_ID, MOMENT_US, "Завуч", LANG_RU, COUNT(figures), figures, 0, NULL}}},
    {MESSAGE_SUBMISSION, {.submission = {SAMPLE_ID, 0, NULL, LANG_EN, 1, readme_figures, 0, NULL}}},
    {MESSAGE_RECEIPT,
     {.receipt = {SAMPLE_ID, UINT64_MAX, MOMENT_US, COUNT(verdicts), verdicts, 0, NULL}}},
    {MESSAGE_LATER, {.later = {true, SAMPLE_ID, LATER_CREDITS, 1}}},
    {MESSAGE_LATER, {.later = {true, SAMPLE_ID, LATER_STOPPING, UINT32_MAX}}},
    {MESSAGE_REFUSAL, {.refusal = {true, SAMPLE_ID, REFUSAL_ALTERED, "другое содержимое"}}},
    {MESSAGE_REFUSAL, {.refusal = {.reason = REFUSAL_MALFORMED}}},
    {MESSAGE_STANDING,
     {.standing =
          {"school-1", "np-places", "lagging", "отстаёт", 18530, true, true, {12, 0}, {2000, 2}}}},
    {MESSAGE_STANDING,
     {.standing = {"s", "i", "no_plan", NULL, DATE_NONE, false, false, {0}, {0}}}},
    {MESSAGE_PING, {.ping = {UINT64_MAX}}},
    {MESSAGE_PONG, {.ping = {0}}},
    {MESSAGE_SUBMISSION,
     {.submission = {SAMPLE_ID, MOMENT_US, "Завуч", LANG_RU, 1, figures, COUNT(narratives),
                     narratives}}},
    {MESSAGE_SUBMISSION,
     {.submission = {SAMPLE_ID, MOMENT_US, NULL, LANG_RU, 0, NULL, 1, narratives}}},
    {MESSAGE_RECEIPT, {.receipt = {SAMPLE_ID, 1, MOMENT_US, 1, verdicts, 2, verdicts + 1}}},
    {MESSAGE_LATER, {.later = {.reason = LATER_DATABASE_AWAY, .retry_after_ms = 1}}},
    {MESSAGE_WATCH, {.watch = {.from_now = true}}},
    {MESSAGE_WATCH, {.watch = {.after = 0}}},
    {MESSAGE_WATCH,
     {.watch = {.after = INT64_MAX,
                .after_us = MOMENT_US,
                .max = 7,
                .one_language = true,
                .language = LANG_RU}}},
    {MESSAGE_STEPS, {.steps = {COUNT(steps), steps, 78, MOMENT_US, true}}},
    {MESSAGE_STEPS, {.steps = {0, NULL, INT64_MAX, 0, false}}},
    {MESSAGE_ENROL, {.enrol = {"rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7", LANG_RU}}},
    {MESSAGE_ENROLLED, {.enrolled = {"school-1", "Школа № 1"}}},
    {MESSAGE_ENROLLED, {.enrolled = {"school-1", NULL}}},
    {MESSAGE_REFUSAL, {.refusal = {.reason = REFUSAL_TOO_MANY_KEYS}}},
    {MESSAGE_CONSULT, {.consult = {.after = NULL}}},
    {MESSAGE_CONSULT, {.consult = {.after = "7.12", .has_tag = true, .tag = {1, [31] = 255}}}},
    {MESSAGE_PART,
     {.part = {.next = "1.0", .tag = {255}, .n_lines = COUNT(lines), .lines = lines}}},
    {MESSAGE_PART, {.part = {.after = "1.0", .unchanged = true}}},
    {MESSAGE_HEAR, {.hear = {0}}},
    {MESSAGE_HEAR, {.hear = {INT64_MAX}}},
    {MESSAGE_QUESTIONS, {.questions = {COUNT(questions), questions, true}}},
    {MESSAGE_QUESTIONS, {.questions = {0, NULL, false}}},
    {MESSAGE_REPLY, {.reply = {SAMPLE_ID, MOMENT_US, "Завуч", LANG_RU, 12, "Педагог\nболел"}}},
    {MESSAGE_REPLY, {.reply = {SAMPLE_ID, 0, NULL, LANG_EN, INT64_MAX, "x"}}},
    {MESSAGE_RECEIPT,
     {.receipt = {.id = SAMPLE_ID,
                  .number = 3,
                  .received_us = MOMENT_US,
                  .has_reply = true,
                  .reply = {VERDICT_REJECTED, REASON_QUESTION_SETTLED, "не ждут"}}}},
    {MESSAGE_WELCOME,
     {.welcome = {.organisation = "school-1",
                  .max_message_bytes = 1,
                  .max_figures = 1,
                  .credits = 1,
                  .max_questions = 20}}},
};

static int set_up(void **state)
{
    *state = arena_new(WIRE_MAX_UNPACKED);
    return *state == NULL;
}

static int tear_down(void **state)
{
    arena_free(*state);
    return 0;
}

static void same_text(const char *a, const char *b)
{
    assert_int_equal(a == NULL, b == NULL);
    if (a != NULL)
        assert_string_equal(a, b);
}

static void same_decimal(bool has_a, struct decimal a, bool has_b, struct decimal b)
{
    assert_int_equal(has_a, has_b);
    if (has_a)
        assert_true(decimal_identical(a, b));
}

static void same_id(struct uuid a, struct uuid b)
{
    assert_memory_equal(a.bytes, b.bytes, UUID_BYTES);
}

static void same_hello(const struct message *a, const struct message *b)
{
    same_text(a->u.hello.software, b->u.hello.software);
    assert_int_equal(a->u.hello.language, b->u.hello.language);
}

static void same_welcome(const struct message *m, const struct message *n)
{
    const struct welcome *a = &m->u.welcome, *b = &n->u.welcome;
    same_text(a->organisation, b->organisation);
    same_text(a->organisation_name, b->organisation_name);
    assert_int_equal(a->max_message_bytes, b->max_message_bytes);
    assert_int_equal(a->max_figures, b->max_figures);
    assert_int_equal(a->credits, b->credits);
    assert_int_equal(a->time_us, b->time_us);
    assert_int_equal(a->replay, b->replay);
    assert_int_equal(a->max_narratives, b->max_narratives);
    assert_int_equal(a->max_steps, b->max_steps);
    assert_int_equal(a->max_part_lines, b->max_part_lines);
    assert_int_equal(a->max_questions, b->max_questions);
}

static void same_figure(const struct figure *a, const struct figure *b)
{
    same_text(a->organisation, b->organisation);
    same_text(a->indicator, b->indicator);
    assert_int_equal(a->period, b->period);
    assert_int_equal(a->as_of, b->as_of);
    assert_int_equal(a->expected, b->expected);
    assert_int_equal(a->state, b->state);
    same_decimal(a->has_value, a->value, b->has_value, b->value);
    same_decimal(a->has_of, a->of, b->has_of, b->of);
    same_text(a->method, b->method);
    same_text(a->note, b->note);
    assert_int_equal(a->flaw, b->flaw);
}

static void same_narrative(const struct narrative *a, const struct narrative *b)
{
    same_text(a->organisation, b->organisation);
    same_text(a->project, b->project);
    assert_int_equal(a->period, b->period);
    assert_int_equal(a->withdrawn, b->withdrawn);
    for (int i = 0; i < NARRATIVE_TEXTS; i++)
        same_text(a->texts[i], b->texts[i]);
    assert_int_equal(a->flaw, b->flaw);
}

static void same_submission(const struct message *m, const struct message *n)
{
    const struct submission *a = &m->u.submission, *b = &n->u.submission;
    same_id(a->id, b->id);
    assert_int_equal(a->composed_us, b->composed_us);
    same_text(a->author, b->author);
    assert_int_equal(a->language, b->language);
    assert_int_equal(a->n_figures, b->n_figures);
    for (size_t i = 0; i < a->n_figures; i++)
        same_figure(&a->figures[i], &b->figures[i]);
    assert_int_equal(a->n_narratives, b->n_narratives);
    for (size_t i = 0; i < a->n_narratives; i++)
        same_narrative(&a->narratives[i], &b->narratives[i]);
}

static void same_verdicts(const struct figure_verdict *a, size_t n_a,
                          const struct figure_verdict *b, size_t n_b)
{
    assert_int_equal(n_a, n_b);
    for (size_t i = 0; i < n_a; i++) {
        assert_int_equal(a[i].verdict, b[i].verdict);
        assert_int_equal(a[i].reason, b[i].reason);
        same_text(a[i].text, b[i].text);
    }
}

static void same_receipt(const struct message *m, const struct message *n)
{
    const struct receipt *a = &m->u.receipt, *b = &n->u.receipt;
    same_id(a->id, b->id);
    assert_true(a->number == b->number);
    assert_int_equal(a->received_us, b->received_us);
    same_verdicts(a->figures, a->n_figures, b->figures, b->n_figures);
    same_verdicts(a->narratives, a->n_narratives, b->narratives, b->n_narratives);
}

static void same_later(const struct message *a, const struct message *b)
{
    assert_int_equal(a->u.later.has_id, b->u.later.has_id);
    same_id(a->u.later.id, b->u.later.id);
    assert_int_equal(a->u.later.reason, b->u.later.reason);
    assert_int_equal(a->u.later.retry_after_ms, b->u.later.retry_after_ms);
}

static void same_refusal(const struct message *a, const struct message *b)
{
    assert_int_equal(a->u.refusal.has_id, b->u.refusal.has_id);
    same_id(a->u.refusal.id, b->u.refusal.id);
    assert_int_equal(a->u.refusal.reason, b->u.refusal.reason);
    same_text(a->u.refusal.text, b->u.refusal.text);
}

static void same_standing(const struct message *m, const struct message *n)
{
    const struct standing *a = &m->u.standing, *b = &n->u.standing;
    same_text(a->organisation, b->organisation);
    same_text(a->indicator, b->indicator);
    same_text(a->status, b->status);
    same_text(a->text, b->text);
    assert_int_equal(a->as_of, b->as_of);
    same_decimal(a->has_fact, a->fact, b->has_fact, b->fact);
    same_decimal(a->has_target, a->target, b->has_target, b->target);
}

static void same_ping(const struct message *a, const struct message *b)
{
    assert_true(a->u.ping.token == b->u.ping.token);
}

static void same_watch(const struct message *m, const struct message *n)
{
    const struct watch *a = &m->u.watch, *b = &n->u.watch;
    assert_int_equal(a->from_now, b->from_now);
    assert_int_equal(a->after, b->after);
    assert_int_equal(a->after_us, b->after_us);
    assert_int_equal(a->max, b->max);
    assert_int_equal(a->one_language, b->one_language);
    assert_int_equal(a->language, b->language);
}

static void same_step(const struct alert_step *a, const struct alert_step *b)
{
    assert_int_equal(a->position, b->position);
    assert_int_equal(a->id, b->id);
    assert_int_equal(a->alert, b->alert);
    assert_int_equal(a->at_us, b->at_us);
    assert_int_equal(a->opened_us, b->opened_us);
    assert_int_equal(a->closes, b->closes);
    assert_int_equal(a->closed_us, b->closed_us);
    same_text(a->event, b->event);
    same_text(a->kind, b->kind);
    same_text(a->from_level, b->from_level);
    same_text(a->to_level, b->to_level);
    same_text(a->organisation, b->organisation);
    same_text(a->indicator, b->indicator);
    same_text(a->project, b->project);
    same_text(a->status, b->status);
    assert_int_equal(a->as_of, b->as_of);
    same_decimal(a->has_fact, a->fact, b->has_fact, b->fact);
    same_decimal(a->has_plan_at, a->plan_at, b->has_plan_at, b->plan_at);
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        same_text(a->organisation_name[lang], b->organisation_name[lang]);
        same_text(a->indicator_name[lang], b->indicator_name[lang]);
        same_text(a->explanation[lang], b->explanation[lang]);
    }
    assert_int_equal(a->has_submission, b->has_submission);
    same_id(a->submission, b->submission);
}

static void same_steps(const struct message *m, const struct message *n)
{
    const struct steps *a = &m->u.steps, *b = &n->u.steps;
    assert_int_equal(a->n_steps, b->n_steps);
    for (size_t i = 0; i < a->n_steps; i++)
        same_step(&a->steps[i], &b->steps[i]);
    assert_int_equal(a->position, b->position);
    assert_int_equal(a->position_us, b->position_us);
    assert_int_equal(a->more, b->more);
}

static void same_enrol(const struct message *m, const struct message *n)
{
    assert_string_equal(m->u.enrol.public_key, n->u.enrol.public_key);
    assert_int_equal(m->u.enrol.language, n->u.enrol.language);
}

static void same_enrolled(const struct message *m, const struct message *n)
{
    same_text(m->u.enrolled.organisation, n->u.enrolled.organisation);
    same_text(m->u.enrolled.organisation_name, n->u.enrolled.organisation_name);
}

static void same_consult(const struct message *m, const struct message *n)
{
    const struct consult *a = &m->u.consult, *b = &n->u.consult;
    same_text(a->after, b->after);
    assert_int_equal(a->has_tag, b->has_tag);
    assert_memory_equal(a->tag, b->tag, WIRE_TAG);
}

static void same_part(const struct message *m, const struct message *n)
{
    const struct part_page *a = &m->u.part, *b = &n->u.part;
    same_text(a->after, b->after);
    same_text(a->next, b->next);
    assert_memory_equal(a->tag, b->tag, WIRE_TAG);
    assert_int_equal(a->unchanged, b->unchanged);
    assert_int_equal(a->n_lines, b->n_lines);
    for (size_t i = 0; i < a->n_lines; i++)
        same_text(a->lines[i], b->lines[i]);
}

static void same_hear(const struct message *m, const struct message *n)
{
    assert_int_equal(m->u.hear.after, n->u.hear.after);
}

static void same_questions(const struct message *m, const struct message *n)
{
    const struct questions *a = &m->u.questions, *b = &n->u.questions;
    assert_int_equal(a->n_questions, b->n_questions);
    assert_int_equal(a->more, b->more);
    for (size_t i = 0; i < a->n_questions; i++) {
        const struct question *p = &a->questions[i], *q = &b->questions[i];
        assert_int_equal(p->number, q->number);
        assert_int_equal(p->asked_us, q->asked_us);
        assert_string_equal(p->text, q->text);
        same_text(p->author, q->author);
        for (int lang = 0; lang < LANG_COUNT; lang++)
            same_text(p->indicator_name[lang], q->indicator_name[lang]);
        assert_int_equal(p->reported, q->reported);
        same_figure(&p->figure, &q->figure);
    }
}

static void same_reply(const struct message *m, const struct message *n)
{
    const struct reply *a = &m->u.reply, *b = &n->u.reply;
    assert_memory_equal(&a->id, &b->id, sizeof a->id);
    assert_int_equal(a->composed_us, b->composed_us);
    same_text(a->author, b->author);
    assert_int_equal(a->language, b->language);
    assert_int_equal(a->question, b->question);
    assert_string_equal(a->text, b->text);
}

static void (*const comparisons[])(const struct message *a, const struct message *b) = {
    [MESSAGE_HELLO] = same_hello,
    [MESSAGE_WELCOME] = same_welcome,
    [MESSAGE_SUBMISSION] = same_submission,
    [MESSAGE_RECEIPT] = same_receipt,
    [MESSAGE_LATER] = same_later,
    [MESSAGE_REFUSAL] = same_refusal,
    [MESSAGE_STANDING] = same_standing,
    [MESSAGE_PING] = same_ping,
    [MESSAGE_PONG] = same_ping,
    [MESSAGE_WATCH] = same_watch,
    [MESSAGE_STEPS] = same_steps,
    [MESSAGE_ENROL] = same_enrol,
    [MESSAGE_ENROLLED] = same_enrolled,
    [MESSAGE_CONSULT] = same_consult,
    [MESSAGE_PART] = same_part,
    [MESSAGE_HEAR] = same_hear,
    [MESSAGE_QUESTIONS] = same_questions,
    [MESSAGE_REPLY] = same_reply,
};

static void every_message_comes_back(void **state)
{
    struct arena *a = *state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        uint8_t *bytes;
        size_t len;
        struct message back;
        arena_reset(a);
        assert_int_equal(wire_pack(&samples[i], a, &bytes, &len), WIRE_OK);
        assert_int_equal(wire_unpack(bytes, len, a, &back), WIRE_OK);
        assert_int_equal(back.kind, samples[i].kind);
        comparisons[back.kind](&samples[i], &back);
    }
}

static void every_kind_has_a_sample(void **state)
{
    (void)state;
    const ProtobufCMessageDescriptor *d = &vekha__envelope__descriptor;
    for (unsigned i = 0; i < d->n_fields; i++) {
        bool found = (d->fields[i].flags & PROTOBUF_C_FIELD_FLAG_ONEOF) == 0;
        for (size_t k = 0; k < COUNT(samples); k++)
            found = found || (uint32_t)samples[k].kind == d->fields[i].id;
        assert_true(found);
    }
}

static enum wire_error pack(const struct message *m, struct arena *a)
{
    uint8_t *bytes;
    size_t len;
    arena_reset(a);
    return wire_pack(m, a, &bytes, &len);
}

/* What must not be packed: the first sample of a kind, with one thing made wrong. */
static void what_a_peer_would_refuse_is_not_packed(void **state)
{
    struct arena *a = *state;
    struct figure many[WIRE_MAX_FIGURES + 1];
    for (size_t i = 0; i < COUNT(many); i++)
        many[i] = figures[1];
    struct message m = samples[4];
    m.u.submission.figures = many;
    m.u.submission.n_figures = WIRE_MAX_FIGURES;
    assert_int_equal(pack(&m, a), WIRE_OK);
    m.u.submission.n_figures = WIRE_MAX_FIGURES + 1;
    assert_int_equal(pack(&m, a), WIRE_TOO_MANY_FIGURES);
    m.u.submission.n_figures = 0;
    assert_int_equal(pack(&m, a), WIRE_EMPTY);
    m.u.submission.n_figures = 1;
    m.u.submission.composed_us = -1;
    assert_int_equal(pack(&m, a), WIRE_MALFORMED);
    m.u.submission.composed_us = INT64_MAX;
    assert_int_equal(pack(&m, a), WIRE_MALFORMED);
    m.u.submission.id.bytes[6] = 0x40;
    assert_int_equal(pack(&m, a), WIRE_BAD_ID);
    m = samples[4];
    many[0].value = (struct decimal){INT64_MAX, 0};
    many[0].has_value = true;
    m.u.submission.figures = many;
    assert_int_equal(pack(&m, a), WIRE_MALFORMED);
    many[0] = figures[1];
    many[0].period = 1;
    assert_int_equal(pack(&m, a), WIRE_MALFORMED);
    static struct narrative too_many[WIRE_MAX_NARRATIVES + 1];
    m = samples[4];
    m.u.submission.n_figures = 0;
    m.u.submission.narratives = too_many;
    m.u.submission.n_narratives = WIRE_MAX_NARRATIVES;
    assert_int_equal(pack(&m, a), WIRE_OK);
    m.u.submission.n_narratives = WIRE_MAX_NARRATIVES + 1;
    assert_int_equal(pack(&m, a), WIRE_TOO_MANY_FIGURES);
    m.u.submission.n_narratives = 1;
    too_many[0].period = 1;
    assert_int_equal(pack(&m, a), WIRE_MALFORMED);
    m = samples[2];
    m.u.welcome.organisation = NULL;
    assert_int_equal(pack(&m, a), WIRE_MALFORMED);
    m = (struct message){MESSAGE_WATCH, {.watch = {.after = -1}}};
    assert_int_equal(pack(&m, a), WIRE_MALFORMED);
    struct alert_step step = steps[1];
    m = (struct message){MESSAGE_STEPS, {.steps = {1, &step, 1, 0, false}}};
    assert_int_equal(pack(&m, a), WIRE_OK);
    step.position = 0;
    assert_int_equal(pack(&m, a), WIRE_MALFORMED);
    step = steps[1];
    step.kind = NULL;
    assert_int_equal(pack(&m, a), WIRE_MALFORMED);
    step = steps[1];
    step.at_us = -1;
    assert_int_equal(pack(&m, a), WIRE_MALFORMED);
    m.kind = (enum message_kind)0;
    assert_int_equal(pack(&m, a), WIRE_MALFORMED);
    m.kind = (enum message_kind)1000;
    assert_int_equal(pack(&m, a), WIRE_MALFORMED);
}

/* Texts of limits.h, by where they are in a struct message. */
static void texts_are_packed_up_to_their_limits(void **state)
{
    struct arena *a = *state;
    static const struct {
        size_t sample, at, max;
        bool one_line;
    } cases[] = {
        {0, offsetof(struct message, u.hello.software), WIRE_MAX_NAME, true},
        {2, offsetof(struct message, u.welcome.organisation), WIRE_MAX_CODE, true},
        {2, offsetof(struct message, u.welcome.organisation_name), WIRE_MAX_NAME, true},
        {4, offsetof(struct message, u.submission.author), WIRE_MAX_NAME, true},
        {9, offsetof(struct message, u.refusal.text), WIRE_MAX_NOTE, false},
        {11, offsetof(struct message, u.standing.organisation), WIRE_MAX_CODE, true},
        {11, offsetof(struct message, u.standing.indicator), WIRE_MAX_CODE, true},
        {11, offsetof(struct message, u.standing.status), WIRE_MAX_CODE, true},
        {11, offsetof(struct message, u.standing.text), WIRE_MAX_NOTE, false},
    };
    char text[WIRE_MAX_NOTE + 2];
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct message m = samples[cases[i].sample];
        *(const char **)((char *)&m + cases[i].at) = text;
        memset(text, 'a', sizeof text);
        text[cases[i].max] = '\0';
        assert_int_equal(pack(&m, a), WIRE_OK);
        text[0] = '\n';
        assert_int_equal(pack(&m, a), cases[i].one_line ? WIRE_MALFORMED : WIRE_OK);
        text[0] = '\x1b';
        assert_int_equal(pack(&m, a), WIRE_MALFORMED);
        text[0] = '\xd0'; /* half a letter */
        assert_int_equal(pack(&m, a), WIRE_MALFORMED);
        text[0] = text[cases[i].max] = 'a';
        text[cases[i].max + 1] = '\0';
        assert_int_equal(pack(&m, a), WIRE_MALFORMED);
    }
}

static void texts_of_narratives_are_packed_up_to_their_limits(void **state)
{
    static const size_t limits[NARRATIVE_TEXTS] = {WIRE_MAX_PROSE, WIRE_MAX_REMARK, WIRE_MAX_REMARK,
                                                   WIRE_MAX_REMARK, WIRE_MAX_NAME};
    char text[WIRE_MAX_PROSE + 2];
    for (int i = 0; i < NARRATIVE_TEXTS; i++) {
        struct narrative n = {.project = "p", .period = 2020000, .texts = {[NARRATIVE_TEXT] = "x"}};
        struct message m = samples[4];
        m.u.submission.n_narratives = 1;
        m.u.submission.narratives = &n;
        n.texts[i] = text;
        memset(text, 'a', sizeof text);
        text[limits[i]] = '\0';
        assert_int_equal(pack(&m, *state), WIRE_OK);
        text[0] = '\n';
        assert_int_equal(pack(&m, *state), i == NARRATIVE_ANSWERABLE ? WIRE_MALFORMED : WIRE_OK);
        text[0] = '\t';
        assert_int_equal(pack(&m, *state), WIRE_MALFORMED);
        text[0] = text[limits[i]] = 'a';
        text[limits[i] + 1] = '\0';
        assert_int_equal(pack(&m, *state), WIRE_MALFORMED);
    }
}

/* One narrative with all its texts at their limits: whoever is told the limits can keep to them. */
static void the_longest_narrative_fits_a_message(void **state)
{
    static char texts[NARRATIVE_TEXTS][WIRE_MAX_PROSE + 1];
    struct narrative n = {.project = "p", .period = 2020000};
    struct message m = samples[4];
    m.u.submission.n_narratives = 1;
    m.u.submission.narratives = &n;
    memset(texts, 'a', sizeof texts);
    for (int i = 0; i < NARRATIVE_TEXTS; i++) {
        texts[i][i == NARRATIVE_TEXT         ? WIRE_MAX_PROSE
                 : i == NARRATIVE_ANSWERABLE ? WIRE_MAX_NAME
                                             : WIRE_MAX_REMARK] = '\0';
        n.texts[i] = texts[i];
    }
    assert_int_equal(pack(&m, *state), WIRE_OK);
}

static void a_message_is_at_most_64_kib(void **state)
{
    struct arena *a = *state;
    char note[WIRE_MAX_NOTE + 1];
    struct figure many[70];
    memset(note, 'n', WIRE_MAX_NOTE);
    note[WIRE_MAX_NOTE] = '\0';
    for (size_t i = 0; i < COUNT(many); i++) {
        many[i] = figures[1];
        many[i].note = note;
    }
    struct message m = samples[4];
    m.u.submission.figures = many;
    m.u.submission.n_figures = 60;
    assert_int_equal(pack(&m, a), WIRE_OK);
    m.u.submission.n_figures = COUNT(many);
    assert_int_equal(pack(&m, a), WIRE_TOO_LARGE);
}

/* 500 and 50 rejections of 1000 bytes each: all verdicts and reasons arrive, and as many texts as fit. */
static void a_receipt_always_fits(void **state)
{
    struct arena *a = *state;
    char text[WIRE_MAX_NOTE + 1];
    static struct figure_verdict many[WIRE_MAX_FIGURES];
    memset(text, 't', WIRE_MAX_NOTE);
    text[WIRE_MAX_NOTE] = '\0';
    for (size_t i = 0; i < COUNT(many); i++)
        many[i] = (struct figure_verdict){VERDICT_REJECTED, REASON_LONG_AGO, text};
    struct message m = samples[6], back;
    m.u.receipt.figures = many;
    m.u.receipt.n_figures = COUNT(many);
    m.u.receipt.narratives = many;
    m.u.receipt.n_narratives = WIRE_MAX_NARRATIVES;
    uint8_t *bytes;
    size_t len, n_texts = 0;
    assert_int_equal(wire_pack(&m, a, &bytes, &len), WIRE_OK);
    assert_int_equal(wire_unpack(bytes, len, a, &back), WIRE_OK);
    assert_int_equal(back.u.receipt.n_figures, COUNT(many));
    for (size_t i = 0; i < COUNT(many); i++) {
        assert_int_equal(back.u.receipt.figures[i].verdict, VERDICT_REJECTED);
        assert_int_equal(back.u.receipt.figures[i].reason, REASON_LONG_AGO);
        n_texts += back.u.receipt.figures[i].text != NULL;
    }
    assert_true(n_texts >= 55);
    assert_int_equal(back.u.receipt.n_narratives, WIRE_MAX_NARRATIVES);
    assert_int_equal(back.u.receipt.narratives[WIRE_MAX_NARRATIVES - 1].verdict, VERDICT_REJECTED);
    assert_int_equal(back.u.receipt.narratives[WIRE_MAX_NARRATIVES - 1].reason, REASON_LONG_AGO);
}

/* Steps as large as they may be: as many as are said to fit do, and no more than must stay behind. */
static void as_many_steps_are_packed_as_fit(void **state)
{
    struct arena *a = *state;
    static char title[WIRE_MAX_TITLE + 1], words[WIRE_MAX_EXPLANATION + 1];
    static struct alert_step many[WIRE_MAX_STEPS + 1];
    memset(title, 't', WIRE_MAX_TITLE);
    memset(words, 'w', WIRE_MAX_EXPLANATION);
    for (size_t i = 0; i < COUNT(many); i++)
        many[i] = steps[1];
    assert_int_equal(wire_steps_that_fit(many, COUNT(many)), WIRE_MAX_STEPS);
    assert_int_equal(wire_steps_that_fit(many, 3), 3);
    for (size_t i = 0; i < COUNT(many); i++) {
        many[i] = steps[0];
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            many[i].organisation_name[lang] = many[i].indicator_name[lang] = title;
            many[i].explanation[lang] = words;
        }
    }
    assert_int_equal(wire_steps_that_fit(many, COUNT(many)), 1);
    for (size_t i = 1; i < COUNT(many); i++)
        many[i].explanation[LANG_EN] = NULL;
    struct message m = {MESSAGE_STEPS, {.steps = {2, many, 1, 0, true}}};
    assert_int_equal(wire_steps_that_fit(many, COUNT(many)), 2);
    assert_int_equal(pack(&m, a), WIRE_OK);
    m.u.steps.n_steps = WIRE_MAX_STEPS + 1;
    assert_int_equal(pack(&m, a), WIRE_MALFORMED);
}

/* And what the other side would refuse is not packed. */
static void questions_fit_whatever_they_say(void **state)
{
    struct arena *a = *state;
    static struct question many[WIRE_MAX_QUESTIONS + 1];
    static char code[WIRE_MAX_CODE + 1], name[WIRE_MAX_NAME + 1], title[WIRE_MAX_TITLE + 1],
        note[WIRE_MAX_NOTE + 2];
    memset(code, 'c', WIRE_MAX_CODE);
    memset(name, 'n', WIRE_MAX_NAME);
    memset(title, 't', WIRE_MAX_TITLE);
    memset(note, 'x', WIRE_MAX_NOTE);
    for (size_t i = 0; i < COUNT(many); i++) {
        many[i] = questions[0];
        many[i].number = INT64_MAX;
        many[i].text = note;
        many[i].author = name;
        many[i].indicator_name[LANG_RU] = many[i].indicator_name[LANG_EN] = title;
        many[i].figure.organisation = many[i].figure.indicator = code;
        many[i].figure.value = many[i].figure.of = (struct decimal){-999999999999999999, 6};
    }
    struct message m = {MESSAGE_QUESTIONS, {.questions = {WIRE_MAX_QUESTIONS, many, true}}};
    assert_int_equal(pack(&m, a), WIRE_OK);
    m.u.questions.n_questions++;
    assert_int_equal(pack(&m, a), WIRE_MALFORMED);
    m.u.questions.n_questions = 1;
    note[WIRE_MAX_NOTE] = 'x';
    assert_int_equal(pack(&m, a), WIRE_MALFORMED);
    m = (struct message){MESSAGE_REPLY, {.reply = {SAMPLE_ID, 0, NULL, LANG_EN, 1, note}}};
    assert_int_equal(pack(&m, a), WIRE_MALFORMED);
    m.u.reply.text = "";
    assert_int_equal(pack(&m, a), WIRE_MALFORMED);
    m.u.reply.text = "x";
    assert_int_equal(pack(&m, a), WIRE_OK);
    m.u.reply.question = 0;
    assert_int_equal(pack(&m, a), WIRE_MALFORMED);
    m.u.reply.question = 1;
    m.u.reply.id = (struct uuid){{0}};
    assert_int_equal(pack(&m, a), WIRE_BAD_ID);
    m = (struct message){MESSAGE_HEAR, {.hear = {-1}}};
    assert_int_equal(pack(&m, a), WIRE_MALFORMED);
}

/* What a database holds and a message may not. */
static void a_text_is_tamed(void **state)
{
    struct arena *a = *state;
    static char words[WIRE_MAX_TITLE + 3];
    const char *fine = "Школа № 1";
    arena_reset(a);
    assert_ptr_equal(form_text_tamed(TEXT_TITLE, fine, a), fine);
    assert_string_equal(form_text_tamed(TEXT_TITLE, "a\u202eb\nc\x01", a), "a?b?c?");
    assert_string_equal(form_text_tamed(TEXT_EXPLANATION, "a\tb\nc", a), "a?b\nc");
    for (size_t i = 0; i < WIRE_MAX_TITLE + 2; i += 2)
        memcpy(words + i, "я", 2);
    assert_int_equal(strlen(form_text_tamed(TEXT_TITLE, words, a)), WIRE_MAX_TITLE);
    words[0] = 'q';
    words[1] = 'q';
    memmove(words + 1, words + 2, WIRE_MAX_TITLE + 1);
    assert_int_equal(strlen(form_text_tamed(TEXT_TITLE, words, a)), WIRE_MAX_TITLE - 1);
    while (arena_alloc(a, WIRE_MAX_TITLE) != NULL) {
    }
    assert_null(form_text_tamed(TEXT_TITLE, words, a));
}

/* The columns of a step in STEP_READ, as PostgreSQL writes them. */
static void a_step_is_read_from_columns(void **state)
{
    struct arena *a = *state;
    const char *const columns[STEP_COLUMN_COUNT] = {
        [STEP_POSITION] = "77",
        [STEP_ID] = "91",
        [STEP_ALERT] = "12",
        [STEP_AT] = "1601002800000000",
        [STEP_OPENED] = "1601002799999999",
        [STEP_CLOSED] = "1601002800000000",
        [STEP_EVENT] = "closes",
        [STEP_KIND] = "lag",
        [STEP_FROM_LEVEL] = "lagging",
        [STEP_ORGANISATION] = "school-1",
        [STEP_ORGANISATION_NAME] = "Школа № 1",
        [STEP_ORGANISATION_NAME_EN] = "School 1",
        [STEP_INDICATOR] = "np-places",
        [STEP_INDICATOR_NAME] = "Новые места",
        [STEP_INDICATOR_NAME_EN] = "New places",
        [STEP_PROJECT] = "every-child",
        [STEP_STATUS] = "on_track",
        [STEP_AS_OF] = "2020-09-25",
        [STEP_FACT] = "150.5",
        [STEP_PLAN_AT] = "150",
        [STEP_EXPLANATION_RU] = "В плане.\nПодробно.",
        [STEP_EXPLANATION_EN] = "On track.\nIn detail.",
        [STEP_SUBMISSION] = "0174c334-0380-7001-8002-030405060708",
    };
    struct alert_step s;
    arena_reset(a);
    assert_true(step_read(columns, a, &s));
    same_step(&s, &steps[0]);
    const char *bare[STEP_COLUMN_COUNT] = {
        [STEP_POSITION] = "9223372036854775807",
        [STEP_ID] = "1",
        [STEP_ALERT] = "1",
        [STEP_AT] = "0",
        [STEP_OPENED] = "0",
        [STEP_EVENT] = "opens",
        [STEP_KIND] = "silent",
        [STEP_TO_LEVEL] = "lagging",
        [STEP_ORGANISATION] = "s",
    };
    assert_true(step_read(bare, a, &s));
    same_step(&s, &steps[1]);
    bare[STEP_FACT] = "0.1234567"; /* more than a message holds */
    assert_true(step_read(bare, a, &s));
    assert_false(s.has_fact);
    bare[STEP_AT] = "-1";
    assert_false(step_read(bare, a, &s));
    bare[STEP_AT] = "0";
    bare[STEP_AS_OF] = "infinity";
    assert_false(step_read(bare, a, &s));
}

static void too_small_an_arena_is_told(void **state)
{
    struct arena *a = *state;
    uint8_t *bytes;
    size_t len;
    for (size_t i = 0; i < COUNT(samples); i++) {
        arena_reset(a);
        assert_int_equal(wire_pack(&samples[i], a, &bytes, &len), WIRE_OK);
        enum wire_error error = WIRE_NO_MEMORY;
        for (size_t cap = 0; error == WIRE_NO_MEMORY; cap += 8) {
            struct arena *small = arena_new(cap);
            uint8_t *again;
            size_t again_len;
            error = wire_pack(&samples[i], small, &again, &again_len);
            assert_true(error == WIRE_OK || error == WIRE_NO_MEMORY);
            assert_true(cap > 0 || error == WIRE_NO_MEMORY);
            arena_free(small);
        }
        error = WIRE_NO_MEMORY;
        for (size_t cap = 0; error == WIRE_NO_MEMORY; cap += 8) {
            struct arena *small = arena_new(cap);
            struct message m = {.kind = (enum message_kind)77};
            error = wire_unpack(bytes, len, small, &m);
            assert_true(error == WIRE_OK || error == WIRE_NO_MEMORY);
            assert_true(error == WIRE_OK || (int)m.kind == 77);
            arena_free(small);
        }
    }
}

/* Every name of an enum in vekha.proto, in lower case, is what the name function says. */
static void check_names(const ProtobufCEnumDescriptor *type, const char *(*name)(int number))
{
    for (unsigned i = 0; i < type->n_values; i++) {
        char lower[64] = "";
        for (size_t k = 0; type->values[i].name[k] != '\0' && k + 1 < sizeof lower; k++) {
            char c = type->values[i].name[k];
            lower[k] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
        }
        assert_string_equal(name(type->values[i].value), lower);
    }
    assert_string_equal(name(type->values[type->n_values - 1].value + 1), "?");
    assert_string_equal(name(-1), "?");
}

static const char *name_of_verdict(int n)
{
    return verdict_name((enum verdict)n);
}

static const char *name_of_reason(int n)
{
    return reason_name((enum reason)n);
}

static const char *name_of_state(int n)
{
    return figure_state_name((enum figure_state)n);
}

static const char *name_of_refusal(int n)
{
    return refusal_reason_name((enum refusal_reason)n);
}

static const char *name_of_later(int n)
{
    return later_reason_name((enum later_reason)n);
}

static void names_are_those_of_the_protocol(void **state)
{
    (void)state;
    check_names(&vekha__verdict__descriptor, name_of_verdict);
    check_names(&vekha__reason__descriptor, name_of_reason);
    check_names(&vekha__figure_state__descriptor, name_of_state);
    check_names(&vekha__refusal_reason__descriptor, name_of_refusal);
    check_names(&vekha__later_reason__descriptor, name_of_later);
    const ProtobufCMessageDescriptor *d = &vekha__envelope__descriptor;
    for (unsigned i = 0; i < d->n_fields; i++) {
        if ((d->fields[i].flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0) {
            assert_string_equal(message_kind_name((enum message_kind)d->fields[i].id),
                                d->fields[i].name);
        }
    }
    assert_string_equal(message_kind_name((enum message_kind)1), "?");
    for (int e = WIRE_OK; e <= WIRE_NO_MEMORY; e++)
        assert_string_not_equal(wire_error_name((enum wire_error)e), "?");
    assert_string_equal(wire_error_name((enum wire_error)(WIRE_NO_MEMORY + 1)), "?");
}

static void verdicts_have_words_in_both_languages(void **state)
{
    (void)state;
    for (int v = VERDICT_ACCEPTED; v <= VERDICT_REJECTED; v++) {
        const char *en = verdict_word((enum verdict)v, LANG_EN);
        const char *ru = verdict_word((enum verdict)v, LANG_RU);
        assert_string_not_equal(en, "?");
        assert_string_not_equal(ru, "?");
        assert_string_not_equal(en, ru);
    }
    assert_string_equal(verdict_word(VERDICT_ACCEPTED, LANG_RU), "принято");
    assert_string_equal(verdict_word((enum verdict)0, LANG_RU), "?");
    assert_string_equal(verdict_word(VERDICT_ACCEPTED, LANG_COUNT), "?");
}

static void texts_of_narratives_have_names_and_words(void **state)
{
    (void)state;
    for (int t = 0; t < NARRATIVE_TEXTS; t++) {
        const char *name = narrative_text_name((enum narrative_text)t);
        assert_non_null(
            protobuf_c_message_descriptor_get_field_by_name(&vekha__narrative__descriptor, name));
        assert_string_not_equal(narrative_text_word((enum narrative_text)t, LANG_EN),
                                narrative_text_word((enum narrative_text)t, LANG_RU));
    }
    assert_string_equal(narrative_text_name(NARRATIVE_TEXTS), "?");
    assert_string_equal(narrative_text_word(NARRATIVE_TEXTS, LANG_RU), "?");
    assert_string_equal(narrative_text_word(NARRATIVE_CAUSE, LANG_RU), "причина");
}

/* The lines of hexadecimal between ```hex and ``` of the protocol's description. */
static size_t read_readme_hex(uint8_t *buf, size_t size)
{
    char line[256];
    size_t len = 0;
    bool inside = false;
    FILE *f = fopen("proto/README.md", "r");
    assert_non_null(f); /* tests run in the top folder */
    while (fgets(line, sizeof line, f) != NULL) {
        if (strncmp(line, "```", 3) == 0) {
            inside = strncmp(line, "```hex", 6) == 0;
            continue;
        }
        unsigned byte;
        int n;
        for (char *p = line; inside && len < size && sscanf(p, "%2x%n", &byte, &n) == 1; p += n)
            buf[len++] = (uint8_t)byte;
    }
    fclose(f);
    return len;
}

static void the_example_of_the_readme_is_true(void **state)
{
    struct arena *a = *state;
    const struct message m = {
        MESSAGE_SUBMISSION,
        {.submission = {SAMPLE_ID, MOMENT_US, "Завуч", LANG_RU, 1, readme_figures, 0, NULL}}};
    uint8_t *bytes, shown[1024];
    size_t len;
    assert_int_equal(wire_pack(&m, a, &bytes, &len), WIRE_OK);
    assert_int_equal(read_readme_hex(shown, sizeof shown), len);
    assert_memory_equal(shown, bytes, len);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_message_comes_back),
        TEST(every_kind_has_a_sample),
        TEST(what_a_peer_would_refuse_is_not_packed),
        TEST(texts_are_packed_up_to_their_limits),
        TEST(texts_of_narratives_are_packed_up_to_their_limits),
        TEST(the_longest_narrative_fits_a_message),
        TEST(a_message_is_at_most_64_kib),
        TEST(a_receipt_always_fits),
        TEST(as_many_steps_are_packed_as_fit),
        TEST(questions_fit_whatever_they_say),
        TEST(a_text_is_tamed),
        TEST(a_step_is_read_from_columns),
        TEST(too_small_an_arena_is_told),
        TEST(names_are_those_of_the_protocol),
        TEST(verdicts_have_words_in_both_languages),
        TEST(texts_of_narratives_have_names_and_words),
        TEST(the_example_of_the_readme_is_true),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
