/* entry: one organisation, indicator, plan, … of a programme, with the place that each value was
 * read at. */
#ifndef VEKHA_ADMIN_ENTRY_H
#define VEKHA_ADMIN_ENTRY_H

#include <stdbool.h>
#include <stddef.h>

#include "admin/hash.h"
#include "admin/nouns.h"
#include "admin/problems.h"

enum {
    ENTRY_MAX_FIELDS = 24,
    ENTRY_KEY_MAX = 160, /* bytes of "school-3/consultations/2020-01-01/2020-06-01" with NUL */
};

struct entry {
    const char *file; /* not owned */
    int line;
    char *values[ENTRY_MAX_FIELDS]; /* canonical (field.h); NULL: absent */
    int lines[ENTRY_MAX_FIELDS];
    bool flawed; /* a value was there, but was none: what depends on it is not checked */
    char key[ENTRY_KEY_MAX];
    UT_hash_handle hh;
};

struct entry *entry_new(const char *file, int line); /* NULL without memory */
void entry_free(struct entry *e);                    /* NULL-safe */

/* Sets a value from what stands in a file; NULL or "" is absent and gives way to the field's
 * fallback. */
void entry_set(struct entry *e, enum noun noun, size_t field, const char *raw, int line,
               struct problems *problems);

/* Puts the key together.  False if a value that it needs is missing. */
bool entry_make_key(struct entry *e, enum noun noun);

/* The canonical value, which the caller frees; NULL and a problem if it is none. */
char *entry_value(const struct field *field, const char *raw, const char *file, int line,
                  struct problems *problems);

#endif
