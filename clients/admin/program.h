/* program: runs a program of the system and waits for it.  It gets no input. */
#ifndef VEKHA_ADMIN_PROGRAM_H
#define VEKHA_ADMIN_PROGRAM_H

#include "base/str.h"

enum { PROGRAM_NOT_RUN = -1 }; /* there is none of that name, or it was killed */

/* Its exit code; words end with NULL, the first is searched for in PATH.  What it writes on standard
 * output is appended to ret up to its maximum, and its standard error is not seen; if ret is NULL, both are
 * this program's. */
int program_run(const char *const *words, struct str *ret);

#endif
