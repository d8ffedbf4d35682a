/* bookmark: the place in the feed up to which everything was printed, kept in a file of its own. */
#ifndef VEKHA_ADMIN_BOOKMARK_H
#define VEKHA_ADMIN_BOOKMARK_H

#include <stdbool.h>
#include <stdint.h>

struct bookmark {
    int64_t position;
    int64_t us; /* when the step there was made, Unix microseconds; 0: not known */
};

enum bookmark_found { BOOKMARK_FOUND, BOOKMARK_NONE, BOOKMARK_BAD };

/* NONE: there is no such file.  BAD with errno: it cannot be read, or (EINVAL) is no place. */
enum bookmark_found bookmark_read(const char *path, struct bookmark *ret);

/* Durable when it returns; a crash leaves the old or the new.  False with errno. */
bool bookmark_write(const char *path, const struct bookmark *b) __attribute__((warn_unused_result));

#endif
