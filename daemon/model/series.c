/* series: the plain data of the model, its end and its names. */
#include "model/series.h"

#include <stdlib.h>
#include <string.h>

void plan_finish(struct plan *p)
{
    for (size_t i = 0; i < p->n_parts; i++)
        free(p->parts[i].points);
    free(p->parts);
    free(p->points);
    p->parts = NULL;
    p->points = NULL;
    p->n_parts = p->n_points = 0;
}

void series_finish(struct series *s)
{
    if (!s)
        return;
    plan_finish(&s->plan);
    free(s->reports);
    free(s->own);
    free(s->predecessors);
    free(s->limits);
    s->reports = s->own = NULL;
    s->predecessors = NULL;
    s->limits = NULL;
    s->n_reports = s->n_own = s->n_predecessors = s->n_limits = 0;
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

bool plan_copy(const struct plan *p, struct plan *ret)
{
    void *points;

    if (!copy_list(p->points, p->n_points, sizeof *p->points, &points))
        return false;
    *ret = *p;
    ret->points = points;
    ret->parts = NULL;
    ret->n_parts = 0;
    return true;
}

static bool copy_parts(const struct plan *p, struct plan *ret)
{
    if (p->n_parts == 0)
        return true;
    ret->parts = calloc(p->n_parts, sizeof *ret->parts);
    if (!ret->parts)
        return false;
    for (; ret->n_parts < p->n_parts; ret->n_parts++)
        if (!plan_copy(&p->parts[ret->n_parts], &ret->parts[ret->n_parts]))
            return false;
    return true;
}

bool series_copy(const struct series *s, struct series *ret)
{
    struct plan plan;
    void *reports;

    if (!plan_copy(&s->plan, &plan))
        return false;
    if (!copy_parts(&s->plan, &plan) ||
        !copy_list(s->reports, s->n_reports, sizeof *s->reports, &reports)) {
        plan_finish(&plan);
        return false;
    }
    *ret = *s;
    ret->plan = plan;
    ret->reports = reports;
    ret->own = NULL;
    ret->children = NULL;
    ret->predecessors = NULL;
    ret->limits = NULL;
    ret->n_own = ret->n_children = ret->n_predecessors = ret->n_limits = 0;
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
        [SHAPE_LINEAR] = "linear", [SHAPE_POINTS] = "points", [SHAPE_SEASON] = "season",
        [SHAPE_TERMS] = "terms",   [SHAPE_SUM] = "sum",
    };

    return names[s];
}
