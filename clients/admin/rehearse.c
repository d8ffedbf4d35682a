/* rehearse: whoever changes a rule wants to know first what it would have raised. */
#include "admin/rehearsal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/archived.h"
#include "admin/commands.h"
#include "admin/db.h"
#include "admin/json.h"
#include "admin/load.h"
#include "admin/text.h"
#include "base/clock.h"
#include "table.h"

enum { COUNT_TEXT_MAX = 24, STEPS_INDENT = 4 };

static const char *const side_names[REPLAY_SIDES] = {"present", "rehearsed"};

static bool was_raised(const struct replay *r)
{
    return r->sides[REPLAY_PRESENT].n_steps > 0 || r->sides[REPLAY_REHEARSED].n_steps > 0;
}

/* --- JSON ----------------------------------------------------------------------------------------
 */

static json_t *course_json(const struct replay_course *c)
{
    json_t *steps = json_array();

    for (size_t i = 0; i < c->n_steps && i < REPLAY_MAX_STEPS; i++) {
        const struct replay_step *s = &c->steps[i];
        const char *level = s->level != ALERT_NONE ? alert_level_name(s->level) : NULL;

        json_array_append_new(steps,
                              json_pack("{s:o, s:s?}", "on", json_day(s->day), "level", level));
    }
    return json_pack("{s:o, s:o, s:o, s:b}", "raised_on", json_day(c->raised), "lagging_on",
                     json_day(c->lagging), "steps", steps, "cut", c->n_steps > REPLAY_MAX_STEPS);
}

static json_t *shift_json(date_t present, date_t rehearsed)
{
    int shift;

    return replay_shift(present, rehearsed, &shift) ? json_integer(shift) : json_null();
}

static json_t *series_json(const struct rehearsed *s)
{
    const struct replay_course *now = &s->replay.sides[REPLAY_PRESENT];
    const struct replay_course *then = &s->replay.sides[REPLAY_REHEARSED];

    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "org", s->organisation_code, "indicator",
                     s->indicator_code, side_names[REPLAY_PRESENT], course_json(now),
                     side_names[REPLAY_REHEARSED], course_json(then), "shift_days",
                     shift_json(now->raised, then->raised), "lagging_shift_days",
                     shift_json(now->lagging, then->lagging));
}

static json_t *count_json(const struct replay_count *c)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:I}", side_names[REPLAY_PRESENT],
                     (json_int_t)c->present, side_names[REPLAY_REHEARSED], (json_int_t)c->rehearsed,
                     "both", (json_int_t)c->both, "earlier", (json_int_t)c->earlier, "later",
                     (json_int_t)c->later);
}

static int show_json(const struct rehearsal *r, const struct replay_totals *t)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < r->n; i++)
        if (was_raised(&r->series[i].replay))
            json_array_append_new(rows, series_json(&r->series[i]));
    return json_finish(json_pack("{s:i, s:o, s:o, s:o, s:{s:I, s:o, s:o}}", "schema", JSON_SCHEMA,
                                 "from", json_day(r->from), "to", json_day(r->to), "rows", rows,
                                 "totals", "series", (json_int_t)t->series, "raised",
                                 count_json(&t->raised), "lagging", count_json(&t->lagging)));
}

/* --- table ---------------------------------------------------------------------------------------
 */

static const enum text level_words[] = {
    [ALERT_NONE] = TEXT_REHEARSE_CLOSED,
    [ALERT_AT_RISK] = TEXT_LEVEL_AT_RISK,
    [ALERT_LAGGING] = TEXT_LEVEL_LAGGING,
};

/* "present rules: 2020-03-31 AT RISK, 2020-06-30 LAGGING" under the row. */
static void show_steps(struct table *t, const struct replay_course *c, enum text title,
                       enum lang lang)
{
    char day[DATE_TEXT_MAX];
    struct str line;

    str_init(&line, TABLE_HEADING_MAX - 1);
    str_addf(&line, "%s: ", text(title, lang));
    for (size_t i = 0; i < c->n_steps && i < REPLAY_MAX_STEPS; i++)
        str_addf(&line, "%s%s %s", i > 0 ? ", " : "", date_format(c->steps[i].day, lang, day),
                 text(level_words[c->steps[i].level], lang));
    str_add(&line, c->n_steps == 0 ? "—" : c->n_steps > REPLAY_MAX_STEPS ? ", …" : "");
    table_heading(t, str_text(&line), STEPS_INDENT, TABLE_FAINT);
    str_finish(&line);
}

static void cell_shift(struct table *t, date_t present, date_t rehearsed)
{
    char days[COUNT_TEXT_MAX] = "";
    int shift;

    if (replay_shift(present, rehearsed, &shift))
        snprintf(days, sizeof days, shift != 0 ? "%+d" : "%d", shift);
    table_cell(t, days);
}

static void show_series(struct table *t, const struct rehearsed *s, enum lang lang)
{
    const struct replay_course *now = &s->replay.sides[REPLAY_PRESENT];
    const struct replay_course *then = &s->replay.sides[REPLAY_REHEARSED];
    char day[DATE_TEXT_MAX];

    table_cell(t, s->organisation_code);
    table_cell(t, s->indicator_code);
    table_cell(t, date_format(now->raised, lang, day));
    table_cell(t, date_format(then->raised, lang, day));
    cell_shift(t, now->raised, then->raised);
    cell_shift(t, now->lagging, then->lagging);
    show_steps(t, now, TEXT_REHEARSE_PRESENT, lang);
    show_steps(t, then, TEXT_REHEARSE_TRIED, lang);
}

