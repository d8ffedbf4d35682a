/* draft: the text of an agent's configuration, as conf.h reads it. */
#ifndef VEKHA_AGENT_DRAFT_H
#define VEKHA_AGENT_DRAFT_H

#include "base/lang.h"
#include "base/str.h"
#include "wire/keys.h"

struct draft {
    const char *endpoint, *server_key;
    const struct key_pair *keys;
    const char *organisation; /* NULL: not known yet */
    const char *spool;        /* NULL: the usual place */
    enum lang language;
};

/* Appends it, a setting a line; what does not fit fails the str. */
void draft_write(const struct draft *d, struct str *out);

/* Appends a configuration with the pair in it replaced by another; all else stays as it stands.  False, nothing appended,
 * if there are not exactly one `public_key` and one `secret_key`, each a line of its own. */
bool draft_change_keys(const char *text, const struct key_pair *keys, struct str *out);

#endif
