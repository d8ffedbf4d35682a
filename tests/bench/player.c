#include "player.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <zmq.h>

#include "base/clock.h"
#include "kit.h"
#include "wire/socket.h"
#include "wire/wire.h"

enum { ANSWER_WAIT_MS = 60000, EVENTS = 256, PACE_MS = 1 };

struct parcel {
    uint8_t *bytes; /* kept until the receipt: the centre may say `later` */
    size_t len;
    struct uuid id;
    double since;
    double again; /* when it is sent again, if it was put off; else 0 */
};

struct sender {
    const struct agent *agent;
    void *socket;
    size_t next, all; /* submissions: to be sent next, to be sent at all */
    struct parcel flight[PLAYER_MAX_WINDOW];
    size_t n_flight;
};

struct player {
    const struct play *play;
    struct arena *arena;
    struct sender *senders;
    size_t n_senders, turn; /* turn: who sends next, at a rate */
    int epoll;
    size_t all, sent;
    size_t put_off, waiting; /* answers `later` in all; parcels that wait to be sent again */
    atomic_size_t settled;
    double *latencies;
    double began;
};

/* --- composing and sending --- */

static struct played key_of(const struct player *p, const struct sender *s, size_t f)
{
    size_t turn = s->next / s->agent->n_organisations / p->play->repeats;
    size_t round = turn / p->play->spread;
    return (struct played){.organisation = s->agent->first + s->next % s->agent->n_organisations,
                           .indicator = turn % p->play->spread * p->play->indicators + f,
                           .day = p->play->first_day + round / p->play->versions,
                           .version = (unsigned)(round % p->play->versions)};
}

static struct figure figure_of(const struct player *p, const struct played *key,
                               const char *organisation, const char *indicator)
{
    return (struct figure){.organisation = organisation,
                           .indicator = indicator,
                           .period = play_period(key->day),
                           .as_of = play_day(key->day),
                           .expected = DATE_NONE,
                           .state = FIGURE_VALUE,
                           .has_value = true,
                           .value = {play_value(p->play->seed, key), 0}};
}

/* The next submission of a sender: every indicator of one organisation for one day. */
static void compose(struct player *p, const struct sender *s, struct parcel *ret)
{
    struct figure figures[WIRE_MAX_FIGURES];
    char organisation[PLAY_CODE_MAX], indicators[WIRE_MAX_FIGURES][PLAY_CODE_MAX];
    struct message m = {.kind = MESSAGE_SUBMISSION};
    uint8_t *bytes;
    for (size_t f = 0; f < p->play->indicators; f++) {
        struct played key = key_of(p, s, f);
        snprintf(organisation, sizeof organisation, "o%05zu", key.organisation);
        snprintf(indicators[f], sizeof indicators[f], "i%03zu", key.indicator);
        figures[f] = figure_of(p, &key, organisation, indicators[f]);
    }
    m.u.submission = (struct submission){.composed_us = clock_now_us(),
                                         .language = LANG_EN,
                                         .n_figures = p->play->indicators,
                                         .figures = figures};
    arena_reset(p->arena);
    if (!uuid_make(m.u.submission.composed_us, &m.u.submission.id) ||
        wire_pack(&m, p->arena, &bytes, &ret->len) != WIRE_OK || !(ret->bytes = malloc(ret->len)))
        kit_die("cannot compose");
    memcpy(ret->bytes, bytes, ret->len);
    ret->id = m.u.submission.id;
}

static void send_bytes(struct sender *s, const uint8_t *bytes, size_t len)
{
    while (!socket_send(s->socket, bytes, len)) {
        zmq_pollitem_t item = {.socket = s->socket, .events = ZMQ_POLLOUT};
        if (errno != EAGAIN || zmq_poll(&item, 1, ANSWER_WAIT_MS) <= 0)
            kit_die("cannot send");
    }
}

static bool may_send(const struct player *p, const struct sender *s)
{
    return s->next < s->all && s->n_flight < p->play->window;
}

static void send_next(struct player *p, struct sender *s, double since)
{
    struct parcel *parcel = &s->flight[s->n_flight++];
    compose(p, s, parcel);
    parcel->since = since;
    parcel->again = 0;
    send_bytes(s, parcel->bytes, parcel->len);
    s->next++;
    p->sent++;
}

/* --- answers --- */

static struct parcel *parcel_of(struct sender *s, struct uuid id)
{
    for (size_t i = 0; i < s->n_flight; i++)
        if (uuid_compare(s->flight[i].id, id) == 0)
            return &s->flight[i];
    kit_die("an answer to nothing that was asked");
}

static void settle(struct player *p, struct sender *s, const struct receipt *r)
{
    struct parcel *parcel = parcel_of(s, r->id);
    for (size_t i = 0; i < r->n_figures; i++)
        if (r->figures[i].verdict == VERDICT_REJECTED)
            kit_die("a figure was rejected");
    p->latencies[p->settled] = kit_seconds() - parcel->since;
    free(parcel->bytes);
    *parcel = s->flight[--s->n_flight];
    p->settled++;
}

static void put_off(struct player *p, struct sender *s, const struct later *later)
{
    struct parcel *parcel = parcel_of(s, later->id);
    p->put_off++;
    p->waiting += parcel->again == 0;
    parcel->again = kit_seconds() + later->retry_after_ms / 1e3;
}

