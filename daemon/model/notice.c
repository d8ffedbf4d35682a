/* notice: see notice.h.  The school learns of what it owes; the administrators of who has fallen
 * silent, and when that is over. */
#include "model/notice.h"

#include <string.h>

#define ROW(from, to, event, tell, comment)                                                        \
    {                                                                                              \
        NOTICE_##from, NOTICE_##to, ALERT_##event, NOTICE_##tell, comment                          \
    }

/* Sorted: notice_next() finds a row by its place. */
static const struct notice_transition table[NOTICE_COUNT * NOTICE_COUNT] = {
    ROW(NONE, NONE, STAYS, NOBODY, "nothing to say"),
    ROW(NONE, REMINDER, OPENS, ORGANISATION, "a deadline is near"),
    ROW(NONE, OVERDUE, OPENS, ORGANISATION, "a deadline has passed"),
    ROW(NONE, SILENT, OPENS, BOTH, "silent"),
    ROW(REMINDER, NONE, CLOSES, NOBODY, "reported in time"),
    ROW(REMINDER, REMINDER, STAYS, NOBODY, "reminded"),
    ROW(REMINDER, OVERDUE, RISES, ORGANISATION, "the deadline has passed"),
    ROW(REMINDER, SILENT, RISES, BOTH, "silent"),
    ROW(OVERDUE, NONE, CLOSES, NOBODY, "reported late"),
    ROW(OVERDUE, REMINDER, FALLS, ORGANISATION, "reported late, the next deadline is near"),
    ROW(OVERDUE, OVERDUE, STAYS, NOBODY, "still overdue"),
    ROW(OVERDUE, SILENT, RISES, BOTH, "fell silent"),
    ROW(SILENT, NONE, CLOSES, ADMINISTRATORS, "reports again"),
    ROW(SILENT, REMINDER, FALLS, BOTH, "reports again, the next deadline is near"),
    ROW(SILENT, OVERDUE, FALLS, BOTH, "reports again, but not all of it"),
    ROW(SILENT, SILENT, STAYS, NOBODY, "still silent"),
};

#undef ROW

enum notice notice_of(const struct reporting *r)
{
    if (r->state == FRESHNESS_SILENT)
        return NOTICE_SILENT;
    if (r->state == FRESHNESS_OVERDUE)
        return NOTICE_OVERDUE;
    return r->reminded ? NOTICE_REMINDER : NOTICE_NONE;
}

const struct notice_transition *notice_next(enum notice from, enum notice to)
{
    return &table[(size_t)from * NOTICE_COUNT + (size_t)to];
}

const struct notice_transition *notice_table(size_t *ret_count)
{
    *ret_count = sizeof(table) / sizeof(table[0]);
    return table;
}

static const struct {
    const char *kind, *level;
} kept_as[NOTICE_COUNT] = {
    [NOTICE_NONE] = {"", ""},
    [NOTICE_REMINDER] = {"overdue", "info"},
    [NOTICE_OVERDUE] = {"overdue", "at_risk"},
    [NOTICE_SILENT] = {"silent", "lagging"},
};

const char *notice_kind(enum notice n)
{
    return kept_as[n].kind;
}

const char *notice_level(enum notice n)
{
    return kept_as[n].level;
}

bool notice_parse(const char *level, enum notice *ret)
{
    for (unsigned i = 0; i < NOTICE_COUNT; i++) {
        if (strcmp(kept_as[i].level, level) == 0) {
            *ret = (enum notice)i;
            return true;
        }
    }
    return false;
}
