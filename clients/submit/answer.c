/* answer: "is it sent or not?" is what people ask most of such programs, so every submission is
 * shown in one of few plain states, and every rejection with its reason and line. */
#include "submit/answer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "moment.h"
#include "school/figures.h"
#include "school/narratives.h"
#include "school/questions.h"
#include "school/remarks.h"
#include "submit/results.h"
#include "school/standings.h"
#include "school/texts.h"
#include "school/verdicts.h"
#include "table.h"
#include "terminal.h"
#include "wire/wire.h"

enum { PROGRESS_FROM = 5 /* submissions */ };

struct answer {
    enum lang lang;
    bool json, colour, progress;
    struct sender_hooks hooks;
    struct filed_reader *reader;
    struct results *results;
    struct table *list;
    const struct parcel *parcels;
    size_t n_parcels;
    bool *answered; /* of each parcel */
    const struct sheet_row *rows;
    size_t refused, standings, standings_shown, id_length;
    struct standings_codes codes; /* what differs between the figures of this run */
};

static const struct {
    enum say word;
    enum table_colour colour;
} states[FILED_STATES] = {
    [FILED_QUEUED] = {SAY_STATE_QUEUED, TABLE_YELLOW},
    [FILED_ACCEPTED] = {SAY_STATE_ACCEPTED, TABLE_GREEN},
    [FILED_PARTLY] = {SAY_STATE_PARTLY, TABLE_YELLOW},
    [FILED_REJECTED] = {SAY_STATE_REJECTED, TABLE_RED},
    [FILED_REFUSED] = {SAY_STATE_REFUSED, TABLE_RED},
};

static const struct parcel *find_parcel(const struct answer *a, struct uuid id)
{
    for (size_t i = 0; i < a->n_parcels; i++)
        if (uuid_compare(a->parcels[i].id, id) == 0)
            return &a->parcels[i];
    return NULL;
}

/* --- before it is sent ----------------------------------------------------------------------- */

static void print_rows(const struct answer *a, const struct sheet_row *rows,
                       const struct glance *glances, size_t n)
{
    if (rows[0].kind == ROW_FIGURE)
        figures_print(rows, glances, n, a->lang, stdout, a->colour);
    else
        narratives_print(rows, n, a->lang, stdout);
}

void answer_understood(const struct answer *a, const struct sheet_row *rows,
                       const struct glances *glances, size_t n, bool all)
{
    if (a->json || n == 0)
        return;
    char count[32];
    snprintf(count, sizeof count, "%zu", n);
    say_to(stdout, a->lang, rows[0].kind == ROW_FIGURE ? SAY_UNDERSTOOD : SAY_UNDERSTOOD_NARRATIVES,
           count);
    if (all || n <= ANSWER_MAX_ROWS) {
        print_rows(a, rows, glances_at(glances, 0), n);
        return;
    }
    const size_t half = ANSWER_MAX_ROWS / 2;
    char hidden[32];
    snprintf(hidden, sizeof hidden, "%zu", n - 2 * half);
    print_rows(a, rows, glances_at(glances, 0), half);
    say_to(stdout, a->lang, SAY_MORE_ROWS, hidden);
    print_rows(a, rows + n - half, glances_at(glances, n - half), half);
}

/* "line 4: what", or without a line where there is none: it came from the command line. */
static void tell_line(const struct answer *a, const struct sheet_row *row, const char *what)
{
    char line[32];
    snprintf(line, sizeof line, "%zu", row->line);
    fputs("  ", stderr);
    if (row->line > 0)
        say_to(stderr, a->lang, SAY_LOOK_AT_LINE, line, what);
    else
        say_to(stderr, a->lang, SAY_LOOK_AT, what);
}

static const enum say jump_words[] = {
    [JUMP_FALLS] = SAY_JUMP_FALLS,
    [JUMP_TENFOLD] = SAY_JUMP_TENFOLD,
    [JUMP_BEYOND] = SAY_JUMP_BEYOND,
    [JUMP_SAME] = SAY_JUMP_SAME,
};

