/* hash: uthash, where a command that is out of memory says so and ends: nothing is half done, for the transaction is not committed. */
#ifndef VEKHA_ADMIN_HASH_H
#define VEKHA_ADMIN_HASH_H

#include <err.h>

#include "admin/ctl.h"

#define uthash_fatal(said) errx(CTL_REFUSED, "%s", said)
#include <uthash.h>

#endif
