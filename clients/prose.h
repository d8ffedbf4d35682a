/* prose: a narrative as people read it: how things stand, then each other text behind its label. */
#ifndef VEKHA_PROSE_H
#define VEKHA_PROSE_H

#include <stddef.h>
#include <stdio.h>

#include "base/lang.h"
#include "base/str.h"
#include "wire/message.h"

enum {
    PROSE_MAX = WIRE_MAX_PROSE + 4 * WIRE_MAX_REMARK
}; /* bytes of one narrative with its labels */

/* Appends a text behind its label, as it was written; nothing if it is not there. */
void prose_paragraph(const char *const texts[NARRATIVE_TEXTS], enum narrative_text which,
                     enum lang lang, struct str *out);

/* Prints a paragraph for each text that is there, in the form of terminal_wrap(). */
void prose_print(FILE *out, const char *const texts[NARRATIVE_TEXTS], size_t indent,
                 enum lang lang);

/* Appends how things stand in one line; then what comes after it, in one line too: «Причина: … Мера:
 * … Далее: … Ответственный: …», each ended with a full stop unless it ends itself. */
void prose_text(const char *const texts[NARRATIVE_TEXTS], struct str *out);
void prose_rest(const char *const texts[NARRATIVE_TEXTS], enum lang lang, struct str *out);

#endif
