/* test_letter: what a letter says, in both languages and for every change; and what may stand in
 * its head. */
#include "notify/letter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "notify/header.c"
#include "notify/letter.c"
#include "sample.h"

static void lagging_school(struct sample *p)
{
    sample_flow(p);
    SET_TEXT(p->s.organisation_code, "school-3");
    SET_TEXT(p->s.indicator_code, "consultations");
    sample_add(p, "2020-9M", "2020-09-30", "130", NULL);
}

static void test_subjects(void **state)
{
    static const struct {
        enum status status;
        const char *ru, *en;
    } cases[] = {
        {STATUS_LAGGING, "ОТСТАЁТ: Школа № 3 — консультации родителям",
         "LAGGING: School 3 — consultations"},
        {STATUS_MISSED, "НЕ ВЫПОЛНЕНО: Школа № 3 — консультации родителям",
         "MISSED: School 3 — consultations"},
        {STATUS_ON_TRACK, "Школа № 3 — консультации родителям: снова в графике",
         "School 3 — consultations: back on track"},
        {STATUS_ACHIEVED, "Школа № 3 — консультации родителям: выполнено",
         "School 3 — consultations: achieved"},
        {STATUS_AT_RISK, "Школа № 3 — консультации родителям: уже не отстаёт, но требует внимания",
         "School 3 — consultations: no longer lagging, but at risk"},
        {STATUS_NO_PLAN, "Школа № 3 — консультации родителям: плана больше нет",
         "School 3 — consultations: no plan any more"},
        {STATUS_NOT_STARTED, "Школа № 3 — консультации родителям: срок ещё не начался",
         "School 3 — consultations: not started yet"},
    };
    struct sample p;
    struct str out;

    (void)state;
    lagging_school(&p);
    str_init(&out, LETTER_SUBJECT_MAX);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct assessment a = {.status = cases[i].status};

        str_clear(&out);
        letter_subject(&p.s, &a, alert_next(ALERT_LAGGING, a.status), LANG_RU, &out);
        assert_string_equal(str_text(&out), cases[i].ru);
        str_clear(&out);
        letter_subject(&p.s, &a, alert_next(ALERT_LAGGING, a.status), LANG_EN, &out);
        assert_string_equal(str_text(&out), cases[i].en);
    }
    str_finish(&out);
}

