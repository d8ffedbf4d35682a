/* doctor: one statement per question, so that a new question is a new row.  What the daemon looks at,
 * too, is asked and said by the table of findings. */
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
#include "model/finding.h"
#include "wire/keys.h"

enum {
    COUNT_MAX = 24,
    SENTENCE_MAX = 2000,
    DETAIL_MAX = 1000,
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
    {"agents",
     "SELECT count(*) FILTER (WHERE a.revoked_at IS NULL) > 0 OR NOT EXISTS (SELECT FROM "
     "vekha.organisation), count(*) FILTER (WHERE a.revoked_at IS NULL) || ' / ' "
     "|| count(*) FILTER (WHERE a.revoked_at IS NOT NULL) FROM vekha.agent a",
     TEXT_DOCTOR_AGENTS, TEXT_DOCTOR_NO_AGENTS, ILL},
    {"catalogue", "SELECT count(*) > 0, count(*) FROM vekha.organisation", TEXT_DOCTOR_CATALOGUE,
     TEXT_DOCTOR_NO_CATALOGUE, NOTE},
};

struct checkup {
    enum lang lang;
    json_t *rows; /* with --json */
    size_t ill;
};

static const struct {
    const char *name, *sign;
} levels[] = {[WELL] = {"well", "  "}, [NOTE] = {"note", " ?"}, [ILL] = {"ill", "!!"}};

static void say(struct checkup *p, const char *name, enum level level, const char *sentence)
{
    p->ill += level == ILL;
    if (p->rows != NULL)
        json_array_append_new(p->rows,
                              json_pack("{s:s, s:b, s:s, s:s}", "check", name, "well", level != ILL,
                                        "level", levels[level].name, "text", sentence));
    else
        printf("%s %s\n", levels[level].sign, sentence);
}

static void note(struct checkup *p, const char *name, enum level level, enum text id,
                 const char *detail)
{
    char sentence[SENTENCE_MAX];

    snprintf(sentence, sizeof sentence, text(id, p->lang), detail);
    say(p, name, level, sentence);
}

/* One of the table; of a newer database's the name is all that is known here. */
static void note_finding(struct checkup *p, const char *name, enum finding_level level,
                         const char *detail)
{
    static const enum level weight[FINDING_LEVELS] = {WELL, NOTE, ILL, ILL};
    const struct finding *f = finding_find(name);
    struct str sentence;

    str_init(&sentence, FINDING_TEXT_MAX);
    if (f != NULL)
        finding_line(f, level == FINDING_WELL, detail, p->lang, &sentence);
    else
        str_addf(&sentence, "%s: %s", name, detail);
    say(p, name, weight[level], str_text(&sentence));
    str_finish(&sentence);
}

/* --- of the database --- */

static bool check_schema(struct ctl *ctl, struct checkup *p, bool *ret_current)
{
    struct migrated m = {0};
    char count[COUNT_MAX];
    bool good = sodium_init() >= 0 && migrated_read(ctl->db, &m) && migrated_verify(&m, ctl->lang);

    if (good) {
        size_t missing = migrated_missing(&m);

        *ret_current = missing == 0;
        snprintf(count, sizeof count, "%zu", missing > 0 ? missing : m.n);
        note(p, "schema", missing == 0 ? WELL : ILL,
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
    note(p, check->name, well ? WELL : check->level, well ? check->well : check->ill,
         PQntuples(r) == 1 ? PQgetvalue(r, 0, 1) : "");
    PQclear(r);
    return true;
}

static void note_findings(struct checkup *p, const PGresult *r)
{
    enum finding_level level;

    for (int i = 0; i < PQntuples(r); i++)
        if (finding_level_parse(db_text(r, i, 1), &level))
            note_finding(p, db_text(r, i, 0), level, db_text(r, i, 2));
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
static bool check_database(struct ctl *ctl, struct checkup *p)
{
    bool current, good = check_schema(ctl, p, &current);

    if (!good || !current)
        return good;
    for (size_t i = 0; good && i < sizeof checks / sizeof *checks; i++)
        good = run_check(ctl, &checks[i], p);
    return good && check_findings(ctl, p);
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
static bool check_key(struct ctl *ctl, struct checkup *p)
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

static bool check_synchronised(struct ctl *ctl, struct checkup *p)
{
    bool kept = machine_clock_is_kept();

    (void)ctl;
    note(p, "synchronised", kept ? WELL : NOTE, kept ? TEXT_DOCTOR_NTP : TEXT_DOCTOR_NO_NTP, "");
    return true;
}

/* If the database is on this machine. */
static bool check_disk(struct ctl *ctl, struct checkup *p)
{
    PGresult *r = db_query(ctl->db, "SELECT vekha.data_folder()", 0, NULL);
    const char *path = r != NULL && PQntuples(r) == 1 ? db_text(r, 0, 0) : NULL;
    struct machine_disk disk;
    char detail[DETAIL_MAX];

    if (path != NULL && machine_disk(path, &disk)) {
        snprintf(detail, sizeof detail, "%s: %" PRIu64 " / %" PRIu64 " MiB", path, disk.free_mib,
                 disk.all_mib);
        note_finding(p, "disk", finding_of_disk(disk.free_mib, disk.all_mib), detail);
    }
    PQclear(r);
    return r != NULL;
}

static bool check_descriptors(struct ctl *ctl, struct checkup *p)
{
    struct machine_files files;
    char detail[DETAIL_MAX];

    if (machine_files("vekhad", settings_path(ctl), &files)) {
        snprintf(detail, sizeof detail, "%ld / %ld", files.open, files.limit);
        note_finding(p, "descriptors", finding_of_files(files.open, files.limit), detail);
    }
    return true;
}

static bool check_packages(struct ctl *ctl, struct checkup *p)
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
static bool (*const parts[])(struct ctl *ctl, struct checkup *p) = {
    check_database, check_key, check_synchronised, check_disk, check_descriptors, check_packages,
};

int doctor_examine(struct ctl *ctl)
{
    struct checkup p = {.lang = ctl->lang,
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
