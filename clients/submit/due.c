/* due: what is owed and when, from the part of the catalogue. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/part.h"
#include "base/clock.h"
#include "moment.h"
#include "model/arrears.h"
#include "school/dues.h"
#include "school/texts.h"
#include "submit/commands.h"
#include "submit/results.h"
#include "table.h"
#include "terminal.h"

/* What is told of each organisation. */
struct due {
    const struct part *part;
    enum lang lang;
    struct results *results; /* or NULL: */
    struct table *table;
    bool several; /* organisations */
    size_t missing, told;
};

static const enum table_colour colours[] = {
    [FRESHNESS_NONE] = TABLE_FAINT, [FRESHNESS_REPORTED] = TABLE_FAINT,
    [FRESHNESS_DUE] = TABLE_PLAIN,  [FRESHNESS_OVERDUE] = TABLE_YELLOW,
    [FRESHNESS_SILENT] = TABLE_RED,
};

static void add_row(struct due *d, const struct reporting *r, const struct reporting_series *s,
                    const struct freshness *f)
{
    bool to_come = f->state == FRESHNESS_NONE;
    char period[ARREARS_PERIOD_MAX], due_on[DATE_TEXT_MAX], mark[ARREARS_MARK_MAX];
    char what[2 * SERIES_NAME_MAX];
    if (d->several)
        table_cell(d->table, r->code);
    snprintf(what, sizeof what, "%s · %s", s->name[d->lang], s->code);
    table_cell(d->table, what);
    table_cell(d->table, arrears_period(f->period, d->lang, period));
    table_cell(d->table, date_format(f->due_on, d->lang, due_on));
    table_cell_coloured(d->table,
                        to_come ? say(SAY_DUE_COMES, d->lang) : arrears_mark(f, d->lang, mark),
                        colours[f->state]);
}

static void tell_series(void *arg, const struct reporting *r, const struct reporting_series *s,
                        const struct freshness *f)
{
    struct due *d = arg;
    const char *state = f->state == FRESHNESS_NONE ? "to_come" : freshness_name(f->state);
    d->told++;
    d->missing += f->state != FRESHNESS_NONE;
    if (d->results != NULL)
        results_add_owed(d->results, r->code, s->code, s->name[d->lang], f, state);
    else
        add_row(d, r, s, f);
}

static bool tell_all(struct due *d)
{
    for (size_t i = 0; i < part_organisations(d->part); i++)
        if (!dues_each(d->part, part_organisation_at(d->part, i), clock_now_us(), tell_series, d))
            return false;
    return true;
}

static struct table *make_table(const struct due *d)
{
    const struct table_column columns[] = {
        {say(SAY_COLUMN_ORGANISATION, d->lang), TABLE_LEFT, TABLE_FIXED},
        {say(SAY_COLUMN_INDICATOR, d->lang), TABLE_LEFT, TABLE_FLEXIBLE},
        {say(SAY_COLUMN_PERIOD, d->lang), TABLE_LEFT, TABLE_FIXED},
        {say(SAY_COLUMN_DUE, d->lang), TABLE_LEFT, TABLE_FIXED},
        {say(SAY_COLUMN_DUE_STATE, d->lang), TABLE_LEFT, TABLE_FIXED},
    };
    size_t skip = d->several ? 0 : 1;
    return table_new(columns + skip, sizeof columns / sizeof *columns - skip);
}

static bool print_people(const struct due *d)
{
    char known[CLOCK_TEXT_MAX];
    bool done = true;
    if (d->missing == 0)
        say_to(stdout, d->lang, SAY_DUE_NOTHING);
    if (d->told > 0)
        done = table_print(d->table, stdout, terminal_colour(stdout));
    say_to(stdout, d->lang, SAY_DUE_AS_KNOWN,
           moment_text(part_fetched_us(d->part), d->lang, known));
    return done;
}

int command_due(struct work *w)
{
    struct part *p = work_part(w);
    if (p == NULL) {
        say_to(stderr, w->lang, SAY_DUE_UNKNOWN);
        return EXIT_KEPT;
    }
    struct due d = {.part = p, .lang = w->lang, .several = part_organisations(p) > 1};
    d.results = w->options->json ? results_new() : NULL;
    d.table = w->options->json ? NULL : make_table(&d);
    bool done = (d.results != NULL || d.table != NULL) && tell_all(&d);
    if (done && d.results != NULL) {
        results_known_at(d.results, part_fetched_us(p));
        done = results_print(d.results, stdout);
    } else if (done) {
        done = print_people(&d);
    }
    if (!done)
        say_to(stderr, w->lang, SAY_NO_MEMORY);
    results_free(d.results);
    table_free(d.table);
    part_free(p);
    return done ? EXIT_DONE : EXIT_REFUSED;
}
