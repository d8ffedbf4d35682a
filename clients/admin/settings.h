/* settings: what vekhactl reads of a file of settings, which may be the daemon's own: what else stands
 * there is not looked at. */
#ifndef VEKHA_ADMIN_SETTINGS_H
#define VEKHA_ADMIN_SETTINGS_H

#include <stdbool.h>

#include "base/lang.h"

#define SETTINGS_PATH VEKHA_SYSCONFDIR "/vekhad.conf" /* the daemon's, unless it is told another */

struct settings {
    char *database;   /* a connection string of libpq; this and the next: NULL if not given */
    char *endpoint;   /* where the daemon listens */
    char *server_key; /* the file of the centre's secret key */
};

/* False, and said why with file and line, if there is no such file or it cannot be understood. */
bool settings_read(const char *path, enum lang lang, struct settings *ret)
    __attribute__((warn_unused_result));
void settings_finish(struct settings *s);

#endif
