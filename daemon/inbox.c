/* inbox: see inbox.h.
 *
 *     idle ──wake──► reading ──rows──► storing ──all are answered──► reading again, until there are none ──► idle
 *
 * What was read is not read again before all of it is answered.  Another daemon may take the same; the id makes that harmless. */
#include "inbox.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "log.h"
#include "wire/wire.h"

struct inbox {
    struct store *store;
    struct intake *intake;
    struct event *timer;
    bool reading, woken;
    size_t n_storing;
};

/* A submission in intake's hands. */
struct taken {
    struct inbox *inbox;
    char id[UUID_TEXT_MAX];
};

enum { COLUMN_ID, COLUMN_AGENT, COLUMN_ORGANISATION, COLUMN_MESSAGE };

static void settle(struct inbox *b)
{
    b->n_storing--;
    if (b->n_storing == 0 && b->woken)
        inbox_wake(b);
}

static void answered(void *arg, const struct pg_reply *r)
{
    struct inbox *b = arg;
    if (r->sqlstate[0] != '\0')
        log_error("inbox: what was taken cannot be marked: %s", r->error);
    b->woken = r->result != NULL && r->sqlstate[0] == '\0'; /* else the store's return wakes us */
    settle(b);
}

/* What is not marked is taken again, which does no harm. */
static void taken(void *arg, enum store_outcome outcome, enum refusal_reason reason)
{
    struct taken *t = arg;
    struct inbox *b = t->inbox;
    char now[CLOCK_TEXT_MAX];
    const char *const params[] = {t->id, reason != 0 ? refusal_reason_name(reason) : NULL,
                                  clock_format(clock_now_us(), now)};
    if (reason != 0)
        log_warning("inbox: submission %s is refused: %s", t->id, refusal_reason_name(reason));
    b->woken = b->woken && outcome != STORE_AWAY;
    if (outcome == STORE_AWAY ||
        !store_query(b->store, STORE_CONTROL, STORE_ANSWER_INBOX, 3, params, answered, b))
        settle(b);
    free(t);
}

static void take(struct inbox *b, const PGresult *rows, int row, const uint8_t *bytes, size_t len)
{
    struct intake_parcel parcel = {
        .agent = {(int32_t)strtol(PQgetvalue(rows, row, COLUMN_AGENT), NULL, 10),
                  (int32_t)strtol(PQgetvalue(rows, row, COLUMN_ORGANISATION), NULL, 10)},
        .door = DOOR_CONTROL,
        .bytes = bytes,
        .len = len,
    };
    struct taken *t = malloc(sizeof *t);
    if (t == NULL)
        return;
    t->inbox = b;
    snprintf(t->id, sizeof t->id, "%s", PQgetvalue(rows, row, COLUMN_ID));
    b->n_storing++;
    if (!intake_bring(b->intake, &parcel, taken, t)) {
        free(t);
        settle(b); /* the store's return wakes us */
    }
}

static void on_read(void *arg, const struct pg_reply *r)
{
    struct inbox *b = arg;
    b->reading = false;
    if (r->sqlstate[0] != '\0')
        log_error("inbox: cannot be read: %s", r->error);
    if (r->result == NULL || r->sqlstate[0] != '\0')
        return;
    b->woken = false;
    b->n_storing++; /* so that nothing is read before all rows were handed over */
    for (int i = 0; i < PQntuples(r->result); i++) {
        size_t len;
        unsigned char *bytes =
            PQunescapeBytea((unsigned char *)PQgetvalue(r->result, i, COLUMN_MESSAGE), &len);
        if (bytes != NULL)
            take(b, r->result, i, bytes, len);
        PQfreemem(bytes);
    }
    settle(b);
}

void inbox_wake(struct inbox *b)
{
    static const char *const params[] = {"16"};
    _Static_assert(INBOX_BATCH == 16, "as the parameter says");
    b->woken = true;
    if (b->reading || b->n_storing > 0)
        return;
    b->reading = store_query(b->store, STORE_CONTROL, STORE_READ_INBOX, 1, params, on_read, b);
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    inbox_wake(arg);
}

struct inbox *inbox_new(struct event_base *base, struct store *store, struct intake *intake)
{
    static const struct timeval interval = {.tv_sec = INBOX_INTERVAL_S};
    struct inbox *b = calloc(1, sizeof *b);
    if (b == NULL)
        return NULL;
    b->store = store;
    b->intake = intake;
    b->timer = event_new(base, -1, EV_PERSIST, on_timer, b);
    if (b->timer == NULL || event_add(b->timer, &interval) != 0) {
        inbox_free(b);
        return NULL;
    }
    return b;
}

void inbox_free(struct inbox *b)
{
    if (b == NULL)
        return;
    if (b->timer != NULL)
        event_free(b->timer);
    free(b);
}
