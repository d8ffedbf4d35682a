/* fuzz_chart: any text as the lines of a picture: refused, or such that it can be drawn. */
#include "model/chart.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_points(const struct chart_point *points, size_t n)
{
    require(n <= CHART_MAX_POINTS);
    for (size_t i = 0; i < n; i++) {
        require(points[i].day != DATE_NONE && isfinite(points[i].value));
        require(i == 0 || points[i].day >= points[i - 1].day);
    }
}

static void check(const struct chart *c)
{
    check_points(c->plan, c->n_plan);
    check_points(c->facts, c->n_facts);
    require(c->n_plan >= 2 && c->n_facts > 0 && c->plan[0].day < c->plan[c->n_plan - 1].day);
    require(!c->has_forecast || (isfinite(c->forecast) && isfinite(c->sd) && c->sd >= 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = strndup((const char *)data, size);
    struct chart c;

    if (text && chart_read(text, &c))
        check(&c);
    free(text);
    return 0;
}
