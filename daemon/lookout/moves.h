/* moves: the steps of operators' alerts, with the letters about them, as parameters of the SQL
 * function vekha.move_findings(). */
#ifndef VEKHA_LOOKOUT_MOVES_H
#define VEKHA_LOOKOUT_MOVES_H

#include <stdbool.h>
#include <stddef.h>

#include "model/finding.h"
#include "store/pg.h"

struct moves;

struct moves *moves_new(void);    /* NULL if out of memory */
void moves_free(struct moves *s); /* NULL-safe */
void moves_clear(struct moves *s);

/* Adds the step that a finding makes; key and detail as vekha.look() gives them.  One that stays is
 * none. */
void moves_add(struct moves *s, const char *key, const struct finding *f,
               const struct finding_transition *t, const char *detail);

size_t moves_count(const struct moves *s);

/* Fills parameters from `first` on; they live until the next moves_clear().  False if memory did not
 * suffice. */
bool moves_bind(struct moves *s, struct pg_call *call, int first)
    __attribute__((warn_unused_result));

#endif
