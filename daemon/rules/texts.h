/* texts: what a school is told, in both languages, from one table: what is wrong, with the very
 * values, and what to do. */
#ifndef VEKHA_RULES_TEXTS_H
#define VEKHA_RULES_TEXTS_H

#include <stdbool.h>

#include "base/lang.h"
#include "base/str.h"
#include "wire/message.h"

/* What a text may name; {organisation}, {indicator}, … in the table. */
enum text_fact {
    FACT_ORGANISATION,
    FACT_OWN,  /* the agent's own organisation */
    FACT_OPEN, /* since when and until when the organisation is open */
    FACT_WHAT, /* code of the indicator or project */
    FACT_PERIOD,
    FACT_BEGINS,
    FACT_ENDS,
    FACT_AS_OF,
    FACT_TODAY,
    FACT_YEARS,
    FACT_STATE,
    FACT_STATES, /* that the indicator may have */
    FACT_VALUE,  /* the figure as people write it: 12,50 or 25 of 60 */
    FACT_OF,
    FACT_LINES, /* numbers of figures, or of narratives, in the submission, from 1 */
    FACT_MINUTES,
    FACT_CLOSED, /* from when on the period takes no figure without a reason */
    FACT_WHICH,  /* text of a narrative */
    FACT_BYTES,  /* that it may have */
    FACT_LETTERS,
    FACT_COUNT,
};

/* NULL where unknown: shown as "?". */
struct text_facts {
    const char *fact[FACT_COUNT];
};

/* Appends the text of a reason, on a figure and on a narrative. */
void text_of_reason(enum reason reason, enum lang lang, const struct text_facts *facts,
                    struct str *out);
void text_of_narrative_reason(enum reason reason, enum lang lang, const struct text_facts *facts,
                              struct str *out);

/* The text of a refusal in one language, or, where the sender's is unknown, in both, divided by a
 * newline. */
const char *text_of_refusal(enum refusal_reason reason, enum lang lang);
const char *text_of_refusal_in_both(enum refusal_reason reason);

/* A figure's state in words: «нет данных». */
const char *text_of_state(enum figure_state state, enum lang lang);

#endif
