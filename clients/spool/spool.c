/* spool: the school's line may be away for a week; what was typed must outlive that, and a power
 * cut, and a full disk.  Files are written as mail servers do it, with the one step they tend to
 * leave out: the folder is fsynced before anyone hears "queued". */
#include "spool/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h> /* renameat */
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/durable.h"
#include "spool/patience.h"

enum { FIRST_ROOM = 64, SECONDS_PER_DAY = 86400 };

static const char *const folder_names[SPOOL_FOLDERS] = {
    [SPOOL_TMP] = "tmp",         [SPOOL_NEW] = "new", [SPOOL_SENT] = "sent",
    [SPOOL_REFUSED] = "refused", [SPOOL_BAD] = "bad",
};

struct spool {
    struct spool_limits limits;
    spool_tell *tell;
    void *context;
    int root, folders[SPOOL_FOLDERS]; /* descriptors, -1: not open */
    int write_lock, send_lock;
};

/* --- small help ------------------------------------------------------------------------------ */

static void close_fd(int fd)
{
    int saved = errno;
    if (fd >= 0)
        close(fd);
    errno = saved;
}

static bool lock(int fd, int operation)
{
    int rc;
    do {
        rc = flock(fd, operation);
    } while (rc != 0 && errno == EINTR);
    return rc == 0;
}

static void unlock(int fd)
{
    int saved = errno;
    flock(fd, LOCK_UN);
    errno = saved;
}

/* True if a name is an id as uuid_format() writes it. */
static bool names_id(const char *name, struct uuid *ret)
{
    char text[UUID_TEXT_MAX];
    return uuid_parse(name, strlen(name), ret) && strcmp(uuid_format(*ret, text), name) == 0;
}

/* --- listing --------------------------------------------------------------------------------- */

/* What walking through a folder does with each file; false ends the walk with a failure. */
typedef bool visit(struct spool *s, enum spool_folder folder, const char *name, void *data);

