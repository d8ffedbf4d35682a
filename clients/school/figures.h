/* figures: figures as people read them: a table of what was understood, and one value in a few
 * words. */
#ifndef VEKHA_SCHOOL_FIGURES_H
#define VEKHA_SCHOOL_FIGURES_H

#include <stdbool.h>
#include <stdio.h>

#include "school/glance.h"
#include "sheet/sheet.h"

enum { FIGURES_VALUE_MAX = 160 };

/* «187 из 450», «1 234,50», «выполнено: 30», «нет данных».  Returns buf. */
char *figures_value(const struct figure *f, enum lang lang, char buf[FIGURES_VALUE_MAX]);

/* One row each; columns in which no row has anything are left out.  glances: what is known besides of
 * these rows, from the first on; NULL: nothing. */
void figures_print(const struct sheet_row *rows, const struct glance *glances, size_t n,
                   enum lang lang, FILE *out, bool colour);

#endif
