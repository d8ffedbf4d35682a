/* duty: see duty.h.  What a duty says of a period is a little arithmetic on calendar months. */
#include "model/duty.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/shortage.h"
#include "model/lines.h"

enum { MONTHS_OF_YEAR = 12, PERIOD_YEAR_UNIT = 1000 };

/* --- one duty --- */

static int compare_ids(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

    return (x > y) - (x < y);
}

static bool ids_have(const struct duty_ids *ids, int32_t id)
{
    return ids->n > 0 && bsearch(&id, ids->list, ids->n, sizeof id, compare_ids);
}

bool duty_concerns(const struct duty *d, struct duty_subject s)
{
    return ids_have(&d->indicators, s.indicator) &&
           (d->kinds[s.kind] || ids_have(&d->organisations, s.organisation));
}

/* How a period of so many months is numbered (base/period.h): a month, quarter or half-year by
 * where it ends in the year, the year by nothing. */
static const struct {
    int months, first_number;
} numberings[] = {{1, 0}, {3, 20}, {6, 30}};

period_t duty_period_of(const struct duty *d, date_t day)
{
    struct civil c = date_civil(day);

    for (size_t i = 0; i < sizeof numberings / sizeof *numberings; i++)
        if (numberings[i].months == d->every)
            return c.year * PERIOD_YEAR_UNIT + numberings[i].first_number +
                   (c.month + d->every - 1) / d->every;
    return c.year * PERIOD_YEAR_UNIT;
}

bool duty_owes(const struct duty *d, period_t p)
{
    date_t last = period_last_day(p);

    return d->starts <= last && (d->ends == DATE_NONE || last <= d->ends);
}

date_t duty_due_on(const struct duty *d, period_t p)
{
    return workdays_after(d->workdays, period_last_day(p), d->due);
}

/* So many working days before the n-th working day is the n-th but so many. */
date_t duty_remind_on(const struct duty *d, period_t p)
{
    return d->remind == 0 ? DATE_NONE
                          : workdays_after(d->workdays, period_last_day(p), d->due - d->remind);
}

date_t duty_close_on(const struct duty *d, period_t p)
{
    return d->close == 0 ? DATE_NONE : workdays_after(d->workdays, period_last_day(p), d->close);
}

/* --- the book --- */

struct duty_book {
    size_t n_workdays, n, room;
    struct workdays workdays[DUTY_MAX_WORKDAYS]; /* in one place: duties point to them */
    struct duty *duties;
    char error[LINES_ERROR_MAX];
};

/* What stands in a `duty` line. */
struct duty_line {
    struct duty duty;
    int32_t workdays;
};

static const struct field workdays_fields[] = {
    FIELD_NEED("id", field_number, struct workdays, id),
    FIELD_NEED("code", field_text, struct workdays, code),
};

static const struct field day_fields[] = {
    FIELD_NEED("day", field_date, struct workday, day),
    FIELD_NEED("working", field_bool, struct workday, working),
};

static const struct field duty_fields[] = {
    FIELD_NEED("id", field_number, struct duty_line, duty.id),
    FIELD_NEED("code", field_text, struct duty_line, duty.code),
    FIELD_NEED("workdays-id", field_number, struct duty_line, workdays),
    FIELD_NEED("every", field_number, struct duty_line, duty.every),
    FIELD_NEED("due-workday", field_number, struct duty_line, duty.due),
    FIELD_MAY("remind-workdays", field_number, struct duty_line, duty.remind),
    FIELD_MAY("close-workday", field_number, struct duty_line, duty.close),
    FIELD_NEED("starts", field_date, struct duty_line, duty.starts),
    FIELD_MAY("ends", field_date, struct duty_line, duty.ends),
};

struct duty_id {
    int32_t id;
};

static const struct field indicator_fields[] = {
    FIELD_NEED("id", field_number, struct duty_id, id),
};

static const struct field organisation_fields[] = {
    FIELD_NEED("id", field_number, struct duty_id, id),
};

struct duty_kind {
    enum organisation_kind kind;
};

static const struct field kind_fields[] = {
    FIELD_NEED("kind", field_organisation_kind, struct duty_kind, kind),
};

static bool fail(struct duty_book *b, const char *what)
{
    snprintf(b->error, sizeof b->error, "%s", what);
    return false;
}

static bool take_workdays(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct duty_book *b = reader;
    struct workdays w = {.n = 0};

    if (!lines_read(kind, texts, &w, b->error))
        return false;
    if (b->n_workdays == DUTY_MAX_WORKDAYS)
        return fail(b, "line 'workdays': there are too many calendars");
    b->workdays[b->n_workdays++] = w;
    return true;
}

static bool take_day(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct duty_book *b = reader;
    struct workday day;

    if (b->n_workdays == 0)
        return fail(b, "line 'day': its calendar has to come before it");
    if (!lines_read(kind, texts, &day, b->error))
        return false;
    return workdays_add(&b->workdays[b->n_workdays - 1], day) ||
           fail(b, "line 'day': days have to be in order, and not too many");
}

static const struct workdays *find_workdays(const struct duty_book *b, int32_t id)
{
    for (size_t i = 0; i < b->n_workdays; i++)
        if (b->workdays[i].id == id)
            return &b->workdays[i];
    return NULL;
}

