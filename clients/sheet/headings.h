/* headings: how the columns of a table of figures or narratives may be called, in both languages. */
#ifndef VEKHA_SHEET_HEADINGS_H
#define VEKHA_SHEET_HEADINGS_H

#include "sheet/reading.h"
#include "words.h"

/* A column that is known and read by people only: a number of the row, a name beside its code, the plan. */
enum { HEADINGS_PASSED_OVER = FIELD_COUNT };

/* The field (enum field) that a column of this name gives, HEADINGS_PASSED_OVER, or WORDS_NONE. */
int headings_find(const char *text, size_t len);

#endif
