/* queries: see queries.h. */
#include "queries.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "log.h"
#include "rules/texts.h"
#include "turnstile.h"
#include "wire/form.h"
#include "wire/wire.h"

enum {
    RETRY_MS = 5000,
    RETRY_SOON_MS = 500, /* where only another question of the agent is in the way */
    NUMBER_MAX = 24,
    HASH = crypto_hash_sha256_BYTES,
    VERDICT_UNIT = 100,
    TEXT_MAX = WIRE_MAX_NOTE,
};

struct queries {
    struct store *store;
    const struct catalogue *catalogue;
    struct incidents *incidents;
    queries_answer_fn *answer;
    void *arg;
    struct arena *out;
    struct turnstile turnstile;
};

/* On its way to the database. */
struct pending {
    struct queries *queries;
    struct intake_origin from;
    bool is_reply; /* else nothing of what follows */
    struct uuid id;
    enum lang language;
};

/* --- answers --- */

static void answer(struct queries *q, const struct intake_origin *to, const struct message *m)
{
    uint8_t *bytes;
    size_t len;
    enum wire_error error = wire_pack(m, q->out, &bytes, &len);
    if (error == WIRE_OK)
        q->answer(q->arg, to, bytes, len);
    else
        log_error("queries: an answer (%s) to agent %d cannot be packed: %s",
                  message_kind_name(m->kind), (int)to->agent, wire_error_name(error));
}

static void send_later(const struct pending *p, enum later_reason reason)
{
    const struct message m = {
        .kind = MESSAGE_LATER,
        .u.later = {.has_id = p->is_reply,
                    .id = p->id,
                    .reason = reason,
                    .retry_after_ms = reason == LATER_CREDITS ? RETRY_SOON_MS : RETRY_MS}};
    answer(p->queries, &p->from, &m);
}

static void send_refusal(const struct pending *p, enum refusal_reason reason)
{
    const struct message m = {.kind = MESSAGE_REFUSAL,
                              .u.refusal = {.has_id = p->is_reply,
                                            .id = p->id,
                                            .reason = reason,
                                            .text = p->is_reply
                                                        ? text_of_refusal(reason, p->language)
                                                        : text_of_refusal_in_both(reason)}};
    answer(p->queries, &p->from, &m);
}

/* --- to the database and back --- */

/* Lets one more question of the agent in, or says why not; NULL then. */
static struct pending *enter(struct queries *q, const struct pending *asked)
{
    struct pending *p;
    arena_reset(q->out);
    if (catalogue_agent(q->catalogue, asked->from.agent) == NULL) {
        send_refusal(asked, REFUSAL_REVOKED);
        return NULL;
    }
    if (!turnstile_enter(&q->turnstile, asked->from.agent)) {
        send_later(asked, LATER_CREDITS);
        return NULL;
    }
    p = malloc(sizeof *p);
    if (p == NULL) {
        turnstile_leave(&q->turnstile, asked->from.agent);
        send_later(asked, LATER_DATABASE_AWAY);
        return NULL;
    }
    *p = *asked;
    return p;
}

/* Gives up what could not even be sent to the database. */
static void give_up(struct pending *p)
{
    turnstile_leave(&p->queries->turnstile, p->from.agent);
    send_later(p, LATER_DATABASE_AWAY);
    free(p);
}

/* True if the rows may be told to the agent; else it was told why not.  Bytes that the database cannot
 * hold are refused for ever, so that they do not come again and again. */
static bool may_tell(const struct pending *p, const struct pg_reply *r)
{
    struct queries *q = p->queries;
    arena_reset(q->out);
    turnstile_leave(&q->turnstile, p->from.agent);
    if (*r->sqlstate != '\0')
        log_error("queries: %s", r->error);
    if (!catalogue_key_is_of(q->catalogue, p->from.key, p->from.agent))
        send_refusal(p, REFUSAL_REVOKED);
    else if (p->is_reply && *r->sqlstate != '\0' && r->blame == PG_BLAME_DATA)
        send_refusal(p, REFUSAL_POISONED);
    else if (r->result == NULL || *r->sqlstate != '\0')
        send_later(p, LATER_DATABASE_AWAY);
    else
        return true;
    return false;
}

static const char *text_at(const PGresult *rows, int row, int column)
{
    return PQgetisnull(rows, row, column) ? NULL : PQgetvalue(rows, row, column);
}

static int64_t number_at(const PGresult *rows, int row, int column)
{
    return strtoll(PQgetvalue(rows, row, column), NULL, 10);
}

