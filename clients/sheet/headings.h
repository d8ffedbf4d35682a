/* headings: how the columns of a table of figures or narratives may be called, in both languages. */
#ifndef VEKHA_SHEET_HEADINGS_H
#define VEKHA_SHEET_HEADINGS_H

#include "words.h"

/* The field (enum field) that a column of this name gives, or WORDS_NONE. */
int headings_find(const char *text, size_t len);

#endif
