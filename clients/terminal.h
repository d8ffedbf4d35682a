/* terminal: what the output can show: how wide it is, whether it wants colours. */
#ifndef VEKHA_TERMINAL_H
#define VEKHA_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { TERMINAL_LEAST_WIDTH = 40, TERMINAL_MOST_WIDTH = 200 };

/* How many columns there are, within those limits; 0 if `out` is no terminal: then nothing is to be
 * wrapped, since a program reads it line by line. */
size_t terminal_width(FILE *out);

/* A terminal, and NO_COLOR (https://no-color.org) not set or empty. */
bool terminal_colour(FILE *out);

/* Prints a text as it is, but harmless (base/utf8.h): what a name can do to a terminal is more than
 * to a file. */
void terminal_put(FILE *out, const char *text, size_t len);

/* Prints a text, harmless, and a newline; every line is indented, and none is wider than `width` columns
 * unless one word is.  width 0: not wrapped.  `paint` is the escape
 * sequence of a colour, or "". */
void terminal_wrap(FILE *out, const char *text, size_t indent, size_t width, const char *paint);

#endif
