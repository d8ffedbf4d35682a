/* shown: two programs must not read two things from one cell, so a workbook gives what the same
 * table saved as CSV gives. */
#include "sheet/shown.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/utf8.h"
#include "sheet/units.h"

enum {
    MAX_DIGITS = 40,   /* of a number that is looked at */
    EXCEL_DIGITS = 15, /* that Excel shows; what stands behind is the noise of doubles */
    MAX_WHOLE = 30,    /* digits before the point that are written out */
    MAX_FRACTION = 30,
};

/* --- the format ------------------------------------------------------------------------------ */

/* What one section of a format asks for. */
struct section {
    bool percent, text, year, month, day, hour, second, elapsed, fraction, general;
    bool point;
    int whole, least, most; /* digits */
    int scale;              /* commas behind the last digit */
    bool thousands;         /* in words */
};

static void take_digit(struct section *s, char c)
{
    s->scale = 0;
    if (!s->point) {
        s->whole++;
    } else {
        s->most++;
        s->least += c == '0';
    }
}

/* [h] counts hours past a day; a currency, colours and conditions say nothing of the number. */
static const char *take_bracket(struct section *s, const char *at)
{
    size_t len = strcspn(at + 1, "]");
    const char *inside = at + 1;
    if (len > 0 && strchr("hms", *inside) != NULL && strspn(inside, "hms") == len)
        s->elapsed = true;
    return inside[len] == ']' ? inside + len + 1 : inside + len;
}

/* "чел.": what is written beside a number is no part of it; but 3,5 before "тыс. руб." are not 3,5. */
static const char *pass_quoted(struct section *s, const char *at)
{
    size_t len = strcspn(at + 1, "\"");
    s->thousands = s->thousands || units_find(at + 1, len) == UNIT_SCALED;
    return at[1 + len] == '"' ? at + len + 2 : at + len + 1;
}

/* The letters of a format; 'm' may be a month or minutes, which is told at the end. */
static void take_letter(struct section *s, char c)
{
    switch (c) {
    case '%':
        s->percent = true;
        break;
    case '.':
        s->point = true;
        break;
    case ',':
        s->scale += s->whole > 0;
        break;
    case '/':
        s->fraction = s->fraction || s->whole > 0;
        break;
    case '@':
        s->text = true;
        break;
    case 'y':
        s->year = true;
        break;
    case 'm':
        s->month = true;
        break;
    case 'd':
        s->day = true;
        break;
    case 'h':
        s->hour = true;
        break;
    case 's':
        s->second = true;
        break;
    default:
        break;
    }
}

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static void read_section(struct section *s, const char *code)
{
    if (strncasecmp(code, "general", 7) == 0)
        s->general = true;
    while (*code != '\0' && *code != ';' && !s->general)
        if (*code == '"')
            code = pass_quoted(s, code);
        else if (*code == '[')
            code = take_bracket(s, code);
        else if (strchr("\\_*", *code) != NULL && code[1] != '\0')
            code += 1 + utf8_first(code + 1, 1); /* a character as it is, a gap, a filling */
        else if (strchr("0#?", *code) != NULL)
            take_digit(s, *code++);
        else if ((unsigned char)*code >= 0x80)
            code += utf8_first(code, 1); /* ₽ */
        else
            take_letter(s, lower(*code++));
}

static enum shown_kind kind_of(const struct section *s)
{
    bool clock = s->hour || s->second || s->elapsed;
    if (s->day)
        return s->year ? SHOWN_DATE : SHOWN_DAY_MONTH;
    if (s->year)
        return s->month ? SHOWN_MONTH : SHOWN_YEAR;
    if (clock)
        return SHOWN_TIME;
    if (s->month)
        return SHOWN_DAY_MONTH;
    if (s->general || s->text || s->fraction || s->whole + s->most == 0)
        return SHOWN_GENERAL;
    return s->scale > 0 || s->thousands ? SHOWN_SCALED : SHOWN_NUMBER;
}

