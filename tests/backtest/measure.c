/* measure: sums only; every rate is made at the end. */
#include "measure.h"

static void add_score(struct score *s, bool met, const enum light lights[YEAR_MONTHS],
                      size_t vekha_red)
{
    size_t red = judge_first_red(lights);

    s->years++;
    s->missed += !met;
    s->flaps += judge_flaps(lights);
    if (red == YEAR_MONTHS)
        return;
    s->found += !met;
    s->false_red += met;
    s->standing += !met && lights[JUDGE_IN_TIME - 1] == LIGHT_RED;
    s->false_standing += met && lights[JUDGE_IN_TIME - 1] == LIGHT_RED;
    if (!met && vekha_red < YEAR_MONTHS) {
        s->both++;
        s->lead += (unsigned)(YEAR_MONTHS - 1 - red);
        s->vekha_lead += (unsigned)(YEAR_MONTHS - 1 - vekha_red);
    }
}

static void add_forecast(struct calibration *c, bool met, int32_t probability_e4)
{
    double p = probability_e4 / 10000.0, error = p - met;
    int bin = probability_e4 * MEASURE_BINS / 10000;

    if (bin == MEASURE_BINS)
        bin--;
    c->n[bin]++;
    c->met[bin] += met;
    c->p[bin] += p;
    c->squares += error * error;
}

static void add_edges(struct curve *c, bool met, double least)
{
    for (size_t i = 0; i < MEASURE_EDGES; i++) {
        c->found[i] += !met && least < measure_edge(i);
        c->false_red[i] += met && least < measure_edge(i);
    }
}

void measure_add(struct measure *m, size_t kind, bool met, const struct judgement *j)
{
    size_t vekha_red = judge_first_red(j->lights[JUDGE_VEKHA]);

    for (enum judge k = 0; k < JUDGE_COUNT; k++)
        add_score(&m->scores[kind][k], met, j->lights[k], vekha_red);
    for (size_t month = 0; month < JUDGE_IN_TIME; month++)
        if (j->probability_e4[month] != JUDGE_NO_FORECAST)
            add_forecast(&m->calibrations[kind], met, j->probability_e4[month]);
    add_edges(&m->curves[CURVE_PROBABILITY], met, j->least_probability);
    add_edges(&m->curves[CURVE_PROGRESS], met, j->least_progress);
}

struct score measure_total(const struct measure *m, enum judge j)
{
    struct score all = {0};

    for (size_t kind = 0; kind < YEAR_KINDS; kind++) {
        const struct score *s = &m->scores[kind][j];

        all.years += s->years;
        all.missed += s->missed;
        all.found += s->found;
        all.false_red += s->false_red;
        all.standing += s->standing;
        all.false_standing += s->false_standing;
        all.flaps += s->flaps;
        all.both += s->both;
        all.lead += s->lead;
        all.vekha_lead += s->vekha_lead;
    }
    return all;
}

struct calibration measure_forecasts(const struct measure *m)
{
    struct calibration all = {0};

    for (size_t kind = 0; kind < YEAR_KINDS; kind++) {
        const struct calibration *c = &m->calibrations[kind];

        all.squares += c->squares;
        for (size_t bin = 0; bin < MEASURE_BINS; bin++) {
            all.n[bin] += c->n[bin];
            all.met[bin] += c->met[bin];
            all.p[bin] += c->p[bin];
        }
    }
    return all;
}

double measure_ratio(double part, double all)
{
    return all > 0 ? part / all : 0;
}

double measure_found(const struct score *s)
{
    return measure_ratio(s->found, s->missed);
}

double measure_false_red(const struct score *s)
{
    return measure_ratio(s->false_red, s->years - s->missed);
}

double measure_edge(size_t i)
{
    return (double)i / 100;
}

double measure_tune(const struct measure *m)
{
    struct score ours = measure_total(m, JUDGE_VEKHA);
    size_t i = MEASURE_EDGES - 1;

    while (i > 0 && m->curves[CURVE_PROGRESS].false_red[i] > ours.false_red)
        i--;
    return measure_edge(i);
}

/* Forecasts, and those that came true. */
static void count(const struct calibration *c, double *ret_n, double *ret_met)
{
    *ret_n = *ret_met = 0;
    for (size_t bin = 0; bin < MEASURE_BINS; bin++) {
        *ret_n += c->n[bin];
        *ret_met += c->met[bin];
    }
}

double measure_brier(const struct calibration *c)
{
    double n, met;

    count(c, &n, &met);
    return measure_ratio(c->squares, n);
}

double measure_brier_of_rate(const struct calibration *c)
{
    double n, met, rate;

    count(c, &n, &met);
    rate = measure_ratio(met, n);
    return rate * (1 - rate);
}
