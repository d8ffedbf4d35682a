/* finding: what ails the centre itself: one table of what can be found, with the words for it, and
 * one of what that means for its alert.  vekhactl doctor and the daemon say the same.
 *
 * What is in the database is asked by vekha.examine_often() and vekha.examine_seldom(), whose rows
 * name a finding; the rest a program sees of its machine and judges by the functions below. */
#ifndef VEKHA_MODEL_FINDING_H
#define VEKHA_MODEL_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/lang.h"
#include "base/str.h"
#include "model/alert.h"

enum {
    FINDING_TEXT_MAX = 4000,    /* bytes of what is said of one, NUL included */
    FINDING_DISK_PERCENT = 10,  /* free, at least, of a disk ... */
    FINDING_DISK_MIB = 10240,   /* ... unless so much is free */
    FINDING_DISK_LAST = 3,      /* per cent: soon nothing can be stored */
    FINDING_FILES_PERCENT = 80, /* open, of those that may be */
    FINDING_LATE_MS = 500,      /* a timer of the event loop that comes later is late */
};

enum finding_level {
    FINDING_WELL,
    FINDING_INFO,    /* worth knowing */
    FINDING_AT_RISK, /* to be mended */
    FINDING_LAGGING, /* at once: something is lost, or will be soon */
    FINDING_LEVELS,
};

/* The sentences take the detail, "%s": `well` and `ill` once, `todo` not. */
struct finding {
    const char *name;    /* as the database and doctor's --json call it; never changes */
    unsigned patience_s; /* a level must last so long before it is told */
    unsigned calm_s;     /* so long must a lower one, or none */
    const char *well[LANG_COUNT], *ill[LANG_COUNT];
    const char *todo[LANG_COUNT];
};

/* NULL: a newer database finds what is not known here. */
const struct finding *finding_find(const char *name);
const struct finding *finding_table(size_t *ret_count); /* for tests and documentation */

const char *finding_level_name(enum finding_level level); /* "at_risk"; of FINDING_WELL "" */
bool finding_level_parse(const char *name, enum finding_level *ret); /* "" or NULL: well */

/* --- the alert of a finding --- */

struct finding_transition {
    enum finding_level from, to;
    enum alert_event event;
    const char *comment; /* shown to operators */
};

/* What follows where an alert of level `from` stands, and the finding has been at level `to` for so
 * many seconds: a row whose event is ALERT_STAYS as long as that is not long enough.  Total. */
const struct finding_transition *finding_next(const struct finding *f, enum finding_level from,
                                              enum finding_level to, int64_t seconds);
const struct finding_transition *finding_transitions(size_t *ret_count); /* by from, then to */

/* --- what is said --- */

/* Appends doctor's line: what is so, and if it is not well what to do. */
void finding_line(const struct finding *f, bool well, const char *detail, enum lang lang,
                  struct str *out);
/* Appends what an alert says: the first line what is so, below it what to do, unless it is well. */
void finding_explain(const struct finding *f, bool well, const char *detail, enum lang lang,
                     struct str *out);

/* --- what a machine tells --- */

enum finding_level finding_of_disk(uint64_t free_mib, uint64_t all_mib);
enum finding_level finding_of_files(long open, long limit);
/* Of `beats` timers, how many were late. */
enum finding_level finding_of_loop(unsigned late, unsigned beats);

#endif
