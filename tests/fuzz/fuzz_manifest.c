/* fuzz_manifest: whatever stands in the manifest of a vault that somebody hands in, its names are no paths and need no quotes in SQL. */
#include <stdlib.h>
#include <string.h>

#include "admin/manifest.c"
#include "admin/text.c"
#include "fault.c"
#include "terminal.c"

const struct migration migrations[1] = {{0}};
const size_t n_migrations = 1;

/* Writing asks these, reading does not. */
const char *ctl_now(const struct ctl *ctl)
{
    (void)ctl;
    abort();
}

PGresult *db_query(struct db *db, const char *sql, int n, const char *const *params)
{
    (void)db, (void)sql, (void)n, (void)params;
    abort();
}

const char *db_text(const PGresult *r, int row, int column)
{
    (void)r, (void)row, (void)column;
    abort();
}

static void require(bool holds)
{
    if (!holds)
        abort();
}

static bool is_made_of(const char *text, const char *characters, size_t size)
{
    return strnlen(text, size) < size && text[strspn(text, characters)] == '\0';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char name[] = "abcdefghijklmnopqrstuvwxyz_0123456789",
                      names[] = "abcdefghijklmnopqrstuvwxyz_0123456789, ";
    json_t *root = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
    struct vault v = {.n = 0};
    bool good = root != NULL && take_vault(root, &v);

    json_decref(root);
    require(!good || (v.n > 0 && v.n <= VAULT_MAX_FILES));
    for (size_t i = 0; good && i < v.n; i++)
        require(is_made_of(v.files[i].part, name, VAULT_NAME_MAX) &&
                is_made_of(v.files[i].parent, name, VAULT_NAME_MAX) &&
                is_made_of(v.files[i].columns, names, VAULT_COLUMNS_MAX) &&
                is_made_of(v.files[i].sorting, names, VAULT_COLUMNS_MAX));
    free(v.files);
    return 0;
}
