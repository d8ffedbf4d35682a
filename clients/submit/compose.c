/* compose: the id and the time of a submission are made here, once, when the figures are typed;
 * what happens to the line afterwards does not change them. */
#include "submit/compose.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "wire/wire.h"

/* Packs as many of the n rows as one message holds: m tells how many. */
static bool pack_some(const struct sheet_row *rows, size_t n, struct arena *a, struct message *m,
                      uint8_t **ret_bytes, size_t *ret_len)
{
    struct submission *s = &m->u.submission;
    enum wire_error e = WIRE_TOO_LARGE;
    for (size_t i = 0; i < n; i++)
        s->figures[i] = rows[i].figure;
    for (s->n_figures = n; s->n_figures > 0; s->n_figures /= 2) {
        arena_reset(a);
        e = wire_pack(m, a, ret_bytes, ret_len);
        if (e != WIRE_TOO_LARGE && e != WIRE_NO_MEMORY)
            break;
    }
    errno = EINVAL;
    return e == WIRE_OK;
}

static enum spool_error queue_one(const struct compose_job *job, const struct sheet_row *rows,
                                  size_t n, struct arena *a, struct figure *figures,
                                  struct parcel *ret)
{
    struct message m = {
        .kind = MESSAGE_SUBMISSION,
        .u.submission = {.composed_us = clock_now_us(),
                         .author = job->author,
                         .language = job->lang,
                         .figures = figures},
    };
    uint8_t *bytes;
    size_t len;
    if (!uuid_make(m.u.submission.composed_us, &m.u.submission.id) ||
        !pack_some(rows, n < WIRE_MAX_FIGURES ? n : WIRE_MAX_FIGURES, a, &m, &bytes, &len))
        return SPOOL_DISK;
    ret->id = m.u.submission.id;
    ret->n = m.u.submission.n_figures;
    return spool_add(job->spool, ret->id, bytes, len, clock_is_replayed());
}

enum spool_error compose_queue(const struct compose_job *job, const struct sheet_row *rows,
                               size_t n, struct parcel **ret, size_t *ret_n)
{
    struct parcel *parcels = calloc(n > 0 ? n : 1, sizeof *parcels);
    struct figure *figures = calloc(WIRE_MAX_FIGURES, sizeof *figures);
    struct arena *a = arena_new(WIRE_MAX_UNPACKED);
    enum spool_error e = SPOOL_OK;
    size_t n_parcels = 0;
    if (parcels == NULL || figures == NULL || a == NULL)
        e = SPOOL_DISK;
    for (size_t at = 0; at < n && e == SPOOL_OK;) {
        struct parcel *p = &parcels[n_parcels];
        p->first = at;
        e = queue_one(job, rows + at, n - at, a, figures, p);
        if (e == SPOOL_OK) {
            n_parcels++;
            at += p->n;
        }
    }
    arena_free(a);
    free(figures);
    *ret = parcels;
    *ret_n = parcels != NULL ? n_parcels : 0;
    return e;
}
