/* service: keeps sd_notify's protocol in one place. */
#include "service.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <systemd/sd-daemon.h>
#include <time.h>

#include "log.h"

enum { STATUS_MAX = 256, US_PER_S = 1000000 };

struct service {
    struct event *feed;
    service_progress_fn *progress;
    void *arg;
    unsigned idle; /* looks in a row without progress */
    bool ready;
};

/* A timer of the loop, among its other events: it stands still if the loop does.  One look without
 * progress may have met the moment between two groups. */
static void feed(evutil_socket_t fd, short what, void *arg)
{
    struct service *s = arg;
    (void)fd;
    (void)what;
    s->idle = s->progress(s->arg) ? 0 : s->idle + 1;
    if (s->idle <= 1)
        sd_notify(0, "WATCHDOG=1");
    else
        log_warning("somebody waits, and nothing is done about it: the watchdog is not fed");
}

struct service *service_new(struct event_base *base, service_progress_fn *progress, void *arg)
{
    uint64_t limit_us;
    struct service *s = calloc(1, sizeof *s);
    if (s != NULL)
        *s = (struct service){.progress = progress, .arg = arg};
    if (s == NULL || sd_watchdog_enabled(0, &limit_us) <= 0)
        return s;
    uint64_t third = limit_us / 3;
    struct timeval every = {.tv_sec = (time_t)(third / US_PER_S),
                            .tv_usec = (suseconds_t)(third % US_PER_S)};
    s->feed = event_new(base, -1, EV_PERSIST, feed, s);
    if (s->feed == NULL || event_add(s->feed, &every) != 0) {
        log_error("no timer for the watchdog: out of memory");
        service_free(s);
        return NULL;
    }
    return s;
}

void service_free(struct service *s)
{
    if (s == NULL)
        return;
    if (s->feed != NULL)
        event_free(s->feed);
    free(s);
}

void service_ready(struct service *s)
{
    if (!s->ready)
        sd_notify(0, "READY=1");
    s->ready = true;
}

void service_status(const char *format, ...)
{
    char text[STATUS_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    sd_notifyf(0, "STATUS=%s", text);
}

void service_reloading(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64,
               (uint64_t)now.tv_sec * US_PER_S + (uint64_t)now.tv_nsec / 1000);
}

void service_reloaded(void)
{
    sd_notify(0, "READY=1");
}

void service_stopping(void)
{
    sd_notify(0, "STOPPING=1\nSTATUS=Stopping: answering what was taken");
}
