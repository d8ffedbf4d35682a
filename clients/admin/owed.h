/* owed: how each series that is shown stands with its report, by the model and from the lines that
 * the daemon reads too. */
#ifndef VEKHA_ADMIN_OWED_H
#define VEKHA_ADMIN_OWED_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "admin/ctl.h"
#include "admin/load.h"
#include "model/freshness.h"
#include "model/series.h"

struct owed;

/* Of the organisations, the day and the knowledge of the filter.  NULL, and said why, on failure. */
struct owed *owed_load(struct ctl *ctl, const struct load_filter *f);
void owed_free(struct owed *o); /* NULL-safe */

/* True if there is a duty at all. */
bool owed_any(const struct owed *o);

/* NULL if no report is owed on the series. */
const struct freshness *owed_find(const struct owed *o, int32_t organisation, int32_t indicator);

/* Adds freshness and due_on, and age_days of the figure that the status stands on, to a row of
 * status. */
void owed_json(const struct owed *o, const struct series *s, date_t as_of, json_t *row);

#endif
