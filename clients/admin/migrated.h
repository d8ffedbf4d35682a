/* migrated: the migrations that a database has, against those that this program carries. */
#ifndef VEKHA_ADMIN_MIGRATED_H
#define VEKHA_ADMIN_MIGRATED_H

#include <stdbool.h>
#include <stddef.h>
#include <libpq-fe.h>

#include "base/lang.h"

struct ctl;
struct db;

enum { MIGRATED_SHA256_MAX = 65 };

struct migrated {
    size_t n;
    PGresult *rows; /* number, name, sha256, day, by whom; by number */
};

bool migrated_read(struct db *db, struct migrated *ret) __attribute__((warn_unused_result));
void migrated_finish(struct migrated *m);

/* False, and said why, if one is unknown to this program or differs from its text. */
bool migrated_verify(const struct migrated *m, enum lang lang) __attribute__((warn_unused_result));

/* How many of the program's migrations the database lacks; after migrated_verify(). */
size_t migrated_missing(const struct migrated *m);

struct migration_counts {
    size_t now, before;
};

/* Brings the database to the program's schema; with `each` says so migration by migration.  False,
 * and said why, if one could not be applied: those before it stand. */
bool migrate(struct ctl *ctl, bool each, struct migration_counts *ret)
    __attribute__((warn_unused_result));

#endif
