/* verdicts: what the centre said to each figure and narrative of a submission. */
#ifndef VEKHA_SCHOOL_VERDICTS_H
#define VEKHA_SCHOOL_VERDICTS_H

#include <stdbool.h>
#include <stdio.h>

#include "spool/filed.h"
#include "sheet/sheet.h"

enum {
    VERDICTS_ALL = 30, /* lines; of a longer submission only those to look at are shown */
};

/* A line for each, a reason below it, and how many there are of each verdict.  f has a receipt;
 * rows are those that were sent, in this run; NULL: it is looked back at, so a narrative is shown
 * with what it says. */
void verdicts_print(const struct filed *f, const struct sheet_row *rows, enum lang lang, FILE *out,
                    bool colour);

#endif
