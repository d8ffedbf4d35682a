/* reminder: what a letter about the reports of an organisation says: to the organisation itself what
 * is missing and how to send it, to administrators who has fallen silent, and who no longer is.  The
 * organisation is written to only while something is missing. */
#ifndef VEKHA_NOTIFY_REMINDER_H
#define VEKHA_NOTIFY_REMINDER_H

#include "base/lang.h"
#include "base/str.h"
#include "model/notice.h"
#include "model/reporting.h"

/* Appends the subject: "OVERDUE: School 3 — report for September 2020, due by 2020-10-08", or, to
 * administrators who were told of the silence before, "No longer silent: School 3".  Within
 * LETTER_SUBJECT_MAX. */
void reminder_subject(const struct reporting *r, const struct notice_transition *t,
                      enum notice_audience to, enum lang lang, struct str *out);

/* Appends the body, for NOTICE_ORGANISATION or NOTICE_ADMINISTRATORS.  "{alert}" in it stands for the
 * alert's number.  Within LETTER_BODY_MAX. */
void reminder_body(const struct reporting *r, const struct notice_transition *t,
                   enum notice_audience to, enum lang lang, struct str *out);

#endif
