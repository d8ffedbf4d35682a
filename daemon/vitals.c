/* vitals: see vitals.h. */
#include "vitals.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/resource.h>

struct vitals {
    struct metrics *metrics;
    struct event *timer;
    int64_t expected; /* when the timer should come, by metrics_now() */
};

static bool beat(struct vitals *v)
{
    static const struct timeval interval = {.tv_usec = VITALS_BEAT_MS * 1000};

    v->expected = metrics_now() + VITALS_BEAT_MS * 1000;
    return event_add(v->timer, &interval) == 0;
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
    struct vitals *v = arg;

    (void)fd;
    (void)what;
    metrics_observe_since(v->metrics, HISTOGRAM_LOOP, v->expected);
    (void)beat(v);
}

struct vitals *vitals_new(struct event_base *base, struct metrics *metrics)
{
    struct vitals *v = calloc(1, sizeof *v);

    if (!v)
        return NULL;
    v->metrics = metrics;
    v->timer = evtimer_new(base, on_timer, v);
    if (!v->timer || !beat(v)) {
        vitals_free(v);
        return NULL;
    }
    metrics_set(metrics, METRIC_BUILD, 1);
    metrics_set(metrics, METRIC_START, (double)time(NULL));
    return v;
}

void vitals_free(struct vitals *v)
{
    if (!v)
        return;
    if (v->timer)
        event_free(v->timer);
    free(v);
}

bool vitals_descriptors(long *ret_open, long *ret_limit)
{
    struct rlimit limit;
    DIR *all = opendir("/proc/self/fd");

    *ret_open = -3; /* . and .. and the folder itself */
    while (all && readdir(all))
        ++*ret_open;
    if (all)
        closedir(all);
    if (!all || getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return false;
    *ret_limit = limit.rlim_cur < LONG_MAX ? (long)limit.rlim_cur : LONG_MAX;
    return true;
}

static void refresh_descriptors(struct metrics *m)
{
    long open, limit;

    if (!vitals_descriptors(&open, &limit))
        return;
    metrics_set(m, METRIC_FDS, (double)open);
    metrics_set(m, METRIC_MAX_FDS, (double)limit);
}

/* /proc/self/statm: all pages, resident pages, … */
static void refresh_memory(struct metrics *m)
{
    FILE *file = fopen("/proc/self/statm", "re");
    char line[128], *rest = NULL;

    if (file && fgets(line, sizeof line, file))
        rest = strchr(line, ' ');
    if (rest)
        metrics_set(m, METRIC_MEMORY,
                    (double)strtoul(rest, NULL, 10) * (double)sysconf(_SC_PAGESIZE));
    if (file)
        fclose(file);
}

void vitals_refresh(struct vitals *v)
{
    struct timespec used;

    refresh_descriptors(v->metrics);
    refresh_memory(v->metrics);
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) == 0)
        metrics_set(v->metrics, METRIC_CPU, (double)used.tv_sec + (double)used.tv_nsec / 1e9);
}
