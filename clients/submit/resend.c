/* resend: a centre that was restored from an earlier copy has lost what came since; the spool has not. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "school/texts.h"
#include "submit/commands.h"

enum { US_PER_S = 1000000, TM_YEAR = 1900 };

/* A moment with its offset, or the beginning of a day here. */
static bool read_moment(const char *text, int64_t *ret_us)
{
    date_t day;
    if (clock_parse(text, strlen(text), ret_us))
        return true;
    if (!date_parse(text, strlen(text), &day))
        return false;
    struct civil c = date_civil(day);
    struct tm tm = {
        .tm_year = c.year - TM_YEAR, .tm_mon = c.month - 1, .tm_mday = c.day, .tm_isdst = -1};
    *ret_us = (int64_t)mktime(&tm) * US_PER_S;
    return true;
}

/* Whether the centre gave its receipt at that moment or later; whatever it was composed at. */
static bool was_received_since(struct filed_reader *reader, const struct spool_entry *e,
                               int64_t since_us)
{
    struct filed f;
    return filed_read(reader, e, SPOOL_SENT, &f) && f.receipt != NULL &&
           f.receipt->received_us >= since_us;
}

static enum spool_error queue_again(struct work *w, struct filed_reader *reader, struct uuid id,
                                    int64_t since_us, size_t *count)
{
    struct spool_entry e;
    enum spool_error error = spool_load(w->spool, SPOOL_SENT, id, &e);
    if (error != SPOOL_OK)
        return error == SPOOL_DISK ? error : SPOOL_OK; /* damaged or gone: told, and passed over */
    if (was_received_since(reader, &e, since_us)) {
        const struct record *r = &e.file.submission;
        error = spool_add(w->spool, e.id, r->bytes, r->len, e.file.replay);
        *count += error == SPOOL_OK;
    }
    spool_entry_finish(&e);
    return error;
}

static enum spool_error queue_all(struct work *w, int64_t since_us, size_t *count)
{
    struct filed_reader *reader = filed_reader_new();
    struct uuid *ids = NULL;
    size_t n = 0;
    enum spool_error error = SPOOL_DISK;
    if (reader != NULL && spool_list(w->spool, SPOOL_SENT, &ids, &n))
        error = SPOOL_OK;
    for (size_t i = 0; i < n && error == SPOOL_OK; i++)
        error = queue_again(w, reader, ids[i], since_us, count);
    free(ids);
    filed_reader_free(reader);
    return error;
}

int command_resend(struct work *w)
{
    int64_t since_us;
    size_t count = 0;
    char text[32];
    if (!read_moment(w->options->argument, &since_us)) {
        say_to(stderr, w->lang, SAY_BAD_MOMENT, w->options->argument);
        return EXIT_USAGE;
    }
    enum spool_error error = queue_all(w, since_us, &count);
    if (error != SPOOL_OK)
        return work_complain_spool(w, error);
    snprintf(text, sizeof text, "%zu", count);
    if (!w->options->json)
        say_to(stdout, w->lang, SAY_QUEUED_AGAIN, text);
    return command_send(w);
}
