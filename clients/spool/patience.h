/* patience: waits for a lock, but not for ever. */
#ifndef VEKHA_SPOOL_PATIENCE_H
#define VEKHA_SPOOL_PATIENCE_H

#include <stdbool.h>

/* Locks the file of that descriptor for this process alone.  False with errno, EAGAIN if another
 * still has it after timeout_ms. */
bool patience_lock(int fd, int timeout_ms) __attribute__((warn_unused_result));

#endif
