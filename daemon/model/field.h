/* field: one field of a line of text and the place it is read into, described by a table. */
#ifndef VEKHA_MODEL_FIELD_H
#define VEKHA_MODEL_FIELD_H

#include <stdbool.h>
#include <stddef.h>

/* One field between two tabs. */
struct text {
    const char *bytes;
    size_t len;
};

/* Reads a field into the place it belongs to; `size` is the size of that place.  NULL, or what was
 * expected. */
typedef const char *field_read_fn(struct text t, void *to, size_t size);

struct field {
    const char *name;
    field_read_fn *read;
    size_t offset, size;
    bool optional; /* \N leaves the place as it was: empty, absent, DATE_NONE */
};

#define FIELD_PLACE(type, member) offsetof(type, member), sizeof(((type *)0)->member)
#define FIELD_NEED(name, read, type, member)                                                       \
    {                                                                                              \
        name, read, FIELD_PLACE(type, member), false                                               \
    }
#define FIELD_MAY(name, read, type, member)                                                        \
    {                                                                                              \
        name, read, FIELD_PLACE(type, member), true                                                \
    }

bool text_is(struct text t, const char *word);

/* Cuts a line at its tabs.  Returns how many fields there are; those beyond `max` are counted but
 * not kept. */
size_t text_split(const char *line, size_t len, struct text *ret, size_t max);

/* Reads `count` texts into *to.  On failure says in `error` which field is wrong and what was
 * expected. */
bool field_read_all(const char *line_name, const struct field *fields, size_t count,
                    const struct text *texts, void *to, char *error, size_t error_size);

field_read_fn field_text;     /* char[]: UTF-8, not empty */
field_read_fn field_number;   /* int32_t or int: a whole number, not negative */
field_read_fn field_decimal;  /* struct decimal */
field_read_fn field_optional; /* struct optional_decimal */
field_read_fn field_ratio;    /* struct ratio, from a decimal */
field_read_fn field_date, field_period, field_time, field_uuid, field_bool;
field_read_fn field_kind, field_direction, field_counting, field_shape, field_precision,
    field_state, field_status, field_organisation_kind;

#endif
