/* array: see array.h.  What array_recv() of PostgreSQL reads, all numbers big-endian:
 *
 *     int32 dimensions | int32 has nulls | int32 element type | int32 elements | int32 lower bound
 *     per element: int32 length (-1: null) | bytes
 *
 * Without elements: dimensions is 0, and element type ends it. */
#include "store/array.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/ratio.h"
#include "base/shortage.h"

enum { HEADER_BYTES = 20, EMPTY_HEADER_BYTES = 12 };

/* Numbers from pg_type.dat, fixed for ever; 0 is the text form. */
static const int32_t element_types[] = {
    [ARRAY_SMALLINT] = 21,  [ARRAY_INTEGER] = 23, [ARRAY_TEXT] = 25,
    [ARRAY_NUMERIC] = 1700, [ARRAY_DATE] = 1082,  [ARRAY_TIME] = 1184,
    [ARRAY_UUID] = 2950,    [ARRAY_BYTES] = 17,   [ARRAY_ENUM] = 0,
};

static const date_t postgres_epoch = 10957; /* 2000-01-01 */

void array_init(struct array *a, enum array_type type)
{
    *a = (struct array){.type = type};
}

void array_finish(struct array *a)
{
    if (!a)
        return;
    free(a->bytes);
    *a = (struct array){.type = a->type};
}

void array_clear(struct array *a)
{
    a->n = a->n_nulls = a->len = 0;
    a->failed = false;
}

static bool reserve(struct array *a, size_t more)
{
    size_t room = a->room ? a->room : 1024;
    char *bytes;

    if (a->failed || more > ARRAY_MAX_BYTES - a->len)
        return a->failed = true, false;
    while (room < a->len + more)
        room *= 2;
    if (room == a->room)
        return true;
    bytes = realloc(a->bytes, room);
    if (!bytes)
        return a->failed = true, shortage_note();
    a->bytes = bytes;
    a->room = room;
    return true;
}

static void append(struct array *a, const void *bytes, size_t len)
{
    if (!reserve(a, len) || len == 0)
        return;
    memcpy(a->bytes + a->len, bytes, len);
    a->len += len;
}

static void append_int32(struct array *a, int32_t value)
{
    uint32_t big = htobe32((uint32_t)value);

    append(a, &big, sizeof big);
}

/* The header is written by array_bind(), when the number of elements is known. */
static bool begin_element(struct array *a)
{
    if (a->n == 0 && reserve(a, HEADER_BYTES))
        a->len = a->type == ARRAY_ENUM ? 0 : HEADER_BYTES;
    if (a->n == ARRAY_MAX_ELEMENTS)
        a->failed = true;
    a->n++;
    return !a->failed;
}

static void add(struct array *a, const void *bytes, size_t len)
{
    if (!begin_element(a))
        return;
    append_int32(a, (int32_t)len);
    append(a, bytes, len);
}

void array_add_null(struct array *a)
{
    if (a->type == ARRAY_ENUM)
        array_add_label(a, NULL);
    else if (begin_element(a)) {
        append_int32(a, -1);
        a->n_nulls++;
    }
}

void array_add_int(struct array *a, int32_t value)
{
    uint32_t wide = htobe32((uint32_t)value);
    uint16_t narrow = htobe16((uint16_t)value);

    if (a->type == ARRAY_SMALLINT)
        add(a, &narrow, sizeof narrow);
    else
        add(a, &wide, sizeof wide);
}

void array_add_text(struct array *a, const char *text)
{
    if (text)
        add(a, text, strlen(text));
    else
        array_add_null(a);
}

/* What numeric_recv() reads: int16 digits | int16 weight | uint16 sign | int16 scale | digits to
 * the base 10000, the point after weight + 1 of them. */
void array_add_decimal(struct array *a, struct decimal value)
{
    static const int pad[] = {1, 1000, 100, 10}; /* to whole digits of four behind the point */
    enum { MAX_DIGITS = 8 };
    int128 rest = (int128)value.mantissa * pad[value.scale % 4];
    int fraction_digits = (value.scale + 3) / 4, n = 0, last = 0;
    uint16_t digits[MAX_DIGITS], out[4 + MAX_DIGITS];

    if (rest < 0)
        rest = -rest;
    for (; rest > 0; rest /= 10000)
        digits[n++] = (uint16_t)(rest % 10000);
    while (last < n && digits[last] == 0)
        last++;
    out[0] = htobe16((uint16_t)(n - last));
    out[1] = htobe16((uint16_t)(n > 0 ? n - fraction_digits - 1 : 0));
    out[2] = htobe16(value.mantissa < 0 ? 0x4000 : 0);
    out[3] = htobe16(value.scale);
    for (int i = last; i < n; i++)
        out[4 + n - 1 - i] = htobe16(digits[i]);
    add(a, out, sizeof out[0] * (size_t)(4 + n - last));
}

void array_add_date(struct array *a, date_t date)
{
    uint32_t days;

    if (date == DATE_NONE) {
        array_add_null(a);
        return;
    }
    days = htobe32((uint32_t)(date - postgres_epoch));
    add(a, &days, sizeof days);
}

void array_add_time(struct array *a, int64_t us)
{
    uint64_t since = htobe64((uint64_t)(us - postgres_epoch * INT64_C(86400000000)));

    add(a, &since, sizeof since);
}

void array_add_uuid(struct array *a, struct uuid id)
{
    add(a, id.bytes, sizeof id.bytes);
}

void array_add_bytes(struct array *a, const void *bytes, size_t len)
{
    add(a, bytes, len);
}

void array_add_label(struct array *a, const char *label)
{
    if (!begin_element(a))
        return;
    append(a, a->n == 1 ? "{" : ",", 1);
    append(a, label ? label : "NULL", strlen(label ? label : "NULL"));
    a->n_nulls += label == NULL;
}

static void end_labels(struct array *a)
{
    append(a, a->n == 0 ? "{}" : "}", a->n == 0 ? 3 : 2);
}

static void write_header(struct array *a)
{
    uint32_t header[] = {htobe32(a->n > 0), htobe32(a->n_nulls > 0),
                         htobe32((uint32_t)element_types[a->type]), htobe32((uint32_t)a->n),
                         htobe32(1)};

    if (a->n == 0)
        append(a, header, EMPTY_HEADER_BYTES);
    else if (!a->failed)
        memcpy(a->bytes, header, sizeof header);
}

bool array_bind(struct array *arrays, size_t n, struct pg_call *call, int first)
{
    bool ok = true;

    for (size_t i = 0; i < n; i++) {
        struct array *a = &arrays[i];
        size_t at = (size_t)first + i;

        if (a->n_nulls == a->n && !a->failed)
            array_clear(a);
        if (a->type == ARRAY_ENUM)
            end_labels(a);
        else
            write_header(a);
        call->params[at] = a->bytes;
        call->lengths[at] = (int)a->len;
        call->formats[at] = a->type == ARRAY_ENUM ? PG_TEXT : PG_BINARY;
        ok = ok && !a->failed;
    }
    return ok;
}
