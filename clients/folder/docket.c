/* docket: see docket.h. */
#include "folder/docket.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/durable.h"
#include "base/str.h"
#include "folder/lines.h"

#define DOCKET_MAGIC "vekha-docket 1"

enum { FIRST_ROOM = 16, HEX = 2 * DOCKET_SHA256 };

static const char *const stages[] = {
    [DOCKET_PLANNED] = NULL, /* says nothing */
    [DOCKET_QUEUED] = "queued",
    [DOCKET_CUT] = "cut",
};

void docket_finish(struct docket *d)
{
    if (d != NULL) {
        free(d->parcels);
        *d = (struct docket){.n = 0};
    }
}

/* --- the text --- */

static void write_docket(const struct docket *d, struct str *out)
{
    char hex[HEX + 1], id[UUID_TEXT_MAX];
    sodium_bin2hex(hex, sizeof hex, d->sha256, sizeof d->sha256);
    str_addf(out, DOCKET_MAGIC "\nname %s\nsha256 %s\n", d->name, hex);
    for (size_t i = 0; i < d->n; i++) {
        const struct parcel *p = &d->parcels[i];
        str_addf(out, "parcel %s %" PRId64 " %zu %zu\n", uuid_format(p->id, id), p->composed_us,
                 p->first, p->n);
    }
    if (stages[d->stage] != NULL)
        str_addf(out, "%s\n", stages[d->stage]);
    str_add(out, "end\n");
}

static bool take_name(void *data, const char *value)
{
    struct docket *d = data;
    bool good = *value != '\0' && *value != '.' && strchr(value, '/') == NULL &&
                strlen(value) < FOLDER_NAME_MAX;
    if (good)
        snprintf(d->name, sizeof d->name, "%s", value);
    return good;
}

static bool take_sha256(void *data, const char *value)
{
    struct docket *d = data;
    size_t len;
    return strlen(value) == HEX &&
           sodium_hex2bin(d->sha256, sizeof d->sha256, value, HEX, NULL, &len, NULL) == 0 &&
           len == DOCKET_SHA256;
}

/* UUID COMPOSED_US FIRST N */
static bool read_parcel(const char *value, struct parcel *ret)
{
    const char *at = value + UUID_TEXT_MAX;
    uint64_t composed, first, n;
    if (strlen(value) < UUID_TEXT_MAX || value[UUID_TEXT_MAX - 1] != ' ' ||
        !uuid_parse(value, UUID_TEXT_MAX - 1, &ret->id) ||
        !lines_number(&at, INT64_MAX, &composed) || !lines_number(&at, SHEET_MAX_ROWS, &first) ||
        !lines_number(&at, SHEET_MAX_ROWS, &n) || *at != '\0')
        return false;
    ret->composed_us = (int64_t)composed;
    ret->first = (size_t)first;
    ret->n = (size_t)n;
    return n > 0;
}

/* Parcels follow one another without a gap, as compose makes them. */
static bool take_parcel(void *data, const char *value)
{
    struct docket *d = data;
    const struct parcel *last = d->n > 0 ? &d->parcels[d->n - 1] : NULL;
    struct parcel p;
    if (d->parcels == NULL || d->n == DOCKET_MAX_PARCELS || !read_parcel(value, &p) ||
        p.first != (last != NULL ? last->first + last->n : 0))
        return false;
    d->parcels[d->n++] = p;
    return true;
}

static bool take_queued(void *data, const char *value)
{
    struct docket *d = data;
    d->stage = DOCKET_QUEUED;
    return *value == '\0';
}

static bool take_cut(void *data, const char *value)
{
    struct docket *d = data;
    d->stage = DOCKET_CUT;
    return *value == '\0';
}

bool docket_parse(const char *text, size_t len, struct docket *ret)
{
    static const struct lines_word words[] = {
        {"name", take_name},     {"sha256", take_sha256}, {"parcel", take_parcel},
        {"queued", take_queued}, {"cut", take_cut},
    };
    *ret = (struct docket){.stage = DOCKET_PLANNED};
    ret->parcels = calloc(DOCKET_MAX_PARCELS, sizeof *ret->parcels);
    bool done = ret->parcels != NULL && len <= DOCKET_MAX_BYTES &&
                lines_parse(text, len, DOCKET_MAGIC, words, sizeof words / sizeof *words, ret) &&
                *ret->name != '\0' && ret->n > 0;
    if (!done)
        docket_finish(ret);
    return done;
}

