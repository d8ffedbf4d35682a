/* questions: what the department wants to be made clear, as a school reads it: about which figure, what
 * was reported, and the very commands that answer. */
#ifndef VEKHA_SCHOOL_QUESTIONS_H
#define VEKHA_SCHOOL_QUESTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/lang.h"
#include "wire/wire.h"

enum { QUESTIONS_NAME_MAX = 48 };

/* «вопрос 12».  Returns buf. */
char *questions_name(int64_t number, enum lang lang, char buf[QUESTIONS_NAME_MAX]);

/* One after the other.  own: code of the organisation that need not be named in a command; NULL: not
 * known.  more: there are others besides. */
void questions_print(const struct question *questions, size_t n, bool more, const char *own,
                     enum lang lang, FILE *out);

#endif
