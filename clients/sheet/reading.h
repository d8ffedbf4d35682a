/* reading: what a person wrote, field by field, to one struct figure or narrative.  The command line
 * and the sheet come through this one door, so both understand the same words in the same way.
 *
 * VALUE is a number; N/M or a number with `of`, a share; a number with %, a share without its
 * whole; a state in words; or a milestone's state with its quantity, done:30. */
#ifndef VEKHA_SHEET_READING_H
#define VEKHA_SHEET_READING_H

#include <stdbool.h>

#include "school/texts.h"
#include "wire/message.h"

enum field {
    FIELD_ORGANISATION,
    FIELD_INDICATOR,
    FIELD_PERIOD,
    FIELD_VALUE,
    FIELD_OF,
    FIELD_STATE,
    FIELD_AS_OF,
    FIELD_EXPECTED,
    FIELD_METHOD,
    FIELD_NOTE,
    FIELD_PROJECT, /* of a narrative, which has organisation, period and state, too */
    FIELD_TEXTS,   /* one field for each text of a narrative */
    FIELD_COUNT = FIELD_TEXTS + NARRATIVE_TEXTS,
};

/* What 1,234 means: a fraction, or nobody knows (a thousand, or a fraction). */
enum comma { COMMA_DECIMAL, COMMA_DOUBTFUL };

enum { READING_QUOTE_MAX = 80 };

/* What is wrong: the text of `why` takes `what` as its only %s. */
struct reading_error {
    enum field field;
    enum say why;
    char what[READING_QUOTE_MAX];
};

/* The name of a field for people: «показатель», "indicator". */
const char *reading_field_name(enum field f, enum lang lang);

/* Reads the fields (each NULL, "" or trimmed UTF-8) into *ret, whose texts then point into them; a
 * field that is empty is taken from defaults.  False, *ret untouched and *ret_error filled, if a
 * figure cannot be made of them. */
bool reading_figure(const char *const fields[FIELD_COUNT], const struct figure *defaults,
                    enum comma comma, struct figure *ret, struct reading_error *ret_error);

/* The same for a narrative; of the defaults, organisation and period count. */
bool reading_narrative(const char *const fields[FIELD_COUNT], const struct figure *defaults,
                       struct narrative *ret, struct reading_error *ret_error);

/* A figure without anything in it. */
struct figure reading_nothing(void);

/* Fills an error; `what` is cut at a character's border and cleaned of control characters. */
void reading_complain(struct reading_error *ret, enum field field, enum say why, const char *what);

#endif
