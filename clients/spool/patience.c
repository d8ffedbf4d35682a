/* patience: flock() waits for ever or not at all. */
#include "spool/patience.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/file.h>
#include <sys/time.h>

enum { ALARM_AGAIN_US = 100000 };

static void wake(int number)
{
    (void)number; /* it only has to interrupt flock() */
}

static void start_alarm(int timeout_ms)
{
    const struct itimerval t = {
        /* again and again, in case the first comes just before flock() */
        .it_interval = {0, ALARM_AGAIN_US},
        .it_value = {timeout_ms / 1000, timeout_ms % 1000 * 1000},
    };
    setitimer(ITIMER_REAL, &t, NULL);
}

bool patience_lock(int fd, int timeout_ms)
{
    const struct sigaction interrupt = {.sa_handler = wake};
    const struct itimerval off = {{0, 0}, {0, 0}};
    struct sigaction before;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return true;
    if (errno != EWOULDBLOCK || timeout_ms <= 0)
        return false;
    sigaction(SIGALRM, &interrupt, &before);
    start_alarm(timeout_ms);
    bool done = flock(fd, LOCK_EX) == 0;
    int saved = errno == EINTR ? EAGAIN : errno;
    setitimer(ITIMER_REAL, &off, NULL);
    sigaction(SIGALRM, &before, NULL);
    errno = saved;
    return done;
}
