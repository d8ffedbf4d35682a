/* bookmark: one decimal number and a newline. */
#include "admin/bookmark.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/durable.h"

enum { TEXT_MAX = 24 };

static enum bookmark parse(const char *line, int64_t *ret)
{
    char *end;
    errno = 0;
    int64_t position = strtoll(line, &end, 10);
    if (line[strspn(line, "0123456789")] == '\n' && end[0] == '\n' && end[1] == '\0' &&
        end != line && errno == 0) {
        *ret = position;
        return BOOKMARK_FOUND;
    }
    errno = EINVAL;
    return BOOKMARK_BAD;
}

enum bookmark bookmark_read(const char *path, int64_t *ret)
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

bool bookmark_write(const char *path, int64_t position)
{
    char line[TEXT_MAX];
    int len = snprintf(line, sizeof line, "%lld\n", (long long)position);
    return durable_replace(path, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH, line, (size_t)len);
}
