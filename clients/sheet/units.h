/* units: what people write behind a number: «1 234,50 руб.», «12 чел.». */
#ifndef VEKHA_SHEET_UNITS_H
#define VEKHA_SHEET_UNITS_H

#include <stddef.h>

enum unit {
    UNIT_NONE,   /* no unit */
    UNIT_PLAIN,  /* it changes nothing of the number */
    UNIT_SCALED, /* thousands, millions: the number is not the one that is written */
};

enum unit units_find(const char *text, size_t len);

#endif
