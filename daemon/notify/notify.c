/* notify: see notify.h.
 *
 * A message is leased, sent outside of any transaction, and what became of it is written down.  A
 * slot is taken from the lease until that is written, so at most NOTIFY_MAX_SENDING messages of a
 * channel are in memory; a database that goes away meanwhile is told when it is back. */
#include "notify/notify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <event2/util.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "log.h"
#include "notify/channel.h"
#include "notify/email.h"
#include "notify/journal.h"
#include "notify/tame.h"
#include "notify/transfer.h"
#include "notify/webhook.h"

enum {
    MAX_LANES = CONF_MAX_WEBHOOKS + 2,
    POLL_S = 10,        /* messages whose time has come, or which another daemon left */
    REPORT_AGAIN_S = 1, /* what could not be written down */
    FIRST_DELAY_S = 15,
    MAX_DELAY_S = 6 * 3600,
    MAX_WISH_S = 3600, /* that a receiver is left alone for, whatever it says */
    ERROR_MAX = 400,
};

enum slot_state { SLOT_FREE, SLOT_SENDING, SLOT_REPORTING };

struct slot {
    struct lane *lane;
    enum slot_state state;
    bool asked; /* the report is on its way */
    char id[24];
    int attempts;
    int64_t created_us; /* by the clock */
    enum delivery outcome;
    int64_t wait_s; /* what the receiver wishes */
    char error[ERROR_MAX];
};

/* One channel and what is under way on it. */
struct lane {
    struct notify *notify;
    struct channel channel;
    struct channel_metrics *metrics; /* NULL: nobody counts */
    bool claiming, woken;
    int64_t rests_until_us; /* by the clock: its receiver wishes to be left alone */
    struct slot slots[NOTIFY_MAX_SENDING];
};

struct notify {
    struct store *store;
    struct transfers *transfers;
    struct event *timer;
    size_t n_lanes;
    struct lane lanes[MAX_LANES];
};

/* Columns of claim_outbox. */
enum {
    OUT_ID,
    OUT_RECIPIENT,
    OUT_MESSAGE_ID,
    OUT_THREAD_ID,
    OUT_SUBJECT,
    OUT_BODY,
    OUT_ATTEMPTS,
    OUT_CREATED,
    OUT_LANGUAGE,
    OUT_CHART,
    OUT_FACTS,
};

static void report(struct slot *slot);
static void wake(struct lane *lane);

static void arm(struct notify *n, int seconds)
{
    struct timeval tv = {.tv_sec = seconds};

    if (evtimer_add(n->timer, &tv) != 0)
        log_error("notify: no timer: out of memory");
}

static struct slot *free_slot(struct lane *lane)
{
    for (size_t i = 0; i < NOTIFY_MAX_SENDING; i++)
        if (lane->slots[i].state == SLOT_FREE)
            return &lane->slots[i];
    return NULL;
}

static int free_slots(const struct lane *lane)
{
    int count = 0;

    for (size_t i = 0; i < NOTIFY_MAX_SENDING; i++)
        count += lane->slots[i].state == SLOT_FREE;
    return count;
}

/* --- what became of a message --- */

/* Seconds until the attempt after this one, 90 % to 110 % of 15 s doubled each time. */
static int64_t delay_s(int attempts)
{
    int64_t delay = FIRST_DELAY_S;
    unsigned char jitter;

    for (int i = 1; i < attempts && delay < MAX_DELAY_S; i++)
        delay *= 2;
    if (delay > MAX_DELAY_S)
        delay = MAX_DELAY_S;
    evutil_secure_rng_get_bytes(&jitter, sizeof jitter);
    return delay * (230 + jitter / 5) / 256;
}

/* The longer of its own turn and what the receiver wishes. */
static int64_t next_attempt_s(const struct slot *slot)
{
    int64_t delay = delay_s(slot->attempts);

    return slot->wait_s > delay ? slot->wait_s : delay;
}

static void on_reported(void *arg, const struct pg_reply *reply)
{
    struct slot *slot = arg;

    slot->asked = false;
    if (!reply->result || reply->sqlstate[0]) {
        log_warning("notify: message %s: its outcome was not written: %s", slot->id, reply->error);
        arm(slot->lane->notify, REPORT_AGAIN_S);
        return;
    }
    slot->state = SLOT_FREE;
    wake(slot->lane);
}

