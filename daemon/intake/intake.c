/* intake: one table of message kinds.  A submission that waits for the store is remembered with
 * nothing but where its answer goes, its id and its language; the store bounds how many there are.
 */
#include "intake/intake.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/shortage.h"
#include "rules/inspect.h"
#include "intake/record.h"
#include "log.h"
#include "rules/texts.h"
#include "wire/arena.h"
#include "wire/form.h"
#include "wire/scan.h"
#include "wire/wire.h"

enum {
    RETRY_CREDITS_MS = 1000,
    RETRY_AWAY_MS = 5000,
    RETRY_STOPPING_MS = 5000,
};

struct intake {
    const struct catalogue *catalogue;
    struct store *store;
    struct incidents *incidents;
    struct metrics *metrics;
    struct intake_hooks hooks;
    struct arena *in, *out; /* for the message being read, for the answer being packed */
    bool closed;
};

/* A submission in the store's hands. */
struct pending {
    struct intake *intake;
    struct intake_origin from;
    struct uuid id;
    enum lang language;
    int64_t since;              /* when it was read, by metrics_now() */
    enum refusal_reason reason; /* once it is refused */
};

/* One message in hand. */
struct letter {
    const struct intake_origin *from;
    const uint8_t *bytes;
    size_t len;
    struct message message;
};

/* --- answers --- */

static void reply(struct intake *in, const struct intake_origin *to, const struct message *m,
                  bool settled)
{
    uint8_t *bytes;
    size_t len;
    arena_reset(in->out);
    enum wire_error error = wire_pack(m, in->out, &bytes, &len);
    if (error != WIRE_OK) {
        log_error("an answer (%s) to agent %d cannot be packed: %s", message_kind_name(m->kind),
                  (int)to->agent, wire_error_name(error));
        bytes = NULL;
        len = 0;
    }
    in->hooks.answer(in->hooks.arg, to, bytes, len, settled);
}

static void send_later(struct intake *in, const struct intake_origin *to, struct uuid id,
                       enum later_reason reason, bool settled)
{
    static const uint32_t retry_ms[] = {
        [LATER_CREDITS] = RETRY_CREDITS_MS,
        [LATER_DATABASE_AWAY] = RETRY_AWAY_MS,
        [LATER_STOPPING] = RETRY_STOPPING_MS,
    };
    struct message m = {
        .kind = MESSAGE_LATER,
        .u.later = {.has_id = true, .id = id, .reason = reason, .retry_after_ms = retry_ms[reason]},
    };
    metrics_add(in->metrics, METRIC_ANSWER_LATER, 1);
    reply(in, to, &m, settled);
}

static void send_refusal(struct intake *in, const struct intake_origin *to, const struct uuid *id,
                         enum refusal_reason reason, const char *text, bool settled)
{
    struct message m = {.kind = MESSAGE_REFUSAL,
                        .u.refusal = {.has_id = id != NULL, .reason = reason, .text = text}};
    if (id != NULL)
        m.u.refusal.id = *id;
    metrics_add(in->metrics, METRIC_ANSWER_REFUSAL, 1);
    reply(in, to, &m, settled);
}

/* --- what the store says --- */

static void send_receipt(struct intake *in, const struct pending *p, const struct receipt *receipt,
                         enum metric counted_as)
{
    struct message m = {.kind = MESSAGE_RECEIPT, .u.receipt = *receipt};
    reply(in, &p->from, &m, true);
    metrics_add(in->metrics, counted_as, 1);
    metrics_observe_since(in->metrics, HISTOGRAM_RECEIPT, p->since);
}

/* If nobody knows whether it was noted, it is to come again. */
static void noted(void *arg, bool kept)
{
    struct pending *p = arg;
    if (kept)
        send_refusal(p->intake, &p->from, &p->id, p->reason,
                     text_of_refusal(p->reason, p->language), true);
    else
        send_later(p->intake, &p->from, p->id, LATER_DATABASE_AWAY, true);
    free(p);
}

static void refuse_pending(struct intake *in, struct pending *p, enum incident what,
                           enum refusal_reason reason)
{
    p->reason = reason;
    incidents_note(in->incidents, what, p->from.agent, p->id, noted, p);
}

