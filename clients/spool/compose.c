/* compose: the id and the time of a submission are made here, once, when its lines are typed; what
 * happens to the line afterwards does not change them. */
#include "spool/compose.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "wire/wire.h"

/* Room for the lines of one message. */
struct lines {
    struct figure figures[WIRE_MAX_FIGURES];
    struct narrative narratives[WIRE_MAX_NARRATIVES];
};

/* Makes the first rows, as many as one message may have, lines of a submission; where to find how
 * many. */
static size_t *take_rows(const struct sheet_row *rows, size_t n, struct lines *lines,
                         struct submission *s)
{
    bool figures = rows[0].kind == ROW_FIGURE;
    size_t *count = figures ? &s->n_figures : &s->n_narratives;
    size_t most = figures ? WIRE_MAX_FIGURES : WIRE_MAX_NARRATIVES;
    *count = n < most ? n : most;
    for (size_t i = 0; i < *count && figures; i++)
        lines->figures[i] = rows[i].figure;
    for (size_t i = 0; i < *count && !figures; i++)
        lines->narratives[i] = rows[i].narrative;
    s->figures = lines->figures;
    s->narratives = lines->narratives;
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

static enum spool_error queue_one(const struct compose_job *job, const struct sheet_row *rows,
                                  size_t n, struct arena *a, struct lines *lines,
                                  struct parcel *ret)
{
    struct message m = {
        .kind = MESSAGE_SUBMISSION,
        .u.submission = {.composed_us = clock_now_us(),
                         .author = job->author,
                         .language = job->lang},
    };
    size_t *count = take_rows(rows, n, lines, &m.u.submission);
    uint8_t *bytes;
    size_t len;
    if (!uuid_make(m.u.submission.composed_us, &m.u.submission.id) ||
        !pack_some(&m, count, a, &bytes, &len))
        return SPOOL_DISK;
    ret->id = m.u.submission.id;
    ret->n = *count;
    return spool_add(job->spool, ret->id, bytes, len, clock_is_replayed());
}

enum spool_error compose_queue(const struct compose_job *job, const struct sheet_row *rows,
                               size_t n, struct parcel **ret, size_t *ret_n)
{
    struct parcel *parcels = calloc(n > 0 ? n : 1, sizeof *parcels);
    struct lines *lines = calloc(1, sizeof *lines);
    struct arena *a = arena_new(WIRE_MAX_UNPACKED);
    enum spool_error e = SPOOL_OK;
    size_t n_parcels = 0;
    if (parcels == NULL || lines == NULL || a == NULL)
        e = SPOOL_DISK;
    for (size_t at = 0; at < n && e == SPOOL_OK;) {
        struct parcel *p = &parcels[n_parcels];
        p->first = at;
        e = queue_one(job, rows + at, n - at, a, lines, p);
        if (e == SPOOL_OK) {
            n_parcels++;
            at += p->n;
        }
    }
    arena_free(a);
    free(lines);
    *ret = parcels;
    *ret_n = parcels != NULL ? n_parcels : 0;
    return e;
}
