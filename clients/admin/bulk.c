/* bulk: what comes by the hundred: organisations, plans and their points, from a spreadsheet. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/programme.h"
#include "admin/sheet.h"

enum { DAYS_TEXT_MAX = WORKDAYS_MAX_DAYS * sizeof "2020-11-04=false " };

/* clang-format off */
/* A row of a working-day calendar. */
enum { DAY_DAY, DAY_WORKING, DAY_FIELDS };
static const struct field day_fields[DAY_FIELDS] = {
    [DAY_DAY]     = FIELD("day", "день", FIELD_DATE, true),
    [DAY_WORKING] = FIELD("working", "рабочий", FIELD_BOOLEAN, true),
};

/* A row of points.csv. */
enum {
    POINT_ORGANISATION,
    POINT_INDICATOR,
    POINT_STARTS,
    POINT_VALID_FROM,
    POINT_AT,
    POINT_VALUE,
    POINT_FIELDS
};
static const struct field point_fields[POINT_FIELDS] = {
    [POINT_ORGANISATION] = REFERENCE("organisation", "организация", true, NULL, NOUN_ORGANISATION),
    [POINT_INDICATOR]    = REFERENCE("indicator", "показатель", true, NULL, NOUN_INDICATOR),
    [POINT_STARTS]       = FIELD("starts", "начало", FIELD_DATE, true),
    [POINT_VALID_FROM]   = FIELD("valid_from", "действует_с", FIELD_DATE, false),
    [POINT_AT]           = FIELD("at", "на_дату", FIELD_DATE, true),
    [POINT_VALUE]        = FIELD("value", "значение", FIELD_DECIMAL, true),
};
/* clang-format on */

struct bulk {
    struct programme *programme;
    struct problems *problems;
    const char *file;
    enum noun noun;
};

static void take_entry(void *arg, int line, const char *const *cells)
{
    struct bulk *b = arg;
    const struct noun_table *table = &nouns[b->noun];
    struct entry *e = entry_new(b->file, line);

    if (e == NULL)
        return;
    for (size_t i = 0; i < table->n_fields; i++)
        if (table->fields[i].type != FIELD_MADE)
            entry_set(e, b->noun, i, cells[i], line, b->problems);
    programme_add(b->programme, b->noun, e, b->problems);
}

static size_t columns_of(const struct field *fields, size_t n, struct sheet_column *ret)
{
    size_t columns = 0;

    for (size_t i = 0; i < n; i++)
        if (fields[i].type != FIELD_MADE) /* these come last */
            ret[columns++] =
                (struct sheet_column){fields[i].name, fields[i].name_ru,
                                      fields[i].required && fields[i].fallback == NULL};
    return columns;
}

void programme_read_bulk(struct programme *p, enum noun noun, const char *file,
                         struct problems *problems)
{
    struct bulk b = {p, problems, file, noun};
    struct sheet_column columns[SHEET_MAX_COLUMNS];
    size_t n = columns_of(nouns[noun].fields, nouns[noun].n_fields, columns);

    sheet_read(file, columns, n, take_entry, &b, problems);
}

/* Points go into the value of their plan, in the order of the file; check.c looks at that. */
static void take_point(void *arg, int line, const char *const *cells)
{
    struct bulk *b = arg;
    char *values[POINT_FIELDS] = {0}, key[ENTRY_KEY_MAX], *points = NULL;
    size_t before = b->problems->n;
    struct entry *plan;

    for (size_t i = 0; i < POINT_FIELDS; i++)
        if (cells[i] == NULL && point_fields[i].required)
            problem(b->problems, b->file, line, point_fields[i].name, TEXT_FIELD_REQUIRED);
        else if (cells[i] != NULL)
            values[i] = entry_value(&point_fields[i], cells[i], b->file, line, b->problems);
    if (b->problems->n > before)
        goto out;
    snprintf(key, sizeof key, "%s/%s/%s%s%s", values[POINT_ORGANISATION], values[POINT_INDICATOR],
             values[POINT_STARTS], values[POINT_VALID_FROM] != NULL ? "/" : "",
             values[POINT_VALID_FROM] != NULL ? values[POINT_VALID_FROM] : "");
    HASH_FIND_STR(b->programme->nouns[NOUN_PLAN].by_key, key, plan);
    if (plan == NULL) {
        problem(b->problems, b->file, line, key, TEXT_POINT_NO_PLAN);
        goto out;
    }
    points = plan->values[PLAN_POINTS];
    plan->lines[PLAN_POINTS] = line;
    if (asprintf(&plan->values[PLAN_POINTS], "%s%s%s=%s", points != NULL ? points : "",
                 points != NULL ? " " : "", values[POINT_AT], values[POINT_VALUE]) < 0)
        plan->values[PLAN_POINTS] = NULL;
    free(points);
out:
    for (size_t i = 0; i < POINT_FIELDS; i++)
        free(values[i]);
}