static void stored(void *arg, enum store_outcome outcome, const struct receipt *receipt)
{
    struct pending *p = arg;
    struct intake *in = p->intake;
    char id[UUID_TEXT_MAX];
    switch (outcome) {
    case STORE_STORED:
        send_receipt(in, p, receipt, METRIC_ANSWER_RECEIPT);
        metrics_add(in->metrics, METRIC_FIGURES, receipt->n_figures);
        break;
    case STORE_REPEATED:
        send_receipt(in, p, receipt, METRIC_ANSWER_REPEAT);
        break;
    case STORE_ALTERED:
        log_warning("agent %d sent submission %s again with other contents; the first ones stand",
                    (int)p->from.agent, uuid_format(p->id, id));
        refuse_pending(in, p, INCIDENT_ALTERED, REFUSAL_ALTERED);
        return;
    case STORE_POISONED:
        log_error(
            "the database refuses submission %s of agent %d even alone; see the message before",
            uuid_format(p->id, id), (int)p->from.agent);
        refuse_pending(in, p, INCIDENT_REFUSED, REFUSAL_POISONED);
        return;
    case STORE_AWAY:
        send_later(in, &p->from, p->id, LATER_DATABASE_AWAY, true);
        break;
    }
    free(p);
}

/* --- what comes in --- */

/* Each returns true if a submission now waits for the store. */
typedef bool letter_fn(struct intake *in, const struct letter *l);

static bool on_hello(struct intake *in, const struct letter *l)
{
    const struct agent *agent = catalogue_agent(in->catalogue, l->from->agent);
    const struct organisation *own =
        agent == NULL ? NULL : catalogue_organisation(in->catalogue, agent->organisation);
    if (own == NULL) {
        send_refusal(in, l->from, NULL, REFUSAL_REVOKED, text_of_refusal_in_both(REFUSAL_REVOKED),
                     false);
        return false;
    }
    struct message m = {
        .kind = MESSAGE_WELCOME,
        .u.welcome =
            {
                .organisation = own->code,
                .organisation_name = form_text_tamed(TEXT_NAME, own->name, in->in),
                .max_message_bytes = WIRE_MAX_MESSAGE,
                .max_figures = WIRE_MAX_FIGURES,
                .credits = INTAKE_CREDITS,
                .time_us = clock_now_us(),
                .replay = catalogue_is_replay(in->catalogue),
                .max_narratives = WIRE_MAX_NARRATIVES,
                .max_steps = WIRE_MAX_STEPS,
                .max_part_lines = WIRE_MAX_LINES,
                .max_questions = WIRE_MAX_QUESTIONS,
            },
    };
    reply(in, l->from, &m, false);
    in->hooks.arrived(in->hooks.arg, l->from);
    return false;
}

static bool on_enrol(struct intake *in, const struct letter *l)
{
    in->hooks.enrol(in->hooks.arg, l->from, &l->message.u.enrol);
    return false;
}

static bool on_ping(struct intake *in, const struct letter *l)
{
    struct message m = {.kind = MESSAGE_PONG, .u.ping = l->message.u.ping};
    reply(in, l->from, &m, false);
    return false;
}

static bool on_pong(struct intake *in, const struct letter *l)
{
    (void)in;
    (void)l;
    return false; /* it came, which is all that a pong says */
}

static bool on_watch(struct intake *in, const struct letter *l)
{
    in->hooks.watch(in->hooks.arg, l->from, &l->message.u.watch);
    return false;
}

static bool on_consult(struct intake *in, const struct letter *l)
{
    in->hooks.consult(in->hooks.arg, l->from, &l->message.u.consult);
    return false;
}

static bool on_hear(struct intake *in, const struct letter *l)
{
    in->hooks.hear(in->hooks.arg, l->from, &l->message.u.hear);
    return false;
}

static bool on_reply(struct intake *in, const struct letter *l)
{
    uint8_t sha256[crypto_hash_sha256_BYTES];
    if (in->closed) {
        send_later(in, l->from, l->message.u.reply.id, LATER_STOPPING, false);
        return false;
    }
    crypto_hash_sha256(sha256, l->bytes, l->len);
    in->hooks.reply(in->hooks.arg, l->from, &l->message.u.reply, sha256);
    return false;
}

/* How a submission reaches the store: judged by the rules, and with the hash of its bytes.  The reason why not, or 0. */
static enum refusal_reason prepare(struct intake *in, const struct submission *s,
                                   const struct agent *agent, enum door door, const uint8_t *bytes,
                                   size_t len, struct stored_submission *ret)
{
    *ret = (struct stored_submission){
        .id = s->id,
        .door = door,
        .author = s->author,
        .composed_us = s->composed_us,
        .received_us = clock_now_us(),
    };
    if (agent == NULL)
        return REFUSAL_REVOKED;
    ret->agent = agent->id;
    crypto_hash_sha256(ret->sha256, bytes, len);
    const struct reference reference = catalogue_reference(in->catalogue);
    const struct inspection by = {
        .reference = &reference, .agent = agent, .now_us = ret->received_us};
    struct inspected judged;
    return inspect(&by, s, in->in, &judged) && record_fill(s, &judged, in->in, ret)
               ? 0
               : REFUSAL_MALFORMED;
}

