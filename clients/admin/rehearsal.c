/* rehearsal: the days on which something changed, one after the other, each as the centre knew it at its
 * end; so an alert comes on the day on which the daemon could have raised it. */
#include "admin/rehearsal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/db.h"
#include "admin/load.h"
#include "admin/text.h"

enum { CHUNK = 500, IDS_MAX = CHUNK * 12 + 3 };

enum { CHANGE_ORG_ID, CHANGE_INDICATOR_ID, CHANGE_ORG, CHANGE_INDICATOR, CHANGE_DAY };

/* clang-format off */
#define UTC_DAY(moment) "(" moment " AT TIME ZONE 'UTC')::date"

/* The first day, and each on which a figure, the plan or the catalogue became known or begins to
 * count; of a sum also for those below.  Other days of plans and milestones follow from the assessments. */
static const char CHANGES[] =
    "SELECT s.organisation, s.indicator, o.code, i.code, d.day "
    "FROM vekha.series_known($1, $2, $3, $4::timestamptz, $6::date, NULL) WITH ORDINALITY "
    "s(organisation, indicator, rolled, parent, depth, n) "
    "JOIN vekha.organisation o ON o.id = s.organisation JOIN vekha.indicator i ON i.id = s.indicator "
    "CROSS JOIN LATERAL (SELECT CASE WHEN s.rolled "
    "THEN ARRAY(SELECT b.organisation FROM vekha.organisations_below(o.code, $6::date, NULL) b) ELSE ARRAY[s.organisation] END AS ids) whose "
    "CROSS JOIN LATERAL (SELECT $5::date AS day "
    "UNION SELECT greatest(f.as_of, " UTC_DAY("f.recorded_at") ") FROM vekha.figure f "
    "WHERE f.organisation = ANY (whose.ids) AND f.indicator = s.indicator "
    "UNION SELECT greatest(h.as_of, " UTC_DAY("h.recorded_at") ") FROM vekha.figure_history h "
    "WHERE h.organisation = ANY (whose.ids) AND h.indicator = s.indicator "
    "UNION SELECT " UTC_DAY("p.recorded_at") " FROM vekha.plan p "
    "WHERE p.organisation = ANY (whose.ids) AND p.indicator = s.indicator "
    "UNION SELECT " UTC_DAY("v.recorded_at") " FROM vekha.organisation_version v WHERE v.organisation = ANY (whose.ids) "
    "UNION SELECT " UTC_DAY("v.recorded_at") " FROM vekha.indicator_version v WHERE v.indicator = s.indicator "
    "UNION SELECT " UTC_DAY("v.recorded_at") " FROM vekha.project_version v "
    "UNION SELECT " UTC_DAY("v.recorded_at") " FROM vekha.rule_set_version v) d "
    "WHERE d.day BETWEEN $5::date AND $6::date ORDER BY s.n, d.day";
/* clang-format on */

/* --- what changed when ---------------------------------------------------------------------------
 */

static bool too_many(const struct rehearsal *r)
{
    complain(r->ctl->lang, TEXT_REHEARSE_TOO_MANY);
    return false;
}

static bool no_memory(const struct rehearsal *r)
{
    complain(r->ctl->lang, TEXT_NO_MEMORY);
    return false;
}

static bool add_series(struct rehearsal *r, const PGresult *row)
{
    size_t room = r->room == 0 ? 64 : r->room * 2;
    struct rehearsed *s;

    if (r->n == REHEARSAL_MAX_SERIES)
        return too_many(r);
    if (r->series == NULL || r->n == r->room) {
        s = reallocarray(r->series, room, sizeof *s);
        if (s == NULL)
            return no_memory(r);
        r->series = s;
        r->room = room;
    }
    s = &r->series[r->n++];
    *s = (struct rehearsed){.organisation = (int)db_number(row, 0, CHANGE_ORG_ID),
                            .indicator = (int)db_number(row, 0, CHANGE_INDICATOR_ID)};
    snprintf(s->organisation_code, SERIES_CODE_MAX, "%s", PQgetvalue(row, 0, CHANGE_ORG));
    snprintf(s->indicator_code, SERIES_CODE_MAX, "%s", PQgetvalue(row, 0, CHANGE_INDICATOR));
    replay_init(&s->replay);
    return true;
}

static bool add_day(struct rehearsal *r, struct rehearsed *s, date_t day)
{
    size_t room = s->room == 0 ? 8 : s->room * 2;
    date_t *days;

    if (r->n_days++ == REHEARSAL_MAX_DAYS)
        return too_many(r);
    if (s->n_days == s->room) {
        days = reallocarray(s->days, room, sizeof *days);
        if (days == NULL)
            return no_memory(r);
        s->days = days;
        s->room = room;
    }
    s->days[s->n_days++] = day;
    return true;
}

