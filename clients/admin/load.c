/* load: what the administrator is shown is computed by the same code from the same lines as what
 * the daemon writes, so the two cannot disagree. */
#include "admin/load.h"

#include <stdio.h>
#include <string.h>

#include "admin/db.h"
#include "admin/family.h"
#include "admin/text.h"
#include "base/clock.h"
#include "base/date.h"

static const int64_t day_us = INT64_C(86400) * 1000000;

/* One request: the series that are asked for, and those that their sums are made of. */
struct request {
    struct ctl *ctl;
    const char *members; /* a FROM item: organisation, indicator, rolled, parent, depth */
    const char *shown;   /* a query that gives the lines of the series asked for, in their order */
    int n;
    const char *const *params; /* of both; the last four are now, as_of, known_at, since */
    const struct load_filter *filter;
    struct family *family;
};

/* Hands each series on as it is to be seen. */
struct relay {
    const struct load_filter *filter;
    input_series_fn *fn;
    void *arg;
};

static void pass_on(void *arg, const struct series *s)
{
    const struct relay *relay = arg;
    struct series changed;

    if (relay->filter->change == NULL) {
        relay->fn(relay->arg, s);
        return;
    }
    changed = *s; /* shares what s owns */
    relay->filter->change(relay->filter->change_arg, &changed);
    relay->fn(relay->arg, &changed);
}

enum { SQL_MAX = 1200 };

static bool take_lines(void *arg, const PGresult *row)
{
    struct input *in = arg;

    return input_lines(in, PQgetvalue(row, 0, 0), (size_t)PQgetlength(row, 0, 0));
}

static bool run(const struct request *q, const char *sql, input_series_fn *fn, void *arg)
{
    struct relay relay = {q->filter, fn, arg};
    struct input *in = input_new(pass_on, &relay);
    enum lang lang = q->ctl->lang;
    bool good;

    if (in == NULL) {
        complain(lang, TEXT_NO_MEMORY);
        return false;
    }
    input_lend(in, family_lend, q->family);
    good = db_each(q->ctl->db, sql, q->n, q->params, take_lines, in) && input_end(in);
    if (!good && *input_error(in) != '\0')
        complain(lang, TEXT_BAD_INPUT, input_error(in));
    input_free(in);
    return good;
}

static bool take_place(void *arg, const PGresult *row)
{
    return family_place(arg, (int32_t)db_number(row, 0, 0), (int32_t)db_number(row, 0, 1),
                        (int32_t)db_number(row, 0, 2));
}

/* Assesses what sums are made of, from the deepest on. */
static bool make_sums(const struct request *q)
{
    char sql[SQL_MAX];

    snprintf(sql, sizeof sql,
             "SELECT k.organisation, k.indicator, k.parent FROM %s k WHERE k.parent IS NOT NULL",
             q->members);
    if (!db_each(q->ctl->db, sql, q->n - 1 /* since is of no use here */, q->params, take_place,
                 q->family))
        return false;
    if (family_is_empty(q->family))
        return true;
    snprintf(
        sql, sizeof sql,
        "WITH member AS MATERIALIZED (SELECT k.*, o.code FROM %s k JOIN vekha.organisation o ON "
        "o.id = k.organisation), part AS (SELECT m.* FROM member m WHERE m.parent IS NOT NULL) "
        "SELECT vekha.series_input(p.organisations, p.indicators, $%d::timestamptz, $%d::date, "
        "$%d::timestamptz, false, $%d::date) FROM (SELECT array_agg(m.organisation ORDER BY "
        "m.depth DESC, "
        "m.code) AS organisations, array_agg(m.indicator ORDER BY m.depth DESC, m.code) AS "
        "indicators FROM part m) p",
        q->members, q->n - 3, q->n - 2, q->n - 1, q->n);
    if (!run(q, sql, family_take, q->family))
        return false;
    if (family_failed(q->family))
        complain(q->ctl->lang, TEXT_NO_MEMORY);
    return !family_failed(q->family);
}

