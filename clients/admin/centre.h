/* centre: the centre's own identity: its key file, and what every agent has to know of it. */
#ifndef VEKHA_ADMIN_CENTRE_H
#define VEKHA_ADMIN_CENTRE_H

#include "admin/ctl.h"
#include "wire/keys.h"

/* Schools connect to it: tcp://HOST:PORT without a wildcard. */
bool centre_endpoint_valid(const char *endpoint);

/* Reads the key of that file, or makes it where there is no file; says why if it cannot. */
enum settled centre_obtain_key(enum lang lang, const char *path, struct key_pair *ret);

/* Records key and endpoint.  Another key than the recorded one would lock every agent out, so it is
 * refused; path is where that other key was found. */
enum settled centre_record(struct ctl *ctl, const char *path, const char *public_key,
                           const char *endpoint);

#endif
