/* load: what the administrator is shown is computed by the same code from the same lines as what
 * the daemon writes, so the two cannot disagree. */
#include "admin/load.h"

#include <stdio.h>
#include <string.h>

#include "admin/db.h"
#include "admin/text.h"
#include "base/clock.h"
#include "base/date.h"

static const int64_t day_us = INT64_C(86400) * 1000000;

static bool take_line(void *arg, const PGresult *row)
{
    struct input *in = arg;

    return input_line(in, PQgetvalue(row, 0, 0), (size_t)PQgetlength(row, 0, 0));
}

static bool run(struct ctl *ctl, const char *sql, int n, const char *const *params,
                input_series_fn *fn, void *arg)
{
    struct input *in = input_new(fn, arg);
    bool good;

    if (in == NULL) {
        complain(ctl->lang, TEXT_NO_MEMORY);
        return false;
    }
    good = db_each(ctl->db, sql, n, params, take_line, in) && input_end(in);
    if (!good && *input_error(in) != '\0')
        complain(ctl->lang, TEXT_BAD_INPUT, input_error(in));
    input_free(in);
    return good;
}

bool load_series(struct ctl *ctl, const struct load_filter *f, input_series_fn *fn, void *arg)
{
    const char *const params[] = {f->project,   f->indicator, f->organisation,
                                  ctl_now(ctl), f->as_of,     f->known_at};

    return run(
        ctl,
        "SELECT vekha.assessment_input(p.organisations, p.indicators, $4::timestamptz, $5::date, "
        "$6::timestamptz) FROM (SELECT array_agg(s.o ORDER BY s.n) AS organisations, "
        "array_agg(s.i ORDER BY s.n) AS indicators FROM vekha.status_series($1, $2, $3, "
        "$4::timestamptz, "
        "$5::date, $6::timestamptz) WITH ORDINALITY s(o, i, n)) p WHERE p.organisations IS NOT "
        "NULL",
        6, params, fn, arg);
}

bool load_pairs(struct ctl *ctl, const char *organisations, const char *indicators,
                const struct load_filter *f, input_series_fn *fn, void *arg)
{
    const char *const params[] = {organisations, indicators, ctl_now(ctl), f->as_of, f->known_at};

    return run(
        ctl,
        "SELECT vekha.assessment_input($1::integer[], $2::integer[], $3::timestamptz, $4::date, "
        "$5::timestamptz)",
        5, params, fn, arg);
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
