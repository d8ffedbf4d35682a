/* workdays: a working-day calendar: Monday to Friday are worked, but for the days that the data
 * name.  A year without any data is counted from Monday to Friday; `vekhactl doctor` says so. */
#ifndef VEKHA_MODEL_WORKDAYS_H
#define VEKHA_MODEL_WORKDAYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/date.h"
#include "model/series.h"

enum { WORKDAYS_MAX_DAYS = 6000 }; /* of one calendar: thirty years of them */

/* A day that differs from Monday to Friday: a holiday, or a Saturday that is worked. */
struct workday {
    date_t day;
    bool working;
};

struct workdays {
    int32_t id;
    char code[SERIES_CODE_MAX];
    size_t n, room;
    struct workday *days; /* by day, each once */
};

void workdays_finish(struct workdays *w); /* frees the days */

/* Adds a day; false if it is not after the last one, there are WORKDAYS_MAX_DAYS, or memory does
 * not suffice. */
bool workdays_add(struct workdays *w, struct workday day) __attribute__((warn_unused_result));

bool workdays_is_working(const struct workdays *w, date_t d);

/* The n-th working day after a day, n >= 1: the next one for 1. */
date_t workdays_after(const struct workdays *w, date_t d, int n);

#endif
