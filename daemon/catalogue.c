/* catalogue: five lists read one after the other, parsed into sorted arrays, and put in the place
 * of the old ones at once.  A row that cannot be understood fails the whole copy: half a catalogue
 * would reject figures that are right. */
#include "catalogue.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "log.h"
#include "wire/keys.h"

enum { QUARTER_S = 15 * 60, US_PER_S = 1000000 };

struct key {
    char public_key[KEY_TEXT_MAX];
    struct agent agent;
};

struct list {
    size_t n;
    void *rows;
};

/* One copy of everything. */
struct tables {
    struct list organisations; /* struct organisation by id */
    struct list by_code;       /* struct organisation * by code */
    struct list indicators;    /* struct indicator by code */
    struct list keys;          /* struct key by key */
    struct list agents;        /* struct agent by id; once for each key */
    int32_t first_year, last_year;
    bool replay;
};

struct catalogue {
    struct store *store;
    void (*changed)(void *arg);
    void *arg;
    struct tables *now;   /* NULL until loaded */
    struct tables *fresh; /* on its way; NULL if none is */
    size_t step;          /* which list is awaited */
    bool again;           /* asked for while one was on its way */
    struct event *timer;
};

/* --- cells
 * -------------------------------------------------------------------------------------------------------
 */

/* A row being read; the first cell that is not understood is remembered. */
struct row {
    const PGresult *result;
    int number;
    const char *wrong; /* name of the column, or NULL */
};

static const char *cell(struct row *r, const char *column)
{
    int at = PQfnumber(r->result, column);
    if (at < 0) {
        r->wrong = column;
        return NULL;
    }
    return PQgetisnull(r->result, r->number, at) ? NULL : PQgetvalue(r->result, r->number, at);
}

static void cell_text(struct row *r, const char *column, char *buf, size_t size)
{
    const char *text = cell(r, column);
    size_t len = text == NULL ? 0 : strlen(text);
    if (text == NULL || len >= size) {
        r->wrong = column;
        return;
    }
    memcpy(buf, text, len + 1);
}

/* NULL is 0, which no id is. */
static int32_t cell_int(struct row *r, const char *column)
{
    const char *text = cell(r, column);
    char *end;
    if (text == NULL) {
        return 0;
    }
    errno = 0;
    long value = strtol(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || value < INT32_MIN || value > INT32_MAX) {
        r->wrong = column;
        return 0;
    }
    return (int32_t)value;
}

/* NULL, like an infinite date, bounds nothing. */
static date_t cell_date(struct row *r, const char *column)
{
    const char *text = cell(r, column);
    date_t date = DATE_NONE;
    if (text != NULL && strstr(text, "infinity") == NULL &&
        !date_parse(text, strlen(text), &date)) {
        r->wrong = column;
    }
    return date;
}

static bool cell_bool(struct row *r, const char *column)
{
    const char *text = cell(r, column);
    return text != NULL && *text == 't';
}

static enum indicator_kind cell_kind(struct row *r, const char *column)
{
    static const enum indicator_kind kinds[] = {KIND_FLOW, KIND_LEVEL, KIND_SHARE, KIND_MILESTONE};
    const char *text = cell(r, column);
    for (size_t i = 0; text != NULL && i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(text, indicator_kind_name(kinds[i])) == 0) {
            return kinds[i];
        }
    }
    r->wrong = column;
    return KIND_FLOW;
}

/* --- rows
 * --------------------------------------------------------------------------------------------------------
 */

static void read_centre(struct tables *t, struct row *r)
{
    t->replay = cell_bool(r, "replay");
}

static void read_organisation(struct tables *t, struct row *r)
{
    struct organisation *o = (struct organisation *)t->organisations.rows + r->number;
    o->id = cell_int(r, "id");
    cell_text(r, "code", o->code, sizeof o->code);
    cell_text(r, "name", o->name, sizeof o->name);
    o->parent = cell_int(r, "parent");
    o->utc_offset_s = cell_int(r, "utc_offset_s");
    o->opened = cell_date(r, "opened");
    o->closed = cell_date(r, "closed");
}

