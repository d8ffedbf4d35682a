/* durable: keys, configurations and the spool are written once and must survive; the step that
 * tends to be left out is the sync of the folder. */
#include "base/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool write_all(int fd, const uint8_t *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0) {
            bytes += n;
            len -= (size_t)n;
        }
    }
    return true;
}

/* After a failed fsync Linux calls the lost pages clean and the next fsync succeeds, so a file that
 * failed is thrown away whole, never synced again. */
bool durable_create_at(int folder, const char *name, mode_t mode,
                       const struct durable_piece *pieces, size_t n)
{
    int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (fd < 0)
        return false;
    bool done = true;
    for (size_t i = 0; i < n && done; i++)
        done = write_all(fd, pieces[i].bytes, pieces[i].len);
    done = done && fsync(fd) == 0;
    int number = errno;
    if (close(fd) != 0 && done) {
        number = errno;
        done = false;
    }
    if (!done) {
        unlinkat(folder, name, 0);
        errno = number;
    }
    return done;
}

bool durable_sync_name(const char *path)
{
    char folder[PATH_MAX];
    if (strlen(path) >= sizeof folder) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(folder, path, strlen(path) + 1);
    int fd = open(dirname(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool done = fsync(fd) == 0;
    int number = errno;
    close(fd);
    errno = number;
    return done;
}

bool durable_create(const char *path, mode_t mode, const void *bytes, size_t len)
{
    const struct durable_piece piece = {bytes, len};
    if (!durable_create_at(AT_FDCWD, path, mode, &piece, 1))
        return false;
    if (!durable_sync_name(path)) {
        int number = errno;
        unlink(path);
        errno = number;
        return false;
    }
    return true;
}

static bool name_fresh(const char *name, char ret[PATH_MAX])
{
    int n = snprintf(ret, PATH_MAX, "%s.new", name);
    if (n >= 0 && n < PATH_MAX)
        return true;
    errno = ENAMETOOLONG;
    return false;
}

/* All but the sync of the folder. */
static bool replace(int folder, const char *name, mode_t mode, const void *bytes, size_t len)
{
    const struct durable_piece piece = {bytes, len};
    char fresh[PATH_MAX];
    if (!name_fresh(name, fresh))
        return false;
    if (unlinkat(folder, fresh, 0) != 0 && errno != ENOENT) /* of one who died half way */
        return false;
    return durable_create_at(folder, fresh, mode, &piece, 1) &&
           renameat(folder, fresh, folder, name) == 0;
}

bool durable_replace(const char *path, mode_t mode, const void *bytes, size_t len)
{
    return replace(AT_FDCWD, path, mode, bytes, len) && durable_sync_name(path);
}

bool durable_replace_at(int folder, const char *name, mode_t mode, const void *bytes, size_t len)
{
    return replace(folder, name, mode, bytes, len) && fsync(folder) == 0;
}
