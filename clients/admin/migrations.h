/* migrations: the schema that the program carries with it, generated from sql/NNN_name.sql when it
 * is built. */
#ifndef VEKHA_ADMIN_MIGRATIONS_H
#define VEKHA_ADMIN_MIGRATIONS_H

#include <stddef.h>

struct migration {
    int number;       /* 1 for 001_catalogue.sql; ascending in the array */
    const char *name; /* "001_catalogue" */
    const char *text; /* the file's bytes, with a NUL after them */
    size_t len;
};

extern const struct migration migrations[];
extern const size_t n_migrations;

#endif
