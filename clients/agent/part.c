/* part: see part.h.  The lines of all pages are read in order into lists, which are sorted and
 * linked once they are whole. */
#include "agent/part.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/pages.h"
#include "base/ratio.h"
#include "model/input.h"
#include "model/lines.h"
#include "model/plan.h"
#include "wire/arena.h"

enum {
    MADE_LINE_MAX = 8 * 1024, /* bytes of a line that is made for the model */
    TEXTS_TIMES =
        8, /* memory for texts: each is aligned, and English may be given beside Russian */
    TEXTS_BESIDE = 1024,
};

/* A list that grows by doubling. */
struct list {
    size_t n, room;
    char *rows;
};

struct part {
    struct pages *pages;
    struct arena *texts;
    struct list organisations; /* struct part_organisation, by id */
    struct list codes;         /* pointers to them, by code */
    struct list indicators;    /* struct part_indicator, by id */
    struct list projects;      /* struct project */
    struct list series;        /* struct part_series, by organisation, then indicator */
    struct duty_book *duties;
    int32_t own;
    int first_year, last_year;
};

/* While the lines are read. */
struct reader {
    struct part *part;
    struct list ids; /* struct pair: of each series */
    const char *line;
    size_t len;
    char error[LINES_ERROR_MAX];
};

struct pair {
    int32_t organisation, indicator;
};

static void *append(struct list *l, size_t size)
{
    if (l->n == l->room) {
        size_t room = l->room > 0 ? 2 * l->room : 64;
        char *rows = reallocarray(l->rows, room, size);
        if (rows == NULL)
            return NULL;
        l->rows = rows;
        l->room = room;
    }
    void *row = l->rows + l->n++ * size;
    memset(row, 0, size);
    return row;
}

/* --- kinds of lines --- */

struct centre_line {
    int32_t first_year, last_year;
};

struct agent_line {
    int32_t organisation;
};

struct project_line {
    struct project facts;
    char name[LANG_COUNT][SERIES_NAME_MAX];
};

struct indicator_line {
    struct indicator facts;
    char name[LANG_COUNT][SERIES_NAME_MAX], unit[LANG_COUNT][SERIES_UNIT_MAX];
    char project[SERIES_CODE_MAX], method[SERIES_CODE_MAX];
    enum direction direction;
    enum counting counting;
    int step_months;
};

struct organisation_line {
    struct organisation facts;
    char name_en[SERIES_NAME_MAX];
    struct decimal utc_offset_s;
};

struct series_line {
    struct pair ids;
    bool owed;
};

static const struct field centre_fields[] = {
    FIELD_NEED("first-year", field_number, struct centre_line, first_year),
    FIELD_NEED("last-year", field_number, struct centre_line, last_year),
};

static const struct field agent_fields[] = {
    FIELD_NEED("organisation-id", field_number, struct agent_line, organisation),
};

static const struct field project_fields[] = {
    FIELD_NEED("id", field_number, struct project_line, facts.id),
    FIELD_NEED("code", field_text, struct project_line, facts.code),
    FIELD_NEED("name", field_text, struct project_line, name[LANG_RU]),
    FIELD_MAY("name-en", field_text, struct project_line, name[LANG_EN]),
};

static const struct field indicator_fields[] = {
    FIELD_NEED("id", field_number, struct indicator_line, facts.id),
    FIELD_NEED("code", field_text, struct indicator_line, facts.code),
    FIELD_NEED("name", field_text, struct indicator_line, name[LANG_RU]),
    FIELD_MAY("name-en", field_text, struct indicator_line, name[LANG_EN]),
    FIELD_NEED("project-code", field_text, struct indicator_line, project),
    FIELD_NEED("kind", field_kind, struct indicator_line, facts.kind),
    FIELD_NEED("direction", field_direction, struct indicator_line, direction),
    FIELD_NEED("unit", field_text, struct indicator_line, unit[LANG_RU]),
    FIELD_MAY("unit-en", field_text, struct indicator_line, unit[LANG_EN]),
    FIELD_NEED("whole", field_bool, struct indicator_line, facts.whole),
    FIELD_NEED("counting", field_counting, struct indicator_line, counting),
    FIELD_NEED("step-months", field_number, struct indicator_line, step_months),
    FIELD_MAY("method", field_text, struct indicator_line, method),
};