static void say_count(enum lang lang, enum text title, const struct replay_count *c)
{
    const size_t numbers[] = {c->present, c->rehearsed, c->both, c->earlier, c->later};
    char texts[sizeof numbers / sizeof *numbers][COUNT_TEXT_MAX];

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        snprintf(texts[i], COUNT_TEXT_MAX, "%zu", numbers[i]);
    tell(lang, TEXT_REHEARSE_COUNT, text(title, lang), texts[0], texts[1], texts[2], texts[3],
         texts[4]);
}

static int show_table(const struct rehearsal *r, const struct replay_totals *totals)
{
    enum lang lang = r->ctl->lang;
    const struct table_column columns[] = {
        {text(TEXT_COLUMN_ORGANISATION, lang), TABLE_LEFT, TABLE_FLEXIBLE},
        {text(TEXT_COLUMN_INDICATOR, lang), TABLE_LEFT, TABLE_FLEXIBLE},
        {text(TEXT_COLUMN_PRESENT, lang), TABLE_LEFT, TABLE_FIXED},
        {text(TEXT_COLUMN_REHEARSED, lang), TABLE_LEFT, TABLE_FIXED},
        {text(TEXT_COLUMN_SHIFT, lang), TABLE_RIGHT, TABLE_FIXED},
        {text(TEXT_COLUMN_LAG_SHIFT, lang), TABLE_RIGHT, TABLE_FIXED},
    };
    struct table *t = table_new(columns, sizeof columns / sizeof *columns);
    char series[COUNT_TEXT_MAX];
    bool good;

    if (t == NULL)
        return CTL_REFUSED;
    for (size_t i = 0; i < r->n; i++)
        if (was_raised(&r->series[i].replay))
            show_series(t, &r->series[i], lang);
    good = table_rows(t) == 0 || table_print(t, stdout, r->ctl->colour);
    table_free(t);
    snprintf(series, sizeof series, "%zu", totals->series);
    tell(lang, TEXT_REHEARSE_SERIES, series);
    say_count(lang, TEXT_REHEARSE_RAISED, &totals->raised);
    say_count(lang, TEXT_REHEARSE_LAGGED, &totals->lagging);
    return good ? CTL_DONE : CTL_REFUSED;
}

static int show(const struct rehearsal *r)
{
    struct replay_totals totals = {0};

    for (size_t i = 0; i < r->n; i++)
        replay_count(&totals, &r->series[i].replay);
    return r->ctl->given[OPTION_JSON] != NULL ? show_json(r, &totals) : show_table(r, &totals);
}

/* --- the command ---------------------------------------------------------------------------------
 */

static bool read_day(const struct ctl *ctl, enum ctl_option option, const char *name, date_t *ret)
{
    const char *given = ctl->given[option];

    if (given != NULL && date_parse(given, strlen(given), ret))
        return true;
    complain(ctl->lang, TEXT_BAD_DATE, name, given != NULL ? given : "");
    return false;
}

/* A day counts once it has begun everywhere that reports. */
static bool read_span(struct rehearsal *r)
{
    date_t today = clock_day(clock_now_us(), 0);

    if (!read_day(r->ctl, OPTION_FROM, "from", &r->from) ||
        !read_day(r->ctl, OPTION_TO, "to", &r->to))
        return false;
    if (r->from <= r->to && r->to <= today && r->to - r->from < REHEARSAL_MAX_SPAN)
        return true;
    complain(r->ctl->lang, TEXT_REHEARSE_SPAN);
    return false;
}

/* A code that there is not would give an empty answer, and be believed. */
static bool filters_exist(struct ctl *ctl)
{
    return (ctl->given[OPTION_ORG] == NULL ||
            load_organisation_id(ctl, ctl->given[OPTION_ORG]) != 0) &&
           (ctl->given[OPTION_INDICATOR] == NULL ||
            load_indicator_id(ctl, ctl->given[OPTION_INDICATOR]) != 0) &&
           (ctl->given[OPTION_PROJECT] == NULL ||
            load_project_id(ctl, ctl->given[OPTION_PROJECT]) != 0);
}

static bool is_table(const char *path)
{
    const char *end = strrchr(path, '.');

    return end != NULL && strcmp(end, ".csv") == 0;
}

static bool read_trial(struct ctl *ctl, struct trial *ret)
{
    const char *points = ctl->n_operands > 1 ? ctl->operands[1] : NULL;
    struct problems problems;
    bool good = true;

    problems_init(&problems, ctl->lang);
    if (is_table(ctl->operands[0]))
        good = trial_read_plans(ctl, ctl->operands[0], points, ret, &problems);
    else
        trial_read(ctl->operands[0], ret, &problems);
    if (good && problems.n > 0)
        fputs(str_text(&problems.text), stderr);
    good = good && problems.n == 0;
    problems_finish(&problems);
    return good;
}

int rehearse_run(struct ctl *ctl)
{
    struct rehearsal r = {.ctl = ctl};
    int code;

    if (!read_span(&r))
        return CTL_USAGE;
    if (!archived_allows(ctl, ctl->given[OPTION_FROM], NULL))
        return db_exit(ctl->db);
    if (!read_trial(ctl, &r.trial))
        return CTL_REFUSED;
    code = filters_exist(ctl) && rehearsal_play(&r) ? show(&r) : db_exit(ctl->db);
    for (size_t i = 0; i < r.n; i++)
        free(r.series[i].days);
    free(r.series);
    trial_finish(&r.trial);
    return code;
}
