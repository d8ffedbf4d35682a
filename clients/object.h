/* object: a JSON object (RFC 8259) in the making, appended to a str.  What is absent is null. */
#ifndef VEKHA_OBJECT_H
#define VEKHA_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct object {
    struct str *out;
    bool first; /* no field yet */
};

void object_begin(struct object *o, struct str *out);
void object_end(struct object *o);

/* The name of the next field; its value is appended by the caller. */
void object_name(struct object *o, const char *name);

/* Clean UTF-8; NULL and "" are null. */
void object_text(struct object *o, const char *name, const char *text);
void object_number(struct object *o, const char *name, int64_t number);
void object_flag(struct object *o, const char *name, bool flag);

/* A moment, Unix microseconds, as RFC 3339; 0 is null. */
void object_moment(struct object *o, const char *name, int64_t us);

#endif
