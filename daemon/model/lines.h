/* lines: finds the kind of a line of text by its first field, and checks how many follow. */
#ifndef VEKHA_MODEL_LINES_H
#define VEKHA_MODEL_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "model/field.h"

enum { LINES_ERROR_MAX = 400 };

struct line_kind;

/* Takes the fields behind the name; false, with the reason in the reader, if they are wrong. */
typedef bool line_take_fn(void *reader, const struct line_kind *kind, const struct text *texts);

struct line_kind {
    const char *name;
    line_take_fn *take;
    const struct field *fields;
    size_t n_fields;
};

/* A row of a table of kinds: take_NAME() and NAME_fields[]. */
#define LINE_KIND(name)                                                                            \
    {                                                                                              \
#name, take_##name, name##_fields, sizeof(name##_fields) / sizeof(struct field)            \
    }

/* Has the line taken by its kind.  False, with the reason in `error`, if there is no such kind or
 * it has another number of fields. */
bool lines_take(const struct line_kind *kinds, size_t n, const char *line, size_t len, void *reader,
                char error[LINES_ERROR_MAX]) __attribute__((warn_unused_result));

/* Reads the fields of a line into *to. */
bool lines_read(const struct line_kind *kind, const struct text *texts, void *to,
                char error[LINES_ERROR_MAX]) __attribute__((warn_unused_result));

#endif
