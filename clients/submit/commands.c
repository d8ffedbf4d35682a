/* commands: reading, queueing and sending, put together. */
#include "submit/commands.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/inquiry.h"
#include "base/clock.h"
#include "fault.h"
#include "school/glance.h"
#include "spool/compose.h"
#include "submit/dispatch.h"
#include "school/texts.h"

/* --- what the centre told -------------------------------------------------------------------- */

enum {
    GLANCE_WAIT_MS = 1000, /* before a look at what is to be sent: a person waits */
    GLANCE_MOST_MS = 3000, /* and no longer than that, however much there is */
};

static bool is_at_terminal(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/* The part to look at rows with; NULL if nothing is known.  Whoever looks at a terminal has it as it
 * is now, if the centre answers at once; a script does not wait. */
static struct part *part_for_glance(const struct work *w)
{
    struct part *p = w->conf != NULL ? part_open(w->conf->spool) : NULL;
    bool may_ask = w->conf != NULL && !w->options->dry_run && !w->options->yes &&
                   w->options->wait_ms > 0 && is_at_terminal();
    if (!inquiry_is_fresh(p) && may_ask &&
        inquiry_run(w->conf, GLANCE_WAIT_MS, GLANCE_MOST_MS) == INQUIRY_DONE) {
        part_free(p);
        p = part_open(w->conf->spool);
    }
    return p;
}

static date_t known_on(const struct part *p)
{
    const struct part_organisation *own = part_organisation(p, NULL);
    return clock_day(part_fetched_us(p), own != NULL ? own->facts.utc_offset_s : 0);
}

/* Shows rows as they were understood, beside what the centre told; how many of them it would not
 * take. */
static size_t show_rows(struct work *w, const struct sheet_row *rows, size_t n, bool all)
{
    struct part *p = part_for_glance(w);
    struct glances *g = p != NULL ? glances_new(p, rows, n, w->lang, clock_now_us()) : NULL;
    size_t rejected = glances_rejected(g);
    answer_understood(w->answer, rows, g, n, all);
    if (g != NULL)
        answer_glances(w->answer, rows, g, n, known_on(p));
    glances_free(g);
    part_free(p);
    return rejected;
}

/* --- queueing and sending -------------------------------------------------------------------- */

static int queue_and_send(struct work *w, const struct sheet_row *rows, size_t n)
{
    const struct compose_job job = {w->spool, w->options->author, w->lang};
    struct parcel *parcels;
    size_t n_parcels;
    int code = EXIT_DONE;
    enum spool_error e = compose_queue(&job, rows, n, &parcels, &n_parcels);
    int saved = errno;
    answer_queued(w->answer, parcels, n_parcels, rows);
    if (e != SPOOL_OK) {
        errno = saved;
        code = work_complain_spool(w, e);
    }
    if (e != SPOOL_OK && n_parcels > 0) {
        char line[32];
        const struct parcel *last = &parcels[n_parcels - 1];
        snprintf(line, sizeof line, "%zu", rows[last->first + last->n].line);
        say_to(stderr, w->lang, SAY_NOT_QUEUED_FROM, line);
    }
    if (e == SPOOL_OK || n_parcels > 0) {
        int sent = dispatch_spool(w, parcels, n_parcels);
        code = code == EXIT_DONE ? sent : code;
    }
    bool written = answer_finish(w->answer);
    free(parcels);
    return written ? code : EXIT_REFUSED;
}

/* --- the commands ---------------------------------------------------------------------------- */

static struct figure defaults_of(const struct work *w)
{
    struct figure f = reading_nothing();
    f.organisation = w->conf != NULL ? w->conf->organisation : NULL;
    return f;
}

/* Nothing is sent that nobody has looked at, unless a script says so. */
static bool may_send(const struct work *w)
{
    char line[64];
    if (w->options->yes)
        return true;
    say_to(stdout, w->lang, SAY_SEND_THEM);
    fflush(stdout);
    if (fgets(line, sizeof line, stdin) == NULL)
        return false;
    return say_is_yes(line);
}

/* What a rehearsal ends with. */
static int rehearsed(size_t rejected)
{
    return rejected > 0 ? EXIT_REFUSED : EXIT_DONE;
}

/* Sends what the command line gave, once it was read into a row.  A script has said what it wants
 * by calling us; a person at a terminal looks first. */
static int send_row(struct work *w, const struct sheet_row *row, bool read,
                    const struct reading_error *error)
{
    if (!read) {
        answer_reading_error(w->answer, error);
        return EXIT_USAGE;
    }
    size_t rejected = show_rows(w, row, 1, true);
    if (w->options->dry_run)
        return rehearsed(rejected);
    if (is_at_terminal() && !w->options->json && !may_send(w)) {
        say_to(stderr, w->lang, SAY_NOT_SENT);
        return EXIT_REFUSED;
    }
    return queue_and_send(w, row, 1);
}

int command_figure(struct work *w)
{
    const struct figure defaults = defaults_of(w);
    struct reading_error error;
    struct sheet_row row = {.kind = ROW_FIGURE};
    if (!work_check_author(w))
        return EXIT_USAGE;
    bool read = reading_figure(w->options->fields, &defaults, COMMA_DOUBTFUL, &row.figure, &error);
    return send_row(w, &row, read, &error);
}

int command_narrative(struct work *w)
{
    const struct figure defaults = defaults_of(w);
    struct reading_error error;
    struct sheet_row row = {.kind = ROW_NARRATIVE};
    if (!work_check_author(w))
        return EXIT_USAGE;
    bool read = reading_narrative(w->options->fields, &defaults, &row.narrative, &error);
    return send_row(w, &row, read, &error);
}

/* What the command line says about every row of a sheet. */
static bool sheet_defaults(struct work *w, struct figure *ret)
{
    static char placeholder[] = "x"; /* a whole figure is read, of which only the rest counts */
    const struct figure defaults = defaults_of(w);
    const char *fields[FIELD_COUNT];
    struct reading_error error;
    memcpy(fields, w->options->fields, sizeof fields);
    bool has_period = fields[FIELD_PERIOD] != NULL;
    fields[FIELD_INDICATOR] = placeholder;
    fields[FIELD_STATE] = "no data";
    fields[FIELD_PERIOD] = has_period ? fields[FIELD_PERIOD] : "2000";
    if (!reading_figure(fields, &defaults, COMMA_DOUBTFUL, ret, &error)) {
        answer_reading_error(w->answer, &error);
        return false;
    }
    ret->indicator = NULL;
    ret->state = FIGURE_VALUE;
    ret->period = has_period ? ret->period : PERIOD_NONE;
    return true;
}

/* Options that a table of narratives has no use for. */
static bool check_kind(const struct work *w, const struct sheet *s)
{
    static const enum field of_figures[] = {FIELD_AS_OF, FIELD_METHOD};
    for (size_t i = 0; i < sizeof of_figures / sizeof *of_figures; i++)
        if (sheet_kind(s) == ROW_NARRATIVE && w->options->fields[of_figures[i]] != NULL) {
            say_to(stderr, w->lang, SAY_NOT_WITH_NARRATIVE,
                   reading_field_name(of_figures[i], w->lang));
            return false;
        }
    return true;
}

static int sheet_rows_done(struct work *w, const struct sheet *s)
{
    const struct sheet_row *rows;
    const struct sheet_error *errors;
    size_t n = sheet_rows(s, &rows), bad = sheet_errors(s, &errors);
    int code = EXIT_DONE;
    answer_sheet(w->answer, w->options->file, s);
    if (n == 0 && bad == 0) {
        say_to(stderr, w->lang, SAY_NO_ROWS, w->options->file);
        return EXIT_REFUSED;
    }
    size_t rejected = n > 0 ? show_rows(w, rows, n, w->options->dry_run) : 0;
    if (w->options->dry_run)
        code = rehearsed(rejected);
    if (n > 0 && !w->options->dry_run) {
        if (!may_send(w)) {
            say_to(stderr, w->lang, SAY_NOT_SENT);
            return EXIT_REFUSED;
        }
        code = queue_and_send(w, rows, n);
    }
    return bad > 0 ? EXIT_REFUSED : code;
}

int command_sheet(struct work *w)
{
    struct figure defaults;
    if (!work_check_author(w) || !sheet_defaults(w, &defaults))
        return EXIT_USAGE;
    if (!w->options->yes && !w->options->dry_run && (w->options->json || !is_at_terminal())) {
        say_to(stderr, w->lang, SAY_SAY_YES);
        return EXIT_USAGE;
    }
    struct sheet *s = sheet_read(w->options->file, w->options->leaf, &defaults);
    if (s == NULL) {
        say_to(stderr, w->lang, errno == EFBIG ? SAY_FILE_TOO_LARGE : SAY_CANNOT_READ,
               w->options->file, fault_text(errno, w->lang));
        return EXIT_USAGE;
    }
    int code = check_kind(w, s) ? sheet_rows_done(w, s) : EXIT_USAGE;
    sheet_free(s);
    return code;
}

int command_send(struct work *w)
{
    struct uuid *ids;
    size_t n;
    if (!spool_list(w->spool, SPOOL_NEW, &ids, &n))
        return work_complain_spool(w, SPOOL_DISK);
    free(ids);
    if (n == 0 && !w->options->json)
        say_to(stdout, w->lang, SAY_SPOOL_EMPTY);
    int code = n > 0 ? dispatch_spool(w, NULL, 0) : EXIT_DONE;
    return answer_finish(w->answer) ? code : EXIT_REFUSED;
}
