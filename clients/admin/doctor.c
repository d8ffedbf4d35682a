/* doctor: one statement per question, so that a new question is a new row. */
#include "admin/doctor.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sodium.h>
#include <unistd.h>

#include "admin/commands.h"
#include "admin/db.h"
#include "admin/json.h"
#include "admin/machine.h"
#include "admin/migrated.h"
#include "admin/rebuild.h"
#include "admin/settings.h"
#include "admin/text.h"
#include "base/clock.h"
#include "wire/keys.h"

enum {
    COUNT_MAX = 24,
    SENTENCE_MAX = 2000,
    DETAIL_MAX = 1000,
    LEAST_FREE_PERCENT = 10, /* of a disk, unless that is much */
    MUCH_FREE_MIB = 10240,
    MOST_FILES_PERCENT = 80,
};

/* What is ILL has to be mended; a NOTE is worth knowing, and leaves the exit code as it is. */
enum level { WELL, NOTE, ILL };

/* Each gives (well, detail); $1, where it is used, is the time. */
static const struct check {
    const char *name;
    const char *sql;
    enum text well, ill;
    enum level level; /* if it is not well */
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
    {"clock",
     "SELECT c.replay OR abs(d.seconds) < 5, d.seconds FROM vekha.centre c, "
     "(SELECT round(extract(epoch FROM clock_timestamp() - $1::timestamptz))) d(seconds)",
     TEXT_DOCTOR_SAME_CLOCK, TEXT_DOCTOR_OTHER_CLOCK, ILL},
    {"time zones",
     "SELECT count(*) = 0, coalesce(string_agg(DISTINCT v.time_zone, ', '), '') "
     "FROM vekha.organisation_version v WHERE v.superseded_at = 'infinity' "
     "AND v.time_zone NOT IN (SELECT name FROM pg_timezone_names)",
     TEXT_DOCTOR_ZONES, TEXT_DOCTOR_NO_ZONE, ILL},
    /* Superusers are members of everything; what was granted counts. */
    {"roles",
     "SELECT count(*) = 0, coalesce(string_agg(w.role || ': ' || w.why, '; ' ORDER BY w.role), '') "
     "FROM (SELECT r.rolname AS role, 'superuser' AS why FROM pg_namespace n "
     "JOIN pg_roles r ON r.oid = n.nspowner WHERE n.nspname = 'vekha' AND r.rolsuper "
     "UNION ALL SELECT r.rolname, CASE WHEN r.rolsuper THEN 'superuser' ELSE "
     "'CREATEROLE, CREATEDB' END FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member "
     "WHERE m.roleid = 'vekha_daemon'::regrole AND (r.rolsuper OR r.rolcreaterole OR "
     "r.rolcreatedb) "
     "UNION ALL SELECT r.rolname, 'vekha_admin' FROM pg_auth_members m JOIN pg_roles r "
     "ON r.oid = m.member WHERE m.roleid = 'vekha_daemon'::regrole AND NOT r.rolsuper "
     "AND pg_has_role(r.oid, 'vekha_admin', 'MEMBER')) w",
     TEXT_DOCTOR_ROLES, TEXT_DOCTOR_WRONG_ROLES, ILL},
    {"partitions",
     "SELECT last_year > extract(year FROM $1::timestamptz), last_year FROM "
     "vekha.catalogue_years()",
     TEXT_DOCTOR_PARTITIONS, TEXT_DOCTOR_NO_PARTITIONS, ILL},
    {"strays", "SELECT count(*) = 0, count(*) FROM vekha.submission_default", TEXT_DOCTOR_NO_STRAYS,
     TEXT_DOCTOR_STRAYS, ILL},
    {"agents",
     "SELECT count(*) FILTER (WHERE a.revoked_at IS NULL) > 0 OR NOT EXISTS (SELECT FROM "
     "vekha.organisation), count(*) FILTER (WHERE a.revoked_at IS NULL) || ' / ' "
     "|| count(*) FILTER (WHERE a.revoked_at IS NOT NULL) FROM vekha.agent a",
     TEXT_DOCTOR_AGENTS, TEXT_DOCTOR_NO_AGENTS, ILL},
    {"catalogue", "SELECT count(*) > 0, count(*) FROM vekha.organisation", TEXT_DOCTOR_CATALOGUE,
     TEXT_DOCTOR_NO_CATALOGUE, NOTE},
    {"invitations",
     "SELECT count(*) = 0, count(*) || coalesce(': ' || string_agg(i.code, ', ' ORDER BY i.place) "
     "FILTER (WHERE i.place <= 20), '') FROM (SELECT o.code, row_number() OVER (ORDER BY o.code) "
     "AS "
     "place FROM vekha.agent_key k JOIN vekha.agent a ON a.id = k.agent "
     "JOIN vekha.organisation o ON o.id = a.organisation "
     "WHERE k.invites_until < $1::timestamptz AND k.taken_by IS NULL AND k.revoked_at IS NULL "
     "AND a.revoked_at IS NULL) i",
     TEXT_DOCTOR_INVITATIONS, TEXT_DOCTOR_OLD_INVITATIONS, NOTE},
    {"silent agents",
     "SELECT count(*) = 0, count(*) || coalesce(': ' || string_agg(s.id || ' (' || s.code || ')', "
     "', ' ORDER BY s.id) FILTER (WHERE s.place <= 20), '') FROM (SELECT a.id, o.code, "
     "row_number() "
     "OVER (ORDER BY a.id) AS place FROM vekha.agent a JOIN vekha.organisation o "
     "ON o.id = a.organisation WHERE a.revoked_at IS NULL AND NOT a.desk "
     "AND a.enrolled_at < $1::timestamptz - interval '45 days' "
     "AND EXISTS (SELECT FROM vekha.agent_key k WHERE k.agent = a.id AND k.revoked_at IS NULL "
     "AND k.invites_until IS NULL) AND a.id NOT IN (SELECT DISTINCT u.agent FROM vekha.submission "
     "u "
     "WHERE u.received_at > $1::timestamptz - interval '45 days')) s",
     TEXT_DOCTOR_NOBODY_SILENT, TEXT_DOCTOR_SILENT, NOTE},
    {"backlog",
     "SELECT coalesce(min(b.since) > $1::timestamptz - interval '1 minute', true), count(*) FROM ("
     "SELECT received_at AS since FROM vekha.submission WHERE pending UNION ALL "
     "SELECT queued_at FROM vekha.reassessment UNION ALL "
     "SELECT queued_at FROM vekha.reporting_queue) b",
     TEXT_DOCTOR_NO_BACKLOG, TEXT_DOCTOR_BACKLOG, ILL},
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
     TEXT_DOCTOR_WORKDAYS, TEXT_DOCTOR_NO_WORKDAYS, ILL},
    {"channels",
     "SELECT count(*) = 0, coalesce(string_agg(u.channel || ' (' || u.routes || ')', ', ' ORDER BY "
     "u.channel), '') FROM (SELECT v.channel, string_agg(r.code, ', ' ORDER BY r.code) AS routes "
     "FROM vekha.route_version v JOIN vekha.route r ON r.id = v.route "
     "WHERE v.superseded_at = 'infinity' AND v.valid_to = 'infinity' AND NOT v.dropped "
     "AND NOT EXISTS (SELECT FROM vekha.channel c WHERE c.name = v.channel "
     "AND c.served_at > $1::timestamptz - interval '10 minutes') GROUP BY v.channel) u",
     TEXT_DOCTOR_CHANNELS, TEXT_DOCTOR_NO_CHANNEL, ILL},
    {"letters",
     "SELECT count(*) = 0, count(*) FROM vekha.outbox WHERE dead_at IS NOT NULL AND sent_at IS "
     "NULL",
     TEXT_DOCTOR_NO_DEAD, TEXT_DOCTOR_DEAD, ILL},
};

