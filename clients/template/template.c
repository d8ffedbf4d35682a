/* template: see template.h. */
#include "template/template.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "model/duty.h"
#include "school/dues.h"
#include "school/glance.h"
#include "school/texts.h"
#include "sheet/sheet.h"

enum { FIRST_ROOM = 64, COLUMNS_MAX = 16 };

struct template
{
    enum lang lang;
    const struct part *part;
    struct sheet_row *rows; /* figures without a value */
    size_t n, room;
    struct glances *glances;
    size_t columns[COLUMNS_MAX]; /* those in use */
    size_t n_columns;
};

/* --- the columns --- */

struct cell {
    const struct template *t;
    const struct figure *figure;
    const struct glance *glance;
};

/* Writes the text of a cell; it is "" before. */
typedef void write_cell(const struct cell *c, char out[TEMPLATE_TEXT_MAX]);

static void put(const char *text, char *out)
{
    snprintf(out, TEMPLATE_TEXT_MAX, "%s", text != NULL ? text : "");
}

static void cell_organisation(const struct cell *c, char *out)
{
    put(c->figure->organisation, out);
}

static void cell_indicator(const struct cell *c, char *out)
{
    put(c->figure->indicator, out);
}

static void cell_name(const struct cell *c, char *out)
{
    if (c->glance->indicator != NULL)
        put(c->glance->indicator->name[c->t->lang], out);
}

static void cell_unit(const struct cell *c, char *out)
{
    if (c->glance->indicator != NULL)
        put(c->glance->indicator->unit[c->t->lang], out);
}

static void cell_period(const struct cell *c, char *out)
{
    char text[PERIOD_TEXT_MAX];
    if (period_valid(c->figure->period))
        put(period_format(c->figure->period, text), out);
}

static void cell_plan(const struct cell *c, char *out)
{
    char text[DECIMAL_TEXT_MAX];
    if (c->glance->has_plan)
        put(decimal_format(c->glance->plan, text), out);
}

static void cell_last(const struct cell *c, char *out)
{
    char text[DECIMAL_TEXT_MAX];
    const struct report *r = c->glance->last;
    if (r != NULL && r->value.present)
        put(decimal_format(r->value.value, text), out);
}

static void cell_nothing(const struct cell *c, char *out)
{
    (void)c;
    (void)out;
}

static bool is_share(const struct cell *c)
{
    return c->glance->indicator != NULL && c->glance->indicator->facts.kind == KIND_SHARE;
}

static bool is_always(const struct cell *c)
{
    (void)c;
    return true;
}

/* Several organisations, or one that is not the agent's own. */
static bool is_of_another(const struct cell *c)
{
    const struct part_organisation *own = part_organisation(c->t->part, NULL);
    return own == NULL || strcmp(own->facts.code, c->figure->organisation) != 0;
}

static const struct column {
    enum say title;
    enum template_kind kind;
    unsigned width;
    write_cell *write;
    bool (*used)(const struct cell *c); /* the column is there if a row says so */
} columns[] = {
    {SAY_TEMPLATE_ORGANISATION, TEMPLATE_GIVEN, 22, cell_organisation, is_of_another},
    {SAY_TEMPLATE_INDICATOR, TEMPLATE_GIVEN, 22, cell_indicator, is_always},
    {SAY_TEMPLATE_NAME, TEMPLATE_GIVEN, 48, cell_name, is_always},
    {SAY_TEMPLATE_UNIT, TEMPLATE_GIVEN, 10, cell_unit, is_always},
    {SAY_TEMPLATE_PERIOD, TEMPLATE_WORDS, 12, cell_period, is_always},
    {SAY_TEMPLATE_PLAN, TEMPLATE_AMOUNT, 12, cell_plan, is_always},
    {SAY_TEMPLATE_LAST, TEMPLATE_AMOUNT, 18, cell_last, is_always},
    {SAY_TEMPLATE_VALUE, TEMPLATE_NUMBER, 14, cell_nothing, is_always},
    {SAY_TEMPLATE_OF, TEMPLATE_NUMBER, 14, cell_nothing, is_share},
    {SAY_TEMPLATE_NOTE, TEMPLATE_WORDS, 30, cell_nothing, is_always},
};

enum { COLUMNS = sizeof columns / sizeof *columns };

static struct cell cell_at(const struct template *t, size_t row)
{
    return (struct cell){t, &t->rows[row].figure, glances_at(t->glances, row)};
}

static bool is_used(const struct template *t, const struct column *c)
{
    for (size_t i = 0; i < t->n; i++) {
        struct cell cell = cell_at(t, i);
        if (c->used(&cell))
            return true;
    }
    return t->n == 0 && c->used == is_always;
}

size_t template_rows(const struct template *t)
{
    return t->n;
}

enum lang template_lang(const struct template *t)
{
    return t->lang;
}

size_t template_columns(const struct template *t)
{
    return t->n_columns;
}

const char *template_title(const struct template *t, size_t column)
{
    return say(columns[t->columns[column]].title, t->lang);
}

enum template_kind template_kind(const struct template *t, size_t column)
{
    return columns[t->columns[column]].kind;
}

unsigned template_width(const struct template *t, size_t column)
{
    return columns[t->columns[column]].width;
}

