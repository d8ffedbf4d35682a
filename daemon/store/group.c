/* group: see group.h.  A submission is one block of memory: its figures, its texts and the keys by
 * which it may clash with another. */
#include "store/group.h"

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "base/hash.h"
#include "store/turns.h"

enum { MAX_LOOK_AHEAD = STORE_MAX_GROUP_SUBMISSIONS }; /* clashing submissions passed over */

/* What must not be in flight twice: a figure's (organisation, period, indicator), a narrative's
 * (organisation, period, project), or a submission's id. */
struct key {
    unsigned char bytes[UUID_BYTES];
    UT_hash_handle hh;
};

struct waiting {
    struct waiting *prev, *next;
    uint64_t turn, ticket; /* order of the queue; of arrival */
    size_t size;
    struct stored_submission submission;
    store_done_fn *done; /* NULL once answered */
    void *arg;
    size_t n_keys;
    struct key *keys;
};

struct groups {
    struct waiting *queue; /* by turn, and of one turn by arrival */
    struct turns turns;
    struct group *halves; /* of refused groups, oldest first */
    struct key *busy;     /* keys of all groups */
    size_t n_queued, n_in_flight;
    size_t n_held, bytes; /* queued or in a group */
    uint64_t tickets;
};

/* --- a submission's block --- */

static size_t text_size(const char *text)
{
    return text ? strlen(text) + 1 : 0;
}

static const char *copy_text(char **end, const char *text)
{
    char *copy = *end;

    if (!text)
        return NULL;
    *end = stpcpy(copy, text) + 1;
    return copy;
}

enum key_kind { KEY_FIGURE, KEY_NARRATIVE };

/* The key of a figure or narrative is 12 bytes and its kind; the id of a version 7 UUID never ends
 * in four such bytes with such small numbers in front, and even if it did, waiting a group longer
 * is harmless. */
static void add_key(struct waiting *w, int32_t organisation, period_t period, int32_t what,
                    enum key_kind kind)
{
    int32_t parts[] = {organisation, period, what, (int32_t)kind};

    memcpy(w->keys[w->n_keys++].bytes, parts, sizeof parts);
}

static void fill_keys(struct waiting *w)
{
    const struct stored_submission *s = &w->submission;

    memcpy(w->keys[w->n_keys++].bytes, s->id.bytes, UUID_BYTES);
    for (size_t i = 0; i < s->n_figures; i++) {
        const struct stored_figure *f = &s->figures[i];

        if (f->verdict != VERDICT_REJECTED || f->unless_same)
            add_key(w, f->organisation, f->period, f->indicator, KEY_FIGURE);
    }
    for (size_t i = 0; i < s->n_narratives; i++) {
        const struct stored_narrative *n = &s->narratives[i];

        if (n->verdict != VERDICT_REJECTED)
            add_key(w, n->organisation, n->period, n->project, KEY_NARRATIVE);
    }
}

static size_t lines_of(const struct stored_submission *s)
{
    return s->n_figures + s->n_narratives;
}

static size_t texts_size(const struct stored_submission *s)
{
    size_t size = text_size(s->author);

    for (size_t i = 0; i < s->n_figures; i++) {
        const struct stored_figure *f = &s->figures[i];

        size += text_size(f->method) + text_size(f->note) + text_size(f->text);
    }
    for (size_t i = 0; i < s->n_narratives; i++) {
        size += text_size(s->narratives[i].text);
        for (size_t t = 0; t < NARRATIVE_TEXTS; t++)
            size += text_size(s->narratives[i].texts[t]);
    }
    return size;
}

/* Copies the lines of a submission into its block, their texts to *end. */
static void copy_lines(const struct stored_submission *s, struct stored_figure *figures,
                       struct stored_narrative *narratives, char **end)
{
    for (size_t i = 0; i < s->n_figures; i++) {
        figures[i] = s->figures[i];
        figures[i].method = copy_text(end, s->figures[i].method);
        figures[i].note = copy_text(end, s->figures[i].note);
        figures[i].text = copy_text(end, s->figures[i].text);
    }
    for (size_t i = 0; i < s->n_narratives; i++) {
        narratives[i] = s->narratives[i];
        narratives[i].text = copy_text(end, s->narratives[i].text);
        for (size_t t = 0; t < NARRATIVE_TEXTS; t++)
            narratives[i].texts[t] = copy_text(end, s->narratives[i].texts[t]);
    }
}

