/* metrics: what the daemon counts of itself, in memory: one table of counters and gauges, one of
 * histograms.  Adding one is adding a row.
 *
 * Written as Prometheus text (exposition format 0.0.4); the names of time end in _seconds, of counters in
 * _total.  Every function takes NULL for "nobody counts". */
#ifndef VEKHA_METRICS_H
#define VEKHA_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <event2/buffer.h>

struct metrics;

/* X(id, type, family, labels, help): rows of one family stand together and have the same help. */
#define METRICS_TABLE(X)                                                                           \
    X(BUILD, gauge, "vekha_build_info", "version=\"" VEKHA_VERSION "\"",                           \
      "The version that runs; always 1.")                                                          \
    X(START, gauge, "process_start_time_seconds", "", "When the daemon started, Unix time.")       \
    X(FDS, gauge, "process_open_fds", "", "Descriptors that are open.")                            \
    X(MAX_FDS, gauge, "process_max_fds", "", "Descriptors that may be open.")                      \
    X(MEMORY, gauge, "process_resident_memory_bytes", "", "Memory in use.")                        \
    X(CPU, counter, "process_cpu_seconds_total", "", "Processor time used.")                       \
    X(DATABASE_UP, gauge, "vekha_database_up", "",                                                 \
      "Whether all connections to the database stand: 1 or 0.")                                    \
    X(HANDSHAKE_ACCEPTED, counter, "vekha_handshakes_total", "result=\"accepted\"",                \
      "Connections that asked to come in.")                                                        \
    X(HANDSHAKE_REFUSED, counter, "vekha_handshakes_total", "result=\"refused\"",                  \
      "Connections that asked to come in.")                                                        \
    X(MESSAGES, counter, "vekha_messages_received_total", "", "Messages read from agents.")        \
    X(MESSAGE_BYTES, counter, "vekha_messages_received_bytes_total", "",                           \
      "Bytes of the messages read from agents.")                                                   \
    X(ANSWER_RECEIPT, counter, "vekha_submissions_answered_total", "answer=\"receipt\"",           \
      "Submissions answered.")                                                                     \
    X(ANSWER_REPEAT, counter, "vekha_submissions_answered_total", "answer=\"repeat\"",             \
      "Submissions answered.")                                                                     \
    X(ANSWER_LATER, counter, "vekha_submissions_answered_total", "answer=\"later\"",               \
      "Submissions answered.")                                                                     \
    X(ANSWER_REFUSAL, counter, "vekha_submissions_answered_total", "answer=\"refusal\"",           \
      "Submissions answered.")                                                                     \
    X(FIGURES, counter, "vekha_figures_received_total", "",                                        \
      "Figures of the submissions that were receipted, whatever their verdicts.")                  \
    X(WAITING, gauge, "vekha_submissions_waiting", "", "Submissions without an answer yet.")       \
    X(QUEUED, gauge, "vekha_submissions_queued", "", "Submissions waiting for a group.")           \
    X(IN_FLIGHT, gauge, "vekha_groups_in_flight", "", "Groups on their way to the database.")      \
    X(GROUPS, counter, "vekha_groups_total", "result=\"committed\"", "Groups sent.")               \
    X(GROUPS_FAILED, counter, "vekha_groups_total", "result=\"failed\"", "Groups sent.")           \
    X(UNASSESSED, gauge, "vekha_submissions_unassessed", "",                                       \
      "Submissions that changed figures and are not assessed yet; counted every 15 seconds, up "   \
      "to "                                                                                        \
      "100000.")                                                                                   \
    X(REASSESSMENTS, gauge, "vekha_series_waiting", "",                                            \
      "Series to be assessed anew; counted every 15 seconds, up to 100000.")                       \
    X(ROUNDS, counter, "vekha_rounds_total", "result=\"committed\"", "Rounds of assessment.")      \
    X(ROUNDS_FAILED, counter, "vekha_rounds_total", "result=\"failed\"", "Rounds of assessment.")  \
    X(SERIES, counter, "vekha_series_assessed_total", "", "Series assessed.")                      \
    X(WATCHES, gauge, "vekha_watches", "", "Watches of the feed without an answer yet.")           \
    X(STEPS, counter, "vekha_feed_steps_total", "", "Steps of alerts given to watchers.")

