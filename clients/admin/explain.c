/* explain: one verdict with all of its arithmetic, and the versions of plan and rules that it was
 * made by. */
#include <stdio.h>
#include <string.h>

#include "admin/archived.h"
#include "admin/commands.h"
#include "admin/db.h"
#include "admin/json.h"
#include "admin/load.h"
#include "admin/owed.h"
#include "admin/row.h"
#include "admin/text.h"
#include "base/clock.h"
#include "model/arrears.h"
#include "model/explain.h"
#include "model/workings.h"
#include "terminal.h"

enum { ARRAY_MAX = 24 };

struct explanation {
    struct ctl *ctl;
    json_t *rows; /* with --json */
    struct owed *owed;
    bool found;
};

/* Whether the report has come is another matter than the status. */
static void add_report(const struct explanation *e, const struct series *s, struct str *out)
{
    const struct freshness *f = owed_find(e->owed, s->organisation, s->indicator);

    if (f == NULL)
        return;
    str_add(out, "\n");
    arrears_sentence(f, e->ctl->lang, out);
}

/* Step by step, below the text, if there is anything to compute. */
static void print_workings(const struct explanation *e, const struct series *s,
                           const struct assessment *a)
{
    struct str out;

    str_init(&out, WORKINGS_MAX);
    workings(s, a, e->ctl->lang, &out);
    if (out.len > 0) {
        putchar('\n');
        terminal_put(stdout, str_text(&out), out.len);
    }
    str_finish(&out);
}

/* The same lines for programs. */
static json_t *workings_json(enum lang lang, const struct series *s, const struct assessment *a)
{
    json_t *lines = json_array();
    struct str out;

    str_init(&out, WORKINGS_MAX);
    workings(s, a, lang, &out);
    for (const char *line = str_text(&out), *end; (end = strchr(line, '\n')); line = end + 1)
        json_array_append_new(lines, json_stringn(line, (size_t)(end - line)));
    str_finish(&out);
    return lines;
}

static void take_series(void *arg, const struct series *s)
{
    struct explanation *e = arg;
    struct assessment a;
    struct str out;

    assess(s, &a);
    e->found = true;
    if (e->rows != NULL) {
        json_t *row = row_json(s, &a);

        owed_json(e->owed, s, a.as_of, row);
        json_object_set_new(row, "workings", workings_json(e->ctl->lang, s, &a));
        json_array_append_new(e->rows, row);
        return;
    }
    str_init(&out, EXPLAIN_MAX + ARREARS_MAX);
    explain(s, &a, e->ctl->lang, &out);
    add_report(e, s, &out);
    terminal_put(stdout, str_text(&out), out.len);
    putchar('\n');
    str_finish(&out);
    print_workings(e, s, &a);
}

int explain_run(struct ctl *ctl)
{
    struct explanation e = {.ctl = ctl};
    struct load_times t;
    struct load_filter f = {0};
    char organisations[ARRAY_MAX], indicators[ARRAY_MAX], now[CLOCK_TEXT_MAX];
    int64_t organisation, indicator;

    if (!load_times(ctl, &t))
        return CTL_USAGE;
    if (!archived_allows(ctl, t.as_of, t.known_at))
        return db_exit(ctl->db);
    organisation = load_organisation_id(ctl, ctl->operands[0]);
    indicator = organisation != 0 ? load_indicator_id(ctl, ctl->operands[1]) : 0;
    if (indicator == 0)
        return db_exit(ctl->db);
    f.as_of = t.as_of[0] != '\0' ? t.as_of : NULL;
    f.known_at = t.known_at[0] != '\0' ? t.known_at : NULL;
    snprintf(organisations, sizeof organisations, "{%lld}", (long long)organisation);
    snprintf(indicators, sizeof indicators, "{%lld}", (long long)indicator);
    f.organisation = ctl->operands[0];
    e.owed = owed_load(ctl, &f);
    e.rows = ctl->given[OPTION_JSON] != NULL ? json_array() : NULL;
    if (e.owed == NULL || !load_pairs(ctl, organisations, indicators, &f, take_series, &e)) {
        json_decref(e.rows);
        owed_free(e.owed);
        return db_exit(ctl->db);
    }
    owed_free(e.owed);
    if (e.rows != NULL)
        return json_answer(
            f.as_of, f.known_at != NULL ? f.known_at : clock_format(clock_now_us(), now), e.rows);
    if (!e.found) /* the organisation or the indicator was not known on that day */
        tell(ctl->lang, TEXT_NOTHING_FOUND);
    return e.found ? CTL_DONE : CTL_REFUSED;
}
