/* narrative: what a person wrote is shown as it was written; only where it is one line of many is it
 * put into one. */
#include "admin/narrative.h"

#include <stdio.h>
#include <string.h>

#include "admin/db.h"
#include "admin/json.h"
#include "admin/text.h"
#include "prose.h"
#include "wire/wire.h"

enum { INDENT = 2, INDENT_TEXT = 4, HEAD_MAX = 400 };

enum {
    COLUMN_PROJECT,
    COLUMN_PROJECT_NAME,
    COLUMN_PROJECT_NAME_EN,
    COLUMN_ORG,
    COLUMN_ORG_NAME,
    COLUMN_ORG_NAME_EN,
    COLUMN_PERIOD,
    COLUMN_AS_OF,
    COLUMN_COMPOSED,
    COLUMN_RECORDED,
    COLUMN_CONFIRMED,
    COLUMN_SUBMISSION,
    COLUMN_AUTHOR,
    COLUMN_TEXTS,
};

/* clang-format off */
static const char NARRATIVES[] =
    "SELECT n.project, n.project_name, n.project_name_en, n.org, n.org_name, n.org_name_en, n.period, n.day, "
    DB_MICROSECONDS("n.composed_at") ", " DB_MICROSECONDS("n.recorded_at") ", "
    DB_MICROSECONDS("n.confirmed_at") ", n.submission, n.author, "
    "n.text, n.cause, n.measure, n.next_step, n.answerable "
    "FROM vekha.narratives_of($1, $2, $3::timestamptz, $4::date, $5::timestamptz) n WHERE n.newest OR $6";
/* clang-format on */

PGresult *narrative_load(struct ctl *ctl, const struct load_filter *f, bool all)
{
    const char *const params[] = {f->project, f->organisation, ctl_now(ctl),
                                  f->as_of,   f->known_at,     all ? "true" : "false"};

    return db_query(ctl->db, NARRATIVES, 6, params);
}

static const char *name_of(const PGresult *r, int row, int code, enum lang lang)
{
    const char *ru = db_text(r, row, code + 1), *en = db_text(r, row, code + 2);

    if (lang == LANG_EN && en != NULL)
        return en;
    return ru != NULL ? ru : db_text(r, row, code);
}

const char *narrative_project(const PGresult *r, int row)
{
    return db_text(r, row, COLUMN_PROJECT);
}

const char *narrative_project_name(const PGresult *r, int row, enum lang lang)
{
    return name_of(r, row, COLUMN_PROJECT, lang);
}

void narrative_texts(const PGresult *r, int row, int column, const char *ret[NARRATIVE_TEXTS])
{
    for (int t = 0; t < NARRATIVE_TEXTS; t++)
        ret[t] = db_text(r, row, column + t);
}

json_t *narrative_json(const PGresult *r, int row)
{
    json_t *object = json_pack(
        "{s:o, s:o, s:o, s:o, s:b}", "org", json_text(r, row, COLUMN_ORG), "project",
        json_text(r, row, COLUMN_PROJECT), "period", json_text(r, row, COLUMN_PERIOD), "as_of",
        json_text(r, row, COLUMN_AS_OF), "withdrawn", db_text(r, row, COLUMN_TEXTS) == NULL);

    for (int t = 0; t < NARRATIVE_TEXTS; t++)
        json_object_set_new(object, narrative_text_name((enum narrative_text)t),
                            json_text(r, row, COLUMN_TEXTS + t));
    json_object_set_new(object, "composed_at", json_moment(r, row, COLUMN_COMPOSED));
    json_object_set_new(object, "recorded_at", json_moment(r, row, COLUMN_RECORDED));
    json_object_set_new(object, "confirmed_at", json_moment(r, row, COLUMN_CONFIRMED));
    json_object_set_new(object, "submission", json_text(r, row, COLUMN_SUBMISSION));
    json_object_set_new(object, "author", json_text(r, row, COLUMN_AUTHOR));
    return object;
}

/* «Школа № 3, 2020-9M, на 25.09.2020», "School No. 3, 2020-9M, as of 2020-09-25"; a period that is
 * that day says nothing more. */
static void add_head(struct str *out, const PGresult *r, int row, enum lang lang)
{
    const char *as_of = db_text(r, row, COLUMN_AS_OF), *period = db_text(r, row, COLUMN_PERIOD);
    char day[DATE_TEXT_MAX];
    date_t d = DATE_NONE;

    str_add(out, name_of(r, row, COLUMN_ORG, lang));
    if (strcmp(period, as_of) != 0)
        str_addf(out, ", %s", period);
    if (date_parse(as_of, strlen(as_of), &d))
        as_of = date_format(d, lang, day);
    str_addf(out, ", %s %s", text(TEXT_ON_DAY, lang), as_of);
    if (db_text(r, row, COLUMN_TEXTS) == NULL)
        str_addf(out, ", %s", text(TEXT_STATE_WITHDRAWN, lang));
}

static void add_line(struct table *t, struct str *line, int indent)
{
    if (line->len > 0)
        table_heading(t, str_text(line), indent, TABLE_PLAIN);
    str_clear(line);
}

void narrative_add(struct table *t, const PGresult *r, int row, enum lang lang)
{
    const char *texts[NARRATIVE_TEXTS];
    struct str line;

    narrative_texts(r, row, COLUMN_TEXTS, texts);
    str_init(&line, PROSE_MAX);
    add_head(&line, r, row, lang);
    add_line(t, &line, INDENT);
    for (int which = 0; which < NARRATIVE_TEXTS; which++) {
        prose_paragraph(texts, (enum narrative_text)which, lang, &line);
        add_line(t, &line, INDENT_TEXT);
    }
    str_finish(&line);
}

void narrative_add_brief(struct table *t, const PGresult *r, int row, enum lang lang)
{
    const char *texts[NARRATIVE_TEXTS];
    struct str line;

    narrative_texts(r, row, COLUMN_TEXTS, texts);
    str_init(&line, PROSE_MAX);
    add_head(&line, r, row, lang);
    str_add(&line, ": ");
    prose_text(texts, &line);
    add_line(t, &line, INDENT);
    prose_rest(texts, lang, &line);
    add_line(t, &line, INDENT_TEXT);
    str_finish(&line);
}
