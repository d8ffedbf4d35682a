/* vekha: the library is a face of the modules that vekha-submit is made of; what a figure means, and when it is queued, is decided there. */
#include "lib/vekha.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/conf.h"
#include "fault.h"
#include "sheet/reading.h"
#include "spool/compose.h"
#include "spool/filed.h"
#include "spool/outcome.h"
#include "spool/sender.h"

#ifndef VEKHA_VERSION
#define VEKHA_VERSION "unknown"
#endif

#define VEKHA_API __attribute__((visibility("default")))

enum {
    FIRST_ROOM = 64,
    MAX_FIGURES = 100000,
    PROGRAM_MAX = 128,
    ERROR_MAX = 1024,
    EARLIEST_SIZE = offsetof(struct vekha_figure, note) + sizeof(const char *),
};

struct vekha {
    struct conf *conf;
    struct spool *spool;
    struct filed_reader *reader;
    char program[PROGRAM_MAX], error[ERROR_MAX];
    struct sheet_row *rows; /* added and not queued; their texts are theirs */
    size_t n, room, queued;
    size_t first;           /* the index of rows[0] */
    struct parcel *parcels; /* queued here and not answered; `first` is an index */
    size_t n_parcels;
    vekha_answered *answered; /* while sending */
    void *context;
    size_t refused;
};

static enum vekha_status fail(struct vekha *v, enum vekha_status how, const char *text)
{
    snprintf(v->error, sizeof v->error, "%s", text);
    return how;
}

static enum vekha_status fail_by_errno(struct vekha *v, enum say what, const char *where)
{
    const char *why = fault_text(errno, v->conf->language);
    snprintf(v->error, sizeof v->error, say(what, v->conf->language), where, why);
    return VEKHA_FAILED;
}

VEKHA_API const char *vekha_version(void)
{
    return VEKHA_VERSION;
}

VEKHA_API const char *vekha_error(const struct vekha *v)
{
    return v->error;
}

/* --- opening --- */

static struct conf *read_conf(const char *given, char *error, size_t size)
{
    char why[CONF_ERROR_MAX] = "";
    enum lang lang = lang_of_environment();
    char *path = given != NULL ? strdup(given) : conf_find();
    struct conf *c = path != NULL ? conf_read(path, lang, why) : NULL;
    if (c == NULL)
        snprintf(error, size, "%s", path != NULL ? why : say(SAY_NO_CONF, lang));
    free(path);
    return c;
}

VEKHA_API struct vekha *vekha_open(const char *path, const char *program, char *error,
                                   size_t error_size)
{
    struct vekha *v = sodium_init() >= 0 ? calloc(1, sizeof *v) : NULL;
    if (v == NULL) {
        snprintf(error, error_size, "%s", say(SAY_NO_MEMORY, lang_of_environment()));
        return NULL;
    }
    snprintf(v->program, sizeof v->program, "%s (libvekha " VEKHA_VERSION ")",
             program != NULL ? program : "?");
    v->conf = read_conf(path, error, error_size);
    if (v->conf == NULL)
        goto fail;
    v->reader = filed_reader_new();
    v->spool = v->reader != NULL ? spool_open(v->conf->spool, NULL, NULL, NULL) : NULL;
    if (v->spool != NULL)
        return v;
    fail_by_errno(v, SAY_CANNOT_OPEN_SPOOL, v->conf->spool);
    snprintf(error, error_size, "%s", v->error);
fail:
    vekha_close(v);
    return NULL;
}

/* --- figures --- */

/* Every text of a row, so that it can be copied and freed. */
static char **texts_of(struct figure *f, size_t i)
{
    char **const texts[] = {(char **)(void *)&f->organisation, (char **)(void *)&f->indicator,
                            (char **)(void *)&f->method, (char **)(void *)&f->note};
    return i < sizeof texts / sizeof *texts ? texts[i] : NULL;
}

static void free_row(struct sheet_row *row)
{
    char **text;
    for (size_t i = 0; (text = texts_of(&row->figure, i)) != NULL; i++)
        free(*text);
}

/* Gives a row texts of its own. */
static bool own_texts(struct sheet_row *row)
{
    char **text;
    bool done = true;
    for (size_t i = 0; (text = texts_of(&row->figure, i)) != NULL; i++) {
        *text = *text != NULL ? strdup(*text) : NULL;
        done = done && (*text != NULL || errno != ENOMEM);
    }
    return done;
}