struct report {
    enum lang lang;
    json_t *rows; /* with --json */
    size_t ill;
};

static const struct {
    const char *name, *sign;
} levels[] = {[WELL] = {"well", "  "}, [NOTE] = {"note", " ?"}, [ILL] = {"ill", "!!"}};

static void note(struct report *p, const char *name, enum level level, enum text id,
                 const char *detail)
{
    char sentence[SENTENCE_MAX];

    p->ill += level == ILL;
    snprintf(sentence, sizeof sentence, text(id, p->lang), detail);
    if (p->rows != NULL)
        json_array_append_new(p->rows,
                              json_pack("{s:s, s:b, s:s, s:s}", "check", name, "well", level != ILL,
                                        "level", levels[level].name, "text", sentence));
    else
        printf("%s %s\n", levels[level].sign, sentence);
}

/* --- of the database --- */

static bool check_schema(struct ctl *ctl, struct report *p)
{
    struct migrated m = {0};
    char count[COUNT_MAX];
    bool good = sodium_init() >= 0 && migrated_read(ctl->db, &m) && migrated_verify(&m, ctl->lang);

    if (good) {
        size_t missing = migrated_missing(&m);

        snprintf(count, sizeof count, "%zu", missing > 0 ? missing : m.n);
        note(p, "schema", missing == 0 ? WELL : ILL,
             missing == 0 ? TEXT_DOCTOR_SCHEMA : TEXT_DOCTOR_OLD_SCHEMA, count);
    }
    migrated_finish(&m);
    return good;
}

