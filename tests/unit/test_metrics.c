/* metrics: what is counted is what is written, in the order and the form that Prometheus reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "metrics.c"

static char *written(const struct metrics *m)
{
    struct evbuffer *out = evbuffer_new();
    size_t len;
    char *text;

    assert_non_null(out);
    assert_true(metrics_write(m, out));
    len = evbuffer_get_length(out);
    text = calloc(1, len + 1);
    assert_non_null(text);
    assert_int_equal(evbuffer_remove(out, text, len), len);
    evbuffer_free(out);
    return text;
}

static void assert_line(const struct metrics *m, const char *line)
{
    char *text = written(m);

    if (!strstr(text, line))
        fail_msg("%s is not in:\n%s", line, text);
    free(text);
}

static void test_counters_and_gauges(void **state)
{
    struct metrics *m = metrics_new();

    (void)state;
    metrics_add(m, METRIC_FIGURES, 3);
    metrics_add(m, METRIC_FIGURES, 4);
    metrics_set(m, METRIC_MEMORY, 12345678901.0);
    metrics_set(m, METRIC_DATABASE_UP, 1);
    metrics_set(m, METRIC_DATABASE_UP, 0);
    assert_line(m,
                "\n# TYPE vekha_figures_received_total counter\nvekha_figures_received_total 7\n");
    assert_line(m, "\nprocess_resident_memory_bytes 12345678901\n");
    assert_line(m, "\nvekha_database_up 0\n");
    metrics_free(m);
}

/* A family is introduced once, before the first of its rows. */
static void test_families(void **state)
{
    struct metrics *m = metrics_new();
    const char *const line = "# TYPE vekha_submissions_answered_total counter\n";
    char *text = written(m), *at = strstr(text, line);

    (void)state;
    assert_non_null(at);
    assert_null(strstr(at + 1, line));
    assert_int_equal(strncmp(at + strlen(line),
                             "vekha_submissions_answered_total{answer=\"receipt\"} 0\n"
                             "vekha_submissions_answered_total{answer=\"repeat\"} 0\n",
                             100),
                     0);
    free(text);
    metrics_free(m);
}

/* A value on a bound belongs to it, one above all bounds to +Inf alone. */
static void test_histograms(void **state)
{
    struct metrics *m = metrics_new();

    (void)state;
    metrics_observe(m, HISTOGRAM_GROUP_LINES, 1);
    metrics_observe(m, HISTOGRAM_GROUP_LINES, 3);
    metrics_observe(m, HISTOGRAM_GROUP_LINES, 5);
    metrics_observe(m, HISTOGRAM_GROUP_LINES, 1e7);
    assert_line(m, "\nvekha_group_lines_bucket{le=\"1\"} 1\nvekha_group_lines_bucket{le=\"2\"} 1\n"
                   "vekha_group_lines_bucket{le=\"5\"} 3\nvekha_group_lines_bucket{le=\"10\"} 3\n");
    assert_line(m, "vekha_group_lines_bucket{le=\"500000\"} 3\n"
                   "vekha_group_lines_bucket{le=\"+Inf\"} 4\nvekha_group_lines_sum 10000009\n"
                   "vekha_group_lines_count 4\n");
    metrics_free(m);
}

static void test_times(void **state)
{
    struct metrics *m = metrics_new();

    (void)state;
    metrics_observe(m, HISTOGRAM_RECEIPT, 0.0001);
    metrics_observe(m, HISTOGRAM_RECEIPT, 0.04);
    assert_line(m, "vekha_receipt_seconds_bucket{le=\"0.0001\"} 1\n");
    assert_line(m, "vekha_receipt_seconds_bucket{le=\"0.02\"} 1\n"
                   "vekha_receipt_seconds_bucket{le=\"0.05\"} 2\n");
    metrics_observe_since(m, HISTOGRAM_RECEIPT, metrics_now());
    assert_line(m, "vekha_receipt_seconds_count 3\n");
    metrics_free(m);
}

static void test_channels(void **state)
{
    struct metrics *m = metrics_new();
    struct channel_metrics *mail = metrics_channel(m, "email"), *hook = metrics_channel(m, "hook");
    char *text;

    (void)state;
    channel_metrics_count(mail, OUTCOME_SENT, 0.004);
    channel_metrics_count(mail, OUTCOME_SENT, 0.02);
    channel_metrics_count(hook, OUTCOME_FAILED, 3);
    channel_metrics_count(hook, OUTCOME_DEAD, 3);
    assert_line(m, "\n# TYPE vekha_messages_sent_total counter\n"
                   "vekha_messages_sent_total{channel=\"email\",outcome=\"sent\"} 2\n"
                   "vekha_messages_sent_total{channel=\"email\",outcome=\"failed\"} 0\n");
    assert_line(m, "\nvekha_messages_sent_total{channel=\"hook\",outcome=\"failed\"} 1\n"
                   "vekha_messages_sent_total{channel=\"hook\",outcome=\"dead\"} 1\n");
    assert_line(m, "\nvekha_delivery_seconds_bucket{channel=\"email\",le=\"0.005\"} 1\n");
    assert_line(m, "\nvekha_delivery_seconds_sum{channel=\"email\"} 0.024");
    assert_line(m, "\nvekha_delivery_seconds_count{channel=\"email\"} 2\n");
    assert_line(m, "\nvekha_delivery_seconds_count{channel=\"hook\"} 0\n");
    for (size_t i = 2; i < METRICS_MAX_CHANNELS; i++)
        assert_non_null(metrics_channel(m, "more"));
    assert_null(metrics_channel(m, "too-many"));
    metrics_free(m);
    m = metrics_new();
    text = written(m);
    assert_null(strstr(text, "vekha_messages_sent_total"));
    free(text);
    metrics_free(m);
}

/* Nobody counts: every call is harmless. */
static void test_nobody(void **state)
{
    (void)state;
    metrics_add(NULL, METRIC_FIGURES, 1);
    metrics_set(NULL, METRIC_MEMORY, 1);
    metrics_observe(NULL, HISTOGRAM_ROUND, 1);
    metrics_observe_since(NULL, HISTOGRAM_ROUND, 0);
    channel_metrics_count(metrics_channel(NULL, "x"), OUTCOME_SENT, 1);
    metrics_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counters_and_gauges),
        cmocka_unit_test(test_families),
        cmocka_unit_test(test_histograms),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_channels),
        cmocka_unit_test(test_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
