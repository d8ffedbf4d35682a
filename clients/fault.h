/* fault: what the system complains of, in the reader's language. */
#ifndef VEKHA_FAULT_H
#define VEKHA_FAULT_H

#include <stdbool.h>

#include "base/lang.h"

/* The meaning of an errno; strerror()'s, if it is none that people commonly meet.  Valid until the
 * next call. */
const char *fault_text(int number, enum lang lang);

/* True if the path is a folder.  libconfuse is not to be given one: its scanner ends the program. */
bool fault_is_folder(const char *path);

#endif
