/* check: what no single value of a programme can tell. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/programme.h"
#include "base/date.h"
#include "base/decimal.h"

enum { DEPTH_UNKNOWN = -1 };

/* Values are canonical here, so parsing them cannot fail. */
static struct decimal decimal_of(const char *value)
{
    struct decimal d = {0};

    if (decimal_parse(value, strlen(value), &d, NULL) != DECIMAL_OK)
        return (struct decimal){0};
    return d;
}

static bool is(const struct entry *e, int field, const char *value)
{
    return e->values[field] != NULL && strcmp(e->values[field], value) == 0;
}

static void blame(struct problems *problems, enum noun noun, const struct entry *e, int field,
                  enum text id)
{
    int line = e->lines[field] != 0 ? e->lines[field] : e->line;

    problem(problems, e->file, line, nouns[noun].fields[field].name, id, e->values[field]);
}

/* --- references and the tree ------------------------------------------------------------------ */

static void check_references(const struct programme *p, enum noun noun, const struct entry *e,
                             struct problems *problems)
{
    for (size_t i = 0; i < nouns[noun].n_fields; i++) {
        const struct field *field = &nouns[noun].fields[i];

        if (field->type != FIELD_REFERENCE || e->values[i] == NULL ||
            programme_find(p, (enum noun)field->refers, e->values[i]) != NULL)
            continue;
        problem(problems, e->file, e->lines[i], field->name, TEXT_REFERENCE_MISSING, e->values[i],
                nouns[field->refers].word[problems->lang]);
    }
}

/* The words of a list, one after the other; NULL at its end. */
static const char *next_word(const char *at, char ret[ENTRY_KEY_MAX])
{
    size_t len;

    if (at == NULL || *at == '\0')
        return NULL;
    len = strcspn(at, " ");
    snprintf(ret, ENTRY_KEY_MAX, "%.*s", (int)len, at);
    return at + len + (at[len] == ' ');
}

static void refer(const struct programme *p, enum noun noun, const char *code,
                  const struct entry *e, int field, const struct noun_table *of,
                  struct problems *problems)
{
    if (programme_find(p, noun, code) == NULL)
        problem(problems, e->file, e->lines[field], of->fields[field].name, TEXT_REFERENCE_MISSING,
                code, nouns[noun].word[problems->lang]);
}

/* Lists of codes; and of series, whose organisation and indicator both have to be there. */
static void check_lists(const struct programme *p, enum noun noun, const struct entry *e,
                        struct problems *problems)
{
    for (int i = 0; i < (int)nouns[noun].n_fields; i++) {
        const struct field *field = &nouns[noun].fields[i];
        bool series = field->type == FIELD_SERIES;
        char word[ENTRY_KEY_MAX];
        const char *at = series || field->type == FIELD_REFERENCES ? e->values[i] : NULL;

        while ((at = next_word(at, word)) != NULL) {
            char *slash = series ? strchr(word, '/') : NULL;

            if (slash != NULL) {
                *slash = '\0';
                refer(p, NOUN_ORGANISATION, word, e, i, &nouns[noun], problems);
            }
            refer(p, series ? NOUN_INDICATOR : (enum noun)field->refers,
                  slash != NULL ? slash + 1 : word, e, i, &nouns[noun], problems);
        }
    }
}

/* 0 at the top; DEPTH_UNKNOWN in a circle, or deeper than allowed. */
static int depth_of(const struct programme *p, const struct entry *e)
{
    int depth = 0;

    while (e != NULL && e->values[ORGANISATION_PARENT] != NULL) {
        if (++depth > CTL_MAX_DEPTH)
            return DEPTH_UNKNOWN;
        e = programme_find(p, NOUN_ORGANISATION, e->values[ORGANISATION_PARENT]);
    }
    return depth;
}

struct placed {
    int depth;
    size_t place; /* keeps the order of the file within a level */
    struct entry *entry;
};

static int by_depth(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;

    if (x->depth != y->depth)
        return x->depth < y->depth ? -1 : 1;
    return x->place < y->place ? -1 : 1;
}

