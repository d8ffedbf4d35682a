/* selfcheck: `vekhad --check`: what would keep the daemon from working, said before it is started.
 */
#ifndef VEKHA_SELFCHECK_H
#define VEKHA_SELFCHECK_H

#include "conf.h"
#include "wire/keys.h"

/* Looks into the database as the daemon would, on standard output; waits for it.  Returns the exit
 * code: 0, EXIT_USAGE if the key is not the centre's, EXIT_NO_DATABASE. */
int selfcheck(const struct conf *conf, const struct key_pair *server);

#endif
