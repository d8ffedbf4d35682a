/* answer: what the user is shown: what was understood, what was queued, what the centre said to
 * each figure and narrative, and where the targets stand.
 *
 * Answers go to stdout, complaints to stderr.  With --json the answers for people are left out and
 * one document is printed at the end. */
#ifndef VEKHA_SUBMIT_ANSWER_H
#define VEKHA_SUBMIT_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "spool/compose.h"
#include "spool/filed.h"
#include "spool/sender.h"
#include "school/glance.h"
#include "sheet/sheet.h"

enum {
    ANSWER_MAX_ROWS = 60, /* of a table; a longer one shows its ends */
};

struct answer;

struct answer *answer_new(enum lang lang, bool json); /* NULL if out of memory */
void answer_free(struct answer *a);                   /* NULL-safe */

/* The rows as they were understood, all of one kind, with plan and last figure beside them where
 * glances (may be NULL) know them; `all`: however many. */
void answer_understood(const struct answer *a, const struct sheet_row *rows,
                       const struct glances *glances, size_t n, bool all);

/* What the centre would not take, by what it told on that day, and what is unusual; by line. */
void answer_glances(const struct answer *a, const struct sheet_row *rows,
                    const struct glances *glances, size_t n, date_t known_on);

/* How the file was read, and what is wrong in it: "file:line:column name: what; what to do". */
void answer_sheet(const struct answer *a, const char *path, const struct sheet *s);

/* What is wrong with a figure or narrative of the command line. */
void answer_reading_error(const struct answer *a, const struct reading_error *e);

/* Says what is now safely queued, and remembers the parcels and rows (which must outlive it), so
 * that answers can name lines. */
void answer_queued(struct answer *a, const struct parcel *parcels, size_t n,
                   const struct sheet_row *rows);

/* The same of a reply. */
void answer_queued_reply(struct answer *a, const struct parcel *parcel, int64_t question);

/* One question of the department in the document of --json. */
void answer_question(struct answer *a, const struct question *q);

/* One submission and what became of it. */
void answer_filed(struct answer *a, const struct filed *f);

/* How many characters of an id --list shows; all of them by default. */
void answer_id_length(struct answer *a, size_t length);

/* A line of --list for one submission; the table is printed by answer_finish(). */
void answer_listed(struct answer *a, const struct filed *f);

/* What to give to the sender; valid as long as the answer. */
const struct sender_hooks *answer_hooks(struct answer *a);

/* Whether a parcel's answer was shown. */
bool answer_has(const struct answer *a, struct uuid id);

size_t answer_refused(const struct answer *a); /* lines rejected, and submissions refused */

/* Prints what waits for the end: the list, the JSON.  False if it cannot be written. */
bool answer_finish(struct answer *a);

#endif