static const struct field organisation_fields[] = {
    FIELD_NEED("id", field_number, struct organisation_line, facts.id),
    FIELD_NEED("code", field_text, struct organisation_line, facts.code),
    FIELD_NEED("name", field_text, struct organisation_line, facts.name),
    FIELD_MAY("name-en", field_text, struct organisation_line, name_en),
    FIELD_NEED("kind", field_organisation_kind, struct organisation_line, facts.kind),
    FIELD_MAY("parent", field_number, struct organisation_line, facts.parent),
    FIELD_NEED("utc-offset-s", field_decimal, struct organisation_line, utc_offset_s),
    FIELD_MAY("opened", field_date, struct organisation_line, facts.opened),
    FIELD_MAY("closed", field_date, struct organisation_line, facts.closed),
};

static const struct field series_fields[] = {
    FIELD_NEED("organisation-id", field_number, struct series_line, ids.organisation),
    FIELD_NEED("indicator-id", field_number, struct series_line, ids.indicator),
    FIELD_NEED("owed", field_bool, struct series_line, owed),
};

static const struct field figure_fields[] = {
    FIELD_NEED("period", field_period, struct report, period),
    FIELD_NEED("as-of", field_date, struct report, as_of),
    FIELD_NEED("state", field_state, struct report, state),
    FIELD_MAY("value", field_optional, struct report, value),
    FIELD_MAY("of", field_optional, struct report, of),
    FIELD_MAY("expected", field_date, struct report, expected),
    FIELD_MAY("method", field_text, struct report, method),
};

static bool complain(struct reader *r, const char *what)
{
    snprintf(r->error, sizeof r->error, "%s", what);
    return false;
}

static bool keep(struct reader *r, const char *text, const char **ret)
{
    *ret = arena_copy_text(r->part->texts, text, strlen(text));
    return *ret != NULL || complain(r, "too many texts");
}

/* English falls back to Russian. */
static bool keep_both(struct reader *r, const char *ru, const char *en, const char *ret[LANG_COUNT])
{
    if (!keep(r, ru, &ret[LANG_RU]))
        return false;
    ret[LANG_EN] = ret[LANG_RU];
    return *en == '\0' || keep(r, en, &ret[LANG_EN]);
}

static bool take_centre(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct reader *r = reader;
    struct centre_line l;
    if (!lines_read(kind, texts, &l, r->error))
        return false;
    r->part->first_year = l.first_year;
    r->part->last_year = l.last_year;
    return true;
}

static bool take_agent(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct reader *r = reader;
    struct agent_line l;
    if (!lines_read(kind, texts, &l, r->error))
        return false;
    r->part->own = l.organisation;
    return true;
}

static bool take_project(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct reader *r = reader;
    struct project_line l = {.facts.id = 0};
    if (!lines_read(kind, texts, &l, r->error))
        return false;
    struct project *p = append(&r->part->projects, sizeof *p);
    if (p == NULL)
        return complain(r, "out of memory");
    *p = l.facts;
    return true;
}

static bool take_indicator(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct reader *r = reader;
    struct indicator_line l = {.facts.id = 0};
    if (!lines_read(kind, texts, &l, r->error))
        return false;
    struct part_indicator *i = append(&r->part->indicators, sizeof *i);
    if (i == NULL)
        return complain(r, "out of memory");
    i->facts = l.facts;
    i->direction = l.direction;
    i->counting = l.counting;
    i->step_months = l.step_months;
    return keep_both(r, l.name[LANG_RU], l.name[LANG_EN], i->name) &&
           keep_both(r, l.unit[LANG_RU], l.unit[LANG_EN], i->unit) &&
           keep(r, l.project, &i->project) &&
           (l.method[0] == '\0' || keep(r, l.method, &i->method));
}

static bool take_organisation(void *reader, const struct line_kind *kind, const struct text *texts)
{
    enum { DAY_S = 86400 };
    struct reader *r = reader;
    struct organisation_line l = {.facts = {.opened = DATE_NONE, .closed = DATE_NONE}};
    if (!lines_read(kind, texts, &l, r->error))
        return false;
    if (l.utc_offset_s.scale != 0 || llabs(l.utc_offset_s.mantissa) > DAY_S)
        return complain(r, "organisation: utc-offset-s: expected less than a day");
    struct part_organisation *o = append(&r->part->organisations, sizeof *o);
    if (o == NULL)
        return complain(r, "out of memory");
    o->facts = l.facts;
    o->facts.utc_offset_s = (int32_t)l.utc_offset_s.mantissa;
    return keep_both(r, l.facts.name, l.name_en, o->name);
}

