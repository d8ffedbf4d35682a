/* metrics: see metrics.h. */
#include "metrics.h"

#include <stdbool.h>
#include <stdio.h>
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

struct channel_metrics {
    const struct metrics *of;
    const char *name;
    double outcomes[OUTCOME_COUNT];
    struct histogram_values seconds;
};

#define OUTCOME_ROW(id, label) [OUTCOME_##id] = (label),
static const char *const outcome_labels[OUTCOME_COUNT] = {METRICS_OUTCOMES(OUTCOME_ROW)};
#undef OUTCOME_ROW

static const char SENT[] = "vekha_messages_sent_total", DELIVERY[] = "vekha_delivery_seconds";
static const double DELIVERY_UNIT = 1e-3;

struct metrics {
    size_t n_channels;
    struct channel_metrics channels[METRICS_MAX_CHANNELS];
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

static void observe(const struct metrics *m, struct histogram_values *h, double unit, double value)
{
    size_t i = 0;

    while (i < HISTOGRAM_BOUNDS && value > m->bounds[i] * unit)
        i++;
    h->counts[i]++;
    h->sum += value;
}

void metrics_observe(struct metrics *m, enum histogram id, double value)
{
    if (m)
        observe(m, &m->histograms[id], histograms[id].unit, value);
}

struct channel_metrics *metrics_channel(struct metrics *m, const char *name)
{
    struct channel_metrics *c;

    if (!m || m->n_channels == METRICS_MAX_CHANNELS)
        return NULL;
    c = &m->channels[m->n_channels++];
    *c = (struct channel_metrics){.of = m, .name = name};
    return c;
}

void channel_metrics_count(struct channel_metrics *c, enum metrics_outcome outcome, double seconds)
{
    if (!c)
        return;
    c->outcomes[outcome]++;
    if (outcome == OUTCOME_SENT)
        observe(c->of, &c->seconds, DELIVERY_UNIT, seconds);
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

/* Buckets, sum and count; `labels` is "" or ends with a comma. */
static bool write_values(const struct metrics *m, const struct histogram_values *h, double unit,
                         const char *name, const char *labels, struct evbuffer *out)
{
    int len = (int)strlen(labels) - (*labels ? 1 : 0);
    const char *open = *labels ? "{" : "", *close = *labels ? "}" : "";
    uint64_t below = 0;
    bool good = true;

    for (size_t i = 0; good && i < HISTOGRAM_BOUNDS; i++) {
        below += h->counts[i];
        good = evbuffer_add_printf(out, "%s_bucket{%sle=\"%.15g\"} %llu\n", name, labels,
                                   m->bounds[i] * unit, (unsigned long long)below) >= 0;
    }
    below += h->counts[HISTOGRAM_BOUNDS];
    return good && evbuffer_add_printf(out,
                                       "%s_bucket{%sle=\"+Inf\"} %llu\n%s_sum%s%.*s%s %.17g\n"
                                       "%s_count%s%.*s%s %llu\n",
                                       name, labels, (unsigned long long)below, name, open, len,
                                       labels, close, h->sum, name, open, len, labels, close,
                                       (unsigned long long)below) >= 0;
}

static bool write_histogram(const struct metrics *m, enum histogram id, struct evbuffer *out)
{
    const char *name = histograms[id].name;

    return write_head(out, name, histograms[id].help, "histogram") &&
           write_values(m, &m->histograms[id], histograms[id].unit, name, "", out);
}

static bool write_channels_sent(const struct metrics *m, struct evbuffer *out)
{
    bool good = write_head(out, SENT, "Attempts to send messages to people.", "counter");

    for (size_t i = 0; good && i < m->n_channels; i++)
        for (int o = 0; good && o < OUTCOME_COUNT; o++)
            good = evbuffer_add_printf(out, "%s{channel=\"%s\",outcome=\"%s\"} %.17g\n", SENT,
                                       m->channels[i].name, outcome_labels[o],
                                       m->channels[i].outcomes[o]) >= 0;
    return good;
}

static bool write_channels_seconds(const struct metrics *m, struct evbuffer *out)
{
    char labels[128];
    bool good =
        write_head(out, DELIVERY, "From a message written to its receiver's answer.", "histogram");

    for (size_t i = 0; good && i < m->n_channels; i++) {
        snprintf(labels, sizeof labels, "channel=\"%s\",", m->channels[i].name);
        good = write_values(m, &m->channels[i].seconds, DELIVERY_UNIT, DELIVERY, labels, out);
    }
    return good;
}

bool metrics_write(const struct metrics *m, struct evbuffer *out)
{
    bool good = true;

    for (int id = 0; good && id < METRIC_COUNT; id++)
        good = write_metric(m, (enum metric)id, out);
    for (int id = 0; good && id < HISTOGRAM_COUNT; id++)
        good = write_histogram(m, (enum histogram)id, out);
    if (m->n_channels == 0) /* a family without a value is none */
        return good;
    return good && write_channels_sent(m, out) && write_channels_seconds(m, out);
}
