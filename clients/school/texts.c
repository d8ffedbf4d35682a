/* texts: two languages stand side by side, so that none is forgotten. */
#include "school/texts.h"

#include <stdarg.h>
#include <string.h>

#include "words.h"

#define BOTH(name, english, russian) {[LANG_EN] = (english), [LANG_RU] = (russian)},
static const char *const texts[SAY_COUNT][LANG_COUNT] = {SAYINGS(BOTH)};
#undef BOTH

const char *say(enum say what, enum lang lang)
{
    return texts[what][lang];
}

void say_to(FILE *out, enum lang lang, enum say what, ...)
{
    va_list args;
    va_start(args, what);
    vfprintf(out, say(what, lang), args);
    va_end(args);
    fputc('\n', out);
}

bool say_is_yes(const char *line)
{
    static const struct word yes[] = {{"y", 1}, {"yes", 1}, {"д", 1}, {"да", 1}};
    return words_find(yes, sizeof yes / sizeof *yes, line, strlen(line)) != WORDS_NONE;
}