static bool is_sound(const struct duty *d)
{
    bool months = d->every == 1 || d->every == 3 || d->every == 6 || d->every == MONTHS_OF_YEAR;

    return months && d->due >= 1 && d->due <= DUTY_MAX_WORKDAY && d->remind < d->due &&
           (d->close == 0 || (d->close > d->due && d->close <= DUTY_MAX_WORKDAY));
}

static bool keep_duty(struct duty_book *b, const struct duty *d)
{
    if (b->n == DUTY_MAX)
        return fail(b, "line 'duty': there are too many duties");
    if (b->n == b->room) {
        size_t room = b->room > 0 ? b->room * 2 : 8;
        struct duty *more = reallocarray(b->duties, room, sizeof *more);

        if (!more)
            return shortage_note() || fail(b, "out of memory");
        b->duties = more;
        b->room = room;
    }
    b->duties[b->n++] = *d;
    return true;
}

static bool take_duty(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct duty_book *b = reader;
    struct duty_line line = {.duty = {.ends = DATE_NONE}};

    if (!lines_read(kind, texts, &line, b->error))
        return false;
    line.duty.workdays = find_workdays(b, line.workdays);
    if (!line.duty.workdays)
        return fail(b, "line 'duty': its calendar has to come before it");
    if (!is_sound(&line.duty))
        return fail(b, "line 'duty': its months and working days do not fit together");
    return keep_duty(b, &line.duty);
}

static bool add_id(struct duty_book *b, struct duty_ids *ids, int32_t id, size_t max)
{
    if (ids->n == max || (ids->n > 0 && id <= ids->list[ids->n - 1]))
        return fail(b, "ids have to be in order, and not too many");
    if (ids->n == ids->room) {
        size_t room = ids->room > 0 ? ids->room * 2 : 8;
        int32_t *more = reallocarray(ids->list, room, sizeof *more);

        if (!more)
            return shortage_note() || fail(b, "out of memory");
        ids->list = more;
        ids->room = room;
    }
    ids->list[ids->n++] = id;
    return true;
}

static struct duty *last_duty(struct duty_book *b)
{
    if (b->n > 0)
        return &b->duties[b->n - 1];
    fail(b, "a line 'duty' has to come before what belongs to it");
    return NULL;
}

static bool take_indicator(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct duty_book *b = reader;
    struct duty *d = last_duty(b);
    struct duty_id line;

    return d && lines_read(kind, texts, &line, b->error) &&
           add_id(b, &d->indicators, line.id, DUTY_MAX_INDICATORS);
}

static bool take_organisation(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct duty_book *b = reader;
    struct duty *d = last_duty(b);
    struct duty_id line;

    return d && lines_read(kind, texts, &line, b->error) &&
           add_id(b, &d->organisations, line.id, DUTY_MAX_ORGANISATIONS);
}

static bool take_kind(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct duty_book *b = reader;
    struct duty *d = last_duty(b);
    struct duty_kind line;

    if (!d || !lines_read(kind, texts, &line, b->error))
        return false;
    d->kinds[line.kind] = true;
    return true;
}

static const struct line_kind kinds[] = {
    LINE_KIND(workdays),  LINE_KIND(day),  LINE_KIND(duty),
    LINE_KIND(indicator), LINE_KIND(kind), LINE_KIND(organisation),
};

bool duty_book_line(struct duty_book *b, const char *line, size_t len)
{
    return lines_take(kinds, sizeof kinds / sizeof *kinds, line, len, b, b->error);
}

bool duty_book_read(struct duty_book *b, const char *lines)
{
    while (lines && *lines) {
        size_t len = strcspn(lines, "\n");

        if (!duty_book_line(b, lines, len))
            return false;
        lines += len + (lines[len] == '\n');
    }
    return true;
}

const char *duty_book_error(const struct duty_book *b)
{
    return b->error;
}

struct duty_book *duty_book_new(void)
{
    return calloc(1, sizeof(struct duty_book));
}

void duty_book_free(struct duty_book *b)
{
    if (!b)
        return;
    for (size_t i = 0; i < b->n; i++) {
        free(b->duties[i].indicators.list);
        free(b->duties[i].organisations.list);
    }
    for (size_t i = 0; i < b->n_workdays; i++)
        workdays_finish(&b->workdays[i]);
    free(b->duties);
    free(b);
}

size_t duty_book_count(const struct duty_book *b)
{
    return b ? b->n : 0;
}

const struct duty *duty_book_at(const struct duty_book *b, size_t place)
{
    return &b->duties[place];
}

date_t duty_book_closes(const struct duty_book *b, struct duty_subject s, period_t p)
{
    date_t closes = DATE_NONE;

    for (size_t i = 0; i < duty_book_count(b); i++) {
        const struct duty *d = &b->duties[i];
        period_t owed = duty_period_of(d, period_last_day(p));
        date_t on = DATE_NONE;

        if (duty_concerns(d, s) && duty_owes(d, owed))
            on = duty_close_on(d, owed);
        if (on != DATE_NONE && (closes == DATE_NONE || on < closes))
            closes = on;
    }
    return closes;
}