/* X(id, name, unit of the least bound, help): bounds are 1, 2, 5, 10, 20, 50 … units, up to
 * HISTOGRAM_BOUNDS of them. */
#define HISTOGRAMS_TABLE(X)                                                                        \
    X(RECEIPT, "vekha_receipt_seconds", 1e-4, "From a submission read to its receipt sent.")       \
    X(QUEUE, "vekha_queue_seconds", 1e-4, "From a submission queued to its group sent.")           \
    X(COMMIT, "vekha_commit_seconds", 1e-4, "From a group sent to its commit.")                    \
    X(ROUND, "vekha_round_seconds", 1e-4,                                                          \
      "From the begin of a round of assessment to its commit.")                                    \
    X(ASSESSMENT, "vekha_assessment_seconds", 1e-3,                                                \
      "From a submission received to its series assessed.")                                        \
    X(LOOP, "vekha_loop_lag_seconds", 1e-4, "How late a timer of the event loop comes.")           \
    X(GROUP_SUBMISSIONS, "vekha_group_submissions", 1, "Submissions in a group.")                  \
    X(GROUP_LINES, "vekha_group_lines", 1, "Figures and narratives in a group.")                   \
    X(ROUND_SERIES, "vekha_round_series", 1, "Series in a round.")

enum { HISTOGRAM_BOUNDS = 18, METRICS_MAX_CHANNELS = 20 };

#define METRIC_ID(id, type, family, labels, help) METRIC_##id,
enum metric { METRICS_TABLE(METRIC_ID) METRIC_COUNT };
#undef METRIC_ID

#define HISTOGRAM_ID(id, name, unit, help) HISTOGRAM_##id,
enum histogram { HISTOGRAMS_TABLE(HISTOGRAM_ID) HISTOGRAM_COUNT };
#undef HISTOGRAM_ID

struct metrics *metrics_new(void); /* NULL if out of memory */
void metrics_free(struct metrics *m);

void metrics_add(struct metrics *m, enum metric id, uint64_t n); /* to a counter */
void metrics_set(struct metrics *m, enum metric id, double value);
void metrics_observe(struct metrics *m, enum histogram id, double value);

/* The same with the time gone since a moment of metrics_now(). */
int64_t metrics_now(void); /* monotonic microseconds */
void metrics_observe_since(struct metrics *m, enum histogram id, int64_t start_us);

/* --- by channel --- */

/* What became of an attempt to send: X(id, value of the label outcome). */
#define METRICS_OUTCOMES(X)                                                                        \
    X(SENT, "sent")                                                                                \
    X(FAILED, "failed")                                                                            \
    X(DEAD, "dead")

#define METRICS_OUTCOME_ID(id, label) OUTCOME_##id,
enum metrics_outcome { METRICS_OUTCOMES(METRICS_OUTCOME_ID) OUTCOME_COUNT };
#undef METRICS_OUTCOME_ID

/* The counters of one channel, for whose name the label channel stands; they live as long as m.  NULL:
 * nobody counts, or there are METRICS_MAX_CHANNELS.  The name, of [a-z0-9._-], must outlive them. */
struct channel_metrics;
struct channel_metrics *metrics_channel(struct metrics *m, const char *name);

/* seconds: from the message written to this answer; it counts for what was sent. */
void channel_metrics_count(struct channel_metrics *c, enum metrics_outcome outcome, double seconds);

/* Appends everything as text.  False if out of memory. */
bool metrics_write(const struct metrics *m, struct evbuffer *out)
    __attribute__((warn_unused_result));

#endif
