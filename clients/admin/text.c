/* text: an administrator reads Russian or English; the table of both is in text.h. */
#include "admin/text.h"

#include <stdarg.h>

static const char *const texts[TEXT_COUNT][LANG_COUNT] = {
#define TEXT_ROW(name, en, ru) [TEXT_##name] = {[LANG_EN] = (en), [LANG_RU] = (ru)},
    TEXTS(TEXT_ROW)
#undef TEXT_ROW
};

const char *text(enum text id, enum lang lang)
{
    return texts[id][lang];
}

void say(enum lang lang, enum text id, ...)
{
    va_list args;

    va_start(args, id);
    vprintf(texts[id][lang], args);
    va_end(args);
    putchar('\n');
}

void complain(enum lang lang, enum text id, ...)
{
    va_list args;

    fflush(stdout);
    fputs("vekhactl: ", stderr);
    va_start(args, id);
    vfprintf(stderr, texts[id][lang], args);
    va_end(args);
    fputc('\n', stderr);
}
