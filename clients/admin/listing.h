/* listing: the rows that a command found, the one way or the other: --json, a table, or a sentence where there are none. */
#ifndef VEKHA_ADMIN_LISTING_H
#define VEKHA_ADMIN_LISTING_H

#include <libpq-fe.h>

#include "admin/ctl.h"
#include "admin/text.h"

struct listing {
    int (*as_json)(const PGresult *r);                         /* the exit code */
    int (*as_table)(const struct ctl *ctl, const PGresult *r); /* the same; there is a row */
    enum text none;                                            /* said instead of an empty table */
};

/* Takes over what db_query() gave, NULL too; the exit code. */
int listing_show(const struct ctl *ctl, PGresult *r, const struct listing *l);

#endif