static void take_answer(struct player *p, struct sender *s, const uint8_t *bytes, size_t len)
{
    struct message m = {0};
    arena_reset(p->arena);
    if (wire_unpack(bytes, len, p->arena, &m) != WIRE_OK)
        kit_die("an answer that cannot be read");
    if (m.kind == MESSAGE_RECEIPT)
        settle(p, s, &m.u.receipt);
    else if (m.kind == MESSAGE_LATER)
        put_off(p, s, &m.u.later);
    else if (m.kind == MESSAGE_REFUSAL)
        kit_die(m.u.refusal.text ? m.u.refusal.text : "refused");
}

/* A send may swallow the edge of ZMQ_FD, so answers are looked for until there are none after the
 * last send. */
static void serve(struct player *p, struct sender *s)
{
    uint8_t buf[WIRE_MAX_MESSAGE];
    long len;
    do {
        while (p->play->rate == 0 && may_send(p, s))
            send_next(p, s, kit_seconds());
        len = socket_receive(s->socket, buf, sizeof buf, 0);
        if (len >= 0)
            take_answer(p, s, buf, (size_t)len);
    } while (len >= 0);
}

static bool send_again(struct player *p, struct sender *s, double now)
{
    bool sent = false;
    for (size_t i = 0; i < s->n_flight; i++) {
        struct parcel *parcel = &s->flight[i];
        if (parcel->again == 0 || parcel->again > now)
            continue;
        send_bytes(s, parcel->bytes, parcel->len);
        parcel->again = 0;
        p->waiting--;
        sent = true;
    }
    return sent;
}

/* What the centre put off, after the pause that it asked for. */
static void send_put_off(struct player *p)
{
    double now = kit_seconds();
    for (size_t i = 0; i < p->n_senders && p->waiting > 0; i++)
        if (send_again(p, &p->senders[i], now))
            serve(p, &p->senders[i]);
}

/* At a rate: sends what is due by now, agent after agent; one whose window is full is passed over. */
static void send_due(struct player *p)
{
    for (size_t full = 0; p->sent < p->all && full < p->n_senders;) {
        double due = p->began + (double)p->sent / p->play->rate;
        struct sender *s = &p->senders[p->turn++ % p->n_senders];
        if (due > kit_seconds())
            return;
        if (may_send(p, s)) {
            send_next(p, s, due);
            serve(p, s);
            full = 0;
        } else
            full++;
    }
}

int player_run(void *player)
{
    struct player *p = player;
    struct epoll_event events[EVENTS];
    double heard = p->began = kit_seconds();
    for (size_t i = 0; i < p->n_senders; i++)
        serve(p, &p->senders[i]);
    while (p->settled < p->all) {
        if (p->play->rate > 0)
            send_due(p);
        send_put_off(p);
        bool paced = p->play->rate > 0 || p->waiting > 0;
        int n = epoll_wait(p->epoll, events, EVENTS, paced ? PACE_MS : ANSWER_WAIT_MS);
        for (int i = 0; i < n; i++)
            serve(p, events[i].data.ptr);
        if (n > 0)
            heard = kit_seconds();
        else if (kit_seconds() - heard > ANSWER_WAIT_MS / 1e3)
            kit_die("no answer for a minute");
    }
    return 0;
}

/* --- making --- */

/* Handshakes are not what is measured: every agent first hears its welcome. */
static void greet(struct player *p, struct sender *s)
{
    struct message m = {.kind = MESSAGE_HELLO,
                        .u.hello = {.software = "bench", .language = LANG_EN}};
    uint8_t *bytes, buf[WIRE_MAX_MESSAGE];
    size_t len;
    arena_reset(p->arena);
    if (wire_pack(&m, p->arena, &bytes, &len) != WIRE_OK)
        kit_die("cannot compose");
    send_bytes(s, bytes, len);
    if (socket_receive(s->socket, buf, sizeof buf, ANSWER_WAIT_MS) < 0)
        kit_die("no welcome");
}

static void watch(struct player *p, struct sender *s)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = s};
    int fd;
    size_t size = sizeof fd;
    if (zmq_getsockopt(s->socket, ZMQ_FD, &fd, &size) ||
        epoll_ctl(p->epoll, EPOLL_CTL_ADD, fd, &event))
        kit_die("cannot watch a socket");
}

static void open_sender(struct player *p, struct sender *s, const struct agent *agent)
{
    s->agent = agent;
    s->all = p->play->rounds * agent->n_organisations;
    s->socket = socket_dealer(p->play->zmq, p->play->endpoint, p->play->server_key, &agent->keys);
    if (!s->socket)
        kit_die("cannot open a socket");
    greet(p, s);
    watch(p, s);
    p->all += s->all;
}

struct player *player_new(const struct play *play, const struct agent *agents, size_t n)
{
    struct player *p = calloc(1, sizeof *p);
    if (!p || !(p->senders = calloc(n, sizeof *p->senders)) ||
        !(p->arena = arena_new(WIRE_MAX_UNPACKED)))
        kit_die("out of memory");
    p->play = play;
    p->n_senders = n;
    p->epoll = epoll_create1(EPOLL_CLOEXEC);
    for (size_t i = 0; i < n; i++)
        open_sender(p, &p->senders[i], &agents[i]);
    if (!(p->latencies = calloc(p->all, sizeof *p->latencies)))
        kit_die("out of memory");
    return p;
}

void player_free(struct player *p)
{
    for (size_t i = 0; i < p->n_senders; i++)
        zmq_close(p->senders[i].socket);
    free(p->senders);
    free(p->latencies);
    arena_free(p->arena);
    free(p);
}

size_t player_submissions(const struct player *p)
{
    return p->all;
}

size_t player_settled(const struct player *p)
{
    return p->settled;
}

size_t player_put_off(const struct player *p)
{
    return p->put_off;
}

const double *player_latencies(const struct player *p)
{
    return p->latencies;
}