static bool load(struct request *q, input_series_fn *fn, void *arg)
{
    bool good;

    q->family = family_new();
    if (q->family == NULL) {
        complain(q->ctl->lang, TEXT_NO_MEMORY);
        return false;
    }
    good = make_sums(q) && run(q, q->shown, fn, arg);
    family_free(q->family);
    return good;
}

#define KNOWN "vekha.series_known($1, $2, $3, $4::timestamptz, $5::date, $6::timestamptz)"
#define BELOW                                                                                      \
    "vekha.series_below($1::integer[], $2::integer[], $3::timestamptz, $4::date, "                 \
    "$5::timestamptz)"

#define SHOWN "vekha.shown_series($1, $2, $3, $4::timestamptz, $5::date, $6::timestamptz)"

/* The series that a function of SQL chooses, in its order. */
#define LOAD_CHOSEN(function)                                                                      \
    "SELECT vekha.series_input(p.organisations, p.indicators, $4::timestamptz, $5::date, "         \
    "$6::timestamptz, false, $7::date) FROM (SELECT array_agg(s.organisation ORDER BY "            \
    "s.ordinality) AS organisations, array_agg(s.indicator ORDER BY s.ordinality) AS indicators "  \
    "FROM " function " WITH ORDINALITY s) p WHERE p.organisations IS NOT NULL"

bool load_series(struct ctl *ctl, const struct load_filter *f, input_series_fn *fn, void *arg)
{
    const char *const params[] = {f->project, f->indicator, f->organisation, ctl_now(ctl),
                                  f->as_of,   f->known_at,  f->since};
    struct request q = {
        .ctl = ctl,
        .members = KNOWN,
        .shown = f->owed ? LOAD_CHOSEN(SHOWN) : LOAD_CHOSEN(KNOWN),
        .n = 7,
        .params = params,
        .filter = f,
    };

    return load(&q, fn, arg);
}

bool load_pairs(struct ctl *ctl, const char *organisations, const char *indicators,
                const struct load_filter *f, input_series_fn *fn, void *arg)
{
    const char *const params[] = {organisations, indicators,  ctl_now(ctl),
                                  f->as_of,      f->known_at, f->since};
    struct request q = {
        .ctl = ctl,
        .members = BELOW,
        .shown = "SELECT vekha.series_input($1::integer[], $2::integer[], $3::timestamptz, "
                 "$4::date, $5::timestamptz, false, $6::date)",
        .n = 6,
        .params = params,
        .filter = f,
    };

    return load(&q, fn, arg);
}

static bool take_duty_line(void *arg, const PGresult *row)
{
    return duty_book_line(arg, PQgetvalue(row, 0, 0), (size_t)PQgetlength(row, 0, 0));
}

struct duty_book *load_duties(struct ctl *ctl, const char *known_at)
{
    struct duty_book *book = duty_book_new();

    if (book == NULL) {
        complain(ctl->lang, TEXT_NO_MEMORY);
        return NULL;
    }
    if (db_each(ctl->db, "SELECT vekha.duty_book($1::timestamptz)", 1, &known_at, take_duty_line,
                book))
        return book;
    if (*duty_book_error(book) != '\0')
        complain(ctl->lang, TEXT_BAD_INPUT, duty_book_error(book));
    duty_book_free(book);
    return NULL;
}

static bool take_reporting_line(void *arg, const PGresult *row)
{
    return reporting_input_line(arg, PQgetvalue(row, 0, 0), (size_t)PQgetlength(row, 0, 0));
}

