/* terminal: words stay whole, lines stay within the width, and nothing is lost or added. */
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <cmocka.h>

#include "terminal.c"

static void wrapping(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t indent, width;
        const char *expected;
    } rows[] = {
        {"", 2, 10, ""},
        {"one two", 0, 0, "one two\n"},
        {"one two", 2, 0, "  one two\n"},
        {"one two", 0, 7, "one two\n"},
        {"one two", 0, 6, "one\ntwo\n"},
        {"one two three", 2, 9, "  one two\n  three\n"},
        {"школа не сдала", 0, 8, "школа не\nсдала\n"},
        {"a verylongword b", 1, 6, " a\n verylongword\n b\n"},
        {"one\ntwo", 1, 0, " one\n two\n"},
        {"one\n", 0, 0, "one\n"},
        {"one ", 0, 3, "one \n"},
        {"3\u00a0580 рублей", 0, 6, "3\u00a0580\nрублей\n"}, /* a number is not torn */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *out = NULL;
        size_t len = 0;
        FILE *f = open_memstream(&out, &len);
        assert_non_null(f);
        terminal_wrap(f, rows[i].text, rows[i].indent, rows[i].width, "");
        assert_int_equal(fclose(f), 0);
        assert_string_equal(out, rows[i].expected);
        free(out);
    }
}

static void what_is_no_terminal_has_neither_width_nor_colour(void **state)
{
    (void)state;
    char buf[10];
    FILE *memory = fmemopen(buf, sizeof buf, "w"), *null = fopen("/dev/null", "w");
    assert_int_equal(terminal_width(memory), 0);
    assert_int_equal(terminal_width(null), 0);
    assert_false(terminal_colour(memory));
    assert_false(terminal_colour(null));
    fclose(memory);
    fclose(null);
}

static void a_terminal_tells_its_width(void **state)
{
    (void)state;
    static const struct {
        unsigned short columns;
        size_t expected;
    } rows[] = {{80, 80}, {0, 80}, {10, TERMINAL_LEAST_WIDTH}, {5000, TERMINAL_MOST_WIDTH}};
    int master, slave;
    assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
    FILE *out = fdopen(slave, "w");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct winsize size = {.ws_row = 24, .ws_col = rows[i].columns};
        assert_int_equal(ioctl(master, TIOCSWINSZ, &size), 0);
        assert_int_equal(terminal_width(out), rows[i].expected);
    }
    unsetenv("NO_COLOR");
    assert_true(terminal_colour(out));
    setenv("NO_COLOR", "", 1);
    assert_true(terminal_colour(out));
    setenv("NO_COLOR", "1", 1);
    assert_false(terminal_colour(out));
    fclose(out);
    close(master);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrapping),
        cmocka_unit_test(what_is_no_terminal_has_neither_width_nor_colour),
        cmocka_unit_test(a_terminal_tells_its_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
