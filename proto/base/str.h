/* str: a growable text with a maximum set at birth.  Past the maximum, or out of memory, it keeps
 * what it has and remembers the failure, so a long series of appends needs one check at its end; out of
 * memory is noted in shortage.h besides. */
#ifndef VEKHA_BASE_STR_H
#define VEKHA_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdarg.h>

struct str {
    char *text; /* NUL-terminated once anything was appended, else NULL */
    size_t len, room, max;
    bool failed;
};

void str_init(struct str *s, size_t max);
void str_finish(struct str *s); /* NULL-safe; frees the text */
void str_clear(struct str *s);  /* keeps the memory */
void str_append(struct str *s, const char *bytes, size_t len);
void str_add(struct str *s, const char *text);
void str_addf(struct str *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *str_text(const struct str *s); /* never NULL */
char *str_take(struct str *s);             /* the caller frees; NULL if it failed or is empty */

#endif
