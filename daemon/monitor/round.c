/* round: see round.h. */
#include "monitor/round.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/array.h"
#include "base/hash.h"
#include "base/shortage.h"
#include "base/clock.h"
#include "monitor/columns.h"
#include "log.h"
#include "model/alert.h"
#include "model/input.h"
#include "model/notice.h"
#include "model/reporting.h"

enum {
    MAX_EXCLUDED = 500,
    LEAST_CLAIM = 8, /* submissions */
    ERROR_MAX = 400,
    MAX_PARAMS = 2,  /* arrays of keys in one call */
    MAX_OTHERS = 16, /* rounds in a row that leave sums for later */
};

enum alert_kind { ALERT_KIND_LAG, ALERT_KIND_MILESTONE, ALERT_KIND_COUNT };

/* A series to assess in this round. */
struct item {
    struct round_key key;
    int32_t agent;                 /* whose submission touched it last; 0: none did */
    struct uuid submission;        /* that one */
    bool corrects;                 /* it may have replaced figures */
    struct correction *correction; /* what it replaced of this series; NULL: nothing */
    enum alert_level levels[ALERT_KIND_COUNT];
    date_t plan_starts; /* of the plan that the alert is about; DATE_NONE if unknown */
    enum notice notice; /* of ROUND_REPORTING: what stands */
    UT_hash_handle hh;
};

/* How much an agent is told in this round. */
struct listener {
    int32_t agent;
    unsigned told;
};

/* What the hook is told after the COMMIT. */
struct told {
    int32_t agent;
    struct series series;
    struct assessment assessment;
};

struct round {
    int64_t now_us;
    bool due, claims, full, mentions;
    bool owed;          /* series that follow others may wait */
    bool follows;       /* this round is of them, whatever else waits */
    unsigned shortages; /* of memory, by shortage_count(), when the round began */
    bool steps;         /* of alerts were written */
    bool followers;     /* they are what was claimed */
    unsigned others;    /* rounds in a row that were not */
    char now[CLOCK_TEXT_MAX], limit[24], error[ERROR_MAX];

    size_t n_items, n_submissions;
    struct item items[MONITOR_MAX_ITEMS], *by_key;
    struct uuid submissions[MONITOR_MAX_SUBMISSIONS];
    int64_t received_us[MONITOR_MAX_SUBMISSIONS]; /* by the clock */
    int claim; /* how many submissions to claim: more while they all fit */
    size_t n_excluded;
    struct round_key excluded[MAX_EXCLUDED];

    struct correction *corrections; /* that items point to */
    struct array keys[MAX_PARAMS], ids;
    struct duty_book *book;       /* NULL: none was read yet, or it could not be */
    char book_tag[UUID_TEXT_MAX]; /* of what was read last; "" if nothing was */
    struct columns *columns;
    struct told *told;
    size_t n_told, told_room, n_listeners;
    struct listener listeners[MONITOR_MAX_SUBMISSIONS];
};

static bool fail(struct round *r, const char *what)
{
    snprintf(r->error, sizeof r->error, "%s", what);
    return false;
}

static bool fail_for_memory(struct round *r)
{
    shortage_note();
    return fail(r, "out of memory");
}

bool round_is_short(const struct round *r)
{
    return shortage_count() != r->shortages;
}

/* Passes on whether arrays could be bound, to all that was to be in them. */
static bool bound(struct round *r, bool ok)
{
    return (ok && !round_is_short(r)) || fail_for_memory(r);
}

/* --- series --- */

/* There are few of them, if any. */
static bool is_excluded(const struct round *r, struct round_key key)
{
    for (size_t i = 0; i < r->n_excluded; i++)
        if (r->excluded[i].organisation == key.organisation &&
            r->excluded[i].indicator == key.indicator)
            return true;
    return false;
}

static struct item *find(const struct round *r, struct round_key key)
{
    struct item *found;

    HASH_FIND(hh, r->by_key, &key, sizeof key, found);
    return found;
}