bool load_reporting(struct ctl *ctl, const struct duty_book *book, const struct load_filter *f,
                    reporting_fn *fn, void *arg)
{
    static const char sql[] =
        "SELECT vekha.reporting_input(ARRAY(SELECT b.organisation FROM vekha.organisations_below("
        "$1, least($3::date, ($2::timestamptz AT TIME ZONE 'UTC')::date + 1), $4::timestamptz) b "
        "ORDER BY 1), $2::timestamptz, $3::date, $4::timestamptz)";
    const char *const params[] = {f->organisation, ctl_now(ctl), f->as_of, f->known_at};
    struct reporting_input *in = reporting_input_new(book, fn, arg);
    bool good;

    if (in == NULL) {
        complain(ctl->lang, TEXT_NO_MEMORY);
        return false;
    }
    good = db_each(ctl->db, sql, 4, params, take_reporting_line, in) && reporting_input_end(in);
    if (!good && *reporting_input_error(in) != '\0')
        complain(ctl->lang, TEXT_BAD_INPUT, reporting_input_error(in));
    reporting_input_free(in);
    return good;
}

static bool read_as_of(struct ctl *ctl, const char *given, char ret[LOAD_TIME_MAX])
{
    char day[DATE_TEXT_MAX];
    date_t d;

    if (given == NULL)
        return true;
    if (!date_parse(given, strlen(given), &d)) {
        complain(ctl->lang, TEXT_BAD_DATE, "as-of", given);
        return false;
    }
    snprintf(ret, LOAD_TIME_MAX, "%s", date_format_iso(d, day));
    return true;
}

/* Not after the oldest open write: what is asked twice is answered alike. */
static bool clip_to_settled(struct ctl *ctl, char time[LOAD_TIME_MAX])
{
    static const char sql[] = "SELECT to_char(least($1::timestamptz, vekha.settled_until($2)) AT "
                              "TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";
    const char *const params[] = {time, ctl_now(ctl)};
    PGresult *r = db_query(ctl->db, sql, 2, params);
    bool done = r != NULL && PQntuples(r) == 1;

    if (done)
        snprintf(time, LOAD_TIME_MAX, "%s", PQgetvalue(r, 0, 0));
    PQclear(r);
    return done;
}

static bool read_known_at(struct ctl *ctl, const char *given, char ret[LOAD_TIME_MAX])
{
    char time[CLOCK_TEXT_MAX];
    int64_t us;
    date_t d;

    if (given == NULL)
        return true;
    if (date_parse(given, strlen(given), &d)) {
        us = (d + INT64_C(1)) * day_us - 1;
    } else if (!clock_parse(given, strlen(given), &us)) {
        complain(ctl->lang, TEXT_BAD_TIME, "known-at", given);
        return false;
    }
    snprintf(ret, LOAD_TIME_MAX, "%s", clock_format(us, time));
    return clip_to_settled(ctl, ret);
}

bool load_times(struct ctl *ctl, struct load_times *ret)
{
    *ret = (struct load_times){0};
    return read_as_of(ctl, ctl->given[OPTION_AS_OF], ret->as_of) &&
           read_known_at(ctl, ctl->given[OPTION_KNOWN_AT], ret->known_at);
}

static int64_t id_of(struct ctl *ctl, const char *sql, const char *code, enum text none)
{
    PGresult *r = db_query(ctl->db, sql, 1, &code);
    int64_t id = r != NULL && PQntuples(r) == 1 ? db_number(r, 0, 0) : 0;

    if (r != NULL && id == 0)
        complain(ctl->lang, none, code);
    PQclear(r);
    return id;
}

int64_t load_organisation_id(struct ctl *ctl, const char *code)
{
    return id_of(ctl, "SELECT id FROM vekha.organisation WHERE code = $1", code,
                 TEXT_NO_ORGANISATION);
}

int64_t load_indicator_id(struct ctl *ctl, const char *code)
{
    return id_of(ctl, "SELECT id FROM vekha.indicator WHERE code = $1", code, TEXT_NO_INDICATOR);
}

int64_t load_project_id(struct ctl *ctl, const char *code)
{
    return id_of(ctl, "SELECT id FROM vekha.project WHERE code = $1", code, TEXT_NO_PROJECT);
}