static void sort_organisations(struct programme *p, struct problems *problems)
{
    struct entries *all = &p->nouns[NOUN_ORGANISATION];
    struct placed *placed = calloc(all->n + 1, sizeof *placed);

    if (placed == NULL)
        return;
    for (size_t i = 0; i < all->n; i++) {
        placed[i] = (struct placed){depth_of(p, all->list[i]), i, all->list[i]};
        if (placed[i].depth == DEPTH_UNKNOWN)
            blame(problems, NOUN_ORGANISATION, all->list[i], ORGANISATION_PARENT,
                  TEXT_PARENT_CIRCLE);
    }
    qsort(placed, all->n, sizeof *placed, by_depth);
    for (size_t i = 0; i < all->n; i++)
        all->list[i] = placed[i].entry;
    free(placed);
}

/* --- dates in order --------------------------------------------------------------------------- */

static const struct {
    enum noun noun;
    int first, last; /* canonical dates compare as texts */
} spans[] = {
    {NOUN_PROJECT, PROJECT_STARTS, PROJECT_ENDS},
    {NOUN_ORGANISATION, ORGANISATION_OPENED, ORGANISATION_CLOSED},
    {NOUN_DUTY, DUTY_STARTS, DUTY_ENDS},
    {NOUN_PLAN, PLAN_STARTS, PLAN_ENDS},
    {NOUN_PLAN, PLAN_DUE_FROM, PLAN_DUE_TO},
    {NOUN_PLAN, PLAN_BASE_ON, PLAN_ENDS},
    {NOUN_PLAN, PLAN_ENDS, PLAN_CLOSES},
};

static void check_spans(enum noun noun, const struct entry *e, struct problems *problems)
{
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
        const char *first = e->values[spans[i].first], *last = e->values[spans[i].last];

        if (spans[i].noun == noun && first != NULL && last != NULL && strcmp(first, last) > 0)
            blame(problems, noun, e, spans[i].last, TEXT_SPAN_REVERSED);
    }
}

/* --- plans ------------------------------------------------------------------------------------ */

enum need { FREE, NEEDED, FORBIDDEN };

/* What a plan of each kind of indicator must and must not say. */
static const struct plan_need {
    const char *kind;
    int field;
    enum need need;
} plan_needs[] = {
    {"flow", PLAN_TARGET, NEEDED},
    {"flow", PLAN_BASE, FORBIDDEN},
    {"flow", PLAN_OF, FORBIDDEN},
    {"flow", PLAN_DUE_PRECISION, FORBIDDEN},
    {"level", PLAN_TARGET, NEEDED},
    {"level", PLAN_BASE, NEEDED},
    {"level", PLAN_BASE_ON, NEEDED},
    {"level", PLAN_OF, FORBIDDEN},
    {"level", PLAN_DUE_PRECISION, FORBIDDEN},
    {"share", PLAN_TARGET, NEEDED},
    {"share", PLAN_BASE, NEEDED},
    {"share", PLAN_BASE_ON, NEEDED},
    {"share", PLAN_DUE_PRECISION, FORBIDDEN},
    {"milestone", PLAN_DUE_PRECISION, NEEDED},
    {"milestone", PLAN_BASE, FORBIDDEN},
    {"milestone", PLAN_POINTS, FORBIDDEN},
    {"milestone", PLAN_KNOTS, FORBIDDEN},
    {"milestone", PLAN_TERMS, FORBIDDEN},
    {"flow", PLAN_AFTER, FORBIDDEN},
    {"level", PLAN_AFTER, FORBIDDEN},
    {"share", PLAN_AFTER, FORBIDDEN},
};