bool round_add(struct round *r, struct round_key key)
{
    struct item *item;

    if (find(r, key) || is_excluded(r, key))
        return true;
    if (r->n_items == MONITOR_MAX_ITEMS)
        return fail(r, "there are more series than fit");
    item = &r->items[r->n_items];
    *item = (struct item){.key = key, .plan_starts = DATE_NONE};
    HASH_ADD(hh, r->by_key, key, sizeof key, item);
    if (!HASH_ADDED(item))
        return fail_for_memory(r);
    r->n_items++;
    return true;
}

/* Past the maximum nothing is left out: then it is not the series that are wrong. */
void round_exclude(struct round *r, struct round_key key)
{
    if (r->n_excluded < MAX_EXCLUDED && !is_excluded(r, key))
        r->excluded[r->n_excluded++] = key;
}

void round_pardon(struct round *r)
{
    size_t n = r->n_excluded;

    r->n_excluded = 0;
    for (size_t i = 0; i < n; i++)
        if (!round_add(r, r->excluded[i]))
            r->excluded[r->n_excluded++] = r->excluded[i]; /* it waits for the next time */
}

size_t round_series(const struct round *r)
{
    return r->n_items;
}

struct round_key round_key(const struct round *r, size_t series)
{
    return r->items[series].key;
}

/* --- claims --- */

static bool fill_limit(struct round *r, struct pg_call *call, int position, size_t limit)
{
    snprintf(r->limit, sizeof r->limit, "%zu", limit);
    call->params[position] = r->limit;
    call->n_params = position + 1;
    return true;
}

bool round_fill_pending(struct round *r, struct pg_call *call)
{
    return r->claims && !r->follows && fill_limit(r, call, 0, (size_t)r->claim);
}

/* "1,7,2,9": pairs of organisation and indicator.  Returns the next pair, or NULL at the end. */
static const char *next_pair(const char *text, struct round_key *ret)
{
    char *end;

    if (!*text)
        return NULL;
    ret->organisation = (int32_t)strtol(text, &end, 10);
    if (*end != ',')
        return NULL;
    ret->indicator = (int32_t)strtol(end + 1, &end, 10);
    return *end == ',' ? end + 1 : end;
}

static bool fits(const struct round *r, const char *series)
{
    struct round_key key;
    size_t fresh = 0;

    while ((series = next_pair(series, &key)))
        fresh += !find(r, key);
    return r->n_items + fresh <= MONITOR_MAX_SERIES;
}

static bool add_submission(struct round *r, struct uuid id, int32_t agent, const char *series,
                           bool corrects, int64_t received_us)
{
    struct round_key key;
    struct item *item;

    r->received_us[r->n_submissions] = received_us;
    r->submissions[r->n_submissions++] = id;
    while ((series = next_pair(series, &key))) {
        if (!round_add(r, key))
            return false;
        if (!(item = find(r, key)))
            continue; /* excluded */
        item->agent = agent;
        item->submission = id;
        item->corrects = corrects;
    }
    return true;
}

/* Takes submissions as long as their series fit; the others stay pending.  Columns: id, agent,
 * series, whether a version may have been replaced, when it was received. */
bool round_take_pending(struct round *r, const PGresult *rows)
{
    int n = PQntuples(rows), taken = 0;
    struct uuid id;

    for (; taken < n && taken < MONITOR_MAX_SUBMISSIONS; taken++) {
        const char *text = PQgetvalue(rows, taken, 0), *series = PQgetvalue(rows, taken, 2);

        if (!uuid_parse(text, strlen(text), &id))
            return fail(r, "claim_pending gave an id that is none");
        if (taken > 0 && !fits(r, series))
            break;
        if (!add_submission(r, id, (int32_t)strtol(PQgetvalue(rows, taken, 1), NULL, 10), series,
                            *PQgetvalue(rows, taken, 3) == 't',
                            strtoll(PQgetvalue(rows, taken, 4), NULL, 10)))
            return false;
    }
    r->full = taken < n || n == r->claim;
    r->claim = taken < n ? taken : r->claim * 2;
    if (r->claim < LEAST_CLAIM)
        r->claim = LEAST_CLAIM;
    if (r->claim > MONITOR_MAX_SUBMISSIONS)
        r->claim = MONITOR_MAX_SUBMISSIONS;
    return true;
}

