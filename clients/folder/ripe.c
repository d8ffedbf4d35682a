/* ripe: see ripe.h. */
#include "folder/ripe.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* A file as it looked since a moment. */
struct seen {
    char name[NAME_MAX + 1];
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec modified;
    int64_t since_ms;
    bool looked_at;
};

struct ripe {
    struct seen files[RIPE_MAX_FILES];
    size_t n;
};

struct ripe *ripe_new(void)
{
    return calloc(1, sizeof(struct ripe));
}

void ripe_free(struct ripe *r)
{
    free(r);
}

static bool ends_with(const char *name, const char *ending)
{
    size_t len = strlen(name), n = strlen(ending);
    return len > n && strcasecmp(name + len - n, ending) == 0;
}

bool ripe_is_transient(const char *name)
{
    static const char *const endings[] = {".tmp",      ".temp",       ".part", ".partial",
                                          ".filepart", ".crdownload", ".swp",  "~"};
    if (*name == '.' || *name == '~') /* ~$figures.xlsx: Excel has figures.xlsx open */
        return true;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (ends_with(name, endings[i]))
            return true;
    return strcasecmp(name, "thumbs.db") == 0 || strcasecmp(name, "desktop.ini") == 0;
}

static bool exists(int folder, const char *name)
{
    return faccessat(folder, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Excel leaves out the first letters of a long name: "~$gures.xlsx". */
static bool has_lock_file(int folder, const char *name)
{
    enum { LETTERS_LEFT_OUT = 2 };
    char lock[NAME_MAX + 16];
    size_t skip = 0;
    snprintf(lock, sizeof lock, ".~lock.%s#", name);
    if (exists(folder, lock))
        return true;
    snprintf(lock, sizeof lock, "~$%s", name);
    if (exists(folder, lock))
        return true;
    for (int letter = 0; letter < LETTERS_LEFT_OUT && name[skip] != '\0'; letter++)
        do
            skip++;
        while ((name[skip] & 0xC0) == 0x80);
    snprintf(lock, sizeof lock, "~$%s", name + skip);
    return exists(folder, lock);
}

/* The kernel grants a read lease only where nobody has the file open for writing. */
static bool has_writer(int folder, const char *name)
{
    bool writer = false;
#ifdef F_SETLEASE
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    writer = fd >= 0 && fcntl(fd, F_SETLEASE, F_RDLCK) != 0 && errno == EAGAIN;
    if (fd >= 0) {
        fcntl(fd, F_SETLEASE, F_UNLCK);
        close(fd);
    }
#else
    (void)folder;
    (void)name;
#endif
    return writer;
}

static bool looks_the_same(const struct seen *s, const struct stat *st)
{
    return s->device == st->st_dev && s->inode == st->st_ino && s->size == st->st_size &&
           s->modified.tv_sec == st->st_mtim.tv_sec && s->modified.tv_nsec == st->st_mtim.tv_nsec;
}

/* The place of a name; a new one if there is room, else NULL. */
static struct seen *find(struct ripe *r, const char *name)
{
    for (size_t i = 0; i < r->n; i++)
        if (strcmp(r->files[i].name, name) == 0)
            return &r->files[i];
    if (r->n == RIPE_MAX_FILES || strlen(name) > NAME_MAX)
        return NULL;
    struct seen *s = &r->files[r->n++];
    *s = (struct seen){.since_ms = -1};
    snprintf(s->name, sizeof s->name, "%s", name);
    return s;
}

enum ripe_state ripe_look(struct ripe *r, int folder, const char *name, const struct stat *st,
                          int64_t now_ms)
{
    struct seen *s = find(r, name);
    if (s == NULL)
        return RIPE_GROWING;
    s->looked_at = true;
    if (s->since_ms < 0 || !looks_the_same(s, st)) {
        s->device = st->st_dev;
        s->inode = st->st_ino;
        s->size = st->st_size;
        s->modified = st->st_mtim;
        s->since_ms = now_ms;
        return RIPE_GROWING;
    }
    if (now_ms - s->since_ms < RIPE_QUIET_MS)
        return RIPE_GROWING;
    return has_lock_file(folder, name) || has_writer(folder, name) ? RIPE_OPEN : RIPE_NOW;
}

void ripe_sweep(struct ripe *r)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->n; i++)
        if (r->files[i].looked_at) {
            if (kept != i)
                r->files[kept] = r->files[i];
            r->files[kept++].looked_at = false;
        }
    r->n = kept;
}