/* True if it now waits for the store, with p. */
static bool submit(struct intake *in, const struct letter *l, struct pending *p)
{
    const struct submission *s = &l->message.u.submission;
    struct stored_submission out;
    unsigned shortages = shortage_count();
    enum refusal_reason reason = prepare(in, s, catalogue_agent(in->catalogue, l->from->agent),
                                         DOOR_WIRE, l->bytes, l->len, &out);
    bool short_of_memory =
        shortage_count() != shortages; /* no reason to refuse, nor to judge by half */
    if (reason != 0 && !short_of_memory) {
        send_refusal(in, l->from, &s->id, reason, text_of_refusal(reason, s->language), false);
        return false;
    }
    if (short_of_memory || !store_submit(in->store, &out, stored, p)) {
        send_later(in, l->from, s->id, LATER_DATABASE_AWAY, false);
        return false;
    }
    return true;
}

static bool on_submission(struct intake *in, const struct letter *l)
{
    const struct submission *s = &l->message.u.submission;
    if (in->closed || !store_is_open(in->store)) {
        send_later(in, l->from, s->id, in->closed ? LATER_STOPPING : LATER_DATABASE_AWAY, false);
        return false;
    }
    struct pending *p = malloc(sizeof *p);
    if (p == NULL) {
        send_later(in, l->from, s->id, LATER_DATABASE_AWAY, false);
        return false;
    }
    *p = (struct pending){.intake = in,
                          .from = *l->from,
                          .id = s->id,
                          .language = s->language,
                          .since = metrics_now()};
    if (!submit(in, l, p)) {
        free(p);
        return false;
    }
    return true;
}

/* The messages that a school sends, and what its key must be for them; all others are the centre's own. */
static const struct {
    letter_fn *take;
    enum key_right right;
} letters[] = {
    [MESSAGE_HELLO] = {on_hello, KEY_INVITES},
    [MESSAGE_SUBMISSION] = {on_submission, KEY_SPEAKS},
    [MESSAGE_PING] = {on_ping, KEY_INVITES},
    [MESSAGE_PONG] = {on_pong, KEY_INVITES},
    [MESSAGE_WATCH] = {on_watch, KEY_SPEAKS},
    [MESSAGE_ENROL] = {on_enrol, KEY_INVITES},
    [MESSAGE_CONSULT] = {on_consult, KEY_SPEAKS},
    [MESSAGE_HEAR] = {on_hear, KEY_SPEAKS},
    [MESSAGE_REPLY] = {on_reply, KEY_SPEAKS},
};

/* A peer that breaks the protocol is told why; the reasons of wire.h become those of the protocol.
 */
static enum refusal_reason refusal_of(enum wire_error error)
{
    static const enum refusal_reason reasons[] = {
        [WIRE_OTHER_VERSION] = REFUSAL_VERSION,
        [WIRE_BAD_ID] = REFUSAL_BAD_ID,
        [WIRE_EMPTY] = REFUSAL_EMPTY,
        [WIRE_TOO_MANY_FIGURES] = REFUSAL_TOO_MANY_FIGURES,
    };
    bool named = (size_t)error < sizeof reasons / sizeof *reasons && reasons[error] != 0;
    return named ? reasons[error] : REFUSAL_MALFORMED;
}

static void refuse_unread(struct intake *in, const struct intake_origin *from, const uint8_t *bytes,
                          size_t len, enum refusal_reason reason)
{
    struct scan scan = {.has_id = false};
    if (len <= WIRE_MAX_MESSAGE)
        (void)scan_envelope(bytes, len, &scan);
    send_refusal(in, from, scan.has_id ? &scan.id : NULL, reason, text_of_refusal_in_both(reason),
                 false);
}

/* Unpacks a message; false if it was refused. */
static bool open_letter(struct intake *in, const struct intake_origin *from, const uint8_t *bytes,
                        size_t len, struct letter *ret)
{
    *ret = (struct letter){.from = from, .bytes = bytes, .len = len};
    arena_reset(in->in);
    enum wire_error error = wire_unpack(bytes, len, in->in, &ret->message);
    size_t kind = (size_t)ret->message.kind;
    if (error == WIRE_OK && kind < sizeof letters / sizeof *letters && letters[kind].take != NULL) {
        if (from->right >= letters[kind].right)
            return true;
        log_notice("agent %d used an invitation for a %s, which is refused", (int)from->agent,
                   message_kind_name(ret->message.kind));
        refuse_unread(in, from, bytes, len, REFUSAL_INVITED);
        return false;
    }
    log_info("agent %d sent what cannot be read: %s", (int)from->agent,
             error != WIRE_OK ? wire_error_name(error) : message_kind_name(ret->message.kind));
    refuse_unread(in, from, bytes, len, refusal_of(error));
    return false;
}

