/* load: many agents over real CURVE connections, as fast as receipts allow.
 *
 * Reads the client configurations that vekhactl made (one per agent), gives each a number of
 * submissions to deliver, keeps a window of them in flight, and prints what came back: NAME VALUE
 * UNIT. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

#include "base/clock.h"
#include "wire/socket.h"
#include "wire/wire.h"

enum { MAX_AGENTS = 1000, MAX_WINDOW = 16, MAX_SUBMISSIONS = 1000000, ANSWER_WAIT_MS = 60000 };

struct parcel {
    uint8_t *bytes;
    size_t len;
    struct uuid id;
    double sent_at; /* seconds; of the first sending */
};

struct sender {
    void *socket;
    struct parcel *parcels;
    size_t n, next, settled; /* composed, next to send, receipted */
    size_t in_flight[MAX_WINDOW];
    size_t n_in_flight;
};

struct load {
    void *context;
    struct arena *arena;
    struct sender senders[MAX_AGENTS];
    size_t n_senders, window, n_submissions, n_figures;
    double *latencies;
    size_t n_latencies, rejected, put_off;
};

static void die(const char *what)
{
    fprintf(stderr, "load: %s\n", what);
    exit(1);
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Copies the value of `name = 'value'`; the lines are those that vekhactl agent enrol writes. */
static void read_value(const char *text, const char *name, char *buf, size_t size)
{
    char pattern[64];
    snprintf(pattern, sizeof pattern, "\n%s = ", name);
    const char *at = strstr(text, pattern);
    const char *end = at ? strchr(at + strlen(pattern) + 1, at[strlen(pattern)]) : NULL;
    if (!end)
        die(name);
    at += strlen(pattern) + 1;
    snprintf(buf, size, "%.*s", (int)(end - at), at);
}

static void open_sender(struct load *l, struct sender *s, const char *path)
{
    char text[8192] = "\n", endpoint[256], server[KEY_TEXT_MAX];
    struct key_pair own;
    FILE *file = fopen(path, "r");
    if (!file || fread(text + 1, 1, sizeof text - 2, file) == 0)
        die(path);
    fclose(file);
    read_value(text, "endpoint", endpoint, sizeof endpoint);
    read_value(text, "server_key", server, sizeof server);
    read_value(text, "public_key", own.public_key, sizeof own.public_key);
    read_value(text, "secret_key", own.secret_key, sizeof own.secret_key);
    s->socket = socket_dealer(l->context, endpoint, server, &own);
    if (!s->socket)
        die("socket");
}

/* Submission number i of a sender: every indicator for one month or day, in an order that repeats
 * no key. */
static void compose(struct load *l, struct sender *s, size_t i)
{
    struct figure figures[WIRE_MAX_FIGURES] = {0};
    char codes[WIRE_MAX_FIGURES][16];
    struct message m = {.kind = MESSAGE_SUBMISSION};
    int64_t now = clock_now_us();
    date_t day = date_of(2019, 1, 1) + (date_t)(i % 2500);
    struct civil c = date_civil(day);
    for (size_t f = 0; f < l->n_figures; f++) {
        snprintf(codes[f], sizeof codes[f], "i%03zu", f);
        figures[f] = (struct figure){.indicator = codes[f],
                                     .period = c.year * 1000 + 101 + day - date_of(c.year, 1, 1),
                                     .as_of = day,
                                     .expected = DATE_NONE,
                                     .state = FIGURE_VALUE,
                                     .has_value = true,
                                     .value = {(int64_t)(i + f), 0}};
    }
    m.u.submission = (struct submission){
        .composed_us = now, .language = LANG_RU, .n_figures = l->n_figures, .figures = figures};
    struct parcel *p = &s->parcels[i];
    uint8_t *bytes;
    if (!uuid_make(now, &m.u.submission.id) ||
        wire_pack(&m, l->arena, &bytes, &p->len) != WIRE_OK || !(p->bytes = malloc(p->len)))
        die("cannot compose");
    memcpy(p->bytes, bytes, p->len);
    p->id = m.u.submission.id;
    arena_reset(l->arena);
}

static void send_parcel(struct sender *s, size_t i)
{
    while (!socket_send(s->socket, s->parcels[i].bytes, s->parcels[i].len)) {
        zmq_pollitem_t item = {.socket = s->socket, .events = ZMQ_POLLOUT};
        if (errno != EAGAIN || zmq_poll(&item, 1, ANSWER_WAIT_MS) <= 0)
            die("cannot send");
    }
}

static void fill_window(const struct load *l, struct sender *s)
{
    while (s->n_in_flight < l->window && s->next < s->n) {
        s->parcels[s->next].sent_at = seconds();
        send_parcel(s, s->next);
        s->in_flight[s->n_in_flight++] = s->next++;
    }
}

static size_t flight_of(const struct sender *s, struct uuid id)
{
    for (size_t i = 0; i < s->n_in_flight; i++)
        if (uuid_compare(s->parcels[s->in_flight[i]].id, id) == 0)
            return i;
    die("an answer to nothing that was asked");
    return 0;
}

static void settle(struct load *l, struct sender *s, const struct receipt *r)
{
    size_t at = flight_of(s, r->id);
    l->latencies[l->n_latencies++] = seconds() - s->parcels[s->in_flight[at]].sent_at;
    for (size_t i = 0; i < r->n_figures; i++)
        l->rejected += r->figures[i].verdict == VERDICT_REJECTED;
    s->in_flight[at] = s->in_flight[--s->n_in_flight];
    s->settled++;
}

static void take_answers(struct load *l, struct sender *s)
{
    static uint8_t buf[WIRE_MAX_MESSAGE];
    long len;
    while ((len = socket_receive(s->socket, buf, sizeof buf, 0)) >= 0) {
        struct message m;
        arena_reset(l->arena);
        if (wire_unpack(buf, (size_t)len, l->arena, &m) != WIRE_OK)
            die("an answer that cannot be read");
        if (m.kind == MESSAGE_RECEIPT)
            settle(l, s, &m.u.receipt);
        else if (m.kind == MESSAGE_LATER) {
            l->put_off++;
            send_parcel(s, s->in_flight[flight_of(s, m.u.later.id)]);
        } else if (m.kind == MESSAGE_REFUSAL)
            die(m.u.refusal.text ? m.u.refusal.text : "refused");
    }
    fill_window(l, s);
}

static bool is_done(const struct load *l)
{
    for (size_t i = 0; i < l->n_senders; i++)
        if (l->senders[i].settled < l->senders[i].n)
            return false;
    return true;
}

static double run(struct load *l)
{
    zmq_pollitem_t items[MAX_AGENTS];
    double start = seconds();
    for (size_t i = 0; i < l->n_senders; i++) {
        items[i] = (zmq_pollitem_t){.socket = l->senders[i].socket, .events = ZMQ_POLLIN};
        fill_window(l, &l->senders[i]);
    }
    while (!is_done(l)) {
        if (zmq_poll(items, (int)l->n_senders, ANSWER_WAIT_MS) <= 0)
            die("no answer for a minute");
        for (size_t i = 0; i < l->n_senders; i++)
            if (items[i].revents & ZMQ_POLLIN)
                take_answers(l, &l->senders[i]);
    }
    return seconds() - start;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void report(struct load *l, const char *name, double took)
{
    size_t n = l->n_latencies;
    qsort(l->latencies, n, sizeof *l->latencies, by_size);
    printf("%s_figures_per_second %.0f figures/s\n", name, (double)(n * l->n_figures) / took);
    printf("%s_receipt_p50 %.3f ms\n", name, l->latencies[n / 2] * 1e3);
    printf("%s_receipt_p99 %.3f ms\n", name, l->latencies[n * 99 / 100] * 1e3);
    printf("%s_put_off %zu answers\n", name, l->put_off);
    printf("%s_rejected %zu figures\n", name, l->rejected);
}

/* Handshakes are not what is measured: every agent first hears its welcome. */
static void greet(struct load *l, struct sender *s)
{
    struct message m = {.kind = MESSAGE_HELLO,
                        .u.hello = {.software = "bench", .language = LANG_EN}};
    uint8_t *bytes, buf[WIRE_MAX_MESSAGE];
    size_t len;
    if (wire_pack(&m, l->arena, &bytes, &len) != WIRE_OK)
        die("cannot compose");
    zmq_pollitem_t item = {.socket = s->socket, .events = ZMQ_POLLOUT};
    if (zmq_poll(&item, 1, ANSWER_WAIT_MS) <= 0 || !socket_send(s->socket, bytes, len) ||
        socket_receive(s->socket, buf, sizeof buf, ANSWER_WAIT_MS) < 0)
        die("no welcome");
    arena_reset(l->arena);
}

int main(int argc, char **argv)
{
    static struct load l;
    if (argc < 6)
        die("usage: load NAME WINDOW SUBMISSIONS FIGURES AGENT.conf...\n"
            "example: load many 8 100 100 agents/*.conf");
    l.window = strtoul(argv[2], NULL, 10);
    l.n_submissions = strtoul(argv[3], NULL, 10);
    l.n_figures = strtoul(argv[4], NULL, 10);
    l.n_senders = (size_t)argc - 5;
    if (l.window == 0 || l.window > MAX_WINDOW || l.n_senders > MAX_AGENTS ||
        l.n_figures > WIRE_MAX_FIGURES || l.n_submissions * l.n_senders > MAX_SUBMISSIONS)
        die("too many");
    l.context = zmq_ctx_new();
    l.arena = arena_new(WIRE_MAX_UNPACKED);
    l.latencies = calloc(l.n_senders * l.n_submissions, sizeof *l.latencies);
    if (!l.context || !l.arena || !l.latencies)
        die("out of memory");
    zmq_ctx_set(l.context, ZMQ_MAX_SOCKETS, MAX_AGENTS + 1);
    for (size_t i = 0; i < l.n_senders; i++) {
        struct sender *s = &l.senders[i];
        open_sender(&l, s, argv[5 + i]);
        s->n = l.n_submissions;
        s->parcels = calloc(s->n, sizeof *s->parcels);
        for (size_t k = 0; s->parcels && k < s->n; k++)
            compose(&l, s, k);
        greet(&l, s);
    }
    report(&l, argv[1], run(&l));
    return 0;
}
