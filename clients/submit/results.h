/* results: the answer of --json, {"schema":1,"as_of":null,"known_at":null,"rows":[…]}, a row for
 * each submission, question, or report that is owed.  Decimals are texts, times RFC 3339, what is absent is null. */
#ifndef VEKHA_SUBMIT_RESULTS_H
#define VEKHA_SUBMIT_RESULTS_H

#include <stdbool.h>
#include <stdio.h>

#include "model/freshness.h"
#include "spool/filed.h"

enum { RESULTS_SCHEMA = 1, RESULTS_MAX_BYTES = 256 * 1024 * 1024 };

struct results;

struct results *results_new(void);    /* NULL if out of memory */
void results_free(struct results *r); /* NULL-safe */
void results_add(struct results *r, const struct filed *f);

/* A question of the department: {"question","org","indicator","name","period","text","author","asked_at","state","value","of"};
 * state, value and of are those of the figure in force. */
void results_add_question(struct results *r, const struct question *q, enum lang lang);

/* A report that is owed: {"org","indicator","name","period","due_on","state","days_late","close_on"};
 * state: "due", "overdue", "silent", or "to_come" of a period that is not over. */
void results_add_owed(struct results *r, const char *organisation, const char *indicator,
                      const char *name, const struct freshness *f, const char *state);

/* When what is told was known; Unix microseconds. */
void results_known_at(struct results *r, int64_t us);

/* False if it was too much to keep, or cannot be written. */
bool results_print(const struct results *r, FILE *out);

#endif