static void check_needs(const struct entry *plan, const char *kind, struct problems *problems)
{
    for (size_t i = 0; i < sizeof plan_needs / sizeof *plan_needs; i++) {
        const struct plan_need *n = &plan_needs[i];
        bool given = plan->values[n->field] != NULL;

        if (strcmp(n->kind, kind) != 0 || (n->need == NEEDED) == given)
            continue;
        problem(problems, plan->file, plan->line, nouns[NOUN_PLAN].fields[n->field].name,
                n->need == NEEDED ? TEXT_PLAN_NEEDS : TEXT_PLAN_FORBIDS, kind);
    }
}

/* An exact date has both ends equal, a month or window two, an unknown date none. */
static void check_due(const struct entry *plan, struct problems *problems)
{
    bool from = plan->values[PLAN_DUE_FROM] != NULL, to = plan->values[PLAN_DUE_TO] != NULL;
    bool dated =
        plan->values[PLAN_DUE_PRECISION] != NULL && !is(plan, PLAN_DUE_PRECISION, "unknown");

    if (from != dated)
        blame(problems, NOUN_PLAN, plan, PLAN_DUE_FROM,
              dated ? TEXT_DUE_MISSING : TEXT_DUE_UNKNOWN);
    if (to != dated)
        blame(problems, NOUN_PLAN, plan, PLAN_DUE_TO, dated ? TEXT_DUE_MISSING : TEXT_DUE_UNKNOWN);
    if (is(plan, PLAN_DUE_PRECISION, "day") && from && to &&
        strcmp(plan->values[PLAN_DUE_FROM], plan->values[PLAN_DUE_TO]) != 0)
        blame(problems, NOUN_PLAN, plan, PLAN_DUE_TO, TEXT_DUE_ONE_DAY);
}

static bool between(struct decimal x, struct decimal a, struct decimal b)
{
    return (decimal_compare(a, x) <= 0 && decimal_compare(x, b) <= 0) ||
           (decimal_compare(b, x) <= 0 && decimal_compare(x, a) <= 0);
}

/* Points: dates strictly ascending inside the plan, values going from base to target without
 * turning back. */
static void check_points(const struct entry *plan, struct problems *problems)
{
    const char *base = plan->values[PLAN_BASE], *target = plan->values[PLAN_TARGET];
    struct decimal last = base != NULL ? decimal_of(base) : (struct decimal){0};
    struct decimal goal = target != NULL ? decimal_of(target) : last;
    const char *day = plan->values[PLAN_BASE_ON] != NULL ? plan->values[PLAN_BASE_ON] : "";
    char *points = strdup(plan->values[PLAN_POINTS]), *rest = points, *point;
    size_t n = 0;

    while (points != NULL && (point = strsep(&rest, " ")) != NULL) {
        char *value = strchr(point, '=');
        struct decimal d;

        *value++ = '\0';
        d = decimal_of(value);
        if (strcmp(point, day) <= 0 || strcmp(point, plan->values[PLAN_ENDS]) > 0 ||
            !between(d, last, goal) || ++n > PROGRAMME_MAX_POINTS) {
            problem(problems, plan->file, plan->line, point, TEXT_POINT_OUT_OF_ORDER, value);
            break;
        }
        day = point;
        last = d;
    }
    free(points);
}

static void check_percent(const struct entry *plan, int field, struct problems *problems)
{
    static const struct decimal none = {0, 0}, all = {100, 0};

    if (plan->values[field] != NULL && !between(decimal_of(plan->values[field]), none, all))
        blame(problems, NOUN_PLAN, plan, field, TEXT_NOT_PERCENT);
}

static void check_plan(const struct programme *p, const struct entry *plan,
                       struct problems *problems)
{
    const struct entry *indicator = programme_find(p, NOUN_INDICATOR, plan->values[PLAN_INDICATOR]);
    const char *kind = indicator != NULL ? indicator->values[INDICATOR_KIND] : NULL;
    bool points = plan->values[PLAN_POINTS] != NULL;

