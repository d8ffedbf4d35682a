/* doctor: is the centre well?  One statement per question, so that a new question is a new row. */
#include <stdio.h>
#include <string.h>
#include <sodium.h>

#include "admin/commands.h"
#include "admin/db.h"
#include "admin/json.h"
#include "admin/migrated.h"
#include "admin/rebuild.h"
#include "admin/text.h"

enum { COUNT_MAX = 24, SENTENCE_MAX = 1000 };

/* Each gives (well, detail); $1 is the time. */
static const struct check {
    const char *name;
    const char *sql;
    enum text well, ill;
} checks[] = {
    {"centre",
     "SELECT endpoint IS NOT NULL AND public_key IS NOT NULL, coalesce(endpoint, '') FROM "
     "vekha.centre "
     "WHERE $1::timestamptz IS NOT NULL",
     TEXT_DOCTOR_CENTRE, TEXT_DOCTOR_NO_CENTRE},
    {"replay",
     "SELECT true, CASE WHEN replay THEN 'replay' ELSE 'real' END FROM vekha.centre WHERE "
     "$1::timestamptz IS NOT NULL",
     TEXT_DOCTOR_CLOCK, TEXT_DOCTOR_CLOCK},
    {"partitions",
     "SELECT last_year > extract(year FROM $1::timestamptz), last_year FROM "
     "vekha.catalogue_years()",
     TEXT_DOCTOR_PARTITIONS, TEXT_DOCTOR_NO_PARTITIONS},
    {"strays",
     "SELECT count(*) = 0, count(*) FROM vekha.submission_default WHERE $1::timestamptz IS NOT "
     "NULL",
     TEXT_DOCTOR_NO_STRAYS, TEXT_DOCTOR_STRAYS},
    {"agents",
     "SELECT count(*) FILTER (WHERE a.revoked_at IS NULL) > 0, count(*) FILTER (WHERE a.revoked_at "
     "IS NULL) || ' / ' "
     "|| count(*) FILTER (WHERE a.revoked_at IS NOT NULL) FROM vekha.agent a WHERE $1::timestamptz "
     "IS NOT NULL",
     TEXT_DOCTOR_AGENTS, TEXT_DOCTOR_NO_AGENTS},
    {"backlog",
     "SELECT coalesce(min(b.since) > $1::timestamptz - interval '1 minute', true), count(*) FROM ("
     "SELECT received_at AS since FROM vekha.submission WHERE pending UNION ALL "
     "SELECT queued_at FROM vekha.reassessment UNION ALL "
     "SELECT queued_at FROM vekha.reporting_queue) b",
     TEXT_DOCTOR_NO_BACKLOG, TEXT_DOCTOR_BACKLOG},
    /* The years of the deadlines of the next two months: a calendar knows a year if it has a day of
     * it. */
    {"workdays",
     "SELECT count(*) = 0, coalesce(string_agg(m.code || ' ' || m.year, ', ' ORDER BY m.code, "
     "m.year), '') FROM (SELECT DISTINCT w.code, extract(year FROM t.day)::integer AS year "
     "FROM vekha.duty_version v JOIN vekha.workdays w ON w.id = v.workdays "
     "CROSS JOIN (VALUES ($1::timestamptz), ($1::timestamptz + interval '2 months')) t(day) "
     "WHERE v.superseded_at = 'infinity' AND v.starts <= t.day "
     "AND (v.ends IS NULL OR v.ends >= t.day - interval '1 year') "
     "AND NOT EXISTS (SELECT FROM vekha.workdays_version c JOIN vekha.workday d "
     "ON d.workdays_version = c.id WHERE c.workdays = w.id AND c.superseded_at = 'infinity' "
     "AND extract(year FROM d.day) = extract(year FROM t.day))) m",
     TEXT_DOCTOR_WORKDAYS, TEXT_DOCTOR_NO_WORKDAYS},
    {"channels",
     "SELECT count(*) = 0, coalesce(string_agg(u.channel || ' (' || u.routes || ')', ', ' ORDER BY "
     "u.channel), '') FROM (SELECT v.channel, string_agg(r.code, ', ' ORDER BY r.code) AS routes "
     "FROM vekha.route_version v JOIN vekha.route r ON r.id = v.route "
     "WHERE v.superseded_at = 'infinity' AND v.valid_to = 'infinity' AND NOT v.dropped "
     "AND NOT EXISTS (SELECT FROM vekha.channel c WHERE c.name = v.channel "
     "AND c.served_at > $1::timestamptz - interval '10 minutes') GROUP BY v.channel) u",
     TEXT_DOCTOR_CHANNELS, TEXT_DOCTOR_NO_CHANNEL},
    {"letters",
     "SELECT count(*) = 0, count(*) FROM vekha.outbox WHERE dead_at IS NOT NULL AND sent_at IS "
     "NULL "
     "AND $1::timestamptz IS NOT NULL",
     TEXT_DOCTOR_NO_DEAD, TEXT_DOCTOR_DEAD},
};

struct report {
    enum lang lang;
    json_t *rows; /* with --json */
    size_t ill;
};

static void note(struct report *p, const char *name, bool well, enum text id, const char *detail)
{
    char sentence[SENTENCE_MAX];

    p->ill += !well;
    snprintf(sentence, sizeof sentence, text(id, p->lang), detail);
    if (p->rows != NULL)
        json_array_append_new(
            p->rows, json_pack("{s:s, s:b, s:s}", "check", name, "well", well, "text", sentence));
    else
        printf("%s %s\n", well ? "  " : "!!", sentence);
}

static bool check_schema(struct ctl *ctl, struct report *p)
{
    struct migrated m = {0};
    char count[COUNT_MAX];
    bool good = sodium_init() >= 0 && migrated_read(ctl->db, &m) && migrated_verify(&m, ctl->lang);

    if (good) {
        size_t missing = migrated_missing(&m);

        snprintf(count, sizeof count, "%zu", missing > 0 ? missing : m.n);
        note(p, "schema", missing == 0, missing == 0 ? TEXT_DOCTOR_SCHEMA : TEXT_DOCTOR_OLD_SCHEMA,
             count);
    }
    migrated_finish(&m);
    return good;
}

static bool run_check(struct ctl *ctl, const struct check *check, struct report *p)
{
    const char *const now[] = {ctl_now(ctl)};
    PGresult *r = db_query(ctl->db, check->sql, 1, now);
    bool well;

    if (r == NULL)
        return false;
    well = PQntuples(r) == 1 && strcmp(PQgetvalue(r, 0, 0), "t") == 0;
    note(p, check->name, well, well ? check->well : check->ill,
         PQntuples(r) == 1 ? PQgetvalue(r, 0, 1) : "");
    PQclear(r);
    return true;
}

static int examine(struct ctl *ctl)
{
    struct report p = {.lang = ctl->lang,
                       .rows = ctl->given[OPTION_JSON] != NULL ? json_array() : NULL};
    bool good = check_schema(ctl, &p);

    for (size_t i = 0; good && i < sizeof checks / sizeof *checks; i++)
        good = run_check(ctl, &checks[i], &p);
    if (!good) {
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
    return ctl->given[OPTION_REBUILD] != NULL ? compare(ctl) : examine(ctl);
}
