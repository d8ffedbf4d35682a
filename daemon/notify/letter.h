/* letter: what a letter about an alert says: the subject for a glance at a phone, the body with the
 * arithmetic and what to do next. */
#ifndef VEKHA_NOTIFY_LETTER_H
#define VEKHA_NOTIFY_LETTER_H

#include "base/lang.h"
#include "base/str.h"
#include "model/alert.h"
#include "model/assess.h"
#include "model/series.h"

enum { LETTER_SUBJECT_MAX = 2000, LETTER_BODY_MAX = 12000, LETTER_AUTHOR_MAX = 201 };

/* What a submission replaced, and so moved an alert. */
struct letter_version {
    bool value; /* false: no number */
    struct decimal n, of;
    bool has_of;
};

struct correction {
    period_t period; /* PERIOD_NONE: nothing was corrected */
    struct letter_version old, new;
    char sender[LANG_COUNT][SERIES_NAME_MAX]; /* the organisation; "" if unknown */
    char author[LETTER_AUTHOR_MAX];           /* "" if not said */
};

/* Appends the subject: "LAGGING: School 3 — consultations", or, when it no longer is,
 * "School 3 — consultations: back on track". */
void letter_subject(const struct series *s, const struct assessment *a,
                    const struct alert_transition *t, enum lang lang, struct str *out);

/* Appends the body: the explanation, what changed, the correction that changed it (NULL: none), the
 * commands to see more and to answer.  "{alert}" in it stands for the alert's number, which is not
 * known before the alert is written. */
void letter_body(const struct series *s, const struct assessment *a,
                 const struct alert_transition *t, const struct correction *c, enum lang lang,
                 struct str *out);

/* Appends the end of a body: how to answer, if there is something to answer, and the signature. */
void letter_close(bool answer, enum lang lang, struct str *out);

#endif
