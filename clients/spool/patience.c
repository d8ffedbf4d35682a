/* patience: flock() waits for ever or not at all, and a library must not use a signal to be woken. */
#include "spool/patience.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <sys/file.h>

#include "agent/monotonic.h"

enum { LOOK_AGAIN_MS = 20 };

bool patience_lock(int fd, int timeout_ms)
{
    const int64_t until = monotonic_ms() + timeout_ms;
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if ((errno != EWOULDBLOCK && errno != EINTR) || monotonic_ms() >= until)
            return false;
        poll(NULL, 0, LOOK_AGAIN_MS);
    }
    return true;
}
