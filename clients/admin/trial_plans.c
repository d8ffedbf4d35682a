/* trial_plans: the plans that a rehearsal tries, read like those of `plan import`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/import.h"
#include "admin/planned.h"
#include "admin/trial.h"

enum { DAYS_TO_CLOSE = 31 }; /* as in the SQL function plan_for() */

static date_t day_of(const char *text)
{
    date_t day = DATE_NONE;

    if (text != NULL)
        (void)date_parse(text, strlen(text), &day);
    return day;
}

static bool take_plan(struct trial *t, const struct entry *e)
{
    struct trial_plan *p = &t->plans[t->n_plans];
    date_t first;

    if (!planned_make(e, &p->plan))
        return false;
    snprintf(p->organisation, sizeof p->organisation, "%s", e->values[PLAN_ORGANISATION]);
    snprintf(p->indicator, sizeof p->indicator, "%s", e->values[PLAN_INDICATOR]);
    p->closes = day_of(e->values[PLAN_CLOSES]);
    if (p->closes == DATE_NONE)
        p->closes = p->plan.ends + DAYS_TO_CLOSE;
    first = p->plan.base_on != DATE_NONE && p->plan.base_on < p->plan.starts ? p->plan.base_on
                                                                             : p->plan.starts;
    t->since = t->n_plans == 0 || first < t->since ? first : t->since;
    t->n_plans++;
    return true;
}

static bool take_plans(struct trial *t, const struct entries *all)
{
    t->plans = calloc(all->n > 0 ? all->n : 1, sizeof *t->plans);
    for (size_t i = 0; t->plans != NULL && i < all->n; i++)
        if (!take_plan(t, all->list[i]))
            return false;
    return t->plans != NULL;
}

bool trial_read_plans(struct ctl *ctl, const char *path, const char *points, struct trial *ret,
                      struct problems *problems)
{
    struct programme *p = calloc(1, sizeof *p);
    bool good;

    *ret = (struct trial){.since = DATE_NONE};
    good = p != NULL && import_read(ctl, path, points, p, problems);

    if (p == NULL || (good && problems->n == 0 && !take_plans(ret, &p->nouns[NOUN_PLAN])))
        problem(problems, path, 1, NULL, TEXT_NO_MEMORY);
    else if (good && problems->n == 0 && ret->n_plans == 0)
        problem(problems, path, 1, NULL, TEXT_TRIAL_EMPTY);
    programme_free(p);
    return good;
}