static bool take_change(void *arg, const PGresult *row)
{
    struct rehearsal *r = arg;
    struct rehearsed *last = r->n > 0 ? &r->series[r->n - 1] : NULL;
    const char *text = PQgetvalue(row, 0, CHANGE_DAY);
    date_t day;

    if (!date_parse(text, strlen(text), &day))
        return false;
    if ((last == NULL || last->organisation != db_number(row, 0, CHANGE_ORG_ID) ||
         last->indicator != db_number(row, 0, CHANGE_INDICATOR_ID)) &&
        !add_series(r, row))
        return false;
    return add_day(r, &r->series[r->n - 1], day);
}

static bool find_changes(struct rehearsal *r)
{
    char from[DATE_TEXT_MAX], to[DATE_TEXT_MAX];
    const char *const *given = r->ctl->given;
    const char *const params[] = {
        given[OPTION_PROJECT], given[OPTION_INDICATOR],        given[OPTION_ORG],
        ctl_now(r->ctl),       date_format_iso(r->from, from), date_format_iso(r->to, to)};

    return db_each(r->ctl->db, CHANGES, 6, params, take_change, r);
}

/* --- the days ------------------------------------------------------------------------------------
 */

/* A part of the series of one day; they come back in their order, but one that the centre did not
 * know on that day does not. */
struct chunk {
    struct rehearsal *r;
    enum replay_side side; /* that is played */
    size_t n, next;
    struct rehearsed *series[CHUNK];
};

static void take_series(void *arg, const struct series *s)
{
    struct chunk *c = arg;
    struct assessment a;
    struct rehearsed *found;

    while (c->next < c->n && (c->series[c->next]->organisation != s->organisation ||
                              c->series[c->next]->indicator != s->indicator))
        c->next++;
    if (c->next == c->n)
        return;
    found = c->series[c->next++];
    assess(s, &a);
    replay_take(&found->replay, c->side, c->r->day, &a);
}

static void change(void *arg, struct series *s)
{
    trial_apply(arg, s);
}

static bool play_chunk(struct chunk *c)
{
    char organisations[IDS_MAX] = "{", indicators[IDS_MAX] = "{", day[DATE_TEXT_MAX],
         known_at[LOAD_TIME_MAX], since[DATE_TEXT_MAX];
    struct trial *trial = &c->r->trial;
    struct load_filter f = {.as_of = date_format_iso(c->r->day, day), .known_at = known_at};
    size_t o = 1, n = 1;
    bool good;

    if (c->n == 0)
        return true;
    snprintf(known_at, sizeof known_at, "%sT23:59:59.999999Z", day);
    for (size_t i = 0; i < c->n; i++) {
        const char *then = i + 1 < c->n ? "," : "}";

        o += (size_t)snprintf(organisations + o, IDS_MAX - o, "%d%s", c->series[i]->organisation,
                              then);
        n += (size_t)snprintf(indicators + n, IDS_MAX - n, "%d%s", c->series[i]->indicator, then);
    }
    c->side = REPLAY_PRESENT;
    c->next = 0;
    good = load_pairs(c->r->ctl, organisations, indicators, &f, take_series, c);
    f.change = change;
    f.change_arg = trial;
    f.since = trial->since != DATE_NONE ? date_format_iso(trial->since, since) : NULL;
    c->side = REPLAY_REHEARSED;
    c->next = 0;
    good = good && load_pairs(c->r->ctl, organisations, indicators, &f, take_series, c);
    c->n = 0;
    return good;
}

/* Moves past the day; whether the series is to be looked at on it. */
static bool is_due(struct rehearsed *s, date_t day)
{
    bool due = replay_is_due(&s->replay, day);

    while (s->next < s->n_days && s->days[s->next] <= day) {
        s->next++;
        due = true;
    }
    return due;
}

static bool play_day(struct chunk *c)
{
    struct rehearsal *r = c->r;

    for (size_t i = 0; i < r->n; i++) {
        if (!is_due(&r->series[i], r->day))
            continue;
        c->series[c->n++] = &r->series[i];
        if (c->n == CHUNK && !play_chunk(c))
            return false;
    }
    return play_chunk(c);
}

static void show_progress(const struct rehearsal *r, bool end)
{
    char day[DATE_TEXT_MAX];

    if (isatty(STDERR_FILENO))
        fprintf(stderr, end ? "\r%*s\r" : "\r%*s", DATE_TEXT_MAX,
                end ? "" : date_format_iso(r->day, day));
}

static bool play_days(struct rehearsal *r)
{
    struct chunk c = {.r = r};
    bool good = true;

    for (r->day = r->from; good && r->day <= r->to; r->day++) {
        show_progress(r, false);
        good = play_day(&c);
    }
    show_progress(r, true);
    return good;
}

bool rehearsal_play(struct rehearsal *r)
{
    bool good;

    if (!db_do(r->ctl->db, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", 0, NULL))
        return false;
    good = find_changes(r) && play_days(r);
    db_rollback(r->ctl->db);
    return good;
}
