/* units: only words that leave the number as it is are passed over; «тыс. руб.» would make a figure a
 * thousand times too small. */
#include "sheet/units.h"

#include <string.h>

#include "words.h"

static const struct word plain[] = {
    {"₽", UNIT_PLAIN},  {"р", UNIT_PLAIN},      {"р.", UNIT_PLAIN},      {"руб", UNIT_PLAIN},
    {"руб.", UNIT_PLAIN}, {"рубль", UNIT_PLAIN},  {"рубля", UNIT_PLAIN},   {"рублей", UNIT_PLAIN},
    {"чел", UNIT_PLAIN},  {"чел.", UNIT_PLAIN},   {"человек", UNIT_PLAIN}, {"человека", UNIT_PLAIN},
    {"шт", UNIT_PLAIN},   {"шт.", UNIT_PLAIN},    {"штук", UNIT_PLAIN},    {"ед", UNIT_PLAIN},
    {"ед.", UNIT_PLAIN},  {"единиц", UNIT_PLAIN}, {"people", UNIT_PLAIN},  {"roubles", UNIT_PLAIN},
};

static const char *const scales[] = {"тыс", "млн", "млрд", "thousand", "million", "billion"};

#define COUNT(table) (sizeof(table) / sizeof *(table))

enum unit units_find(const char *text, size_t len)
{
    char folded[WORDS_MAX];
    for (; len > 0 && strchr(" (", *text) != NULL; text++)
        len--;
    words_fold(text, len, folded);
    for (size_t i = 0; i < COUNT(scales); i++)
        if (strncmp(folded, scales[i], strlen(scales[i])) == 0)
            return UNIT_SCALED;
    return words_find(plain, COUNT(plain), text, len) == UNIT_PLAIN ? UNIT_PLAIN : UNIT_NONE;
}
