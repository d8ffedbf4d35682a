/* standings: where a target stands now, in a sentence for whoever just sent a figure of it. */
#ifndef VEKHA_SUBMIT_STANDINGS_H
#define VEKHA_SUBMIT_STANDINGS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/lang.h"
#include "wire/wire.h"

/* At risk, lagging or missed: somebody should do something. */
bool standings_trouble(const struct standing *s);

/* The centre's own sentence (s->text, which must be there) if it is in that language; else the
 * facts.  with_codes names organisation and indicator first, for where there are several. */
void standings_print(const struct standing *s, bool with_codes, enum lang lang, FILE *out);

#endif
