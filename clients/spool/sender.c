/* sender: "sent" means nothing until the centre has it on its disk, so the sender's whole work is
 * to match answers with files. */
#include "spool/sender.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/monotonic.h"
#include "school/texts.h"
#include "wire/wire.h"

enum { POLL_MS = 250, MIN_LATER_MS = 100, MAX_LATER_MS = 60000 };

/* A submission that waits for its answer. */
struct flight {
    bool used;
    int64_t send_at; /* monotonic_ms(): when to send it, or to send it again */
    struct spool_entry entry;
};

struct sender {
    const struct sender_job *job;
    struct sender_outcome *out;
    struct connection *connection;
    struct arena *arena;
    struct uuid *ids;
    size_t n_ids, next;
    struct flight flights[SENDER_WINDOW];
    size_t window;
    unsigned epoch;   /* of the connection, when the hello was sent */
    int64_t hello_at; /* when to say it (again) */
    uint32_t max_bytes, max_narratives, max_questions;
    size_t held; /* submissions that this centre must not see */
    bool welcomed, replay, ended;
    int64_t deadline;
    size_t standings; /* still to come */
    uint8_t buf[WIRE_MAX_MESSAGE];
    size_t len; /* of the message in buf */
};

static void end(struct sender *s, enum sender_end how)
{
    s->out->end = how;
    s->out->error = how == SENDER_FAILED ? errno : 0;
    s->ended = true;
}

static void end_with_text(struct sender *s, enum sender_end how, const char *text)
{
    snprintf(s->out->text, sizeof s->out->text, "%s", text != NULL ? text : "");
    end(s, how);
}

static bool pack_and_send(struct sender *s, const struct message *m)
{
    uint8_t *bytes;
    size_t len;
    arena_reset(s->arena);
    return wire_pack(m, s->arena, &bytes, &len) == WIRE_OK &&
           connection_send(s->connection, bytes, len);
}

/* --- what becomes of a submission ------------------------------------------------------------ */

static struct flight *find_flight(struct sender *s, struct uuid id)
{
    for (size_t i = 0; i < SENDER_WINDOW; i++)
        if (s->flights[i].used && uuid_compare(s->flights[i].entry.id, id) == 0)
            return &s->flights[i];
    return NULL;
}

static void land(struct flight *f)
{
    spool_entry_finish(&f->entry);
    f->used = false;
}

/* Files the submission under its answer.  If even that fails, it stays in new/, and the next run
 * gets the same answer once more. */
static bool settle(struct sender *s, struct flight *f, enum spool_folder folder,
                   const uint8_t *answer, size_t len)
{
    if (!spool_settle(s->job->spool, &f->entry, folder, answer, len)) {
        end(s, SENDER_FAILED);
        return false;
    }
    s->deadline = monotonic_ms() + s->job->wait_ms;
    s->out->later = 0;
    s->out->answered++;
    if (s->job->hooks->progress != NULL)
        s->job->hooks->progress(s->job->hooks->context, s->out->answered, s->n_ids);
    return true;
}

/* Some submissions this centre must never see; they are refused here, in the centre's own words. */
static void refuse_here(struct sender *s, struct flight *f, enum refusal_reason reason,
                        enum say why)
{
    const struct message m = {
        .kind = MESSAGE_REFUSAL,
        .u.refusal = {true, f->entry.id, reason, say(why, s->job->lang)},
    };
    uint8_t *bytes;
    size_t len;
    arena_reset(s->arena);
    if (wire_pack(&m, s->arena, &bytes, &len) != WIRE_OK)
        end(s, SENDER_FAILED);
    else if (settle(s, f, SPOOL_REFUSED, bytes, len) && s->job->hooks->refusal != NULL)
        s->job->hooks->refusal(s->job->hooks->context, &f->entry, &m.u.refusal);
    land(f);
}

/* --- what the centre says -------------------------------------------------------------------- */

