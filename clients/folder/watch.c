/* watch: see watch.h. */
#include "folder/watch.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/inotify.h>
#endif

enum { MS_PER_S = 1000, NS_PER_MS = 1000000 };

struct watch {
    int fd; /* of inotify; -1: there is none */
};

struct watch *watch_new(void)
{
    struct watch *w = calloc(1, sizeof *w);
    if (w == NULL)
        return NULL;
    w->fd = -1;
#ifdef __linux__
    w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (w->fd < 0) {
        free(w);
        return NULL;
    }
#endif
    return w;
}

void watch_free(struct watch *w)
{
    if (w != NULL && w->fd >= 0)
        close(w->fd);
    free(w);
}

bool watch_add(struct watch *w, const char *path)
{
#ifdef __linux__
    const uint32_t events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_ONLYDIR;
    return inotify_add_watch(w->fd, path, events) >= 0;
#else
    (void)w;
    (void)path;
    return true;
#endif
}

/* What has happened is seen by looking; that it has is enough. */
static void drain(const struct watch *w)
{
    char events[4096];
    while (read(w->fd, events, sizeof events) > 0)
        ;
}

bool watch_wait(struct watch *w, int timeout_ms, const sigset_t *mask)
{
    const struct timespec timeout = {timeout_ms / MS_PER_S,
                                     (long)(timeout_ms % MS_PER_S) * NS_PER_MS};
    struct pollfd p = {.fd = w->fd, .events = POLLIN};
    bool changed = ppoll(&p, w->fd >= 0 ? 1 : 0, &timeout, mask) > 0;
    if (changed)
        drain(w);
    return changed;
}
