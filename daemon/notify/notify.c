/* notify: see notify.h.
 *
 * A letter is leased, sent outside of any transaction, and what became of it is written down.  A
 * slot is taken from the lease until that is written, so at most NOTIFY_MAX_SENDING letters are in
 * memory; a database that goes away meanwhile is told when it is back. */
#include "notify/notify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <event2/util.h>

#include "base/clock.h"
#include "log.h"
#include "notify/email.h"

enum {
    POLL_S = 10,        /* letters whose time has come, or which another daemon left */
    REPORT_AGAIN_S = 1, /* what could not be written down */
    FIRST_DELAY_S = 15,
    MAX_DELAY_S = 6 * 3600,
    ERROR_MAX = 400,
};

enum slot_state { SLOT_FREE, SLOT_SENDING, SLOT_REPORTING };

struct slot {
    struct notify *notify;
    enum slot_state state;
    bool asked; /* the report is on its way */
    char id[24];
    int attempts;
    int64_t created_us; /* by the clock */
    enum email_outcome outcome;
    char error[ERROR_MAX];
};

struct notify {
    struct store *store;
    const struct conf *conf;
    struct mailer *mailer; /* NULL: no mail is sent */
    struct event *timer;
    struct metrics *metrics;
    bool claiming, woken;
    struct slot slots[NOTIFY_MAX_SENDING];
};

/* Columns of claim_outbox. */
enum {
    OUT_ID,
    OUT_CHANNEL,
    OUT_RECIPIENT,
    OUT_MESSAGE_ID,
    OUT_THREAD_ID,
    OUT_SUBJECT,
    OUT_BODY,
    OUT_ATTEMPTS,
    OUT_CREATED,
};

static void report(struct slot *slot);

static void arm(struct notify *n, int seconds)
{
    struct timeval tv = {.tv_sec = seconds};

    if (evtimer_add(n->timer, &tv) != 0)
        log_error("notify: no timer: out of memory");
}

static struct slot *free_slot(struct notify *n)
{
    for (size_t i = 0; i < NOTIFY_MAX_SENDING; i++)
        if (n->slots[i].state == SLOT_FREE)
            return &n->slots[i];
    return NULL;
}

static int free_slots(const struct notify *n)
{
    int count = 0;

    for (size_t i = 0; i < NOTIFY_MAX_SENDING; i++)
        count += n->slots[i].state == SLOT_FREE;
    return count;
}

/* --- what became of a letter --- */

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

static void on_reported(void *arg, const struct pg_reply *reply)
{
    struct slot *slot = arg;
    struct notify *n = slot->notify;

    slot->asked = false;
    if (!reply->result || reply->sqlstate[0]) {
        log_warning("notify: letter %s: its outcome was not written: %s", slot->id, reply->error);
        arm(n, REPORT_AGAIN_S);
        return;
    }
    slot->state = SLOT_FREE;
    notify_wake(n);
}

static bool is_dead(const struct slot *slot)
{
    return slot->outcome == EMAIL_REFUSED || slot->attempts >= NOTIFY_MAX_ATTEMPTS;
}

static void report(struct slot *slot)
{
    struct notify *n = slot->notify;
    int64_t now = clock_now_us();
    char now_text[CLOCK_TEXT_MAX], next_text[CLOCK_TEXT_MAX];
    const char *const params[] = {
        slot->id,
        clock_format(now, now_text),
        clock_format(now + delay_s(slot->attempts) * 1000000, next_text),
        slot->error,
        is_dead(slot) ? "t" : "f",
    };
    bool sent = slot->outcome == EMAIL_SENT;

    slot->asked =
        store_query(n->store, STORE_CONTROL, sent ? STORE_OUTBOX_SENT : STORE_OUTBOX_FAILED,
                    sent ? 2 : 5, params, on_reported, slot);
    if (!slot->asked)
        arm(n, REPORT_AGAIN_S);
}

static void count(const struct slot *slot)
{
    struct metrics *metrics = slot->notify->metrics;

    metrics_add(metrics,
                slot->outcome == EMAIL_SENT ? METRIC_SENT
                : is_dead(slot)             ? METRIC_SEND_DEAD
                                            : METRIC_SEND_FAILED,
                1);
    if (slot->outcome == EMAIL_SENT)
        metrics_observe(metrics, HISTOGRAM_DELIVERY,
                        (double)(clock_now_us() - slot->created_us) / 1e6);
}

