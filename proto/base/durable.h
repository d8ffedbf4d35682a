/* durable: files that are there, whole, after a power cut, or are not there at all. */
#ifndef VEKHA_BASE_DURABLE_H
#define VEKHA_BASE_DURABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct durable_piece {
    const void *bytes;
    size_t len;
};

/* Makes a file of these pieces in the folder of that descriptor (AT_FDCWD: the current one) and
 * syncs it; the folder is still to be synced, after a rename for example.  Never replaces a file or
 * follows a link.  False with errno; then nothing of the file is left. */
bool durable_create_at(int folder, const char *name, mode_t mode,
                       const struct durable_piece *pieces, size_t n)
    __attribute__((warn_unused_result));

/* The same for one piece by its path, and the folder is synced, too. */
bool durable_create(const char *path, mode_t mode, const void *bytes, size_t len)
    __attribute__((warn_unused_result));

/* Syncs the folder that holds this path, so that the name outlives a power cut.  False with errno. */
bool durable_sync_name(const char *path) __attribute__((warn_unused_result));

/* A file of that name with these bytes in the place of the one there was, if any: whoever reads it,
 * even after a power cut, finds the old or the new, whole.  Uses PATH.new beside it.  False with
 * errno; the old file then stands. */
bool durable_replace(const char *path, mode_t mode, const void *bytes, size_t len)
    __attribute__((warn_unused_result));

/* The same for a name in the folder of that descriptor. */
bool durable_replace_at(int folder, const char *name, mode_t mode, const void *bytes, size_t len)
    __attribute__((warn_unused_result));

#endif
