/* remarks: what is to be said of a table that was read. */
#ifndef VEKHA_SCHOOL_REMARKS_H
#define VEKHA_SCHOOL_REMARKS_H

#include <stdio.h>

#include "base/lang.h"
#include "sheet/sheet.h"

/* What was left out of the file, and what is wrong in it: "file:line:column name: what; what to do". */
void remarks_print(const char *path, const struct sheet *s, enum lang lang, FILE *out);

#endif
