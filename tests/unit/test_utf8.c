/* test_utf8: every code point, the malformed forms of RFC 3629, and text in disguise. */
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct {
    const char *text;
    bool valid, printable;
    size_t width;
} texts[] = {
    {"", true, true, 0},
    {"plan", true, true, 4},
    {"план № 5", true, true, 8},
    {"строка\nи\tещё", true, true, 10},
    {"й", true, true, 1},
    {"и\u0306", true, true, 1},
    {"学校", true, true, 4},
    {"\U0001F3EB", true, true, 2},
    {"\uFEFFplan", true, true, 4},
    {"\u00A0", true, true, 1},
    {"bell\a", true, false, 4},
    {"\x1b[31m", true, false, 4},
    {"cr\r\n", true, false, 2},
    {"\x7f", true, false, 0},
    {"\xC2\x85", true, false, 0},
    {"a\u202Eb", true, false, 2},
    {"a\u2066b", true, false, 2},
    {"a\u200Fb", true, true, 2},
    {"\x80", false, false, 1},                 /* a continuation byte alone */
    {"\xC3", false, false, 1},                 /* cut off */
    {"\xE2\x82", false, false, 2},             /* cut off */
    {"\xF0\x9F\x8F", false, false, 3},         /* cut off */
    {"\xC0\xAF", false, false, 2},             /* overlong '/' */
    {"\xC0\x80", false, false, 2},             /* overlong NUL */
    {"\xE0\x80\xAF", false, false, 3},         /* overlong '/' */
    {"\xF0\x80\x80\xAF", false, false, 4},     /* overlong '/' */
    {"\xED\xA0\x80", false, false, 3},         /* a surrogate */
    {"\xF4\x90\x80\x80", false, false, 4},     /* U+110000 */
    {"\xF8\x88\x80\x80\x80", false, false, 5}, /* five bytes */
    {"\xFF", false, false, 1},
    {"\xC3\x28", false, false, 2},         /* no continuation */
    {"\xEF\xF0\xE5\xF2", false, false, 4}, /* Windows-1251, as old spreadsheets save */
};

static void test_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        size_t len = strlen(texts[i].text);

        print_message("row %zu\n", i);
        assert_int_equal(utf8_valid(texts[i].text, len), texts[i].valid);
        assert_int_equal(utf8_printable(texts[i].text, len), texts[i].printable);
        assert_int_equal(utf8_width(texts[i].text, len), texts[i].width);
    }
    assert_false(utf8_valid("a\0b", 3));
    assert_false(utf8_printable("a\0b", 3));
    assert_true(utf8_valid("пл", 2));
    assert_false(utf8_valid("пл", 3));
}

/* In n bytes, whether or not that is the shortest form. */
static void encode(uint32_t c, size_t n, char *out)
{
    static const uint8_t leads[] = {0, 0, 0xC0, 0xE0, 0xF0};

    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)(leads[n] | c);
}

static size_t shortest(uint32_t c)
{
    if (c < 0x80)
        return 1;
    if (c < 0x800)
        return 2;
    return c < 0x10000 ? 3 : 4;
}

static void test_every_code_point(void **state)
{
    char bytes[4];

    (void)state;
    for (uint32_t c = 1; c < 0x200000; c++) {
        bool scalar = c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);

        for (size_t n = shortest(c); n <= 4; n++) {
            encode(c, n, bytes);
            assert_int_equal(utf8_valid(bytes, n), scalar && n == shortest(c));
            assert_true(utf8_width(bytes, n) <= n);
        }
    }
}

static void test_uncapitalise(void **state)
{
    static const struct {
        const char *name, *inside;
    } cases[] = {
        {"Консультации родителям", "консультации родителям"},
        {"Школы", "школы"},
        {"Ёлки", "ёлки"},
        {"Пары", "пары"},
        {"Рост", "рост"},
        {"Яркость", "яркость"},
        {"МФУ и ноутбуки", "МФУ и ноутбуки"},
        {"«Билет в будущее»", "«Билет в будущее»"},
        {"Coverage", "coverage"},
        {"IT classes", "IT classes"},
        {"B", "B"},
        {"Я", "Я"},
        {"", ""},
        {"уже малая", "уже малая"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[64];

        snprintf(text, sizeof text, "%s", cases[i].name);
        utf8_uncapitalise(text);
        assert_string_equal(text, cases[i].inside);
    }
}

static void test_tame(void **state)
{
    static const struct {
        const char *text, *tamed, *line;
    } cases[] = {
        {"Школа № 3\n\tстрока", "Школа № 3\n\tстрока", "Школа № 3  строка"},
        {"a\u202Eb\u2066c\u2069", "a?b?c?", "a?b?c?"},
        {"\u200Ea\u200F\u061C", "?a??", "?a??"},
        {"a\u2028b\u2029", "a?b?", "a?b?"},
        {"\x1b[31mкрасный\a\r\x7f", "?[31mкрасный???", "?[31mкрасный???"},
        {"\xC2\x9b"
         "2J\xC2\x85",
         "?2J?", "?2J?"},
        {"a\xFF\xC3", "a??", "a??"},
        {"\xE2\x80", "??", "??"},
        {"\xED\xA0\x80", "???", "???"},
        {"", "", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[64];

        snprintf(text, sizeof text, "%s", cases[i].text);
        utf8_tame(text);
        assert_string_equal(text, cases[i].tamed);
        assert_true(utf8_harmless(text, strlen(text)));
        snprintf(text, sizeof text, "%s", cases[i].text);
        utf8_tame_line(text);
        assert_string_equal(text, cases[i].line);
    }
    assert_true(utf8_printable("a\u200Fb", 5));
    assert_false(utf8_harmless("a\u200Fb", 5));
}

static void test_whole(void **state)
{
    (void)state;
    assert_int_equal(utf8_whole("план", 8, 8), 8);
    assert_int_equal(utf8_whole("план", 8, 7), 6);
    assert_int_equal(utf8_whole("план", 8, 1), 0);
    assert_int_equal(utf8_whole("plan", 4, 3), 3);
    assert_int_equal(utf8_first("план", 0), 0);
    assert_int_equal(utf8_first("план", 3), 6);
    assert_int_equal(utf8_first("план", 4), 8);
    assert_int_equal(utf8_first("plan", 9), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),        cmocka_unit_test(test_every_code_point),
        cmocka_unit_test(test_uncapitalise), cmocka_unit_test(test_tame),
        cmocka_unit_test(test_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
