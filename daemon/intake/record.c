/* record: see record.h. */
#include "intake/record.h"

#include <string.h>

static struct stored_figure stored_figure(const struct subject *s)
{
    const struct figure *f = s->figure;
    return (struct stored_figure){
        .organisation = s->organisation_id,
        .indicator = s->what_id,
        .period = s->period,
        .as_of = s->as_of,
        .expected = f->expected,
        .state = f->state,
        .has_value = f->has_value,
        .has_of = f->has_of,
        .value = f->value,
        .of = f->of,
        .method = f->method,
        .note = f->note,
        .verdict = s->verdict,
        .reason = s->reason,
        .unless_same = s->reason == REASON_PERIOD_CLOSED, /* what was sent again is no change */
        .text = s->text,
    };
}

static struct stored_narrative stored_narrative(const struct subject *s)
{
    struct stored_narrative out = {
        .organisation = s->organisation_id,
        .project = s->what_id,
        .period = s->period,
        .as_of = s->as_of,
        .verdict = s->verdict,
        .reason = s->reason,
        .text = s->text,
    };
    memcpy(out.texts, s->narrative->texts, sizeof out.texts);
    return out;
}

bool record_fill(const struct submission *s, const struct inspected *judged, struct arena *a,
                 struct stored_submission *ret)
{
    struct stored_figure *figures = arena_alloc(a, s->n_figures * sizeof *figures);
    struct stored_narrative *narratives = arena_alloc(a, s->n_narratives * sizeof *narratives);
    if (figures == NULL || narratives == NULL)
        return false;
    for (size_t i = 0; i < s->n_figures; i++)
        figures[i] = stored_figure(&judged->figures[i]);
    for (size_t i = 0; i < s->n_narratives; i++)
        narratives[i] = stored_narrative(&judged->narratives[i]);
    ret->n_figures = s->n_figures;
    ret->figures = figures;
    ret->n_narratives = s->n_narratives;
    ret->narratives = narratives;
    return true;
}
