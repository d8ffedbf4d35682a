/* chart: see chart.h. */
#include "model/chart.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/facts.h"
#include "model/plan.h"

enum { STEPS = CHART_MAX_POINTS - 1 };

/* --- writing --- */

static void write_point(const char *what, date_t day, struct ratio value, struct str *out)
{
    char text[DATE_TEXT_MAX];

    if (!ratio_is_null(value))
        str_addf(out, "%s %s %.10g\n", what, date_format_iso(day, text), ratio_to_double(value));
}

/* A flow begins with nothing done. */
static void write_origin(const struct series *s, struct str *out)
{
    if (s->kind == KIND_FLOW)
        write_point("fact", plan_origin(s), ratio_of_int(0), out);
}

/* A straight plan has two points; any other is looked at in even steps. */
static void write_plan(const struct series *s, struct str *out)
{
    date_t from = plan_origin(s), to = s->plan.ends;
    int steps = s->plan.shape == SHAPE_LINEAR || to - from < STEPS ? 1 : STEPS;

    for (int i = 0; i <= steps; i++) {
        date_t day = from + (date_t)((int64_t)(to - from) * i / steps);

        write_point("plan", day, plan_value(s, day), out);
    }
}

static void write_facts(const struct series *s, struct str *out)
{
    struct facts f;
    struct tally tally;
    size_t first;

    facts_collect(s, &f);
    tally_init(&tally);
    first = f.n >= CHART_MAX_POINTS ? f.n - CHART_MAX_POINTS + 1 : 0;
    write_origin(s, out);
    for (size_t k = 0; k < f.n; k++) {
        const struct report *r = &s->reports[f.at[k]];
        struct ratio total = tally_add(&tally, s, r);

        if (k >= first)
            write_point("fact", facts_day(s, r), total, out);
    }
}

void chart_write(const struct series *s, const struct assessment *a, struct str *out)
{
    char today[DATE_TEXT_MAX];

    if (s->kind == KIND_MILESTONE || !s->has_plan || ratio_is_null(plan_target(s)) ||
        a->as_of == DATE_NONE)
        return;
    str_addf(out, "today %s\n", date_format_iso(s->today, today));
    write_plan(s, out);
    write_facts(s, out);
    if (a->has_forecast)
        str_addf(out, "forecast %.10g %.10g\n", a->forecast, a->forecast_sd);
}

/* --- reading --- */

static bool read_number(const char **at, double *ret)
{
    char *end;

    *ret = strtod(*at, &end);
    if (end == *at || !isfinite(*ret))
        return false;
    *at = end;
    return true;
}

static bool read_day(const char **at, date_t *ret)
{
    size_t len = strcspn(*at, " \n");
    bool good = date_parse(*at, len, ret);

    *at += len;
    return good;
}

static bool read_point(const char **at, struct chart_point *points, size_t *n)
{
    struct chart_point p;

    if (*n == CHART_MAX_POINTS || !read_day(at, &p.day) || !read_number(at, &p.value) ||
        (*n > 0 && p.day < points[*n - 1].day))
        return false;
    points[(*n)++] = p;
    return true;
}

static bool take_plan(const char **at, struct chart *c)
{
    return read_point(at, c->plan, &c->n_plan);
}

static bool take_fact(const char **at, struct chart *c)
{
    return read_point(at, c->facts, &c->n_facts);
}

static bool take_today(const char **at, struct chart *c)
{
    return read_day(at, &c->today);
}

static bool take_forecast(const char **at, struct chart *c)
{
    c->has_forecast = true;
    return read_number(at, &c->forecast) && read_number(at, &c->sd) && c->sd >= 0;
}

static const struct {
    const char *name;
    bool (*take)(const char **at, struct chart *c);
} lines[] = {{"today ", take_today},
             {"plan ", take_plan},
             {"fact ", take_fact},
             {"forecast ", take_forecast}};
enum { LINES = sizeof lines / sizeof *lines };

static bool read_line(const char **at, struct chart *c)
{
    size_t i = 0;

    while (i < LINES && strncmp(*at, lines[i].name, strlen(lines[i].name)) != 0)
        i++;
    if (i == LINES)
        return false;
    *at += strlen(lines[i].name);
    if (!lines[i].take(at, c) || **at != '\n')
        return false;
    ++*at;
    return true;
}

bool chart_read(const char *text, struct chart *ret)
{
    *ret = (struct chart){.today = DATE_NONE};
    while (*text)
        if (!read_line(&text, ret))
            return false;
    return ret->n_plan >= 2 && ret->n_facts > 0 &&
           ret->plan[0].day < ret->plan[ret->n_plan - 1].day;
}
