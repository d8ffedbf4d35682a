/* manifest: what a vault says of itself, as JSON, so that it can be read and verified without Vekha. */
#ifndef VEKHA_ADMIN_MANIFEST_H
#define VEKHA_ADMIN_MANIFEST_H

#include <stdbool.h>

#include "admin/vault.h"

#define MANIFEST_NAME "manifest.json"

/* Writes it into the folder of that descriptor, which v->path names, synced, and keeps its digest in v. */
bool manifest_write(struct ctl *ctl, struct vault *v, int folder)
    __attribute__((warn_unused_result));

/* Reads that of the folder v->path.  False, and said why, if there is none or it is of another format. */
bool manifest_read(struct ctl *ctl, struct vault *v) __attribute__((warn_unused_result));

#endif