/* --- what is asked --- */

enum {
    QUESTION_NUMBER,
    QUESTION_ORGANISATION,
    QUESTION_INDICATOR,
    QUESTION_NAME,
    QUESTION_NAME_EN,
    QUESTION_PERIOD,
    QUESTION_TEXT,
    QUESTION_AUTHOR,
    QUESTION_ASKED,
    QUESTION_STATE,
    QUESTION_VALUE,
    QUESTION_OF,
};

static const char *tamed(struct queries *q, const PGresult *rows, int row, int column,
                         enum text_kind kind)
{
    const char *text = text_at(rows, row, column);
    return text != NULL ? form_text_tamed(kind, text, q->out) : NULL;
}

static void read_decimal(const char *text, bool *ret_has, struct decimal *ret)
{
    *ret_has = text != NULL && decimal_parse(text, strlen(text), ret, NULL) == DECIMAL_OK;
}

/* What is in force. */
static void read_figure(const PGresult *rows, int row, struct question *ret)
{
    const char *state = text_at(rows, row, QUESTION_STATE);
    for (int s = FIGURE_VALUE; state != NULL && s <= FIGURE_DONE; s++)
        if (strcmp(state, figure_state_name((enum figure_state)s)) == 0) {
            ret->reported = true;
            ret->figure.state = (enum figure_state)s;
        }
    read_decimal(text_at(rows, row, QUESTION_VALUE), &ret->figure.has_value, &ret->figure.value);
    read_decimal(text_at(rows, row, QUESTION_OF), &ret->figure.has_of, &ret->figure.of);
}

static void read_question(struct queries *q, const PGresult *rows, int row, struct question *ret)
{
    const char *period = PQgetvalue(rows, row, QUESTION_PERIOD);
    *ret = (struct question){
        .number = number_at(rows, row, QUESTION_NUMBER),
        .asked_us = number_at(rows, row, QUESTION_ASKED),
        .text = tamed(q, rows, row, QUESTION_TEXT, TEXT_QUESTION),
        .author = tamed(q, rows, row, QUESTION_AUTHOR, TEXT_NAME),
        .indicator_name = {[LANG_RU] = tamed(q, rows, row, QUESTION_NAME, TEXT_TITLE),
                           [LANG_EN] = tamed(q, rows, row, QUESTION_NAME_EN, TEXT_TITLE)},
        .figure = {.organisation = PQgetvalue(rows, row, QUESTION_ORGANISATION),
                   .indicator = PQgetvalue(rows, row, QUESTION_INDICATOR)},
    };
    (void)period_parse(period, strlen(period), &ret->figure.period);
    read_figure(rows, row, ret);
}

static void heard(void *arg, const struct pg_reply *r)
{
    struct pending *p = arg;
    struct question list[WIRE_MAX_QUESTIONS];
    struct message m = {.kind = MESSAGE_QUESTIONS, .u.questions = {.questions = list}};
    struct questions *out = &m.u.questions;
    if (may_tell(p, r)) {
        int n = PQntuples(r->result);
        out->more = n > WIRE_MAX_QUESTIONS;
        out->n_questions = out->more ? WIRE_MAX_QUESTIONS : (size_t)n;
        for (size_t i = 0; i < out->n_questions; i++)
            read_question(p->queries, r->result, (int)i, &list[i]);
        answer(p->queries, &p->from, &m);
    }
    free(p);
}

void queries_hear(struct queries *q, const struct intake_origin *from, const struct hear *hear)
{
    struct pending *p = enter(q, &(struct pending){.queries = q, .from = *from});
    char organisation[NUMBER_MAX], after[NUMBER_MAX], most[NUMBER_MAX], now[CLOCK_TEXT_MAX];
    const char *const params[] = {organisation, after, most, clock_format(clock_now_us(), now)};
    if (p == NULL)
        return;
    snprintf(organisation, sizeof organisation, "%d",
             (int)catalogue_agent(q->catalogue, from->agent)->organisation);
    snprintf(after, sizeof after, "%lld", (long long)hear->after);
    snprintf(most, sizeof most, "%d", WIRE_MAX_QUESTIONS + 1); /* to know whether there are more */
    if (!store_query(q->store, STORE_CONTROL, STORE_OPEN_QUESTIONS, 4, params, heard, p))
        give_up(p);
}

/* --- what is replied --- */

enum { REPLY_OUTCOME, REPLY_NUMBER, REPLY_RECEIVED, REPLY_VERDICT };

