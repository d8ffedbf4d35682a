/* test_mention: letters that tell of an alert again, and digests, in both languages. */
#include "notify/mention.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "notify/digest.c"
#include "notify/letter.c"
#include "notify/mention.c"

static const struct mention lag = {
    .reason = MENTION_STEP,
    .kind = "lag",
    .level = "lagging",
    .alert = "12",
    .opened_on = "01.10.2020",
    .organisation_code = "school-3",
    .organisation_name = "Школа № 3",
    .indicator_code = "consultations",
    .indicator_name = "Консультации родителям",
    .subject = "ОТСТАЁТ: Школа № 3 — Консультации родителям",
    .body = "письмо",
    .explanation = "Школа № 3, консультации: сделано 130, по плану 150.\nПлан 200 за год.",
    .measure = "Две группы",
    .measure_until = "30.11.2020",
    .measure_by = "petrova",
};

static struct mention with(enum mention_reason reason)
{
    struct mention m = lag;

    m.reason = reason;
    return m;
}

static char *made(void (*make)(const struct mention *, enum lang, struct str *),
                  const struct mention *m, enum lang lang)
{
    struct str out;

    str_init(&out, MENTION_BODY_MAX);
    make(m, lang, &out);
    return str_take(&out);
}

static void assert_made(void (*make)(const struct mention *, enum lang, struct str *),
                        const struct mention *m, enum lang lang, const char *expected)
{
    char *text = made(make, m, lang);

    assert_string_equal(text, expected);
    free(text);
}

static void test_reasons(void **state)
{
    static const struct {
        const char *reason, *event;
        bool known;
        enum mention_reason is;
    } cases[] = {
        {"step", "opens", true, MENTION_STEP},
        {"step", "returns", true, MENTION_RETURN},
        {"reminder", "returns", true, MENTION_REMINDER},
        {"escalation", "opens", true, MENTION_ESCALATION},
        {"whim", "opens", false, MENTION_STEP},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum mention_reason reason = MENTION_STEP;

        assert_int_equal(mention_reason_parse(cases[i].reason, cases[i].event, &reason),
                         cases[i].known);
        assert_int_equal(reason, cases[i].is);
    }
}

