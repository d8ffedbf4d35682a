/* metrics: see metrics.h. */
#include "metrics.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct metric_row {
    const char *type, *family, *labels, *help;
};

#define METRIC_ROW(id, type, family, labels, help) [METRIC_##id] = {#type, family, labels, help},
static const struct metric_row rows[METRIC_COUNT] = {METRICS_TABLE(METRIC_ROW)};
#undef METRIC_ROW

#define HISTOGRAM_ROW(id, name, unit, help) [HISTOGRAM_##id] = {name, help, unit},
static const struct {
    const char *name, *help;
    double unit;
} histograms[HISTOGRAM_COUNT] = {HISTOGRAMS_TABLE(HISTOGRAM_ROW)};
#undef HISTOGRAM_ROW

struct histogram_values {
    uint64_t counts[HISTOGRAM_BOUNDS + 1]; /* the last is of what is above all bounds */
    double sum;
};

struct metrics {
    double values[METRIC_COUNT];
    struct histogram_values histograms[HISTOGRAM_COUNT];
    double bounds[HISTOGRAM_BOUNDS]; /* in units */
};

struct metrics *metrics_new(void)
{
    static const double steps[] = {1, 2, 5};
    struct metrics *m = calloc(1, sizeof *m);
    double decade = 1;

    for (size_t i = 0; m && i < HISTOGRAM_BOUNDS; i++) {
        m->bounds[i] = steps[i % 3] * decade;
        decade *= i % 3 == 2 ? 10 : 1;
    }
    return m;
}

void metrics_free(struct metrics *m)
{
    free(m);
}

void metrics_add(struct metrics *m, enum metric id, uint64_t n)
{
    if (m)
        m->values[id] += (double)n;
}

void metrics_set(struct metrics *m, enum metric id, double value)
{
    if (m)
        m->values[id] = value;
}

void metrics_observe(struct metrics *m, enum histogram id, double value)
{
    struct histogram_values *h;
    size_t i = 0;

    if (!m)
        return;
    h = &m->histograms[id];
    while (i < HISTOGRAM_BOUNDS && value > m->bounds[i] * histograms[id].unit)
        i++;
    h->counts[i]++;
    h->sum += value;
}

int64_t metrics_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

void metrics_observe_since(struct metrics *m, enum histogram id, int64_t start_us)
{
    if (m)
        metrics_observe(m, id, (double)(metrics_now() - start_us) / 1e6);
}

/* --- as text --- */

static bool write_head(struct evbuffer *out, const char *name, const char *help, const char *type)
{
    return evbuffer_add_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type) >= 0;
}

static bool write_metric(const struct metrics *m, enum metric id, struct evbuffer *out)
{
    const struct metric_row *row = &rows[id];
    bool first = id == 0 || strcmp(rows[id - 1].family, row->family) != 0, labels = *row->labels;

    return (!first || write_head(out, row->family, row->help, row->type)) &&
           evbuffer_add_printf(out, "%s%s%s%s %.17g\n", row->family, labels ? "{" : "", row->labels,
                               labels ? "}" : "", m->values[id]) >= 0;
}

static bool write_histogram(const struct metrics *m, enum histogram id, struct evbuffer *out)
{
    const struct histogram_values *h = &m->histograms[id];
    const char *name = histograms[id].name;
    uint64_t below = 0;
    bool good = write_head(out, name, histograms[id].help, "histogram");

    for (size_t i = 0; good && i < HISTOGRAM_BOUNDS; i++) {
        below += h->counts[i];
        good =
            evbuffer_add_printf(out, "%s_bucket{le=\"%.15g\"} %llu\n", name,
                                m->bounds[i] * histograms[id].unit, (unsigned long long)below) >= 0;
    }
    below += h->counts[HISTOGRAM_BOUNDS];
    return good &&
           evbuffer_add_printf(out, "%s_bucket{le=\"+Inf\"} %llu\n%s_sum %.17g\n%s_count %llu\n",
                               name, (unsigned long long)below, name, h->sum, name,
                               (unsigned long long)below) >= 0;
}

bool metrics_write(const struct metrics *m, struct evbuffer *out)
{
    bool good = true;

    for (int id = 0; good && id < METRIC_COUNT; id++)
        good = write_metric(m, (enum metric)id, out);
    for (int id = 0; good && id < HISTOGRAM_COUNT; id++)
        good = write_histogram(m, (enum histogram)id, out);
    return good;
}