static bool run_check(struct ctl *ctl, const struct check *check, struct report *p)
{
    char moment[CLOCK_TEXT_MAX];
    const char *const now[] = {clock_format(clock_now_us(), moment)}; /* after what setup took */
    PGresult *r = db_query(ctl->db, check->sql, strstr(check->sql, "$1") != NULL, now);
    bool well;

    if (r == NULL)
        return false;
    well = PQntuples(r) == 1 && strcmp(PQgetvalue(r, 0, 0), "t") == 0;
    note(p, check->name, well ? WELL : check->level, well ? check->well : check->ill,
         PQntuples(r) == 1 ? PQgetvalue(r, 0, 1) : "");
    PQclear(r);
    return true;
}

static bool check_database(struct ctl *ctl, struct report *p)
{
    bool good = check_schema(ctl, p);

    for (size_t i = 0; good && i < sizeof checks / sizeof *checks; i++)
        good = run_check(ctl, &checks[i], p);
    return good;
}

/* --- of the machine; what does not concern it, or may not be known, is not told --- */

/* The daemon's configuration, which need not be on this machine. */
static const char *settings_path(const struct ctl *ctl)
{
    return ctl->given[OPTION_CONFIG] != NULL ? ctl->given[OPTION_CONFIG] : SETTINGS_PATH;
}

static bool read_key_path(const struct ctl *ctl, char ret[DETAIL_MAX])
{
    const char *path = settings_path(ctl);
    struct settings settings;

    if (access(path, R_OK) != 0 || !settings_read(path, ctl->lang, &settings))
        return false;
    snprintf(ret, DETAIL_MAX, "%s",
             settings.server_key != NULL ? settings.server_key : VEKHA_SYSCONFDIR "/curve.secret");
    settings_finish(&settings);
    return access(ret, F_OK) == 0;
}

/* The schools trust the key that is recorded. */
static bool check_key(struct ctl *ctl, struct report *p)
{
    char path[DETAIL_MAX], error[DETAIL_MAX];
    struct key_pair key;
    const char *recorded;
    PGresult *r;
    bool same;

    if (!read_key_path(ctl, path))
        return true;
    if (access(path, R_OK) != 0) {
        note(p, "key", NOTE, TEXT_DOCTOR_KEY_UNSEEN, path);
        return true;
    }
    if (!keys_read(path, &key, error, sizeof error)) {
        note(p, "key", ILL, TEXT_DOCTOR_KEY_BAD, error);
        return true;
    }
    r = db_query(ctl->db, "SELECT public_key FROM vekha.centre", 0, NULL);
    recorded = r != NULL && PQntuples(r) == 1 ? db_text(r, 0, 0) : NULL;
    same = recorded != NULL && strcmp(recorded, key.public_key) == 0;
    keys_wipe(&key);
    if (r != NULL)
        note(p, "key", same ? WELL : ILL, same ? TEXT_DOCTOR_KEY : TEXT_DOCTOR_KEY_OTHER, path);
    PQclear(r);
    return r != NULL;
}