static void drop_rows(struct vekha *v)
{
    for (size_t i = 0; i < v->n; i++)
        free_row(&v->rows[i]);
    v->n = 0;
}

VEKHA_API void vekha_close(struct vekha *v)
{
    if (v == NULL)
        return;
    drop_rows(v);
    free(v->rows);
    free(v->parcels);
    filed_reader_free(v->reader);
    spool_close(v->spool);
    conf_free(v->conf);
    free(v);
}

static struct sheet_row *make_room(struct vekha *v)
{
    if (v->n == v->room) {
        size_t room = v->room == 0 ? FIRST_ROOM : v->room * 2;
        struct sheet_row *larger = reallocarray(v->rows, room, sizeof *larger);
        if (larger == NULL)
            return NULL;
        v->rows = larger;
        v->room = room;
    }
    return &v->rows[v->n];
}

static enum vekha_status complain(struct vekha *v, const struct reading_error *e)
{
    char what[ERROR_MAX / 2];
    snprintf(what, sizeof what, say(e->why, v->conf->language), e->what);
    snprintf(v->error, sizeof v->error, "%s: %s", reading_field_name(e->field, v->conf->language),
             what);
    return VEKHA_INVALID;
}

VEKHA_API enum vekha_status vekha_add(struct vekha *v, const struct vekha_figure *figure)
{
    const char *const fields[FIELD_COUNT] = {
        [FIELD_ORGANISATION] = figure->organisation,
        [FIELD_INDICATOR] = figure->indicator,
        [FIELD_PERIOD] = figure->period,
        [FIELD_VALUE] = figure->value,
        [FIELD_OF] = figure->of,
        [FIELD_STATE] = figure->state,
        [FIELD_AS_OF] = figure->as_of,
        [FIELD_EXPECTED] = figure->expected,
        [FIELD_METHOD] = figure->method,
        [FIELD_NOTE] = figure->note,
    };
    struct figure defaults = reading_nothing();
    struct reading_error error;
    if (figure->size < EARLIEST_SIZE)
        return fail(v, VEKHA_INVALID, "vekha_figure.size");
    if (v->n == MAX_FIGURES)
        return fail(v, VEKHA_INVALID, "vekha_add: 100 000");
    struct sheet_row *row = make_room(v);
    if (row == NULL)
        return fail(v, VEKHA_FAILED, say(SAY_NO_MEMORY, v->conf->language));
    *row = (struct sheet_row){.line = v->n + 1, .kind = ROW_FIGURE};
    defaults.organisation = v->conf->organisation;
    if (!reading_figure(fields, &defaults, COMMA_DOUBTFUL, &row->figure, &error))
        return complain(v, &error);
    errno = 0;
    if (!own_texts(row)) {
        free_row(row);
        return fail(v, VEKHA_FAILED, say(SAY_NO_MEMORY, v->conf->language));
    }
    v->n++;
    return VEKHA_OK;
}

/* --- the queue --- */

static bool remember(struct vekha *v, const struct parcel *parcels, size_t n)
{
    struct parcel *larger = reallocarray(v->parcels, v->n_parcels + n + 1, sizeof *larger);
    if (larger == NULL)
        return false; /* the figures are queued all the same; only their indices are unknown */
    v->parcels = larger;
    for (size_t i = 0; i < n; i++) {
        v->parcels[v->n_parcels] = parcels[i];
        v->parcels[v->n_parcels++].first += v->first;
    }
    return true;
}

static enum vekha_status complain_spool(struct vekha *v, enum spool_error e)
{
    char limit[32];
    snprintf(limit, sizeof limit, "%d",
             e == SPOOL_FULL_FILES ? SPOOL_MAX_FILES : SPOOL_MAX_BYTES / 1024 / 1024);
    if (e == SPOOL_DISK)
        return fail_by_errno(v, SAY_SPOOL_DISK, v->conf->spool);
    snprintf(
        v->error, sizeof v->error,
        say(e == SPOOL_FULL_FILES ? SAY_SPOOL_FULL_FILES : SAY_SPOOL_FULL_BYTES, v->conf->language),
        v->conf->spool, limit);
    return VEKHA_FAILED;
}

