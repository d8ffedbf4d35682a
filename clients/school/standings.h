/* standings: where a target stands now, in a sentence for whoever just sent a figure of it. */
#ifndef VEKHA_SCHOOL_STANDINGS_H
#define VEKHA_SCHOOL_STANDINGS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/lang.h"
#include "wire/wire.h"

/* At risk, lagging or missed: somebody should do something. */
bool standings_trouble(const struct standing *s);

/* Which codes go first, because there are several. */
struct standings_codes {
    bool organisation, indicator;
};

/* The centre's own sentence (s->text, which must be there) if it is in that language; else both
 * codes and the facts. */
void standings_print(const struct standing *s, struct standings_codes codes, enum lang lang,
                     FILE *out);

#endif
