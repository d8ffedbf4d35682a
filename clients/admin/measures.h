/* measures: which lags somebody has in hand: the latest word on each open alert while its time
 * lasts. */
#ifndef VEKHA_ADMIN_MEASURES_H
#define VEKHA_ADMIN_MEASURES_H

#include <jansson.h>
#include <stdint.h>

#include "admin/ctl.h"
#include "base/date.h"

struct measures;

struct measure {
    const char *text, *by; /* as long as the measures */
    date_t until;
};

/* Of alerts that are open now.  NULL, and said why, on failure. */
struct measures *measures_load(struct ctl *ctl);
void measures_free(struct measures *m); /* NULL-safe */

/* NULL if nobody has the series in hand. */
const struct measure *measures_find(const struct measures *m, int32_t organisation,
                                    int32_t indicator);

/* {"by", "measure", "until"}, or null. */
json_t *measures_json(const struct measures *m, int32_t organisation, int32_t indicator);

#endif
