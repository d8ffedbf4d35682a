/* reference: what the rules of intake look up of the catalogue: organisations, indicators, projects,
 * duties and years.
 *
 * The centre lends its catalogue, a school its part of it (clients/agent/part.h), so that both judge
 * by the same code. */
#ifndef VEKHA_RULES_REFERENCE_H
#define VEKHA_RULES_REFERENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/date.h"
#include "model/duty.h"
#include "model/series.h"

struct organisation {
    int32_t id;
    char code[SERIES_CODE_MAX];
    char name[SERIES_NAME_MAX];
    enum organisation_kind kind;
    int32_t parent; /* 0: none */
    int32_t utc_offset_s;
    date_t opened, closed; /* DATE_NONE if unknown */
};

struct indicator {
    int32_t id;
    char code[SERIES_CODE_MAX];
    enum indicator_kind kind;
    bool whole;
};

struct project {
    int32_t id;
    char code[SERIES_CODE_MAX];
};

struct agent {
    int32_t id;
    int32_t organisation;
};

enum { REFERENCE_MAX_DEPTH = 32 }; /* organisations above one another */

/* Where to look.  What is found is good until its owner changes. */
struct reference {
    const void *in;
    const struct organisation *(*organisation)(const void *in, int32_t id);
    const struct organisation *(*organisation_by_code)(const void *in, const char *code);
    const struct indicator *(*indicator_by_code)(const void *in, const char *code);
    const struct project *(*project_by_code)(const void *in, const char *code);
    const struct duty_book *duties;
    int first_year, last_year; /* for which figures can be stored */
    bool
        is_part; /* the agent's: an organisation that it lacks is not the agent's, if there is such at all */
};

/* True if `organisation` is `above` itself or somewhere below it. */
bool reference_is_below(const struct reference *r, int32_t organisation, int32_t above);

#endif
