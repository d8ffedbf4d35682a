/* narratives: half of every report is prose; here it is, by project and organisation. */
#include <string.h>

#include "admin/commands.h"
#include "admin/db.h"
#include "admin/json.h"
#include "admin/narrative.h"
#include "admin/text.h"
#include "base/clock.h"

static int list_as_json(const PGresult *r, const struct load_filter *f)
{
    char now[CLOCK_TEXT_MAX], today[DATE_TEXT_MAX];
    const char *as_of = f->as_of, *known_at = f->known_at;
    json_t *rows = json_array();

    for (int row = 0; row < PQntuples(r); row++)
        json_array_append_new(rows, narrative_json(r, row));
    if (as_of == NULL)
        as_of = date_format_iso(clock_day(clock_now_us(), 0), today);
    if (known_at == NULL)
        known_at = clock_format(clock_now_us(), now);
    return json_answer(as_of, known_at, rows);
}

static bool begins(const PGresult *r, int row)
{
    return row == 0 || strcmp(narrative_project(r, row), narrative_project(r, row - 1)) != 0;
}

static int list_as_text(const struct ctl *ctl, const PGresult *r)
{
    static const struct table_column columns[] = {{"", TABLE_LEFT, TABLE_FIXED}};
    struct table *t = table_new(columns, 1);
    bool good;

    if (t == NULL)
        return CTL_REFUSED;
    for (int row = 0; row < PQntuples(r); row++) {
        if (begins(r, row))
            table_heading(t, narrative_project_name(r, row, ctl->lang), 0, TABLE_BOLD);
        narrative_add(t, r, row, ctl->lang);
    }
    good = table_print(t, stdout, ctl->colour);
    table_free(t);
    return good ? CTL_DONE : CTL_REFUSED;
}

int narratives_run(struct ctl *ctl)
{
    const char *org = ctl->given[OPTION_ORG], *project = ctl->given[OPTION_PROJECT];
    struct load_times t;
    PGresult *r;
    int code = CTL_DONE;

    if (!load_times(ctl, &t))
        return CTL_USAGE;
    if ((org != NULL && load_organisation_id(ctl, org) == 0) ||
        (project != NULL && load_project_id(ctl, project) == 0))
        return db_exit(ctl->db);
    const struct load_filter f = {.project = project,
                                  .organisation = org,
                                  .as_of = t.as_of[0] != '\0' ? t.as_of : NULL,
                                  .known_at = t.known_at[0] != '\0' ? t.known_at : NULL};

    r = narrative_load(ctl, &f, ctl->given[OPTION_ALL] != NULL);
    if (r == NULL)
        return db_exit(ctl->db);
    if (ctl->given[OPTION_JSON] != NULL)
        code = list_as_json(r, &f);
    else if (PQntuples(r) == 0)
        tell(ctl->lang, TEXT_NOTHING_FOUND);
    else
        code = list_as_text(ctl, r);
    PQclear(r);
    return code;
}
