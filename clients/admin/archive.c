/* archive: old years leave the database for files, and come back.
 *
 *     write the files, synced, under a name that only a whole vault has
 *     BEGIN; nobody reads or writes figures; the tables hold what the files do; take the years out;
 *     the verdicts on all that stays are the same; COMMIT
 *
 * Killed before COMMIT, the database is as it was, and the next run finds whole files or none; after it, all is done. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/archived.h"
#include "admin/cluster.h"
#include "admin/commands.h"
#include "admin/db.h"
#include "admin/json.h"
#include "admin/listing.h"
#include "admin/rebuild.h"
#include "admin/text.h"
#include "admin/vault.h"
#include "table.h"

enum {
    YEAR_MIN = 1901,
    YEAR_MAX = 2999,
    DIGITS_MAX = 24,
    TRIES = 3,
    WAIT_MS = 60000, /* for what was received a moment ago to be assessed */
    POLL_MS = 50,
};

#define USAGE                                                                                      \
    "archive --before YEAR --out DIR [--drop] [--dry-run] [--yes] | archive --list [--json] | "    \
    "archive --restore DIR [--dry-run] | archive --drop [--dry-run]"

struct number {
    char digits[DIGITS_MAX];
};

static const char *in_digits(int64_t n, struct number *ret)
{
    snprintf(ret->digits, sizeof ret->digits, "%lld", (long long)n);
    return ret->digits;
}

/* --- what stands in the way ------------------------------------------------------------------- */

static const struct {
    const char *what;
    enum text says; /* how many, and an example */
} obstacles[] = {
    {"young", TEXT_ARCHIVE_YOUNG},
    {"waiting", TEXT_ARCHIVE_WAITING},
    {"question", TEXT_ARCHIVE_QUESTION},
};

static PGresult *ask_obstacles(struct ctl *ctl, const char *before)
{
    const char *const params[] = {before, ctl_now(ctl)};

    return db_query(ctl->db,
                    "SELECT what, n, example FROM "
                    "vekha.archive_obstacles($1::integer, $2::timestamptz)",
                    2, params);
}

static bool is_passing(const PGresult *r)
{
    return r != NULL && PQntuples(r) == 1 && strcmp(db_text(r, 0, 0), "waiting") == 0;
}

/* Schools report at all hours: what only waits to be assessed gets its time. */
static bool is_free(struct ctl *ctl, const char *before)
{
    PGresult *r = ask_obstacles(ctl, before);
    bool good;

    for (int waited = 0; is_passing(r) && waited < WAIT_MS; waited += POLL_MS) {
        if (waited == 0)
            tell(ctl->lang, TEXT_ARCHIVE_WAITS, db_text(r, 0, 1));
        poll(NULL, 0, POLL_MS);
        PQclear(r);
        r = ask_obstacles(ctl, before);
    }
    good = r != NULL && PQntuples(r) == 0;

    for (int row = 0; r != NULL && row < PQntuples(r); row++)
        for (size_t i = 0; i < sizeof obstacles / sizeof *obstacles; i++)
            if (strcmp(db_text(r, row, 0), obstacles[i].what) == 0)
                complain(ctl->lang, obstacles[i].says, db_text(r, row, 1), db_text(r, row, 2));
    PQclear(r);
    return good;
}