void answer_glances(const struct answer *a, const struct sheet_row *rows,
                    const struct glances *glances, size_t n, date_t known_on)
{
    char day[DATE_TEXT_MAX];
    if (glances_rejected(glances) > 0)
        say_to(stderr, a->lang, SAY_WOULD_BE_REFUSED, date_format(known_on, a->lang, day));
    for (size_t i = 0; i < n && glances_rejected(glances) > 0; i++) {
        const struct glance *g = glances_at(glances, i);
        if (g->verdict == VERDICT_REJECTED)
            tell_line(a, &rows[i], g->text != NULL ? g->text : reason_name(g->reason));
    }
    if (glances_jumps(glances) > 0)
        say_to(stderr, a->lang, SAY_JUMPS);
    for (size_t i = 0; i < n && glances_jumps(glances) > 0; i++) {
        const struct glance *g = glances_at(glances, i);
        if (g->jump != JUMP_NONE)
            tell_line(a, &rows[i], say(jump_words[g->jump], a->lang));
    }
}

void answer_sheet(const struct answer *a, const char *path, const struct sheet *s)
{
    if (sheet_charset(s) != CHARSET_UTF8)
        say_to(stderr, a->lang, SAY_READ_AS, path, charset_name(sheet_charset(s)));
    remarks_print(path, s, a->lang, stderr);
}

