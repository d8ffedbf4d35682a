/* filed: --list, --receipt and the answers of a run all show the same thing, so they read it in the
 * same way. */
#include "spool/filed.h"

#include <stdlib.h>

struct filed_reader {
    struct arena *arenas[2]; /* of the submission and of the answer */
    struct message submission, answer;
    struct submission frame; /* of a reply */
};

static const char *const state_names[FILED_STATES] = {
    [FILED_QUEUED] = "queued",     [FILED_ACCEPTED] = "accepted", [FILED_PARTLY] = "partly",
    [FILED_REJECTED] = "rejected", [FILED_REFUSED] = "refused",
};

const char *filed_state_name(enum filed_state s)
{
    return state_names[s];
}

struct filed_reader *filed_reader_new(void)
{
    struct filed_reader *r = calloc(1, sizeof *r);
    if (r == NULL)
        return NULL;
    r->arenas[0] = arena_new(WIRE_MAX_UNPACKED);
    r->arenas[1] = arena_new(WIRE_MAX_UNPACKED);
    if (r->arenas[0] == NULL || r->arenas[1] == NULL) {
        filed_reader_free(r);
        return NULL;
    }
    return r;
}

void filed_reader_free(struct filed_reader *r)
{
    if (r != NULL) {
        arena_free(r->arenas[0]);
        arena_free(r->arenas[1]);
        free(r);
    }
}

size_t filed_count(const struct receipt *r, enum verdict v)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n_figures; i++)
        n += r->figures[i].verdict == v;
    for (size_t i = 0; i < r->n_narratives; i++)
        n += r->narratives[i].verdict == v;
    return n + (r->has_reply && r->reply.verdict == v);
}

static enum filed_state state_of_receipt(const struct receipt *r)
{
    size_t rejected = filed_count(r, VERDICT_REJECTED);
    if (rejected == 0)
        return FILED_ACCEPTED;
    return rejected == r->n_figures + r->n_narratives + r->has_reply ? FILED_REJECTED
                                                                     : FILED_PARTLY;
}

static bool unpack(struct arena *a, const struct record *bytes, struct message *ret)
{
    arena_reset(a);
    return wire_unpack(bytes->bytes, bytes->len, a, ret) == WIRE_OK;
}

/* What is the same of both; NULL if it is neither. */
static const struct submission *frame_of(struct filed_reader *r)
{
    const struct reply *reply = &r->submission.u.reply;
    if (r->submission.kind == MESSAGE_SUBMISSION)
        return &r->submission.u.submission;
    if (r->submission.kind != MESSAGE_REPLY)
        return NULL;
    r->frame = (struct submission){.id = reply->id,
                                   .composed_us = reply->composed_us,
                                   .author = reply->author,
                                   .language = reply->language};
    return &r->frame;
}

bool filed_join(struct filed_reader *r, const struct spool_entry *e, const struct receipt *receipt,
                const struct refusal *refusal, struct filed *ret)
{
    const struct submission *s =
        unpack(r->arenas[0], &e->file.submission, &r->submission) ? frame_of(r) : NULL;
    const struct reply *reply = r->submission.kind == MESSAGE_REPLY ? &r->submission.u.reply : NULL;
    if (s == NULL)
        return false;
    if (receipt != NULL &&
        (receipt->n_figures != s->n_figures || receipt->n_narratives != s->n_narratives ||
         receipt->has_reply != (reply != NULL)))
        return false;
    *ret = (struct filed){s, reply, receipt, refusal, FILED_QUEUED};
    if (receipt != NULL)
        ret->state = state_of_receipt(receipt);
    else if (refusal != NULL)
        ret->state = FILED_REFUSED;
    return true;
}

bool filed_read(struct filed_reader *r, const struct spool_entry *e, enum spool_folder folder,
                struct filed *ret)
{
    const struct receipt *receipt = NULL;
    const struct refusal *refusal = NULL;
    if (e->file.answer.bytes != NULL) {
        if (!unpack(r->arenas[1], &e->file.answer, &r->answer))
            return false;
        receipt = r->answer.kind == MESSAGE_RECEIPT ? &r->answer.u.receipt : NULL;
        refusal = r->answer.kind == MESSAGE_REFUSAL ? &r->answer.u.refusal : NULL;
    }
    if (!filed_join(r, e, receipt, refusal, ret))
        return false;
    if (folder == SPOOL_REFUSED)
        ret->state = FILED_REFUSED;
    else if (folder == SPOOL_SENT && receipt == NULL)
        ret->state = FILED_ACCEPTED;
    return true;
}
