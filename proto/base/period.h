/* period: the span of time a figure reports: a day, month, quarter, half-year, nine months
 * or a year.
 *
 * A period is one int32_t, so that it sorts by year and makes a short database key:
 *
 *     year * 1000 +   0       the year           2020      2020000
 *                     1..12   a month            2020-09   2020009
 *                    21..24   a quarter          2020-Q3   2020023
 *                    31..32   a half-year        2020-H1   2020031
 *                    39       nine months        2020-9M   2020039
 *                   101..466  a day of the year  2020-09-25  2020369
 */
#ifndef VEKHA_BASE_PERIOD_H
#define VEKHA_BASE_PERIOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "base/lang.h"

typedef int32_t period_t;

#define PERIOD_NONE 0

enum { PERIOD_TEXT_MAX = 16, PERIOD_WORDS_MAX = 64 };

enum period_kind {
    PERIOD_DAY,
    PERIOD_MONTH,
    PERIOD_QUARTER,
    PERIOD_HALF,
    PERIOD_NINE_MONTHS,
    PERIOD_YEAR
};

/* 2020-09, 2020-Q3, 2020-H1, 2020-9M, 2020, 2020-09-25; DHIS2's 202009, 2020Q3; 09.2020
 * and 25.09.2020. False, *ret untouched, if the whole of len bytes is no period. */
bool period_parse(const char *text, size_t len, period_t *ret);
char *period_format(period_t p, char buf[PERIOD_TEXT_MAX]); /* 2020-09; "" if p is invalid */
/* As people say it: «сентябрь 2020», "quarter III of 2020", «9 месяцев 2020»; "" if p is invalid. */
char *period_words(period_t p, enum lang lang, char buf[PERIOD_WORDS_MAX]);
bool period_valid(period_t p);

/* These take valid periods only; one from the wire passes period_valid() first. */
enum period_kind period_kind(period_t p);
int period_year(period_t p);
period_t period_of_day(date_t d); /* of a valid day */
date_t period_first_day(period_t p);
date_t period_last_day(period_t p);

#endif