void answer_reading_error(const struct answer *a, const struct reading_error *e)
{
    char what[WIRE_MAX_NOTE];
    snprintf(what, sizeof what, say(e->why, a->lang), e->what);
    fprintf(stderr, "vekha-submit: %s: %s\n", reading_field_name(e->field, a->lang), what);
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static struct standings_codes differing(const struct sheet_row *rows, size_t n)
{
    struct standings_codes c = {false, false};
    for (size_t i = 1; i < n && rows[0].kind == ROW_FIGURE; i++) {
        const struct figure *f = &rows[i].figure, *first = &rows[0].figure;
        c.organisation = c.organisation || !same_text(f->organisation, first->organisation);
        c.indicator = c.indicator || !same_text(f->indicator, first->indicator);
    }
    return c;
}

void answer_queued(struct answer *a, const struct parcel *parcels, size_t n,
                   const struct sheet_row *rows)
{
    char id[UUID_TEXT_MAX];
    a->parcels = parcels;
    a->rows = rows;
    a->answered = calloc(n > 0 ? n : 1, sizeof *a->answered);
    a->n_parcels = a->answered != NULL ? n : 0;
    a->codes = n > 0 ? differing(rows, parcels[n - 1].first + parcels[n - 1].n) : a->codes;
    for (size_t i = 0; i < n && !a->json; i++) {
        char count[32];
        snprintf(count, sizeof count, "%zu", parcels[i].n);
        say_to(stdout, a->lang, rows[0].kind == ROW_FIGURE ? SAY_QUEUED : SAY_QUEUED_NARRATIVES,
               uuid_format(parcels[i].id, id), count);
    }
    fflush(stdout); /* whoever kills us now must know what is safe */
}

void answer_queued_reply(struct answer *a, const struct parcel *parcel, int64_t question)
{
    char id[UUID_TEXT_MAX], number[32];
    a->parcels = parcel;
    a->answered = calloc(1, sizeof *a->answered);
    a->n_parcels = a->answered != NULL;
    snprintf(number, sizeof number, "%" PRId64, question);
    if (!a->json)
        say_to(stdout, a->lang, SAY_QUEUED_REPLY, uuid_format(parcel->id, id), number);
    fflush(stdout);
}

void answer_question(struct answer *a, const struct question *q)
{
    if (a->json)
        results_add_question(a->results, q, a->lang);
}

/* --- what became of it ----------------------------------------------------------------------- */

static void print_receipt(const struct answer *a, const struct filed *f)
{
    const struct parcel *p = find_parcel(a, f->submission->id);
    char number[32], id[UUID_TEXT_MAX];
    snprintf(number, sizeof number, "%" PRIu64, f->receipt->number);
    say_to(stdout, a->lang, SAY_RECEIPT, number, uuid_format(f->receipt->id, id));
    verdicts_print(f, p != NULL && a->rows != NULL ? a->rows + p->first : NULL, a->lang, stdout,
                   a->colour);
}

static void print_filed(const struct answer *a, const struct filed *f)
{
    char id[UUID_TEXT_MAX];
    uuid_format(f->submission->id, id);
    if (f->receipt != NULL) {
        print_receipt(a, f);
    } else if (f->refusal != NULL) {
        const char *text = f->refusal->text;
        say_to(stdout, a->lang, SAY_REFUSED, id,
               text != NULL ? text : refusal_reason_name(f->refusal->reason));
    } else {
        const char *word = say(states[f->state].word, a->lang);
        say_to(stdout, a->lang, f->state == FILED_QUEUED ? SAY_STILL_QUEUED : SAY_ANSWER_LOST, id,
               word);
    }
    fflush(stdout);
}

static size_t count_refused(const struct filed *f)
{
    size_t rejected = f->receipt != NULL ? filed_count(f->receipt, VERDICT_REJECTED) : 0;
    return rejected + (f->state == FILED_REFUSED);
}

void answer_filed(struct answer *a, const struct filed *f)
{
    const struct parcel *p = find_parcel(a, f->submission->id);
    a->refused += count_refused(f);
    if (p != NULL && f->state != FILED_QUEUED)
        a->answered[p - a->parcels] = true;
    if (a->json)
        results_add(a->results, f);
    else
        print_filed(a, f);
}

bool answer_has(const struct answer *a, struct uuid id)
{
    const struct parcel *p = find_parcel(a, id);
    return p != NULL && a->answered[p - a->parcels];
}

size_t answer_refused(const struct answer *a)
{
    return a->refused;
}

/* --- while it is sent ------------------------------------------------------------------------ */

static void on_answer(struct answer *a, const struct spool_entry *e, const struct receipt *receipt,
                      const struct refusal *refusal)
{
    struct filed f;
    if (filed_join(a->reader, e, receipt, refusal, &f))
        answer_filed(a, &f);
}

static void on_receipt(void *context, const struct spool_entry *e, const struct receipt *r)
{
    on_answer(context, e, r, NULL);
}

static void on_refusal(void *context, const struct spool_entry *e, const struct refusal *r)
{
    on_answer(context, e, NULL, r);
}

/* After a long sheet only what calls for action is shown, and not without end. */
static bool standing_is_shown(struct answer *a, const struct standing *s)
{
    a->standings++;
    return s->text != NULL && (a->standings <= VERDICTS_ALL || standings_trouble(s)) &&
           a->standings_shown++ < ANSWER_MAX_ROWS;
}

static void on_standing(void *context, const struct standing *s)
{
    struct answer *a = context;
    if (!a->json && standing_is_shown(a, s))
        standings_print(s, a->codes, a->lang, stdout);
}

static void on_progress(void *context, size_t answered, size_t all)
{
    const struct answer *a = context;
    if (a->progress && all >= PROGRESS_FROM)
        fprintf(stderr, "\r%zu / %zu%s", answered, all, answered == all ? "\n" : "");
}

const struct sender_hooks *answer_hooks(struct answer *a)
{
    return &a->hooks;
}

/* --- the list -------------------------------------------------------------------------------- */

void answer_id_length(struct answer *a, size_t length)
{
    a->id_length = length;
}

static bool begin_list(struct answer *a)
{
    const struct table_column columns[] = {
        {say(SAY_LIST_TIME, a->lang), TABLE_LEFT, TABLE_FIXED},
        {say(SAY_LIST_STATE, a->lang), TABLE_LEFT, TABLE_FIXED},
        {say(SAY_LIST_RECEIPT, a->lang), TABLE_RIGHT, TABLE_FIXED},
        {say(SAY_LIST_LINES, a->lang), TABLE_RIGHT, TABLE_FIXED},
        {say(SAY_LIST_FIRST, a->lang), TABLE_LEFT, TABLE_FLEXIBLE},
        {"ID", TABLE_LEFT, TABLE_FIXED},
    };
    if (a->list == NULL)
        a->list = table_new(columns, sizeof columns / sizeof *columns);
    return a->list != NULL;
}

/* «вопрос 12: Педагог болел»: its first line, or as much of it as fits. */
static const char *reply_brief(const struct reply *r, enum lang lang,
                               char buf[NARRATIVES_BRIEF_MAX])
{
    char name[QUESTIONS_NAME_MAX];
    size_t len = strcspn(r->text, "\n"), most = NARRATIVES_BRIEF_MAX - QUESTIONS_NAME_MAX - 2;
    bool whole = len <= most;
    for (len = whole ? len : most - strlen("…");
         !whole && ((unsigned char)r->text[len] & 0xc0) == 0x80;)
        len--;
    snprintf(buf, NARRATIVES_BRIEF_MAX, "%s: %.*s%s", questions_name(r->question, lang, name),
             (int)len, r->text, whole ? "" : "…");
    return buf;
}

static const char *first_line(const struct filed *f, enum lang lang, char buf[NARRATIVES_BRIEF_MAX])
{
    const struct submission *s = f->submission;
    char value[FIGURES_VALUE_MAX], period[PERIOD_TEXT_MAX];
    if (f->reply != NULL)
        return reply_brief(f->reply, lang, buf);
    if (s->n_figures == 0)
        return narratives_brief(&s->narratives[0], lang, buf);
    snprintf(buf, NARRATIVES_BRIEF_MAX, "%s %s %s", s->figures[0].indicator,
             period_format(s->figures[0].period, period),
             figures_value(&s->figures[0], lang, value));
    return buf;
}

void answer_listed(struct answer *a, const struct filed *f)
{
    const struct submission *s = f->submission;
    char text[NARRATIVES_BRIEF_MAX], time[CLOCK_TEXT_MAX], id[UUID_TEXT_MAX];
    if (a->json) {
        results_add(a->results, f);
        return;
    }
    if (!begin_list(a))
        return;
    table_cell(a->list, moment_text(s->composed_us, a->lang, time));
    table_cell_coloured(a->list, say(states[f->state].word, a->lang), states[f->state].colour);
    snprintf(text, sizeof text, "%" PRIu64, f->receipt != NULL ? f->receipt->number : 0);
    table_cell(a->list, f->receipt != NULL ? text : "");
    snprintf(text, sizeof text, "%zu", s->n_figures + s->n_narratives + (f->reply != NULL));
    table_cell(a->list, text);
    table_cell(a->list, first_line(f, a->lang, text));
    uuid_format(s->id, id);
    snprintf(text, sizeof text, "%.*s", (int)a->id_length, id);
    table_cell(a->list, text);
}

/* --- life ------------------------------------------------------------------------------------ */

struct answer *answer_new(enum lang lang, bool json)
{
    struct answer *a = calloc(1, sizeof *a);
    if (a == NULL)
        return NULL;
    a->lang = lang;
    a->json = json;
    a->id_length = UUID_TEXT_MAX;
    a->codes = (struct standings_codes){true, true}; /* of figures queued in an earlier run */
    a->colour = terminal_colour(stdout);
    a->progress = isatty(STDERR_FILENO);
    a->hooks = (struct sender_hooks){on_receipt, on_refusal, on_standing, on_progress, NULL, a};
    a->reader = filed_reader_new();
    a->results = json ? results_new() : NULL;
    if (a->reader == NULL || (json && a->results == NULL)) {
        answer_free(a);
        return NULL;
    }
    return a;
}

void answer_free(struct answer *a)
{
    if (a != NULL) {
        filed_reader_free(a->reader);
        results_free(a->results);
        table_free(a->list);
        free(a->answered);
        free(a);
    }
}

bool answer_finish(struct answer *a)
{
    if (a->json)
        return results_print(a->results, stdout);
    if (a->list != NULL && !table_print(a->list, stdout, a->colour))
        return false;
    return fflush(stdout) == 0;
}