bool round_fill_reassessment(struct round *r, struct pg_call *call)
{
    size_t room = MONITOR_MAX_SERIES - r->n_items;

    return r->claims && !r->follows && room > 0 && fill_limit(r, call, 0, room);
}

bool round_fill_due(struct round *r, struct pg_call *call)
{
    size_t room = MONITOR_MAX_SERIES - r->n_items;

    call->params[0] = r->now;
    return r->claims && !r->follows && r->due && room > 0 && fill_limit(r, call, 1, room);
}

bool round_fill_reporting(struct round *r, struct pg_call *call)
{
    size_t room = MONITOR_MAX_SERIES - r->n_items;

    call->params[0] = r->due ? r->now : NULL;
    return r->claims && !r->follows && room > 0 && fill_limit(r, call, 1, room);
}

/* A round is of series that speak for themselves, or of those that follow others: so no sum is made
 * together with what it is made of, and once after many of its children have changed. */
bool round_fill_followers(struct round *r, struct pg_call *call)
{
    if (!r->claims || r->n_items > 0)
        return false;
    r->others = 0;
    return fill_limit(r, call, 0, MONITOR_MAX_SERIES);
}

bool round_take_followers(struct round *r, const PGresult *rows)
{
    r->owed = r->followers = PQntuples(rows) > 0;
    return round_take_series(r, rows);
}

/* Columns: organisation, indicator. */
bool round_take_series(struct round *r, const PGresult *rows)
{
    int n = PQntuples(rows);

    for (int i = 0; i < n; i++) {
        struct round_key key = {(int32_t)strtol(PQgetvalue(rows, i, 0), NULL, 10),
                                (int32_t)strtol(PQgetvalue(rows, i, 1), NULL, 10)};

        if (!round_add(r, key))
            return false;
    }
    r->full = r->full || (n > 0 && (size_t)n == strtoul(r->limit, NULL, 10));
    return true;
}

/* --- what the model needs --- */

/* Which of the items a query is about. */
enum choice { CHOOSE_ALL, CHOOSE_SERIES, CHOOSE_REPORTING };

static bool is_chosen(const struct item *item, enum choice choice)
{
    bool reporting = item->key.indicator == ROUND_REPORTING;

    return choice == CHOOSE_ALL || reporting == (choice == CHOOSE_REPORTING);
}

static bool bind_keys(struct round *r, struct pg_call *call, size_t n, enum choice choice)
{
    for (size_t i = 0; i < n; i++)
        array_clear(&r->keys[i]);
    for (size_t i = 0; i < r->n_items; i++) {
        if (!is_chosen(&r->items[i], choice))
            continue;
        array_add_int(&r->keys[0], r->items[i].key.organisation);
        if (n > 1)
            array_add_int(&r->keys[1], r->items[i].key.indicator);
    }
    call->n_params = (int)n;
    return r->keys[0].n > 0 && bound(r, array_bind(r->keys, n, call, 0));
}

bool round_fill_lock(struct round *r, struct pg_call *call)
{
    return bind_keys(r, call, 1, CHOOSE_ALL);
}

/* Under the lock: whoever changes a duty queues whom it concerns, so that what an older book said is
 * judged again. */
bool round_fill_book(struct round *r, struct pg_call *call)
{
    call->params[0] = r->book_tag[0] ? r->book_tag : NULL;
    call->n_params = 1;
    return r->n_items > 0;
}

/* A book that cannot be read is no reason to assess nothing; nothing is said of reports then.  False if
 * memory is out: the former is kept. */
