/* migrate: brings a database to the schema that this program carries.
 *
 * An applied migration is a promise: its checksum is kept, and a program whose text differs refuses
 * to go on rather than guess what the database looks like. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "admin/cluster.h"
#include "admin/commands.h"
#include "admin/db.h"
#include "admin/migrations.h"
#include "admin/migrated.h"
#include "admin/text.h"

enum { DIGITS_MAX = 16 };

/* One migrate at a time; the number is arbitrary and belongs to Vekha's migrations. */
static const char LOCK[] = "SELECT pg_advisory_lock(7361001)";

static const char MAKE_TABLE[] =
    "CREATE TABLE IF NOT EXISTS public.vekha_migration ("
    "number integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL,"
    "applied_at timestamptz NOT NULL, applied_by text NOT NULL); "
    "GRANT SELECT ON public.vekha_migration TO PUBLIC"; /* doctor compares it */

static void checksum(const struct migration *m, char ret[MIGRATED_SHA256_MAX])
{
    unsigned char hash[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(hash, (const unsigned char *)m->text, m->len);
    sodium_bin2hex(ret, MIGRATED_SHA256_MAX, hash, sizeof hash);
}

static const struct migration *find_migration(int64_t number)
{
    for (size_t i = 0; i < n_migrations; i++)
        if (migrations[i].number == number)
            return &migrations[i];
    return NULL;
}

bool migrated_read(struct db *db, struct migrated *ret)
{
    PGresult *r = db_query(db,
                           "SELECT number, name, sha256, applied_at::date::text, applied_by "
                           "FROM public.vekha_migration ORDER BY number",
                           0, NULL);

    *ret = (struct migrated){.rows = r, .n = r != NULL ? (size_t)PQntuples(r) : 0};
    return r != NULL;
}

void migrated_finish(struct migrated *m)
{
    PQclear(m->rows);
    *m = (struct migrated){0};
}

bool migrated_verify(const struct migrated *m, enum lang lang)
{
    for (int i = 0; i < (int)m->n; i++) {
        const struct migration *own = find_migration(db_number(m->rows, i, 0));
        char sum[MIGRATED_SHA256_MAX];

        if (own == NULL) {
            complain(lang, TEXT_MIGRATION_UNKNOWN, db_text(m->rows, i, 1));
            return false;
        }
        checksum(own, sum);
        if (strcmp(sum, db_text(m->rows, i, 2)) != 0) {
            complain(lang, TEXT_MIGRATION_ALTERED, own->name, db_text(m->rows, i, 3),
                     db_text(m->rows, i, 4));
            return false;
        }
    }
    return true;
}

size_t migrated_missing(const struct migrated *m)
{
    return n_migrations - m->n; /* after migrated_verify(): every applied one is among ours */
}

/* The row of an applied migration, or -1. */
static int applied_row(const struct migrated *m, int number)
{
    for (int i = 0; i < (int)m->n; i++)
        if (db_number(m->rows, i, 0) == number)
            return i;
    return -1;
}

static bool apply_one(struct ctl *ctl, const struct migration *m)
{
    char sum[MIGRATED_SHA256_MAX], number[DIGITS_MAX];
    const char *const row[] = {number, m->name, sum, ctl_now(ctl)};

    checksum(m, sum);
    snprintf(number, sizeof number, "%d", m->number);
    if (db_begin(ctl->db) && db_script(ctl->db, m->text) &&
        db_do(ctl->db,
              "INSERT INTO public.vekha_migration (number, name, sha256, applied_at, applied_by) "
              "VALUES ($1::integer, $2, $3, $4::timestamptz, session_user)",
              4, row) &&
        db_commit(ctl->db))
        return true;
    db_rollback(ctl->db);
    complain(ctl->lang, TEXT_MIGRATION_FAILED, m->name);
    return false;
}

/* each: one line for each migration. */
static bool apply_missing(struct ctl *ctl, const struct migrated *before, bool each)
{
    for (size_t i = 0; i < n_migrations; i++) {
        const struct migration *m = &migrations[i];
        int row = applied_row(before, m->number);

        if (row < 0 && !apply_one(ctl, m))
            return false;
        if (each && row < 0)
            tell(ctl->lang, TEXT_MIGRATION_APPLIED, m->name);
        else if (each)
            tell(ctl->lang, TEXT_MIGRATION_STANDS, m->name, db_text(before->rows, row, 3));
    }
    return true;
}

/* The centre's row is made with the schema; whether it plays a past time is settled before it is
 * used. */
static bool settle_centre(struct ctl *ctl)
{
    const char *const params[] = {ctl->given[OPTION_REPLAY] != NULL ? "true" : "false",
                                  ctl_now(ctl)};
    PGresult *r;
    bool good = false;

    if (!db_do(
            ctl->db,
            "INSERT INTO vekha.centre (replay, created_at) VALUES ($1::boolean, $2::timestamptz) "
            "ON CONFLICT DO NOTHING",
            2, params))
        return false;
    if (ctl->given[OPTION_REPLAY] == NULL)
        return true;
    r = db_query(ctl->db,
                 "UPDATE vekha.centre SET replay = true WHERE replay OR NOT EXISTS "
                 "(SELECT FROM vekha.organisation) AND NOT EXISTS (SELECT FROM vekha.submission) "
                 "RETURNING replay",
                 0, NULL);
    if (r != NULL && PQntuples(r) == 1) {
        tell(ctl->lang, TEXT_REPLAY_MADE);
        good = true;
    } else if (r != NULL) {
        complain(ctl->lang, TEXT_REPLAY_NOT_FRESH);
    }
    PQclear(r);
    return good;
}

/* Years are made ready long before they begin; each time migrate runs it looks further ahead. */
static bool prepare_years(struct ctl *ctl)
{
    const char *const now[] = {ctl_now(ctl)};

    return db_do(ctl->db,
                 "SELECT vekha.ensure_partitions(y.now, y.now + 10) FROM (SELECT extract(year FROM "
                 "$1::timestamptz)::integer AS now) y",
                 1, now);
}

bool migrate(struct ctl *ctl, bool each, struct migration_counts *ret)
{
    struct migrated before = {0};
    bool good = false;

    if (sodium_init() < 0 || !db_do(ctl->db, LOCK, 0, NULL) || !db_script(ctl->db, MAKE_TABLE) ||
        !migrated_read(ctl->db, &before))
        goto out;
    if (!migrated_verify(&before, ctl->lang) || !apply_missing(ctl, &before, each) ||
        !settle_centre(ctl) || !prepare_years(ctl))
        goto out;
    *ret = (struct migration_counts){.now = migrated_missing(&before), .before = before.n};
    good = true;
out:
    migrated_finish(&before);
    return good;
}

int migrate_run(struct ctl *ctl)
{
    struct migration_counts counts;
    char now[DIGITS_MAX], earlier[DIGITS_MAX];

    if (!cluster_act_as_owner(ctl) || !migrate(ctl, true, &counts))
        return db_exit(ctl->db);
    snprintf(now, sizeof now, "%zu", counts.now);
    snprintf(earlier, sizeof earlier, "%zu", counts.before);
    tell(ctl->lang, TEXT_MIGRATIONS_DONE, now, earlier);
    return CTL_DONE;
}
