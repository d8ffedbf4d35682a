/* errand: see errand.h. */
#include "folder/errand.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "folder/report.h"
#include "sheet/sheet.h"

/* A file of sending/ as it is now. */
struct contents {
    struct sheet *sheet; /* NULL: it cannot be read, see fault */
    int fault;           /* errno */
    uint8_t sha256[DOCKET_SHA256];
    const struct sheet_row *rows;
    size_t n;
};

static struct figure defaults_of(const struct conf *conf)
{
    struct figure f = reading_nothing();
    f.organisation = conf->organisation;
    return f;
}

/* defaults must outlive the contents. */
static void contents_read(const struct errands *e, const char *name, const struct figure *defaults,
                          struct contents *ret)
{
    uint8_t *bytes = NULL;
    size_t len;
    *ret = (struct contents){.n = 0};
    if (!folder_read(e->folder, name, SHEET_MAX_BYTES, &bytes, &len)) {
        ret->fault = errno;
        return;
    }
    crypto_hash_sha256(ret->sha256, bytes, len);
    ret->sheet = sheet_parse(bytes, len, NULL, defaults);
    if (ret->sheet != NULL)
        ret->n = sheet_rows(ret->sheet, &ret->rows);
    else
        ret->fault = ENOMEM;
    free(bytes);
}

static void contents_finish(struct contents *c)
{
    sheet_free(c->sheet);
}

static bool is_of(const struct contents *c, const struct docket *d)
{
    const struct parcel *last = &d->parcels[d->n - 1];
    return c->sheet != NULL && memcmp(c->sha256, d->sha256, DOCKET_SHA256) == 0 &&
           last->first + last->n == c->n;
}

static struct compose_job job_of(const struct errands *e)
{
    return (struct compose_job){.spool = e->spool, .lang = e->lang};
}

/* --- the end --- */

/* The report, the file in its place, and the docket away: in this order, since each may be done again. */
static bool settle(const struct errands *e, const char *name, const struct contents *c,
                   const struct docket *d)
{
    const bool same = d == NULL || is_of(c, d);
    const struct report_job job = {
        .name = name,
        .lang = e->lang,
        .sheet = same ? c->sheet : NULL,
        .fault = d == NULL ? c->fault : 0,
        .docket = d,
        .spool = e->spool,
    };
    enum folder_shelf shelf;
    size_t len;
    char *report = report_write(&job, &shelf, &len);
    bool done = report != NULL && folder_settle(e->folder, name, shelf, report, len) &&
                (d == NULL || docket_remove(e->dockets, d));
    int saved = errno;
    free(report);
    if (done)
        e->settled(e->context, name, shelf);
    errno = saved;
    return done;
}

static bool all_answered(const struct errands *e, const struct docket *d)
{
    enum spool_folder folder;
    for (size_t i = 0; i < d->n; i++)
        if (spool_find(e->spool, d->parcels[i].id, &folder) && folder == SPOOL_NEW)
            return false;
    return true;
}

static enum errand_end settle_docket(const struct errands *e, const struct docket *d)
{
    const struct figure defaults = defaults_of(e->conf);
    struct contents c;
    if (d->stage == DOCKET_PLANNED || !all_answered(e, d))
        return ERRAND_DONE;
    contents_read(e, d->name, &defaults, &c);
    bool done = settle(e, d->name, &c, d);
    int saved = errno;
    contents_finish(&c);
    errno = saved;
    return done ? ERRAND_DONE : ERRAND_FAILED;
}

/* --- the beginning --- */

static enum errand_end enlist(struct docket *d, const struct errands *e, enum docket_stage stage)
{
    d->stage = stage;
    return docket_save(e->dockets, d) ? ERRAND_DONE : ERRAND_FAILED;
}

/* Queues what of a docket is not yet: only the file as it was planned gives the same submissions. */
static enum errand_end queue(const struct errands *e, struct docket *d, const struct contents *c)
{
    const struct compose_job job = job_of(e);
    enum spool_folder folder;
    for (size_t i = 0; i < d->n; i++) {
        if (spool_find(e->spool, d->parcels[i].id, &folder))
            continue;
        enum spool_error error = compose_add(&job, c->rows, &d->parcels[i]);
        if (error == SPOOL_FULL_FILES || error == SPOOL_FULL_BYTES)
            return ERRAND_WAITS;
        if (error != SPOOL_OK)
            return ERRAND_FAILED;
    }
    return enlist(d, e, DOCKET_QUEUED);
}

/* The file is another than was planned.  What was queued of it comes first, and is all that ever will be. */
static enum errand_end cut(const struct errands *e, struct docket *d)
{
    enum spool_folder folder;
    size_t n = 0;
    while (n < d->n && spool_find(e->spool, d->parcels[n].id, &folder))
        n++;
    if (n == 0)
        return docket_remove(e->dockets, d) ? ERRAND_DONE
                                            : ERRAND_FAILED; /* as if it never began */
    d->n = n;
    return enlist(d, e, DOCKET_CUT);
}