static bool is_dead(const struct slot *slot)
{
    return slot->outcome == DELIVERY_REFUSED || slot->attempts >= NOTIFY_MAX_ATTEMPTS;
}

static void report(struct slot *slot)
{
    struct notify *n = slot->lane->notify;
    int64_t now = clock_now_us();
    char now_text[CLOCK_TEXT_MAX], next_text[CLOCK_TEXT_MAX];
    const char *const params[] = {
        slot->id,
        clock_format(now, now_text),
        clock_format(now + next_attempt_s(slot) * 1000000, next_text),
        slot->error,
        is_dead(slot) ? "t" : "f",
    };
    bool sent = slot->outcome == DELIVERY_DONE;

    slot->asked =
        store_query(n->store, STORE_CONTROL, sent ? STORE_OUTBOX_SENT : STORE_OUTBOX_FAILED,
                    sent ? 2 : 5, params, on_reported, slot);
    if (!slot->asked)
        arm(n, REPORT_AGAIN_S);
}

static void count(const struct slot *slot)
{
    enum metrics_outcome outcome = slot->outcome == DELIVERY_DONE ? OUTCOME_SENT
                                   : is_dead(slot)                ? OUTCOME_DEAD
                                                                  : OUTCOME_FAILED;

    channel_metrics_count(slot->lane->metrics, outcome,
                          (double)(clock_now_us() - slot->created_us) / 1e6);
}

/* It speaks for all messages of the lane: 429 and 503 are not about the one that met them. */
static void rest(struct slot *slot, int64_t wait_s)
{
    slot->wait_s = wait_s < MAX_WISH_S ? wait_s : MAX_WISH_S;
    if (slot->wait_s > 0)
        slot->lane->rests_until_us = clock_now_us() + slot->wait_s * 1000000;
}

static void on_sent(void *arg, enum delivery outcome, int64_t wait_s, const char *error)
{
    struct slot *slot = arg;
    const char *channel = slot->lane->channel.name;

    slot->state = SLOT_REPORTING;
    slot->outcome = outcome;
    rest(slot, outcome == DELIVERY_FAILED ? wait_s : 0);
    snprintf(slot->error, sizeof slot->error, "%s", error);
    if (outcome == DELIVERY_DONE)
        log_info("notify: message %s sent by %s", slot->id, channel);
    else
        log_warning("notify: message %s not sent by %s (attempt %d): %s", slot->id, channel,
                    slot->attempts, error);
    count(slot);
    report(slot);
}

/* --- claims --- */

static const char *value(const PGresult *rows, int row, int column)
{
    return PQgetisnull(rows, row, column) ? NULL : PQgetvalue(rows, row, column);
}

static void send_row(struct lane *lane, struct slot *slot, const PGresult *rows, int row)
{
    struct tamed tamed;
    struct dispatch m = {
        .recipient = PQgetvalue(rows, row, OUT_RECIPIENT),
        .subject = PQgetvalue(rows, row, OUT_SUBJECT),
        .body = PQgetvalue(rows, row, OUT_BODY),
        .chart = value(rows, row, OUT_CHART),
        .message_id = PQgetvalue(rows, row, OUT_MESSAGE_ID),
        .thread_id = PQgetvalue(rows, row, OUT_THREAD_ID),
        .date_us = strtoll(PQgetvalue(rows, row, OUT_CREATED), NULL, 10),
    };

    if (!lang_parse(PQgetvalue(rows, row, OUT_LANGUAGE), &m.lang))
        m.lang = LANG_RU;
    slot->state = SLOT_SENDING;
    slot->created_us = m.date_us;
    slot->attempts = (int)strtol(PQgetvalue(rows, row, OUT_ATTEMPTS), NULL, 10);
    snprintf(slot->id, sizeof slot->id, "%s", PQgetvalue(rows, row, OUT_ID));
    if (!utf8_harmless(m.recipient, strlen(m.recipient))) {
        on_sent(slot, DELIVERY_REFUSED, 0, "the recipient's address has unprintable characters");
        return;
    }
    if (!tame(&m, value(rows, row, OUT_FACTS), &tamed) ||
        !lane->channel.send(lane->channel.self, &m, on_sent, slot))
        on_sent(slot, DELIVERY_FAILED, 0, "out of memory");
    tamed_finish(&tamed);
}

