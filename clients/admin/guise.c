/* guise: the effective user is changed, and only that: who made the process stays known, and it comes
 * back. */
#include "admin/guise.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool guise_is_there(const char *user)
{
    return geteuid() == 0 && getpwnam(user) != NULL;
}

bool guise_put_on(const char *user)
{
    const struct passwd *p = getpwnam(user);

    if (p == NULL) {
        errno = ENOENT;
        return false;
    }
    return seteuid(p->pw_uid) == 0;
}

void guise_take_off(void)
{
    if (seteuid(getuid()) != 0)
        abort(); /* whoever cannot become who he was must do nothing more */
}

bool guise_own_name(char ret[GUISE_NAME_MAX])
{
    const struct passwd *p = getpwuid(geteuid());
    size_t len = p != NULL ? strlen(p->pw_name) : 0;

    if (len == 0 || len >= GUISE_NAME_MAX)
        return false;
    snprintf(ret, GUISE_NAME_MAX, "%s", p->pw_name);
    return true;
}