static void read_indicator(struct tables *t, struct row *r)
{
    struct indicator *i = (struct indicator *)t->indicators.rows + r->number;
    i->id = cell_int(r, "id");
    cell_text(r, "code", i->code, sizeof i->code);
    i->kind = cell_kind(r, "kind");
    i->whole = cell_bool(r, "whole");
}

static void read_key(struct tables *t, struct row *r)
{
    struct key *k = (struct key *)t->keys.rows + r->number;
    cell_text(r, "public_key", k->public_key, sizeof k->public_key);
    k->agent.id = cell_int(r, "id");
    k->agent.organisation = cell_int(r, "organisation");
}

static void read_years(struct tables *t, struct row *r)
{
    t->first_year = cell_int(r, "first_year");
    t->last_year = cell_int(r, "last_year");
    if (t->first_year < DATE_MIN_YEAR || t->last_year > DATE_MAX_YEAR ||
        t->last_year < t->first_year) {
        r->wrong = "first_year";
    }
}

/* --- order
 * -------------------------------------------------------------------------------------------------------
 */

static int compare_ids(int32_t a, int32_t b)
{
    return (a > b) - (a < b);
}

static int by_organisation_id(const void *a, const void *b)
{
    return compare_ids(((const struct organisation *)a)->id, ((const struct organisation *)b)->id);
}

static int by_organisation_code(const void *a, const void *b)
{
    return strcmp((*(struct organisation *const *)a)->code,
                  (*(struct organisation *const *)b)->code);
}

static int by_indicator_code(const void *a, const void *b)
{
    return strcmp(((const struct indicator *)a)->code, ((const struct indicator *)b)->code);
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct key *)a)->public_key, ((const struct key *)b)->public_key);
}

static int by_agent_id(const void *a, const void *b)
{
    return compare_ids(((const struct agent *)a)->id, ((const struct agent *)b)->id);
}

/* Puts rows in their order and makes the two derived lists.  False if out of memory. */
static bool arrange(struct tables *t)
{
    struct organisation *organisations = t->organisations.rows, **codes;
    struct key *keys = t->keys.rows;
    struct agent *agents;
    qsort(organisations, t->organisations.n, sizeof *organisations, by_organisation_id);
    qsort(t->indicators.rows, t->indicators.n, sizeof(struct indicator), by_indicator_code);
    qsort(keys, t->keys.n, sizeof *keys, by_key);
    codes = t->by_code.rows = calloc(t->organisations.n + 1, sizeof *codes);
    agents = t->agents.rows = calloc(t->keys.n + 1, sizeof *agents);
    if (codes == NULL || agents == NULL) {
        return false;
    }
    for (size_t i = 0; i < t->organisations.n; i++) {
        codes[i] = &organisations[i];
    }
    for (size_t i = 0; i < t->keys.n; i++) {
        agents[i] = keys[i].agent;
    }
    t->by_code.n = t->organisations.n;
    t->agents.n = t->keys.n;
    qsort(codes, t->by_code.n, sizeof *codes, by_organisation_code);
    qsort(agents, t->agents.n, sizeof *agents, by_agent_id);
    return true;
}

static void tables_free(struct tables *t)
{
    if (t == NULL) {
        return;
    }
    free(t->organisations.rows);
    free(t->by_code.rows);
    free(t->indicators.rows);
    free(t->keys.rows);
    free(t->agents.rows);
    free(t);
}

/* --- loading
 * -----------------------------------------------------------------------------------------------------
 */

#define NO_LIST SIZE_MAX

/* What is asked, in this order.  A query without a list gives one row.  Some take the moment as
 * their parameter. */
