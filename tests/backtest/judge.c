/* judge: the model is asked through assess() alone, the simple rules are a line each. */
#include "judge.h"

#include <math.h>

#include "model/assess.h"

static const double early_share = 0.15, never = 2;

static const struct {
    const char *name;
    double red, green; /* edges of R */
} judges[] = {
    [JUDGE_VEKHA] = {"vekha", 0, 0},
    [JUDGE_PACING] = {"pacing", 0.75, 0.95},
    [JUDGE_EXTRAPOLATION] = {"extrapolation", 1, 1},
    [JUDGE_TUNED] = {"tuned", 0, 0.95},
};

const char *judge_name(enum judge j)
{
    return judges[j].name;
}

static enum light light_of(enum status status)
{
    switch (status) {
    case STATUS_LAGGING:
    case STATUS_MISSED:
        return LIGHT_RED;
    case STATUS_AT_RISK:
        return LIGHT_YELLOW;
    default:
        return LIGHT_GREEN;
    }
}

static void ask_simple_rules(double progress, size_t month, double tuned_edge,
                             struct judgement *ret)
{
    for (enum judge j = JUDGE_PACING; j < JUDGE_COUNT; j++) {
        double red = j == JUDGE_TUNED ? tuned_edge : judges[j].red;
        double green = fmax(red, judges[j].green);

        ret->lights[j][month] = progress < red     ? LIGHT_RED
                                : progress < green ? LIGHT_YELLOW
                                                   : LIGHT_GREEN;
    }
}

/* R in floating point; where a simple rule has nothing to say, more than any edge. */
static double progress_of(const struct year *y, size_t month, double fact)
{
    double w = year_planned(y, month);

    if (w < early_share || (y->series.kind == KIND_FLOW && fact >= y->target))
        return never;
    return (fact - y->base) / ((y->target - y->base) * w);
}

static void ask_model(const struct year *y, size_t month, struct judgement *ret)
{
    struct assessment a;

    assess(&y->series, &a);
    ret->lights[JUDGE_VEKHA][month] = light_of(a.status);
    ret->probability_e4[month] = a.has_forecast ? a.probability_e4 : JUDGE_NO_FORECAST;
}

void judge(struct year *y, double tuned_edge, struct judgement *ret)
{
    ret->least_progress = ret->least_probability = never;
    for (size_t m = 0; m < YEAR_MONTHS; m++) {
        double progress = progress_of(y, m, year_show(y, m));

        ask_model(y, m, ret);
        ask_simple_rules(progress, m, tuned_edge, ret);
        if (m >= JUDGE_IN_TIME)
            continue;
        ret->least_progress = fmin(ret->least_progress, progress);
        if (ret->probability_e4[m] != JUDGE_NO_FORECAST)
            ret->least_probability = fmin(ret->least_probability, ret->probability_e4[m] / 10000.0);
    }
}

size_t judge_first_red(const enum light lights[YEAR_MONTHS])
{
    for (size_t m = 0; m < JUDGE_IN_TIME; m++)
        if (lights[m] == LIGHT_RED)
            return m;
    return YEAR_MONTHS;
}

unsigned judge_flaps(const enum light lights[YEAR_MONTHS])
{
    unsigned flaps = 0;

    for (size_t m = 1; m + 2 < YEAR_MONTHS; m++) {
        bool changed = lights[m] != lights[m - 1];
        bool back = lights[m + 1] == lights[m - 1] ||
                    (m + 3 < YEAR_MONTHS && lights[m + 2] == lights[m - 1]);

        flaps += changed && back;
    }
    return flaps;
}
