/* reporting: see reporting.h. */
#include "model/reporting.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/shortage.h"
#include "model/lines.h"

struct reporting_input {
    const struct duty_book *book;
    reporting_fn *fn;
    void *arg;
    bool open, in_series;
    struct reporting r;
    size_t room;
    struct reporting_series series; /* the one being read */
    struct answers answers;
    char error[LINES_ERROR_MAX];
};

/* What stands in a `series` line. */
struct series_line {
    struct reporting_series series;
    enum indicator_kind kind;
    enum counting counting;
};

struct answer_line {
    period_t period;
    date_t as_of;
    enum report_state state;
};

static const struct field organisation_fields[] = {
    FIELD_NEED("id", field_number, struct reporting, debtor.organisation),
    FIELD_NEED("code", field_text, struct reporting, code),
    FIELD_NEED("name", field_text, struct reporting, name[LANG_RU]),
    FIELD_MAY("name-en", field_text, struct reporting, name[LANG_EN]),
    FIELD_NEED("kind", field_organisation_kind, struct reporting, debtor.kind),
    FIELD_MAY("opened", field_date, struct reporting, debtor.opened),
    FIELD_MAY("closed", field_date, struct reporting, debtor.closed),
    FIELD_MAY("email", field_text, struct reporting, email),
    FIELD_NEED("today", field_date, struct reporting, debtor.today),
    FIELD_MAY("changes-on", field_date, struct reporting, changes_on),
};

static const struct field series_fields[] = {
    FIELD_NEED("indicator-id", field_number, struct series_line, series.indicator),
    FIELD_NEED("code", field_text, struct series_line, series.code),
    FIELD_NEED("name", field_text, struct series_line, series.name[LANG_RU]),
    FIELD_MAY("name-en", field_text, struct series_line, series.name[LANG_EN]),
    FIELD_NEED("kind", field_kind, struct series_line, kind),
    FIELD_NEED("counting", field_counting, struct series_line, counting),
};

static const struct field answer_fields[] = {
    FIELD_NEED("period", field_period, struct answer_line, period),
    FIELD_NEED("as-of", field_date, struct answer_line, as_of),
    FIELD_NEED("state", field_state, struct answer_line, state),
};

static bool fail(struct reporting_input *in, const char *what)
{
    snprintf(in->error, sizeof in->error, "%s", what);
    return false;
}

static void fall_back_to_russian(char names[LANG_COUNT][SERIES_NAME_MAX])
{
    if (!names[LANG_EN][0])
        memcpy(names[LANG_EN], names[LANG_RU], SERIES_NAME_MAX);
}

/* --- one organisation --- */

/* The worst first, then the oldest deadline, then by code. */
static int by_urgency(const void *a, const void *b)
{
    const struct reporting_series *x = a, *y = b;

    if (x->freshness.state != y->freshness.state)
        return x->freshness.state > y->freshness.state ? -1 : 1;
    if (x->freshness.due_on != y->freshness.due_on)
        return x->freshness.due_on < y->freshness.due_on ? -1 : 1;
    return strcmp(x->code, y->code);
}

static void sum_up(struct reporting *r)
{
    r->state = FRESHNESS_NONE;
    r->due_on = DATE_NONE;
    r->reminded = false;
    r->reassess_on = r->changes_on;
    if (r->n > 1)
        qsort(r->series, r->n, sizeof *r->series, by_urgency);
    for (size_t i = 0; i < r->n; i++) {
        const struct freshness *f = &r->series[i].freshness;

        if (f->state > r->state)
            r->state = f->state;
        if (f->state == r->state)
            r->due_on = freshness_sooner(r->due_on, f->due_on);
        r->reminded = r->reminded || freshness_reminds(f, r->debtor.today);
        r->reassess_on = freshness_sooner(r->reassess_on, f->changes_on);
    }
}

bool reporting_is_kept(const struct reporting *r)
{
    return r->n > 0 && (r->state != FRESHNESS_NONE || r->reassess_on != DATE_NONE);
}