void shown_parse(const char *code, struct shown_format *ret)
{
    struct section s = {0};
    read_section(&s, code);
    *ret = (struct shown_format){
        .kind = kind_of(&s), .percent = s.percent, .least = s.least, .most = s.most};
}

void shown_builtin(unsigned id, struct shown_format *ret)
{
    static const char *const codes[] = {
        [1] = "0",          [2] = "0.00",      [3] = "#,##0",          [4] = "#,##0.00",
        [9] = "0%",         [10] = "0.00%",    [14] = "dd.mm.yyyy",    [15] = "d-mmm-yy",
        [16] = "d-mmm",     [17] = "mmm-yy",   [18] = "h:mm",          [19] = "h:mm:ss",
        [20] = "h:mm",      [21] = "h:mm:ss",  [22] = "d.m.yyyy h:mm", [37] = "#,##0",
        [38] = "#,##0",     [39] = "#,##0.00", [40] = "#,##0.00",      [41] = "#,##0",
        [42] = "#,##0",     [43] = "#,##0.00", [44] = "#,##0.00",      [45] = "mm:ss",
        [46] = "[h]:mm:ss", [47] = "mm:ss.0",
    };
    const char *code = id < sizeof codes / sizeof *codes ? codes[id] : NULL;
    shown_parse(code != NULL ? code : "General", ret);
}

/* --- the number ------------------------------------------------------------------------------ */

/* 0.d1 d2 d3 … × 10^point, without noughts at either end; n 0 is nought. */
struct digits {
    bool negative;
    char d[MAX_DIGITS];
    int n, point;
};

static void trim_digits(struct digits *x)
{
    int zeros = 0;
    while (zeros < x->n && x->d[zeros] == '0')
        zeros++;
    memmove(x->d, x->d + zeros, (size_t)(x->n - zeros));
    x->n -= zeros;
    x->point -= zeros;
    while (x->n > 0 && x->d[x->n - 1] == '0')
        x->n--;
    if (x->n == 0)
        x->point = 0;
}

/* -12.5, 1E-3, 3.5804180000000001E6.  False if it is none of these, or too long. */
static bool read_digits(const char *text, struct digits *ret)
{
    struct digits x = {.negative = *text == '-'};
    bool point = false, any = false;
    text += *text == '-' || *text == '+';
    for (; (*text >= '0' && *text <= '9') || (*text == '.' && !point); text++) {
        if (*text == '.') {
            point = true;
            continue;
        }
        if (x.n == MAX_DIGITS)
            return false;
        any = true;
        x.d[x.n++] = *text;
        x.point += !point;
    }
    if (any && (*text == 'e' || *text == 'E')) {
        char *end;
        long exponent = strtol(text + 1, &end, 10);
        if (end == text + 1 || exponent > 400 || exponent < -400)
            return false;
        x.point += (int)exponent;
        text = end;
    }
    trim_digits(&x);
    *ret = x;
    return any && *text == '\0';
}

/* Half up, to so many digits; they may be none or, where all of it lies far behind the point, fewer. */
static void round_digits(struct digits *x, int keep)
{
    if (keep >= x->n)
        return;
    bool up = keep >= 0 && x->d[keep] >= '5';
    x->n = keep > 0 ? keep : 0;
    for (int i = x->n; up && i > 0; i--) {
        up = x->d[i - 1] == '9';
        x->d[i - 1] = (char)(up ? '0' : x->d[i - 1] + 1);
    }
    if (up) { /* 99.9 became 00.0 */
        x->point++;
        x->d[0] = '1';
        x->n = 1;
    }
    trim_digits(x);
}

/* The number with as many digits after the point as it has, within the two limits. */
static char *write_digits(const struct digits *x, int least, int most, char out[SHOWN_MAX])
{
    size_t len = 0;
    int fraction = x->n - x->point;
    fraction = fraction > most ? most : fraction;
    fraction = fraction < least ? least : fraction;
    if (x->negative && x->n > 0)
        out[len++] = '-';
    if (x->point <= 0)
        out[len++] = '0';
    for (int i = 0; i < x->point; i++)
        out[len++] = (char)(i < x->n ? x->d[i] : '0');
    if (fraction > 0)
        out[len++] = '.';
    for (int i = x->point; i < x->point + fraction; i++)
        out[len++] = (char)(i >= 0 && i < x->n ? x->d[i] : '0');
    out[len] = '\0';
    return out;
}

