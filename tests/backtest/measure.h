/* measure: how often the judges were right: counts over many years, and the rates made of them. */
#ifndef VEKHA_BACKTEST_MEASURE_H
#define VEKHA_BACKTEST_MEASURE_H

#include <stdbool.h>

#include "judge.h"

enum { MEASURE_BINS = 10, MEASURE_EDGES = 151 }; /* edges of a curve: 0.00, 0.01 … 1.50 */

/* One judge over the years of one kind, or of all. */
struct score {
    unsigned years, missed;
    unsigned found, false_red;         /* red in time: of the missed, of the met */
    unsigned standing, false_standing; /* of these, red at the last month end in time */
    unsigned flaps;
    unsigned both;             /* missed years that both this judge and Vekha found */
    unsigned lead, vekha_lead; /* months from the first red to the year's end, summed over `both` */
};

/* P against what came true, over the month ends in time. */
struct calibration {
    unsigned n[MEASURE_BINS], met[MEASURE_BINS];
    double p[MEASURE_BINS], squares; /* sums */
};

/* Years that a rule "red if ever below the edge" would find. */
struct curve {
    unsigned found[MEASURE_EDGES], false_red[MEASURE_EDGES];
};

enum { CURVE_PROBABILITY, CURVE_PROGRESS, CURVE_COUNT };

struct measure {
    struct score scores[YEAR_KINDS][JUDGE_COUNT];
    struct calibration calibrations[YEAR_KINDS];
    struct curve curves[CURVE_COUNT];
};

void measure_add(struct measure *m, size_t kind, bool met, const struct judgement *j);

/* Over all kinds. */
struct score measure_total(const struct measure *m, enum judge j);
struct calibration measure_forecasts(const struct measure *m);

double measure_ratio(double part, double all);   /* 0 of nothing is 0 */
double measure_found(const struct score *s);     /* of the missed, 0..1 */
double measure_false_red(const struct score *s); /* of the met, 0..1 */
double measure_edge(size_t i);

/* The highest red edge of R with no more false alarms than Vekha has. */
double measure_tune(const struct measure *m);

/* Mean square error of P, and of always saying how many plans are met on the whole. */
double measure_brier(const struct calibration *c);
double measure_brier_of_rate(const struct calibration *c);

#endif