static bool read_book(struct round *r, const char *lines)
{
    struct duty_book *book = duty_book_new();

    if (!book)
        return fail_for_memory(r);
    if (!duty_book_read(book, lines)) {
        if (!round_is_short(r))
            log_error("monitor: the duties cannot be read, reports are not watched: %s",
                      duty_book_error(book));
        duty_book_free(book);
        book = NULL;
    }
    if (round_is_short(r)) {
        duty_book_free(book);
        return fail_for_memory(r);
    }
    duty_book_free(r->book);
    r->book = book;
    return true;
}

/* An organisation whose figures changed is assessed as a whole. */
static bool add_reporting(struct round *r)
{
    size_t n = r->n_items;

    for (size_t i = 0; i < n; i++) {
        const struct item *of = &r->items[i];
        struct round_key key = {of->key.organisation, ROUND_REPORTING};
        struct item *item;

        if (!round_add(r, key))
            return false;
        item = find(r, key);
        if (item && of->agent > 0) { /* else it is excluded */
            item->agent = of->agent;
            item->submission = of->submission;
        }
    }
    return true;
}

/* Columns: tag, book.  One row.  No figures have changed of series that follow others, and a round
 * that tries suspects tries those alone. */
bool round_take_book(struct round *r, const PGresult *rows)
{
    if (PQntuples(rows) == 1 && !PQgetisnull(rows, 0, 1)) {
        if (!read_book(r, PQgetvalue(rows, 0, 1)))
            return false;
        snprintf(r->book_tag, sizeof r->book_tag, "%s", PQgetvalue(rows, 0, 0));
    }
    if (r->claims && !r->followers && duty_book_count(r->book) > 0)
        return add_reporting(r);
    return true;
}

bool round_fill_alerts(struct round *r, struct pg_call *call)
{
    return bind_keys(r, call, 2, CHOOSE_ALL);
}

static bool take_level(struct item *item, const char *kind, const char *level)
{
    bool milestone = strcmp(kind, "milestone") == 0;

    if (item->key.indicator == ROUND_REPORTING)
        return notice_parse(level, &item->notice);
    return alert_level_parse(level,
                             &item->levels[milestone ? ALERT_KIND_MILESTONE : ALERT_KIND_LAG]);
}

/* Columns: organisation, indicator, kind, level, first day of its plan. */
bool round_take_alerts(struct round *r, const PGresult *rows)
{
    for (int i = 0; i < PQntuples(rows); i++) {
        struct round_key key = {(int32_t)strtol(PQgetvalue(rows, i, 0), NULL, 10),
                                (int32_t)strtol(PQgetvalue(rows, i, 1), NULL, 10)};
        struct item *item = find(r, key);

        if (!item || !take_level(item, PQgetvalue(rows, i, 2), PQgetvalue(rows, i, 3)))
            return fail(r, "standing_alerts gave what was not asked for");
        if (!date_parse(PQgetvalue(rows, i, 4), (size_t)PQgetlength(rows, i, 4),
                        &item->plan_starts))
            item->plan_starts = DATE_NONE;
    }
    return true;
}

/* --- corrections --- */

/* Of series whose submission may have replaced figures. */
bool round_fill_corrections(struct round *r, struct pg_call *call)
{
    array_clear(&r->ids);
    array_clear(&r->keys[0]);
    array_clear(&r->keys[1]);
    for (size_t i = 0; i < r->n_items; i++) {
        const struct item *item = &r->items[i];

        if (!item->corrects)
            continue;
        array_add_uuid(&r->ids, item->submission);
        array_add_int(&r->keys[0], item->key.organisation);
        array_add_int(&r->keys[1], item->key.indicator);
    }
    call->n_params = 3;
    return r->ids.n > 0 &&
           bound(r, array_bind(&r->ids, 1, call, 0) && array_bind(r->keys, 2, call, 1));
}

/* Columns of corrections(). */
enum {
    CORRECTION_ORGANISATION,
    CORRECTION_INDICATOR,
    CORRECTION_PERIOD,
    CORRECTION_OLD,
    CORRECTION_OLD_OF,
    CORRECTION_NEW,
    CORRECTION_NEW_OF,
    CORRECTION_AUTHOR,
    CORRECTION_SENDER,
    CORRECTION_SENDER_EN,
};

