/* spoken: periods as people and Excel write them: «сен.20», «сентябрь 2020», «3 квартал 2020»,
 * «I полугодие 2020», «9 месяцев 2020», «2020 год», "Sep-20". */
#ifndef VEKHA_SHEET_SPOKEN_H
#define VEKHA_SHEET_SPOKEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/period.h"

/* Every form of period_parse(), and those above.  False, *ret untouched, if the text is no
 * period. */
bool spoken_period(const char *text, size_t len, period_t *ret);

/* Whether Excel has made a date of what was typed: «03.окт» of 3.10, "Oct-03", 03.10.2020. */
bool spoken_is_date(const char *text, size_t len);

#endif
