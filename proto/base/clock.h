/* clock: what time it is, for programs that may be told to live in another year (--now).
 *
 * Only main functions and the modules that own timers read it; the model never does. */
#ifndef VEKHA_BASE_CLOCK_H
#define VEKHA_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"

enum { CLOCK_TEXT_MAX = 40 };

/* Starts the clock at an RFC 3339 time, "2020-09-25T10:00:00Z" or "...+07:00", or a bare date (noon
 * UTC); from there it runs on. False if the text is no time.  Without a call the clock is the
 * system's. */
bool clock_start_at(const char *text);
bool clock_is_replayed(void); /* true after clock_start_at() */

int64_t clock_now_us(void); /* Unix microseconds */

/* RFC 3339 in UTC with microseconds trimmed to what is there: "2020-09-25T03:00:00Z"; "" outside
 * the years of date.h.  Returns buf. */
char *clock_format(int64_t us, char buf[CLOCK_TEXT_MAX]);
/* RFC 3339 with any offset; digits beyond the microsecond are dropped, leap seconds refused. False,
 * *ret_us untouched, if the whole of len bytes is no such time. */
bool clock_parse(const char *text, size_t len, int64_t *ret_us);

/* The calendar day at a moment, utc_offset_s seconds east of Greenwich. */
date_t clock_day(int64_t us, int32_t utc_offset_s);

#endif