static bool take_series(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct reader *r = reader;
    struct series_line l;
    if (!lines_read(kind, texts, &l, r->error))
        return false;
    struct pair *ids = append(&r->ids, sizeof *ids);
    struct part_series *s = append(&r->part->series, sizeof *s);
    if (ids == NULL || s == NULL)
        return complain(r, "out of memory");
    *ids = l.ids;
    s->owed = l.owed;
    return true;
}

/* The series that lines belong to; NULL if none has begun. */
static struct part_series *open_series(struct reader *r)
{
    struct list *l = &r->part->series;
    if (l->n > 0)
        return (struct part_series *)(void *)l->rows + l->n - 1;
    complain(r, "a line 'series' has to come before it");
    return NULL;
}

static bool take_figure(void *reader, const struct line_kind *kind, const struct text *texts)
{
    struct reader *r = reader;
    struct report f = {.expected = DATE_NONE};
    struct part_series *s = open_series(r);
    if (s == NULL || !lines_read(kind, texts, &f, r->error))
        return false;
    if (s->n_figures < PART_MAX_FIGURES)
        s->figures[s->n_figures++] = f;
    return true;
}

static const struct line_kind kinds[] = {
    LINE_KIND(centre),       LINE_KIND(agent),  LINE_KIND(project), LINE_KIND(indicator),
    LINE_KIND(organisation), LINE_KIND(series), LINE_KIND(figure),
};

/* Lines that are kept as they are, for the model. */
static const struct kept_line {
    const char *name;
    size_t place; /* of a struct part_lines in struct part_series */
} kept_lines[] = {
    {"plan", offsetof(struct part_series, plan)},
    {"point", offsetof(struct part_series, plan)},
    {"knot", offsetof(struct part_series, plan)},
    {"term", offsetof(struct part_series, plan)},
    {"answer", offsetof(struct part_series, answers)},
};

/* They follow each other, so that together they are one text. */
static bool take_kept(struct reader *r, const struct kept_line *k)
{
    struct part_series *s = open_series(r);
    if (s == NULL)
        return false;
    struct part_lines *t = (struct part_lines *)(void *)((char *)s + k->place);
    if (t->bytes != NULL && t->bytes + t->len + 1 != r->line)
        return complain(r, "lines that belong together do not follow each other");
    if (t->bytes == NULL)
        t->bytes = r->line;
    t->len = (size_t)(r->line + r->len - t->bytes);
    s->has_plan = s->has_plan || strcmp(k->name, "plan") == 0;
    return true;
}

static bool starts(const struct reader *r, const char *name)
{
    size_t len = strlen(name);
    return r->len > len && memcmp(r->line, name, len) == 0 && r->line[len] == '\t';
}

static bool take_book(struct reader *r)
{
    size_t skip = sizeof "book\t" - 1;
    return duty_book_line(r->part->duties, r->line + skip, r->len - skip) ||
           complain(r, duty_book_error(r->part->duties));
}

/* Lines of kinds that a newer centre tells are passed over. */
static bool take_line(void *reader, const char *line, size_t len)
{
    struct reader *r = reader;
    r->line = line;
    r->len = len;
    if (starts(r, "book"))
        return take_book(r);
    for (size_t i = 0; i < sizeof kept_lines / sizeof *kept_lines; i++)
        if (starts(r, kept_lines[i].name))
            return take_kept(r, &kept_lines[i]);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (starts(r, kinds[i].name))
            return lines_take(kinds, sizeof kinds / sizeof *kinds, line, len, r, r->error);
    return true;
}

/* --- linking --- */

static int compare(int32_t a, int32_t b)
{
    return (a > b) - (a < b);
}

static int by_organisation_id(const void *a, const void *b)
{
    return compare(((const struct part_organisation *)a)->facts.id,
                   ((const struct part_organisation *)b)->facts.id);
}

static int by_indicator_id(const void *a, const void *b)
{
    return compare(((const struct part_indicator *)a)->facts.id,
                   ((const struct part_indicator *)b)->facts.id);
}

static int by_code(const void *a, const void *b)
{
    return strcmp((*(const struct part_organisation *const *)a)->facts.code,
                  (*(const struct part_organisation *const *)b)->facts.code);
}

