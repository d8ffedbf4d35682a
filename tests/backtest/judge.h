/* judge: one synthetic year as Vekha and three simple rules see it at every month end. */
#ifndef VEKHA_BACKTEST_JUDGE_H
#define VEKHA_BACKTEST_JUDGE_H

#include <stdint.h>

#include "year.h"

enum judge {
    JUDGE_VEKHA,
    JUDGE_PACING,        /* red below 0.75 of the plan to date, yellow below 0.95 */
    JUDGE_EXTRAPOLATION, /* red if A/w < T, which is R < 1 */
    JUDGE_TUNED,         /* pacing, its red edge tuned to the false alarms of Vekha */
    JUDGE_COUNT,
};

enum light { LIGHT_GREEN, LIGHT_YELLOW, LIGHT_RED };

/* The month ends (0..9, 31 October of a calendar year) at which an alarm still leaves time. */
enum { JUDGE_IN_TIME = 10, JUDGE_NO_FORECAST = -1 };

struct judgement {
    enum light lights[JUDGE_COUNT][YEAR_MONTHS];
    int32_t probability_e4[YEAR_MONTHS];      /* P of the model, or JUDGE_NO_FORECAST */
    double least_progress, least_probability; /* of the month ends in time; 2 if there is none */
};

const char *judge_name(enum judge j);

/* The simple rules get what the model allows itself: no red while w < 0.15, none once a flow has
 * its target.  tuned_edge: the red edge of JUDGE_TUNED. */
void judge(struct year *y, double tuned_edge, struct judgement *ret);

/* The first red month end in time, or YEAR_MONTHS. */
size_t judge_first_red(const enum light lights[YEAR_MONTHS]);

/* Changes of light that are taken back within two months, the last month left out. */
unsigned judge_flaps(const enum light lights[YEAR_MONTHS]);

#endif
