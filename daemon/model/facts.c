/* facts: the order of figures, and the longest chain of periods without a hole. */
#include "model/facts.h"

#include <stdlib.h>
#include <string.h>

#include "model/plan.h"

_Static_assert(SERIES_MAX_FIGURES <= UINT16_MAX, "an index of a figure fits 16 bits");

static bool is_per_period(const struct series *s)
{
    return s->kind == KIND_FLOW && s->counting == COUNTING_PER_PERIOD;
}

/* Whether A is more than the last figure: the sum of several. */
static bool is_added_up(const struct series *s)
{
    return s->kind == KIND_FLOW && s->has_plan && s->counting != COUNTING_SO_FAR;
}

date_t facts_day(const struct series *s, const struct report *r)
{
    date_t last = period_last_day(r->period);

    return is_per_period(s) && r->as_of > last ? last : r->as_of;
}

const char *facts_method(const struct series *s, const struct report *r)
{
    return r->method[0] ? r->method : s->method;
}

size_t facts_method_start(const struct series *s, const struct facts *f)
{
    size_t start = f->n - 1;
    const char *method = facts_method(s, &s->reports[f->at[start]]);

    while (start > 0 && strcmp(facts_method(s, &s->reports[f->at[start - 1]]), method) == 0)
        start--;
    return start;
}

static int first_month(const struct series *s)
{
    return s->year_starts > 1 ? s->year_starts : 1;
}

int facts_year(const struct series *s, date_t day)
{
    struct civil c = date_civil(day);

    return c.month < first_month(s) ? c.year - 1 : c.year;
}

bool facts_usable(const struct series *s, const struct report *r)
{
    if (r->state != REPORT_VALUE || !r->value.present)
        return false;
    return s->kind != KIND_SHARE || !r->of.present || r->of.value.mantissa > 0;
}

struct ratio facts_value(const struct series *s, const struct report *r)
{
    struct ratio value = ratio_of_decimal(r->value.value);

    if (s->kind != KIND_SHARE || !r->of.present)
        return value;
    return ratio_div(ratio_mul(ratio_of_int(100), value), ratio_of_decimal(r->of.value));
}

int facts_compare_version(const struct report *a, const struct report *b)
{
    if (a->composed_us != b->composed_us)
        return a->composed_us < b->composed_us ? -1 : 1;
    return uuid_compare(a->submission, b->submission);
}

/* What the two orders below look into. */
struct sorting {
    const struct series *s;
};

static int by_period(const void *x, const void *y, void *arg)
{
    const struct series *s = ((const struct sorting *)arg)->s;
    const struct report *a = &s->reports[*(const uint16_t *)x];
    const struct report *b = &s->reports[*(const uint16_t *)y];

    if (a->period != b->period)
        return a->period < b->period ? -1 : 1;
    return facts_compare_version(a, b);
}

static int by_day(const void *x, const void *y, void *arg)
{
    const struct series *s = ((const struct sorting *)arg)->s;
    const struct report *a = &s->reports[*(const uint16_t *)x];
    const struct report *b = &s->reports[*(const uint16_t *)y];
    date_t day_a = facts_day(s, a), day_b = facts_day(s, b);

    if (day_a != day_b)
        return day_a < day_b ? -1 : 1;
    return facts_compare_version(a, b);
}

/* Whether the figure belongs to the time of the plan at all. */
static bool is_within_plan(const struct series *s, const struct report *r)
{
    if (!s->has_plan)
        return true;
    if (s->kind == KIND_FLOW)
        return facts_day(s, r) >= s->plan.starts && period_first_day(r->period) <= s->plan.ends;
    return r->as_of >= plan_origin(s);
}

/* The last version of each period, by day. */
static size_t in_force(const struct series *s, uint16_t *at)
{
    struct sorting sorting = {s};
    size_t n = 0, kept = 0;

    for (size_t i = 0; i < s->n_reports && i < SERIES_MAX_FIGURES; i++)
        at[n++] = (uint16_t)i;
    qsort_r(at, n, sizeof(*at), by_period, &sorting);
    for (size_t i = 0; i < n; i++) {
        bool last = i + 1 == n || s->reports[at[i]].period != s->reports[at[i + 1]].period;

        if (last && is_within_plan(s, &s->reports[at[i]]))
            at[kept++] = at[i];
    }
    qsort_r(at, kept, sizeof(*at), by_day, &sorting);
    return kept;
}

/* One value a day: the later version. */
static size_t keep_values(const struct series *s, uint16_t *at, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        const struct report *r = &s->reports[at[i]];

        if (!facts_usable(s, r))
            continue;
        if (kept > 0 && s->reports[at[kept - 1]].as_of == r->as_of)
            kept--;
        at[kept++] = at[i];
    }
    return kept;
}

