#include "admin/listing.h"

#include "admin/db.h"

int listing_show(const struct ctl *ctl, PGresult *r, const struct listing *l)
{
    int code = CTL_DONE;

    if (r == NULL)
        return db_exit(ctl->db);
    if (ctl->given[OPTION_JSON] != NULL)
        code = l->as_json(r);
    else if (PQntuples(r) == 0)
        tell(ctl->lang, l->none);
    else
        code = l->as_table(ctl, r);
    PQclear(r);
    return code;
}