static char *body(const struct sample *p, enum alert_level from, enum lang lang)
{
    struct assessment a = sample_assess(p);
    struct str out;

    str_init(&out, LETTER_BODY_MAX);
    letter_body(&p->s, &a, alert_next(from, a.status), NULL, lang, &out);
    return str_take(&out);
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void assert_lacks(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("\"%s\" is in:\n%s", part, text);
}

static void test_opening(void **state)
{
    struct sample p;
    char *text;

    (void)state;
    lagging_school(&p);
    text = body(&p, ALERT_NONE, LANG_RU);
    assert_non_null(text);
    assert_int_equal(strncmp(text, "Школа № 3, консультации родителям, на 30.09.2020", 48), 0);
    assert_has(text, "9/12·200 = 150");
    assert_has(text, "\n    vekhactl explain school-3 consultations\n");
    assert_has(text, "\n    vekhactl ack {alert} --measure \"ТЕКСТ\" --until ГГГГ-ММ-ДД\n");
    assert_has(text, "\n\n-- \nОповещение {alert}.");
    assert_lacks(text, "Было:");
    free(text);
    text = body(&p, ALERT_AT_RISK, LANG_EN);
    assert_has(text, "Was: AT RISK → LAGGING");
    assert_has(text, "vekhactl ack {alert} --measure \"TEXT\" --until YYYY-MM-DD");
    free(text);
}

/* The subject of an alert that closes because another plan has begun says so. */
static void test_new_plan(void **state)
{
    struct assessment a = {.status = STATUS_LAGGING};
    struct sample p;
    struct str out;

    (void)state;
    lagging_school(&p);
    str_init(&out, LETTER_SUBJECT_MAX);
    letter_subject(&p.s, &a, alert_plan_over(ALERT_LAGGING), LANG_RU, &out);
    assert_string_equal(str_text(&out), "Школа № 3 — консультации родителям: начался новый план");
    str_finish(&out);
}

static struct letter_version version(const char *n, const char *of)
{
    struct letter_version v = {.value = n != NULL, .has_of = of != NULL};

    if (n)
        assert_int_equal(decimal_parse(n, strlen(n), &v.n, NULL), DECIMAL_OK);
    if (of)
        assert_int_equal(decimal_parse(of, strlen(of), &v.of, NULL), DECIMAL_OK);
    return v;
}

static void assert_correction(const struct correction *c, enum lang lang, const char *wanted)
{
    struct sample p;
    struct assessment a;
    struct str out;

    lagging_school(&p);
    a = sample_assess(&p);
    str_init(&out, LETTER_BODY_MAX);
    letter_body(&p.s, &a, alert_next(ALERT_LAGGING, STATUS_ON_TRACK), c, lang, &out);
    assert_has(str_text(&out), wanted);
    str_finish(&out);
}

/* The period, the old, the new, and who sent it. */
static void test_correction(void **state)
{
    struct correction c = {.period = 2020005,
                           .old = version("1130", NULL),
                           .new = version("1190.5", NULL),
                           .sender = {[LANG_EN] = "School 3", [LANG_RU] = "Школа № 3"},
                           .author = "Секретарь"};

    (void)state;
    assert_correction(&c, LANG_RU,
                      "\n\nИз-за исправления за май 2020: было 1\u00a0130, стало 1\u00a0190,5; "
                      "сведения подала: Школа № 3, Секретарь.\n\n");
    assert_correction(&c, LANG_EN,
                      "\n\nBecause of a correction for May 2020: it was 1\u00a0130, it is "
                      "1\u00a0190.5; sent by School 3, Секретарь.\n\n");
    c.old = version("25", "60");
    c.new = version(NULL, NULL);
    c.author[0] = '\0';
    assert_correction(&c, LANG_EN,
                      "for May 2020: it was 25/60, it is no number; sent by School 3.");
    c.sender[LANG_EN][0] = '\0';
    assert_correction(&c, LANG_EN, "it is no number.\n");
}

static void test_closing(void **state)
{
    struct sample p;
    char *text;

    (void)state;
    lagging_school(&p);
    sample_add(&p, "2020-9M", "2020-10-15", "170", NULL);
    text = body(&p, ALERT_LAGGING, LANG_RU);
    assert_has(text, "Было: ОТСТАЁТ → В ГРАФИКЕ");
    assert_has(text, "vekhactl explain school-3 consultations");
    assert_lacks(text, "vekhactl ack");
    free(text);
}

/* --- the head --- */

static void assert_header(const char *text, const char *wanted)
{
    struct str out;

    str_init(&out, 4000);
    header_text(text, &out);
    assert_string_equal(str_text(&out), wanted);
    str_finish(&out);
}

static void test_header_text(void **state)
{
    (void)state;
    assert_header("", "");
    assert_header("LAGGING: School 3", "LAGGING: School 3");
    assert_header("Веха", "=?UTF-8?B?0JLQtdGF0LA=?=");
    assert_header("a =?UTF-8?B?eA==?=", "=?UTF-8?B?YSA9P1VURi04P0I/ZUE9PT89?=");
    assert_header("a\r\nBcc: b@c.d", "a  Bcc: b@c.d");
    assert_header("a\tb\x7f", "a b ");
}

/* No line is longer than RFC 2047 allows, none breaks a character, and nothing is lost. */
static void test_header_folding(void **state)
{
    static const char unit[] = "ОТСТАЁТ x";
    char text[sizeof unit * 40] = "", back[sizeof text] = "";
    size_t at = 0, len = 0;
    struct str out;

    (void)state;
    for (int i = 0; i < 40; i++)
        strncat(text, unit, sizeof text - strlen(text) - 1);
    str_init(&out, 4000);
    header_text(text, &out);
    for (const char *line = str_text(&out); *line; line += strspn(line, "\r\n ")) {
        const char *end = line + strcspn(line, "\r\n");
        size_t got;

        assert_true(end - line <= 75);
        assert_int_equal(strncmp(line, "=?UTF-8?B?", 10), 0);
        assert_int_equal(strncmp(end - 2, "?=", 2), 0);
        assert_int_equal(sodium_base642bin((unsigned char *)back + len, sizeof back - len,
                                           line + 10, (size_t)(end - line) - 12, NULL, &got, NULL,
                                           sodium_base64_VARIANT_ORIGINAL),
                         0);
        assert_true(got > 0 && ((unsigned char)back[len] & 0xc0) != 0x80);
        len += got;
        at++;
        line = end;
    }
    assert_true(at > 10);
    assert_string_equal(back, text);
    str_finish(&out);
}

static void test_header_text_is_cut(void **state)
{
    char text[3001];
    struct str out;

    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    str_init(&out, 4000);
    header_text(text, &out);
    assert_false(out.failed);
    assert_true(out.len < 1500);
    str_finish(&out);
}

static void test_addresses(void **state)
{
    static const char *const good[] = {"head@example.org", "a.b+c@mail.example.org", "a@b"};
    static const char *const bad[] = {"",
                                      "head",
                                      "@example.org",
                                      "head@",
                                      "a@b@c",
                                      "a b@c",
                                      "a@b\r\nRCPT TO:<x@y>",
                                      "<a@b>",
                                      "\"a\"@b",
                                      "a,b@c",
                                      "a@b;c",
                                      "голова@example.org"};

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(header_address_ok(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(header_address_ok(bad[i]));
    assert_true(header_message_id_ok("<1.2.3@example.org>"));
    assert_false(header_message_id_ok("1.2.3@example.org"));
    assert_false(header_message_id_ok("<1.2.3@example.org>\r\nBcc: a@b"));
    assert_false(header_message_id_ok("<>"));
    assert_false(header_message_id_ok(""));
}

static void test_dates(void **state)
{
    char buf[HEADER_DATE_MAX];

    (void)state;
    assert_string_equal(header_date(0, buf), "Thu, 1 Jan 1970 00:00:00 +0000");
    assert_string_equal(header_date(INT64_C(1601013723) * 1000000, buf),
                        "Fri, 25 Sep 2020 06:02:03 +0000");
    assert_string_equal(header_date(INT64_C(1709251199) * 1000000, buf),
                        "Thu, 29 Feb 2024 23:59:59 +0000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_subjects),       cmocka_unit_test(test_opening),
        cmocka_unit_test(test_new_plan),       cmocka_unit_test(test_correction),
        cmocka_unit_test(test_closing),        cmocka_unit_test(test_header_text),
        cmocka_unit_test(test_header_folding), cmocka_unit_test(test_header_text_is_cut),
        cmocka_unit_test(test_addresses),      cmocka_unit_test(test_dates),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
