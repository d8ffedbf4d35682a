/* machine: what the system that vekhactl runs on tells of itself, for doctor. */
#ifndef VEKHA_ADMIN_MACHINE_H
#define VEKHA_ADMIN_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* Does somebody (NTP) keep the clock right? */
bool machine_clock_is_kept(void);

struct machine_disk {
    uint64_t free_mib, all_mib; /* free: to those who are not root */
};

/* Of the disk that holds that path; false if it cannot be told. */
bool machine_disk(const char *path, struct machine_disk *ret);

struct machine_files {
    long open, limit;
};

/* Of the process that was started as `NAME … ARGUMENT …`; false if there is none of whom this process may
 * know. */
bool machine_files(const char *name, const char *argument, struct machine_files *ret);

/* Appends "name version (below VERSION: HOLE)" of each installed Debian package of which a hole is known,
 * parted by ", "; *ret_looked is how many were looked at, 0 where dpkg is not. */
void machine_holes(struct str *ret, size_t *ret_looked);

#endif
