/* date: plans and figures are laid against the calendar in whole days, with no time zone and no
 * clock. */
#include "base/date.h"

#include <stdio.h>

enum { EPOCH_YEAR = 1970, DAYS_IN_400_YEARS = 400 * 365 + 97 };

static const int days_in[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days from 0001-01-01 to the first of January. */
static int days_before_year(int year)
{
    int full = year - 1;

    return full * 365 + full / 4 - full / 100 + full / 400;
}

int date_days_in_month(int year, int month)
{
    return days_in[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

bool date_valid(int year, int month, int day)
{
    return year >= DATE_MIN_YEAR && year <= DATE_MAX_YEAR && month >= 1 && month <= 12 &&
           day >= 1 && day <= date_days_in_month(year, month);
}

date_t date_of(int year, int month, int day)
{
    int days = days_before_year(year) - days_before_year(EPOCH_YEAR);

    for (int m = 1; m < month; m++)
        days += date_days_in_month(year, m);
    return days + day - 1;
}

struct civil date_civil(date_t d)
{
    int64_t days = (int64_t)d + days_before_year(EPOCH_YEAR); /* since 0001-01-01 */
    struct civil c = {(int)(days * 400 / DAYS_IN_400_YEARS) + 1, 1, 0};

    /* The mean length of a year may put us one year off. */
    while (days_before_year(c.year) > days)
        c.year--;
    while (days_before_year(c.year + 1) <= days)
        c.year++;
    c.day = (int)(days - days_before_year(c.year)) + 1;
    while (c.day > date_days_in_month(c.year, c.month))
        c.day -= date_days_in_month(c.year, c.month++);
    return c;
}

/* Reads exactly n digits; -1 if one of them is none. */
static int number(const char *text, int n)
{
    int value = 0;

    for (int i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

bool date_parse(const char *text, size_t len, date_t *ret)
{
    struct civil c;

    if (len != sizeof("2020-09-25") - 1)
        return false;
    if (text[4] == '-' && text[7] == '-')
        c = (struct civil){number(text, 4), number(text + 5, 2), number(text + 8, 2)};
    else if (text[2] == '.' && text[5] == '.')
        c = (struct civil){number(text + 6, 4), number(text + 3, 2), number(text, 2)};
    else
        return false;
    if (!date_valid(c.year, c.month, c.day))
        return false;
    *ret = date_of(c.year, c.month, c.day);
    return true;
}

static bool in_range(date_t d)
{
    return d >= date_of(DATE_MIN_YEAR, 1, 1) && d <= date_of(DATE_MAX_YEAR, 12, 31);
}

char *date_format_iso(date_t d, char buf[DATE_TEXT_MAX])
{
    struct civil c;

    buf[0] = '\0';
    if (in_range(d)) {
        c = date_civil(d);
        snprintf(buf, DATE_TEXT_MAX, "%04d-%02d-%02d", c.year, c.month, c.day);
    }
    return buf;
}

char *date_format(date_t d, enum lang lang, char buf[DATE_TEXT_MAX])
{
    struct civil c;

    if (lang != LANG_RU || !in_range(d))
        return date_format_iso(d, buf);
    c = date_civil(d);
    snprintf(buf, DATE_TEXT_MAX, "%02d.%02d.%04d", c.day, c.month, c.year);
    return buf;
}

struct ratio date_month_count(date_t d)
{
    struct civil c = date_civil(d);
    int days = date_days_in_month(c.year, c.month);

    return ratio_make((12 * c.year + c.month - 1) * days + c.day, days);
}