void programme_read_points(struct programme *p, const char *file, struct problems *problems)
{
    struct bulk b = {p, problems, file, NOUN_PLAN};
    struct sheet_column columns[POINT_FIELDS];
    size_t n = columns_of(point_fields, POINT_FIELDS, columns);

    sheet_read(file, columns, n, take_point, &b, problems);
}

/* The days of a calendar as they are read. */
struct day_row {
    char *day, *working; /* canonical */
    int line;
};

struct day_rows {
    struct problems *problems;
    const char *file;
    size_t n;
    struct day_row rows[WORKDAYS_MAX_DAYS];
};

static void take_day(void *arg, int line, const char *const *cells)
{
    struct day_rows *d = arg;
    char *values[DAY_FIELDS] = {NULL}, limit[24];

    snprintf(limit, sizeof limit, "%d", WORKDAYS_MAX_DAYS);
    for (size_t i = 0; i < DAY_FIELDS; i++)
        if (cells[i] == NULL)
            problem(d->problems, d->file, line, day_fields[i].name, TEXT_FIELD_REQUIRED);
        else
            values[i] = entry_value(&day_fields[i], cells[i], d->file, line, d->problems);
    if (d->n == WORKDAYS_MAX_DAYS)
        problem(d->problems, d->file, line, NULL, TEXT_WORKDAYS_MANY, limit);
    if (values[DAY_DAY] != NULL && values[DAY_WORKING] != NULL && d->n < WORKDAYS_MAX_DAYS) {
        d->rows[d->n++] = (struct day_row){values[DAY_DAY], values[DAY_WORKING], line};
        return;
    }
    for (size_t i = 0; i < DAY_FIELDS; i++)
        free(values[i]);
}

static int by_day(const void *a, const void *b)
{
    const struct day_row *x = a, *y = b;
    int order = strcmp(x->day, y->day);

    return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

/* "2020-11-04=false 2021-02-20=true", by day. */
static char *join_days(struct day_rows *d)
{
    struct str all;
    char *taken;

    qsort(d->rows, d->n, sizeof *d->rows, by_day);
    str_init(&all, DAYS_TEXT_MAX);
    for (size_t i = 0; i < d->n; i++)
        if (i > 0 && strcmp(d->rows[i].day, d->rows[i - 1].day) == 0)
            problem(d->problems, d->file, d->rows[i].line, d->rows[i].day, TEXT_WORKDAY_TWICE);
        else
            str_addf(&all, "%s%s=%s", all.len > 0 ? " " : "", d->rows[i].day, d->rows[i].working);
    taken = str_take(&all);
    str_finish(&all);
    return taken;
}

void programme_read_workdays(struct entry *calendar, const char *file, struct problems *problems)
{
    struct day_rows *d = calloc(1, sizeof *d);
    struct sheet_column columns[DAY_FIELDS];
    size_t n = columns_of(day_fields, DAY_FIELDS, columns);

    if (d == NULL) {
        problem(problems, calendar->file, calendar->line, NULL, TEXT_NO_MEMORY);
        return;
    }
    d->problems = problems;
    d->file = file;
    sheet_read(file, columns, n, take_day, d, problems);
    calendar->values[WORKDAYS_DAYS] = join_days(d);
    for (size_t i = 0; i < d->n; i++) {
        free(d->rows[i].day);
        free(d->rows[i].working);
    }
    free(d);
}
