/* newkey: key pairs that can be copied into any configuration file as they are. */
#ifndef VEKHA_ADMIN_NEWKEY_H
#define VEKHA_ADMIN_NEWKEY_H

#include <stdbool.h>

#include "wire/keys.h"

/* As keys_make(), but neither key holds "${", which many formats take for a variable. */
bool newkey_make(struct key_pair *ret) __attribute__((warn_unused_result));

#endif
