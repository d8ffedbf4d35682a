/* dispatch: see dispatch.h.  Whatever is queued is sent first in, first out, so every run also delivers
 * what an earlier one had to keep. */
#include "submit/dispatch.h"

#include "spool/outcome.h"
#include "spool/sender.h"
#include "submit/beside.h"

/* Parcels that were not answered in this run appear in --json all the same. */
static void add_queued(struct work *w, const struct parcel *parcels, size_t n)
{
    struct filed_reader *reader = filed_reader_new();
    for (size_t i = 0; i < n && reader != NULL && w->options->json; i++) {
        struct spool_entry e;
        struct filed f;
        if (!answer_has(w->answer, parcels[i].id) &&
            spool_load(w->spool, SPOOL_NEW, parcels[i].id, &e) == SPOOL_OK) {
            if (filed_read(reader, &e, SPOOL_NEW, &f))
                answer_filed(w->answer, &f);
            spool_entry_finish(&e);
        }
    }
    filed_reader_free(reader);
}

/* Another program may have sent ours while we waited for it. */
static bool show_if_sent(struct work *w, struct uuid id)
{
    static const enum spool_folder folders[] = {SPOOL_SENT, SPOOL_REFUSED};
    struct filed_reader *reader = filed_reader_new();
    bool found = false;
    for (size_t i = 0; i < 2 && reader != NULL && !found; i++) {
        struct spool_entry e;
        struct filed f;
        if (spool_load(w->spool, folders[i], id, &e) == SPOOL_OK) {
            found = filed_read(reader, &e, folders[i], &f);
            if (found)
                answer_filed(w->answer, &f);
            spool_entry_finish(&e);
        }
    }
    filed_reader_free(reader);
    return found;
}

static size_t count_unanswered(struct work *w, const struct parcel *parcels, size_t n)
{
    size_t left = 0;
    for (size_t i = 0; i < n; i++)
        left += !answer_has(w->answer, parcels[i].id) && !show_if_sent(w, parcels[i].id);
    return left;
}

int dispatch_spool(struct work *w, const struct parcel *parcels, size_t n)
{
    const struct sender_job job = {
        .conf = w->conf,
        .spool = w->spool,
        .software = WORK_SOFTWARE,
        .lang = w->lang,
        .wait_ms = w->options->wait_ms,
        .hooks = answer_hooks(w->answer),
        .then = beside,
        .then_context = w,
    };
    struct sender_outcome o;
    if (w->options->wait_ms == 0) {
        add_queued(w, parcels, n);
        return EXIT_KEPT;
    }
    sender_run(&job, &o);
    size_t left = count_unanswered(w, parcels, n);
    if (o.end != SENDER_DONE && (left > 0 || n == 0)) {
        outcome_print(&o, w->lang);
        left++;
    }
    add_queued(w, parcels, n);
    if (answer_refused(w->answer) > 0)
        return EXIT_REFUSED;
    return left > 0 ? EXIT_KEPT : EXIT_DONE;
}
