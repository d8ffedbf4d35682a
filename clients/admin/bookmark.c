/* bookmark: a line of two decimal numbers, position and microseconds; the second may be left out:
 *
 *     120 1601002800000000
 */
#include "admin/bookmark.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/durable.h"

enum { TEXT_MAX = 48 };

/* A whole number that ends with that character; false, *at untouched, if there is none. */
static bool take_number(const char **at, char stop, int64_t *ret)
{
    size_t digits = strspn(*at, "0123456789");
    errno = 0;
    int64_t number = strtoll(*at, NULL, 10);
    if (digits == 0 || (*at)[digits] != stop || errno != 0)
        return false;
    *at += digits + 1;
    *ret = number;
    return true;
}

static enum bookmark_found parse(const char *line, struct bookmark *ret)
{
    struct bookmark b = {0, 0};
    bool good = take_number(&line, '\n', &b.position) ||
                (take_number(&line, ' ', &b.position) && take_number(&line, '\n', &b.us));
    if (good && *line == '\0') {
        *ret = b;
        return BOOKMARK_FOUND;
    }
    errno = EINVAL;
    return BOOKMARK_BAD;
}

enum bookmark_found bookmark_read(const char *path, struct bookmark *ret)
{
    char line[TEXT_MAX + 1];
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return errno == ENOENT ? BOOKMARK_NONE : BOOKMARK_BAD;
    size_t len = fread(line, 1, TEXT_MAX, file);
    bool failed = ferror(file) != 0;
    int number = errno;
    fclose(file);
    errno = number;
    line[len] = '\0';
    return failed ? BOOKMARK_BAD : parse(line, ret);
}

bool bookmark_write(const char *path, const struct bookmark *b)
{
    char line[TEXT_MAX];
    int len = snprintf(line, sizeof line, "%lld %lld\n", (long long)b->position, (long long)b->us);
    return durable_replace(path, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH, line, (size_t)len);
}
