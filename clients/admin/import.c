/* import: plans are revised more often than the rest of a programme, and by people who keep them in
 * a table; so they may come by themselves, to the organisations and indicators that the centre has.
 */
#include "admin/import.h"

#include <stdlib.h>

#include "admin/apply.h"
#include "admin/commands.h"
#include "admin/db.h"
#include "admin/text.h"

enum { OPERAND_PLANS, OPERAND_POINTS };

/* What the plans refer to, and then the plans as in a programme. */
bool import_read(struct ctl *ctl, const char *plans, const char *points, struct programme *p,
                 struct problems *problems)
{
    if (!apply_standing(ctl, NOUN_ORGANISATION, p, problems) ||
        !apply_standing(ctl, NOUN_INDICATOR, p, problems))
        return false;
    programme_read_bulk(p, NOUN_PLAN, plans, problems);
    if (points != NULL)
        programme_read_points(p, points, problems);
    programme_shape(p, problems);
    programme_check_noun(p, NOUN_PLAN, problems);
    return true;
}

static int import(struct ctl *ctl, struct programme *p, struct problems *problems)
{
    const char *points = ctl->n_operands > OPERAND_POINTS ? ctl->operands[OPERAND_POINTS] : NULL;

    if (!import_read(ctl, ctl->operands[OPERAND_PLANS], points, p, problems))
        return db_exit(ctl->db);
    return apply_entries(ctl, p, problems, false);
}

int plan_import(struct ctl *ctl)
{
    struct programme *p = calloc(1, sizeof *p);
    struct problems problems;
    int code = CTL_REFUSED;

    problems_init(&problems, ctl->lang);
    if (p != NULL)
        code = import(ctl, p, &problems);
    else
        complain(ctl->lang, TEXT_NO_MEMORY);
    programme_free(p);
    problems_finish(&problems);
    return code;
}