static struct waiting *waiting_new(const struct stored_submission *s, store_done_fn *done,
                                   void *arg)
{
    struct stored_figure *figures;
    struct stored_narrative *narratives;
    size_t size = sizeof(struct waiting) + (lines_of(s) + 1) * sizeof(struct key) +
                  s->n_figures * sizeof *figures + s->n_narratives * sizeof *narratives +
                  texts_size(s);
    struct waiting *w = calloc(1, size);
    char *end;

    if (!w)
        return NULL;
    w->size = size;
    w->submission = *s;
    w->done = done;
    w->arg = arg;
    w->keys = (struct key *)(w + 1);
    figures = (struct stored_figure *)(w->keys + lines_of(s) + 1);
    narratives = (struct stored_narrative *)(figures + s->n_figures);
    end = (char *)(narratives + s->n_narratives);
    w->submission.figures = figures;
    w->submission.narratives = narratives;
    w->submission.author = copy_text(&end, s->author);
    copy_lines(s, figures, narratives, &end);
    fill_keys(w);
    return w;
}

static void answer(struct waiting *w, enum store_outcome outcome, const struct receipt *receipt)
{
    store_done_fn *done = w->done;

    w->done = NULL;
    if (done)
        done(w->arg, outcome, receipt);
}

/* Forgets a submission that is in no list and no table any more. */
static void drop(struct groups *gs, struct waiting *w)
{
    gs->n_held--;
    gs->bytes -= w->size;
    turns_leave(&gs->turns, w->submission.agent);
    answer(w, STORE_AWAY, NULL);
    free(w);
}

/* --- clashes --- */

static bool clashes(struct key *table, const struct waiting *w)
{
    struct key *found;

    for (size_t i = 0; table && i < w->n_keys; i++) {
        HASH_FIND(hh, table, w->keys[i].bytes, UUID_BYTES, found);
        if (found)
            return true;
    }
    return false;
}

static void remove_keys(struct key **table, struct waiting *w)
{
    struct key *found;

    for (size_t i = 0; i < w->n_keys; i++) {
        HASH_FIND(hh, *table, w->keys[i].bytes, UUID_BYTES, found);
        if (found && found == &w->keys[i])
            HASH_DELETE(hh, *table, found);
    }
}

/* Two that were passed over may share a key; a table holds it once.  False if memory is out: then it is as
 * it was. */
static bool add_keys(struct key **table, struct waiting *w)
{
    struct key *found;

    for (size_t i = 0; i < w->n_keys; i++) {
        HASH_FIND(hh, *table, w->keys[i].bytes, UUID_BYTES, found);
        if (found)
            continue;
        HASH_ADD(hh, *table, bytes, UUID_BYTES, &w->keys[i]);
        if (!HASH_ADDED(&w->keys[i])) {
            remove_keys(table, w);
            return false;
        }
    }
    return true;
}

/* --- groups --- */

static bool has_room(const struct group *g, const struct waiting *w)
{
    return g->n_members == 0 || (g->n_members < STORE_MAX_GROUP_SUBMISSIONS &&
                                 g->n_lines + lines_of(&w->submission) <= STORE_MAX_GROUP_LINES);
}

static void join(struct group *g, struct waiting *w)
{
    g->members[g->n_members++] = w;
    g->n_lines += lines_of(&w->submission);
}

/* Fills an empty group from the queue.  One that clashes stays, and so does all that clashes with
 * it; out of memory, all the rest does. */
static void fill(struct groups *gs, struct group *g)
{
    struct key *passed = NULL;
    size_t n_passed = 0;
    struct waiting *w, *next;

    DL_FOREACH_SAFE (gs->queue, w, next) {
        if (!has_room(g, w) || n_passed == MAX_LOOK_AHEAD)
            break;
        if (clashes(gs->busy, w) || clashes(passed, w)) {
            if (!add_keys(&passed, w))
                break;
            n_passed++;
            continue;
        }
        if (!add_keys(&gs->busy, w))
            break;
        DL_DELETE(gs->queue, w);
        gs->n_queued--;
        turns_reach(&gs->turns, w->turn);
        join(g, w);
    }
    HASH_CLEAR(hh, passed);
}

struct group *groups_next(struct groups *gs)
{
    struct group *g = gs->halves;