static void send_receipt(const struct pending *p, const PGresult *rows)
{
    const struct text_facts nothing = {.fact = {NULL}};
    int64_t verdict = number_at(rows, 0, REPLY_VERDICT);
    enum reason reason = (enum reason)(verdict % VERDICT_UNIT);
    struct message m = {.kind = MESSAGE_RECEIPT};
    struct receipt *out = &m.u.receipt;
    struct str text;
    str_init(&text, TEXT_MAX);
    if (reason != REASON_NONE)
        text_of_reason(reason, p->language, &nothing, &text);
    if (text.failed) { /* when it is asked for again, the answer is the same */
        send_later(p, LATER_DATABASE_AWAY);
        str_finish(&text);
        return;
    }
    *out = (struct receipt){
        .id = p->id,
        .number = (uint64_t)number_at(rows, 0, REPLY_NUMBER),
        .received_us = number_at(rows, 0, REPLY_RECEIVED),
        .has_reply = true,
        .reply = {.verdict = (enum verdict)(verdict / VERDICT_UNIT),
                  .reason = reason,
                  .text = text.len > 0 ? str_text(&text) : NULL},
    };
    answer(p->queries, &p->from, &m);
    str_finish(&text);
}

/* If nobody knows whether it was noted, it is to come again. */
static void altered_noted(void *arg, bool kept)
{
    struct pending *p = arg;
    arena_reset(p->queries->out);
    if (kept)
        send_refusal(p, REFUSAL_ALTERED);
    else
        send_later(p, LATER_DATABASE_AWAY);
    free(p);
}

static void replied(void *arg, const struct pg_reply *r)
{
    struct pending *p = arg;
    if (!may_tell(p, r)) {
        /* told already */
    } else if (PQntuples(r->result) != 1) {
        log_error("queries: take_reply() said nothing");
        send_later(p, LATER_DATABASE_AWAY);
    } else if (strcmp(PQgetvalue(r->result, 0, REPLY_OUTCOME), "altered") == 0) {
        log_warning("agent %d sent a reply again with other contents; the first ones stand",
                    (int)p->from.agent);
        incidents_note(p->queries->incidents, INCIDENT_ALTERED, p->from.agent, p->id, altered_noted,
                       p);
        return;
    } else {
        send_receipt(p, r->result);
    }
    free(p);
}

void queries_reply(struct queries *q, const struct intake_origin *from, const struct reply *reply,
                   const uint8_t sha256[32])
{
    struct pending *p = enter(q, &(struct pending){.queries = q,
                                                   .from = *from,
                                                   .is_reply = true,
                                                   .id = reply->id,
                                                   .language = reply->language});
    char id[UUID_TEXT_MAX], agent[NUMBER_MAX], organisation[NUMBER_MAX], question[NUMBER_MAX];
    char composed[CLOCK_TEXT_MAX], now[CLOCK_TEXT_MAX], hash[2 + 2 * HASH + 1] = "\\x";
    if (p == NULL)
        return;
    const char *const params[] = {
        uuid_format(reply->id, id),
        agent,
        organisation,
        question,
        reply->author,
        reply->text,
        clock_format(reply->composed_us, composed),
        hash,
        clock_format(clock_now_us(), now),
    };
    snprintf(agent, sizeof agent, "%d", (int)from->agent);
    snprintf(organisation, sizeof organisation, "%d",
             (int)catalogue_agent(q->catalogue, from->agent)->organisation);
    snprintf(question, sizeof question, "%lld", (long long)reply->question);
    sodium_bin2hex(hash + 2, sizeof hash - 2, sha256, HASH);
    if (!store_query(q->store, STORE_CONTROL, STORE_TAKE_REPLY, 9, params, replied, p))
        give_up(p);
}

/* --- life --- */

struct queries *queries_new(struct store *store, const struct catalogue *catalogue,
                            struct incidents *incidents, queries_answer_fn *answer_fn, void *arg)
{
    struct queries *q = calloc(1, sizeof *q);
    if (q == NULL)
        return NULL;
    *q = (struct queries){.store = store,
                          .catalogue = catalogue,
                          .incidents = incidents,
                          .answer = answer_fn,
                          .arg = arg,
                          .out = arena_new(WIRE_MAX_UNPACKED)};
    if (q->out == NULL) {
        free(q);
        return NULL;
    }
    return q;
}

void queries_free(struct queries *q)
{
    if (q == NULL)
        return;
    arena_free(q->out);
    free(q);
}
