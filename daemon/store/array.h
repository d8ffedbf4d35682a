/* array: one parameter of a query: a PostgreSQL array in the making, a column of many rows.
 *
 * Binary where the type has a fixed number, so that nothing needs escaping and the server parses
 * nothing; enums go as text literals, since their type numbers differ from database to database. */
#ifndef VEKHA_ARRAY_H
#define VEKHA_ARRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "base/decimal.h"
#include "base/uuid.h"
#include "store/pg.h"

enum { ARRAY_MAX_BYTES = 64 * 1024 * 1024, ARRAY_MAX_ELEMENTS = 100000 };

enum array_type {
    ARRAY_SMALLINT,
    ARRAY_INTEGER,
    ARRAY_TEXT,
    ARRAY_NUMERIC,
    ARRAY_DATE,
    ARRAY_TIME, /* timestamptz */
    ARRAY_UUID,
    ARRAY_BYTES, /* bytea */
    ARRAY_ENUM,  /* labels of [a-z_] */
};

struct array {
    enum array_type type;
    size_t n; /* elements */
    size_t len, room;
    char *bytes;
    size_t n_nulls;
    bool failed; /* out of memory or past a maximum */
};

void array_init(struct array *a, enum array_type type);
void array_finish(struct array *a); /* NULL-safe */
void array_clear(struct array *a);  /* no elements; keeps the memory */

void array_add_null(struct array *a);
void array_add_int(struct array *a, int32_t value);            /* ARRAY_SMALLINT, ARRAY_INTEGER */
void array_add_text(struct array *a, const char *text);        /* NULL is null */
void array_add_decimal(struct array *a, struct decimal value); /* with its scale */
void array_add_date(struct array *a, date_t date);             /* DATE_NONE is null */
void array_add_time(struct array *a, int64_t us);              /* Unix microseconds */
void array_add_uuid(struct array *a, struct uuid id);
void array_add_bytes(struct array *a, const void *bytes, size_t len);
void array_add_label(struct array *a, const char *label); /* NULL is null */

/* Ends the arrays and makes them parameters first..first+n-1 of the call.  They must stay as they
 * are until the call is made.  False if one of them failed.
 *
 * A column of nothing but nulls goes without elements: unnest() of several arrays fills the shorter
 * with nulls, and takes half the time if it need not look at them (5 of 14 columns of figures are
 * mostly such). */
bool array_bind(struct array *arrays, size_t n, struct pg_call *call, int first)
    __attribute__((warn_unused_result));

#endif