static void settle(struct slot *slot, enum email_outcome outcome, const char *error)
{
    slot->state = SLOT_REPORTING;
    slot->outcome = outcome;
    snprintf(slot->error, sizeof slot->error, "%s", error);
    if (outcome == EMAIL_SENT)
        log_info("notify: letter %s sent", slot->id);
    else
        log_warning("notify: letter %s not sent (attempt %d): %s", slot->id, slot->attempts, error);
    count(slot);
    report(slot);
}

static void on_sent(void *arg, enum email_outcome outcome, const char *error)
{
    settle(arg, outcome, error);
}

/* --- claims --- */

static void send_row(struct slot *slot, const PGresult *rows, int row)
{
    struct notify *n = slot->notify;
    const char *channel = PQgetvalue(rows, row, OUT_CHANNEL);
    struct email email = {
        .from = n->conf->mail_from,
        .to = PQgetvalue(rows, row, OUT_RECIPIENT),
        .subject = PQgetvalue(rows, row, OUT_SUBJECT),
        .body = PQgetvalue(rows, row, OUT_BODY),
        .message_id = PQgetvalue(rows, row, OUT_MESSAGE_ID),
        .thread_id = PQgetvalue(rows, row, OUT_THREAD_ID),
        .date_us = strtoll(PQgetvalue(rows, row, OUT_CREATED), NULL, 10),
    };

    slot->state = SLOT_SENDING;
    slot->created_us = email.date_us;
    slot->attempts = (int)strtol(PQgetvalue(rows, row, OUT_ATTEMPTS), NULL, 10);
    snprintf(slot->id, sizeof slot->id, "%s", PQgetvalue(rows, row, OUT_ID));
    if (strcmp(channel, "email") != 0)
        settle(slot, EMAIL_REFUSED, "this program knows no such channel");
    else if (!mailer_send(n->mailer, &email, on_sent, slot))
        settle(slot, EMAIL_FAILED, "out of memory");
}

static void on_claimed(void *arg, const struct pg_reply *reply)
{
    struct notify *n = arg;
    struct slot *slot;

    n->claiming = false;
    if (!reply->result || reply->sqlstate[0]) {
        if (reply->sqlstate[0])
            log_warning("notify: the outbox cannot be read: %s", reply->error);
        return; /* the poll asks again */
    }
    for (int i = 0; i < PQntuples(reply->result) && (slot = free_slot(n)); i++)
        send_row(slot, reply->result, i);
    if (n->woken)
        notify_wake(n);
}

/* What is known of letters goes before a claim: after the lease a letter that was sent, but is not
 * yet marked so, would be claimed and sent again. */
static void report_all(struct notify *n)
{
    for (size_t i = 0; i < NOTIFY_MAX_SENDING; i++)
        if (n->slots[i].state == SLOT_REPORTING && !n->slots[i].asked)
            report(&n->slots[i]);
}

void notify_wake(struct notify *n)
{
    char now[CLOCK_TEXT_MAX], max[12], lease[24];
    const char *const params[] = {clock_format(clock_now_us(), now), max, lease};
    int room = free_slots(n);

    n->woken = n->claiming;
    report_all(n);
    if (!n->mailer || n->claiming || room == 0)
        return;
    snprintf(max, sizeof max, "%d", room);
    snprintf(lease, sizeof lease, "%d seconds", NOTIFY_LEASE_S);
    n->claiming =
        store_query(n->store, STORE_CONTROL, STORE_CLAIM_OUTBOX, 3, params, on_claimed, n);
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

struct notify *notify_new(struct event_base *base, struct store *store, const struct conf *conf,
                          struct metrics *metrics)
{
    struct notify *n = calloc(1, sizeof *n);

    if (!n || !(n->timer = evtimer_new(base, on_timer, n)))
        goto fail;
    n->store = store;
    n->conf = conf;
    n->metrics = metrics;
    for (size_t i = 0; i < NOTIFY_MAX_SENDING; i++)
        n->slots[i].notify = n;
    if (conf->mail_server && !(n->mailer = mailer_new(base, conf->mail_server, NOTIFY_TIMEOUT_S)))
        goto fail;
    arm(n, POLL_S);
    return n;

fail:
    notify_free(n);
    return NULL;
}

void notify_free(struct notify *n)
{
    if (!n)
        return;
    mailer_free(n->mailer);
    if (n->timer)
        event_free(n->timer);
    free(n);
}
