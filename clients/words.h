/* words: finds what a person wrote in a table of words, whatever its case and spacing. */
#ifndef VEKHA_WORDS_H
#define VEKHA_WORDS_H

#include <stddef.h>

enum {
    WORDS_MAX = 64, /* bytes of a folded text with its NUL; a longer one is no word of any table */
    WORDS_NONE = -1,
};

struct word {
    const char *folded; /* as words_fold() writes it */
    int id;             /* >= 0 */
};

/* Lower case of Latin and Russian letters, ё as е, each run of spaces, NBSP and '_' as one space,
 * none at the ends.  "" if the text is too long.  Returns buf. */
char *words_fold(const char *text, size_t len, char buf[WORDS_MAX]);

/* The id of a text in a table, or WORDS_NONE. */
int words_find(const struct word *table, size_t n, const char *text, size_t len);

#endif
