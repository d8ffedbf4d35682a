/* The bytes of an email: fields, thread, line lengths, and a body that comes back whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <sodium.h>

#include "notify/header.c"
#include "notify/html.c"
#include "notify/indexed.c"
#include "notify/mime.c"
#include "notify/picture.c"

static struct dispatch sample(void)
{
    return (struct dispatch){.recipient = "head@school.example",
                             .subject =
                                 "ОТСТАЁТ: Школа № 3 — консультации родителям и ещё много слов",
                             .body = "Первая строка\nвторая\r\n\nпоследняя без конца",
                             .message_id = "<1.2.1@centre.example>",
                             .thread_id = "<1.1.1@centre.example>",
                             .date_us = 1601528400000000};
}

static char *written(const struct dispatch *e)
{
    struct str out;
    str_init(&out, MIME_MAX);
    assert_true(mime_write(e, "vekha@centre.example", &out));
    char *text = str_take(&out);
    assert_non_null(text);
    return text;
}

static void a_later_letter_names_the_first(void **state)
{
    (void)state;
    struct dispatch e = sample();
    char *text = written(&e);
    assert_non_null(strstr(text, "\r\nMessage-ID: <1.2.1@centre.example>\r\n"));
    assert_non_null(strstr(text, "\r\nIn-Reply-To: <1.1.1@centre.example>\r\n"));
    assert_non_null(strstr(text, "\r\nReferences: <1.1.1@centre.example>\r\n"));
    free(text);
}

static void the_first_letter_refers_to_nothing(void **state)
{
    (void)state;
    struct dispatch e = sample();
    e.thread_id = e.message_id;
    char *text = written(&e);
    assert_null(strstr(text, "In-Reply-To"));
    assert_null(strstr(text, "References"));
    free(text);
}

static void every_line_is_short_ascii_ended_by_cr_lf(void **state)
{
    (void)state;
    struct dispatch e = sample();
    char *text = written(&e);
    for (const char *line = text, *end; *line; line = end + 2) {
        end = strstr(line, "\r\n");
        assert_non_null(end);
        assert_true(end - line <= 78);
        for (const char *c = line; c < end; c++)
            assert_true((unsigned char)*c < 0x80 && *c != '\r' && *c != '\n');
    }
    free(text);
}

/* The n-th part in base64, as text. */
static char *part(const char *text, int n)
{
    static const char head[] = "Content-Transfer-Encoding: base64\r\n";
    char *decoded = calloc(1, strlen(text));
    const char *at = text, *end;
    size_t len;

    for (int i = 0; i <= n; i++) {
        at = strstr(at, head);
        assert_non_null(at);
        at += strlen(head);
    }
    at =
        strstr(at, "\r\n\r\n") && strncmp(at, "\r\n", 2) != 0 ? strstr(at, "\r\n\r\n") + 4 : at + 2;
    end = strstr(at, "\r\n--");
    assert_non_null(end);
    assert_int_equal(sodium_base642bin((unsigned char *)decoded, strlen(text), at,
                                       (size_t)(end - at), "\r\n", &len, NULL,
                                       sodium_base64_VARIANT_ORIGINAL),
                     0);
    return decoded;
}

static void assert_text_part(const char *body, const char *expected)
{
    struct dispatch e = sample();
    e.body = body;
    char *text = written(&e), *plain = part(text, 0);
    assert_string_equal(plain, expected);
    free(text);
    free(plain);
}

static void the_text_comes_back_with_network_line_ends(void **state)
{
    (void)state;
    assert_text_part("Первая строка\nвторая\r\n\nпоследняя без конца",
                     "Первая строка\r\nвторая\r\n\r\nпоследняя без конца\r\n");
    assert_text_part("", "");
}

static void long_lines_are_wrapped_but_commands_are_not(void **state)
{
    (void)state;
    assert_text_part("Школа № 3, консультации родителям, на 30.09.2020: сделано 130, по плану 150. "
                     "Не хватает 20.",
                     "Школа № 3, консультации родителям, на 30.09.2020: сделано 130, по плану\r\n"
                     "150. Не хватает 20.\r\n");
    assert_text_part(
        "План 200 за год, равномерно: 9/12·200 = 150. Ход 67 % пути. Прогноз 138 ± 15 штук.",
        "План 200 за год, равномерно: 9/12·200 = 150. Ход 67 % пути. Прогноз\r\n"
        "138 ± 15 штук.\r\n");
    assert_text_part(
        "    12  Школа № 3, консультации родителям, на 30.09.2020: сделано 130, по плану 150",
        "    12  Школа № 3, консультации родителям, на 30.09.2020: сделано 130,\r\n        "
        "по плану 150\r\n");
    assert_text_part(
        "    vekhactl ack 12 --measure \"ТЕКСТ\" --until ГГГГ-ММ-ДД и что бы ещё ни стояло за этим",
        "    vekhactl ack 12 --measure \"ТЕКСТ\" --until ГГГГ-ММ-ДД и что бы ещё ни стояло за "
        "этим\r\n");
}