/* --- the disk --- */

int docket_folder(const char *spool)
{
    int root = open(spool, O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd = -1;
    if (root >= 0 && (mkdirat(root, "dockets", 0770) == 0 || errno == EEXIST) && fsync(root) == 0)
        fd = openat(root, "dockets", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int saved = errno;
    if (root >= 0)
        close(root);
    errno = saved;
    return fd;
}

bool docket_save(int folder, const struct docket *d)
{
    char id[UUID_TEXT_MAX];
    struct str text;
    str_init(&text, DOCKET_MAX_BYTES);
    write_docket(d, &text);
    errno = EFBIG;
    bool done = !text.failed && durable_replace_at(folder, uuid_format(d->parcels[0].id, id), 0660,
                                                   text.text, text.len);
    int saved = errno;
    str_finish(&text);
    errno = saved;
    return done;
}

bool docket_load(int folder, struct uuid id, struct docket *ret)
{
    char name[UUID_TEXT_MAX];
    struct str text;
    str_init(&text, DOCKET_MAX_BYTES);
    *ret = (struct docket){.n = 0};
    bool done = lines_load(folder, uuid_format(id, name), &text);
    int saved = errno;
    if (done && !docket_parse(str_text(&text), text.len, ret)) {
        done = false;
        saved = EINVAL;
    }
    str_finish(&text);
    errno = saved;
    return done;
}

bool docket_remove(int folder, const struct docket *d)
{
    char name[UUID_TEXT_MAX];
    return (unlinkat(folder, uuid_format(d->parcels[0].id, name), 0) == 0 || errno == ENOENT) &&
           fsync(folder) == 0;
}

bool docket_set_aside(int folder, struct uuid id)
{
    char name[UUID_TEXT_MAX], bad[UUID_TEXT_MAX + 8];
    snprintf(bad, sizeof bad, "%s.bad", uuid_format(id, name));
    return renameat(folder, name, folder, bad) == 0 && fsync(folder) == 0;
}

static bool is_half_written(const char *name)
{
    const char *ending = strrchr(name, '.');
    return ending != NULL && strcmp(ending, ".new") == 0;
}

void docket_tidy(int folder)
{
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    for (struct dirent *d; dir != NULL && (d = readdir(dir)) != NULL;)
        if (is_half_written(d->d_name))
            unlinkat(folder, d->d_name, 0);
    if (dir != NULL)
        closedir(dir);
    else if (fd >= 0)
        close(fd);
}

static int by_id(const void *a, const void *b)
{
    return uuid_compare(*(const struct uuid *)a, *(const struct uuid *)b);
}

static bool add_id(struct uuid **ids, size_t *n, size_t *room, struct uuid id)
{
    if (*n == *room) {
        size_t more = *room == 0 ? FIRST_ROOM : *room * 2;
        struct uuid *larger = reallocarray(*ids, more, sizeof *larger);
        if (larger == NULL)
            return false;
        *ids = larger;
        *room = more;
    }
    (*ids)[(*n)++] = id;
    return true;
}

bool docket_list(int folder, struct uuid **ret, size_t *ret_n)
{
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    struct uuid *ids = NULL, id;
    size_t n = 0, room = 0;
    bool done = dir != NULL;
    errno = 0;
    for (struct dirent *d; done && (d = readdir(dir)) != NULL; errno = 0)
        if (uuid_parse(d->d_name, strlen(d->d_name), &id))
            done = add_id(&ids, &n, &room, id);
    int saved = errno;
    if (dir != NULL)
        closedir(dir);
    else if (fd >= 0)
        close(fd);
    errno = saved;
    if (!done || saved != 0) {
        free(ids);
        return false;
    }
    if (n > 1)
        qsort(ids, n, sizeof *ids, by_id);
    *ret = ids;
    *ret_n = n;
    return true;
}