static const struct step {
    enum store_query query;
    const char *what;
    bool takes_now;
    size_t list; /* offset in struct tables */
    size_t row_size;
    void (*read)(struct tables *t, struct row *r);
} steps[] = {
    {STORE_CENTRE, "centre", false, NO_LIST, 0, read_centre},
    {STORE_YEARS, "years", false, NO_LIST, 0, read_years},
    {STORE_ORGANISATIONS, "organisations", true, offsetof(struct tables, organisations),
     sizeof(struct organisation), read_organisation},
    {STORE_INDICATORS, "indicators", true, offsetof(struct tables, indicators),
     sizeof(struct indicator), read_indicator},
    {STORE_AGENTS, "agents", false, offsetof(struct tables, keys), sizeof(struct key), read_key},
};

enum { STEPS = sizeof steps / sizeof *steps };

static void replied(void *arg, const struct pg_reply *reply);

static void arm(struct catalogue *c, time_t seconds)
{
    struct timeval after = {.tv_sec = seconds};
    if (event_add(c->timer, &after) != 0) {
        log_error("catalogue: no timer: out of memory");
    }
}

/* The next quarter of an hour and a second, by the wall clock. */
static void arm_quarter(struct catalogue *c)
{
    arm(c, (time_t)(QUARTER_S - clock_now_us() / US_PER_S % QUARTER_S + 1));
}

static void give_up(struct catalogue *c)
{
    tables_free(c->fresh);
    c->fresh = NULL;
    arm(c, CATALOGUE_RETRY_S);
}

/* Asks for the list that c->step names; the answer comes to replied(). */
static void ask(struct catalogue *c)
{
    const struct step *step = &steps[c->step];
    char now[CLOCK_TEXT_MAX];
    const char *params[] = {clock_format(clock_now_us(), now)};
    if (!store_query(c->store, STORE_CONTROL, step->query, step->takes_now, params, replied, c)) {
        give_up(c);
    }
}

static bool read_rows(const struct step *step, struct tables *t, const PGresult *result)
{
    int n = PQntuples(result);
    if (step->list == NO_LIST ? n != 1 : n > CATALOGUE_MAX_ROWS) {
        log_error("catalogue: %d rows of %s; is the database migrated? (vekhactl migrate)", n,
                  step->what);
        return false;
    }
    if (step->list != NO_LIST) {
        struct list *list = (struct list *)((char *)t + step->list);
        list->n = (size_t)n;
        list->rows = calloc((size_t)n + 1, step->row_size);
        if (list->rows == NULL) {
            return false;
        }
    }
    for (int i = 0; i < n; i++) {
        struct row r = {.result = result, .number = i};
        step->read(t, &r);
        if (r.wrong != NULL) {
            log_error("catalogue: %s, row %d: the column %s is not understood", step->what, i + 1,
                      r.wrong);
            return false;
        }
    }
    return true;
}

static void swap(struct catalogue *c)
{
    struct tables *old = c->now;
    if (!arrange(c->fresh)) {
        log_error("catalogue: out of memory; the old one stays");
        give_up(c);
        return;
    }
    c->now = c->fresh;
    c->fresh = NULL;
    tables_free(old);
    log_debug("catalogue: %zu organisations, %zu indicators, %zu keys", c->now->organisations.n,
              c->now->indicators.n, c->now->keys.n);
    arm_quarter(c);
    if (c->again) {
        c->again = false;
        catalogue_load(c);
    }
    if (c->changed != NULL) {
        c->changed(c->arg);
    }
}

static void replied(void *arg, const struct pg_reply *reply)
{
    struct catalogue *c = arg;
    const struct step *step = &steps[c->step];
    if (*reply->sqlstate != '\0') {
        log_error("catalogue: %s: %s; is the database migrated? (vekhactl migrate)", step->what,
                  reply->error);
        give_up(c);
    } else if (reply->result == NULL || !read_rows(step, c->fresh, reply->result)) {
        give_up(c);
    } else if (++c->step < STEPS) {
        ask(c);
    } else {
        swap(c);
    }
}

void catalogue_load(struct catalogue *c)
{
    if (c->fresh != NULL) {
        c->again = true;
        return;
    }
    c->step = 0;
    c->fresh = calloc(1, sizeof *c->fresh);
    if (c->fresh == NULL) {
        give_up(c);
        return;
    }
    ask(c);
}

