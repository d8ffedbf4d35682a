/* backoff: how long to wait before the centre is tried again. */
#ifndef VEKHA_FOLDER_BACKOFF_H
#define VEKHA_FOLDER_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

enum {
    BACKOFF_FIRST_MS = 5000,
    BACKOFF_MOST_MS = 900000,
    BACKOFF_STUBBORN_MS = 300000, /* where only people can help: the key, the version */
};

/* After so many failures in a row, 1 for the first: twice as long each time, up to BACKOFF_MOST_MS; and up to a quarter more by `random` (any
 * number), for schools whose line came back in one moment must not all come back in one moment. */
int64_t backoff_ms(unsigned failures, bool stubborn, uint32_t random);

#endif
