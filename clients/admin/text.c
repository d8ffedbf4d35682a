/* text: an administrator reads Russian or English; the table of both is in text.h. */
#include "admin/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "terminal.h"

static const char *const texts[TEXT_COUNT][LANG_COUNT] = {
#define TEXT_ROW(name, en, ru) [TEXT_##name] = {[LANG_EN] = (en), [LANG_RU] = (ru)},
    TEXTS(TEXT_ROW)
#undef TEXT_ROW
};

const char *text(enum text id, enum lang lang)
{
    return texts[id][lang];
}

static void put(FILE *out, const char *format, va_list args)
{
    char *line;
    int len = vasprintf(&line, format, args);

    if (len < 0)
        return;
    terminal_put(out, line, (size_t)len);
    fputc('\n', out);
    free(line);
}

void tell(enum lang lang, enum text id, ...)
{
    va_list args;

    va_start(args, id);
    put(stdout, texts[id][lang], args);
    va_end(args);
}

void complain(enum lang lang, enum text id, ...)
{
    va_list args;

    fflush(stdout);
    fputs("vekhactl: ", stderr);
    va_start(args, id);
    put(stderr, texts[id][lang], args);
    va_end(args);
}

void tell_settled(enum lang lang, enum settled settled, enum text id, ...)
{
    va_list args;

    fputs(settled == SETTLED_NOW ? "+ " : "= ", stdout);
    va_start(args, id);
    put(stdout, texts[id][lang], args);
    va_end(args);
}
