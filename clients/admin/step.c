/* step: see step.h.
 *
 *     77  2020-10-01 03:00 UTC  LAGGING  school-3 consultations; alert 12 opened
 *         School No. 3, consultations for parents, as of 2020-09-30: 130 done, 150 planned. …
 */
#include "admin/step.h"

#include <stdio.h>
#include <string.h>

#include "admin/json.h"
#include "admin/level.h"
#include "admin/text.h"
#include "base/clock.h"
#include "base/str.h"
#include "base/utf8.h"
#include "terminal.h"

enum { INDENT = 4, LINE_MAX_BYTES = 8 * 1024, MINUTE_TEXT_MAX = 40, US_PER_MINUTE = 60 * 1000000 };

static const struct {
    const char *name;
    enum text says;
} events[] = {
    {"opens", TEXT_EVENT_OPENS},   {"rises", TEXT_EVENT_RISES},     {"falls", TEXT_EVENT_FALLS},
    {"closes", TEXT_EVENT_CLOSES}, {"returns", TEXT_EVENT_RETURNS},
};

/* What a newer centre calls otherwise is shown as it calls it. */
static const char *event_word(const char *name, enum lang lang)
{
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        if (strcmp(events[i].name, name) == 0)
            return text(events[i].says, lang);
    return name;
}

static char *minute_text(int64_t us, enum lang lang, char buf[MINUTE_TEXT_MAX])
{
    char day[DATE_TEXT_MAX];
    int minute = (int)(us / US_PER_MINUTE % (24 * 60));

    date_format(clock_day(us, 0), lang, day);
    snprintf(buf, MINUTE_TEXT_MAX, "%s %02d:%02d UTC", day, minute / 60, minute % 60);
    return buf;
}

static void add_alert(const struct alert_step *s, enum lang lang, struct str *out)
{
    char number[24];

    snprintf(number, sizeof number, "%lld", (long long)s->alert);
    str_add(out, "; ");
    str_addf(out, text(TEXT_WATCH_ALERT, lang), number, event_word(s->event, lang));
}

/* The level it has now, or had when it closed. */
static const char *add_level(const struct alert_step *s, enum lang lang, struct str *out)
{
    const char *name = s->to_level != NULL ? s->to_level : s->from_level;
    const struct level *l = name != NULL ? level_find(s->kind, name) : NULL;

    str_addf(out, "%s  ", l != NULL ? text(l->word, lang) : name != NULL ? name : s->kind);
    return l != NULL && s->to_level != NULL ? table_paint(l->colour) : table_paint(TABLE_FAINT);
}

void step_print(const struct ctl *ctl, const struct alert_step *s)
{
    const char *why = s->explanation[ctl->lang], *paint;
    char at[MINUTE_TEXT_MAX];
    struct str line;

    str_init(&line, LINE_MAX_BYTES);
    str_addf(&line, "%lld  %s  ", (long long)s->position, minute_text(s->at_us, ctl->lang, at));
    paint = add_level(s, ctl->lang, &line);
    str_addf(&line, s->indicator != NULL ? "%s %s" : "%s", s->organisation, s->indicator);
    add_alert(s, ctl->lang, &line);
    terminal_wrap(stdout, str_text(&line), 0, terminal_width(stdout), ctl->colour ? paint : "");
    str_clear(&line);
    str_append(&line, why != NULL ? why : "", why != NULL ? strcspn(why, "\n") : 0);
    terminal_wrap(stdout, str_text(&line), INDENT, terminal_width(stdout), "");
    str_finish(&line);
}

/* --- for programs --- */

static json_t *text_or_null(const char *t)
{
    return t != NULL ? json_string(t) : json_null();
}

static json_t *alert_json(const struct alert_step *s)
{
    return json_pack("{s:I, s:s, s:s?, s:o, s:o}", "id", (json_int_t)s->alert, "kind", s->kind,
                     "level", s->to_level, "opened_at", json_time(s->opened_us), "closed_at",
                     s->closes ? json_time(s->closed_us) : json_null());
}

json_t *step_json(const struct alert_step *s)
{
    char id[UUID_TEXT_MAX];

    return json_pack(
        "{s:i, s:I, s:I, s:s, s:o, s:o, s:s?, s:s, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:o, "
        "s:o, s:o, s:{s:o, s:o}, s:o}",
        "schema", JSON_SCHEMA, "position", (json_int_t)s->position, "step", (json_int_t)s->id,
        "event", s->event, "at", json_time(s->at_us), "alert", alert_json(s), "from_level",
        s->from_level, "org", s->organisation, "org_name", s->organisation_name[LANG_RU],
        "org_name_en", s->organisation_name[LANG_EN], "indicator", s->indicator, "indicator_name",
        s->indicator_name[LANG_RU], "indicator_name_en", s->indicator_name[LANG_EN], "project",
        s->project, "status", s->status, "as_of", json_day(s->as_of), "fact",
        s->has_fact ? json_decimal(s->fact) : json_null(), "plan_at",
        s->has_plan_at ? json_decimal(s->plan_at) : json_null(), "explanation", "ru",
        text_or_null(s->explanation[LANG_RU]), "en", text_or_null(s->explanation[LANG_EN]),
        "submission",
        s->has_submission ? json_string(uuid_format(s->submission, id)) : json_null());
}