unsigned template_digits(const struct template *t, size_t row)
{
    const struct glance *g = glances_at(t->glances, row);
    const struct decimal *plan = g->has_plan ? &g->plan : NULL;
    const struct report *r = g->last;
    unsigned digits = plan != NULL ? plan->scale : 0;
    return r != NULL && r->value.present && r->value.value.scale > digits ? r->value.value.scale
                                                                          : digits;
}

char *template_cell(const struct template *t, size_t row, size_t column,
                    char buf[TEMPLATE_TEXT_MAX])
{
    struct cell cell = cell_at(t, row);
    *buf = '\0';
    columns[t->columns[column]].write(&cell, buf);
    return buf;
}

/* --- the rows --- */

struct gathering {
    struct template *t;
    const struct template_job *job;
    const struct part_organisation *organisation;
    size_t first; /* row of this organisation */
    enum template_error error;
};

static struct sheet_row *find_row(struct gathering *g, const char *indicator)
{
    for (size_t i = g->first; i < g->t->n; i++)
        if (strcmp(g->t->rows[i].figure.indicator, indicator) == 0)
            return &g->t->rows[i];
    return NULL;
}

static bool make_room(struct template *t)
{
    if (t->n < t->room)
        return true;
    size_t room = t->room == 0 ? FIRST_ROOM : t->room * 2;
    struct sheet_row *larger = reallocarray(t->rows, room, sizeof *larger);
    if (larger == NULL)
        return false;
    t->rows = larger;
    t->room = room;
    return true;
}

/* One row for each series of an organisation. */
static void add_row(struct gathering *g, const struct part_series *s)
{
    if (g->t->n == SHEET_MAX_ROWS) {
        g->error = TEMPLATE_TOO_LONG;
    } else if (!make_room(g->t)) {
        g->error = TEMPLATE_FAILED;
    } else {
        struct sheet_row *row = &g->t->rows[g->t->n++];
        *row = (struct sheet_row){.kind = ROW_FIGURE, .figure = reading_nothing()};
        row->figure.organisation = (char *)g->organisation->facts.code;
        row->figure.indicator = (char *)s->indicator->facts.code;
        row->figure.period = g->job->period;
    }
}

/* The first that is told of a series is what is owed longest. */
static void take_due(void *arg, const struct reporting *r, const struct reporting_series *s,
                     const struct freshness *f)
{
    struct gathering *g = arg;
    struct sheet_row *row = find_row(g, s->code);
    (void)r;
    if (row != NULL && !period_valid(row->figure.period))
        row->figure.period = f->period;
}

/* What nobody has a deadline for is reported as often as its indicator says: the period that is not over. */
static void take_step(struct gathering *g, const struct part_organisation *o)
{
    date_t today = clock_day(g->job->now_us, o->facts.utc_offset_s);
    for (size_t i = g->first; i < g->t->n; i++) {
        struct figure *f = &g->t->rows[i].figure;
        const struct duty every = {.every =
                                       part_indicator(g->job->part, f->indicator)->step_months};
        if (!period_valid(f->period))
            f->period = duty_period_of(&every, today);
    }
}

static void gather(struct gathering *g, const struct part_organisation *o)
{
    const struct template_job *job = g->job;
    size_t n;
    const struct part_series *series = part_series(job->part, o->facts.id, &n);
    g->organisation = o;
    g->first = g->t->n;
    for (size_t i = 0; i < n && g->error == TEMPLATE_OK; i++)
        add_row(g, &series[i]);
    if (g->error == TEMPLATE_OK && !period_valid(job->period) &&
        !dues_each(job->part, o, job->now_us, take_due, g))
        g->error = TEMPLATE_FAILED;
    if (g->error == TEMPLATE_OK)
        take_step(g, o);
}

static enum template_error gather_all(struct template *t, const struct template_job *job)
{
    struct gathering g = {.t = t, .job = job};
    if (job->organisation != NULL) {
        const struct part_organisation *o = part_organisation(job->part, job->organisation);
        if (o == NULL)
            return TEMPLATE_NO_ORGANISATION;
        gather(&g, o);
    }
    for (size_t i = 0;
         i < part_organisations(job->part) && job->organisation == NULL && g.error == TEMPLATE_OK;
         i++)
        gather(&g, part_organisation_at(job->part, i));
    return g.error;
}

enum template_error template_new(const struct template_job *job, struct template **ret)
{
    struct template *t = calloc(1, sizeof *t);
    if (t == NULL)
        return TEMPLATE_FAILED;
    t->lang = job->lang;
    t->part = job->part;
    enum template_error error = gather_all(t, job);
    if (error == TEMPLATE_OK) {
        t->glances = glances_new(job->part, t->rows, t->n, job->lang, job->now_us);
        error = t->glances != NULL ? TEMPLATE_OK : TEMPLATE_FAILED;
    }
    if (error != TEMPLATE_OK) {
        template_free(t);
        return error;
    }
    for (size_t i = 0; i < COLUMNS; i++)
        if (is_used(t, &columns[i]))
            t->columns[t->n_columns++] = i;
    *ret = t;
    return TEMPLATE_OK;
}

void template_free(struct template *t)
{
    if (t != NULL) {
        glances_free(t->glances);
        free(t->rows);
        free(t);
    }
}
