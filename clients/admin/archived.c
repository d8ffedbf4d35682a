/* archived: see archived.h. */
#include "admin/archived.h"

#include <stdlib.h>

#include "admin/db.h"
#include "admin/text.h"

/* The latest archive of those that hold years: which years they are, and where. */
static PGresult *ask(struct ctl *ctl)
{
    return db_query(ctl->db,
                    "SELECT before_year, before_year - 1, folder FROM vekha.archive "
                    "WHERE restored_at IS NULL ORDER BY before_year DESC LIMIT 1",
                    0, NULL);
}

int archived_before(struct ctl *ctl)
{
    PGresult *r = ask(ctl);
    int before = r == NULL ? -1 : PQntuples(r) == 1 ? (int)db_number(r, 0, 0) : 0;

    PQclear(r);
    return before;
}

static bool is_before(const char *moment, int year)
{
    return moment != NULL && *moment != '\0' && strtol(moment, NULL, 10) < year;
}

bool archived_allows(struct ctl *ctl, const char *as_of, const char *known_at)
{
    PGresult *r = ask(ctl);
    bool archived = r != NULL && PQntuples(r) == 1;
    int before = archived ? (int)db_number(r, 0, 0) : 0;
    bool allowed = r != NULL && !is_before(as_of, before) && !is_before(known_at, before);

    if (r != NULL && !allowed)
        complain(ctl->lang, TEXT_ARCHIVED_YEAR, is_before(as_of, before) ? as_of : known_at,
                 db_text(r, 0, 1), db_text(r, 0, 2));
    PQclear(r);
    return allowed;
}

void archived_note(struct ctl *ctl)
{
    PGresult *r = ask(ctl);

    if (r != NULL && PQntuples(r) == 1)
        tell(ctl->lang, TEXT_ARCHIVED_NOTE, db_text(r, 0, 1), db_text(r, 0, 2));
    PQclear(r);
}
