/* tables: rows as PostgreSQL gives them, in text, to arrays for bsearch(3). */
#include "tables.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "model/field.h"
#include "wire/keys.h"

struct key {
    char public_key[KEY_TEXT_MAX];
    struct agent agent;
    enum key_right right;
};

/* An organisation by its code; rows do not move once they are sorted. */
struct coded {
    const char *code;
    const struct organisation *organisation;
};

struct list {
    size_t n;
    void *rows;
};

struct tables {
    struct list organisations; /* struct organisation by id */
    struct list codes;         /* struct coded by code */
    struct list indicators;    /* struct indicator by code */
    struct list projects;      /* struct project by code */
    struct list keys;          /* struct key by key */
    struct list agents;        /* struct agent by id; once for each key */
    struct duty_book *duties;
    int32_t first_year, last_year;
    bool replay;
};

/* --- cells --- */

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
    if (text == NULL)
        return 0;
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
    if (text != NULL && strstr(text, "infinity") == NULL && !date_parse(text, strlen(text), &date))
        r->wrong = column;
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
    for (size_t i = 0; text != NULL && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(text, indicator_kind_name(kinds[i])) == 0)
            return kinds[i];
    r->wrong = column;
    return KIND_FLOW;
}

static enum organisation_kind cell_organisation_kind(struct row *r, const char *column)
{
    enum organisation_kind kind = ORGANISATION_OTHER;
    const char *text = cell(r, column);
    if (text == NULL ||
        field_organisation_kind((struct text){text, strlen(text)}, &kind, sizeof kind) != NULL)
        r->wrong = column;
    return kind;
}

/* --- rows --- */

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
    o->kind = cell_organisation_kind(r, "kind");
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

static void read_project(struct tables *t, struct row *r)
{
    struct project *p = (struct project *)t->projects.rows + r->number;
    p->id = cell_int(r, "id");
    cell_text(r, "code", p->code, sizeof p->code);
}

static void read_key(struct tables *t, struct row *r)
{
    struct key *k = (struct key *)t->keys.rows + r->number;
    cell_text(r, "public_key", k->public_key, sizeof k->public_key);
    k->agent.id = cell_int(r, "id");
    k->agent.organisation = cell_int(r, "organisation");
    k->right = cell_bool(r, "invites")    ? KEY_INVITES
               : cell_bool(r, "succeeds") ? KEY_SUCCEEDS
                                          : KEY_SPEAKS;
}

static void read_duties(struct tables *t, struct row *r)
{
    t->duties = duty_book_new();
    if (t->duties != NULL && duty_book_read(t->duties, cell(r, "book")))
        return;
    log_error("catalogue: %s", t->duties == NULL ? "out of memory" : duty_book_error(t->duties));
    r->wrong = "book";
}

static void read_years(struct tables *t, struct row *r)
{
    t->first_year = cell_int(r, "first_year");
    t->last_year = cell_int(r, "last_year");
    if (t->first_year < DATE_MIN_YEAR || t->last_year > DATE_MAX_YEAR ||
        t->last_year < t->first_year)
        r->wrong = "first_year";
}

/* --- parts --- */

#define NO_LIST SIZE_MAX /* a part of exactly one row */

static const struct part {
    const char *what;
    void (*read)(struct tables *t, struct row *r);
    size_t list; /* offset in struct tables */
    size_t row_size;
} parts[TABLES_PARTS] = {
    [TABLES_CENTRE] = {"the centre", read_centre, NO_LIST, 0},
    [TABLES_YEARS] = {"years", read_years, NO_LIST, 0},
    [TABLES_ORGANISATIONS] = {"organisations", read_organisation,
                              offsetof(struct tables, organisations), sizeof(struct organisation)},
    [TABLES_INDICATORS] = {"indicators", read_indicator, offsetof(struct tables, indicators),
                           sizeof(struct indicator)},
    [TABLES_PROJECTS] = {"projects", read_project, offsetof(struct tables, projects),
                         sizeof(struct project)},
    [TABLES_KEYS] = {"keys", read_key, offsetof(struct tables, keys), sizeof(struct key)},
    [TABLES_DUTIES] = {"duties", read_duties, NO_LIST, 0},
};

static bool make_room(struct tables *t, const struct part *part, int n)
{
    if (part->list == NO_LIST)
        return true;
    struct list *list = (struct list *)((char *)t + part->list);
    list->n = (size_t)n;
    list->rows = calloc((size_t)n + 1, part->row_size);
    return list->rows != NULL;
}

bool tables_read(struct tables *t, enum tables_part which, const PGresult *result)
{
    const struct part *part = &parts[which];
    int n = PQntuples(result);
    if (part->list == NO_LIST ? n != 1 : n > CATALOGUE_MAX_ROWS) {
        log_error("catalogue: %d rows of %s; has vekhactl centre init been run?", n, part->what);
        return false;
    }
    if (!make_room(t, part, n)) {
        log_error("catalogue: %s: out of memory", part->what);
        return false;
    }
    for (int i = 0; i < n; i++) {
        struct row r = {.result = result, .number = i};
        part->read(t, &r);
        if (r.wrong != NULL) {
            log_error("catalogue: %s, row %d: the column %s is not understood", part->what, i + 1,
                      r.wrong);
            return false;
        }
    }
    return true;
}

/* --- order --- */

static int compare_ids(int32_t a, int32_t b)
{
    return (a > b) - (a < b);
}

