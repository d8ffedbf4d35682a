/* replay: folds alert_next() on both sides, as the daemon would have. */
#include "admin/replay.h"

#include <string.h>

void replay_init(struct replay *r)
{
    memset(r, 0, sizeof *r);
    for (size_t i = 0; i < REPLAY_SIDES; i++)
        r->sides[i].raised = r->sides[i].lagging = r->sides[i].again_on = DATE_NONE;
}

void replay_take(struct replay *r, enum replay_side side, date_t day, const struct assessment *a)
{
    struct replay_course *c = &r->sides[side];
    const struct alert_transition *t = alert_next(c->level, a->status);

    c->again_on = a->reassess_on;
    if (t->event == ALERT_STAYS)
        return;
    c->level = t->to;
    if (c->raised == DATE_NONE && t->to != ALERT_NONE)
        c->raised = day;
    if (c->lagging == DATE_NONE && t->to == ALERT_LAGGING)
        c->lagging = day;
    if (c->n_steps < REPLAY_MAX_STEPS)
        c->steps[c->n_steps] = (struct replay_step){day, t->to};
    c->n_steps++;
}

bool replay_is_due(const struct replay *r, date_t day)
{
    for (size_t i = 0; i < REPLAY_SIDES; i++)
        if (r->sides[i].again_on != DATE_NONE && r->sides[i].again_on <= day)
            return true;
    return false;
}

bool replay_shift(date_t present, date_t rehearsed, int *ret)
{
    if (present == DATE_NONE || rehearsed == DATE_NONE)
        return false;
    *ret = rehearsed - present;
    return true;
}

static void count(struct replay_count *c, date_t present, date_t rehearsed)
{
    int shift;

    c->present += present != DATE_NONE;
    c->rehearsed += rehearsed != DATE_NONE;
    if (!replay_shift(present, rehearsed, &shift))
        return;
    c->both++;
    c->earlier += shift < 0;
    c->later += shift > 0;
}

void replay_count(struct replay_totals *t, const struct replay *r)
{
    const struct replay_course *now = &r->sides[REPLAY_PRESENT];
    const struct replay_course *then = &r->sides[REPLAY_REHEARSED];

    t->series++;
    count(&t->raised, now->raised, then->raised);
    count(&t->lagging, now->lagging, then->lagging);
}