static bool check_synchronised(struct ctl *ctl, struct report *p)
{
    bool kept = machine_clock_is_kept();

    (void)ctl;
    note(p, "synchronised", kept ? WELL : NOTE, kept ? TEXT_DOCTOR_NTP : TEXT_DOCTOR_NO_NTP, "");
    return true;
}

/* Where PostgreSQL keeps its data is told to few; beside it they are mostly where Debian has them. */
static bool check_disk(struct ctl *ctl, struct report *p)
{
    PGresult *r = db_query(ctl->db,
                           "SELECT CASE WHEN inet_server_addr() IS NULL THEN coalesce((SELECT "
                           "setting FROM pg_settings WHERE name = 'data_directory'), "
                           "'/var/lib/postgresql') END",
                           0, NULL);
    const char *path = r != NULL && PQntuples(r) == 1 ? db_text(r, 0, 0) : NULL;
    struct machine_disk disk;
    char detail[DETAIL_MAX];

    if (path != NULL && machine_disk(path, &disk)) {
        bool well = disk.free_mib >= MUCH_FREE_MIB ||
                    disk.free_mib * 100 >= disk.all_mib * LEAST_FREE_PERCENT;

        snprintf(detail, sizeof detail, "%s: %" PRIu64 " / %" PRIu64 " MiB", path, disk.free_mib,
                 disk.all_mib);
        note(p, "disk", well ? WELL : ILL, well ? TEXT_DOCTOR_DISK : TEXT_DOCTOR_DISK_FULL, detail);
    }
    PQclear(r);
    return r != NULL;
}

static bool check_descriptors(struct ctl *ctl, struct report *p)
{
    struct machine_files files;
    char detail[DETAIL_MAX];

    if (machine_files("vekhad", settings_path(ctl), &files)) {
        bool well = files.open * 100 < files.limit * MOST_FILES_PERCENT;

        snprintf(detail, sizeof detail, "%ld / %ld", files.open, files.limit);
        note(p, "descriptors", well ? WELL : ILL, well ? TEXT_DOCTOR_FILES : TEXT_DOCTOR_FILES_FULL,
             detail);
    }
    return true;
}

static bool check_packages(struct ctl *ctl, struct report *p)
{
    struct str holes;
    char count[COUNT_MAX];
    size_t looked;

    (void)ctl;
    str_init(&holes, DETAIL_MAX);
    machine_holes(&holes, &looked);
    snprintf(count, sizeof count, "%zu", looked);
    if (holes.len > 0)
        note(p, "packages", ILL, TEXT_DOCTOR_HOLES, str_text(&holes));
    else if (looked > 0)
        note(p, "packages", WELL, TEXT_DOCTOR_NO_HOLES, count);
    str_finish(&holes);
    return true;
}

/* False if the database cannot be asked any more. */
static bool (*const parts[])(struct ctl *ctl, struct report *p) = {
    check_database, check_key, check_synchronised, check_disk, check_descriptors, check_packages,
};

int doctor_examine(struct ctl *ctl)
{
    struct report p = {.lang = ctl->lang,
                       .rows = ctl->given[OPTION_JSON] != NULL ? json_array() : NULL};
    bool good = true;

    for (size_t i = 0; good && i < sizeof parts / sizeof *parts; i++)
        good = parts[i](ctl, &p);
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
    return ctl->given[OPTION_REBUILD] != NULL ? compare(ctl) : doctor_examine(ctl);
}