static int by_series(const void *a, const void *b)
{
    const struct part_series *x = a, *y = b;
    int order = compare(x->organisation->facts.id, y->organisation->facts.id);
    return order != 0 ? order : compare(x->indicator->facts.id, y->indicator->facts.id);
}

static void sort(struct list *l, size_t size, int (*order)(const void *, const void *))
{
    if (l->n > 1)
        qsort(l->rows, l->n, size, order);
}

static const void *look_up(const struct list *l, size_t size, const void *wanted,
                           int (*order)(const void *, const void *))
{
    return l->n > 0 ? bsearch(wanted, l->rows, l->n, size, order) : NULL;
}

static const struct part_organisation *organisation_of(const struct part *p, int32_t id)
{
    const struct part_organisation wanted = {.facts.id = id};
    return look_up(&p->organisations, sizeof wanted, &wanted, by_organisation_id);
}

static const struct part_indicator *indicator_of(const struct part *p, int32_t id)
{
    const struct part_indicator wanted = {.facts.id = id};
    return look_up(&p->indicators, sizeof wanted, &wanted, by_indicator_id);
}

/* A series of an organisation or indicator that the pages do not have is left out. */
static void link_series(struct part *p, const struct list *ids)
{
    struct part_series *s = (struct part_series *)(void *)p->series.rows;
    size_t kept = 0;
    for (size_t i = 0; i < p->series.n; i++) {
        const struct pair *pair = (const struct pair *)(const void *)ids->rows + i;
        s[i].organisation = organisation_of(p, pair->organisation);
        s[i].indicator = indicator_of(p, pair->indicator);
        if (s[i].organisation != NULL && s[i].indicator != NULL)
            s[kept++] = s[i];
    }
    p->series.n = kept;
    sort(&p->series, sizeof *s, by_series);
}

static bool link_all(struct part *p, const struct list *ids)
{
    sort(&p->organisations, sizeof(struct part_organisation), by_organisation_id);
    sort(&p->indicators, sizeof(struct part_indicator), by_indicator_id);
    for (size_t i = 0; i < p->organisations.n; i++) {
        const struct part_organisation **code = append(&p->codes, sizeof(void *));
        if (code == NULL)
            return false;
        *code = part_organisation_at(p, i);
    }
    sort(&p->codes, sizeof(void *), by_code);
    link_series(p, ids);
    return true;
}

/* --- life --- */

struct part *part_read(const char *bytes, size_t len)
{
    struct part *p = calloc(1, sizeof *p);
    struct reader r = {.part = p};
    if (p == NULL)
        return NULL;
    p->pages = pages_read(bytes, len);
    p->texts = arena_new(TEXTS_BESIDE + TEXTS_TIMES * len);
    p->duties = duty_book_new();
    bool done = p->pages != NULL && p->texts != NULL && p->duties != NULL;
    int error = done ? EBADMSG : errno;
    done = done && pages_each_line(p->pages, take_line, &r) && link_all(p, &r.ids);
    free(r.ids.rows);
    if (!done) {
        part_free(p);
        errno = error;
        return NULL;
    }
    return p;
}

struct part *part_open(const char *spool)
{
    size_t len;
    char *bytes = pages_load(spool, &len);
    struct part *p = bytes != NULL ? part_read(bytes, len) : NULL;
    int error = errno;
    free(bytes);
    errno = error;
    return p;
}

void part_free(struct part *p)
{
    if (p == NULL)
        return;
    pages_free(p->pages);
    arena_free(p->texts);
    duty_book_free(p->duties);
    free(p->organisations.rows);
    free(p->codes.rows);
    free(p->indicators.rows);
    free(p->projects.rows);
    free(p->series.rows);
    free(p);
}

/* --- looking up --- */

int64_t part_fetched_us(const struct part *p)
{
    return pages_fetched_us(p->pages);
}

size_t part_organisations(const struct part *p)
{
    return p->organisations.n;
}

const struct part_organisation *part_organisation_at(const struct part *p, size_t i)
{
    return (const struct part_organisation *)(const void *)p->organisations.rows + i;
}

const struct part_organisation *part_organisation(const struct part *p, const char *code)
{
    struct part_organisation wanted;
    const struct part_organisation *key = &wanted, *const * found;
    if (code == NULL)
        return organisation_of(p, p->own);
    if (strlen(code) >= sizeof wanted.facts.code)
        return NULL;
    snprintf(wanted.facts.code, sizeof wanted.facts.code, "%s", code);
    found = look_up(&p->codes, sizeof(void *), &key, by_code);
    return found != NULL ? *found : NULL;
}

