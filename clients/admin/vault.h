/* vault: the folder that archived years lie in: a CSV file for each partition, code books to read them by, and a manifest that has
 * their SHA-256.  It is complete or it has not its name.
 *
 *     DIR/before-2020/figure_2018.csv …     rows as COPY wrote them, by their key, a line of headings first
 *                     organisations.csv …   what the numbers in them mean
 *                     manifest.json         format, schema, and of each file: table, year, columns, rows, bytes, sha256
 */
#ifndef VEKHA_ADMIN_VAULT_H
#define VEKHA_ADMIN_VAULT_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sodium.h>

#include "admin/ctl.h"

enum {
    VAULT_FORMAT = 1,
    VAULT_MAX_FILES = 1000,
    VAULT_NAME_MAX = 64,
    VAULT_COLUMNS_MAX = 1000,
    VAULT_DIGEST = crypto_hash_sha256_BYTES,
};

struct vault_file {
    char part[VAULT_NAME_MAX];   /* the partition, and the file's name without .csv */
    char parent[VAULT_NAME_MAX]; /* the table it is a partition of; "" for a code book */
    int year;
    char columns[VAULT_COLUMNS_MAX]; /* as COPY takes them */
    char sorting[VAULT_COLUMNS_MAX]; /* the columns of the key */
    int64_t rows, bytes;
    unsigned char digest[VAULT_DIGEST];
};

struct vault {
    char path[PATH_MAX];
    int before; /* the first year that is not in it */
    size_t n;
    struct vault_file *files;
    unsigned char digest[VAULT_DIGEST]; /* of the manifest */
};

/* All return false, and have said why, if they cannot.  A vault is finished after any of them. */

/* The partitions of years before one that are not archived yet, with nothing known of their rows; none: n is 0. */
bool vault_plan(struct ctl *ctl, int before, struct vault *ret) __attribute__((warn_unused_result));
void vault_finish(struct vault *v);

/* Writes the rows of a planned vault to DIR/before-YEAR, synced; what a run that was killed left of it unfinished is
 * thrown away. */
bool vault_write(struct ctl *ctl, struct vault *v, const char *dir)
    __attribute__((warn_unused_result));

/* True if DIR/before-YEAR is there; v->path is its path, either way. */
bool vault_exists(struct vault *v, const char *dir);

/* Unmakes what vault_write() of this run has made, so that it can be made anew. */
bool vault_unmake(struct ctl *ctl, struct vault *v) __attribute__((warn_unused_result));

/* Reads the manifest of a folder. */
bool vault_read(struct ctl *ctl, const char *path, struct vault *ret)
    __attribute__((warn_unused_result));

/* The files are there, whole. */
bool vault_check_files(struct ctl *ctl, const struct vault *v) __attribute__((warn_unused_result));

/* The tables hold what the files do, digit for digit; suffix is what stands behind the names of partitions.  *ret_same says
 * whether they do; nothing is complained of if they do not. */
bool vault_check_tables(struct ctl *ctl, const struct vault *v, const char *suffix, bool *ret_same)
    __attribute__((warn_unused_result));

/* Fills PART_restored, which are there and empty, with the rows of the files. */
bool vault_load(struct ctl *ctl, const struct vault *v) __attribute__((warn_unused_result));

/* Of all files of partitions. */
int64_t vault_rows(const struct vault *v);

#endif
