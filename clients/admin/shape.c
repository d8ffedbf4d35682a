/* shape: a plan names a season or a calendar, but its version keeps their numbers: here they go over
 * into the plan. */
#include <stdlib.h>
#include <string.h>

#include "admin/calendar.h"
#include "admin/programme.h"
#include "admin/season.h"

enum { SEASON_MONTHS = 12 };

static void blame_plan(struct problems *problems, const struct entry *plan, int field, enum text id)
{
    problem(problems, plan->file, plan->lines[field] != 0 ? plan->lines[field] : plan->line,
            nouns[NOUN_PLAN].fields[field].name, id, plan->values[field]);
}

static date_t day_of(const struct entry *plan, int field)
{
    date_t day = DATE_NONE;

    (void)date_parse(plan->values[field], strlen(plan->values[field]), &day);
    return day;
}

/* The days on which the plan grows: a flow's own, else those after the base. */
static struct days days_of(const struct entry *plan, const char *kind)
{
    bool based = strcmp(kind, "flow") != 0 && plan->values[PLAN_BASE_ON] != NULL;

    return (struct days){based ? day_of(plan, PLAN_BASE_ON) + 1 : day_of(plan, PLAN_STARTS),
                         day_of(plan, PLAN_ENDS)};
}

/* The season or calendar that the plan names; NULL, and a problem, if there is none. */
static const struct entry *named(const struct programme *p, enum noun noun,
                                 const struct entry *plan, struct problems *problems)
{
    const char *code = plan->values[PLAN_SHAPE_FROM];
    const struct entry *found = programme_find(p, noun, code);

    if (found == NULL)
        problem(problems, plan->file, plan->lines[PLAN_SHAPE_FROM],
                nouns[NOUN_PLAN].fields[PLAN_SHAPE_FROM].name, TEXT_SHAPE_FROM_UNKNOWN, code,
                nouns[noun].word[problems->lang]);
    return found;
}

static void take_season(const struct programme *p, struct entry *plan, struct days days,
                        struct problems *problems)
{
    const struct entry *season;
    struct ratio months = ratio_sub(date_month_count(days.last), date_month_count(days.first - 1));

    if (plan->values[PLAN_SHAPE_FROM] == NULL) {
        blame_plan(problems, plan, PLAN_SHAPE_FROM, TEXT_SHAPE_FROM_MISSING);
        return;
    }
    season = named(p, NOUN_SEASON, plan, problems);
    if (season == NULL || season->flawed)
        return;
    if (ratio_compare(months, ratio_of_int(SEASON_MONTHS)) != 0)
        blame_plan(problems, plan, PLAN_SHAPE, TEXT_SHAPE_NOT_TWELVE);
    else
        plan->values[PLAN_KNOTS] = strdup(season->values[SEASON_KNOTS]);
}

/* The calendar named, or the only one. */
static const struct entry *calendar_of(const struct programme *p, struct entry *plan,
                                       struct problems *problems)
{
    const struct entries *all = &p->nouns[NOUN_CALENDAR];

    if (plan->values[PLAN_SHAPE_FROM] != NULL)
        return named(p, NOUN_CALENDAR, plan, problems);
    if (all->n != 1) {
        blame_plan(problems, plan, PLAN_SHAPE_FROM,
                   all->n == 0 ? TEXT_SHAPE_NO_CALENDAR : TEXT_SHAPE_WHICH_CALENDAR);
        return NULL;
    }
    plan->values[PLAN_SHAPE_FROM] = strdup(all->list[0]->key);
    return all->list[0];
}

static void take_terms(const struct programme *p, struct entry *plan, struct days days,
                       struct problems *problems)
{
    const struct entry *calendar = calendar_of(p, plan, problems);
    char first[DATE_TEXT_MAX], last[DATE_TEXT_MAX];
    struct days missing;

    if (calendar == NULL || calendar->flawed)
        return;
    plan->values[PLAN_TERMS] = calendar_within(calendar, days, &missing);
    if (plan->values[PLAN_TERMS] == NULL)
        problem(problems, plan->file, plan->line, nouns[NOUN_PLAN].fields[PLAN_SHAPE].name,
                TEXT_SHAPE_NO_TERMS, calendar->key, date_format_iso(missing.first, first),
                date_format_iso(missing.last, last));
}

static void choose(struct programme *p, struct entry *plan, const char *kind)
{
    bool by_terms = strcmp(kind, "flow") == 0 && p->nouns[NOUN_CALENDAR].n > 0;

    p->n_by_terms += by_terms ? 1 : 0;
    plan->values[PLAN_SHAPE] = strdup(by_terms ? "terms" : "linear");
}

/* A predecessor without its organisation is one of the plan's own. */
static void name_predecessors(struct entry *plan, struct problems *problems)
{
    const char *at = plan->values[PLAN_AFTER];
    struct str all;

    if (at == NULL)
        return;
    str_init(&all, FIELD_VALUE_MAX);
    while (*at != '\0') {
        size_t len = strcspn(at, " ");
        bool own = memchr(at, '/', len) == NULL;

        str_addf(&all, "%s%s%s%.*s", all.len > 0 ? " " : "",
                 own ? plan->values[PLAN_ORGANISATION] : "", own ? "/" : "", (int)len, at);
        at += len + (at[len] == ' ');
    }
    free(plan->values[PLAN_AFTER]);
    plan->values[PLAN_AFTER] = NULL;
    entry_set(plan, NOUN_PLAN, PLAN_AFTER, str_text(&all), plan->lines[PLAN_AFTER], problems);
    str_finish(&all);
}

static void shape_plan(struct programme *p, struct entry *plan, struct problems *problems)
{
    const struct entry *indicator = programme_find(p, NOUN_INDICATOR, plan->values[PLAN_INDICATOR]);
    const char *kind = indicator != NULL ? indicator->values[INDICATOR_KIND] : NULL, *shape;

    if (kind == NULL || plan->flawed ||
        strcmp(plan->values[PLAN_STARTS], plan->values[PLAN_ENDS]) > 0)
        return; /* check.c has something to say of it */
    name_predecessors(plan, problems);
    if (plan->values[PLAN_SHAPE] == NULL && plan->values[PLAN_SHAPE_FROM] == NULL)
        choose(p, plan, kind);
    shape = plan->values[PLAN_SHAPE];
    if (shape != NULL && strcmp(shape, "season") == 0)
        take_season(p, plan, days_of(plan, kind), problems);
    else if (shape != NULL && strcmp(shape, "terms") == 0)
        take_terms(p, plan, days_of(plan, kind), problems);
    else if (plan->values[PLAN_SHAPE_FROM] != NULL)
        blame_plan(problems, plan, PLAN_SHAPE_FROM, TEXT_SHAPE_FROM_UNUSED);
}

void programme_shape(struct programme *p, struct problems *problems)
{
    for (size_t i = 0; i < p->nouns[NOUN_SEASON].n; i++)
        season_settle(p->nouns[NOUN_SEASON].list[i], problems);
    for (size_t i = 0; i < p->nouns[NOUN_CALENDAR].n; i++)
        calendar_settle(p->nouns[NOUN_CALENDAR].list[i], problems);
    for (size_t i = 0; i < p->nouns[NOUN_PLAN].n; i++)
        shape_plan(p, p->nouns[NOUN_PLAN].list[i], problems);
}
