/* period: schools, the ministry and DHIS2 each write periods in their own way; Vekha keeps one. */
#include "base/period.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { YEAR_UNIT = 1000, FIRST_DAY = 101 };

/* What a number within the year means: codes first..last, each spanning so many months. */
static const struct kind {
    int first, last, months;
} kinds[] = {
    [PERIOD_DAY] = {FIRST_DAY, FIRST_DAY + 365, 0},
    [PERIOD_MONTH] = {1, 12, 1},
    [PERIOD_QUARTER] = {21, 24, 3},
    [PERIOD_HALF] = {31, 32, 6},
    [PERIOD_NINE_MONTHS] = {39, 39, 9},
    [PERIOD_YEAR] = {0, 0, 12},
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* How periods are written: y, n and d stand for a digit of the year, of the number within the year
 * (the month, for a day) and of the day; all else stands for itself.  The first form of a kind is
 * the one that period_format() writes. */
static const struct form {
    const char *pattern;
    enum period_kind kind;
} forms[] = {
    {"yyyy-nn", PERIOD_MONTH},       {"yyyy-Qn", PERIOD_QUARTER}, {"yyyy-Hn", PERIOD_HALF},
    {"yyyy-9M", PERIOD_NINE_MONTHS}, {"yyyy", PERIOD_YEAR},       {"yyyy-nn-dd", PERIOD_DAY},
    {"yyyynn", PERIOD_MONTH},        {"yyyyQn", PERIOD_QUARTER},  {"nn.yyyy", PERIOD_MONTH},
    {"dd.nn.yyyy", PERIOD_DAY},
};

enum { FORMS = sizeof(forms) / sizeof(forms[0]) };

struct fields {
    int year, number, day;
};

/* The field that a letter of a pattern belongs to; NULL if the letter stands for itself. */
static int *field(struct fields *f, char letter)
{
    switch (letter) {
    case 'y':
        return &f->year;
    case 'n':
        return &f->number;
    case 'd':
        return &f->day;
    default:
        return NULL;
    }
}

static bool match(const char *pattern, const char *text, size_t len, struct fields *f)
{
    if (len != strlen(pattern))
        return false;
    for (size_t i = 0; i < len; i++) {
        int *value = field(f, pattern[i]);

        if (value == NULL && text[i] != pattern[i])
            return false;
        if (value != NULL && (text[i] < '0' || text[i] > '9'))
            return false;
        if (value != NULL)
            *value = *value * 10 + (text[i] - '0');
    }
    return true;
}

static void render(const char *pattern, struct fields f, char *out)
{
    out[strlen(pattern)] = '\0';
    for (size_t i = strlen(pattern); i-- > 0;) {
        int *value = field(&f, pattern[i]);

        out[i] = pattern[i];
        if (value != NULL) {
            out[i] = (char)('0' + *value % 10);
            *value /= 10;
        }
    }
}

/* The period of these fields, which may be out of any range; PERIOD_NONE if there is none. */
static period_t compose(enum period_kind kind, struct fields f)
{
    const struct kind *k = &kinds[kind];
    int code = k->first + f.number - 1;

    if (f.year < DATE_MIN_YEAR || f.year > DATE_MAX_YEAR)
        return PERIOD_NONE;
    if (kind == PERIOD_DAY) {
        if (!date_valid(f.year, f.number, f.day))
            return PERIOD_NONE;
        code = FIRST_DAY + date_of(f.year, f.number, f.day) - date_of(f.year, 1, 1);
    } else if (k->first == k->last) {
        code = k->first; /* a year has one of these, so there is no number */
    }
    return code >= k->first && code <= k->last ? f.year * YEAR_UNIT + code : PERIOD_NONE;
}

bool period_parse(const char *text, size_t len, period_t *ret)
{
    for (size_t i = 0; i < FORMS; i++) {
        struct fields f = {0};
        period_t p = PERIOD_NONE;

        if (match(forms[i].pattern, text, len, &f))
            p = compose(forms[i].kind, f);
        if (p != PERIOD_NONE) {
            *ret = p;
            return true;
        }
    }
    return false;
}

/* KINDS if no kind has this code. */
static size_t kind_of_code(int code)
{
    size_t i = 0;

    while (i < KINDS && (code < kinds[i].first || code > kinds[i].last))
        i++;
    return i;
}

bool period_valid(period_t p)
{
    int year = period_year(p), code = p % YEAR_UNIT;
    size_t kind = kind_of_code(code);

    if (year < DATE_MIN_YEAR || year > DATE_MAX_YEAR || kind == KINDS)
        return false;
    return kind != PERIOD_DAY || period_first_day(p) <= date_of(year, 12, 31);
}

enum period_kind period_kind(period_t p)
{
    size_t kind = kind_of_code(p % YEAR_UNIT);

    assert(kind < KINDS);
    return (enum period_kind)kind;
}

int period_year(period_t p)
{
    return p / YEAR_UNIT;
}

period_t period_of_day(date_t d)
{
    int year = date_civil(d).year;

    return year * YEAR_UNIT + FIRST_DAY + d - date_of(year, 1, 1);
}

static int first_month(period_t p)
{
    const struct kind *k = &kinds[period_kind(p)];

    return (p % YEAR_UNIT - k->first) * k->months + 1;
}

date_t period_first_day(period_t p)
{
    if (period_kind(p) == PERIOD_DAY)
        return date_of(period_year(p), 1, 1) + p % YEAR_UNIT - FIRST_DAY;
    return date_of(period_year(p), first_month(p), 1);
}

date_t period_last_day(period_t p)
{
    int year = period_year(p), month;

    if (period_kind(p) == PERIOD_DAY)
        return period_first_day(p);
    month = first_month(p) + kinds[period_kind(p)].months - 1;
    return date_of(year, month, date_days_in_month(year, month));
}

static struct fields decompose(period_t p)
{
    struct civil c;

    if (period_kind(p) == PERIOD_DAY) {
        c = date_civil(period_first_day(p));
        return (struct fields){c.year, c.month, c.day};
    }
    return (struct fields){period_year(p), p % YEAR_UNIT - kinds[period_kind(p)].first + 1, 0};
}

char *period_format(period_t p, char buf[PERIOD_TEXT_MAX])
{
    buf[0] = '\0';
    for (size_t i = 0; i < FORMS && buf[0] == '\0' && period_valid(p); i++)
        if (forms[i].kind == period_kind(p))
            render(forms[i].pattern, decompose(p), buf);
    return buf;
}

static const char *const months[LANG_COUNT][12] = {
    [LANG_EN] = {"January", "February", "March", "April", "May", "June", "July", "August",
                 "September", "October", "November", "December"},
    [LANG_RU] = {"январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь",
                 "октябрь", "ноябрь", "декабрь"},
};

static const char *const roman[] = {"", "I", "II", "III", "IV"};

char *period_words(period_t p, enum lang lang, char buf[PERIOD_WORDS_MAX])
{
    bool ru = lang == LANG_RU;
    struct fields f;

    buf[0] = '\0';
    if (!period_valid(p))
        return buf;
    f = decompose(p);
    switch (period_kind(p)) {
    case PERIOD_DAY:
        return date_format(period_first_day(p), lang, buf);
    case PERIOD_MONTH:
        snprintf(buf, PERIOD_WORDS_MAX, "%s %d", months[lang][f.number - 1], f.year);
        break;
    case PERIOD_QUARTER:
        snprintf(buf, PERIOD_WORDS_MAX, ru ? "%s квартал %d" : "quarter %s of %d", roman[f.number],
                 f.year);
        break;
    case PERIOD_HALF:
        snprintf(buf, PERIOD_WORDS_MAX, ru ? "%s полугодие %d" : "half %s of %d", roman[f.number],
                 f.year);
        break;
    case PERIOD_NINE_MONTHS:
        snprintf(buf, PERIOD_WORDS_MAX, ru ? "9 месяцев %d" : "nine months of %d", f.year);
        break;
    case PERIOD_YEAR:
        snprintf(buf, PERIOD_WORDS_MAX, ru ? "%d год" : "the year %d", f.year);
        break;
    }
    return buf;
}