static void test_subjects(void **state)
{
    static const struct {
        enum mention_reason reason;
        enum lang lang;
        const char *subject;
    } cases[] = {
        {MENTION_STEP, LANG_RU, "ОТСТАЁТ: Школа № 3 — Консультации родителям"},
        {MENTION_RETURN, LANG_RU,
         "Срок меры истёк, отставание осталось: Школа № 3 — Консультации родителям"},
        {MENTION_REMINDER, LANG_RU, "Напоминание: Школа № 3 — Консультации родителям"},
        {MENTION_ESCALATION, LANG_RU, "Без ответа: Школа № 3 — Консультации родителям"},
        {MENTION_REMINDER, LANG_EN, "Reminder: Школа № 3 — Консультации родителям"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mention m = with(cases[i].reason);

        assert_made(mention_subject, &m, cases[i].lang, cases[i].subject);
    }
}

static void test_letter_of_the_step_is_kept(void **state)
{
    (void)state;
    assert_made(mention_body, &lag, LANG_RU, "письмо");
}

static void test_bodies(void **state)
{
    static const struct {
        enum mention_reason reason;
        const char *begins;
    } cases[] = {
        {MENTION_RETURN, "Мера «Две группы» (petrova) должна была помочь к 30.11.2020; оповещение "
                         "по-прежнему открыто.\n\nШкола № 3, консультации: сделано 130"},
        {MENTION_REMINDER, "Открыто с 01.10.2020, в работу пока никто не взял.\n\nШкола № 3,"},
        {MENTION_ESCALATION, "Открыто с 01.10.2020. Те, кому сообщили, в работу его не взяли, "
                             "поэтому сообщаем вам.\n\nШкола № 3,"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mention m = with(cases[i].reason);
        char *body = made(mention_body, &m, LANG_RU);

        assert_memory_equal(body, cases[i].begins, strlen(cases[i].begins));
        assert_non_null(strstr(body, "vekhactl explain school-3 consultations"));
        assert_non_null(strstr(body, "vekhactl ack 12 --measure"));
        assert_null(strstr(body, "{alert}"));
        free(body);
    }
}

/* What ails the centre is named by its headline: the organisation it stands with says nothing. */
static void test_of_the_centre(void **state)
{
    struct mention m = {.kind = "operator",
                        .level = "at_risk",
                        .alert = "7",
                        .opened_on = "01.10.2020",
                        .organisation_code = "uo",
                        .organisation_name = "Управление",
                        .explanation = "недоставленных сообщений: 3\nЧто сделать: посмотрите."};
    struct str out;

    (void)state;
    m.reason = MENTION_REMINDER;
    assert_made(mention_subject, &m, LANG_RU, "Напоминание: недоставленных сообщений: 3");
    m.reason = MENTION_RETURN;
    assert_made(mention_subject, &m, LANG_RU,
                "Срок меры истёк, ничего не изменилось: недоставленных сообщений: 3");
    str_init(&out, MENTION_BODY_MAX);
    digest_body(&m, 1, 1, LANG_EN, &out);
    assert_non_null(
        strstr(str_text(&out), "The centre itself:\n     7  недоставленных сообщений: 3"));
    str_finish(&out);
}

static void test_digest_subjects(void **state)
{
    static const struct {
        size_t total, closed;
        enum lang lang;
        const char *subject;
    } cases[] = {
        {1, 0, LANG_RU, "Веха: 1 оповещение"},
        {22, 0, LANG_RU, "Веха: 22 оповещения"},
        {5000, 11, LANG_RU, "Веха: 4989 оповещений, 11 снято"},
        {3, 3, LANG_RU, "Веха: 3 снято"},
        {1, 0, LANG_EN, "Vekha: 1 alert"},
        {5, 3, LANG_EN, "Vekha: 2 alerts, 3 over"},
    };
    struct str out;

    (void)state;
    str_init(&out, MENTION_SUBJECT_MAX);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        str_clear(&out);
        digest_subject(cases[i].total, cases[i].closed, cases[i].lang, &out);
        assert_string_equal(str_text(&out), cases[i].subject);
    }
    str_finish(&out);
}

static void test_digest(void **state)
{
    struct mention list[5] = {lag, lag, with(MENTION_REMINDER), lag, lag};
    struct str out;

    (void)state;
    list[1].kind = "silent";
    list[1].explanation = "Школа № 4 молчит.";
    list[2].alert = "7";
    list[3].closed = true;
    list[3].explanation = "Школа № 5 снова в графике.";
    list[4].level = "at_risk";
    str_init(&out, MENTION_BODY_MAX);
    digest_body(list, 5, 9, LANG_RU, &out);
    assert_string_equal(
        str_text(&out),
        "Молчат:\n    12  Школа № 4 молчит.\n\n"
        "Отстают:\n    12  Школа № 3, консультации: сделано 130, по плану 150.\n"
        "     7  Школа № 3, консультации: сделано 130, по плану 150. (открыто с 01.10.2020, в "
        "работу не взято)\n\n"
        "Требуют внимания:\n    12  Школа № 3, консультации: сделано 130, по плану 150.\n\n"
        "Снято:\n    12  Школа № 5 снова в графике.\n\n"
        "… и ещё 4.\n\n"
        "Посмотреть все, посмотреть одно с расчётом, записать меру:\n    vekhactl alerts\n"
        "    vekhactl explain ОРГАНИЗАЦИЯ ПОКАЗАТЕЛЬ\n"
        "    vekhactl ack НОМЕР --measure \"ТЕКСТ\" --until ГГГГ-ММ-ДД\n\n-- \n"
        "Письмо составила программа «Веха»; отвечать на него не нужно.\n");
    str_finish(&out);
}

/* However long the explanations are, a digest fits and is cut between letters. */
static void test_longest_digest(void **state)
{
    static struct mention list[100];
    char *longest = malloc(4001);
    struct str out;

    (void)state;
    for (size_t i = 0; i < 4000; i += 2)
        memcpy(longest + i, "Ж", 2);
    longest[4000] = '\0';
    for (size_t i = 0; i < 100; i++) {
        list[i] = with(MENTION_ESCALATION);
        list[i].explanation = longest;
    }
    str_init(&out, MENTION_BODY_MAX);
    digest_body(list, 100, 5000, LANG_RU, &out);
    assert_false(out.failed);
    assert_non_null(strstr(str_text(&out), "Ж… (без ответа с 01.10.2020)"));
    assert_non_null(strstr(str_text(&out), "… и ещё 4950."));
    str_finish(&out);
    free(longest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reasons),         cmocka_unit_test(test_subjects),
        cmocka_unit_test(test_bodies),          cmocka_unit_test(test_letter_of_the_step_is_kept),
        cmocka_unit_test(test_digest_subjects), cmocka_unit_test(test_digest),
        cmocka_unit_test(test_longest_digest),  cmocka_unit_test(test_of_the_centre),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
