/* part: the part of the catalogue that this agent needs: what each organisation is to report, by
 * when, what was planned and what it reported last; as the centre told it and the spool keeps it in
 * the file `part` (pages.h).  The kinds of lines are those of proto/README.md, "The part".
 *
 * An old part is still of use: part_fetched_us() tells how old it is. */
#ifndef VEKHA_AGENT_PART_H
#define VEKHA_AGENT_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/decimal.h"
#include "base/lang.h"
#include "base/period.h"
#include "model/reporting.h"
#include "model/series.h"
#include "rules/reference.h"
#include "wire/message.h"

enum {
    PART_MAX_FIGURES = 3, /* of one series */
};

struct part;

/* Texts live as long as the part.  names and units: English falls back to Russian. */
struct part_organisation {
    struct organisation facts;
    const char *name[LANG_COUNT];
};

struct part_indicator {
    struct indicator facts;
    const char *name[LANG_COUNT], *unit[LANG_COUNT];
    const char *project; /* its code */
    const char *method;  /* NULL: unnamed */
    enum direction direction;
    enum counting counting;
    int step_months;
};

/* Lines for the model, as they came; bytes is NULL if there are none. */
struct part_lines {
    const char *bytes;
    size_t len;
};

/* One indicator at one organisation: what is planned or owed, or was reported since the year
 * before. */
struct part_series {
    const struct part_organisation *organisation;
    const struct part_indicator *indicator;
    bool owed; /* a duty is about it */
    bool has_plan;
    size_t n_figures;
    struct report figures[PART_MAX_FIGURES]; /* in force, the newest first */
    struct part_lines plan;                  /* lines as of model/input.h */
    struct part_lines answers;               /* lines as of model/reporting.h */
};

/* Reads the part that a spool keeps.  NULL with errno: ENOENT there is none yet, EBADMSG the file is
 * damaged (it will be fetched anew), ENOMEM, EFBIG. */
struct part *part_open(const char *spool);

/* The same from the bytes of such a file, which are copied. */
struct part *part_read(const char *bytes, size_t len);
void part_free(struct part *p); /* NULL-safe */

int64_t part_fetched_us(const struct part *p);

/* The organisations that the agent may report for, by id. */
size_t part_organisations(const struct part *p);
const struct part_organisation *part_organisation_at(const struct part *p, size_t i);
/* NULL: the agent's own.  NULL if the part has none of that code. */
const struct part_organisation *part_organisation(const struct part *p, const char *code);

/* All indicators of the centre, by id; who reports which is told by the series. */
size_t part_indicators(const struct part *p);
const struct part_indicator *part_indicator_at(const struct part *p, size_t i);
const struct part_indicator *part_indicator(const struct part *p, const char *code);

/* The series of one organisation, by indicator; *ret_n may be 0. */
const struct part_series *part_series(const struct part *p, int32_t organisation, size_t *ret_n);
/* By their codes, organisation NULL: the agent's own.  NULL if there is none. */
const struct part_series *part_series_of(const struct part *p, const char *organisation,
                                         const char *indicator);

/* What the plan says for the end of a day, rounded to `scale` digits.  False if there is no plan
 * with a target, or the sum of other plans is meant. */
bool part_plan_at(const struct part_series *s, date_t day, unsigned scale, struct decimal *ret);

/* The figure in force for that period; the newest of an earlier as-of day.  NULL: none. */
const struct report *part_standing(const struct part_series *s, period_t period);
const struct report *part_before(const struct part_series *s, date_t as_of);

/* What an organisation owes on a day of its own; see model/reporting.h.  False if out of memory. */
bool part_owed(const struct part *p, const struct part_organisation *o, date_t today,
               reporting_fn *fn, void *arg);

/* For the rules of intake (rules/inspect.h); good as long as the part. */
struct reference part_reference(const struct part *p);
struct agent part_agent(const struct part *p); /* who this agent is; its id is 0 */

#endif
