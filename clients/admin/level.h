/* level: what the level of an alert is called, and how it looks. */
#ifndef VEKHA_ADMIN_LEVEL_H
#define VEKHA_ADMIN_LEVEL_H

#include "admin/text.h"
#include "table.h"

struct level {
    const char *kind, *name; /* of the alert, as the database has them; kind NULL: any */
    enum text word;
    enum table_colour colour;
};

/* NULL if a newer centre has levels that are not known here. */
const struct level *level_find(const char *kind, const char *name);

#endif