/* A figure counted from the start of its year follows the year before only if that year is closed
 * by a figure as of its last day. */
static void collect_year_to_date(const struct series *s, struct facts *f)
{
    size_t n = keep_values(s, f->at, f->n);
    int year = facts_year(s, s->plan.starts);

    f->n = 0;
    for (size_t i = 0; i < n; i++) {
        const struct report *r = &s->reports[f->at[i]];
        int of_year = facts_year(s, r->as_of);

        if (of_year > year) {
            date_t closing = date_of(year + 1, first_month(s), 1) - 1;

            if (of_year != year + 1 || f->n == 0 || s->reports[f->at[f->n - 1]].as_of != closing) {
                f->hole = f->n ? s->reports[f->at[f->n - 1]].as_of + 1 : s->plan.starts;
                f->waiting = n - i;
                return;
            }
            year = of_year;
        }
        f->n++;
    }
}

/* The chains of periods that touch each other and begin with the plan, for the figures by day: how
 * many periods make the finest chain that ends with this one (0: none does), and which is before
 * it. */
struct chains {
    uint16_t pieces[SERIES_MAX_FIGURES], before[SERIES_MAX_FIGURES];
};

/* "Not applicable" makes no hole: the school has said that there was nothing to count. */
static bool can_link(const struct series *s, const struct report *r)
{
    return facts_usable(s, r) || r->state == REPORT_NOT_APPLICABLE;
}

static void link_one(const struct series *s, const uint16_t *at, size_t i, struct chains *c)
{
    const struct report *r = &s->reports[at[i]];
    date_t first = period_first_day(r->period);

    c->pieces[i] = c->before[i] = 0;
    if (!can_link(s, r))
        return;
    if (first <= s->plan.starts) {
        c->pieces[i] = 1;
        return;
    }
    for (size_t j = i; j-- > 0 && facts_day(s, &s->reports[at[j]]) >= first - 1;) {
        bool touches = facts_day(s, &s->reports[at[j]]) == first - 1;

        if (touches && c->pieces[j] > 0 && c->pieces[j] >= c->pieces[i]) {
            c->pieces[i] = (uint16_t)(c->pieces[j] + 1);
            c->before[i] = (uint16_t)j;
        }
    }
}

/* The last link of the chain that reaches furthest, of several the finest; n if there is none. */
static size_t furthest(const struct series *s, const struct facts *f, const struct chains *c)
{
    size_t best = f->n;

    for (size_t i = f->n; i-- > 0;) {
        date_t day = facts_day(s, &s->reports[f->at[i]]);

        if (best < f->n && day != facts_day(s, &s->reports[f->at[best]]))
            break;
        if (c->pieces[i] > (best < f->n ? c->pieces[best] : 0))
            best = i;
    }
    return best;
}

static void collect_per_period(const struct series *s, struct facts *f)
{
    struct chains c;
    uint16_t chain[SERIES_MAX_FIGURES];
    size_t n = f->n, last, length = 0;

    for (size_t i = 0; i < n; i++)
        link_one(s, f->at, i, &c);
    last = furthest(s, f, &c);
    f->hole = last < n ? facts_day(s, &s->reports[f->at[last]]) + 1 : s->plan.starts;
    for (size_t i = 0; i < n; i++) {
        const struct report *r = &s->reports[f->at[i]];

        f->waiting += facts_usable(s, r) && facts_day(s, r) >= f->hole;
    }
    if (last < n)
        for (size_t i = last, left = c.pieces[last]; left > 0; left--, i = c.before[i])
            chain[length++] = f->at[i];
    f->n = 0;
    while (length-- > 0)
        if (facts_usable(s, &s->reports[chain[length]]))
            f->at[f->n++] = chain[length];
}

void facts_collect(const struct series *s, struct facts *ret)
{
    ret->n = in_force(s, ret->at);
    ret->waiting = 0;
    ret->hole = DATE_NONE;
    if (!is_added_up(s))
        ret->n = keep_values(s, ret->at, ret->n);
    else if (is_per_period(s))
        collect_per_period(s, ret);
    else
        collect_year_to_date(s, ret);
    if (ret->waiting == 0)
        ret->hole = DATE_NONE;
}

void tally_init(struct tally *t)
{
    t->closed = t->open = ratio_of_int(0);
    t->year = 0;
}

struct ratio tally_add(struct tally *t, const struct series *s, const struct report *r)
{
    struct ratio value = facts_value(s, r);

    if (!is_added_up(s))
        return value;
    if (is_per_period(s)) {
        t->closed = ratio_add(t->closed, value);
        return t->closed;
    }
    if (t->year != facts_year(s, r->as_of))
        t->closed = ratio_add(t->closed, t->open);
    t->year = facts_year(s, r->as_of);
    t->open = value;
    return ratio_add(t->closed, t->open);
}
