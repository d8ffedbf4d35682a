/* secret: see secret.h. */
#include "notify/secret.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "wire/keys.h"

/* What is wrong with an open file; NULL: nothing. */
static const char *flaw_of(int fd)
{
    struct stat st;

    if (fd < 0 || fstat(fd, &st) != 0)
        return strerror(errno);
    if (!S_ISREG(st.st_mode))
        return "it is no file";
    return keys_are_private(&st) ? NULL
                                 : "others may read it, or its group write it: chmod 640, or 600";
}

static const char *take_line(int fd, char ret[SECRET_MAX])
{
    ssize_t len = read(fd, ret, SECRET_MAX - 1);
    size_t end;

    if (len < 0)
        return strerror(errno);
    ret[len] = '\0';
    end = strcspn(ret, "\r\n");
    if (end == SECRET_MAX - 1)
        return "its first line is too long";
    ret[end] = '\0';
    for (size_t i = 0; i < end; i++)
        if (!isprint((unsigned char)ret[i]))
            return "its first line is not printable ASCII";
    return end > 0 ? NULL : "it is empty";
}

bool secret_read(const char *path, const char *what, char ret[SECRET_MAX])
{
    /* O_NONBLOCK: opening a FIFO must not hang. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    const char *flaw = flaw_of(fd);

    if (!flaw)
        flaw = take_line(fd, ret);
    if (fd >= 0)
        close(fd);
    if (!flaw)
        return true;
    log_error("%s cannot be read from %s: %s", what, path, flaw);
    sodium_memzero(ret, SECRET_MAX);
    return false;
}
