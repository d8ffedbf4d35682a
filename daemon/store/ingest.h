/* ingest: a group of submissions as the parameters of the SQL function vekha.ingest(), and what it
 * returns as outcomes and receipts. */
#ifndef VEKHA_INGEST_H
#define VEKHA_INGEST_H

#include <stdbool.h>

#include "store/group.h"
#include "store/pg.h"

struct ingest;

extern const struct pg_statement ingest_statements[]; /* ends with a NULL name */

struct ingest *ingest_new(void);
void ingest_free(struct ingest *in); /* NULL-safe */

/* Fills the call; what it points to stays until the next one.  False if memory does not suffice. */
bool ingest_fill(struct ingest *in, const struct group *g, int64_t now_us, struct pg_call *ret)
    __attribute__((warn_unused_result));

/* Answers every member of the group that the result speaks of.  To be called after the COMMIT. */
void ingest_answer(struct ingest *in, struct group *g, const PGresult *rows);

#endif
