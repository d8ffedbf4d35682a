/* kit: what the measuring programs share: the figures that are played, a clock, the way results are
 * told.  Nothing of it is random: what was sent can be computed again to compare it with what is
 * stored. */
#ifndef VEKHA_BENCH_KIT_H
#define VEKHA_BENCH_KIT_H

#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "base/period.h"

enum {
    PLAY_DAYS = 360,
    PLAY_VERSIONS = 10,
    PLAY_REPEATS = 100,
    PLAY_SPREAD = 100,
    PLAY_CODE_MAX = 16
};

/* One version of one figure: organisation and indicator are the numbers in their codes. */
struct played {
    size_t organisation, indicator, day;
    unsigned version; /* below PLAY_VERSIONS */
};

date_t play_day(size_t day);         /* day 0: see kit.c; below PLAY_DAYS */
period_t play_period(size_t day);    /* that day as a period */
size_t play_day_of(period_t period); /* back again; PLAY_DAYS if it is none that is played */

/* The value: a mix of the seed and the key; its last digit is the version, so that a correction is
 * never equal to what it corrects. */
int64_t play_value(uint64_t seed, const struct played *p);

double kit_seconds(void); /* monotonic */

/* Ends the program with a sentence. */
_Noreturn void kit_die(const char *what);

/* A number from the command line between least and most; the program ends if it is none. */
size_t kit_number(const char *text, size_t least, size_t most);

/* Prints NAME VALUE UNIT. */
void kit_tell(const char *name, const char *what, double value, const char *unit);

/* Sorts n > 0 latencies in seconds and prints their p50, p99 and p99.9 in milliseconds. */
void kit_tell_latencies(const char *name, double *latencies, size_t n);

#endif