static bool read_decimal(const PGresult *rows, int row, int column, struct decimal *ret)
{
    const char *text = PQgetvalue(rows, row, column);

    return !PQgetisnull(rows, row, column) &&
           decimal_parse(text, strlen(text), ret, NULL) == DECIMAL_OK;
}

static struct letter_version version_of(const PGresult *rows, int row, int value, int of)
{
    struct letter_version v = {.value = false};

    v.value = read_decimal(rows, row, value, &v.n);
    v.has_of = read_decimal(rows, row, of, &v.of);
    return v;
}

static void read_correction(const PGresult *rows, int row, struct correction *ret)
{
    *ret = (struct correction){
        .period = (period_t)strtol(PQgetvalue(rows, row, CORRECTION_PERIOD), NULL, 10),
        .old = version_of(rows, row, CORRECTION_OLD, CORRECTION_OLD_OF),
        .new = version_of(rows, row, CORRECTION_NEW, CORRECTION_NEW_OF),
    };
    snprintf(ret->author, sizeof ret->author, "%s", PQgetvalue(rows, row, CORRECTION_AUTHOR));
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        int column = lang == LANG_RU || PQgetisnull(rows, row, CORRECTION_SENDER_EN)
                         ? CORRECTION_SENDER
                         : CORRECTION_SENDER_EN;

        snprintf(ret->sender[lang], sizeof ret->sender[lang], "%s", PQgetvalue(rows, row, column));
    }
}

bool round_take_corrections(struct round *r, const PGresult *rows)
{
    int n = PQntuples(rows);

    r->corrections = n > 0 ? calloc((size_t)n, sizeof *r->corrections) : NULL;
    for (int i = 0; r->corrections && i < n; i++) {
        struct round_key key = {
            (int32_t)strtol(PQgetvalue(rows, i, CORRECTION_ORGANISATION), NULL, 10),
            (int32_t)strtol(PQgetvalue(rows, i, CORRECTION_INDICATOR), NULL, 10)};
        struct item *item = find(r, key);

        if (!item)
            return fail(r, "corrections gave what was not asked for");
        read_correction(rows, i, &r->corrections[i]);
        item->correction = &r->corrections[i];
    }
    return n == 0 || r->corrections || fail_for_memory(r);
}

bool round_fill_input(struct round *r, struct pg_call *call)
{
    bool some = bind_keys(r, call, 2, CHOOSE_SERIES);

    call->params[2] = r->now;
    call->n_params = 3;
    return some;
}

bool round_fill_reporting_input(struct round *r, struct pg_call *call)
{
    bool some = r->book && bind_keys(r, call, 1, CHOOSE_REPORTING);

    call->params[1] = r->now;
    call->n_params = 2;
    return some;
}

/* Receipts go the same way, and must not find it full. */
static bool may_tell(struct round *r, int32_t agent)
{
    size_t i = 0;

    while (i < r->n_listeners && r->listeners[i].agent != agent)
        i++;
    if (i == MONITOR_MAX_SUBMISSIONS)
        return false;
    if (i == r->n_listeners)
        r->listeners[r->n_listeners++] = (struct listener){.agent = agent};
    return r->listeners[i].told++ < MONITOR_MAX_TOLD;
}

static void keep_for_hook(struct round *r, const struct item *item, const struct series *s,
                          const struct assessment *a)
{
    size_t room = r->told_room ? r->told_room * 2 : 64;
    struct told *told;

    if (r->n_told == r->told_room) {
        told = reallocarray(r->told, room, sizeof *told);
        if (!told)
            return; /* a message for people, never needed */
        r->told = told;
        r->told_room = room;
    }
    told = &r->told[r->n_told];
    if (!series_copy(s, &told->series))
        return;
    told->agent = item->agent;
    told->assessment = *a;
    r->n_told++;
}