static void on_claimed(void *arg, const struct pg_reply *reply)
{
    struct lane *lane = arg;
    struct slot *slot;

    lane->claiming = false;
    if (!reply->result || reply->sqlstate[0]) {
        if (reply->sqlstate[0])
            log_warning("notify: the outbox cannot be read: %s", reply->error);
        return; /* the poll asks again */
    }
    for (int i = 0; i < PQntuples(reply->result) && (slot = free_slot(lane)); i++)
        send_row(lane, slot, reply->result, i);
    if (lane->woken)
        wake(lane);
}

/* What is known of messages goes before a claim: after the lease a message that was sent, but is not
 * yet marked so, would be claimed and sent again. */
static void report_all(struct lane *lane)
{
    for (size_t i = 0; i < NOTIFY_MAX_SENDING; i++)
        if (lane->slots[i].state == SLOT_REPORTING && !lane->slots[i].asked)
            report(&lane->slots[i]);
}

static void wake(struct lane *lane)
{
    char now[CLOCK_TEXT_MAX], max[12], lease[24];
    const char *const params[] = {clock_format(clock_now_us(), now), lane->channel.name, max,
                                  lease};
    int room = free_slots(lane);

    lane->woken = lane->claiming;
    report_all(lane);
    if (lane->claiming || room == 0 || clock_now_us() < lane->rests_until_us)
        return;
    snprintf(max, sizeof max, "%d", room);
    snprintf(lease, sizeof lease, "%d seconds", NOTIFY_LEASE_S);
    lane->claiming = store_query(lane->notify->store, STORE_CONTROL, STORE_CLAIM_OUTBOX, 4, params,
                                 on_claimed, lane);
}

void notify_wake(struct notify *n)
{
    for (size_t i = 0; i < n->n_lanes; i++)
        wake(&n->lanes[i]);
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
    struct notify *n = arg;

    (void)fd;
    (void)what;
    arm(n, POLL_S);
    notify_wake(n);
}

/* --- the module --- */

/* The next lane, for the channel that is opened into it. */
static struct channel *add_lane(struct notify *n)
{
    struct lane *lane = &n->lanes[n->n_lanes++];

    lane->notify = n;
    for (size_t i = 0; i < NOTIFY_MAX_SENDING; i++)
        lane->slots[i].lane = lane;
    return &lane->channel;
}

/* The kinds of channels, by what the configuration has of each. */
static bool open_channels(struct notify *n, const struct conf *conf)
{
    bool good = !conf->mail_server || email_open(conf, n->transfers, add_lane(n));

    for (size_t i = 0; good && i < conf->n_webhooks; i++)
        good = webhook_open(&conf->webhooks[i], n->transfers, add_lane(n));
    if (good && conf->journal)
        journal_open(add_lane(n));
    return good;
}

struct notify *notify_new(struct event_base *base, struct store *store, const struct conf *conf,
                          struct metrics *metrics)
{
    struct notify *n = calloc(1, sizeof *n);

    if (!n) {
        log_error("out of memory");
        return NULL;
    }
    n->store = store;
    n->timer = evtimer_new(base, on_timer, n);
    n->transfers = transfers_new(base);
    if (!n->timer || !n->transfers)
        log_error("out of memory");
    if (!n->timer || !n->transfers || !open_channels(n, conf)) {
        notify_free(n);
        return NULL;
    }
    for (size_t i = 0; i < n->n_lanes; i++)
        n->lanes[i].metrics = metrics_channel(metrics, n->lanes[i].channel.name);
    arm(n, POLL_S);
    return n;
}

void notify_free(struct notify *n)
{
    if (!n)
        return;
    transfers_free(n->transfers); /* first: what is under way belongs to the channels */
    for (size_t i = 0; i < n->n_lanes; i++)
        if (n->lanes[i].channel.free)
            n->lanes[i].channel.free(n->lanes[i].channel.self);
    if (n->timer)
        event_free(n->timer);
    free(n);
}
