/* round: the work of one transaction of the monitor: the series that were claimed, and the columns
 * of what is written about them.
 *
 * A fill function makes the parameters of one query, a take function reads its answer; the monitor
 * calls them in turn.  What they share lives here, until round_clear(). */
#ifndef VEKHA_ROUND_H
#define VEKHA_ROUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "monitor/monitor.h"
#include "store/pg.h"

struct round;

/* A series; or, with ROUND_REPORTING for its indicator, how an organisation stands with the reports
 * it owes, which goes through a round like one more of its series. */
enum { ROUND_REPORTING = 0 };
struct round_key {
    int32_t organisation, indicator;
};

struct round *round_new(void);
void round_free(struct round *r); /* NULL-safe */

/* Begins anew at a moment.  `due` asks to claim, too, what only time has changed. */
void round_clear(struct round *r, int64_t now_us, bool due);

/* Adds a series to assess; false with a round_error() if there are MONITOR_MAX_ITEMS, or out of memory.
 * One that is there is not added. */
bool round_add(struct round *r, struct round_key key);

/* Memory was refused since the round began, so that nothing of it may be written and no series is to blame. */
bool round_is_short(const struct round *r);

/* A round of series given by round_add() claims nothing and finishes no submission. */
void round_claim_nothing(struct round *r);

/* A series to leave out of this and later rounds. */
void round_exclude(struct round *r, struct round_key key);
/* Adds all series that were left out to this round: they are given another chance. */
void round_pardon(struct round *r);

size_t round_series(const struct round *r);
bool round_has_steps(const struct round *r); /* steps of alerts were written */
struct round_key round_key(const struct round *r, size_t series);
bool round_is_full(const struct round *r);       /* more is waiting than fitted */
bool round_has_mentions(const struct round *r);  /* people are to hear of something */
bool round_has_followers(const struct round *r); /* series that follow others may wait */
const char *
round_error(const struct round *r); /* why a fill or take function returned false; else "" */

/* Tells of each series that an agent's submission touched.  To be called after the COMMIT. */
void round_tell(const struct round *r, const struct monitor_hooks *hooks);

/* Counts its series and how long its submissions waited for this.  To be called after the COMMIT. */
void round_count(const struct round *r, struct metrics *metrics);

/* False: there is nothing to ask, or, with a round_error(), no way to ask.  The parameters live
 * until the next fill function. */
typedef bool round_fill_fn(struct round *r, struct pg_call *call);
/* False: the answer is not what it must be, or memory does not suffice. */
typedef bool round_take_fn(struct round *r, const PGresult *rows);

round_fill_fn round_fill_pending, round_fill_reassessment, round_fill_followers, round_fill_due,
    round_fill_reporting, round_fill_lock, round_fill_book, round_fill_alerts,
    round_fill_corrections, round_fill_input, round_fill_reporting_input, round_fill_assessments,
    round_fill_write_reporting, round_fill_transitions, round_fill_finish;
round_take_fn round_take_pending, round_take_series, round_take_followers, round_take_book,
    round_take_alerts, round_take_corrections, round_take_input, round_take_reporting_input,
    round_take_assessments, round_take_transitions;

#endif
