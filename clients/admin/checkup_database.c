/* checkup_database: one statement per question, so that a new question is a new row.  What the daemon
 * looks at, too, is asked and said by the table of findings. */
#include "admin/checkup.h"

#include <stdio.h>
#include <string.h>
#include <sodium.h>

#include "admin/ctl.h"
#include "admin/db.h"
#include "admin/migrated.h"
#include "base/clock.h"

enum { COUNT_MAX = 24 };

/* Each gives (well, detail); $1, where it is used, is the time. */
static const struct check {
    const char *name;
    const char *sql;
    enum text well, ill;
    enum checkup_level level; /* if it is not well */
} checks[] = {
    {"centre",
     "SELECT endpoint IS NOT NULL AND public_key IS NOT NULL, coalesce(endpoint, '') FROM "
     "vekha.centre",
     TEXT_DOCTOR_CENTRE, TEXT_DOCTOR_NO_CENTRE, ILL},
    {"daemon",
     "SELECT count(*) > 0, count(*) FROM pg_stat_activity WHERE datname = current_database() "
     "AND application_name = 'vekhad'",
     TEXT_DOCTOR_DAEMON, TEXT_DOCTOR_NO_DAEMON, ILL},
    {"replay", "SELECT true, CASE WHEN replay THEN 'replay' ELSE 'real' END FROM vekha.centre",
     TEXT_DOCTOR_CLOCK, TEXT_DOCTOR_CLOCK, ILL},
    {"agents",
     "SELECT count(*) FILTER (WHERE a.revoked_at IS NULL) > 0 OR NOT EXISTS (SELECT FROM "
     "vekha.organisation), count(*) FILTER (WHERE a.revoked_at IS NULL) || ' / ' "
     "|| count(*) FILTER (WHERE a.revoked_at IS NOT NULL) FROM vekha.agent a",
     TEXT_DOCTOR_AGENTS, TEXT_DOCTOR_NO_AGENTS, ILL},
    {"catalogue", "SELECT count(*) > 0, count(*) FROM vekha.organisation", TEXT_DOCTOR_CATALOGUE,
     TEXT_DOCTOR_NO_CATALOGUE, NOTE},
};

static bool check_schema(struct ctl *ctl, struct checkup *p, bool *ret_current)
{
    struct migrated m = {0};
    char count[COUNT_MAX];
    bool good = sodium_init() >= 0 && migrated_read(ctl->db, &m) && migrated_verify(&m, ctl->lang);

    if (good) {
        size_t missing = migrated_missing(&m);

        *ret_current = missing == 0;
        snprintf(count, sizeof count, "%zu", missing > 0 ? missing : m.n);
        checkup_note(p, "schema", missing == 0 ? WELL : ILL,
                     missing == 0 ? TEXT_DOCTOR_SCHEMA : TEXT_DOCTOR_OLD_SCHEMA, count);
    }
    migrated_finish(&m);
    return good;
}

static bool run_check(struct ctl *ctl, const struct check *check, struct checkup *p)
{
    char moment[CLOCK_TEXT_MAX];
    const char *const now[] = {clock_format(clock_now_us(), moment)}; /* after what setup took */
    PGresult *r = db_query(ctl->db, check->sql, strstr(check->sql, "$1") != NULL, now);
    bool well;

    if (r == NULL)
        return false;
    well = PQntuples(r) == 1 && strcmp(PQgetvalue(r, 0, 0), "t") == 0;
    checkup_note(p, check->name, well ? WELL : check->level, well ? check->well : check->ill,
                 PQntuples(r) == 1 ? PQgetvalue(r, 0, 1) : "");
    PQclear(r);
    return true;
}

static void note_findings(struct checkup *p, const PGresult *r)
{
    enum finding_level level;

    for (int i = 0; i < PQntuples(r); i++)
        if (finding_level_parse(db_text(r, i, 1), &level))
            checkup_finding(p, db_text(r, i, 0), level, db_text(r, i, 2));
}

/* What the daemon looks at, asked in the same words; but the clock is this machine's. */
static bool check_findings(struct ctl *ctl, struct checkup *p)
{
    char moment[CLOCK_TEXT_MAX];
    const char *const now[] = {clock_format(clock_now_us(), moment)};
    PGresult *r = db_query(
        ctl->db,
        "SELECT name, level, detail FROM vekha.examine_clock($1, clock_timestamp()) UNION ALL "
        "SELECT name, level, detail FROM vekha.examine_often($1) UNION ALL "
        "SELECT name, level, detail FROM vekha.examine_seldom($1)",
        1, now);

    if (r == NULL)
        return false;
    note_findings(p, r);
    PQclear(r);
    return true;
}

/* An older schema does not know the questions of this program. */
bool checkup_database(struct ctl *ctl, struct checkup *p)
{
    bool current, good = check_schema(ctl, p, &current);

    if (!good || !current)
        return good;
    for (size_t i = 0; good && i < sizeof checks / sizeof *checks; i++)
        good = run_check(ctl, &checks[i], p);
    return good && check_findings(ctl, p);
}
