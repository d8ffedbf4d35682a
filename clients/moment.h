/* moment: a moment as a clock on the wall of this computer's room shows it. */
#ifndef VEKHA_MOMENT_H
#define VEKHA_MOMENT_H

#include <stdint.h>

#include "base/clock.h"
#include "base/lang.h"

/* "25.09.2020 10:15" or "2020-09-25 10:15"; us: Unix microseconds.  Returns buf. */
char *moment_text(int64_t us, enum lang lang, char buf[CLOCK_TEXT_MAX]);

#endif