size_t reporting_missing(const struct reporting *r)
{
    size_t n = 0;

    while (n < r->n && r->series[n].freshness.state >= FRESHNESS_DUE)
        n++;
    return n;
}

void reporting_list(const struct reporting *r, enum freshness_state state, struct str *out)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->series[i].freshness.state == state)
            str_addf(out, "%s%d", out->len > 0 ? " " : "", (int)r->series[i].indicator);
}

/* --- reading --- */

static bool keep_series(struct reporting_input *in)
{
    struct reporting *r = &in->r;

    if (r->n == REPORTING_MAX_SERIES)
        return fail(in, "an organisation owes too many series");
    if (r->n == in->room) {
        size_t room = in->room > 0 ? in->room * 2 : 8;
        struct reporting_series *more = reallocarray(r->series, room, sizeof *more);

        if (!more)
            return shortage_note() || fail(in, "out of memory");
        r->series = more;
        in->room = room;
    }
    r->series[r->n++] = in->series;
    return true;
}

/* Series that no duty of the book is about are passed over: the book may be newer than the lines. */
static bool end_series(struct reporting_input *in)
{
    bool kept = true;

    if (in->in_series && freshness_is_owed(in->book, &in->r.debtor, in->series.indicator)) {
        answers_settle(&in->answers);
        freshness_of(in->book, &in->r.debtor, in->series.indicator, &in->answers,
                     &in->series.freshness);
        kept = keep_series(in);
    }
    in->in_series = false;
    answers_finish(&in->answers);
    return kept;
}

static bool end_organisation(struct reporting_input *in)
{
    bool kept = end_series(in);

    if (in->open && kept) {
        sum_up(&in->r);
        in->fn(in->arg, &in->r);
    }
    in->open = false;
    free(in->r.series);
    in->r = (struct reporting){.n = 0};
    in->room = 0;
    return kept;
}

static bool take_organisation(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct reporting_input *in = reader;

    if (!end_organisation(in))
        return false;
    in->r.debtor.opened = in->r.debtor.closed = in->r.changes_on = DATE_NONE;
    if (!lines_read(kind, texts, &in->r, in->error))
        return false;
    fall_back_to_russian(in->r.name);
    in->open = true;
    return true;
}

static bool take_series(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct reporting_input *in = reader;
    struct series_line line = {.kind = KIND_FLOW};

    if (!in->open)
        return fail(in, "line 'series': a line 'organisation' has to come before it");
    if (!end_series(in) || !lines_read(kind, texts, &line, in->error))
        return false;
    fall_back_to_russian(line.series.name);
    in->series = line.series;
    in->in_series = true;
    answers_init(&in->answers, line.kind, line.counting);
    return true;
}

static bool take_answer(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct reporting_input *in = reader;
    struct answer_line line;

    if (!in->in_series)
        return fail(in, "line 'answer': a line 'series' has to come before it");
    if (!lines_read(kind, texts, &line, in->error))
        return false;
    return answers_add(&in->answers, line.period, line.as_of, line.state) ||
           fail(in, "line 'answer': too many of them, or out of memory");
}

static const struct line_kind kinds[] = {
    LINE_KIND(organisation),
    LINE_KIND(series),
    LINE_KIND(answer),
};

bool reporting_input_line(struct reporting_input *in, const char *line, size_t len)
{
    return lines_take(kinds, sizeof kinds / sizeof *kinds, line, len, in, in->error);
}

bool reporting_input_end(struct reporting_input *in)
{
    return end_organisation(in);
}

const char *reporting_input_error(const struct reporting_input *in)
{
    return in->error;
}

struct reporting_input *reporting_input_new(const struct duty_book *book, reporting_fn *fn,
                                            void *arg)
{
    struct reporting_input *in = calloc(1, sizeof *in);

    if (in) {
        in->book = book;
        in->fn = fn;
        in->arg = arg;
    }
    return in;
}

void reporting_input_free(struct reporting_input *in)
{
    if (!in)
        return;
    answers_finish(&in->answers);
    free(in->r.series);
    free(in);
}
