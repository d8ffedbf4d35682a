/* subject: one figure or narrative under the rules of inspect, with what is found out about it on
 * the way, and what a school is told of it if a rule objects. */
#ifndef VEKHA_RULES_SUBJECT_H
#define VEKHA_RULES_SUBJECT_H

#include <stdint.h>

#include "base/lang.h"
#include "base/str.h"
#include "rules/reference.h"
#include "wire/message.h"

enum {
    SUBJECT_MAX_LINES = 6, /* named of one key that stands more than once */
    SUBJECT_LINES_TEXT = SUBJECT_MAX_LINES * sizeof "18446744073709551615, " + sizeof "…",
};

/* Who brings them in, when, and what they are checked against. */
struct inspection {
    const struct reference *reference;
    const struct agent *agent;
    int64_t now_us;
};

/* One line of a submission under the rules; each rule may rely on what those before it have made
 * sure of. */
struct subject {
    const struct inspection *by;
    const struct submission *submission;
    const struct figure *figure;       /* either this */
    const struct narrative *narrative; /* or this; the other is NULL */
    /* what both have */
    const char *claimed; /* code of the organisation; NULL: the agent's own */
    const char *what;    /* code of the indicator or project */
    period_t period;     /* PERIOD_NONE if flawed */
    enum reason flaw;
    /* what is found out */
    const struct organisation *organisation; /* NULL until known */
    const struct indicator *indicator;       /* NULL until known */
    int32_t organisation_id, what_id;        /* 0 until known */
    date_t today;                            /* where the organisation is */
    date_t as_of;                            /* the day it holds for */
    char lines[SUBJECT_LINES_TEXT];          /* "3, 17"; "" unless the key stands more than once */
    /* what is decided */
    enum verdict verdict; /* 0: the database decides; VERDICT_REJECTED; VERDICT_WARNING */
    enum reason reason;
    const char *text; /* NULL if none */
};

/* How far the client's clock was ahead of ours when it composed the submission. */
int64_t subject_minutes_ahead(const struct subject *s);

/* The day from which on the figure needs a reason; DATE_NONE: none, or not known yet. */
date_t subject_closes(const struct subject *s);

/* Appends the text of its reason with the facts of this line. */
void subject_tell(const struct subject *s, enum lang lang, struct str *out);

#endif