static bool walk(struct spool *s, enum spool_folder folder, visit *each, void *data)
{
    int fd = openat(s->folders[folder], ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    bool done = dir != NULL;
    if (dir == NULL) {
        close_fd(fd);
        return false;
    }
    errno = 0;
    for (struct dirent *d; done && (d = readdir(dir)) != NULL; errno = 0)
        if (d->d_name[0] != '.')
            done = each(s, folder, d->d_name, data);
    done = done && errno == 0;
    int saved = errno;
    closedir(dir);
    errno = saved;
    return done;
}

struct id_list {
    struct uuid *ids;
    size_t n, room;
};

static bool collect(struct spool *s, enum spool_folder folder, const char *name, void *data)
{
    struct id_list *list = data;
    struct uuid id;
    (void)s;
    (void)folder;
    if (!names_id(name, &id))
        return true;
    if (list->n == list->room) {
        size_t room = list->room == 0 ? FIRST_ROOM : list->room * 2;
        struct uuid *larger = reallocarray(list->ids, room, sizeof *larger);
        if (larger == NULL)
            return false;
        list->ids = larger;
        list->room = room;
    }
    list->ids[list->n++] = id;
    return true;
}

static int by_id(const void *a, const void *b)
{
    return uuid_compare(*(const struct uuid *)a, *(const struct uuid *)b);
}

bool spool_list(struct spool *s, enum spool_folder folder, struct uuid **ret, size_t *ret_n)
{
    struct id_list list = {NULL, 0, 0};
    if (!walk(s, folder, collect, &list)) {
        free(list.ids);
        return false;
    }
    if (list.n > 1)
        qsort(list.ids, list.n, sizeof *list.ids, by_id);
    *ret = list.ids;
    *ret_n = list.n;
    return true;
}

/* A submission is in the folder it goes to before it leaves new/. */
bool spool_find(struct spool *s, struct uuid id, enum spool_folder *ret)
{
    char name[UUID_TEXT_MAX];
    uuid_format(id, name);
    for (int f = SPOOL_NEW; f < SPOOL_FOLDERS; f++)
        if (faccessat(s->folders[f], name, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
            *ret = (enum spool_folder)f;
            return true;
        }
    return false;
}

/* --- opening --------------------------------------------------------------------------------- */

static bool clear_file(struct spool *s, enum spool_folder folder, const char *name, void *data)
{
    (void)data;
    return unlinkat(s->folders[folder], name, 0) == 0 || errno == ENOENT;
}

static void set_aside(struct spool *s, enum spool_folder folder, const char *name)
{
    if (renameat(s->folders[folder], name, s->folders[SPOOL_BAD], name) == 0) {
        fsync(s->folders[SPOOL_BAD]);
        if (s->tell != NULL)
            s->tell(s->context, name);
    }
}

static bool set_aside_strangers(struct spool *s, enum spool_folder folder, const char *name,
                                void *data)
{
    struct uuid id;
    (void)data;
    if (!names_id(name, &id))
        set_aside(s, folder, name);
    return true;
}

static bool clear_old(struct spool *s, enum spool_folder folder, const char *name, void *data)
{
    const time_t *oldest = data;
    struct stat st;
    if (fstatat(s->folders[folder], name, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_mtime < *oldest)
        unlinkat(s->folders[folder], name, 0);
    return true;
}

static void clear_surplus(struct spool *s, enum spool_folder folder)
{
    struct uuid *ids;
    char name[UUID_TEXT_MAX];
    size_t n;
    if (!spool_list(s, folder, &ids, &n))
        return;
    for (size_t i = 0; i + s->limits.keep_files < n; i++)
        unlinkat(s->folders[folder], uuid_format(ids[i], name), 0);
    free(ids);
}

/* Another process may be writing just now; then its files are left alone, and the next one tidies.
 */
void spool_tidy(struct spool *s)
{
    time_t oldest = time(NULL) - (time_t)SPOOL_KEEP_DAYS * SECONDS_PER_DAY;
    if (!lock(s->write_lock, LOCK_EX | LOCK_NB))
        return;
    walk(s, SPOOL_TMP, clear_file, NULL);
    walk(s, SPOOL_NEW, set_aside_strangers, NULL);
    for (int f = SPOOL_SENT; f < SPOOL_FOLDERS; f++) {
        walk(s, (enum spool_folder)f, clear_old, &oldest);
        clear_surplus(s, (enum spool_folder)f);
    }
    unlock(s->write_lock);
}

/* The school's group may share a spool: what others may do is left to the umask.  A folder whose
 * name the power takes takes all that is queued in it along. */
static bool make_folder(const char *path)
{
    if (mkdir(path, 0770) != 0)
        return errno == EEXIST;
    return durable_sync_name(path);
}

static bool make_path(const char *path)
{
    char *copy = strdup(path);
    bool done = copy != NULL;
    for (char *c = copy; done && *c != '\0'; c++) {
        if (*c == '/' && c > copy) {
            *c = '\0';
            done = make_folder(copy);
            *c = '/';
        }
    }
    done = done && make_folder(path);
    free(copy);
    return done;
}

static bool open_folders(struct spool *s)
{
    for (int f = 0; f < SPOOL_FOLDERS; f++) {
        if (mkdirat(s->root, folder_names[f], 0770) != 0 && errno != EEXIST)
            return false;
        s->folders[f] = openat(s->root, folder_names[f], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (s->folders[f] < 0)
            return false;
    }
    return fsync(s->root) == 0;
}

struct spool *spool_open(const char *path, const struct spool_limits *limits, spool_tell *tell,
                         void *context)
{
    struct spool *s = malloc(sizeof *s);
    if (s == NULL)
        return NULL;
    *s = (struct spool){
        .limits = {SPOOL_MAX_FILES, SPOOL_MAX_BYTES, SPOOL_KEEP_FILES},
        .tell = tell,
        .context = context,
        .root = -1,
        .folders = {-1, -1, -1, -1, -1},
        .write_lock = -1,
        .send_lock = -1,
    };
    if (limits != NULL)
        s->limits = *limits;
    if (!make_path(path))
        goto fail;
    s->root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (s->root < 0 || !open_folders(s))
        goto fail;
    s->write_lock = openat(s->root, ".write", O_RDONLY | O_CREAT | O_CLOEXEC, 0660);
    s->send_lock = openat(s->root, ".send", O_RDONLY | O_CREAT | O_CLOEXEC, 0660);
    if (s->write_lock < 0 || s->send_lock < 0)
        goto fail;
    spool_tidy(s);
    return s;
fail:
    spool_close(s);
    return NULL;
}

void spool_close(struct spool *s)
{
    if (s == NULL)
        return;
    for (int f = 0; f < SPOOL_FOLDERS; f++)
        close_fd(s->folders[f]);
    close_fd(s->write_lock);
    close_fd(s->send_lock);
    close_fd(s->root);
    free(s);
}

/* --- writing --------------------------------------------------------------------------------- */

/* The write lock must be held. */
static bool write_file(struct spool *s, enum spool_folder folder, const char *name,
                       const struct durable_piece *pieces, size_t n)
{
    if (!durable_create_at(s->folders[SPOOL_TMP], name, 0660, pieces, n))
        return false;
    bool renamed = renameat(s->folders[SPOOL_TMP], name, s->folders[folder], name) == 0;
    bool done = renamed && fsync(s->folders[folder]) == 0;
    if (!done) {
        int saved = errno;
        unlinkat(s->folders[renamed ? folder : SPOOL_TMP], name, 0);
        errno = saved;
    }
    return done;
}

struct usage {
    size_t files, bytes;
};

static bool add_usage(struct spool *s, enum spool_folder folder, const char *name, void *data)
{
    struct usage *u = data;
    struct stat st;
    if (fstatat(s->folders[folder], name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
        u->files++;
        u->bytes += (size_t)st.st_size;
    }
    return true;
}

static enum spool_error check_room(struct spool *s, size_t len)
{
    struct usage u = {0, 0};
    if (!walk(s, SPOOL_NEW, add_usage, &u))
        return SPOOL_DISK;
    if (u.files >= s->limits.max_files)
        return SPOOL_FULL_FILES;
    return u.bytes + len > s->limits.max_bytes ? SPOOL_FULL_BYTES : SPOOL_OK;
}

enum spool_error spool_add(struct spool *s, struct uuid id, const uint8_t *bytes, size_t len,
                           bool replay)
{
    uint8_t head[RECORD_HEAD];
    const struct durable_piece pieces[] = {{head, RECORD_HEAD}, {bytes, len}};
    char name[UUID_TEXT_MAX];
    record_head(RECORD_SUBMISSION, replay, bytes, len, head);
    uuid_format(id, name);
    if (!lock(s->write_lock, LOCK_EX))
        return SPOOL_DISK;
    enum spool_error e = check_room(s, RECORD_HEAD + len);
    /* A second try is a new file; where that fails, too, the disk does. */
    if (e == SPOOL_OK && !write_file(s, SPOOL_NEW, name, pieces, 2) &&
        !(errno == EIO && write_file(s, SPOOL_NEW, name, pieces, 2)))
        e = SPOOL_DISK;
    unlock(s->write_lock);
    return e;
}

bool spool_settle(struct spool *s, const struct spool_entry *e, enum spool_folder folder,
                  const uint8_t *answer, size_t len)
{
    uint8_t heads[2][RECORD_HEAD];
    const struct record *r = &e->file.submission;
    const struct durable_piece pieces[] = {
        {heads[0], RECORD_HEAD}, {r->bytes, r->len}, {heads[1], RECORD_HEAD}, {answer, len}};
    char name[UUID_TEXT_MAX];
    uuid_format(e->id, name);
    record_head(RECORD_SUBMISSION, e->file.replay, r->bytes, r->len, heads[0]);
    record_head(RECORD_ANSWER, false, answer, len, heads[1]);
    bool kept = lock(s->write_lock, LOCK_EX) && write_file(s, folder, name, pieces, 4);
    unlock(s->write_lock);
    if (!kept)
        return renameat(s->folders[SPOOL_NEW], name, s->folders[folder], name) == 0;
    /* If this is lost with the power, the submission is sent again and gets the same receipt. */
    return unlinkat(s->folders[SPOOL_NEW], name, 0) == 0 || errno == ENOENT;
}

/* --- reading --------------------------------------------------------------------------------- */

/* Reads up to RECORD_FILE_MAX + 1 bytes, so that a longer file shows. */
static enum spool_error read_file(struct spool *s, enum spool_folder folder, const char *name,
                                  uint8_t **ret, size_t *ret_len)
{
    enum { ROOM = RECORD_FILE_MAX + 1 };
    int fd = openat(s->folders[folder], name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    uint8_t *bytes = malloc(ROOM);
    size_t len = 0;
    ssize_t n = 1;
    enum spool_error e = SPOOL_DISK;
    if (fd < 0 || bytes == NULL) {
        e = fd < 0 && errno == ENOENT ? SPOOL_NONE : SPOOL_DISK;
        goto end;
    }
    while (len < ROOM && n != 0) {
        n = read(fd, bytes + len, ROOM - len);
        if (n < 0 && errno != EINTR)
            goto end;
        len += n > 0 ? (size_t)n : 0;
    }
    *ret = bytes;
    *ret_len = len;
    bytes = NULL;
    e = SPOOL_OK;
end:
    close_fd(fd);
    free(bytes);
    return e;
}

enum spool_error spool_load(struct spool *s, enum spool_folder folder, struct uuid id,
                            struct spool_entry *ret)
{
    char name[UUID_TEXT_MAX];
    struct record_file file;
    uint8_t *bytes;
    size_t len;
    enum spool_error e = read_file(s, folder, uuid_format(id, name), &bytes, &len);
    if (e != SPOOL_OK)
        return e;
    if (record_parse(bytes, len, id, &file) != RECORD_OK) {
        free(bytes);
        set_aside(s, folder, name);
        return SPOOL_DAMAGED;
    }
    *ret = (struct spool_entry){.id = id, .bytes = bytes, .file = file};
    return SPOOL_OK;
}

void spool_entry_finish(struct spool_entry *e)
{
    free(e->bytes);
    *e = (struct spool_entry){.bytes = NULL};
}

/* --- the one sender -------------------------------------------------------------------------- */

bool spool_lock_sender(struct spool *s, int timeout_ms)
{
    return patience_lock(s->send_lock, timeout_ms);
}

void spool_unlock_sender(struct spool *s)
{
    unlock(s->send_lock);
}