size_t part_indicators(const struct part *p)
{
    return p->indicators.n;
}

const struct part_indicator *part_indicator_at(const struct part *p, size_t i)
{
    return (const struct part_indicator *)(const void *)p->indicators.rows + i;
}

const struct part_indicator *part_indicator(const struct part *p, const char *code)
{
    for (size_t i = 0; i < p->indicators.n; i++)
        if (strcmp(part_indicator_at(p, i)->facts.code, code) == 0)
            return part_indicator_at(p, i);
    return NULL;
}

static const struct part_series *series_at(const struct part *p, size_t i)
{
    return p->series.n > 0 ? (const struct part_series *)(const void *)p->series.rows + i : NULL;
}

const struct part_series *part_series(const struct part *p, int32_t organisation, size_t *ret_n)
{
    size_t low = 0, high = p->series.n, end;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (series_at(p, middle)->organisation->facts.id < organisation)
            low = middle + 1;
        else
            high = middle;
    }
    for (end = low; end < p->series.n; end++)
        if (series_at(p, end)->organisation->facts.id != organisation)
            break;
    *ret_n = end - low;
    return series_at(p, low);
}

const struct part_series *part_series_of(const struct part *p, const char *organisation,
                                         const char *indicator)
{
    const struct part_series wanted = {.organisation = part_organisation(p, organisation),
                                       .indicator = part_indicator(p, indicator)};
    if (wanted.organisation == NULL || wanted.indicator == NULL)
        return NULL;
    return look_up(&p->series, sizeof wanted, &wanted, by_series);
}

/* --- what the model makes of it --- */

/* What is wanted of a series while input.h has it. */
struct plan_at {
    date_t day;
    unsigned scale;
    struct decimal *ret;
    bool found;
};

static void read_plan(void *arg, const struct series *s)
{
    struct plan_at *at = arg;
    if (!s->has_plan || !s->plan.target.present || s->plan.shape == SHAPE_SUM ||
        s->kind == KIND_MILESTONE)
        return;
    struct ratio value = plan_value(s, at->day);
    at->found = !ratio_is_null(value) && ratio_round(value, at->scale, at->ret);
}

static const char *const organisation_words[ORGANISATION_KINDS] = {
    [ORGANISATION_DEPARTMENT] = "department",     [ORGANISATION_SCHOOL] = "school",
    [ORGANISATION_KINDERGARTEN] = "kindergarten", [ORGANISATION_EXTRA] = "extra",
    [ORGANISATION_GUARDIANSHIP] = "guardianship", [ORGANISATION_OTHER] = "other",
};
static const char *const counting_words[] = {[COUNTING_PER_PERIOD] = "per_period",
                                             [COUNTING_YEAR_TO_DATE] = "year_to_date",
                                             [COUNTING_SO_FAR] = "so_far"};

/* The `series` line that plan lines follow; what the plan's value does not need is left out. */
static int series_line(const struct part_series *s, char line[MADE_LINE_MAX])
{
    const struct part_indicator *i = s->indicator;
    return snprintf(
        line, MADE_LINE_MAX,
        "series\t%d\t%d\t%s\t%s\t\\N\t%s\t%s\t\\N\t%s\t%s\t%s\t%s\t\\N\t%s\t%s\t%d\t\\N\t"
        "2000-01-01\t\\N\t\\N\t1\tfalse\tfalse",
        (int)s->organisation->facts.id, (int)i->facts.id, s->organisation->facts.code,
        s->organisation->facts.code, i->facts.code, i->facts.code, i->project,
        indicator_kind_name(i->facts.kind), i->direction == DIRECTION_UP ? "up" : "down",
        i->unit[LANG_RU], i->facts.whole ? "true" : "false", counting_words[i->counting],
        i->step_months);
}

bool part_plan_at(const struct part_series *s, date_t day, unsigned scale, struct decimal *ret)
{
    struct plan_at at = {.day = day, .scale = scale, .ret = ret};
    char line[MADE_LINE_MAX];
    struct input *in = s->has_plan ? input_new(read_plan, &at) : NULL;
    int len = series_line(s, line);
    if (in != NULL && len > 0 && len < MADE_LINE_MAX && input_line(in, line, (size_t)len) &&
        input_lines(in, s->plan.bytes, s->plan.len))
        at.found = input_end(in) && at.found;
    input_free(in);
    return at.found;
}

