/* texts: everything vekha-submit says, message by language.  All conversions are %s, in the same
 * order in both languages; surplus arguments are allowed, so that a caller may choose between texts
 * with and without them. */
#ifndef VEKHA_SCHOOL_TEXTS_H
#define VEKHA_SCHOOL_TEXTS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/lang.h"
#include "school/sayings.h"

#define SAY_NAME(name, english, russian) SAY_##name,
enum say { SAYINGS(SAY_NAME) SAY_COUNT };
#undef SAY_NAME

const char *say(enum say what, enum lang lang);

/* Prints a text with its arguments and a newline. */
void say_to(FILE *out, enum lang lang, enum say what, ...);

/* True for "y", "yes", «д», «да» in any case, alone on a line. */
bool say_is_yes(const char *line);

#endif
