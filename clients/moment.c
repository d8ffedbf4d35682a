/* moment: see moment.h. */
#include "moment.h"

#include <time.h>

enum { US_PER_S = 1000000 };

char *moment_text(int64_t us, enum lang lang, char buf[CLOCK_TEXT_MAX])
{
    const char *format = lang == LANG_RU ? "%d.%m.%Y %H:%M" : "%Y-%m-%d %H:%M";
    const time_t seconds = (time_t)(us / US_PER_S);
    struct tm tm;
    if (localtime_r(&seconds, &tm) == NULL || strftime(buf, CLOCK_TEXT_MAX, format, &tm) == 0)
        clock_format(us, buf);
    return buf;
}
