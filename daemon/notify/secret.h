/* secret: a password or token in a file of its own, which nobody else may read. */
#ifndef VEKHA_NOTIFY_SECRET_H
#define VEKHA_NOTIFY_SECRET_H

#include <stdbool.h>

enum { SECRET_MAX = 1024 };

/* The first line of a file; printable ASCII.  False, with a logged reason that names `what`, if it cannot be
 * read, is empty or too long, or if others may read it or the group may write it. */
bool secret_read(const char *path, const char *what, char ret[SECRET_MAX])
    __attribute__((warn_unused_result));

#endif
