/* report: see report.h. */
#include "folder/report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "moment.h"
#include "school/questions.h"
#include "school/remarks.h"
#include "school/texts.h"
#include "school/verdicts.h"
#include "spool/filed.h"

/* The report in the making: what is below the first sentence, and what that sentence has to say. */
struct report {
    const struct report_job *job;
    FILE *out;
    struct filed_reader *reader;
    const struct sheet_row *rows; /* NULL: lines cannot be named */
    size_t accepted, rejected;    /* lines */
    size_t unanswered;            /* lines of which no answer is here */
    bool refused;                 /* something that is more than a line */
};

static void add_receipt(struct report *r, const struct filed *f, const struct parcel *p)
{
    char number[32], received[CLOCK_TEXT_MAX];
    size_t rejected = filed_count(f->receipt, VERDICT_REJECTED);
    snprintf(number, sizeof number, "%" PRIu64, f->receipt->number);
    fputs("\n", r->out);
    say_to(r->out, r->job->lang, SAY_REPORT_RECEIPT, number,
           moment_text(f->receipt->received_us, r->job->lang, received));
    verdicts_print(f, r->rows != NULL ? r->rows + p->first : NULL, r->job->lang, r->out, false);
    r->rejected += rejected;
    r->accepted += p->n - rejected;
}

static void add_refusal(struct report *r, const struct filed *f)
{
    const char *text = f->refusal->text;
    char id[UUID_TEXT_MAX];
    fputs("\n", r->out);
    say_to(r->out, r->job->lang, SAY_REFUSED, uuid_format(f->submission->id, id),
           text != NULL ? text : refusal_reason_name(f->refusal->reason));
    r->refused = true;
}

static void add_parcel(struct report *r, const struct parcel *p)
{
    enum spool_folder folder;
    struct spool_entry e;
    struct filed f;
    if (!spool_find(r->job->spool, p->id, &folder) ||
        spool_load(r->job->spool, folder, p->id, &e) != SPOOL_OK) {
        r->unanswered += p->n;
        return;
    }
    bool read = filed_read(r->reader, &e, folder, &f);
    if (read && f.receipt != NULL)
        add_receipt(r, &f, p);
    else if (read && f.refusal != NULL)
        add_refusal(r, &f);
    else
        r->unanswered += p->n;
    spool_entry_finish(&e);
}

static void add_parcels(struct report *r)
{
    const struct docket *d = r->job->docket;
    char lines[32];
    for (size_t i = 0; i < d->n; i++)
        add_parcel(r, &d->parcels[i]);
    if (r->unanswered > 0) {
        snprintf(lines, sizeof lines, "%zu", r->unanswered);
        fputs("\n", r->out);
        say_to(r->out, r->job->lang, SAY_REPORT_NO_ANSWER, lines);
    }
    if (d->stage == DOCKET_CUT) {
        fputs("\n", r->out);
        say_to(r->out, r->job->lang, SAY_REPORT_CUT);
        r->refused = true;
    }
}

static void add_sheet(struct report *r)
{
    const struct report_job *job = r->job;
    const struct sheet_error *errors;
    const struct sheet_row *rows;
    size_t bad = sheet_errors(job->sheet, &errors), good = sheet_rows(job->sheet, &rows);
    fputs("\n", r->out);
    remarks_print(job->name, job->sheet, job->lang, r->out);
    if (good == 0 && bad == 0)
        say_to(r->out, job->lang, SAY_NO_ROWS, job->name);
    r->rejected += bad;
    r->refused = r->refused || good == 0;
}

static void add_unread(struct report *r)
{
    const struct report_job *job = r->job;
    bool cut = job->docket != NULL && job->docket->stage == DOCKET_CUT; /* was told */
    fputs("\n", r->out);
    if (job->fault == 0) {
        if (!cut)
            say_to(r->out, job->lang, SAY_REPORT_GONE);
        return;
    }
    if (job->fault == EFBIG)
        say_to(r->out, job->lang, SAY_FILE_TOO_LARGE, job->name);
    else
        say_to(r->out, job->lang, SAY_REPORT_NOT_READ, fault_text(job->fault, job->lang));
    r->refused = true;
}

/* Rows are those that were sent only if there are as many. */
static const struct sheet_row *rows_sent(const struct report_job *job)
{
    const struct sheet_row *rows = NULL;
    const struct docket *d = job->docket;
    if (job->sheet == NULL || d == NULL)
        return NULL;
    const struct parcel *last = &d->parcels[d->n - 1];
    size_t n = sheet_rows(job->sheet, &rows), sent = last->first + last->n;
    return n >= sent ? rows : NULL;
}

static enum say headline(const struct report *r)
{
    if (!r->refused && r->rejected == 0 && r->unanswered == 0)
        return SAY_REPORT_ACCEPTED;
    return r->accepted > 0 ? SAY_REPORT_PARTLY : SAY_REPORT_REFUSED;
}

/* The first sentence, then the rest, as Notepad wants it. */
static char *for_notepad(const char *first, const char *rest, size_t *ret_len)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    if (out == NULL)
        return NULL;
    fprintf(out, "\xEF\xBB\xBF%s\r\n", first);
    for (const char *c = rest; *c != '\0'; c++) {
        if (*c == '\n')
            putc('\r', out);
        putc(*c, out);
    }
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    *ret_len = len;
    return text;
}

static char *join(const struct report *r, const char *rest, size_t *ret_len)
{
    char first[FOLDER_NAME_MAX + 512];
    snprintf(first, sizeof first, say(headline(r), r->job->lang), r->job->name);
    return for_notepad(first, rest, ret_len);
}

char *report_questions(const struct hearing *h, const char *own, enum lang lang, size_t *ret_len)
{
    const struct question *questions;
    size_t n = hearing_questions(h, &questions), len;
    char *rest = NULL, *text = NULL;
    FILE *out = open_memstream(&rest, &len);
    if (out == NULL)
        return NULL;
    questions_print(questions, n, hearing_has_more(h), own, lang, out);
    if (fclose(out) == 0)
        text = for_notepad(say(SAY_DEPARTMENT_ASKS, lang), rest, ret_len);
    free(rest);
    return text;
}

char *report_write(const struct report_job *job, enum folder_shelf *ret_shelf, size_t *ret_len)
{
    struct report r = {.job = job, .rows = rows_sent(job), .reader = filed_reader_new()};
    char *rest = NULL, *text = NULL;
    size_t len;
    r.out = open_memstream(&rest, &len);
    if (r.out == NULL || r.reader == NULL)
        goto end;
    if (job->docket != NULL)
        add_parcels(&r);
    if (job->sheet != NULL)
        add_sheet(&r);
    else
        add_unread(&r);
    if (fflush(r.out) == 0)
        text = join(&r, rest, ret_len);
    *ret_shelf = headline(&r) == SAY_REPORT_ACCEPTED ? FOLDER_ACCEPTED : FOLDER_REFUSED;
end:
    if (r.out != NULL)
        fclose(r.out);
    free(rest);
    filed_reader_free(r.reader);
    return text;
}
