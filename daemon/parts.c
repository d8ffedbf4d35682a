/* parts: see parts.h.
 *
 *     consult ──► waiting, in a ring ──its turn──► query ──► a page, and the next one's turn
 *
 * The place of a page is "OWNER.ITEM", the last group of lines on the page before (sql/025_part.sql). */
#include "parts.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "log.h"
#include "rules/texts.h"
#include "wire/form.h"
#include "wire/wire.h"

enum {
    RETRY_MS = 5000,
    PAGE_BYTES = WIRE_MAX_MESSAGE, /* of lines, when enough groups have been read */
    ROOM = 4 * 1024 * 1024,        /* for the lines of a page and the group that went beyond */
};

/* "1.0": after the first line of organisation 1. */
struct place {
    int32_t owner, item;
};

struct waiting {
    struct intake_origin from;
    int32_t organisation;
    struct consult consult; /* its `after` is in `after` */
    char after[WIRE_MAX_CODE + 1];
    struct place place;
};

struct parts {
    struct store *store;
    const struct catalogue *catalogue;
    parts_answer_fn *answer;
    void *arg;
    struct arena *lines, *out;
    bool asking; /* the first in the ring has its query on its way */
    size_t first, n;
    struct waiting ring[PARTS_MAX_WAITING];
};

/* The page being made. */
struct page {
    size_t n;
    const char *lines[WIRE_MAX_LINES];
    struct place last; /* group that is on it, whole */
    bool full;
};

enum { COLUMN_OWNER, COLUMN_ITEM, COLUMN_LINES };

/* --- answers --- */

static void reply(struct parts *p, const struct intake_origin *to, const struct message *m)
{
    uint8_t *bytes;
    size_t len;
    arena_reset(p->out);
    enum wire_error error = wire_pack(m, p->out, &bytes, &len);
    if (error == WIRE_OK)
        p->answer(p->arg, to, bytes, len);
    else
        log_error("parts: an answer (%s) to agent %d cannot be packed: %s",
                  message_kind_name(m->kind), (int)to->agent, wire_error_name(error));
}

static void send_later(struct parts *p, const struct intake_origin *to, enum later_reason reason)
{
    const struct message m = {.kind = MESSAGE_LATER,
                              .u.later = {.reason = reason, .retry_after_ms = RETRY_MS}};
    reply(p, to, &m);
}

static void send_refusal(struct parts *p, const struct intake_origin *to,
                         enum refusal_reason reason)
{
    const struct message m = {
        .kind = MESSAGE_REFUSAL,
        .u.refusal = {.reason = reason, .text = text_of_refusal_in_both(reason)}};
    reply(p, to, &m);
}

/* --- a page --- */

/* Cuts a group into lines behind those of the page; false if they do not fit, and the page is as it
 * was before. */
static bool add_group(struct parts *p, struct page *page, const char *group)
{
    size_t n = page->n, before = page->n;
    for (const char *next; *group != '\0'; group = next + (*next != '\0')) {
        next = strchrnul(group, '\n');
        char *line =
            n < WIRE_MAX_LINES ? arena_copy_text(p->lines, group, (size_t)(next - group)) : NULL;
        if (line == NULL || !form_text_ok(TEXT_FACT, line)) {
            if (line == NULL)
                break;
            log_error("parts: a line of the catalogue cannot be told: %.60s", line);
            continue;
        }
        page->lines[n++] = line;
    }
    page->full = *group != '\0' || wire_lines_that_fit(page->lines, n) < n;
    page->n = page->full ? before : n;
    return !page->full;
}

/* A group that is too large even alone is told as far as it fits, or nothing would follow it. */
static void add_what_fits(struct parts *p, struct page *page, const char *group)
{
    size_t n = 0;
    for (const char *next; *group != '\0' && n < WIRE_MAX_LINES; group = next + (*next != '\0')) {
        next = strchrnul(group, '\n');
        char *line = arena_copy_text(p->lines, group, (size_t)(next - group));
        if (line != NULL && form_text_ok(TEXT_FACT, line))
            page->lines[n++] = line;
    }
    page->n = wire_lines_that_fit(page->lines, n);
}

static int32_t number_in(const PGresult *rows, int row, int column)
{
    return (int32_t)strtol(PQgetvalue(rows, row, column), NULL, 10);
}

/* True if there may be more after it. */
static bool make_page(struct parts *p, const PGresult *rows, struct page *ret)
{
    size_t bytes = 0;
    int n = PQntuples(rows);
    arena_reset(p->lines);
    ret->n = 0;
    for (int i = 0; i < n; i++) {
        const char *group = PQgetvalue(rows, i, COLUMN_LINES);
        if (!add_group(p, ret, group)) {
            if (i > 0)
                return true;
            log_warning("parts: lines of one series are more than a message holds");
            add_what_fits(p, ret, group);
        }
        bytes += strlen(group);
        ret->last =
            (struct place){number_in(rows, i, COLUMN_OWNER), number_in(rows, i, COLUMN_ITEM)};
    }
    return bytes > PAGE_BYTES;
}

static void hash_text(crypto_hash_sha256_state *state, const char *text)
{
    crypto_hash_sha256_update(state, (const uint8_t *)text, strlen(text) + 1);
}

static void tag_of(const struct part_page *page, uint8_t ret[WIRE_TAG])
{
    _Static_assert(WIRE_TAG == crypto_hash_sha256_BYTES, "a tag is a hash");
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    hash_text(&state, page->next != NULL ? page->next : "");
    for (size_t i = 0; i < page->n_lines; i++)
        hash_text(&state, page->lines[i]);
    crypto_hash_sha256_final(&state, ret);
}

