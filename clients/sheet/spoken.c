/* spoken: Excel turns a typed 2020-09 into a date and saves it as «сен.20», so a month that a
 * secretary wrote correctly arrives in words. */
#include "sheet/spoken.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "words.h"

enum {
    MAX_TOKENS = 3, /* 3 квартал 2020 */
    CENTURY = 2000, /* of a year of two digits, as Excel means it */
};

/* The beginnings of month names, folded.  March stands before May: both begin with «ма». */
static const struct word months[] = {
    {"янв", 1}, {"фев", 2},  {"мар", 3},  {"апр", 4},  {"май", 5},  {"мая", 5},  {"июн", 6},
    {"июл", 7}, {"авг", 8},  {"сен", 9},  {"окт", 10}, {"ноя", 11}, {"дек", 12}, {"jan", 1},
    {"feb", 2}, {"mar", 3},  {"apr", 4},  {"may", 5},  {"jun", 6},  {"jul", 7},  {"aug", 8},
    {"sep", 9}, {"oct", 10}, {"nov", 11}, {"dec", 12},
};

enum span { SPAN_QUARTER, SPAN_HALF, SPAN_MONTHS };

static const struct word units[] = {
    {"квартал", SPAN_QUARTER}, {"кв", SPAN_QUARTER},    {"quarter", SPAN_QUARTER},
    {"полугодие", SPAN_HALF},  {"half", SPAN_HALF},     {"месяцев", SPAN_MONTHS},
    {"мес", SPAN_MONTHS},      {"months", SPAN_MONTHS},
};

/* How period_parse() wants them: the year and the number. */
static const char *const unit_formats[] = {
    [SPAN_QUARTER] = "%04d-Q%d",
    [SPAN_HALF] = "%04d-H%d",
    [SPAN_MONTHS] = "%04d-%dM",
};

static const struct word numbers[] = {
    {"1", 1}, {"2", 2}, {"3", 3}, {"4", 4}, {"9", 9}, {"i", 1}, {"ii", 2}, {"iii", 3}, {"iv", 4},
};

/* What may stand behind a year. */
static const struct word year_words[] = {{"г", 0}, {"год", 0}, {"года", 0}, {"year", 0}};

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* Cuts a folded text at spaces, points, dashes and slashes.  How many tokens; 0 if too many. */
static size_t tokens_of(char *folded, const char *tokens[MAX_TOKENS + 1])
{
    size_t n = 0;
    char *rest = NULL;
    for (char *t = strtok_r(folded, " .-/", &rest); t != NULL; t = strtok_r(NULL, " .-/", &rest)) {
        if (n == MAX_TOKENS + 1)
            return 0;
        tokens[n++] = t;
    }
    return n;
}

/* Four digits, or two where Excel may have cut them. */
static bool year_of(const char *token, bool may_be_short, int *ret)
{
    size_t len = strlen(token);
    if (strspn(token, "0123456789") != len || !(len == 4 || (len == 2 && may_be_short)))
        return false;
    *ret = (int)strtol(token, NULL, 10) + (len == 2 ? CENTURY : 0);
    return true;
}

static int month_of(const char *token)
{
    for (size_t i = 0; i < COUNT(months); i++)
        if (strncmp(token, months[i].folded, strlen(months[i].folded)) == 0 &&
            strpbrk(token, "0123456789") == NULL)
            return months[i].id;
    return WORDS_NONE;
}

static bool format_month(const char *const *tokens, char *out, size_t size)
{
    int year, month = month_of(tokens[0]);
    return month != WORDS_NONE && year_of(tokens[1], true, &year) &&
           snprintf(out, size, "%04d-%02d", year, month) > 0;
}

static bool format_part(const char *const *tokens, char *out, size_t size)
{
    int number = words_find(numbers, COUNT(numbers), tokens[0], strlen(tokens[0]));
    int unit = words_find(units, COUNT(units), tokens[1], strlen(tokens[1]));
    int year;
    return number != WORDS_NONE && unit != WORDS_NONE && year_of(tokens[2], false, &year) &&
           snprintf(out, size, unit_formats[unit], year, number) > 0;
}

static bool format_year(const char *const *tokens, char *out, size_t size)
{
    int year;
    return year_of(tokens[0], false, &year) && snprintf(out, size, "%04d", year) > 0;
}

static bool (*const formats[])(const char *const *, char *, size_t) = {
    [1] = format_year,
    [2] = format_month,
    [3] = format_part,
};

bool spoken_period(const char *text, size_t len, period_t *ret)
{
    char folded[WORDS_MAX], plain[PERIOD_TEXT_MAX];
    const char *tokens[MAX_TOKENS + 1];
    if (period_parse(text, len, ret))
        return true;
    words_fold(text, len, folded);
    size_t n = tokens_of(folded, tokens);
    if (n > 0 && words_find(year_words, COUNT(year_words), tokens[n - 1], strlen(tokens[n - 1])) !=
                     WORDS_NONE)
        n--;
    if (n == 0 || n > MAX_TOKENS || !formats[n](tokens, plain, sizeof plain))
        return false;
    return period_parse(plain, strlen(plain), ret);
}

bool spoken_is_date(const char *text, size_t len)
{
    char folded[WORDS_MAX];
    const char *tokens[MAX_TOKENS + 1];
    size_t named = 0;
    date_t day;
    if (date_parse(text, len, &day))
        return true;
    size_t n = tokens_of(words_fold(text, len, folded), tokens);
    for (size_t i = 0; i < n; i++) {
        bool month = month_of(tokens[i]) != WORDS_NONE;
        if (!month && strspn(tokens[i], "0123456789") != strlen(tokens[i]))
            return false;
        named += month;
    }
    return n >= 2 && named == 1;
}