static void on_welcome(struct sender *s, const struct message *m)
{
    const struct welcome *w = &m->u.welcome;
    s->welcomed = s->out->welcomed = true;
    s->replay = w->replay;
    s->max_bytes = w->max_message_bytes;
    s->max_narratives = w->max_narratives;
    s->max_questions = w->max_questions;
    s->window = w->credits < SENDER_WINDOW ? w->credits : SENDER_WINDOW;
}

static size_t will_be_assessed(const struct receipt *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n_figures; i++) {
        enum verdict v = r->figures[i].verdict;
        n += v == VERDICT_ACCEPTED || v == VERDICT_WARNING || v == VERDICT_REPLACED;
    }
    return n;
}

/* A receipt speaks of every line; one that does not, of a centre that did not see them all, is none.
 */
static bool is_complete(const struct receipt *r, const struct record_file *f)
{
    return r->n_figures == f->n_figures && r->n_narratives == f->n_narratives &&
           r->has_reply == f->is_reply;
}

static void on_receipt(struct sender *s, const struct message *m)
{
    const struct receipt *r = &m->u.receipt;
    struct flight *f = find_flight(s, r->id);
    if (f == NULL || !is_complete(r, &f->entry.file))
        return; /* the second answer to what was sent twice, or no answer */
    if (settle(s, f, SPOOL_SENT, s->buf, s->len)) {
        s->standings += will_be_assessed(r);
        if (s->job->hooks->receipt != NULL)
            s->job->hooks->receipt(s->job->hooks->context, &f->entry, r);
    }
    land(f);
}

static void on_later(struct sender *s, const struct message *m)
{
    const struct later *l = &m->u.later;
    struct flight *f = find_flight(s, l->id);
    uint32_t delay = l->retry_after_ms;
    delay = delay < MIN_LATER_MS ? MIN_LATER_MS : delay > MAX_LATER_MS ? MAX_LATER_MS : delay;
    s->out->later = l->reason;
    if (f != NULL)
        f->send_at = monotonic_ms() + delay;
}

/* A refusal either concerns this client, then all of the spool waits until that is mended; or one
 * submission, which the centre will never take. */
static void on_refusal(struct sender *s, const struct message *m)
{
    const struct refusal *r = &m->u.refusal;
    struct flight *f = r->has_id ? find_flight(s, r->id) : NULL;
    if (r->reason == REFUSAL_REVOKED) {
        end_with_text(s, SENDER_REVOKED, r->text);
    } else if (r->reason == REFUSAL_VERSION) {
        end_with_text(s, SENDER_VERSION, r->text);
    } else if (!r->has_id) {
        end_with_text(s, SENDER_REFUSED, r->text);
    } else if (f != NULL) {
        if (settle(s, f, SPOOL_REFUSED, s->buf, s->len) && s->job->hooks->refusal != NULL)
            s->job->hooks->refusal(s->job->hooks->context, &f->entry, r);
        land(f);
    }
}

static void on_standing(struct sender *s, const struct message *m)
{
    s->standings -= s->standings > 0;
    if (s->job->hooks->standing != NULL)
        s->job->hooks->standing(s->job->hooks->context, &m->u.standing);
}

static void on_ping(struct sender *s, const struct message *m)
{
    const struct message pong = {.kind = MESSAGE_PONG, .u.ping = m->u.ping};
    pack_and_send(s, &pong); /* if there is no room for it, the next ping will come */
}

static void (*const handlers[])(struct sender *, const struct message *) = {
    [MESSAGE_WELCOME] = on_welcome, [MESSAGE_RECEIPT] = on_receipt,   [MESSAGE_LATER] = on_later,
    [MESSAGE_REFUSAL] = on_refusal, [MESSAGE_STANDING] = on_standing, [MESSAGE_PING] = on_ping,
};

