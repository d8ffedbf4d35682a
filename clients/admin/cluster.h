/* cluster: what a centre needs of PostgreSQL beside its schema: a database with an owner, roles, and who
 * may connect.  What is there already is left as it is. */
#ifndef VEKHA_ADMIN_CLUSTER_H
#define VEKHA_ADMIN_CLUSTER_H

#include <stdbool.h>

#include "admin/ctl.h"

struct db;

struct cluster_names {
    const char *database;
    const char *owner;  /* of the database and the schema */
    const char *daemon; /* whom vekhad connects as */
    const char *person; /* whom vekhactl connects as; NULL: one who has the rights already */
};

/* Three tellings of one story, each said line by line; false, and said why, if it cannot go on. */
bool cluster_make_database(struct ctl *ctl,
                           const struct cluster_names *names); /* from any database */
bool cluster_close(struct ctl *ctl,
                   const struct cluster_names *names); /* from that one, as the next */
bool cluster_let_in(struct ctl *ctl, const struct cluster_names *names); /* after its migration */

/* False, and said why, if the database is not fit for Vekha: its owner is a superuser, whose rights every
 * function would have, or it holds another encoding than UTF-8. */
bool cluster_is_fit(struct ctl *ctl) __attribute__((warn_unused_result));

/* Acts with the rights of the database's owner and no others, or as oneself again. */
bool cluster_act_as_owner(struct ctl *ctl) __attribute__((warn_unused_result));
bool cluster_act_as_oneself(struct ctl *ctl) __attribute__((warn_unused_result));

#endif