static void the_page_says_the_same_and_nothing_in_it_is_code(void **state)
{
    (void)state;
    struct dispatch e = sample();
    e.body =
        "Школа <script>alert(1)</script> & \"другие\": отстаёт\n\nАбзац\nи ещё\n\nЧто делать:\n"
        "    vekhactl ack 12\n\nОтстают:\n    12  Школа <3>\n\n-- \nПодпись <&>\n";
    e.subject = "</title><b>";
    char *text = written(&e), *page = part(text, 1);
    assert_null(strstr(page, "<script>"));
    assert_null(strstr(page, "</title><b>"));
    assert_non_null(strstr(
        page, "Школа &lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;другие&quot;: отстаёт</p>"));
    assert_non_null(strstr(page, "Абзац<br>\nи ещё</p>"));
    assert_non_null(strstr(page, ">vekhactl ack 12</pre>"));
    assert_non_null(strstr(page, ">12</td><td style=\"padding:3px 0\">Школа &lt;3&gt;</td></tr>"));
    assert_non_null(strstr(page, "font-weight:bold\">Отстают:</p>\n<table"));
    assert_non_null(strstr(page, ">Подпись &lt;&amp;&gt;\n</p>"));
    assert_null(strstr(page, "cid:"));
    assert_null(strstr(text, "image/png"));
    free(text);
    free(page);
}

static void a_chart_becomes_a_picture(void **state)
{
    (void)state;
    struct dispatch e = sample();
    e.chart = "today 2020-10-05\nplan 2019-12-31 0\nplan 2020-12-31 200\nfact 2020-06-30 80\nfact "
              "2020-09-30 "
              "130\nforecast 174.7 17.1\n";
    char *text = written(&e), *page = part(text, 1), *png = part(text, 2);
    assert_non_null(strstr(text, "Content-ID: <picture@vekha>\r\n"));
    assert_non_null(strstr(page, "cid:picture@vekha"));
    assert_memory_equal(png, "\x89PNG\r\n", 6);
    free(text);
    free(page);
    free(png);
    e.chart = "nonsense";
    text = written(&e);
    assert_null(strstr(text, "image/png"));
    free(text);
}

/* Sixty facts and a curved plan: more there cannot be. */
static void the_fullest_picture_is_small_and_has_a_palette(void **state)
{
    (void)state;
    struct chart c = {.today = 18540,
                      .n_plan = CHART_MAX_POINTS,
                      .n_facts = CHART_MAX_POINTS,
                      .has_forecast = true,
                      .forecast = 3580418,
                      .sd = 600000};
    struct str png;
    for (int i = 0; i < CHART_MAX_POINTS; i++) {
        c.plan[i] = (struct chart_point){18262 + 6 * i, 1000.0 * i * i};
        c.facts[i] = (struct chart_point){18262 + 4 * i, 900.0 * i * i + 40000 * (i % 3)};
    }
    str_init(&png, PICTURE_MAX);
    assert_true(picture_draw(&c, LANG_RU, &png));
    print_message("%zu bytes\n", png.len);
    assert_memory_equal(png.text + 12, "IHDR", 4);
    assert_int_equal(png.text[25], PNG_COLOR_TYPE_PALETTE);
    str_clear(&png);
    c.plan[1].value = 1e308;
    c.facts[1].value = -1e308;
    assert_false(picture_draw(&c, LANG_RU, &png));
    str_finish(&png);
}

static void a_drawing_of_any_colours_fits_a_palette(void **state)
{
    (void)state;
    uint32_t pixels[64 * 64], seed = 1;
    struct str png;
    for (size_t i = 0; i < 64 * 64; i++)
        pixels[i] = (seed = seed * 1664525 + 1013904223) >> 8;
    str_init(&png, 64 * 1024);
    assert_true(indexed_write(&(struct drawing){pixels, 64, 64, 64}, &png));
    str_finish(&png);
    str_init(&png, 100);
    assert_false(indexed_write(&(struct drawing){pixels, 64, 64, 64}, &png));
    str_finish(&png);
}

static void a_body_over_the_maximum_is_refused(void **state)
{
    (void)state;
    struct dispatch e = sample();
    char *body = malloc(MIME_TEXT_MAX + 1);
    struct str out;
    memset(body, 'a', MIME_TEXT_MAX);
    body[MIME_TEXT_MAX] = '\0';
    e.body = body;
    str_init(&out, MIME_MAX);
    assert_false(mime_write(&e, "vekha@centre.example", &out));
    str_finish(&out);
    free(body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_later_letter_names_the_first),
        cmocka_unit_test(the_first_letter_refers_to_nothing),
        cmocka_unit_test(every_line_is_short_ascii_ended_by_cr_lf),
        cmocka_unit_test(the_text_comes_back_with_network_line_ends),
        cmocka_unit_test(long_lines_are_wrapped_but_commands_are_not),
        cmocka_unit_test(the_page_says_the_same_and_nothing_in_it_is_code),
        cmocka_unit_test(a_chart_becomes_a_picture),
        cmocka_unit_test(the_fullest_picture_is_small_and_has_a_palette),
        cmocka_unit_test(a_drawing_of_any_colours_fits_a_palette),
        cmocka_unit_test(a_body_over_the_maximum_is_refused),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    picture_finish(); /* or what the libraries keep looks like a leak */
    return failed;
}