/* Verdicts that do not stand as they would be given cannot be held against those that will be. */
static bool is_well(struct ctl *ctl)
{
    struct rebuilt counts;
    struct number different;
    bool compared = db_do(ctl->db, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", 0, NULL) &&
                    rebuild_compare_kept(ctl, &counts);

    db_rollback(ctl->db);
    if (!compared)
        return false;
    if (counts.different == 0)
        return true;
    complain(ctl->lang, TEXT_ARCHIVE_UNWELL, in_digits((int64_t)counts.different, &different));
    return false;
}

/* --- taking ----------------------------------------------------------------------------------- */

static bool begin(struct ctl *ctl, const char *before)
{
    const char *const params[] = {before, ctl_now(ctl)};

    return db_begin(ctl->db) &&
           db_do(ctl->db, "SELECT vekha.archive_begin($1::integer, $2::timestamptz)", 2, params);
}

/* The number of the archive; 0, and said why, if nothing was taken. */
static int64_t take_out(struct ctl *ctl, const struct vault *v, const char *before)
{
    char digest[2 * VAULT_DIGEST + 1];
    struct number files, rows;
    const char *const params[] = {before,
                                  v->path,
                                  sodium_bin2hex(digest, sizeof digest, v->digest, VAULT_DIGEST),
                                  in_digits((int64_t)v->n, &files),
                                  in_digits(vault_rows(v), &rows),
                                  ctl_now(ctl)};
    PGresult *r = db_query(ctl->db,
                           "SELECT vekha.archive_take($1::integer, $2, decode($3, 'hex'), "
                           "$4::integer, $5::bigint, $6::timestamptz)",
                           6, params);
    int64_t id = r != NULL ? db_number(r, 0, 0) : 0;

    PQclear(r);
    return id;
}

/* True if no verdict on what stays is another than before, or whoever asked knows. */
static bool keeps_verdicts(struct ctl *ctl)
{
    struct rebuilt counts;
    struct number different;

    if (!rebuild_compare_kept(ctl, &counts))
        return false;
    if (counts.different == 0 || ctl->given[OPTION_YES] != NULL)
        return true;
    complain(ctl->lang, TEXT_ARCHIVE_VERDICTS, in_digits((int64_t)counts.different, &different));
    return false;
}

static bool drop(struct ctl *ctl, int64_t id)
{
    struct number number;
    const char *const params[] = {in_digits(id, &number), ctl_now(ctl)};

    return db_do(ctl->db, "SELECT vekha.archive_drop($1::integer, $2::timestamptz)", 2, params);
}

enum taken { TAKEN_NOT, TAKEN_CHANGED, TAKEN_DONE };

/* One transaction, undone unless all of it went well. */
static enum taken take_verified(struct ctl *ctl, const struct vault *v, const char *before)
{
    bool rehearsal = ctl->given[OPTION_DRY_RUN] != NULL, same = true;
    enum taken taken = TAKEN_NOT;
    int64_t id;

    if (begin(ctl, before) && (rehearsal || vault_check_tables(ctl, v, "", &same))) {
        if (!same)
            taken = TAKEN_CHANGED;
        else if ((id = take_out(ctl, v, before)) != 0 && keeps_verdicts(ctl) &&
                 (ctl->given[OPTION_DROP] == NULL || drop(ctl, id)) &&
                 (rehearsal || db_commit(ctl->db)))
            taken = TAKEN_DONE;
    }
    db_rollback(ctl->db);
    return taken;
}

/* A figure may come between the files and the lock. */
static bool write_and_take(struct ctl *ctl, struct vault *v, const char *before, const char *dir)
{
    enum taken taken = TAKEN_CHANGED;

    for (int i = 0; i < TRIES && taken == TAKEN_CHANGED; i++) {
        if ((i > 0 && !vault_unmake(ctl, v)) || !vault_write(ctl, v, dir))
            return false;
        taken = take_verified(ctl, v, before);
    }
    if (taken == TAKEN_CHANGED)
        complain(ctl->lang, TEXT_BUSY, before);
    return taken == TAKEN_DONE;
}

/* Files of a run that ended before it took anything out. */
static bool go_on(struct ctl *ctl, const struct vault *planned, const char *before)
{
    struct vault v;
    enum taken taken = TAKEN_NOT;

    if (vault_read(ctl, planned->path, &v) && vault_check_files(ctl, &v)) {
        bool alike = v.before == planned->before && v.n == planned->n;

        for (size_t i = 0; i < v.n && alike; i++)
            alike = strcmp(v.files[i].part, planned->files[i].part) == 0;
        taken = alike ? take_verified(ctl, &v, before) : TAKEN_CHANGED;
    }
    if (taken == TAKEN_CHANGED)
        complain(ctl->lang, TEXT_VAULT_OTHER, v.path);
    vault_finish(&v);
    return taken == TAKEN_DONE;
}

/* Those that nothing will be judged by any more, and what their alerts will do. */
static bool tell_alerts(struct ctl *ctl, const char *before)
{
    PGresult *r =
        db_query(ctl->db,
                 "SELECT count(*) FROM vekha.alert a JOIN vekha.assessment s ON s.organisation = "
                 "a.organisation AND s.indicator = a.indicator JOIN vekha.plan p ON p.id = s.plan "
                 "WHERE a.closed_at IS NULL AND p.ends < make_date($1::integer, 1, 1)",
                 1, &before);
    bool any = r != NULL && db_number(r, 0, 0) > 0;

    if (any)
        tell(ctl->lang, TEXT_ARCHIVE_ALERTS, db_text(r, 0, 0));
    PQclear(r);
    return r != NULL;
}

static bool tell_parts(struct ctl *ctl, const struct vault *v)
{
    for (size_t i = 0; i < v->n; i++) {
        char sql[VAULT_NAME_MAX * 2];
        PGresult *r;

        if (v->files[i].parent[0] == '\0')
            continue;
        snprintf(sql, sizeof sql, "SELECT count(*) FROM vekha.%s", v->files[i].part);
        r = db_query(ctl->db, sql, 0, NULL);
        if (r == NULL)
            return false;
        tell(ctl->lang, TEXT_ARCHIVE_PART, v->files[i].part, db_text(r, 0, 0));
        PQclear(r);
    }
    return true;
}

static bool take_planned(struct ctl *ctl, struct vault *v, const char *before)
{
    const char *dir = ctl->given[OPTION_OUT];
    bool rehearsal = ctl->given[OPTION_DRY_RUN] != NULL, there = vault_exists(v, dir), done;

    if (!tell_parts(ctl, v) || !tell_alerts(ctl, before))
        return false;
    if (rehearsal)
        done = take_verified(ctl, v, before) == TAKEN_DONE;
    else
        done = there ? go_on(ctl, v, before) : write_and_take(ctl, v, before, dir);
    if (done)
        tell(ctl->lang, rehearsal ? TEXT_ARCHIVE_WOULD : TEXT_ARCHIVE_DONE, before, v->path);
    return done;
}

static int drop_all(struct ctl *ctl);

static int take(struct ctl *ctl)
{
    const char *before = ctl->given[OPTION_BEFORE];
    int year = (int)strtol(before, NULL, 10), archived = archived_before(ctl);
    struct vault v = {0};
    bool done;

    if (archived < 0)
        return db_exit(ctl->db);
    if (archived >= year) {
        tell(ctl->lang, TEXT_ARCHIVE_STANDS, before);
        return ctl->given[OPTION_DROP] != NULL ? drop_all(ctl) : CTL_DONE;
    }
    if (!is_free(ctl, before) || !is_well(ctl) || !vault_plan(ctl, year, &v))
        return db_exit(ctl->db);
    if (v.n == 0) {
        tell(ctl->lang, TEXT_ARCHIVE_NOTHING, before);
        return CTL_DONE;
    }
    done = take_planned(ctl, &v, before);
    vault_finish(&v);
    return done ? CTL_DONE : db_exit(ctl->db);
}

/* --- what was archived ------------------------------------------------------------------------ */

/* As $1: the manifest's digest, or NULL for all.  The latest first. */
static PGresult *ask_archives(struct ctl *ctl, const char *digest)
{
    return db_query(ctl->db,
                    "SELECT id, concat_ws('–', first_year, nullif(before_year - 1, first_year)), "
                    "entries, at::date, by_whom, "
                    "folder, dropped_at IS NOT NULL, restored_at::date, before_year, "
                    "encode(manifest, 'hex') FROM vekha.archive WHERE $1::text IS NULL OR "
                    "encode(manifest, 'hex') = $1 AND restored_at IS NULL ORDER BY id DESC",
                    1, &digest);
}

enum { A_ID, A_YEARS, A_ROWS, A_DAY, A_BY, A_FOLDER, A_DROPPED, A_RESTORED, A_BEFORE, A_DIGEST };

static enum text state_of(const PGresult *r, int row)
{
    if (db_text(r, row, A_RESTORED) != NULL)
        return TEXT_ARCHIVE_RESTORED;
    return *db_text(r, row, A_DROPPED) == 't' ? TEXT_ARCHIVE_OUT : TEXT_ARCHIVE_DETACHED;
}

static json_t *archive_json(const PGresult *r, int row)
{
    return json_pack("{s:I, s:o, s:I, s:o, s:o, s:o, s:b, s:o}", "id",
                     (json_int_t)db_number(r, row, A_ID), "years", json_text(r, row, A_YEARS),
                     "rows", (json_int_t)db_number(r, row, A_ROWS), "archived_on",
                     json_text(r, row, A_DAY), "by", json_text(r, row, A_BY), "folder",
                     json_text(r, row, A_FOLDER), "dropped", *db_text(r, row, A_DROPPED) == 't',
                     "restored_on", json_text(r, row, A_RESTORED));
}

static int list_as_json(const PGresult *r)
{
    json_t *rows = json_array();

    for (int row = 0; row < PQntuples(r); row++)
        json_array_append_new(rows, archive_json(r, row));
    return json_answer(NULL, NULL, rows);
}

static int list_as_table(const struct ctl *ctl, const PGresult *r)
{
    static const int shown[] = {A_ID, A_YEARS, A_ROWS, A_DAY, A_BY};
    const struct table_column columns[] = {
        {text(TEXT_COLUMN_ID, ctl->lang), TABLE_RIGHT, TABLE_FIXED},
        {text(TEXT_COLUMN_YEARS, ctl->lang), TABLE_LEFT, TABLE_FIXED},
        {text(TEXT_COLUMN_ROWS, ctl->lang), TABLE_RIGHT, TABLE_FIXED},
        {text(TEXT_COLUMN_CREATED, ctl->lang), TABLE_LEFT, TABLE_FIXED},
        {text(TEXT_COLUMN_BY, ctl->lang), TABLE_LEFT, TABLE_FIXED},
        {text(TEXT_COLUMN_STATE, ctl->lang), TABLE_LEFT, TABLE_FIXED},
        {text(TEXT_COLUMN_FOLDER, ctl->lang), TABLE_LEFT, TABLE_FIXED},
    };
    struct table *t = table_new(columns, sizeof columns / sizeof *columns);
    bool good;

    if (t == NULL)
        return CTL_REFUSED;
    for (int row = 0; row < PQntuples(r); row++) {
        for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
            table_cell(t, db_text(r, row, shown[i]));
        table_cell(t, text(state_of(r, row), ctl->lang));
        table_cell(t, db_text(r, row, A_FOLDER));
    }
    good = table_print(t, stdout, ctl->colour);
    table_free(t);
    return good ? CTL_DONE : CTL_REFUSED;
}

static int list(struct ctl *ctl)
{
    static const struct listing archives = {list_as_json, list_as_table, TEXT_NOTHING_FOUND};

    return listing_show(ctl, ask_archives(ctl, NULL), &archives);
}

/* --- dropping --------------------------------------------------------------------------------- */

/* Only while its files are there, whole: they are all that is left then. */
static bool drop_one(struct ctl *ctl, const PGresult *r, int row)
{
    char digest[2 * VAULT_DIGEST + 1];
    struct vault v;
    bool rehearsal = ctl->given[OPTION_DRY_RUN] != NULL;
    bool good = vault_read(ctl, db_text(r, row, A_FOLDER), &v) && vault_check_files(ctl, &v);

    sodium_bin2hex(digest, sizeof digest, v.digest, sizeof v.digest);
    if (good && strcmp(digest, db_text(r, row, A_DIGEST)) != 0) {
        complain(ctl->lang, TEXT_VAULT_OTHER, v.path);
        good = false;
    }
    good = good && (rehearsal || drop(ctl, db_number(r, row, A_ID)));
    if (good)
        tell(ctl->lang, rehearsal ? TEXT_ARCHIVE_WOULD_DROP : TEXT_ARCHIVE_DROPPED,
             db_text(r, row, A_YEARS));
    vault_finish(&v);
    return good;
}

static int drop_all(struct ctl *ctl)
{
    PGresult *r = ask_archives(ctl, NULL);
    int n = 0;
    bool good = r != NULL;

    for (int row = 0; good && row < PQntuples(r); row++)
        if (state_of(r, row) == TEXT_ARCHIVE_DETACHED) {
            good = drop_one(ctl, r, row);
            n++;
        }
    if (good && n == 0)
        tell(ctl->lang, TEXT_NOTHING_FOUND);
    PQclear(r);
    return good ? CTL_DONE : db_exit(ctl->db);
}

/* --- bringing back ---------------------------------------------------------------------------- */

static bool make_parts(struct ctl *ctl, const struct vault *v)
{
    for (size_t i = 0; i < v->n; i++) {
        char name[VAULT_NAME_MAX + sizeof "_restored"];
        const char *const params[] = {name, v->files[i].parent};

        snprintf(name, sizeof name, "%s_restored", v->files[i].part);
        if (v->files[i].parent[0] != '\0' &&
            !db_do(ctl->db, "SELECT vekha.archive_new_part($1, $2)", 2, params))
            return false;
    }
    return true;
}

/* One transaction, undone unless all of it went well. */
static bool give_back(struct ctl *ctl, const struct vault *v, const char *id)
{
    const char *const params[] = {id, ctl_now(ctl)};
    bool same = false, done = false;
    struct number before;

    if (begin(ctl, in_digits(v->before, &before)) && make_parts(ctl, v) && vault_load(ctl, v) &&
        vault_check_tables(ctl, v, "_restored", &same)) {
        if (!same)
            complain(ctl->lang, TEXT_VAULT_LOADED_OTHER, v->path);
        done = same &&
               db_do(ctl->db, "SELECT vekha.archive_give_back($1::integer, $2::timestamptz)", 2,
                     params) &&
               (ctl->given[OPTION_DRY_RUN] != NULL || db_commit(ctl->db));
    }
    db_rollback(ctl->db);
    return done;
}

static bool restore_known(struct ctl *ctl, const struct vault *v, const PGresult *r)
{
    int before = archived_before(ctl);
    struct number latest;

    if (before < 0)
        return false;
    if (PQntuples(r) == 0) {
        complain(ctl->lang, TEXT_VAULT_UNKNOWN, v->path);
        return false;
    }
    if (db_number(r, 0, A_BEFORE) != before) {
        complain(ctl->lang, TEXT_ARCHIVE_NOT_LATEST, in_digits(before, &latest));
        return false;
    }
    return give_back(ctl, v, db_text(r, 0, A_ID));
}

static int restore(struct ctl *ctl)
{
    char digest[2 * VAULT_DIGEST + 1];
    struct vault v;
    struct number rows;
    PGresult *r = NULL;
    bool done = false;

    if (vault_read(ctl, ctl->given[OPTION_RESTORE], &v) && vault_check_files(ctl, &v)) {
        r = ask_archives(ctl, sodium_bin2hex(digest, sizeof digest, v.digest, sizeof v.digest));
        done = r != NULL && restore_known(ctl, &v, r);
    }
    if (done)
        tell(ctl->lang,
             ctl->given[OPTION_DRY_RUN] != NULL ? TEXT_ARCHIVE_WOULD_RESTORE : TEXT_ARCHIVE_BACK,
             db_text(r, 0, A_YEARS), in_digits(vault_rows(&v), &rows));
    PQclear(r);
    vault_finish(&v);
    return done ? CTL_DONE : db_exit(ctl->db);
}

/* --- the command ------------------------------------------------------------------------------ */

static bool is_year(const char *given)
{
    return strlen(given) == 4 && strspn(given, "0123456789") == 4 &&
           strtol(given, NULL, 10) >= YEAR_MIN && strtol(given, NULL, 10) <= YEAR_MAX;
}

int archive_run(struct ctl *ctl)
{
    const char *const *given = ctl->given;

    if (given[OPTION_BEFORE] != NULL && !is_year(given[OPTION_BEFORE])) {
        complain(ctl->lang, TEXT_OPERANDS, USAGE);
        return CTL_USAGE;
    }
    if (given[OPTION_LIST] != NULL)
        return list(ctl);
    if (sodium_init() < 0 || !cluster_act_as_owner(ctl))
        return db_exit(ctl->db);
    if (given[OPTION_RESTORE] != NULL)
        return restore(ctl);
    return given[OPTION_BEFORE] != NULL ? take(ctl) : drop_all(ctl);
}
