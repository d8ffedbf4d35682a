/* backtest: what the model's alarms are worth on synthetic years, beside the rules one would use
 * without it.  Prints NAME VALUE UNIT and a table per kind of year; the same values and the curves
 * go to a JSON file.
 *
 * Tuning and reporting never see the same seed. */
#include <stdio.h>
#include <stdlib.h>

#include "measure.h"

enum { TUNING_SEED = 1, REPORTING_SEED = 1000001, MAX_SEEDS = 100000, NAME_MAX_BYTES = 80 };

static const enum plan_shape shapes[] = {SHAPE_LINEAR, SHAPE_POINTS};
static const char *const curve_names[CURVE_COUNT] = {"probability", "progress"};

struct run {
    FILE *json;
    unsigned seeds;
    bool begun; /* the JSON object has a member */
    const char *shape;
};

static void keep(struct run *run, const char *name, double value, const char *unit)
{
    fprintf(run->json, "%s\n \"%s\": {\"value\": %.6g, \"unit\": \"%s\"}", run->begun ? "," : "{",
            name, value, unit);
    run->begun = true;
}

/* One figure, for people and for the file; `of` is the judge or the part it speaks of. */
static void say(struct run *run, const char *of, const char *what, double value, const char *unit)
{
    char name[NAME_MAX_BYTES];

    snprintf(name, sizeof(name), "%s.%s.%s", run->shape, of, what);
    printf("%s %.3f %s\n", name, value, unit);
    keep(run, name, value, unit);
}

/* The same where only a plot will look at it. */
static void keep_at(struct run *run, const char *of, size_t i, const char *what, double value)
{
    char name[NAME_MAX_BYTES];

    snprintf(name, sizeof(name), "%s.%s.%zu.%s", run->shape, of, i, what);
    keep(run, name, value, "share");
}

static void say_scores(struct run *run, const struct measure *m)
{
    for (enum judge j = 0; j < JUDGE_COUNT; j++) {
        struct score s = measure_total(m, j);
        const char *name = judge_name(j);

        say(run, name, "missed_red", 100 * measure_found(&s), "%");
        say(run, name, "false_red", 100 * measure_false_red(&s), "%");
        say(run, name, "missed_red_at_last", 100 * measure_ratio(s.standing, s.missed), "%");
        say(run, name, "false_red_at_last",
            100 * measure_ratio(s.false_standing, s.years - s.missed), "%");
        say(run, name, "reds_that_missed", 100 * measure_ratio(s.found, s.found + s.false_red),
            "%");
        say(run, name, "flaps", measure_ratio(s.flaps, s.years), "per_year");
        say(run, name, "lead_where_both", measure_ratio(s.lead, s.both), "months");
        say(run, name, "vekha_lead_there", measure_ratio(s.vekha_lead, s.both), "months");
    }
}

static void say_forecast(struct run *run, const struct calibration *c)
{
    double brier = measure_brier(c), rate = measure_brier_of_rate(c);

    say(run, "forecast", "brier", brier, "score");
    say(run, "forecast", "brier_of_base_rate", rate, "score");
    say(run, "forecast", "brier_skill", 1 - measure_ratio(brier, rate), "share");
    for (size_t bin = 0; bin < MEASURE_BINS; bin++) {
        char name[NAME_MAX_BYTES];

        snprintf(name, sizeof(name), "calibration.%zu", bin);
        say(run, name, "said", measure_ratio(c->p[bin], c->n[bin]), "share");
        say(run, name, "came", measure_ratio(c->met[bin], c->n[bin]), "share");
        say(run, name, "forecasts", c->n[bin], "count");
    }
}

static void keep_curves(struct run *run, const struct measure *m)
{
    struct score all = measure_total(m, JUDGE_VEKHA);

    for (size_t k = 0; k < CURVE_COUNT; k++) {
        for (size_t i = 0; i < MEASURE_EDGES; i++) {
            const struct curve *c = &m->curves[k];

            keep_at(run, curve_names[k], i, "found", measure_ratio(c->found[i], all.missed));
            keep_at(run, curve_names[k], i, "false_red",
                    measure_ratio(c->false_red[i], all.years - all.missed));
        }
    }
}

/* Per kind: plans missed, and for each judge missed plans red and met plans red, in per cent. */
static void print_table(const struct measure *m, const char *shape)
{
    printf("\n%-15s %6s", shape, "missed");
    for (enum judge j = 0; j < JUDGE_COUNT; j++)
        printf("  %13s", judge_name(j));
    printf("  Brier\n%-15s %6s", "", "%");
    for (enum judge j = 0; j < JUDGE_COUNT; j++)
        printf("  %6s %6s", "found", "false");
    printf("  of P  of rate  P < 0.1 came true");
    for (size_t kind = 0; kind < YEAR_KINDS; kind++) {
        const struct score *s = m->scores[kind];
        const struct calibration *c = &m->calibrations[kind];

        printf("\n%-15s %6.0f", year_kind_name(kind), 100 * measure_ratio(s->missed, s->years));
        for (enum judge j = 0; j < JUDGE_COUNT; j++)
            printf("  %6.0f %6.0f", 100 * measure_found(&s[j]), 100 * measure_false_red(&s[j]));
        printf("  %.3f %.3f", measure_brier(c), measure_brier_of_rate(c));
        printf("  %8.0f %%", 100 * measure_ratio(c->met[0], c->n[0]));
    }
    printf("\n\n");
}

static void go_through(unsigned first_seed, unsigned seeds, enum plan_shape shape,
                       double tuned_edge, struct measure *ret)
{
    static struct year y;
    struct judgement j;

    *ret = (struct measure){0};
    for (size_t kind = 0; kind < YEAR_KINDS; kind++) {
        for (unsigned i = 0; i < seeds; i++) {
            year_make(&y, kind, first_seed + i);
            year_shape(&y, shape);
            judge(&y, tuned_edge, &j);
            measure_add(ret, kind, y.met, &j);
        }
    }
}

static void run_shape(struct run *run, enum plan_shape shape)
{
    static struct measure m;
    double edge;
    struct score all;
    struct calibration forecasts;

    run->shape = plan_shape_name(shape);
    go_through(TUNING_SEED, run->seeds, shape, 0, &m);
    edge = measure_tune(&m);
    go_through(REPORTING_SEED, run->seeds, shape, edge, &m);
    all = measure_total(&m, JUDGE_VEKHA);
    say(run, "all", "years", all.years, "count");
    say(run, "all", "missed", 100 * measure_ratio(all.missed, all.years), "%");
    say(run, "tuned", "red_edge", edge, "of_plan");
    say_scores(run, &m);
    forecasts = measure_forecasts(&m);
    say_forecast(run, &forecasts);
    keep_curves(run, &m);
    print_table(&m, run->shape);
}

int main(int argc, char **argv)
{
    struct run run = {.seeds = argc == 3 ? (unsigned)strtoul(argv[1], NULL, 10) : 0};

    if (run.seeds == 0 || run.seeds > MAX_SEEDS) {
        fprintf(stderr, "usage: backtest SEEDS FILE.json, with 1 to %d seeds\n", MAX_SEEDS);
        return 2;
    }
    run.json = fopen(argv[2], "w");
    if (!run.json) {
        perror(argv[2]);
        return 1;
    }
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
        run_shape(&run, shapes[i]);
    fprintf(run.json, "\n}\n");
    if (fclose(run.json) != 0) {
        perror(argv[2]);
        return 1;
    }
    return 0;
}
