/* narratives: narratives as people read them: what was understood, and one in a few words. */
#ifndef VEKHA_SCHOOL_NARRATIVES_H
#define VEKHA_SCHOOL_NARRATIVES_H

#include <stdbool.h>
#include <stdio.h>

#include "sheet/sheet.h"

enum { NARRATIVES_BRIEF_MAX = 256 };

/* «every-child 2020-9M Создаются новые места…»: the key and the first words.  Returns buf. */
char *narratives_brief(const struct narrative *n, enum lang lang, char buf[NARRATIVES_BRIEF_MAX]);

/* One after the other: a line that says whose it is, and the texts below it. */
void narratives_print(const struct sheet_row *rows, size_t n, enum lang lang, FILE *out);

#endif