static int by_organisation_id(const void *a, const void *b)
{
    return compare_ids(((const struct organisation *)a)->id, ((const struct organisation *)b)->id);
}

static int by_code(const void *a, const void *b)
{
    return strcmp(((const struct coded *)a)->code, ((const struct coded *)b)->code);
}

static int by_indicator_code(const void *a, const void *b)
{
    return strcmp(((const struct indicator *)a)->code, ((const struct indicator *)b)->code);
}

static int by_project_code(const void *a, const void *b)
{
    return strcmp(((const struct project *)a)->code, ((const struct project *)b)->code);
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct key *)a)->public_key, ((const struct key *)b)->public_key);
}

static int by_agent_id(const void *a, const void *b)
{
    return compare_ids(((const struct agent *)a)->id, ((const struct agent *)b)->id);
}

static bool arrange_codes(struct tables *t)
{
    const struct organisation *organisations = t->organisations.rows;
    struct coded *codes = calloc(t->organisations.n + 1, sizeof *codes);
    t->codes = (struct list){t->organisations.n, codes};
    for (size_t i = 0; codes != NULL && i < t->codes.n; i++)
        codes[i] = (struct coded){organisations[i].code, &organisations[i]};
    return codes != NULL;
}

static bool arrange_agents(struct tables *t)
{
    const struct key *keys = t->keys.rows;
    struct agent *agents = calloc(t->keys.n + 1, sizeof *agents);
    t->agents = (struct list){t->keys.n, agents};
    for (size_t i = 0; agents != NULL && i < t->agents.n; i++)
        agents[i] = keys[i].agent;
    return agents != NULL;
}

static void sort(struct list *list, size_t row_size, int (*compare)(const void *, const void *))
{
    if (list->n > 1)
        qsort(list->rows, list->n, row_size, compare);
}

bool tables_arrange(struct tables *t)
{
    sort(&t->organisations, sizeof(struct organisation), by_organisation_id);
    if (!arrange_codes(t) || !arrange_agents(t))
        return false;
    sort(&t->codes, sizeof(struct coded), by_code);
    sort(&t->indicators, sizeof(struct indicator), by_indicator_code);
    sort(&t->projects, sizeof(struct project), by_project_code);
    sort(&t->keys, sizeof(struct key), by_key);
    sort(&t->agents, sizeof(struct agent), by_agent_id);
    return true;
}

/* --- life --- */

struct tables *tables_new(void)
{
    return calloc(1, sizeof(struct tables));
}

void tables_free(struct tables *t)
{
    if (t == NULL)
        return;
    free(t->organisations.rows);
    free(t->codes.rows);
    free(t->indicators.rows);
    free(t->projects.rows);
    free(t->keys.rows);
    free(t->agents.rows);
    duty_book_free(t->duties);
    free(t);
}

/* --- looking up --- */

static void *look_up(const struct list *list, const void *wanted, size_t row_size,
                     int (*compare)(const void *, const void *))
{
    return list->n == 0 ? NULL : bsearch(wanted, list->rows, list->n, row_size, compare);
}

/* Copies a code or key to be looked up; false if it is too long to be one. */
static bool take_text(const char *text, char *buf, size_t size)
{
    size_t len = strlen(text);
    if (len >= size)
        return false;
    memcpy(buf, text, len + 1);
    return true;
}

const struct organisation *tables_organisation(const struct tables *t, int32_t id)
{
    const struct organisation wanted = {.id = id};
    return t == NULL ? NULL
                     : look_up(&t->organisations, &wanted, sizeof wanted, by_organisation_id);
}

const struct organisation *tables_organisation_by_code(const struct tables *t, const char *code)
{
    const struct coded wanted = {.code = code};
    const struct coded *found =
        t == NULL ? NULL : look_up(&t->codes, &wanted, sizeof wanted, by_code);
    return found == NULL ? NULL : found->organisation;
}

const struct indicator *tables_indicator_by_code(const struct tables *t, const char *code)
{
    struct indicator wanted;
    if (t == NULL || !take_text(code, wanted.code, sizeof wanted.code))
        return NULL;
    return look_up(&t->indicators, &wanted, sizeof wanted, by_indicator_code);
}

const struct project *tables_project_by_code(const struct tables *t, const char *code)
{
    struct project wanted;
    if (t == NULL || !take_text(code, wanted.code, sizeof wanted.code))
        return NULL;
    return look_up(&t->projects, &wanted, sizeof wanted, by_project_code);
}

const struct agent *tables_agent_by_key(const struct tables *t, const char *public_key,
                                        enum key_right *ret_right)
{
    struct key wanted;
    if (t == NULL || !take_text(public_key, wanted.public_key, sizeof wanted.public_key))
        return NULL;
    const struct key *found = look_up(&t->keys, &wanted, sizeof wanted, by_key);
    if (found == NULL)
        return NULL;
    *ret_right = found->right;
    return &found->agent;
}

const struct agent *tables_agent(const struct tables *t, int32_t id)
{
    const struct agent wanted = {.id = id};
    return t == NULL ? NULL : look_up(&t->agents, &wanted, sizeof wanted, by_agent_id);
}

const struct duty_book *tables_duties(const struct tables *t)
{
    return t == NULL ? NULL : t->duties;
}

int tables_first_year(const struct tables *t)
{
    return t == NULL ? 0 : t->first_year;
}

int tables_last_year(const struct tables *t)
{
    return t == NULL ? -1 : t->last_year;
}

bool tables_is_replay(const struct tables *t)
{
    return t != NULL && t->replay;
}