static void take_messages(struct sender *s)
{
    long len;
    while (!s->ended && (len = connection_receive(s->connection, s->buf, sizeof s->buf)) >= 0) {
        struct message m;
        s->len = (size_t)len;
        arena_reset(s->arena);
        if (wire_unpack(s->buf, s->len, s->arena, &m) == WIRE_OK &&
            (size_t)m.kind < sizeof handlers / sizeof *handlers && handlers[m.kind] != NULL)
            handlers[m.kind](s, &m);
    }
}

/* --- what is said to the centre -------------------------------------------------------------- */

/* A new connection may have lost what was on its way in the old one. */
static void begin_anew(struct sender *s, unsigned epoch)
{
    s->epoch = epoch;
    s->welcomed = false;
    s->hello_at = 0;
    for (size_t i = 0; i < SENDER_WINDOW; i++)
        s->flights[i].send_at = 0;
}

static void say_hello(struct sender *s)
{
    const struct message hello = {
        .kind = MESSAGE_HELLO,
        .u.hello = {.software = s->job->software, .language = s->job->lang},
    };
    int64_t now = monotonic_ms();
    if (now >= s->hello_at && pack_and_send(s, &hello))
        s->hello_at = now + SENDER_RESEND_MS;
}

/* Loads the next submission of the list into a free place; damaged and vanished ones are passed
 * over.  False if there is none left. */
static bool load_next(struct sender *s, struct flight *f)
{
    while (s->next < s->n_ids) {
        enum spool_error e = spool_load(s->job->spool, SPOOL_NEW, s->ids[s->next++], &f->entry);
        if (e == SPOOL_DISK) {
            end(s, SENDER_FAILED);
            return false;
        }
        if (e == SPOOL_OK) {
            f->used = true;
            f->send_at = 0;
            return true;
        }
    }
    return false;
}

/* A centre of a version before narratives would pass over them without a word, and one before
 * questions would understand no reply.  They stay in new/ until it does. */
static bool is_beyond(const struct sender *s, const struct record_file *f)
{
    return (f->n_narratives > 0 && s->max_narratives == 0) ||
           (f->is_reply && s->max_questions == 0);
}

static void hold(struct sender *s, struct flight *f)
{
    s->held++;
    land(f);
}

static void send_flight(struct sender *s, struct flight *f)
{
    const struct record *r = &f->entry.file.submission;
    int64_t now = monotonic_ms();
    if (f->entry.file.replay && !s->replay)
        refuse_here(s, f, REFUSAL_BAD_ID, SAY_ONLY_FOR_REPLAY);
    else if (is_beyond(s, &f->entry.file))
        hold(s, f);
    else if (r->len > s->max_bytes)
        refuse_here(s, f, REFUSAL_MALFORMED, SAY_TOO_LARGE_FOR_CENTRE);
    else if (now >= f->send_at && connection_send(s->connection, r->bytes, r->len))
        f->send_at = now + SENDER_RESEND_MS;
}

static void fill_window(struct sender *s)
{
    for (size_t i = 0; i < s->window && !s->ended; i++) {
        struct flight *f = &s->flights[i];
        while (!s->ended && (f->used || load_next(s, f))) {
            send_flight(s, f);
            if (f->used)
                break;
        }
    }
}

static bool all_answered(const struct sender *s)
{
    for (size_t i = 0; i < SENDER_WINDOW; i++)
        if (s->flights[i].used)
            return false;
    return s->next == s->n_ids;
}

/* --- the run --------------------------------------------------------------------------------- */

static void step(struct sender *s)
{
    unsigned epoch = connection_epoch(s->connection);
    if (connection_state(s->connection) == CONNECTION_READY) {
        if (epoch != s->epoch)
            begin_anew(s, epoch);
        take_messages(s);
        if (s->welcomed)
            fill_window(s);
        else if (!s->ended)
            say_hello(s);
    } else if (connection_key_refused(s->connection)) {
        end(s, SENDER_KEY_REFUSED);
    }
}

