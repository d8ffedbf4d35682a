/* suspects: see suspects.h. */
#include "monitor/suspects.h"

void suspects_begin(struct suspects *s, const struct round *r)
{
    s->n = round_series(r);
    for (size_t i = 0; i < s->n; i++)
        s->keys[i] = round_key(r, i);
    s->n_ranges = s->n > 0;
    s->ranges[0] = (struct suspect_range){.from = 0, .count = s->n};
}

bool suspects_any(const struct suspects *s)
{
    return s->n_ranges > 0;
}

bool suspects_next(const struct suspects *s, struct round *r)
{
    const struct suspect_range *range = &s->ranges[s->n_ranges - 1];

    round_claim_nothing(r);
    for (size_t i = 0; i < range->count; i++)
        if (!round_add(r, s->keys[range->from + i]))
            return false;
    return true;
}

void suspects_passed(struct suspects *s)
{
    s->n_ranges--;
}

bool suspects_failed(struct suspects *s, struct round_key *ret_culprit)
{
    struct suspect_range *range = &s->ranges[s->n_ranges - 1];
    size_t half = range->count / 2;

    if (half == 0) {
        *ret_culprit = s->keys[range->from];
        s->n_ranges--;
        return true;
    }
    s->ranges[s->n_ranges++] = (struct suspect_range){.from = range->from, .count = half};
    range->from += half;
    range->count -= half;
    return false;
}

void suspects_release(struct suspects *s)
{
    s->n_ranges = 0;
}
