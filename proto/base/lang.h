/* lang: the two languages Vekha speaks.  One daemon writes both, so the language is an argument,
 * never a global; each module keeps its own table of texts, message by language. */
#ifndef VEKHA_BASE_LANG_H
#define VEKHA_BASE_LANG_H

#include <stdbool.h>
#include <stdint.h>

enum lang { LANG_EN, LANG_RU, LANG_COUNT };

bool lang_parse(const char *text, enum lang *ret); /* "ru", "en", also "ru_RU.UTF-8" */
enum lang lang_of_environment(
    void); /* LC_ALL, LC_MESSAGES, LANG; Russian if it begins with ru, else English */
const char *lang_code(enum lang lang); /* "ru" */

/* Picks the word by Russian or English plural rules: 1 день, 2 дня, 5 дней; English uses one and
 * many. */
const char *lang_plural(enum lang lang, int64_t n, const char *one, const char *few,
                        const char *many);

#endif
