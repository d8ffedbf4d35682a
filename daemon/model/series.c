/* series: the plain data of the model, its end and its names. */
#include "model/series.h"

#include <stdlib.h>
#include <string.h>

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

/* True with *ret NULL for nothing: an empty list owns no memory. */
static bool copy_list(const void *from, size_t n, size_t size, void **ret)
{
    *ret = NULL;
    if (n == 0)
        return true;
    *ret = reallocarray(NULL, n, size);
    if (!*ret)
        return false;
    memcpy(*ret, from, n * size);
    return true;
}

bool series_copy(const struct series *s, struct series *ret)
{
    void *points, *reports;

    if (!copy_list(s->plan.points, s->plan.n_points, sizeof *s->plan.points, &points))
        return false;
    if (!copy_list(s->reports, s->n_reports, sizeof *s->reports, &reports)) {
        free(points);
        return false;
    }
    *ret = *s;
    ret->plan.points = points;
    ret->reports = reports;
    return true;
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
        [SHAPE_SEASON] = "season",
        [SHAPE_TERMS] = "terms",
    };

    return names[s];
}
