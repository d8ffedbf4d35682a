/* doctor: see doctor.h. */
#include "admin/doctor.h"

#include <stdio.h>

#include "admin/checkup.h"
#include "admin/commands.h"
#include "admin/db.h"
#include "admin/json.h"
#include "admin/rebuild.h"
#include "admin/text.h"

enum { COUNT_MAX = 24 };

int doctor_examine(struct ctl *ctl)
{
    struct checkup p = {.lang = ctl->lang,
                        .rows = ctl->given[OPTION_JSON] != NULL ? json_array() : NULL};

    if (!checkup_database(ctl, &p) || !checkup_machine(ctl, &p)) {
        json_decref(p.rows);
        return db_exit(ctl->db);
    }
    if (p.rows != NULL && json_answer(NULL, NULL, p.rows) != CTL_DONE)
        return CTL_REFUSED;
    if (p.rows == NULL)
        tell(ctl->lang, p.ill == 0 ? TEXT_DOCTOR_WELL : TEXT_DOCTOR_ILL);
    return p.ill == 0 ? CTL_DONE : CTL_REFUSED;
}

static int compare(struct ctl *ctl)
{
    struct rebuilt counts;
    char assessed[COUNT_MAX], different[COUNT_MAX], waiting[COUNT_MAX];

    if (!rebuild_compare(ctl, &counts))
        return db_exit(ctl->db);
    snprintf(assessed, sizeof assessed, "%zu", counts.assessed);
    snprintf(different, sizeof different, "%zu", counts.different);
    snprintf(waiting, sizeof waiting, "%zu", counts.waiting);
    tell(ctl->lang, TEXT_REBUILD_DONE, assessed, different, waiting);
    return counts.different == 0 ? CTL_DONE : CTL_REFUSED;
}

static int write_anew(struct ctl *ctl)
{
    char queued[COUNT_MAX];
    size_t n;

    if (!rebuild_write(ctl, &n))
        return db_exit(ctl->db);
    snprintf(queued, sizeof queued, "%zu", n);
    tell(ctl->lang, TEXT_REBUILD_QUEUED, queued);
    return CTL_DONE;
}

int doctor_run(struct ctl *ctl)
{
    if (ctl->given[OPTION_REBUILD] == NULL && ctl->given[OPTION_WRITE] != NULL) {
        complain(ctl->lang, TEXT_OPERANDS, "doctor [--rebuild [--write]]");
        return CTL_USAGE;
    }
    if (ctl->given[OPTION_WRITE] != NULL)
        return write_anew(ctl);
    return ctl->given[OPTION_REBUILD] != NULL ? compare(ctl) : doctor_examine(ctl);
}
