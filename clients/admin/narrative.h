/* narrative: one narrative as --json and the tables show it, and where it is loaded from. */
#ifndef VEKHA_ADMIN_NARRATIVE_H
#define VEKHA_ADMIN_NARRATIVE_H

#include <jansson.h>
#include <stdbool.h>
#include <libpq-fe.h>

#include "admin/ctl.h"
#include "admin/load.h"
#include "table.h"
#include "wire/message.h"

/* The narratives on a day, as known at a moment (f->indicator does not count), by project,
 * organisation, the newest first; with `all`, of every period and the withdrawn ones too.  NULL, and
 * said why, on failure.  The caller clears it. */
PGresult *narrative_load(struct ctl *ctl, const struct load_filter *f, bool all)
    __attribute__((warn_unused_result));

const char *narrative_project(const PGresult *r, int row); /* its code */
const char *narrative_project_name(const PGresult *r, int row, enum lang lang);

/* The object of `narratives --json`; a new reference, NULL without memory. */
json_t *narrative_json(const PGresult *r, int row);

/* Adds headings to a table: whose it is and, in paragraphs, all it says. */
void narrative_add(struct table *t, const PGresult *r, int row, enum lang lang);

/* The same in two: whose it is and how things stand; and the rest. */
void narrative_add_brief(struct table *t, const PGresult *r, int row, enum lang lang);

/* The texts of a result, from a column on in their order. */
void narrative_texts(const PGresult *r, int row, int column, const char *ret[NARRATIVE_TEXTS]);

#endif