static void take_step(struct round *r, const struct item *item, const struct series *s,
                      const struct assessment *a, const struct alert_transition *t)
{
    if (t->event == ALERT_STAYS)
        return;
    log_debug("%s, %s: alert %s: %s", s->organisation_code, s->indicator_code,
              alert_event_name(t->event), t->comment);
    columns_transition(r->columns, s, a, t, item->agent > 0 ? &item->submission : NULL,
                       item->correction);
}

/* What an alert says of a plan that is over says nothing of the next one. */
static void raise_alert(struct round *r, const struct item *item, const struct series *s,
                        const struct assessment *a)
{
    enum alert_level level =
        item->levels[s->kind == KIND_MILESTONE ? ALERT_KIND_MILESTONE : ALERT_KIND_LAG];

    if (item->plan_starts != DATE_NONE && s->has_plan && s->plan.starts > item->plan_starts) {
        take_step(r, item, s, a, alert_plan_over(level));
        level = ALERT_NONE;
    }
    take_step(r, item, s, a, alert_next(level, a->status));
}

static void judge(void *arg, const struct series *s)
{
    struct round *r = arg;
    struct item *item = find(r, (struct round_key){s->organisation, s->indicator});
    struct assessment a;

    if (!item)
        return;
    assess(s, &a);
    columns_assessment(r->columns, s, &a);
    raise_alert(r, item, s, &a);
    if (item->agent > 0 && may_tell(r, item->agent))
        keep_for_hook(r, item, s, &a);
}

bool round_take_input(struct round *r, const PGresult *rows)
{
    struct input *in = input_new(judge, r);
    bool ok = in;

    for (int i = 0; ok && i < PQntuples(rows); i++)
        ok = input_lines(in, PQgetvalue(rows, i, 0), (size_t)PQgetlength(rows, i, 0));
    ok = ok && input_end(in);
    if (!ok)
        in ? fail(r, input_error(in)) : fail_for_memory(r);
    input_free(in);
    return ok;
}

static void judge_reporting(void *arg, const struct reporting *reporting)
{
    struct round *r = arg;
    const struct item *item =
        find(r, (struct round_key){reporting->debtor.organisation, ROUND_REPORTING});
    const struct notice_transition *t;

    if (!item)
        return;
    columns_reporting(r->columns, reporting);
    t = notice_next(item->notice, notice_of(reporting));
    if (t->event == ALERT_STAYS)
        return;
    log_debug("%s: alert %s: %s", reporting->code, alert_event_name(t->event), t->comment);
    columns_notice(r->columns, reporting, t, item->agent > 0 ? &item->submission : NULL);
}

bool round_take_reporting_input(struct round *r, const PGresult *rows)
{
    struct reporting_input *in = reporting_input_new(r->book, judge_reporting, r);
    bool ok = in;

    for (int i = 0; ok && i < PQntuples(rows); i++)
        ok = reporting_input_line(in, PQgetvalue(rows, i, 0), (size_t)PQgetlength(rows, i, 0));
    ok = ok && reporting_input_end(in);
    if (!ok)
        in ? fail(r, reporting_input_error(in)) : fail_for_memory(r);
    reporting_input_free(in);
    return ok;
}

/* --- what is written --- */

bool round_fill_assessments(struct round *r, struct pg_call *call)
{
    call->params[0] = r->now;
    return columns_assessments(r->columns) > 0 &&
           bound(r, columns_bind_assessments(r->columns, call, 1));
}

/* Columns: written, queued. */
bool round_take_assessments(struct round *r, const PGresult *rows)
{
    r->owed = r->owed || (PQntuples(rows) == 1 && strcmp(PQgetvalue(rows, 0, 1), "0") != 0);
    return true;
}

bool round_fill_write_reporting(struct round *r, struct pg_call *call)
{
    call->params[0] = r->now;
    return columns_reportings(r->columns) > 0 &&
           bound(r, columns_bind_reporting(r->columns, call, 1));
}

