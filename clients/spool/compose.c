/* compose: the id and the time of a submission are made here, once, when its lines are typed; what
 * happens to the line afterwards does not change them. */
#include "spool/compose.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "wire/wire.h"

/* What packing needs: room for the lines of one message, and for its bytes. */
struct desk {
    struct arena *arena;
    struct figure figures[WIRE_MAX_FIGURES];
    struct narrative narratives[WIRE_MAX_NARRATIVES];
};

static void desk_free(struct desk *d)
{
    if (d != NULL)
        arena_free(d->arena);
    free(d);
}

static struct desk *desk_new(void)
{
    struct desk *d = calloc(1, sizeof *d);
    if (d != NULL && (d->arena = arena_new(WIRE_MAX_UNPACKED)) == NULL) {
        free(d);
        d = NULL;
    }
    return d;
}

/* Makes the first rows, as many as one message may have, lines of a submission; where to find how
 * many. */
static size_t *take_rows(const struct sheet_row *rows, size_t n, struct desk *d,
                         struct submission *s)
{
    bool figures = rows[0].kind == ROW_FIGURE;
    size_t *count = figures ? &s->n_figures : &s->n_narratives;
    size_t most = figures ? WIRE_MAX_FIGURES : WIRE_MAX_NARRATIVES;
    *count = n < most ? n : most;
    for (size_t i = 0; i < *count && figures; i++)
        d->figures[i] = rows[i].figure;
    for (size_t i = 0; i < *count && !figures; i++)
        d->narratives[i] = rows[i].narrative;
    s->figures = d->figures;
    s->narratives = d->narratives;
    return count;
}

/* Packs as many of the lines as one message holds: *count tells how many. */
static bool pack_some(const struct message *m, size_t *count, struct arena *a, uint8_t **ret_bytes,
                      size_t *ret_len)
{
    enum wire_error e = WIRE_TOO_LARGE;
    for (; *count > 0; *count /= 2) {
        arena_reset(a);
        e = wire_pack(m, a, ret_bytes, ret_len);
        if (e != WIRE_TOO_LARGE && e != WIRE_NO_MEMORY)
            break;
    }
    errno = EINVAL;
    return e == WIRE_OK;
}

/* Packs the rows of a parcel, or as many of them as one message holds: p->n tells how many.  The bytes
 * live until the desk is used again. */
static bool pack(const struct compose_job *job, const struct sheet_row *rows, struct desk *d,
                 struct parcel *p, uint8_t **ret_bytes, size_t *ret_len)
{
    struct message m = {
        .kind = MESSAGE_SUBMISSION,
        .u.submission = {.id = p->id,
                         .composed_us = p->composed_us,
                         .author = job->author,
                         .language = job->lang},
    };
    size_t *count = take_rows(rows + p->first, p->n, d, &m.u.submission);
    bool done = pack_some(&m, count, d->arena, ret_bytes, ret_len);
    p->n = *count;
    return done;
}

/* The next submission begins at a row, and takes as many as it can. */
static bool plan_one(const struct compose_job *job, const struct sheet_row *rows, size_t first,
                     size_t n, struct desk *d, struct parcel *ret)
{
    uint8_t *bytes;
    size_t len;
    *ret = (struct parcel){.composed_us = clock_now_us(), .first = first, .n = n - first};
    return uuid_make(ret->composed_us, &ret->id) && pack(job, rows, d, ret, &bytes, &len);
}

static enum spool_error add(const struct compose_job *job, const struct sheet_row *rows,
                            struct desk *d, struct parcel p)
{
    uint8_t *bytes;
    size_t len;
    return pack(job, rows, d, &p, &bytes, &len)
               ? spool_add(job->spool, p.id, bytes, len, clock_is_replayed())
               : SPOOL_DISK;
}

enum spool_error compose_plan(const struct compose_job *job, const struct sheet_row *rows, size_t n,
                              struct parcel **ret, size_t *ret_n)
{
    struct desk *d = desk_new();
    struct parcel *parcels = d != NULL ? calloc(n > 0 ? n : 1, sizeof *parcels) : NULL;
    bool done = parcels != NULL;
    size_t n_parcels = 0;
    for (size_t at = 0; at < n && done; at += parcels[n_parcels - 1].n)
        done = plan_one(job, rows, at, n, d, &parcels[n_parcels++]);
    desk_free(d);
    if (!done) {
        free(parcels);
        return SPOOL_DISK;
    }
    *ret = parcels;
    *ret_n = n_parcels;
    return SPOOL_OK;
}

enum spool_error compose_add(const struct compose_job *job, const struct sheet_row *rows,
                             const struct parcel *p)
{
    struct desk *d = desk_new();
    enum spool_error e = d != NULL ? add(job, rows, d, *p) : SPOOL_DISK;
    int saved = errno;
    desk_free(d);
    errno = saved;
    return e;
}

enum spool_error compose_queue(const struct compose_job *job, const struct sheet_row *rows,
                               size_t n, struct parcel **ret, size_t *ret_n)
{
    struct desk *d = desk_new();
    enum spool_error e = d != NULL ? compose_plan(job, rows, n, ret, ret_n) : SPOOL_DISK;
    size_t planned = e == SPOOL_OK ? *ret_n : 0, queued = 0;
    if (e != SPOOL_OK)
        *ret = NULL;
    while (queued < planned && e == SPOOL_OK) {
        e = add(job, rows, d, (*ret)[queued]);
        queued += e == SPOOL_OK;
    }
    int saved = errno;
    desk_free(d);
    errno = saved;
    *ret_n = queued;
    return e;
}

enum spool_error compose_reply(const struct compose_job *job, int64_t question, const char *text,
                               struct parcel *ret)
{
    struct arena *a = arena_new(WIRE_MAX_UNPACKED);
    enum spool_error e = SPOOL_DISK;
    struct message m = {.kind = MESSAGE_REPLY,
                        .u.reply = {.composed_us = clock_now_us(),
                                    .author = job->author,
                                    .language = job->lang,
                                    .question = question,
                                    .text = text}};
    uint8_t *bytes;
    size_t len;
    *ret = (struct parcel){.composed_us = m.u.reply.composed_us};
    if (a != NULL && uuid_make(ret->composed_us, &ret->id)) {
        m.u.reply.id = ret->id;
        errno = EINVAL;
        if (wire_pack(&m, a, &bytes, &len) == WIRE_OK)
            e = spool_add(job->spool, ret->id, bytes, len, clock_is_replayed());
    }
    int saved = errno;
    arena_free(a);
    errno = saved;
    return e;
}
