/* hearing: see hearing.h. */
#include "agent/hearing.h"

#include <errno.h>
#include <stdlib.h>

enum {
    MOST_TIMES = 3,                 /* as long as wait_ms altogether */
    ROOM = HEARING_MAX * 16 * 1024, /* for the texts of so many, and what else comes meanwhile */
};

struct hearing {
    struct arena *arena;
    struct question questions[HEARING_MAX];
    size_t n;
    bool more;
};

static bool gives(const struct welcome *w)
{
    return w->max_questions > 0;
}

static void ask(void *context, struct message *ret)
{
    const struct hearing *h = context;
    *ret = (struct message){
        .kind = MESSAGE_HEAR,
        .u.hear = {.after = h->n > 0 ? h->questions[h->n - 1].number : 0},
    };
}

/* Numbers rise, or a centre gone mad would keep us for ever. */
static enum talk_turn answer(void *context, const struct message *m)
{
    struct hearing *h = context;
    const struct questions *in = &m->u.questions;
    size_t before = h->n;
    if (m->kind != MESSAGE_QUESTIONS)
        return TALK_ON;
    for (size_t i = 0; i < in->n_questions && h->n < HEARING_MAX; i++)
        if (h->n == 0 || in->questions[i].number > h->questions[h->n - 1].number)
            h->questions[h->n++] = in->questions[i];
    h->more = in->more;
    return in->more && h->n > before && h->n < HEARING_MAX ? TALK_NEXT : TALK_OVER;
}

enum talk_end hearing_over(struct hearing *h, struct connection *c, const char *software,
                           int wait_ms)
{
    const struct talk_job job = {.software = software,
                                 .wait_ms = wait_ms,
                                 .most_ms = MOST_TIMES * wait_ms,
                                 .kept = h->arena,
                                 .gives = gives,
                                 .ask = ask,
                                 .answer = answer,
                                 .context = h};
    arena_reset(h->arena);
    h->n = 0;
    h->more = false;
    enum talk_end how = talk_run(&job, c);
    h->n = how == TALK_DONE ? h->n : 0;
    return how;
}

enum talk_end hearing_run(struct hearing *h, const struct conf *conf, const char *software,
                          int wait_ms)
{
    struct connection *c = connection_new(conf);
    enum talk_end how = c != NULL ? hearing_over(h, c, software, wait_ms) : TALK_FAILED;
    int error = errno;
    connection_free(c);
    errno = error;
    return how;
}

size_t hearing_questions(const struct hearing *h, const struct question **ret)
{
    *ret = h->questions;
    return h->n;
}

bool hearing_has_more(const struct hearing *h)
{
    return h->more;
}

struct hearing *hearing_new(void)
{
    struct hearing *h = calloc(1, sizeof *h);
    if (h == NULL || (h->arena = arena_new(ROOM)) == NULL) {
        free(h);
        return NULL;
    }
    return h;
}

void hearing_free(struct hearing *h)
{
    if (h == NULL)
        return;
    arena_free(h->arena);
    free(h);
}
