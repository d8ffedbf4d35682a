/* inquiry: see inquiry.h. */
#include "agent/inquiry.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/pages.h"
#include "agent/talk.h"
#include "base/clock.h"
#include "wire/wire.h"

#ifndef VEKHA_VERSION
#define VEKHA_VERSION "unknown"
#endif

enum { BESIDE_WAIT_MS = 2000, BESIDE_MOST_MS = 10000, US_PER_S = 1000000 };

struct inquiry {
    const char *spool;
    struct pages *old, *pages;    /* old: NULL if there are none */
    char next[WIRE_MAX_CODE + 1]; /* the page that is asked for; "": the first */
};

static const char *place(const struct inquiry *q)
{
    return *q->next != '\0' ? q->next : NULL;
}

/* A centre of a version before parts gives none. */
static bool gives(const struct welcome *w)
{
    return w->max_part_lines > 0;
}

static void ask(void *context, struct message *ret)
{
    const struct inquiry *q = context;
    const uint8_t *tag = q->old != NULL ? pages_tag(q->old, place(q)) : NULL;
    *ret = (struct message){.kind = MESSAGE_CONSULT,
                            .u.consult = {.after = place(q), .has_tag = tag != NULL}};
    if (tag != NULL)
        memcpy(ret->u.consult.tag, tag, WIRE_TAG);
}

static bool same_place(const char *a, const char *b)
{
    return (a == NULL && b == NULL) || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* An answer to what was asked before is none to this.  The centre names pages, so each is asked for
 * once: else a centre gone mad would keep us for ever. */
static enum talk_turn on_page(struct inquiry *q, const struct part_page *page)
{
    if (!same_place(page->after, place(q)))
        return TALK_ON;
    if (pages_tag(q->pages, page->after) != NULL || !pages_add(q->pages, page, q->old))
        return TALK_LOST;
    if (page->next == NULL)
        return pages_save(q->pages, q->spool, clock_now_us()) ? TALK_OVER : TALK_LOST;
    snprintf(q->next, sizeof q->next, "%s", page->next);
    return TALK_NEXT;
}

static enum talk_turn answer(void *context, const struct message *m)
{
    return m->kind == MESSAGE_PART ? on_page(context, &m->u.part) : TALK_ON;
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

static const enum inquiry_end ends[] = {
    [TALK_DONE] = INQUIRY_DONE,
    [TALK_NO_ANSWER] = INQUIRY_NO_ANSWER,
    [TALK_NOT_GIVEN] = INQUIRY_NOT_GIVEN,
    [TALK_FAILED] = INQUIRY_FAILED,
};

enum inquiry_end inquiry_over(struct connection *c, const char *spool, int wait_ms, int most_ms)
{
    struct inquiry q = {.spool = spool, .old = read_old(spool), .pages = pages_new()};
    const struct talk_job job = {.software = "vekha-submit " VEKHA_VERSION,
                                 .wait_ms = wait_ms,
                                 .most_ms = most_ms,
                                 .gives = gives,
                                 .ask = ask,
                                 .answer = answer,
                                 .context = &q};
    enum talk_end how = q.pages != NULL ? talk_run(&job, c) : TALK_FAILED;
    int error = errno;
    pages_free(q.pages);
    pages_free(q.old);
    errno = error;
    return ends[how];
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
