/* calendar: the school terms of a programme. */
#ifndef VEKHA_ADMIN_CALENDAR_H
#define VEKHA_ADMIN_CALENDAR_H

#include "admin/entry.h"
#include "base/date.h"

enum {
    CALENDAR_MAX_GAP = 123
}; /* days without school: longer than any summer, so a term is missing */

/* Puts the terms, in order, "2020-09-01=2020-10-25 …", into CALENDAR_TERMS.  Marks the entry as
 * flawed, with a problem, if one is no term or two overlap. */
void calendar_settle(struct entry *calendar, struct problems *problems);

/* The terms of a settled calendar as far as they lie in a plan, in the same form; the caller frees.
 * NULL, with the days for which it has none, if the plan is not covered by it. */
struct days {
    date_t first, last;
};
char *calendar_within(const struct entry *calendar, struct days plan, struct days *ret_missing)
    __attribute__((warn_unused_result));

#endif
