/* unit: the daemon as systemd's service vekhad.service, by systemctl. */
#ifndef VEKHA_ADMIN_UNIT_H
#define VEKHA_ADMIN_UNIT_H

#include <stdbool.h>

#include "admin/ctl.h"

/* False where no systemd runs, it has no such unit, or this process is not root's. */
bool unit_is_ours(void);

/* Enables and starts it, and waits until it says that it is ready.  One that runs is started anew
 * only if `changed`, or if the program it runs is not the installed one any more. */
enum settled unit_start(bool changed);

#endif