    if (g) {
        LL_DELETE(gs->halves, g);
        gs->n_in_flight++;
        return g;
    }
    if (!gs->queue || !(g = calloc(1, sizeof *g)))
        return NULL;
    fill(gs, g);
    if (g->n_members == 0) {
        free(g);
        return NULL;
    }
    gs->n_in_flight++;
    return g;
}

/* Takes the members out of the table; the answers come last, for they may add to the queue. */
static void release(struct groups *gs, struct group *g)
{
    for (size_t i = 0; i < g->n_members; i++)
        remove_keys(&gs->busy, g->members[i]);
    for (size_t i = 0; i < g->n_members; i++)
        drop(gs, g->members[i]);
    free(g);
}

void groups_finish(struct groups *gs, struct group *g)
{
    gs->n_in_flight--;
    release(gs, g);
}

bool groups_split(struct groups *gs, struct group *g)
{
    struct group *second;
    size_t half = g->n_members / 2;

    if (g->n_members < 2 || !(second = calloc(1, sizeof *second)))
        return false;
    for (size_t i = half; i < g->n_members; i++) {
        g->n_lines -= lines_of(&g->members[i]->submission);
        join(second, g->members[i]);
    }
    g->n_members = half;
    gs->n_in_flight--;
    LL_PREPEND(gs->halves, second);
    LL_PREPEND(gs->halves, g);
    return true;
}

static int by_turn(const struct waiting *a, const struct waiting *b)
{
    if (a->turn != b->turn)
        return a->turn > b->turn ? 1 : -1;
    return (a->ticket > b->ticket) - (a->ticket < b->ticket);
}

/* Most come last, so the place is looked for from there. */
static void enqueue(struct groups *gs, struct waiting *w)
{
    struct waiting *at = gs->queue ? gs->queue->prev : NULL;

    while (at && by_turn(at, w) > 0)
        at = at == gs->queue ? NULL : at->prev;
    if (at)
        DL_APPEND_ELEM(gs->queue, at, w);
    else
        DL_PREPEND(gs->queue, w);
    gs->n_queued++;
}

static void requeue(struct groups *gs, struct group *g)
{
    for (size_t i = 0; i < g->n_members; i++) {
        remove_keys(&gs->busy, g->members[i]);
        enqueue(gs, g->members[i]);
    }
    free(g);
}

void groups_put_back(struct groups *gs, struct group *g)
{
    gs->n_in_flight--;
    requeue(gs, g);
}

void groups_give_up(struct groups *gs)
{
    struct waiting *w, *next, *queue;
    struct group *g;

    while ((g = gs->halves)) {
        LL_DELETE(gs->halves, g);
        requeue(gs, g);
    }
    queue = gs->queue;
    gs->queue = NULL;
    gs->n_queued = 0;
    DL_FOREACH_SAFE (queue, w, next)
        drop(gs, w);
}

const struct stored_submission *group_submission(const struct group *g, size_t member)
{
    return &g->members[member]->submission;
}

void group_answer(struct group *g, size_t member, enum store_outcome outcome,
                  const struct receipt *receipt)
{
    answer(g->members[member], outcome, receipt);
}

/* --- the module --- */

struct groups *groups_new(void)
{
    return calloc(1, sizeof(struct groups));
}

/* Groups in flight are the store's to give back before. */
void groups_free(struct groups *gs)
{
    if (!gs)
        return;
    groups_give_up(gs);
    free(gs);
}

bool groups_is_full(const struct groups *gs)
{
    return gs->n_held >= STORE_MAX_QUEUED || gs->bytes >= STORE_MAX_QUEUED_BYTES;
}

size_t groups_queued(const struct groups *gs)
{
    return gs->n_queued;
}

size_t groups_in_flight(const struct groups *gs)
{
    return gs->n_in_flight;
}

bool groups_add(struct groups *gs, const struct stored_submission *submission, store_done_fn *done,
                void *arg)
{
    struct waiting *w;

    if (groups_is_full(gs) || !(w = waiting_new(submission, done, arg)))
        return false;
    if (!turns_take(&gs->turns, submission->agent, lines_of(submission), &w->turn)) {
        free(w);
        return false;
    }
    w->ticket = gs->tickets++;
    gs->n_held++;
    gs->bytes += w->size;
    enqueue(gs, w);
    return true;
}