bool intake_take(struct intake *in, const struct intake_origin *from, const uint8_t *bytes,
                 size_t len)
{
    struct letter l;
    return open_letter(in, from, bytes, len, &l) && letters[l.message.kind].take(in, &l);
}

/* --- what is brought in at the centre --- */

struct brought {
    struct intake *intake;
    int32_t agent;
    struct uuid id;
    intake_brought_fn *fn;
    void *arg;
};

static void brought_stored(void *arg, enum store_outcome outcome, const struct receipt *receipt)
{
    static const enum refusal_reason reasons[] = {
        [STORE_ALTERED] = REFUSAL_ALTERED, [STORE_POISONED] = REFUSAL_POISONED, [STORE_AWAY] = 0};
    struct brought *b = arg;
    if (outcome == STORE_STORED)
        metrics_add(b->intake->metrics, METRIC_FIGURES, receipt->n_figures);
    else if (outcome == STORE_ALTERED || outcome == STORE_POISONED)
        incidents_note(b->intake->incidents,
                       outcome == STORE_ALTERED ? INCIDENT_ALTERED : INCIDENT_REFUSED, b->agent,
                       b->id, NULL, NULL);
    b->fn(b->arg, outcome, reasons[outcome]);
    free(b);
}

/* The reason why it is no submission, or 0. */
static enum refusal_reason open_parcel(struct intake *in, const struct intake_parcel *parcel,
                                       struct message *ret)
{
    arena_reset(in->in);
    enum wire_error error = wire_unpack(parcel->bytes, parcel->len, in->in, ret);
    if (error != WIRE_OK)
        return refusal_of(error);
    return ret->kind == MESSAGE_SUBMISSION ? 0 : REFUSAL_MALFORMED;
}

bool intake_bring(struct intake *in, const struct intake_parcel *parcel, intake_brought_fn *fn,
                  void *arg)
{
    struct message m;
    struct stored_submission out;
    unsigned shortages = shortage_count();
    if (in->closed || !store_is_open(in->store))
        return false;
    enum refusal_reason reason = open_parcel(in, parcel, &m);
    if (reason == 0)
        reason = prepare(in, &m.u.submission, &parcel->agent, parcel->door, parcel->bytes,
                         parcel->len, &out);
    if (shortage_count() != shortages)
        return false;
    if (reason != 0) {
        fn(arg, STORE_POISONED, reason);
        return true;
    }
    struct brought *b = malloc(sizeof *b);
    if (b == NULL)
        return false;
    *b = (struct brought){in, parcel->agent.id, out.id, fn, arg};
    if (store_submit(in->store, &out, brought_stored, b))
        return true;
    free(b);
    return false;
}

void intake_put_off(struct intake *in, const struct intake_origin *from, const uint8_t *bytes,
                    size_t len, enum later_reason reason)
{
    struct letter l;
    if (!open_letter(in, from, bytes, len, &l))
        return;
    if (l.message.kind == MESSAGE_SUBMISSION)
        send_later(in, from, l.message.u.submission.id, reason, false);
    else
        (void)letters[l.message.kind].take(in, &l); /* control messages cost no credit */
}

void intake_refuse(struct intake *in, const struct intake_origin *from, const uint8_t *bytes,
                   size_t len, enum refusal_reason reason)
{
    refuse_unread(in, from, bytes, len, reason);
}

void intake_close(struct intake *in)
{
    in->closed = true;
}

/* --- life --- */

struct intake *intake_new(const struct catalogue *catalogue, struct store *store,
                          struct incidents *incidents, struct metrics *metrics,
                          const struct intake_hooks *hooks)
{
    struct intake *in = calloc(1, sizeof *in);
    if (in == NULL)
        return NULL;
    *in = (struct intake){
        .catalogue = catalogue,
        .store = store,
        .incidents = incidents,
        .metrics = metrics,
        .hooks = *hooks,
        .in = arena_new(
            2 *
            WIRE_MAX_UNPACKED), /* the message, and as much again for what the rules make of it */
        .out = arena_new(WIRE_MAX_UNPACKED),
    };
    if (in->in == NULL || in->out == NULL || sodium_init() < 0) {
        intake_free(in);
        return NULL;
    }
    return in;
}

void intake_free(struct intake *in)
{
    if (in == NULL)
        return;
    arena_free(in->in);
    arena_free(in->out);
    free(in);
}
