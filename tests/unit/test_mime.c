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
#include "notify/mime.c"

static struct email sample(void)
{
    return (struct email){.from = "vekha@centre.example",
                          .to = "head@school.example",
                          .subject = "ОТСТАЁТ: Школа № 3 — консультации родителям и ещё много слов",
                          .body = "Первая строка\nвторая\r\n\nпоследняя без конца",
                          .message_id = "<1.2.1@centre.example>",
                          .thread_id = "<1.1.1@centre.example>",
                          .date_us = 1601528400000000};
}

static char *written(const struct email *e)
{
    struct str out;
    str_init(&out, MIME_MAX);
    assert_true(mime_write(e, &out));
    char *text = str_take(&out);
    assert_non_null(text);
    return text;
}

static void a_later_letter_names_the_first(void **state)
{
    (void)state;
    struct email e = sample();
    char *text = written(&e);
    assert_non_null(strstr(text, "\r\nMessage-ID: <1.2.1@centre.example>\r\n"));
    assert_non_null(strstr(text, "\r\nIn-Reply-To: <1.1.1@centre.example>\r\n"));
    assert_non_null(strstr(text, "\r\nReferences: <1.1.1@centre.example>\r\n"));
    free(text);
}

static void the_first_letter_refers_to_nothing(void **state)
{
    (void)state;
    struct email e = sample();
    e.thread_id = e.message_id;
    char *text = written(&e);
    assert_null(strstr(text, "In-Reply-To"));
    assert_null(strstr(text, "References"));
    free(text);
}

static void every_line_is_short_ascii_ended_by_cr_lf(void **state)
{
    (void)state;
    struct email e = sample();
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

static void the_body_comes_back_with_network_line_ends(void **state)
{
    (void)state;
    struct email e = sample();
    char *text = written(&e), body[1000];
    size_t len;
    const char *coded = strstr(text, "\r\n\r\n");
    assert_non_null(coded);
    assert_int_equal(sodium_base642bin((unsigned char *)body, sizeof body, coded + 4,
                                       strlen(coded + 4), "\r\n", &len, NULL,
                                       sodium_base64_VARIANT_ORIGINAL),
                     0);
    body[len] = '\0';
    assert_string_equal(body, "Первая строка\r\nвторая\r\n\r\nпоследняя без конца\r\n");
    free(text);
}

static void an_empty_body_is_a_letter(void **state)
{
    (void)state;
    struct email e = sample();
    e.body = "";
    char *text = written(&e);
    assert_string_equal(text + strlen(text) - 4, "\r\n\r\n");
    free(text);
}

static void a_body_over_the_maximum_is_refused(void **state)
{
    (void)state;
    struct email e = sample();
    char *body = malloc(MIME_MAX + 1);
    struct str out;
    memset(body, 'a', MIME_MAX);
    body[MIME_MAX] = '\0';
    e.body = body;
    str_init(&out, MIME_MAX);
    assert_false(mime_write(&e, &out));
    str_finish(&out);
    free(body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_later_letter_names_the_first),
        cmocka_unit_test(the_first_letter_refers_to_nothing),
        cmocka_unit_test(every_line_is_short_ascii_ended_by_cr_lf),
        cmocka_unit_test(the_body_comes_back_with_network_line_ends),
        cmocka_unit_test(an_empty_body_is_a_letter),
        cmocka_unit_test(a_body_over_the_maximum_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
