/* subject: one figure under the rules of inspect, with what is found out about it on the way, and
 * what a school is told of it if a rule objects. */
#ifndef VEKHA_SUBJECT_H
#define VEKHA_SUBJECT_H

#include <stdint.h>

#include "base/lang.h"
#include "base/str.h"
#include "catalogue.h"
#include "store/store.h"
#include "wire/message.h"

enum {
    SUBJECT_MAX_LINES = 6, /* named of one key that stands more than once */
    SUBJECT_LINES_TEXT = SUBJECT_MAX_LINES * sizeof "18446744073709551615, " + sizeof "…",
};

/* Who brings figures in, when, and what they are checked against. */
struct inspection {
    const struct catalogue *catalogue;
    const struct agent *agent;
    int64_t now_us;
};

/* One figure under the rules; each rule may rely on what those before it have made sure of. */
struct subject {
    const struct inspection *by;
    const struct submission *submission;
    const struct figure *figure;
    const struct organisation *organisation; /* NULL until known */
    const struct indicator *indicator;       /* NULL until known */
    date_t today;                            /* where the organisation is */
    struct stored_figure *out;
    char lines[SUBJECT_LINES_TEXT]; /* "3, 17"; "" unless the key stands more than once */
};

/* How far the client's clock was ahead of ours when it composed the submission. */
int64_t subject_minutes_ahead(const struct subject *s);

/* The day from which on the figure needs a reason; DATE_NONE: none, or not known yet. */
date_t subject_closes(const struct subject *s);

/* Appends the text of a reason with the facts of this figure. */
void subject_tell(const struct subject *s, enum reason reason, enum lang lang, struct str *out);

#endif
