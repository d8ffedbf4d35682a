/* vault: see vault.h.  A name is given to the folder last, so whatever bears it is whole. */
#include "admin/vault.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admin/db.h"
#include "admin/manifest.h"
#include "admin/text.h"
#include "base/durable.h"
#include "fault.h"

enum { STATEMENT_MAX = 3 * VAULT_COLUMNS_MAX, PIECE = 65536, DIGITS_MAX = 16 };

/* What the numbers in the rows mean: not brought back, only read.  By the table's columns. */
static const struct {
    const char *name, *query;
} books[] = {
    {"organisations",
     "SELECT o.id, o.code, v.name, p.code AS parent FROM vekha.organisation o "
     "LEFT JOIN vekha.organisation_version v ON v.organisation = o.id AND v.superseded_at = "
     "'infinity' AND v.valid_to = 'infinity' LEFT JOIN vekha.organisation p ON p.id = v.parent "
     "ORDER BY o.id"},
    {"indicators",
     "SELECT i.id, i.code, v.name, v.kind, v.unit, p.code AS project FROM vekha.indicator i "
     "LEFT JOIN vekha.indicator_version v ON v.indicator = i.id AND v.superseded_at = 'infinity' "
     "AND v.valid_to = 'infinity' LEFT JOIN vekha.project p ON p.id = v.project ORDER BY i.id"},
    {"agents",
     "SELECT a.id, o.code AS organisation, a.enrolled_at, a.revoked_at, a.desk FROM vekha.agent a "
     "JOIN vekha.organisation o ON o.id = a.organisation ORDER BY a.id"},
};

enum { BOOKS = sizeof books / sizeof *books };

static bool complain_of(const struct ctl *ctl, enum text id, const char *path)
{
    complain(ctl->lang, id, path, fault_text(errno, ctl->lang));
    return false;
}

/* --- what is to be written -------------------------------------------------------------------- */

static void take_part(const PGresult *r, int row, struct vault_file *ret)
{
    snprintf(ret->part, sizeof ret->part, "%s", db_text(r, row, 0));
    snprintf(ret->parent, sizeof ret->parent, "%s", db_text(r, row, 1));
    ret->year = (int)db_number(r, row, 2);
    snprintf(ret->columns, sizeof ret->columns, "%s", db_text(r, row, 3));
    snprintf(ret->sorting, sizeof ret->sorting, "%s", db_text(r, row, 4));
}

bool vault_plan(struct ctl *ctl, int before, struct vault *ret)
{
    char year[DIGITS_MAX];
    const char *const params[] = {year};
    PGresult *r;
    int n;

    *ret = (struct vault){.before = before};
    snprintf(year, sizeof year, "%d", before);
    r = db_query(ctl->db, "SELECT * FROM vekha.archive_parts($1::integer)", 1, params);
    n = r != NULL ? PQntuples(r) : 0;
    if (n > 0 && n <= VAULT_MAX_FILES - BOOKS)
        ret->files = calloc((size_t)n + BOOKS, sizeof *ret->files);
    for (int i = 0; i < n && ret->files != NULL; i++)
        take_part(r, i, &ret->files[ret->n++]);
    for (size_t i = 0; i < BOOKS && ret->files != NULL; i++)
        snprintf(ret->files[ret->n++].part, VAULT_NAME_MAX, "%s", books[i].name);
    PQclear(r);
    if (n > 0 && ret->files == NULL)
        complain(ctl->lang, TEXT_NO_MEMORY);
    return r != NULL && (n == 0 || ret->files != NULL);
}

void vault_finish(struct vault *v)
{
    free(v->files);
    v->files = NULL;
    v->n = 0;
}

int64_t vault_rows(const struct vault *v)
{
    int64_t rows = 0;

    for (size_t i = 0; i < v->n; i++)
        rows += v->files[i].parent[0] != '\0' ? v->files[i].rows : 0;
    return rows;
}

/* suffix: behind the name of the partition. */
static void write_statement(const struct vault_file *f, const char *suffix, char ret[STATEMENT_MAX])
{
    const char *query = NULL;

    for (size_t i = 0; i < BOOKS && f->parent[0] == '\0'; i++)
        if (strcmp(books[i].name, f->part) == 0)
            query = books[i].query;
    if (query != NULL)
        snprintf(ret, STATEMENT_MAX, "COPY (%s) TO STDOUT (FORMAT csv, HEADER)", query);
    else
        snprintf(ret, STATEMENT_MAX,
                 "COPY (SELECT %s FROM vekha.%s%s ORDER BY %s) TO STDOUT (FORMAT csv, HEADER)",
                 f->columns, f->part, suffix, f->sorting);
}

