/* clock: rehearsals and tests run whole years of school life in minutes, so programs ask here for
 * the time and never the system. */
#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    US_PER_S = 1000000,
    S_PER_MINUTE = 60,
    S_PER_HOUR = 3600,
    S_PER_DAY = 86400,
    DATE_LEN = sizeof("2020-09-25") - 1,
    FRACTION_DIGITS = 6,
};

/* Set once, before a program starts its timers. */
static bool replayed;
static int64_t shift_us; /* what to add to the system's clock */

static int64_t system_us(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_REALTIME, &ts);
    return (int64_t)ts.tv_sec * US_PER_S + ts.tv_nsec / 1000;
}

int64_t clock_now_us(void)
{
    return system_us() + shift_us;
}

bool clock_is_replayed(void)
{
    return replayed;
}

bool clock_start_at(const char *text)
{
    size_t len = strlen(text);
    int64_t us;
    date_t day;

    if (date_parse(text, len, &day))
        us = ((int64_t)day * S_PER_DAY + S_PER_DAY / 2) * US_PER_S;
    else if (!clock_parse(text, len, &us))
        return false;
    shift_us = us - system_us();
    replayed = true;
    return true;
}

/* A text that is being read from its front; `ok` stays false once something was missing. */
struct cursor {
    const char *at, *end;
    bool ok;
};

static bool next_is(const struct cursor *c, const char *set)
{
    return c->at < c->end && *c->at != '\0' && strchr(set, *c->at) != NULL;
}

static char take(struct cursor *c, const char *set)
{
    if (!c->ok || !next_is(c, set)) {
        c->ok = false;
        return '\0';
    }
    return *c->at++;
}

static int take_two_digits(struct cursor *c, int max)
{
    int tens = take(c, "0123456789") - '0';
    int value = tens * 10 + take(c, "0123456789") - '0';

    c->ok = c->ok && value <= max;
    return value;
}

/* Digits beyond the microsecond are read and dropped. */
static int take_fraction(struct cursor *c)
{
    int unit = US_PER_S / 10, us = 0;

    if (!next_is(c, "."))
        return 0;
    take(c, ".");
    do {
        us += (take(c, "0123456789") - '0') * unit;
        unit /= 10;
    } while (c->ok && next_is(c, "0123456789"));
    return us;
}

/* Seconds east of Greenwich: Z, +07:00, -03:30. */
static int take_offset(struct cursor *c)
{
    char sign = take(c, "Zz+-");
    int seconds;

    if (!c->ok || sign == 'Z' || sign == 'z')
        return 0;
    seconds = take_two_digits(c, 23) * S_PER_HOUR;
    take(c, ":");
    seconds += take_two_digits(c, 59) * S_PER_MINUTE;
    return sign == '-' ? -seconds : seconds;
}

static bool in_range(int64_t us)
{
    date_t day = clock_day(us, 0);

    return day >= date_of(DATE_MIN_YEAR, 1, 1) && day <= date_of(DATE_MAX_YEAR, 12, 31);
}

/* Leap seconds are refused: Unix time has no place for them. */
bool clock_parse(const char *text, size_t len, int64_t *ret_us)
{
    struct cursor c = {text + DATE_LEN, text + len, true};
    int64_t seconds, us;
    date_t day;

    if (len < DATE_LEN || text[4] != '-' || !date_parse(text, DATE_LEN, &day))
        return false;
    take(&c, "Tt ");
    seconds = (int64_t)day * S_PER_DAY + take_two_digits(&c, 23) * S_PER_HOUR;
    take(&c, ":");
    seconds += take_two_digits(&c, 59) * S_PER_MINUTE;
    take(&c, ":");
    seconds += take_two_digits(&c, 59);
    us = take_fraction(&c);
    seconds -= take_offset(&c);
    us += seconds * US_PER_S;
    if (!c.ok || c.at != c.end || !in_range(us))
        return false;
    *ret_us = us;
    return true;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

/* Writes ".25" for 250000 us at out; nothing for 0. */
static void format_fraction(int us, char *out, size_t room)
{
    int n;

    out[0] = '\0';
    if (us == 0)
        return;
    n = snprintf(out, room, ".%0*d", FRACTION_DIGITS, us);
    while (out[n - 1] == '0')
        out[--n] = '\0';
}

char *clock_format(int64_t us, char buf[CLOCK_TEXT_MAX])
{
    int64_t seconds = floor_div(us, US_PER_S);
    int second = (int)(seconds - floor_div(seconds, S_PER_DAY) * S_PER_DAY);
    char date[DATE_TEXT_MAX], fraction[FRACTION_DIGITS + sizeof(".")];

    buf[0] = '\0';
    if (!in_range(us))
        return buf;
    format_fraction((int)(us - seconds * US_PER_S), fraction, sizeof(fraction));
    snprintf(buf, CLOCK_TEXT_MAX, "%sT%02d:%02d:%02d%sZ", date_format_iso(clock_day(us, 0), date),
             second / S_PER_HOUR, second % S_PER_HOUR / S_PER_MINUTE, second % S_PER_MINUTE,
             fraction);
    return buf;
}

date_t clock_day(int64_t us, int32_t utc_offset_s)
{
    return (date_t)floor_div(floor_div(us, US_PER_S) + utc_offset_s, S_PER_DAY);
}