static void send_page(struct parts *p, const struct waiting *w, const PGresult *rows)
{
    struct page page = {.n = 0};
    char next[WIRE_MAX_CODE + 1];
    struct message m = {.kind = MESSAGE_PART};
    struct part_page *out = &m.u.part;
    bool more = make_page(p, rows, &page);
    snprintf(next, sizeof next, "%d.%d", (int)page.last.owner, (int)page.last.item);
    out->after = w->after;
    out->next = more ? next : NULL;
    out->lines = page.lines;
    out->n_lines = page.n;
    tag_of(out, out->tag);
    out->unchanged = w->consult.has_tag && memcmp(w->consult.tag, out->tag, WIRE_TAG) == 0;
    out->n_lines = out->unchanged ? 0 : page.n;
    reply(p, &w->from, &m);
}

/* --- turns --- */

static struct waiting *at(struct parts *p, size_t i)
{
    return &p->ring[(p->first + i) % PARTS_MAX_WAITING];
}

static void take_turn(struct parts *p);

static void on_page(void *arg, const struct pg_reply *r)
{
    struct parts *p = arg;
    const struct waiting w = *at(p, 0);
    p->asking = false;
    p->first = (p->first + 1) % PARTS_MAX_WAITING;
    p->n--;
    if (!catalogue_key_is_of(p->catalogue, w.from.key, w.from.agent)) {
        send_refusal(p, &w.from, REFUSAL_REVOKED);
    } else if (r->result != NULL && *r->sqlstate == '\0') {
        send_page(p, &w, r->result);
    } else {
        if (*r->sqlstate != '\0')
            log_error("parts: %s", r->error);
        send_later(p, &w.from, LATER_DATABASE_AWAY);
    }
    take_turn(p);
}

static bool ask(struct parts *p, const struct waiting *w)
{
    char organisation[16], owner[16], item[16], bytes[16], now[CLOCK_TEXT_MAX];
    const char *const params[] = {organisation, owner, item, clock_format(clock_now_us(), now),
                                  bytes};
    snprintf(organisation, sizeof organisation, "%d", (int)w->organisation);
    snprintf(owner, sizeof owner, "%d", (int)w->place.owner);
    snprintf(item, sizeof item, "%d", (int)w->place.item);
    snprintf(bytes, sizeof bytes, "%d", PAGE_BYTES);
    return store_query(p->store, STORE_CONTROL, STORE_PART, 5, params, on_page, p);
}

/* Asks for the first in the ring; whoever cannot be asked for is told so at once. */
static void take_turn(struct parts *p)
{
    while (p->n > 0 && !p->asking) {
        p->asking = ask(p, at(p, 0));
        if (!p->asking) {
            send_later(p, &at(p, 0)->from, LATER_DATABASE_AWAY);
            p->first = (p->first + 1) % PARTS_MAX_WAITING;
            p->n--;
        }
    }
}

static bool is_same_connection(const struct intake_origin *a, const struct intake_origin *b)
{
    return a->peer_len == b->peer_len && memcmp(a->peer, b->peer, a->peer_len) == 0;
}

/* The place of a connection's consult, a new one at the end if there is none; one whose query is on
 * its way is not touched.  NULL if there is no room. */
static struct waiting *place_of(struct parts *p, const struct intake_origin *from)
{
    for (size_t i = p->asking; i < p->n; i++)
        if (is_same_connection(&at(p, i)->from, from))
            return at(p, i);
    return p->n < PARTS_MAX_WAITING ? at(p, p->n++) : NULL;
}

/* A number of at most nine digits; false if there is none. */
static bool read_number(const char **at, int32_t *ret)
{
    enum { DIGITS_MAX = 9 };
    size_t n = strspn(*at, "0123456789");
    if (n == 0 || n > DIGITS_MAX)
        return false;
    *ret = (int32_t)strtol(*at, NULL, 10);
    *at += n;
    return true;
}

static bool read_place(const char *after, struct place *ret)
{
    *ret = (struct place){0, 0};
    return after == NULL || (read_number(&after, &ret->owner) && *after++ == '.' &&
                             read_number(&after, &ret->item) && *after == '\0');
}

void parts_consult(struct parts *p, const struct intake_origin *from, const struct consult *consult)
{
    const struct agent *agent = catalogue_agent(p->catalogue, from->agent);
    struct place place;
    struct waiting *w;
    if (agent == NULL) {
        send_refusal(p, from, REFUSAL_REVOKED);
    } else if (!read_place(consult->after, &place)) {
        send_refusal(p, from, REFUSAL_MALFORMED);
    } else if ((w = place_of(p, from)) == NULL) {
        send_later(p, from, LATER_CREDITS);
    } else {
        *w = (struct waiting){.from = *from,
                              .organisation = agent->organisation,
                              .consult = *consult,
                              .place = place};
        if (consult->after != NULL)
            snprintf(w->after, sizeof w->after, "%s", consult->after);
        w->consult.after = NULL;
        take_turn(p);
    }
}

/* --- life --- */

struct parts *parts_new(struct store *store, const struct catalogue *catalogue,
                        parts_answer_fn *answer, void *arg)
{
    struct parts *p = calloc(1, sizeof *p);
    if (p == NULL)
        return NULL;
    p->store = store;
    p->catalogue = catalogue;
    p->answer = answer;
    p->arg = arg;
    p->lines = arena_new(ROOM);
    p->out = arena_new(WIRE_MAX_UNPACKED);
    if (p->lines == NULL || p->out == NULL) {
        parts_free(p);
        return NULL;
    }
    return p;
}

void parts_free(struct parts *p)
{
    if (p == NULL)
        return;
    arena_free(p->lines);
    arena_free(p->out);
    free(p);
}