bool round_fill_transitions(struct round *r, struct pg_call *call)
{
    call->params[0] = r->now;
    return columns_transitions(r->columns) > 0 &&
           bound(r, columns_bind_transitions(r->columns, call, 1));
}

/* Columns: ord, alert, transition, mentions. */
bool round_take_transitions(struct round *r, const PGresult *rows)
{
    r->steps = PQntuples(rows) > 0;
    for (int i = 0; i < PQntuples(rows); i++)
        r->mentions = r->mentions || strcmp(PQgetvalue(rows, i, 3), "0") != 0;
    return true;
}

bool round_fill_finish(struct round *r, struct pg_call *call)
{
    array_clear(&r->ids);
    for (size_t i = 0; i < r->n_submissions; i++)
        array_add_uuid(&r->ids, r->submissions[i]);
    call->n_params = 1;
    return r->n_submissions > 0 && bound(r, array_bind(&r->ids, 1, call, 0));
}

/* --- the module --- */

struct round *round_new(void)
{
    struct round *r = calloc(1, sizeof *r);

    if (!r)
        return NULL;
    r->claim = MONITOR_MAX_SUBMISSIONS;
    for (size_t i = 0; i < MAX_PARAMS; i++)
        array_init(&r->keys[i], ARRAY_INTEGER);
    array_init(&r->ids, ARRAY_UUID);
    r->columns = columns_new();
    if (!r->columns) {
        round_free(r);
        return NULL;
    }
    return r;
}

static void forget_told(struct round *r)
{
    for (size_t i = 0; i < r->n_told; i++)
        series_finish(&r->told[i].series);
    r->n_told = 0;
}

void round_free(struct round *r)
{
    if (!r)
        return;
    forget_told(r);
    HASH_CLEAR(hh, r->by_key);
    for (size_t i = 0; i < MAX_PARAMS; i++)
        array_finish(&r->keys[i]);
    array_finish(&r->ids);
    duty_book_free(r->book);
    columns_free(r->columns);
    free(r->corrections);
    free(r->told);
    free(r);
}

void round_clear(struct round *r, int64_t now_us, bool due)
{
    HASH_CLEAR(hh, r->by_key);
    forget_told(r);
    free(r->corrections);
    r->corrections = NULL;
    r->n_items = r->n_submissions = r->n_listeners = 0;
    r->now_us = now_us;
    clock_format(now_us, r->now);
    r->claims = true;
    r->due = due;
    r->full = r->mentions = r->followers = false;
    r->owed = r->owed || due; /* by another daemon, which may be gone */
    r->follows = r->owed && ++r->others > MAX_OTHERS;
    r->error[0] = '\0';
    r->shortages = shortage_count();
    r->steps = false;
    if (r->columns)
        columns_clear(r->columns);
}

void round_claim_nothing(struct round *r)
{
    r->claims = false;
}

bool round_is_full(const struct round *r)
{
    return r->full || r->follows; /* what else waits was not even claimed */
}

bool round_has_mentions(const struct round *r)
{
    return r->mentions;
}

bool round_has_steps(const struct round *r)
{
    return r->steps;
}

bool round_has_followers(const struct round *r)
{
    return r->owed;
}

const char *round_error(const struct round *r)
{
    return r->error;
}

void round_count(const struct round *r, struct metrics *metrics)
{
    int64_t now = clock_now_us();

    metrics_add(metrics, METRIC_SERIES, r->n_items);
    metrics_observe(metrics, HISTOGRAM_ROUND_SERIES, (double)r->n_items);
    for (size_t i = 0; i < r->n_submissions; i++)
        metrics_observe(metrics, HISTOGRAM_ASSESSMENT, (double)(now - r->received_us[i]) / 1e6);
}

void round_tell(const struct round *r, const struct monitor_hooks *hooks)
{
    for (size_t i = 0; hooks->assessed && i < r->n_told; i++)
        hooks->assessed(hooks->arg, r->told[i].agent, &r->told[i].series, &r->told[i].assessment);
}
