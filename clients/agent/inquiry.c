/* inquiry: see inquiry.h. */
#include "agent/inquiry.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/monotonic.h"
#include "agent/pages.h"
#include "base/clock.h"
#include "wire/wire.h"

#ifndef VEKHA_VERSION
#define VEKHA_VERSION "unknown"
#endif

enum { BESIDE_WAIT_MS = 2000, BESIDE_MOST_MS = 10000, US_PER_S = 1000000 };

struct inquiry {
    struct connection *connection;
    const char *spool;
    int wait_ms;
    int64_t patience, end; /* monotonic_ms(): of this page, and of all */
    struct arena *arena;
    struct pages *old, *pages;    /* old: NULL if there are none */
    char next[WIRE_MAX_CODE + 1]; /* the page that is asked for; "": the first */
    bool asked, welcomed;
    unsigned epoch; /* of the connection, when it was asked */
    enum inquiry_end how;
    bool ended;
    uint8_t buf[WIRE_MAX_MESSAGE];
};

static void end(struct inquiry *q, enum inquiry_end how)
{
    q->how = how;
    q->ended = true;
}

static const char *place(const struct inquiry *q)
{
    return *q->next != '\0' ? q->next : NULL;
}

static void ask(struct inquiry *q)
{
    struct message m = {.kind = MESSAGE_HELLO,
                        .u.hello = {.software = "vekha-submit " VEKHA_VERSION}};
    uint8_t *bytes;
    size_t len;
    if (q->welcomed) {
        const uint8_t *tag = q->old != NULL ? pages_tag(q->old, place(q)) : NULL;
        m = (struct message){.kind = MESSAGE_CONSULT,
                             .u.consult = {.after = place(q), .has_tag = tag != NULL}};
        if (tag != NULL)
            memcpy(m.u.consult.tag, tag, WIRE_TAG);
    }
    arena_reset(q->arena);
    q->asked = wire_pack(&m, q->arena, &bytes, &len) == WIRE_OK &&
               connection_send(q->connection, bytes, len);
}

static void save(struct inquiry *q)
{
    if (pages_save(q->pages, q->spool, clock_now_us()))
        end(q, INQUIRY_DONE);
    else
        end(q, INQUIRY_FAILED);
}

static bool same_place(const char *a, const char *b)
{
    return (a == NULL && b == NULL) || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* An answer to what was asked before is none to this.  The centre names pages, so each is asked for
 * once: else a centre gone mad would keep us for ever. */
static void on_page(struct inquiry *q, const struct part_page *page)
{
    if (!same_place(page->after, place(q)))
        return;
    if (pages_tag(q->pages, page->after) != NULL || !pages_add(q->pages, page, q->old)) {
        end(q, INQUIRY_FAILED);
    } else if (page->next == NULL) {
        save(q);
    } else {
        snprintf(q->next, sizeof q->next, "%s", page->next);
        q->asked = false;
    }
}

/* A centre of a version before parts, or one that refuses. */
static bool gives_none(const struct message *m)
{
    return m->kind == MESSAGE_WELCOME ? m->u.welcome.max_part_lines == 0
                                      : m->kind == MESSAGE_REFUSAL && !m->u.refusal.has_id;
}

static void take(struct inquiry *q, const struct message *m)
{
    q->patience = monotonic_ms() + q->wait_ms;
    if (gives_none(m)) {
        end(q, INQUIRY_NOT_GIVEN);
    } else if (m->kind == MESSAGE_WELCOME && !q->welcomed) {
        q->welcomed = true;
        q->asked = false;
    } else if (m->kind == MESSAGE_PART) {
        on_page(q, &m->u.part);
    } else if (m->kind == MESSAGE_LATER && !m->u.later.has_id) {
        end(q, INQUIRY_NO_ANSWER);
    }
}

static void take_messages(struct inquiry *q)
{
    long len;
    while (!q->ended && (len = connection_receive(q->connection, q->buf, sizeof q->buf)) >= 0) {
        struct message m = {.kind = MESSAGE_PING};
        arena_reset(q->arena);
        if (wire_unpack(q->buf, (size_t)len, q->arena, &m) == WIRE_OK)
            take(q, &m);
    }
}

static void step(struct inquiry *q)
{
    int64_t now = monotonic_ms(), until = q->patience < q->end ? q->patience : q->end;
    enum connection_state state = connection_state(q->connection);
    unsigned epoch = connection_epoch(q->connection);
    if (state == CONNECTION_READY && epoch != q->epoch) {
        q->epoch = epoch;
        q->asked = false; /* what was asked may be lost */
    }
    if (state == CONNECTION_READY)
        take_messages(q);
    if (!q->ended && state == CONNECTION_READY && !q->asked)
        ask(q);
    if (!q->ended && (now >= until || connection_key_refused(q->connection)))
        end(q, INQUIRY_NO_ANSWER);
    if (!q->ended && !connection_wait(q->connection, (int)(until - now)))
        end(q, INQUIRY_FAILED);
}

/* A damaged file is as none: all is fetched anew. */
static struct pages *read_old(const char *spool)
{
    size_t len;
    char *bytes = pages_load(spool, &len);
    struct pages *old = bytes != NULL ? pages_read(bytes, len) : NULL;
    free(bytes);
    return old;
}

enum inquiry_end inquiry_over(struct connection *c, const char *spool, int wait_ms, int most_ms)
{
    struct inquiry *q = calloc(1, sizeof *q);
    if (q == NULL)
        return INQUIRY_FAILED;
    q->connection = c;
    q->spool = spool;
    q->wait_ms = wait_ms;
    q->patience = monotonic_ms() + wait_ms;
    q->end = monotonic_ms() + most_ms;
    q->how = INQUIRY_FAILED;
    q->arena = arena_new(WIRE_MAX_UNPACKED);
    q->pages = pages_new();
    q->old = read_old(spool);
    while (!q->ended && q->arena != NULL && q->pages != NULL)
        step(q);
    enum inquiry_end how = q->how;
    int error = errno;
    arena_free(q->arena);
    pages_free(q->pages);
    pages_free(q->old);
    free(q);
    errno = error;
    return how;
}

bool inquiry_is_fresh(const struct part *p)
{
    int64_t age_us = p != NULL ? clock_now_us() - part_fetched_us(p) : 0;
    return p != NULL && age_us >= 0 && age_us < (int64_t)INQUIRY_FRESH_S * US_PER_S;
}

enum inquiry_end inquiry_refresh(struct connection *c, const char *spool)
{
    struct part *p = part_open(spool);
    bool fresh = inquiry_is_fresh(p);
    part_free(p);
    return fresh ? INQUIRY_DONE : inquiry_over(c, spool, BESIDE_WAIT_MS, BESIDE_MOST_MS);
}

enum inquiry_end inquiry_run(const struct conf *conf, int wait_ms, int most_ms)
{
    struct connection *c = connection_new(conf);
    enum inquiry_end how =
        c != NULL ? inquiry_over(c, conf->spool, wait_ms, most_ms) : INQUIRY_FAILED;
    connection_free(c);
    return how;
}