VEKHA_API enum vekha_status vekha_queue(struct vekha *v)
{
    const struct compose_job job = {.spool = v->spool, .lang = v->conf->language};
    struct parcel *parcels = NULL;
    size_t n = 0;
    enum spool_error e = SPOOL_OK;
    v->queued = 0;
    if (v->n > 0)
        e = compose_queue(&job, v->rows, v->n, &parcels, &n);
    int saved = errno;
    if (n > 0) {
        v->queued = parcels[n - 1].first + parcels[n - 1].n;
        (void)remember(v, parcels, n);
    }
    v->first += v->n;
    free(parcels);
    drop_rows(v);
    errno = saved;
    return e == SPOOL_OK ? VEKHA_OK : complain_spool(v, e);
}

VEKHA_API size_t vekha_queued(const struct vekha *v)
{
    return v->queued;
}

/* --- sending --- */

static size_t index_of(const struct vekha *v, struct uuid id)
{
    for (size_t i = 0; i < v->n_parcels; i++)
        if (uuid_compare(v->parcels[i].id, id) == 0)
            return v->parcels[i].first;
    return (size_t)-1;
}

/* Nothing more is heard of it. */
static void forget(struct vekha *v, struct uuid id)
{
    for (size_t i = 0; i < v->n_parcels; i++)
        if (uuid_compare(v->parcels[i].id, id) == 0)
            v->parcels[i--] = v->parcels[--v->n_parcels];
}

static void tell(struct vekha *v, const struct vekha_answer *a)
{
    if (v->answered != NULL)
        v->answered(v->context, a);
}

static void tell_figure(struct vekha *v, const struct filed *f, size_t i, const char *id)
{
    const struct figure *figure = &f->submission->figures[i];
    const struct figure_verdict *verdict = &f->receipt->figures[i];
    size_t first = index_of(v, f->submission->id);
    char period[PERIOD_TEXT_MAX];
    v->refused += verdict->verdict == VERDICT_REJECTED;
    tell(v, &(struct vekha_answer){
                .size = sizeof(struct vekha_answer),
                .id = id,
                .number = f->receipt->number,
                .index = first != (size_t)-1 ? first + i : first,
                .organisation = figure->organisation,
                .indicator = figure->indicator,
                .period = period_format(figure->period, period),
                .verdict = verdict_name(verdict->verdict),
                .reason = verdict->reason != REASON_NONE ? reason_name(verdict->reason) : NULL,
                .text = verdict->text,
            });
}

static void on_receipt(void *context, const struct spool_entry *e, const struct receipt *r)
{
    struct vekha *v = context;
    struct filed f;
    char id[UUID_TEXT_MAX];
    if (!filed_join(v->reader, e, r, NULL, &f))
        return;
    uuid_format(f.submission->id, id);
    for (size_t i = 0; i < r->n_figures; i++)
        tell_figure(v, &f, i, id);
    forget(v, e->id);
}

static void on_refusal(void *context, const struct spool_entry *e, const struct refusal *r)
{
    struct vekha *v = context;
    char id[UUID_TEXT_MAX];
    v->refused++;
    tell(v, &(struct vekha_answer){
                .size = sizeof(struct vekha_answer),
                .id = uuid_format(e->id, id),
                .index = index_of(v, e->id),
                .verdict = "refused",
                .reason = refusal_reason_name(r->reason),
                .text = r->text,
            });
    forget(v, e->id);
}

VEKHA_API enum vekha_status vekha_send(struct vekha *v, int wait_ms, vekha_answered *answered,
                                       void *context)
{
    const struct sender_hooks hooks = {.receipt = on_receipt, .refusal = on_refusal, .context = v};
    const struct sender_job job = {
        .conf = v->conf,
        .spool = v->spool,
        .software = v->program,
        .lang = v->conf->language,
        .wait_ms = wait_ms > 0 ? wait_ms : 1,
        .hooks = &hooks,
    };
    struct sender_outcome o;
    v->answered = answered;
    v->context = context;
    v->refused = 0;
    sender_run(&job, &o);
    spool_unlock_sender(v->spool);
    if (o.end != SENDER_DONE) {
        snprintf(v->error, sizeof v->error, say(outcome_say(&o), v->conf->language),
                 outcome_what(&o, v->conf->language));
        return o.end == SENDER_FAILED ? VEKHA_FAILED : VEKHA_KEPT;
    }
    return v->refused > 0 ? VEKHA_REFUSED : VEKHA_OK;
}
