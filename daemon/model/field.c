/* field: a reader for every type that a series is made of; each takes the whole field or nothing.
 */
#include "model/field.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "model/assess.h"
#include "model/duty.h"
#include "model/series.h"

enum {
    QUOTE_MAX = 60, /* bytes of a wrong field that a message repeats */
    STATUS_NAME_MAX = 32,
};

static bool is_absent(struct text t)
{
    return t.len == 2 && memcmp(t.bytes, "\\N", 2) == 0;
}

bool text_is(struct text t, const char *word)
{
    return strlen(word) == t.len && memcmp(t.bytes, word, t.len) == 0;
}

const char *field_text(struct text t, void *to, size_t size)
{
    if (t.len == 0 || t.len >= size || !utf8_valid(t.bytes, t.len))
        return "a text in UTF-8, neither empty nor too long";
    memcpy(to, t.bytes, t.len);
    ((char *)to)[t.len] = '\0';
    return NULL;
}

const char *field_number(struct text t, void *to, size_t size)
{
    struct decimal d;

    (void)size;
    if (decimal_parse(t.bytes, t.len, &d, NULL) != DECIMAL_OK || d.scale != 0 || d.mantissa < 0 ||
        d.mantissa > INT32_MAX)
        return "a whole number";
    *(int32_t *)to = (int32_t)d.mantissa;
    return NULL;
}

const char *field_decimal(struct text t, void *to, size_t size)
{
    (void)size;
    return decimal_parse(t.bytes, t.len, to, NULL) == DECIMAL_OK ? NULL : "a decimal number";
}

const char *field_optional(struct text t, void *to, size_t size)
{
    struct optional_decimal *o = to;
    const char *expected = field_decimal(t, &o->value, size);

    o->present = !expected;
    return expected;
}

const char *field_ratio(struct text t, void *to, size_t size)
{
    struct decimal d;
    const char *wrong = field_decimal(t, &d, size);

    if (!wrong)
        *(struct ratio *)to = ratio_of_decimal(d);
    return wrong;
}

const char *field_status(struct text t, void *to, size_t size)
{
    char name[STATUS_NAME_MAX];

    (void)size;
    if (t.len >= sizeof name)
        return "a status like on_track";
    memcpy(name, t.bytes, t.len);
    name[t.len] = '\0';
    return status_parse(name, to) ? NULL : "a status like on_track";
}

const char *field_date(struct text t, void *to, size_t size)
{
    (void)size;
    return date_parse(t.bytes, t.len, to) ? NULL : "a date like 2020-09-25";
}

/* A database key (2020009) or a text (2020-09). */
const char *field_period(struct text t, void *to, size_t size)
{
    int32_t key;

    if (t.len == 7 && !field_number(t, &key, size) && period_valid(key)) {
        *(period_t *)to = key;
        return NULL;
    }
    return period_parse(t.bytes, t.len, to) ? NULL : "a period like 2020-09";
}

const char *field_time(struct text t, void *to, size_t size)
{
    (void)size;
    return clock_parse(t.bytes, t.len, to) ? NULL : "a time like 2020-09-25T10:00:00Z";
}

const char *field_uuid(struct text t, void *to, size_t size)
{
    (void)size;
    return uuid_parse(t.bytes, t.len, to) ? NULL : "a UUID";
}

const char *field_bool(struct text t, void *to, size_t size)
{
    bool yes = text_is(t, "t") || text_is(t, "true"), no = text_is(t, "f") || text_is(t, "false");

    (void)size;
    if (yes || no)
        *(bool *)to = yes;
    return yes || no ? NULL : "t or f";
}

struct word {
    const char *name;
    int value;
};

static bool find_word(struct text t, const struct word *words, size_t count, int *ret)
{
    for (size_t i = 0; i < count; i++) {
        if (text_is(t, words[i].name)) {
            *ret = words[i].value;
            return true;
        }
    }
    return false;
}

/* One reader for each enumeration, from its list of words. */
#define READ_WORD(function, type, expected, ...)                                                   \
    const char *function(struct text t, void *to, size_t size)                                     \
    {                                                                                              \
        static const struct word words[] = {__VA_ARGS__};                                          \
        int value;                                                                                 \
                                                                                                   \
        (void)size;                                                                                \
        if (!find_word(t, words, sizeof(words) / sizeof(words[0]), &value))                        \
            return expected;                                                                       \
        *(type *)to = (type)value;                                                                 \
        return NULL;                                                                               \
    }

READ_WORD(field_kind, enum indicator_kind, "flow, level, share or milestone", {"flow", KIND_FLOW},
          {"level", KIND_LEVEL}, {"share", KIND_SHARE}, {"milestone", KIND_MILESTONE})
READ_WORD(field_direction, enum direction, "up or down", {"up", DIRECTION_UP},
          {"down", DIRECTION_DOWN})
READ_WORD(field_counting, enum counting, "per_period or year_to_date",
          {"per_period", COUNTING_PER_PERIOD}, {"year_to_date", COUNTING_YEAR_TO_DATE})
READ_WORD(field_shape, enum plan_shape, "linear, points, season or terms", {"linear", SHAPE_LINEAR},
          {"points", SHAPE_POINTS}, {"season", SHAPE_SEASON}, {"terms", SHAPE_TERMS})
READ_WORD(field_precision, enum due_precision, "day, month, window or unknown",
          {"unknown", DUE_UNKNOWN}, {"day", DUE_DAY}, {"month", DUE_MONTH}, {"window", DUE_WINDOW})
READ_WORD(field_state, enum report_state, "a state of a figure, like value or done",
          {"value", REPORT_VALUE}, {"not_applicable", REPORT_NOT_APPLICABLE},
          {"no_data", REPORT_NO_DATA}, {"withdrawn", REPORT_WITHDRAWN},
          {"not_done", REPORT_NOT_DONE}, {"in_progress", REPORT_IN_PROGRESS}, {"done", REPORT_DONE})
READ_WORD(field_organisation_kind, enum organisation_kind, "a kind of organisation, like school",
          {"department", ORGANISATION_DEPARTMENT}, {"school", ORGANISATION_SCHOOL},
          {"kindergarten", ORGANISATION_KINDERGARTEN}, {"extra", ORGANISATION_EXTRA},
          {"guardianship", ORGANISATION_GUARDIANSHIP}, {"other", ORGANISATION_OTHER})

size_t text_split(const char *line, size_t len, struct text *ret, size_t max)
{
    size_t n = 0, start = 0;

    for (size_t i = 0; i <= len; i++) {
        if (i < len && line[i] != '\t')
            continue;
        if (n < max)
            ret[n] = (struct text){line + start, i - start};
        n++;
        start = i + 1;
    }
    return n;
}

bool field_read_all(const char *line_name, const struct field *fields, size_t count,
                    const struct text *texts, void *to, char *error, size_t error_size)
{
    for (size_t i = 0; i < count; i++) {
        const struct field *f = &fields[i];
        struct text t = texts[i];
        const char *expected = "a value";

        if (is_absent(t) && f->optional)
            continue;
        if (!is_absent(t))
            expected = f->read(t, (char *)to + f->offset, f->size);
        if (expected) {
            snprintf(error, error_size, "line '%s', field %zu (%s): expected %s, not '%.*s'",
                     line_name, i + 1, f->name, expected,
                     t.len > QUOTE_MAX ? QUOTE_MAX : (int)t.len, t.bytes);
            return false;
        }
    }
    return true;
}
