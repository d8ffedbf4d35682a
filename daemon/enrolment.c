/* enrolment: see enrolment.h. */
#include "enrolment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "rules/texts.h"
#include "log.h"
#include "turnstile.h"
#include "wire/form.h"
#include "wire/wire.h"

enum { RETRY_MS = 5000, AGENT_TEXT_MAX = 12 };

struct enrolment {
    const struct catalogue *catalogue;
    struct store *store;
    enrolment_answer_fn *answer;
    void *arg;
    struct arena *out;
    struct turnstile turnstile;
};

/* A question on its way to the database. */
struct pending {
    struct enrolment *enrolment;
    struct intake_origin from;
    struct enrol enrol;
};

/* What enrol_key() says, and what that is called on the wire. */
static const struct {
    const char *said;
    enum refusal_reason reason; /* 0: enrolled */
} outcomes[] = {
    {"enrolled", 0},
    {"revoked", REFUSAL_REVOKED},
    {"used", REFUSAL_INVITATION_USED},
    {"over", REFUSAL_INVITATION_OVER},
    {"taken", REFUSAL_KEY_TAKEN},
    {"many", REFUSAL_TOO_MANY_KEYS},
};

/* --- answers --- */

static void reply(struct enrolment *e, const struct intake_origin *to, const struct message *m)
{
    uint8_t *bytes;
    size_t len;
    enum wire_error error = wire_pack(m, e->out, &bytes, &len);
    if (error == WIRE_OK)
        e->answer(e->arg, to, bytes, len);
    else
        log_error("an answer (%s) to agent %d cannot be packed: %s", message_kind_name(m->kind),
                  (int)to->agent, wire_error_name(error));
}

static void send_later(struct enrolment *e, const struct intake_origin *to,
                       enum later_reason reason)
{
    const struct message m = {.kind = MESSAGE_LATER,
                              .u.later = {.reason = reason, .retry_after_ms = RETRY_MS}};
    reply(e, to, &m);
}

static void send_refusal(struct enrolment *e, const struct pending *p, enum refusal_reason reason)
{
    const struct message m = {
        .kind = MESSAGE_REFUSAL,
        .u.refusal = {.reason = reason, .text = text_of_refusal(reason, p->enrol.language)}};
    if (reason == REFUSAL_INVITATION_USED)
        log_warning("the invitation of agent %d was used once more, for another key: if the school "
                    "knows nothing of it, somebody else has read it; vekhactl agent revoke %d",
                    (int)p->from.agent, (int)p->from.agent);
    else
        log_notice("agent %d may not enrol a key: %s", (int)p->from.agent,
                   refusal_reason_name(reason));
    reply(e, &p->from, &m);
}

static void send_enrolled(struct enrolment *e, const struct pending *p)
{
    const struct agent *agent = catalogue_agent(e->catalogue, p->from.agent);
    const struct organisation *own =
        agent == NULL ? NULL : catalogue_organisation(e->catalogue, agent->organisation);
    if (own == NULL) {
        send_refusal(e, p, REFUSAL_REVOKED);
        return;
    }
    const struct message m = {
        .kind = MESSAGE_ENROLLED,
        .u.enrolled = {.organisation = own->code,
                       .organisation_name = form_text_tamed(TEXT_NAME, own->name, e->out)}};
    log_notice("agent %d of %s enrolled a key", (int)p->from.agent, own->code);
    reply(e, &p->from, &m);
}

/* --- what the database says --- */

static void take_outcome(struct enrolment *e, const struct pending *p, const char *said)
{
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
        if (strcmp(outcomes[i].said, said) != 0)
            continue;
        if (outcomes[i].reason == 0)
            send_enrolled(e, p);
        else
            send_refusal(e, p, outcomes[i].reason);
        return;
    }
    log_error("enrol_key() said '%s', which is not understood", said);
    send_later(e, &p->from, LATER_DATABASE_AWAY);
}

static void enrolled(void *arg, const struct pg_reply *r)
{
    struct pending *p = arg;
    struct enrolment *e = p->enrolment;
    arena_reset(e->out);
    turnstile_leave(&e->turnstile, p->from.agent);
    if (r->sqlstate[0] != '\0')
        log_error("a key cannot be enrolled: %s", r->error);
    if (r->result == NULL || r->sqlstate[0] != '\0')
        send_later(e, &p->from, LATER_DATABASE_AWAY);
    else
        take_outcome(e, p, PQgetvalue(r->result, 0, 0));
    free(p);
}

static void retired(void *arg, const struct pg_reply *r)
{
    (void)arg;
    if (r->sqlstate[0] != '\0') /* its next hello asks again */
        log_warning("older keys of an agent cannot be revoked: %s", r->error);
}

/* --- what is asked --- */

static bool ask(struct enrolment *e, struct pending *p)
{
    char agent[AGENT_TEXT_MAX], now[CLOCK_TEXT_MAX];
    const char *const params[] = {agent, p->from.key, p->enrol.public_key,
                                  clock_format(clock_now_us(), now)};
    snprintf(agent, sizeof agent, "%d", (int)p->from.agent);
    return store_query(e->store, STORE_CONTROL, STORE_ENROL_KEY, 4, params, enrolled, p);
}

void enrolment_take(struct enrolment *e, const struct intake_origin *from,
                    const struct enrol *enrol)
{
    arena_reset(e->out);
    if (!turnstile_enter(&e->turnstile, from->agent)) {
        send_later(e, from, LATER_CREDITS);
        return;
    }
    struct pending *p = malloc(sizeof *p);
    if (p != NULL)
        *p = (struct pending){e, *from, *enrol};
    if (p != NULL && ask(e, p))
        return;
    free(p);
    turnstile_leave(&e->turnstile, from->agent);
    send_later(e, from, LATER_DATABASE_AWAY);
}

void enrolment_arrived(struct enrolment *e, const struct intake_origin *from)
{
    char agent[AGENT_TEXT_MAX], now[CLOCK_TEXT_MAX];
    const char *const params[] = {agent, from->key, clock_format(clock_now_us(), now)};
    if (from->right != KEY_SUCCEEDS)
        return;
    snprintf(agent, sizeof agent, "%d", (int)from->agent);
    if (!store_query(e->store, STORE_CONTROL, STORE_RETIRE_KEYS, 3, params, retired, e))
        log_debug("older keys of agent %d stay until its next hello", (int)from->agent);
}

/* --- the module --- */

struct enrolment *enrolment_new(const struct catalogue *catalogue, struct store *store,
                                enrolment_answer_fn *answer, void *arg)
{
    struct enrolment *e = calloc(1, sizeof *e);
    if (e == NULL)
        return NULL;
    *e = (struct enrolment){.catalogue = catalogue,
                            .store = store,
                            .answer = answer,
                            .arg = arg,
                            .out = arena_new(WIRE_MAX_UNPACKED)};
    if (e->out == NULL) {
        free(e);
        return NULL;
    }
    return e;
}

void enrolment_free(struct enrolment *e)
{
    if (e == NULL)
        return;
    arena_free(e->out);
    free(e);
}
