/* guise: root goes as another user of the system for as long as a connection is made: PostgreSQL's
 * peer authentication looks at who connects, and lets each in as nobody but himself. */
#ifndef VEKHA_ADMIN_GUISE_H
#define VEKHA_ADMIN_GUISE_H

#include <stdbool.h>

enum { GUISE_NAME_MAX = 64 };

/* True if this process may go as that user: it is root, and there is one. */
bool guise_is_there(const char *user);

/* False with errno if it cannot be put on; then the process is who it was.  Not to be nested. */
bool guise_put_on(const char *user) __attribute__((warn_unused_result));
void guise_take_off(void);

/* Whose name connections of this process have without a guise; false if the system knows none. */
bool guise_own_name(char ret[GUISE_NAME_MAX]);

#endif
