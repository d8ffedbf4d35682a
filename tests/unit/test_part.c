/* part: what is read back is what was fetched; what is damaged is not read. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "agent/pages.c"
#include "agent/part.c"
#include "part_sample.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define TEST(f)  cmocka_unit_test(f)

static struct part *made(void)
{
    struct pages *p = pages_new();
    struct str file;
    char sum[HEX];
    const struct part_page first = {.next = "0.6", .n_lines = COUNT(head), .lines = head};
    const struct part_page last = {
        .after = "0.6", .tag = {1}, .n_lines = COUNT(body), .lines = body};
    assert_non_null(p);
    assert_true(pages_add(p, &first, NULL));
    assert_true(pages_add(p, &last, NULL));
    checksum(str_text(&p->body), p->body.len, sum);
    str_init(&file, PAGES_MAX_BYTES);
    str_addf(&file, "vekha-part 1 1601002800000000 %s\n%s", sum, str_text(&p->body));
    struct part *part = part_read(str_text(&file), file.len);
    assert_non_null(part);
    for (size_t i = 0; i < file.len; i++) { /* whichever byte is another */
        file.text[i] ^= 1;
        struct part *damaged = part_read(file.text, file.len);
        assert_true(damaged == NULL || i < sizeof "vekha-part 1 1601002800000000");
        part_free(damaged);
        file.text[i] ^= 1;
        assert_null(i > 0 ? part_read(file.text, i) : NULL);
    }
    str_finish(&file);
    pages_free(p);
    return part;
}

static void it_comes_back(void **state)
{
    (void)state;
    struct part *p = made();
    struct decimal plan;
    const struct part_series *s = part_series_of(p, NULL, "consultations");
    assert_int_equal(part_fetched_us(p), 1601002800000000);
    assert_int_equal(part_organisations(p), 1);
    assert_string_equal(part_organisation(p, "school-2")->name[LANG_EN], "Школа № 2");
    assert_string_equal(part_indicator(p, "consultations")->name[LANG_EN], "Consultations");
    assert_null(part_indicator(p, "coverage")->method);
    assert_null(part_series_of(p, "school-3", "consultations"));
    assert_non_null(s);
    assert_true(s->owed && s->has_plan && s->n_figures == 1);
    assert_true(part_plan_at(s, date_of(2020, 12, 31), 0, &plan));
    assert_int_equal(plan.mantissa, 200);
    assert_false(part_plan_at(part_series_of(p, NULL, "coverage"), date_of(2020, 9, 30), 0, &plan));
    assert_non_null(part_standing(s, 2020009));
    assert_null(part_standing(s, 2020008));
    assert_null(part_before(s, date_of(2020, 9, 30)));
    part_free(p);
}

static void a_page_that_has_not_changed_is_taken_from_the_old(void **state)
{
    (void)state;
    struct pages *old = pages_new(), *new = pages_new();
    const struct part_page page = {.tag = {7}, .n_lines = COUNT(head), .lines = head};
    const struct part_page same = {.tag = {7}, .unchanged = true};
    const struct part_page other = {.tag = {8}, .unchanged = true};
    assert_true(pages_add(old, &page, NULL));
    assert_false(pages_add(new, &other, old)); /* we never had that one */
    assert_false(pages_add(new, &same, NULL));
    assert_true(pages_add(new, &same, old));
    assert_string_equal(str_text(&old->body), str_text(&new->body));
    assert_memory_equal(pages_tag(new, NULL), page.tag, WIRE_TAG);
    assert_null(pages_tag(new, "0.6"));
    pages_free(old);
    pages_free(new);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_comes_back),
        TEST(a_page_that_has_not_changed_is_taken_from_the_old),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
