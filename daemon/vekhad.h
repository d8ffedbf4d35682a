/* vekhad: the daemon: all modules on one event loop, from the first bind to the last answer. */
#ifndef VEKHA_VEKHAD_H
#define VEKHA_VEKHAD_H

#include "conf.h"
#include "wire/keys.h"

/* Runs until a signal ends it.  conf is changed in place when the file is read anew (SIGHUP).
 * Returns the exit code. */
int vekhad_run(const char *conf_path, struct conf *conf, const struct key_pair *server);

#endif
