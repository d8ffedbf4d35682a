/* log: one write(2) per event, so that lines of the daemon and of its libraries never mix. */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"

enum { LINE_MAX_BYTES = 2048 };

static enum log_level least_level = LOG_INFO;

void log_set_level(enum log_level least)
{
    least_level = least;
}

/* True if standard error is the very stream that systemd connected to the journal ($JOURNAL_STREAM,
 * systemd.exec(5)). */
static bool journal_reads(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    struct stat st;
    char own[64];
    if (stream == NULL || fstat(STDERR_FILENO, &st) != 0)
        return false;
    snprintf(own, sizeof own, "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
    return strcmp(stream, own) == 0;
}

static const char *level_name(enum log_level level)
{
    static const char *const names[] = {
        [LOG_ERROR] = "error", [LOG_WARNING] = "warning", [LOG_NOTICE] = "notice",
        [LOG_INFO] = "info",   [LOG_DEBUG] = "debug",
    };
    return names[level];
}

/* The journal adds its own time; anywhere else ours stands in front.  Returns the length written.
 */
static size_t write_prefix(enum log_level level, char *buf, size_t size)
{
    char now[CLOCK_TEXT_MAX];
    int len = journal_reads() ? snprintf(buf, size, "<%d>", (int)level)
                              : snprintf(buf, size, "%s %s: ", clock_format(clock_now_us(), now),
                                         level_name(level));
    return len < 0 ? 0 : (size_t)len;
}

/* One event is one line, whatever came from outside into its text. */
static void flatten(char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            *text = ' ';
}

static void __attribute__((format(printf, 2, 0)))
write_line(enum log_level level, const char *format, va_list args)
{
    char line[LINE_MAX_BYTES];
    if (level > least_level)
        return;
    size_t prefix = write_prefix(level, line, sizeof line / 2);
    vsnprintf(line + prefix, sizeof line - prefix - 1, format, args);
    flatten(line + prefix);
    size_t len = strlen(line);
    line[len] = '\n';
    if (write(STDERR_FILENO, line, len + 1) < 0)
        return; /* there is nobody left to tell */
}

#define DEFINE(function, level)                                                                    \
    void function(const char *format, ...)                                                         \
    {                                                                                              \
        va_list args;                                                                              \
        va_start(args, format);                                                                    \
        write_line(level, format, args);                                                           \
        va_end(args);                                                                              \
    }

DEFINE(log_error, LOG_ERROR)
DEFINE(log_warning, LOG_WARNING)
DEFINE(log_notice, LOG_NOTICE)
DEFINE(log_info, LOG_INFO)
DEFINE(log_debug, LOG_DEBUG)
