/* bookmark: the position of the feed up to which everything was printed, in a file of its own. */
#ifndef VEKHA_ADMIN_BOOKMARK_H
#define VEKHA_ADMIN_BOOKMARK_H

#include <stdbool.h>
#include <stdint.h>

enum bookmark { BOOKMARK_FOUND, BOOKMARK_NONE, BOOKMARK_BAD };

/* NONE: there is no such file.  BAD with errno: it cannot be read, or (EINVAL) is no position. */
enum bookmark bookmark_read(const char *path, int64_t *ret);

/* Durable when it returns; a crash leaves the old or the new.  False with errno. */
bool bookmark_write(const char *path, int64_t position) __attribute__((warn_unused_result));

#endif
