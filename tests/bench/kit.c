#include "kit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { VALUES = 100000 };

/* Of this month a year ago: near enough that nothing is warned of for its age. */
static date_t first_day(void)
{
    struct civil today = date_civil(date_of(1970, 1, 1) + (date_t)(time(NULL) / 86400));
    return date_of(today.year - 1, today.month, 1);
}

date_t play_day(size_t day)
{
    return first_day() + (date_t)day;
}

period_t play_period(size_t day)
{
    date_t at = play_day(day);
    int year = date_civil(at).year;
    return year * 1000 + 101 + at - date_of(year, 1, 1);
}

size_t play_day_of(period_t period)
{
    int part = period % 1000;
    date_t at = date_of(period / 1000, 1, 1) + part - 101;
    return part > 100 && at >= first_day() && at < play_day(PLAY_DAYS) ? (size_t)(at - first_day())
                                                                       : PLAY_DAYS;
}

/* The finalizer of splitmix64: every bit of the key moves every bit of the value. */
static uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

int64_t play_value(uint64_t seed, const struct played *p)
{
    uint64_t x = mix(mix(mix(seed ^ p->organisation) ^ p->indicator) ^ p->day);
    return (int64_t)(x % VALUES) * PLAY_VERSIONS + p->version;
}

double kit_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

_Noreturn void kit_die(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

size_t kit_number(const char *text, size_t least, size_t most)
{
    char *end;
    errno = 0;
    unsigned long n = strtoul(text, &end, 10);
    if (errno || end == text || *end || n < least || n > most) {
        fprintf(stderr, "bench: %s is no number from %zu to %zu\n", text, least, most);
        exit(2);
    }
    return n;
}

void kit_tell(const char *name, const char *what, double value, const char *unit)
{
    printf("%s_%s %.3f %s\n", name, what, value, unit);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void kit_tell_latencies(const char *name, double *latencies, size_t n)
{
    static const struct {
        const char *what;
        size_t per_mille;
    } quantiles[] = {{"p50", 500}, {"p99", 990}, {"p999", 999}};
    qsort(latencies, n, sizeof *latencies, by_size);
    for (size_t i = 0; i < sizeof quantiles / sizeof *quantiles; i++)
        kit_tell(name, quantiles[i].what, latencies[n * quantiles[i].per_mille / 1000] * 1e3, "ms");
}
