/* arrears: what an organisation owes, in words: the same text for alerts and letters, and for a
 * series a sentence and a mark for tables. */
#ifndef VEKHA_MODEL_ARREARS_H
#define VEKHA_MODEL_ARREARS_H

#include "base/lang.h"
#include "base/period.h"
#include "base/str.h"
#include "model/freshness.h"
#include "model/reporting.h"

enum {
    ARREARS_MAX = 8000,      /* bytes of a text: ARREARS_NAMED names and the organisation's */
    ARREARS_NAMED = 6,       /* series that are named; of the others there is the number */
    ARREARS_PERIOD_MAX = 48, /* bytes with NUL */
    ARREARS_MARK_MAX = 64,
};

/* Appends the first line, without a newline: who, what period, by when. */
void arrears_headline(const struct reporting *r, enum lang lang, struct str *out);

/* Appends the headline and a line for each series that is late, or to be reminded of; lines divided
 * by '\n', no newline at the end. */
void arrears_explain(const struct reporting *r, enum lang lang, struct str *out);

/* Appends a sentence about one series; nothing if nothing has been owed. */
void arrears_sentence(const struct freshness *f, enum lang lang, struct str *out);

/* «до 08.10», «просрочено 5 дн.», «молчит», «сдано»; "" if nothing has been owed.  Returns buf. */
const char *arrears_mark(const struct freshness *f, enum lang lang, char buf[ARREARS_MARK_MAX]);

/* A month, quarter, half-year or year: «сентябрь 2020 г.», "September 2020".  Returns buf. */
const char *arrears_period(period_t p, enum lang lang, char buf[ARREARS_PERIOD_MAX]);

#endif
