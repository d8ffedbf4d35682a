/* problems: what is wrong in the files of a programme, gathered, so that all of it can be mended at
 * once. */
#ifndef VEKHA_ADMIN_PROBLEMS_H
#define VEKHA_ADMIN_PROBLEMS_H

#include <stddef.h>

#include "admin/text.h"
#include "base/str.h"

enum { PROBLEMS_SHOWN = 50, PROBLEMS_TEXT_MAX = 64 * 1024 };

struct problems {
    enum lang lang;
    size_t n; /* all of them; the text holds the first PROBLEMS_SHOWN */
    struct str text;
};

void problems_init(struct problems *p, enum lang lang);
void problems_finish(struct problems *p); /* NULL-safe */

/* "FILE:LINE: FIELD: sentence"; field NULL or "" is left out. */
void problem(struct problems *p, const char *file, int line, const char *field, enum text id, ...);

#endif
