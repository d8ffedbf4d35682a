/* terminal: a sentence that runs over the edge of the screen is broken in the middle of a word. */
#include "terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/utf8.h"

size_t terminal_width(FILE *out)
{
    struct winsize size;
    int fd = fileno(out);
    if (fd < 0 || ioctl(fd, TIOCGWINSZ, &size) != 0)
        return 0;
    if (size.ws_col == 0) /* a terminal that does not know */
        return 80;
    if (size.ws_col < TERMINAL_LEAST_WIDTH)
        return TERMINAL_LEAST_WIDTH;
    return size.ws_col > TERMINAL_MOST_WIDTH ? TERMINAL_MOST_WIDTH : size.ws_col;
}

bool terminal_colour(FILE *out)
{
    const char *no = getenv("NO_COLOR");
    int fd = fileno(out);
    return fd >= 0 && isatty(fd) && (no == NULL || *no == '\0');
}

static void begin_line(FILE *out, size_t indent, const char *paint)
{
    fprintf(out, "%*s%s", (int)indent, "", paint);
}

static void end_line(FILE *out, const char *paint)
{
    fprintf(out, "%s\n", *paint != '\0' ? "\033[0m" : "");
}

void terminal_put(FILE *out, const char *text, size_t len)
{
    char *tamed;

    if (utf8_harmless(text, len)) {
        fwrite(text, 1, len, out);
        return;
    }
    tamed = strndup(text, len);
    if (tamed != NULL)
        utf8_tame(tamed);
    fputs(tamed != NULL ? tamed : "?", out);
    free(tamed);
}

void terminal_wrap(FILE *out, const char *text, size_t indent, size_t width, const char *paint)
{
    size_t at = 0; /* columns of the line that are used */
    while (*text != '\0') {
        size_t blanks = strspn(text, " "), len = strcspn(text + blanks, " \n");
        size_t wanted = blanks + utf8_width(text + blanks, len);
        if (width > 0 && at > 0 && len > 0 && at + wanted > width) {
            end_line(out, paint);
            at = 0;
            wanted -= blanks;
            text += blanks;
            blanks = 0;
        }
        if (at == 0) {
            begin_line(out, indent, paint);
            at = indent;
        }
        terminal_put(out, text, blanks + len);
        at += wanted;
        text += blanks + len;
        if (*text == '\n' || *text == '\0') {
            end_line(out, paint);
            at = 0;
            text += *text == '\n';
        }
    }
}