const struct report *part_standing(const struct part_series *s, period_t period)
{
    for (size_t i = 0; i < s->n_figures; i++)
        if (s->figures[i].period == period)
            return &s->figures[i];
    return NULL;
}

const struct report *part_before(const struct part_series *s, date_t as_of)
{
    for (size_t i = 0; i < s->n_figures; i++)
        if (s->figures[i].as_of < as_of)
            return &s->figures[i];
    return NULL;
}

static bool owed_series(struct reporting_input *in, const struct part_series *s)
{
    char line[MADE_LINE_MAX];
    const char *at = s->answers.bytes, *end = at != NULL ? at + s->answers.len : NULL;
    int len = snprintf(
        line, sizeof line, "series\t%d\t%s\t%s\t%s\t%s\t%s", (int)s->indicator->facts.id,
        s->indicator->facts.code, s->indicator->name[LANG_RU], s->indicator->name[LANG_EN],
        indicator_kind_name(s->indicator->facts.kind), counting_words[s->indicator->counting]);
    if (!reporting_input_line(in, line, (size_t)len))
        return false;
    for (const char *next; at != NULL && at < end; at = next + 1) {
        next = memchr(at, '\n', (size_t)(end - at));
        next = next != NULL ? next : end;
        if (!reporting_input_line(in, at, (size_t)(next - at)))
            return false;
    }
    return true;
}

static const char *day_or_none(date_t day, char buf[DATE_TEXT_MAX])
{
    return day == DATE_NONE ? "\\N" : date_format_iso(day, buf);
}

static bool owed_lines(const struct part *p, const struct part_organisation *o, date_t today,
                       struct reporting_input *in)
{
    char line[MADE_LINE_MAX], opened[DATE_TEXT_MAX], closed[DATE_TEXT_MAX], now[DATE_TEXT_MAX];
    size_t n;
    const struct part_series *s = part_series(p, o->facts.id, &n);
    int len = snprintf(line, sizeof line, "organisation\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t\\N\t%s\t\\N",
                       (int)o->facts.id, o->facts.code, o->name[LANG_RU], o->name[LANG_EN],
                       organisation_words[o->facts.kind], day_or_none(o->facts.opened, opened),
                       day_or_none(o->facts.closed, closed), date_format_iso(today, now));
    if (!reporting_input_line(in, line, (size_t)len))
        return false;
    for (size_t i = 0; i < n; i++)
        if (s[i].owed && !owed_series(in, &s[i]))
            return false;
    return reporting_input_end(in);
}

bool part_owed(const struct part *p, const struct part_organisation *o, date_t today,
               reporting_fn *fn, void *arg)
{
    struct reporting_input *in = reporting_input_new(p->duties, fn, arg);
    bool done = in != NULL && owed_lines(p, o, today, in);
    reporting_input_free(in);
    return done;
}

/* --- for the rules --- */

static const struct organisation *find_organisation(const void *in, int32_t id)
{
    const struct part_organisation *o = organisation_of(in, id);
    return o != NULL ? &o->facts : NULL;
}

static const struct organisation *find_organisation_by_code(const void *in, const char *code)
{
    const struct part_organisation *o = part_organisation(in, code);
    return o != NULL ? &o->facts : NULL;
}

static const struct indicator *find_indicator(const void *in, const char *code)
{
    const struct part_indicator *i = part_indicator(in, code);
    return i != NULL ? &i->facts : NULL;
}

static const struct project *find_project(const void *in, const char *code)
{
    const struct part *p = in;
    const struct project *projects = (const struct project *)(const void *)p->projects.rows;
    for (size_t i = 0; i < p->projects.n; i++)
        if (strcmp(projects[i].code, code) == 0)
            return &projects[i];
    return NULL;
}

struct reference part_reference(const struct part *p)
{
    return (struct reference){
        .in = p,
        .organisation = find_organisation,
        .organisation_by_code = find_organisation_by_code,
        .indicator_by_code = find_indicator,
        .project_by_code = find_project,
        .duties = p->duties,
        .first_year = p->first_year,
        .last_year = p->last_year,
        .is_part = true,
    };
}

struct agent part_agent(const struct part *p)
{
    return (struct agent){.organisation = p->own};
}