static bool wait_a_little(struct sender *s, int64_t until)
{
    int64_t left = until - monotonic_ms();
    left = left < 0 ? 0 : left > POLL_MS ? POLL_MS : left;
    if (!connection_wait(s->connection, (int)left)) {
        end(s, SENDER_FAILED);
        return false;
    }
    return true;
}

static bool interrupted(const struct sender *s)
{
    const struct sender_hooks *h = s->job->hooks;
    return h->interrupted != NULL && h->interrupted(h->context);
}

static void send_all(struct sender *s)
{
    while (!s->ended) {
        step(s);
        if (!s->ended && all_answered(s))
            end(s, s->held > 0 ? SENDER_HELD : SENDER_DONE);
        else if (!s->ended && interrupted(s))
            end(s, SENDER_INTERRUPTED);
        else if (!s->ended && monotonic_ms() >= s->deadline)
            end(s, SENDER_NO_ANSWER);
        else if (!s->ended)
            wait_a_little(s, s->deadline);
    }
}

/* Where the targets now stand is for people only; nothing waits for it but this second. */
static void wait_for_standings(struct sender *s)
{
    int64_t until = monotonic_ms() + SENDER_STANDING_MS;
    enum sender_end how = s->out->end;
    s->ended = false;
    while (s->standings > 0 && !s->ended && monotonic_ms() < until && wait_a_little(s, until))
        take_messages(s);
    s->out->end = how;
}

static size_t count_left(const struct sender *s)
{
    size_t n = s->n_ids - s->next + s->held;
    for (size_t i = 0; i < SENDER_WINDOW; i++)
        n += s->flights[i].used;
    return n;
}

static void finish(struct sender *s)
{
    s->out->left = count_left(s);
    if (s->connection != NULL) {
        s->out->connection = connection_state(s->connection);
        s->out->endpoint = connection_centre(s->connection)->endpoint;
    }
    for (size_t i = 0; i < SENDER_WINDOW; i++)
        land(&s->flights[i]);
    connection_free(s->connection);
    arena_free(s->arena);
    free(s->ids);
    free(s);
}

/* Gets hold of all that sending needs; ends the run at once if there is nothing to send. */
static void prepare(struct sender *s)
{
    if (!spool_lock_sender(s->job->spool, s->job->wait_ms)) {
        end(s, errno == EAGAIN || errno == EWOULDBLOCK ? SENDER_OCCUPIED : SENDER_FAILED);
        return;
    }
    if (!spool_list(s->job->spool, SPOOL_NEW, &s->ids, &s->n_ids)) {
        end(s, SENDER_FAILED);
        return;
    }
    if (s->n_ids == 0) {
        end(s, SENDER_DONE);
        return;
    }
    s->arena = arena_new(WIRE_MAX_UNPACKED);
    s->connection = connection_new(s->job->conf);
    if (s->arena == NULL || s->connection == NULL)
        end(s, SENDER_FAILED);
}

static void offer_connection(struct sender *s)
{
    bool answered = s->out->end == SENDER_DONE || s->out->end == SENDER_HELD;
    if (answered && s->welcomed && s->job->then != NULL &&
        connection_state(s->connection) == CONNECTION_READY)
        s->job->then(s->job->then_context, s->connection);
}

void sender_run(const struct sender_job *job, struct sender_outcome *ret)
{
    struct sender *s = calloc(1, sizeof *s);
    *ret = (struct sender_outcome){
        .end = SENDER_FAILED, .error = ENOMEM, .endpoint = job->conf->centres[0].endpoint};
    if (s == NULL)
        return;
    s->job = job;
    s->out = ret;
    prepare(s);
    s->deadline = monotonic_ms() + job->wait_ms;
    send_all(s);
    if ((ret->end == SENDER_DONE || ret->end == SENDER_HELD) && s->connection != NULL)
        wait_for_standings(s);
    offer_connection(s);
    finish(s);
}
