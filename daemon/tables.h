/* tables: one copy of the catalogue: results of queries, parsed into sorted lists.
 *
 * A row that cannot be understood fails the whole copy: half a catalogue would reject figures that
 * are right. */
#ifndef VEKHA_TABLES_H
#define VEKHA_TABLES_H

#include <stdbool.h>
#include <stdint.h>
#include <libpq-fe.h>

#include "catalogue.h"

struct tables;

/* What a copy is made of, one query result each. */
enum tables_part {
    TABLES_CENTRE, /* one row: replay */
    TABLES_YEARS,  /* one row: first_year, last_year */
    TABLES_ORGANISATIONS,
    TABLES_INDICATORS,
    TABLES_PROJECTS,
    TABLES_KEYS,
    TABLES_DUTIES, /* one row: book, all lines of model/duty.h */
    TABLES_PARTS,
};

struct tables *tables_new(void);
void tables_free(struct tables *t); /* NULL-safe */

/* Reads one part; columns are found by name.  False, with a logged reason, if it is not understood,
 * has more than CATALOGUE_MAX_ROWS, or memory does not suffice; the copy is then good for nothing
 * but tables_free(). */
bool tables_read(struct tables *t, enum tables_part part, const PGresult *result)
    __attribute__((warn_unused_result));

/* After all parts: makes the copy ready to be looked up in.  False if out of memory. */
bool tables_arrange(struct tables *t) __attribute__((warn_unused_result));

/* As the functions of catalogue.h; a copy that is NULL has nothing in it. */
const struct organisation *tables_organisation(const struct tables *t, int32_t id);
const struct organisation *tables_organisation_by_code(const struct tables *t, const char *code);
const struct indicator *tables_indicator_by_code(const struct tables *t, const char *code);
const struct project *tables_project_by_code(const struct tables *t, const char *code);
const struct agent *tables_agent_by_key(const struct tables *t, const char *public_key,
                                        enum key_right *ret_right); /* untouched if NULL */
const struct agent *tables_agent(const struct tables *t, int32_t id);
const struct duty_book *tables_duties(const struct tables *t);
int tables_first_year(const struct tables *t);
int tables_last_year(const struct tables *t);
bool tables_is_replay(const struct tables *t);

#endif
