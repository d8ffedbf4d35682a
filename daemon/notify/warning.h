/* warning: what a letter about the centre itself says, to whoever runs it. */
#ifndef VEKHA_NOTIFY_WARNING_H
#define VEKHA_NOTIFY_WARNING_H

#include "base/lang.h"
#include "base/str.h"
#include "model/finding.h"

enum { WARNING_HEADLINE_MAX = 200 }; /* bytes of the finding in a subject */

/* Appends the subject: "CENTRE: storage: prepared only up to the year 2026", or, when it is over,
 * "Centre, over: storage: prepared up to the year 2036".  Within LETTER_SUBJECT_MAX. */
void warning_subject(const struct finding *f, const struct finding_transition *t,
                     const char *detail, enum lang lang, struct str *out);

/* Appends the body: what is so, what to do, where to look.  "{alert}" in it stands for the alert's
 * number.  Within LETTER_BODY_MAX. */
void warning_body(const struct finding *f, const struct finding_transition *t, const char *detail,
                  enum lang lang, struct str *out);

#endif