static void due(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    catalogue_load(arg);
}

/* --- life
 * --------------------------------------------------------------------------------------------------------
 */

struct catalogue *catalogue_new(struct event_base *base, struct store *store,
                                void (*changed)(void *arg), void *arg)
{
    struct catalogue *c = calloc(1, sizeof *c);
    if (c == NULL) {
        return NULL;
    }
    *c = (struct catalogue){
        .store = store, .changed = changed, .arg = arg, .timer = evtimer_new(base, due, c)};
    if (c->timer == NULL) {
        free(c);
        return NULL;
    }
    return c;
}

void catalogue_free(struct catalogue *c)
{
    if (c == NULL) {
        return;
    }
    event_free(c->timer);
    tables_free(c->now);
    tables_free(c->fresh);
    free(c);
}

/* --- looking up
 * --------------------------------------------------------------------------------------------------
 */

bool catalogue_is_loaded(const struct catalogue *c)
{
    return c->now != NULL;
}

static void *look_up(const struct list *list, const void *wanted, size_t row_size,
                     int (*compare)(const void *, const void *))
{
    return list->n == 0 ? NULL : bsearch(wanted, list->rows, list->n, row_size, compare);
}

/* Copies a code or key to be looked up; false if it is too long to be one. */
static bool take_text(const char *text, char *buf, size_t size)
{
    size_t len = strlen(text);
    if (len >= size) {
        return false;
    }
    memcpy(buf, text, len + 1);
    return true;
}

const struct organisation *catalogue_organisation(const struct catalogue *c, int32_t id)
{
    const struct organisation wanted = {.id = id};
    return c->now == NULL
               ? NULL
               : look_up(&c->now->organisations, &wanted, sizeof wanted, by_organisation_id);
}

const struct organisation *catalogue_organisation_by_code(const struct catalogue *c,
                                                          const char *code)
{
    struct organisation wanted, *pointer = &wanted, **found;
    if (c->now == NULL || !take_text(code, wanted.code, sizeof wanted.code)) {
        return NULL;
    }
    found = look_up(&c->now->by_code, &pointer, sizeof pointer, by_organisation_code);
    return found == NULL ? NULL : *found;
}

const struct indicator *catalogue_indicator_by_code(const struct catalogue *c, const char *code)
{
    struct indicator wanted;
    if (c->now == NULL || !take_text(code, wanted.code, sizeof wanted.code)) {
        return NULL;
    }
    return look_up(&c->now->indicators, &wanted, sizeof wanted, by_indicator_code);
}

const struct agent *catalogue_agent_by_key(const struct catalogue *c, const char *public_key)
{
    struct key wanted;
    if (c->now == NULL || !take_text(public_key, wanted.public_key, sizeof wanted.public_key)) {
        return NULL;
    }
    const struct key *found = look_up(&c->now->keys, &wanted, sizeof wanted, by_key);
    return found == NULL ? NULL : &found->agent;
}

const struct agent *catalogue_agent(const struct catalogue *c, int32_t id)
{
    const struct agent wanted = {.id = id};
    return c->now == NULL ? NULL : look_up(&c->now->agents, &wanted, sizeof wanted, by_agent_id);
}

bool catalogue_is_below(const struct catalogue *c, int32_t organisation, int32_t above)
{
    for (int depth = 0; depth < CATALOGUE_MAX_DEPTH && organisation != 0; depth++) {
        if (organisation == above) {
            return true;
        }
        const struct organisation *o = catalogue_organisation(c, organisation);
        organisation = o == NULL ? 0 : o->parent;
    }
    return false;
}

int catalogue_first_year(const struct catalogue *c)
{
    return c->now == NULL ? 0 : c->now->first_year;
}

int catalogue_last_year(const struct catalogue *c)
{
    return c->now == NULL ? -1 : c->now->last_year;
}

bool catalogue_is_replay(const struct catalogue *c)
{
    return c->now != NULL && c->now->replay;
}
