/* date: a calendar day (proleptic Gregorian) as the number of days since 1970-01-01, and calendar
 * months as exact rationals. */
#ifndef VEKHA_BASE_DATE_H
#define VEKHA_BASE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/lang.h"
#include "base/ratio.h"

typedef int32_t date_t; /* days since 1970-01-01 */

#define DATE_NONE INT32_MIN

enum {
    DATE_MIN_YEAR = 1900,
    DATE_MAX_YEAR = 2999,
    DATE_TEXT_MAX = 16, /* "2020-09-25" and "25.09.2020" with NUL */
};

struct civil {
    int year;  /* DATE_MIN_YEAR..DATE_MAX_YEAR */
    int month; /* 1..12 */
    int day;   /* 1..31 */
};

bool date_valid(int year, int month, int day);
date_t date_of(int year, int month, int day); /* the arguments must be valid */
struct civil date_civil(date_t d);
int date_days_in_month(int year, int month);

/* "2020-09-25" or "25.09.2020"; the whole of len bytes.  False, *ret untouched, if it is
 * no date. */
bool date_parse(const char *text, size_t len, date_t *ret);
char *date_format_iso(date_t d, char buf[DATE_TEXT_MAX]); /* 2020-09-25; DATE_NONE gives "" */
/* As people of a language write it: 25.09.2020 in Russian, else as ISO has it; DATE_NONE gives "". */
char *date_format(date_t d, enum lang lang, char buf[DATE_TEXT_MAX]);

/* The month count of the END of day d: 12*year + month - 1 + day/days_in_month, exactly.  The end
 * of 30 September minus the end of 31 December before it is 9. */
struct ratio date_month_count(date_t d);

#endif