/* --- bytes on their way ----------------------------------------------------------------------- */

/* From the server to a file, or to nothing but the digest. */
struct stream {
    FILE *file; /* NULL: none */
    int64_t bytes;
    crypto_hash_sha256_state state;
};

static bool take_piece(void *arg, const char *bytes, size_t len)
{
    struct stream *s = arg;

    s->bytes += (int64_t)len;
    crypto_hash_sha256_update(&s->state, (const unsigned char *)bytes, len);
    return s->file == NULL || fwrite(bytes, 1, len, s->file) == len;
}

/* Fills in rows, bytes and digest of *f. */
static bool copy_part(struct ctl *ctl, struct vault_file *f, const char *suffix, FILE *file)
{
    struct stream s = {.file = file};
    char statement[STATEMENT_MAX];

    crypto_hash_sha256_init(&s.state);
    write_statement(f, suffix, statement);
    if (!db_copy_out(ctl->db, statement, take_piece, &s, &f->rows))
        return false;
    f->bytes = s.bytes;
    crypto_hash_sha256_final(&s.state, f->digest);
    return true;
}

static FILE *open_part(const struct vault *v, const struct vault_file *f, int folder, int flags)
{
    char name[VAULT_NAME_MAX + sizeof ".csv"];
    int fd;

    if (folder < 0)
        folder = open(v->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    else
        folder = dup(folder);
    if (folder < 0)
        return NULL;
    snprintf(name, sizeof name, "%s.csv", f->part);
    fd = openat(folder, name, flags | O_NOFOLLOW | O_CLOEXEC, 0600);
    close(folder);
    return fd < 0 ? NULL : fdopen(fd, flags == O_RDONLY ? "r" : "w");
}

/* --- writing ---------------------------------------------------------------------------------- */

static bool write_part(struct ctl *ctl, const struct vault *v, struct vault_file *f, int folder)
{
    FILE *file = open_part(v, f, folder, O_WRONLY | O_CREAT | O_EXCL);
    bool good, kept;

    if (file == NULL)
        return complain_of(ctl, TEXT_CANNOT_WRITE, v->path);
    good = copy_part(ctl, f, "", file);
    kept = !ferror(file) && fflush(file) == 0 && fsync(fileno(file)) == 0;
    kept = fclose(file) == 0 && kept;
    if (!kept)
        complain_of(ctl, TEXT_CANNOT_WRITE, v->path);
    return good && kept;
}

/* Only files: a folder of another's is not emptied by mistake. */
static bool empty_folder(int folder)
{
    int again = dup(folder);
    DIR *listing = again >= 0 ? fdopendir(again) : NULL;
    const struct dirent *entry;
    bool good = listing != NULL;

    if (listing == NULL && again >= 0)
        close(again);
    while (good && (entry = readdir(listing)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            good = unlinkat(folder, entry->d_name, 0) == 0;
    if (listing != NULL)
        closedir(listing);
    return good;
}

static bool make_folder(const char *path)
{
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

/* The name that the folder has until it is whole. */
static bool name_unfinished(const struct vault *v, char ret[PATH_MAX])
{
    if (snprintf(ret, PATH_MAX, "%s.unfinished", v->path) < PATH_MAX)
        return true;
    errno = ENAMETOOLONG;
    return false;
}

/* From the root on, if the folder is there: it is recorded, and looked for from elsewhere. */
static bool name_vault(struct vault *v, const char *dir)
{
    char whole[PATH_MAX];
    const char *in = realpath(dir, whole) != NULL ? whole : dir;

    if (snprintf(v->path, sizeof v->path, "%s/before-%d", in, v->before) < (int)sizeof v->path)
        return true;
    errno = ENAMETOOLONG;
    return false;
}

bool vault_exists(struct vault *v, const char *dir)
{
    return name_vault(v, dir) && access(v->path, F_OK) == 0;
}

static bool fill_folder(struct ctl *ctl, struct vault *v, int folder)
{
    if (!empty_folder(folder))
        return complain_of(ctl, TEXT_CANNOT_WRITE, v->path);
    for (size_t i = 0; i < v->n; i++)
        if (!write_part(ctl, v, &v->files[i], folder))
            return false;
    if (!manifest_write(ctl, v, folder))
        return false;
    return fsync(folder) == 0 || complain_of(ctl, TEXT_CANNOT_WRITE, v->path);
}

bool vault_write(struct ctl *ctl, struct vault *v, const char *dir)
{
    char unfinished[PATH_MAX];
    int folder = -1;
    bool good;

    if (!make_folder(dir) || !name_vault(v, dir) || !name_unfinished(v, unfinished) ||
        !make_folder(unfinished) ||
        (folder = open(unfinished, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) < 0)
        return complain_of(ctl, TEXT_CANNOT_WRITE, dir);
    good = fill_folder(ctl, v, folder);
    close(folder);
    if (good && (rename(unfinished, v->path) != 0 || !durable_sync_name(v->path) ||
                 !durable_sync_name(dir)))
        good = complain_of(ctl, TEXT_CANNOT_WRITE, v->path);
    return good;
}

bool vault_unmake(struct ctl *ctl, struct vault *v)
{
    char unfinished[PATH_MAX];

    if (name_unfinished(v, unfinished) && rename(v->path, unfinished) == 0)
        return true;
    return complain_of(ctl, TEXT_CANNOT_WRITE, v->path);
}

/* --- reading ---------------------------------------------------------------------------------- */

bool vault_read(struct ctl *ctl, const char *path, struct vault *ret)
{
    *ret = (struct vault){0};
    if (realpath(path, ret->path) == NULL)
        return complain_of(ctl, TEXT_CANNOT_READ, path);
    return manifest_read(ctl, ret);
}

static ssize_t read_piece(FILE *file, char *buf, size_t size)
{
    size_t len = fread(buf, 1, size, file);

    return ferror(file) ? -1 : (ssize_t)len;
}

static bool check_file(struct ctl *ctl, const struct vault *v, const struct vault_file *f)
{
    FILE *file = open_part(v, f, -1, O_RDONLY);
    unsigned char digest[VAULT_DIGEST];
    crypto_hash_sha256_state state;
    char piece[PIECE];
    ssize_t len;

    if (file == NULL)
        return complain_of(ctl, TEXT_CANNOT_READ, v->path);
    crypto_hash_sha256_init(&state);
    while ((len = read_piece(file, piece, sizeof piece)) > 0)
        crypto_hash_sha256_update(&state, (const unsigned char *)piece, (size_t)len);
    crypto_hash_sha256_final(&state, digest);
    fclose(file);
    if (len == 0 && memcmp(digest, f->digest, sizeof digest) == 0)
        return true;
    complain(ctl->lang, TEXT_VAULT_DAMAGED, f->part, v->path);
    return false;
}

bool vault_check_files(struct ctl *ctl, const struct vault *v)
{
    for (size_t i = 0; i < v->n; i++)
        if (!check_file(ctl, v, &v->files[i]))
            return false;
    return true;
}

bool vault_check_tables(struct ctl *ctl, const struct vault *v, const char *suffix, bool *ret_same)
{
    *ret_same = true;
    for (size_t i = 0; i < v->n && *ret_same; i++) {
        struct vault_file f = v->files[i];

        if (f.parent[0] == '\0')
            continue;
        if (!copy_part(ctl, &f, suffix, NULL))
            return false;
        *ret_same = f.rows == v->files[i].rows && f.bytes == v->files[i].bytes &&
                    memcmp(f.digest, v->files[i].digest, sizeof f.digest) == 0;
    }
    return true;
}

static ssize_t give_piece(void *arg, char *buf, size_t size)
{
    return read_piece(arg, buf, size);
}

static bool load_part(struct ctl *ctl, const struct vault *v, const struct vault_file *f)
{
    char statement[STATEMENT_MAX];
    FILE *file = open_part(v, f, -1, O_RDONLY);
    bool good;

    if (file == NULL)
        return complain_of(ctl, TEXT_CANNOT_READ, v->path);
    snprintf(statement, sizeof statement,
             "COPY vekha.%s_restored (%s) FROM STDIN (FORMAT csv, HEADER MATCH)", f->part,
             f->columns);
    good = db_copy_in(ctl->db, statement, give_piece, file);
    fclose(file);
    return good;
}

bool vault_load(struct ctl *ctl, const struct vault *v)
{
    for (size_t i = 0; i < v->n; i++)
        if (v->files[i].parent[0] != '\0' && !load_part(ctl, v, &v->files[i]))
            return false;
    return true;
}
