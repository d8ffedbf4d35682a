/* dues: see dues.h. */
#include "school/dues.h"

#include "base/clock.h"

struct telling {
    const struct part *part;
    dues_fn *fn;
    void *arg;
};

/* The period that is not over yet, with the earliest deadline of all duties; false if none is owed
 * then. */
static bool find_next(const struct part *p, const struct debtor *o, int32_t indicator,
                      struct freshness *ret)
{
    const struct duty_book *book = part_reference(p).duties;
    const struct duty_subject subject = {o->organisation, indicator, o->kind};
    *ret = (struct freshness){.due_on = DATE_NONE, .close_on = DATE_NONE};
    for (size_t i = 0; i < duty_book_count(book); i++) {
        const struct duty *duty = duty_book_at(book, i);
        period_t period = duty_period_of(duty, o->today);
        if (!duty_concerns(duty, subject) || !period_valid(period) || !duty_owes(duty, period))
            continue;
        date_t due_on = duty_due_on(duty, period);
        if (ret->due_on == DATE_NONE || due_on < ret->due_on)
            *ret = (struct freshness){
                .period = period, .due_on = due_on, .close_on = duty_close_on(duty, period)};
    }
    return ret->due_on != DATE_NONE;
}

static void tell(void *arg, const struct reporting *r)
{
    const struct telling *t = arg;
    size_t missing = reporting_missing(r);
    struct freshness next;
    for (size_t i = 0; i < missing; i++)
        t->fn(t->arg, r, &r->series[i], &r->series[i].freshness);
    for (size_t i = 0; i < r->n; i++)
        if (find_next(t->part, &r->debtor, r->series[i].indicator, &next))
            t->fn(t->arg, r, &r->series[i], &next);
}

bool dues_each(const struct part *p, const struct part_organisation *o, int64_t now_us, dues_fn *fn,
               void *arg)
{
    struct telling t = {p, fn, arg};
    return part_owed(p, o, clock_day(now_us, o->facts.utc_offset_s), tell, &t);
}
