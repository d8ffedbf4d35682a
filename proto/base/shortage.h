/* shortage: how often memory was refused.  Texts and lists that are made from many small pieces go on with what they have; who hands on
 * what was made asks here, once, whether all of it could be, and makes it again another time if not. */
#ifndef VEKHA_BASE_SHORTAGE_H
#define VEKHA_BASE_SHORTAGE_H

#include <stdbool.h>

/* Notes that memory was refused.  Always false, for a function that returns so on a failure. */
bool shortage_note(void);

/* How often it was, in this thread. */
unsigned shortage_count(void);

#endif
