/* lang: a school reads Russian, a log reader may want English; both from one program. */
#include "base/lang.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static const char *const codes[LANG_COUNT] = {[LANG_EN] = "en", [LANG_RU] = "ru"};

/* In the order in which POSIX ranks them. */
static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

bool lang_parse(const char *text, enum lang *ret)
{
    if (text == NULL)
        return false;
    for (int i = 0; i < LANG_COUNT; i++) {
        size_t n = strlen(codes[i]);

        /* The language ends the text, or a territory, codeset or modifier follows. */
        if (strncmp(text, codes[i], n) == 0 && strchr("_-.@", text[n]) != NULL) {
            *ret = (enum lang)i;
            return true;
        }
    }
    return false;
}

enum lang lang_of_environment(void)
{
    for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
        const char *value = getenv(variables[i]);

        if (value != NULL && value[0] != '\0')
            return strncmp(value, codes[LANG_RU], strlen(codes[LANG_RU])) == 0 ? LANG_RU : LANG_EN;
    }
    return LANG_EN;
}

const char *lang_code(enum lang lang)
{
    return codes[lang];
}

const char *lang_plural(enum lang lang, int64_t n, const char *one, const char *few,
                        const char *many)
{
    int tail = (int)(n % 100);
    int unit;

    if (lang == LANG_EN)
        return n == 1 || n == -1 ? one : many;
    tail = tail < 0 ? -tail : tail;
    unit = tail % 10;
    if (tail / 10 == 1 || unit == 0 || unit >= 5) /* 11..19 go with the many: 11 дней */
        return many;
    return unit == 1 ? one : few;
}
