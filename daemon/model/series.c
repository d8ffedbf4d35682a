/* series: the plain data of the model, its end and its names. */
#include "model/series.h"

#include <stdlib.h>

void series_finish(struct series *s)
{
    if (!s)
        return;
    free(s->plan.points);
    free(s->reports);
    s->plan.points = NULL;
    s->reports = NULL;
    s->plan.n_points = s->n_reports = 0;
}

const char *indicator_kind_name(enum indicator_kind k)
{
    static const char *const names[] = {
        [KIND_FLOW] = "flow",
        [KIND_LEVEL] = "level",
        [KIND_SHARE] = "share",
        [KIND_MILESTONE] = "milestone",
    };

    return names[k];
}

const char *plan_shape_name(enum plan_shape s)
{
    static const char *const names[] = {
        [SHAPE_LINEAR] = "linear",
        [SHAPE_POINTS] = "points",
    };

    return names[s];
}