static enum errand_end resume(const struct errands *e, struct docket *d)
{
    const struct figure defaults = defaults_of(e->conf);
    struct contents c;
    if (d->stage != DOCKET_PLANNED)
        return ERRAND_DONE;
    contents_read(e, d->name, &defaults, &c);
    enum errand_end end = is_of(&c, d) ? queue(e, d, &c) : cut(e, d);
    int saved = errno;
    contents_finish(&c);
    errno = saved;
    return end;
}

/* More than the spool would ever hold at once. */
static enum errand_end refuse_size(const struct errands *e, const char *name)
{
    const struct contents too_large = {.fault = EFBIG};
    return settle(e, name, &too_large, NULL) ? ERRAND_DONE : ERRAND_FAILED;
}

static enum errand_end plan(const struct errands *e, const char *name, const struct contents *c)
{
    const struct compose_job job = job_of(e);
    struct docket d = {.stage = DOCKET_PLANNED};
    enum errand_end end = ERRAND_FAILED;
    memcpy(d.name, name, strlen(name) + 1);
    memcpy(d.sha256, c->sha256, DOCKET_SHA256);
    if (compose_plan(&job, c->rows, c->n, &d.parcels, &d.n) != SPOOL_OK) {
        end = ERRAND_FAILED;
    } else if (d.n > DOCKET_MAX_PARCELS) {
        end = refuse_size(e, name);
    } else if (docket_save(e->dockets, &d)) {
        e->taken(e->context, name);
        end = queue(e, &d, c);
    }
    int saved = errno;
    docket_finish(&d);
    errno = saved;
    return end;
}

static enum errand_end begin(const struct errands *e, const char *name)
{
    const struct figure defaults = defaults_of(e->conf);
    struct contents c;
    enum errand_end end = ERRAND_DONE;
    contents_read(e, name, &defaults, &c);
    if (c.sheet == NULL && c.fault == ENOENT)
        end = ERRAND_DONE; /* taken away again */
    else if (c.n > 0)
        end = plan(e, name, &c);
    else
        end = settle(e, name, &c, NULL) ? ERRAND_DONE : ERRAND_FAILED;
    int saved = errno;
    contents_finish(&c);
    errno = saved;
    return end;
}

/* --- all of them --- */

/* What is done with each docket. */
typedef enum errand_end step(const struct errands *e, struct docket *d, void *data);

/* A damaged docket is set aside, and as none: the file is begun with anew, and what was queued of it says `unchanged`. */
static enum errand_end each_docket(const struct errands *e, step *act, void *data)
{
    struct uuid *ids;
    size_t n;
    enum errand_end end = ERRAND_DONE;
    if (!docket_list(e->dockets, &ids, &n))
        return ERRAND_FAILED;
    for (size_t i = 0; i < n && end == ERRAND_DONE; i++) {
        struct docket d;
        if (docket_load(e->dockets, ids[i], &d)) {
            end = act(e, &d, data);
            int saved = errno;
            docket_finish(&d);
            errno = saved;
        } else if (errno == EINVAL ? !docket_set_aside(e->dockets, ids[i]) : errno != ENOENT) {
            end = ERRAND_FAILED;
        }
    }
    int saved = errno;
    free(ids);
    errno = saved;
    return end;
}

static enum errand_end resume_step(const struct errands *e, struct docket *d, void *data)
{
    (void)data;
    return resume(e, d);
}

static enum errand_end settle_step(const struct errands *e, struct docket *d, void *data)
{
    (void)data;
    return settle_docket(e, d);
}

struct looking {
    const folder_name *names;
    bool *begun;
    size_t n;
};

static int compare_names(const void *a, const void *b)
{
    return strcmp(a, b);
}

static enum errand_end mark_step(const struct errands *e, struct docket *d, void *data)
{
    struct looking *l = data;
    const folder_name *at =
        l->n > 0 ? bsearch(d->name, l->names, l->n, sizeof *l->names, compare_names) : NULL;
    (void)e;
    if (at != NULL)
        l->begun[at - l->names] = true;
    return ERRAND_DONE;
}

static enum errand_end begin_new(const struct errands *e)
{
    folder_name *names;
    struct looking l;
    if (!folder_list(e->folder, &names, &l.n))
        return ERRAND_FAILED;
    l.names = (const folder_name *)names;
    l.begun = calloc(l.n + 1, sizeof *l.begun);
    enum errand_end end = l.begun != NULL ? each_docket(e, mark_step, &l) : ERRAND_FAILED;
    for (size_t i = 0; i < l.n && end == ERRAND_DONE; i++)
        if (!l.begun[i])
            end = begin(e, names[i]);
    int saved = errno;
    free(l.begun);
    free(names);
    errno = saved;
    return end;
}

enum errand_end errands_begin(const struct errands *e)
{
    enum errand_end end = each_docket(e, resume_step, NULL);
    return end == ERRAND_DONE ? begin_new(e) : end;
}

enum errand_end errands_settle(const struct errands *e)
{
    return each_docket(e, settle_step, NULL);
}

static enum errand_end count_step(const struct errands *e, struct docket *d, void *data)
{
    size_t *n = data;
    (void)e;
    (void)d;
    ++*n;
    return ERRAND_DONE;
}

bool errands_count(const struct errands *e, size_t *ret)
{
    *ret = 0;
    return each_docket(e, count_step, ret) == ERRAND_DONE;
}