static int limit(int digits)
{
    return digits < MAX_FRACTION ? digits : MAX_FRACTION;
}

static char *write_number(struct digits *x, const struct shown_format *f, char out[SHOWN_MAX])
{
    bool general = f->kind == SHOWN_GENERAL;
    int most = general ? MAX_FRACTION : limit(f->most);
    x->point += f->percent && x->n > 0 ? 2 : 0;
    if (!general)
        round_digits(x, x->point + most);
    write_digits(x, general ? 0 : limit(f->least), most, out);
    if (f->percent)
        strncat(out, "%", SHOWN_MAX - strlen(out) - 1);
    return out;
}

/* --- the date -------------------------------------------------------------------------------- */

/* Excel counts days from 1 January 1900 and believes that there was a 29 February 1900, its day 60. */
enum {
    FALSE_DAY = 60,
    DAYS_1904 = 1462,
    DAYS_BEFORE_1970 = 25569,
    LAST_SERIAL = 401768, /* 31 December 2999 */
};

static bool date_of_serial(const struct digits *x, bool date1904, date_t *ret)
{
    long serial = 0;
    if (x->negative || x->point < 1 || x->point > 6)
        return false;
    for (int i = 0; i < x->point; i++)
        serial = serial * 10 + (i < x->n ? x->d[i] - '0' : 0);
    serial += date1904 ? DAYS_1904 : 0;
    if (serial == FALSE_DAY || serial > LAST_SERIAL)
        return false;
    serial += serial < FALSE_DAY;
    *ret = (date_t)(serial - DAYS_BEFORE_1970);
    return true;
}

static char *write_date(date_t day, enum shown_kind kind, char out[SHOWN_MAX])
{
    static const char *const months[] = {"янв", "фев", "мар", "апр", "май", "июн",
                                         "июл", "авг", "сен", "окт", "ноя", "дек"};
    struct civil c = date_civil(day);
    const char *month = months[c.month - 1];
    switch (kind) {
    case SHOWN_MONTH:
        snprintf(out, SHOWN_MAX, "%04d-%02d", c.year, c.month);
        break;
    case SHOWN_YEAR:
        snprintf(out, SHOWN_MAX, "%04d", c.year);
        break;
    case SHOWN_DAY_MONTH:
        snprintf(out, SHOWN_MAX, "%02d.%s", c.day, month);
        break;
    default:
        snprintf(out, SHOWN_MAX, "%02d.%02d.%04d", c.day, c.month, c.year);
    }
    return out;
}

char *shown_number(const char *number, const struct shown_format *f, bool date1904,
                   char out[SHOWN_MAX])
{
    struct digits x;
    date_t day;
    bool is_date = f->kind >= SHOWN_DATE && f->kind <= SHOWN_YEAR;
    snprintf(out, SHOWN_MAX, "%.*s", (int)utf8_whole(number, strlen(number), SHOWN_MAX - 1),
             number);
    if (!read_digits(number, &x) || x.point > MAX_WHOLE || x.point < -MAX_FRACTION)
        return out;
    round_digits(&x, EXCEL_DIGITS);
    if (f->kind <= SHOWN_NUMBER)
        return write_number(&x, f, out);
    if (is_date && date_of_serial(&x, date1904, &day))
        return write_date(day, f->kind, out);
    if (f->kind == SHOWN_SCALED) { /* no reader takes it for a number */
        write_digits(&x, 0, MAX_FRACTION, out);
        strncat(out, " (тыс.)", SHOWN_MAX - strlen(out) - 1);
    } else if (f->kind == SHOWN_TIME) {
        write_digits(&x, 0, MAX_FRACTION, out);
        strncat(out, " (ч:мм)", SHOWN_MAX - strlen(out) - 1);
    }
    return out;
}
