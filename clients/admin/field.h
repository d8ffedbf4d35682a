/* field: one value of a programme: how it is written in a file, and its one canonical form. */
#ifndef VEKHA_ADMIN_FIELD_H
#define VEKHA_ADMIN_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "admin/text.h"
#include "base/str.h"

enum field_type {
    FIELD_CODE,       /* a-z 0-9 . _ - , at most 64 */
    FIELD_TITLE,      /* text of at most 200 characters */
    FIELD_UNIT,       /* … 40 */
    FIELD_METHOD,     /* … 64 */
    FIELD_BASIS,      /* … 400 */
    FIELD_ZONE,       /* Asia/Krasnoyarsk */
    FIELD_DATE,       /* 2020-09-25 or 25.09.2020 -> 2020-09-25 */
    FIELD_DECIMAL,    /* 41,7 -> 41.7 */
    FIELD_BOOLEAN,    /* yes, no, да, нет -> true, false */
    FIELD_MONTHS,     /* 1..12 */
    FIELD_WORKDAY,    /* 1..250 */
    FIELD_DAYS,       /* 1..365 */
    FIELD_HOURS,      /* 08:00-18:00 */
    FIELD_EMAIL,      /* office@school-3.example */
    FIELD_CHOICE,     /* one of field.choices */
    FIELD_REFERENCE,  /* the code of something else */
    FIELD_MADE,       /* not in a file of its own: put together from other rows */
    FIELD_LIST,       /* {"a", "b"} in the programme file, here one to a line */
    FIELD_CHOICES,    /* some of field.choices, in their order, divided by blanks */
    FIELD_REFERENCES, /* codes of something else, sorted, divided by blanks */
    FIELD_SERIES,     /* INDICATOR or ORGANISATION/INDICATOR, sorted, divided by blanks */
    FIELD_SPANS, /* 2020-10-26..2020-11-04 -> 2020-10-26=2020-11-04, sorted, divided by blanks */
};

struct field {
    const char *name, *name_ru; /* in the programme file; heads the column of a CSV */
    enum field_type type;
    bool required;
    const char *fallback; /* if absent; NULL: none */
    const char *choices;  /* of FIELD_CHOICE and FIELD_CHOICES: "up down" */
    int refers;           /* of FIELD_REFERENCE and FIELD_REFERENCES: a noun of programme.h */
};

/* Rows of tables of fields. */
#define FIELD(name, ru, type, required)                                                            \
    {                                                                                              \
        name, ru, type, required, NULL, NULL, 0                                                    \
    }
#define DEFAULTED(name, ru, type, fallback)                                                        \
    {                                                                                              \
        name, ru, type, false, fallback, NULL, 0                                                   \
    }
#define CHOICE(name, ru, required, fallback, list)                                                 \
    {                                                                                              \
        name, ru, FIELD_CHOICE, required, fallback, list, 0                                        \
    }
#define REFERENCE(name, ru, required, fallback, to)                                                \
    {                                                                                              \
        name, ru, FIELD_REFERENCE, required, fallback, NULL, to                                    \
    }

#define CHOICES(name, ru, fallback, list)                                                          \
    {                                                                                              \
        name, ru, FIELD_CHOICES, false, fallback, list, 0                                          \
    }
#define REFERENCES(name, ru, required, to)                                                         \
    {                                                                                              \
        name, ru, FIELD_REFERENCES, required, NULL, NULL, to                                       \
    }

/* Whether a list of the programme file {"a", "b"} is the field's value. */
bool field_is_list(const struct field *field);

/* True if `word` of len bytes is one of the words of `list`, divided by blanks, commas or newlines;
 * NULL has none. */
bool field_has_word(const char *list, const char *word, size_t len);

enum {
    FIELD_VALUE_MAX = 1700,    /* bytes of the longest canonical value: 400 characters */
    FIELD_LIST_MAX = 8 * 1024, /* bytes of a list */
};

/* Appends the canonical form to out.  False with a text that takes the value and, for a choice, the
 * choices. */
bool field_normalise(const struct field *field, const char *raw, struct str *out,
                     enum text *ret_problem);

#endif