    if (kind == NULL || plan->flawed)
        return;
    check_needs(plan, kind, problems);
    check_due(plan, problems);
    if (strcmp(kind, "share") == 0) {
        check_percent(plan, PLAN_BASE, problems);
        check_percent(plan, PLAN_TARGET, problems);
    } else if (is(indicator, INDICATOR_WHOLE, "true") && plan->values[PLAN_TARGET] != NULL &&
               !decimal_is_whole(decimal_of(plan->values[PLAN_TARGET]))) {
        blame(problems, NOUN_PLAN, plan, PLAN_TARGET, TEXT_NOT_WHOLE);
    }
    if (is(plan, PLAN_SHAPE, "points") != points)
        blame(problems, NOUN_PLAN, plan, PLAN_SHAPE,
              points ? TEXT_POINTS_UNUSED : TEXT_POINTS_MISSING);
    else if (points)
        check_points(plan, problems);
}

/* --- duties ----------------------------------------------------------------------------------- */

static long number_of(const struct entry *e, int field)
{
    return e->values[field] != NULL ? strtol(e->values[field], NULL, 10) : 0;
}

static void check_duty(const struct entry *duty, struct problems *problems)
{
    long due = number_of(duty, DUTY_DUE_WORKDAY), close = number_of(duty, DUTY_CLOSE_WORKDAY);

    if (duty->flawed)
        return;
    if (duty->values[DUTY_KINDS] == NULL && duty->values[DUTY_ORGANISATIONS] == NULL)
        blame(problems, NOUN_DUTY, duty, DUTY_KINDS, TEXT_DUTY_WHOSE);
    if (number_of(duty, DUTY_REMIND_WORKDAYS) >= due)
        blame(problems, NOUN_DUTY, duty, DUTY_REMIND_WORKDAYS, TEXT_DUTY_REMIND);
    if (close != 0 && close <= due)
        blame(problems, NOUN_DUTY, duty, DUTY_CLOSE_WORKDAY, TEXT_DUTY_CLOSE);
}

/* --- routes ----------------------------------------------------------------------------------- */

/* Of other channels the daemon knows what an address is. */
static void check_route(const struct entry *route, struct problems *problems)
{
    static const struct field address = {.name = "to", .type = FIELD_EMAIL};
    struct str ignored;
    enum text wrong;

    if (route->flawed || !is(route, ROUTE_CHANNEL, "email") || is(route, ROUTE_TO, "own"))
        return;
    if (route->values[ROUTE_TO] == NULL) {
        blame(problems, NOUN_ROUTE, route, ROUTE_TO, TEXT_FIELD_REQUIRED);
        return;
    }
    str_init(&ignored, FIELD_VALUE_MAX);
    if (!field_normalise(&address, route->values[ROUTE_TO], &ignored, &wrong))
        problem(problems, route->file, route->lines[ROUTE_TO], address.name, TEXT_ROUTE_ADDRESS,
                route->values[ROUTE_TO]);
    str_finish(&ignored);
}

static void check_count(const struct programme *p, enum noun noun, size_t max,
                        struct problems *problems)
{
    const struct entries *all = &p->nouns[noun];
    char limit[24];

    snprintf(limit, sizeof limit, "%zu", max);
    if (all->n > max)
        problem(problems, all->list[max]->file, all->list[max]->line, NULL, TEXT_TOO_MANY, limit);
}

void programme_check_noun(const struct programme *p, enum noun noun, struct problems *problems)
{
    for (size_t i = 0; i < p->nouns[noun].n; i++) {
        const struct entry *e = p->nouns[noun].list[i];

        check_references(p, noun, e, problems);
        check_lists(p, noun, e, problems);
        check_spans(noun, e, problems);
        if (noun == NOUN_PLAN)
            check_plan(p, e, problems);
        if (noun == NOUN_DUTY)
            check_duty(e, problems);
        if (noun == NOUN_ROUTE)
            check_route(e, problems);
    }
}

void programme_check(struct programme *p, struct problems *problems)
{
    for (int noun = 0; noun < NOUN_COUNT; noun++)
        programme_check_noun(p, (enum noun)noun, problems);
    check_count(p, NOUN_DUTY, DUTY_MAX, problems);
    sort_organisations(p, problems);
}
