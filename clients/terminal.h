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

/* Prints a text and a newline; every line is indented, and none is wider than `width` columns
 * unless one word is.  width 0: not wrapped.  `paint` is the escape
 * sequence of a colour, or "". */
void terminal_wrap(FILE *out, const char *text, size_t indent, size_t width, const char *paint);

#endif
