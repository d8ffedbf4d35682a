/* manifest: see manifest.h. */
#include "admin/manifest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#include "admin/db.h"
#include "admin/migrations.h"
#include "admin/text.h"
#include "base/durable.h"
#include "fault.h"

enum { MANIFEST_MAX = 4 * 1024 * 1024, DIGEST_TEXT = 2 * VAULT_DIGEST + 1 };

static json_t *file_json(const struct vault_file *f)
{
    char digest[DIGEST_TEXT], name[VAULT_NAME_MAX + sizeof ".csv"];

    sodium_bin2hex(digest, sizeof digest, f->digest, sizeof f->digest);
    snprintf(name, sizeof name, "%s.csv", f->part);
    return json_pack("{s:s, s:s, s:i, s:s, s:s, s:I, s:I, s:s}", "file", name, "table", f->parent,
                     "year", f->year, "columns", f->columns, "sorting", f->sorting, "rows",
                     (json_int_t)f->rows, "bytes", (json_int_t)f->bytes, "sha256", digest);
}

static json_t *vault_json(const struct ctl *ctl, const struct vault *v, const char *by,
                          const char *database)
{
    json_t *files = json_array(), *books = json_array();

    for (size_t i = 0; i < v->n; i++)
        json_array_append_new(v->files[i].parent[0] != '\0' ? files : books,
                              file_json(&v->files[i]));
    return json_pack("{s:i, s:s, s:i, s:i, s:s, s:s, s:s, s:o, s:o}", "format", VAULT_FORMAT,
                     "program", "vekhactl " VEKHA_VERSION, "schema",
                     migrations[n_migrations - 1].number, "before", v->before, "written_at",
                     ctl_now(ctl), "by", by, "database", database, "files", files, "code_books",
                     books);
}

bool manifest_write(struct ctl *ctl, struct vault *v, int folder)
{
    PGresult *r = db_query(ctl->db, "SELECT session_user, current_database()", 0, NULL);
    json_t *root = r != NULL ? vault_json(ctl, v, db_text(r, 0, 0), db_text(r, 0, 1)) : NULL;
    char *text = root != NULL ? json_dumps(root, JSON_INDENT(2)) : NULL;
    bool good = false;

    PQclear(r);
    json_decref(root);
    if (text != NULL) {
        const struct durable_piece pieces[] = {{text, strlen(text)}, {"\n", 1}};
        crypto_hash_sha256_state state;

        crypto_hash_sha256_init(&state);
        for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
            crypto_hash_sha256_update(&state, pieces[i].bytes, pieces[i].len);
        crypto_hash_sha256_final(&state, v->digest);
        good =
            durable_create_at(folder, MANIFEST_NAME, 0600, pieces, sizeof pieces / sizeof *pieces);
        if (!good)
            complain(ctl->lang, TEXT_CANNOT_WRITE, v->path, fault_text(errno, ctl->lang));
    } else if (r != NULL) {
        complain(ctl->lang, TEXT_NO_MEMORY);
    }
    free(text);
    return good;
}

/* --- reading ---------------------------------------------------------------------------------- */

/* A name of ours: no path, and nothing that would have to be quoted in SQL. */
static bool take_name(const char *given, char ret[VAULT_NAME_MAX])
{
    size_t len = given != NULL ? strlen(given) : VAULT_NAME_MAX;

    if (len >= VAULT_NAME_MAX || len != strspn(given, "abcdefghijklmnopqrstuvwxyz_0123456789"))
        return false;
    memcpy(ret, given, len + 1);
    return true;
}

static bool take_columns(const char *given, char ret[VAULT_COLUMNS_MAX])
{
    size_t len = given != NULL ? strlen(given) : VAULT_COLUMNS_MAX;

    if (len >= VAULT_COLUMNS_MAX || len != strspn(given, "abcdefghijklmnopqrstuvwxyz_0123456789, "))
        return false;
    memcpy(ret, given, len + 1);
    return true;
}

static bool take_digest(const char *given, unsigned char ret[VAULT_DIGEST])
{
    size_t len = 0;

    return given != NULL &&
           sodium_hex2bin(ret, VAULT_DIGEST, given, strlen(given), NULL, &len, NULL) == 0 &&
           len == VAULT_DIGEST;
}

static bool take_file(json_t *o, struct vault_file *ret)
{
    const char *file = NULL, *parent = NULL, *columns = NULL, *sorting = NULL, *digest = NULL;
    json_int_t rows = 0, bytes = 0;
    char part[VAULT_NAME_MAX + sizeof ".csv"];
    size_t len;

    if (json_unpack(o, "{s:s, s:s, s:i, s:s, s:s, s:I, s:I, s:s}", "file", &file, "table", &parent,
                    "year", &ret->year, "columns", &columns, "sorting", &sorting, "rows", &rows,
                    "bytes", &bytes, "sha256", &digest) != 0)
        return false;
    len = strlen(file);
    if (len < sizeof ".csv" || len >= sizeof part || strcmp(file + len - 4, ".csv") != 0)
        return false;
    snprintf(part, sizeof part, "%.*s", (int)(len - 4), file);
    ret->rows = rows;
    ret->bytes = bytes;
    return take_name(part, ret->part) && take_name(parent, ret->parent) &&
           take_columns(columns, ret->columns) && take_columns(sorting, ret->sorting) &&
           take_digest(digest, ret->digest);
}

static bool take_files(json_t *list, struct vault *v)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (!take_file(json_array_get(list, i), &v->files[v->n++]))
            return false;
    return true;
}

static bool take_vault(json_t *root, struct vault *v)
{
    json_t *files = NULL, *books = NULL;
    int format = 0;
    size_t n;

    if (json_unpack(root, "{s:i, s:i, s:o, s:o}", "format", &format, "before", &v->before, "files",
                    &files, "code_books", &books) != 0 ||
        format != VAULT_FORMAT)
        return false;
    n = json_array_size(files) + json_array_size(books);
    v->files = n > 0 && n <= VAULT_MAX_FILES ? calloc(n, sizeof *v->files) : NULL;
    return v->files != NULL && take_files(files, v) && take_files(books, v);
}

static char *read_text(const char *path, size_t *ret_len)
{
    FILE *file = fopen(path, "re");
    char *text = file != NULL ? malloc(MANIFEST_MAX) : NULL;

    *ret_len = text != NULL ? fread(text, 1, MANIFEST_MAX, file) : 0;
    if (text != NULL && (ferror(file) || !feof(file))) {
        free(text);
        text = NULL;
    }
    if (file != NULL)
        fclose(file);
    return text;
}

bool manifest_read(struct ctl *ctl, struct vault *v)
{
    char path[PATH_MAX + sizeof MANIFEST_NAME + 1];
    size_t len;
    char *text;
    json_t *root;
    bool good;

    snprintf(path, sizeof path, "%s/" MANIFEST_NAME, v->path);
    errno = 0;
    text = read_text(path, &len);
    if (text == NULL) {
        complain(ctl->lang, TEXT_CANNOT_READ, path, fault_text(errno, ctl->lang));
        return false;
    }
    crypto_hash_sha256(v->digest, (const unsigned char *)text, len);
    root = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
    free(text);
    good = root != NULL && take_vault(root, v);
    json_decref(root);
    if (!good)
        complain(ctl->lang, TEXT_VAULT_BAD_MANIFEST, path);
    return good;
}
