/* addends: see addends.h. */
#include "model/addends.h"

#include <string.h>

#include "model/roll.h"

static paper_name fact = {"Fact: A", "Факт: A"};

/* --- one after the other --- */

/* A sum in the making. */
struct running {
    struct expression shown;
    size_t n;
    struct ratio sum, rest; /* rest: of the addends that are not shown one by one */
};

static void add(struct paper *p, struct running *r, struct ratio value)
{
    struct expression e = paper_ratio(p, value);

    r->sum = r->n == 0 ? value : ratio_add(r->sum, value);
    if (r->n >= ADDENDS_MAX)
        r->rest = r->n == ADDENDS_MAX ? value : ratio_add(r->rest, value);
    else
        r->shown = r->n == 0 ? e : expression_add(r->shown, e);
    r->n++;
}

static struct expression whole(struct paper *p, const struct running *r)
{
    if (r->n == 0)
        return paper_int(p, 0);
    return r->n > ADDENDS_MAX ? expression_add(r->shown, paper_ratio(p, r->rest)) : r->shown;
}

/* --- figures of one series --- */

static void share(struct paper *p)
{
    const struct assessment *a = p->a;

    paper_say_exact(
        p, fact,
        expression_divide(expression_multiply(paper_int(p, 100), paper_decimal(p, a->n.value)),
                          paper_decimal(p, a->of.value)),
        a->fact);
}

/* Closed years or periods add up; a value that stands for itself is the fact. */
static void figures(struct paper *p, const struct facts *f)
{
    struct running r = {.n = 0};
    struct tally tally;
    struct ratio before = ratio_of_int(0);

    tally_init(&tally);
    for (size_t i = 0; i < f->n; i++) {
        const struct report *report = &p->s->reports[f->at[i]];
        bool last = i + 1 == f->n;

        tally_add(&tally, p->s, report);
        if (ratio_compare(tally.closed, before) != 0)
            add(p, &r, ratio_sub(tally.closed, before));
        before = tally.closed;
        if (last && (ratio_sign(tally.open) != 0 || r.n == 0))
            add(p, &r, r.n == 0 ? p->a->fact : tally.open);
    }
    paper_say_exact(p, fact, whole(p, &r), p->a->fact);
}

static void waiting(struct paper *p, const struct facts *f)
{
    static const char *const format[LANG_COUNT] = {
        "Nothing is reported from %s on; behind that wait %zu\n",
        "С %s сведений нет; позже них ждут: %zu\n"};
    char buf[DATE_TEXT_MAX];

    if (f->waiting > 0)
        str_addf(p->out, format[p->lang], date_format(f->hole, p->lang, buf), f->waiting);
}

/* --- organisations below --- */

static void child(struct paper *p, const struct child *c, const struct roll_part *part)
{
    static paper_name silent = {" (has not reported)", " (сведений нет)"};
    struct ratio low = ratio_of_decimal(part->low), high = ratio_of_decimal(part->high);

    str_addf(p->out, "%s: %s", c->name[p->lang], paper_ratio(p, low).text);
    if (ratio_compare(low, high) != 0)
        str_addf(p->out, "…%s", paper_ratio(p, high).text);
    if (p->s->kind == KIND_SHARE)
        str_addf(p->out, "/%s", paper_decimal(p, part->of).text);
    str_addf(p->out, "%s\n", c->missing ? silent[p->lang] : "");
}

struct sums {
    struct running low, high, of;
    bool known;
};

/* Adds up those who count, and names the first of them. */
static struct sums add_up(struct paper *p)
{
    struct sums sums = {.known = p->s->n_reports > 0};
    struct roll_part part;

    for (size_t i = 0; sums.known && i < p->s->n_children; i++) {
        const struct child *c = &p->s->children[i];

        if (!c->counted)
            continue;
        sums.known = roll_part(p->s, c, p->s->reports[p->s->n_reports - 1].as_of, &part);
        if (sums.low.n < ADDENDS_MAX)
            child(p, c, &part);
        add(p, &sums.low, ratio_of_decimal(part.low));
        add(p, &sums.high, ratio_of_decimal(part.high));
        add(p, &sums.of, ratio_of_decimal(part.of));
    }
    return sums;
}

static void more(struct paper *p, const struct sums *sums)
{
    static const char *const format[LANG_COUNT] = {"… and %zu more\n", "… и ещё %zu\n"};

    if (sums->low.n > ADDENDS_MAX)
        str_addf(p->out, format[p->lang], sums->low.n - ADDENDS_MAX);
}

static void share_of_sums(struct paper *p, const struct sums *sums)
{
    static paper_name n = {"Counted: n", "Из них: n"}, all = {"Of all: N", "Всего: N"};
    struct ratio hundred = ratio_of_int(100);

    paper_say_exact(p, n, whole(p, &sums->low), sums->low.sum);
    paper_say_exact(p, all, whole(p, &sums->of), sums->of.sum);
    paper_say_exact(p, fact,
                    expression_divide(
                        expression_multiply(paper_ratio(p, hundred), paper_ratio(p, sums->low.sum)),
                        paper_ratio(p, sums->of.sum)),
                    ratio_div(ratio_mul(hundred, sums->low.sum), sums->of.sum));
}

static void sum_of_children(struct paper *p)
{
    static paper_name at_most = {"At most", "Не больше"};
    struct sums sums = add_up(p);

    more(p, &sums);
    if (!sums.known || sums.low.n == 0)
        return;
    if (p->s->kind == KIND_SHARE)
        share_of_sums(p, &sums);
    else
        paper_say_exact(p, fact, whole(p, &sums.low), sums.low.sum);
    if (ratio_compare(sums.low.sum, sums.high.sum) != 0)
        paper_say_exact(p, at_most, whole(p, &sums.high), sums.high.sum);
}

/* --- the whole --- */

void addends(struct paper *p, const struct facts *f)
{
    if (p->s->rolled)
        sum_of_children(p);
    else if (p->s->kind == KIND_SHARE && p->a->n.present && p->a->of.present)
        share(p);
    else
        figures(p, f);
    waiting(p, f);
}

void addends_at_both_ends(struct paper *p)
{
    struct assessment ends[2];

    sum_of_children(p);
    if (!assess_bounds(p->s, &ends[0], &ends[1]))
        return;
    for (size_t i = 0; i < 2; i++) {
        paper_between(p, "A", RATIO_NULL, ends[i].fact, RATIO_NULL);
        paper_conclude(p, ends[i].status);
    }
}
