/* ctl: what every command of vekhactl is given: its options and operands, the language, the
 * database. */
#ifndef VEKHA_ADMIN_CTL_H
#define VEKHA_ADMIN_CTL_H

#include <stdbool.h>

#include "base/lang.h"

struct db;

enum { CTL_DONE = 0, CTL_REFUSED = 1, CTL_USAGE = 2, CTL_NO_DATABASE = 69, CTL_KEPT = 75 };

/* What came of the wish that something be there. */
enum settled { SETTLED_NOT, SETTLED_BEFORE, SETTLED_NOW };

enum {
    CTL_MAX_OPERANDS = 8,
    CTL_MAX_DEPTH = 16, /* of the tree of organisations */
};

enum ctl_option {
    OPTION_CONFIG,
    OPTION_LANG,
    OPTION_JSON,
    OPTION_NOW,
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_KEY,
    OPTION_ENDPOINT,
    OPTION_REPLAY,
    OPTION_DRY_RUN,
    OPTION_OUT,
    OPTION_PUBLIC_KEY,
    OPTION_DAYS,
    OPTION_SPOOL,
    OPTION_AGENT,
    OPTION_AFTER,
    OPTION_HOW_MANY,
    OPTION_STATE,
    OPTION_ORG,
    OPTION_PROJECT,
    OPTION_INDICATOR,
    OPTION_STATUS,
    OPTION_AS_OF,
    OPTION_KNOWN_AT,
    OPTION_ALL,
    OPTION_BRIEF,
    OPTION_REBUILD,
    OPTION_WRITE,
    OPTION_MEASURE,
    OPTION_UNTIL,
    OPTION_REASON,
    OPTION_FROM,
    OPTION_TO,
    OPTION_LEVEL,
    OPTION_KIND,
    OPTION_CHANNEL,
    OPTION_PERIOD,
    OPTION_NOTE,
    OPTION_EXPECTED,
    OPTION_AUTHOR,
    OPTION_WITHDRAW,
    OPTION_TEXT,
    OPTION_BEFORE,
    OPTION_LIST,
    OPTION_RESTORE,
    OPTION_DROP,
    OPTION_YES,
    OPTION_AS,
    OPTION_COUNT
};

struct ctl {
    enum lang lang;
    bool colour;                     /* standard output is a terminal that wants it */
    const char *given[OPTION_COUNT]; /* the value of an option, "" for a flag, NULL if not given */
    int n_operands;                  /* after the words of the command */
    const char *operands[CTL_MAX_OPERANDS];
    struct db *db; /* open, for commands that need it; else NULL */
};

/* The moment a command acts at, RFC 3339 in UTC: the system's when it is first asked for, or of --now.  One for
 * the whole command: the database holds a lock for each moment that something is recorded at. */
const char *ctl_now(const struct ctl *ctl);

#endif
