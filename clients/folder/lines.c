/* lines: see lines.h. */
#include "folder/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool take_line(char *line, const struct lines_word *words, size_t n, void *data)
{
    char *blank = strchr(line, ' ');
    const char *value = blank != NULL ? blank + 1 : "";
    if (blank != NULL)
        *blank = '\0';
    for (size_t i = 0; i < n; i++)
        if (strcmp(line, words[i].word) == 0)
            return words[i].take(data, value);
    return false;
}

static bool take_lines(char *text, const char *magic, const struct lines_word *words, size_t n,
                       void *data)
{
    bool first = true;
    for (char *line = text, *newline; (newline = strchr(line, '\n')) != NULL; line = newline + 1) {
        *newline = '\0';
        if (strcmp(line, "end") == 0)
            return !first && newline[1] == '\0';
        if (first ? strcmp(line, magic) != 0 : !take_line(line, words, n, data))
            return false;
        first = false;
    }
    return false;
}

bool lines_parse(const char *text, size_t len, const char *magic, const struct lines_word *words,
                 size_t n, void *data)
{
    char *copy = memchr(text, '\0', len) == NULL ? strndup(text, len) : NULL;
    bool done = copy != NULL && take_lines(copy, magic, words, n, data);
    free(copy);
    return done;
}

bool lines_number(const char **at, uint64_t most, uint64_t *ret)
{
    char *end;
    if (**at < '0' || **at > '9')
        return false;
    errno = 0;
    *ret = strtoull(*at, &end, 10);
    *at = *end == ' ' ? end + 1 : end;
    return errno == 0 && *ret <= most;
}

bool lines_load(int folder, const char *name, struct str *ret)
{
    char buf[4096];
    ssize_t n;
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return false;
    while ((n = read(fd, buf, sizeof buf)) > 0)
        str_append(ret, buf, (size_t)n);
    int saved = n < 0 ? errno : EFBIG;
    close(fd);
    errno = saved;
    return n == 0 && !ret->failed;
}
