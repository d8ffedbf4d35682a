/* folder: see folder.h. */
#include "folder/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/durable.h"
#include "base/utf8.h"

enum {
    FIRST_ROOM = 16,
    STEM_MAX =
        200, /* bytes of a dropped name that are kept: a moment, a number and ".txt.new" go with them */
    ENDING_MAX = 16,      /* of these, of its ending */
    MOST_OF_A_NAME = 999, /* files of one name in one minute */
    US_PER_S = 1000000,
};

static const char *const shelf_names[FOLDER_SHELVES] = {
    [FOLDER_SENDING] = "sending",
    [FOLDER_ACCEPTED] = "accepted",
    [FOLDER_REFUSED] = "refused",
};

static const char *const questions_names[LANG_COUNT] = {
    [LANG_EN] = "QUESTIONS.txt",
    [LANG_RU] = "ВОПРОСЫ.txt",
};

struct folder {
    int root, shelves[FOLDER_SHELVES]; /* descriptors, -1: not open */
    struct ripe *ripe;
    struct folder_unripe unripe;
};

/* --- opening --- */

static int open_shelf(int root, const char *name)
{
    if (mkdirat(root, name, 0777) != 0 && errno != EEXIST) /* the umask tells what others may */
        return -1;
    return openat(root, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

struct folder *folder_open(const char *path)
{
    struct folder *f = malloc(sizeof *f);
    if (f == NULL)
        return NULL;
    *f = (struct folder){.root = -1, .shelves = {-1, -1, -1}};
    f->ripe = ripe_new();
    f->root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done = f->ripe != NULL && f->root >= 0;
    for (int s = 0; s < FOLDER_SHELVES && done; s++) {
        f->shelves[s] = open_shelf(f->root, shelf_names[s]);
        done = f->shelves[s] >= 0;
    }
    /* A shelf whose name the power takes takes all that lies on it along. */
    if (done && fsync(f->root) == 0)
        return f;
    int saved = errno;
    folder_close(f);
    errno = saved;
    return NULL;
}

void folder_close(struct folder *f)
{
    if (f == NULL)
        return;
    for (int s = 0; s < FOLDER_SHELVES; s++)
        if (f->shelves[s] >= 0)
            close(f->shelves[s]);
    if (f->root >= 0)
        close(f->root);
    ripe_free(f->ripe);
    free(f);
}

/* --- walking --- */

/* What is done with each name that is not hidden; false with errno counts as a failure, and the walk goes on. */
typedef bool visit(void *data, const char *name);

static bool walk(int folder, visit *each, void *data)
{
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    int failed = 0;
    if (dir == NULL) {
        int saved = errno;
        if (fd >= 0)
            close(fd);
        errno = saved;
        return false;
    }
    errno = 0;
    for (struct dirent *d; (d = readdir(dir)) != NULL; errno = 0)
        if (d->d_name[0] != '.' && !each(data, d->d_name))
            failed = errno;
    failed = errno != 0 ? errno : failed;
    closedir(dir);
    errno = failed;
    return failed == 0;
}

/* --- taking --- */

/* "2020-09-25 10.15" as the clock on the wall here shows it: no character that Windows forbids in a name. */
static void write_moment(int64_t us, char *buf, size_t size)
{
    const time_t seconds = (time_t)(us / US_PER_S);
    struct tm tm;
    if (localtime_r(&seconds, &tm) == NULL || strftime(buf, size, "%Y-%m-%d %H.%M", &tm) == 0)
        snprintf(buf, size, "0000-00-00 00.00");
}

/* The dropped name, or its beginning and its ending if it is too long; no character in it may break a line. */
static void write_stem(const char *name, char *buf)
{
    const char *ending = strrchr(name, '.');
    size_t len = strlen(name);
    if (len <= STEM_MAX) {
        memcpy(buf, name, len + 1);
    } else {
        size_t n = ending != NULL && strlen(ending) <= ENDING_MAX ? strlen(ending) : 0;
        size_t kept = STEM_MAX - n;
        while (kept > 0 && (name[kept] & 0xC0) == 0x80)
            kept--; /* not within a letter */
        memcpy(buf, name, kept);
        memcpy(buf + kept, name + len - n, n + 1);
    }
    for (char *c = buf; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7F)
            *c = '_';
}

static bool is_free(const struct folder *f, const char *name)
{
    char report[FOLDER_NAME_MAX + 8];
    snprintf(report, sizeof report, "%s.txt", name);
    for (int s = 0; s < FOLDER_SHELVES; s++)
        if (faccessat(f->shelves[s], name, F_OK, AT_SYMLINK_NOFOLLOW) == 0 ||
            faccessat(f->shelves[s], report, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
            return false;
    return true;
}

/* A name that none of the shelves has; one agent alone takes files, so it stays free. */
static bool choose_name(const struct folder *f, const char *dropped, int64_t now_us,
                        folder_name ret)
{
    char moment[32], stem[STEM_MAX + ENDING_MAX];
    write_moment(now_us, moment, sizeof moment);
    write_stem(dropped, stem);
    for (int i = 1; i <= MOST_OF_A_NAME; i++) {
        if (i == 1)
            snprintf(ret, FOLDER_NAME_MAX, "%s %s", moment, stem);
        else
            snprintf(ret, FOLDER_NAME_MAX, "%s (%d) %s", moment, i, stem);
        if (is_free(f, ret))
            return true;
    }
    errno = EEXIST;
    return false;
}

struct taking {
    struct folder *folder;
    int64_t now_us, now_ms;
    size_t under_way; /* in sending/ */
    bool moved;
};

static bool count_one(void *data, const char *name)
{
    size_t *n = data;
    (void)name;
    ++*n;
    return true;
}

static bool is_ours(const char *name)
{
    for (int l = 0; l < LANG_COUNT; l++)
        if (strcmp(name, questions_names[l]) == 0)
            return true;
    return false;
}

static void note_unripe(struct folder_unripe *u, enum ripe_state state, const char *name)
{
    if (*u->one == '\0' || (state == RIPE_OPEN && u->open == 0))
        snprintf(u->one, sizeof u->one, "%s", name);
    u->growing += state == RIPE_GROWING;
    u->open += state == RIPE_OPEN;
}

static bool take_one(void *data, const char *name)
{
    struct taking *t = data;
    struct folder *f = t->folder;
    struct stat st;
    folder_name taken;
    if (ripe_is_transient(name) || is_ours(name) ||
        fstatat(f->root, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode))
        return true;
    enum ripe_state state = ripe_look(f->ripe, f->root, name, &st, t->now_ms);
    if (state != RIPE_NOW) {
        note_unripe(&f->unripe, state, name);
        return true;
    }
    if (t->under_way >= FOLDER_MAX_SENDING)
        return true;
    if (!choose_name(f, name, t->now_us, taken))
        return false;
    if (renameat(f->root, name, f->shelves[FOLDER_SENDING], taken) != 0)
        return errno == ENOENT;
    t->moved = true;
    t->under_way++;
    return true;
}

bool folder_take(struct folder *f, int64_t now_us, int64_t now_ms)
{
    struct taking t = {.folder = f, .now_us = now_us, .now_ms = now_ms};
    f->unripe = (struct folder_unripe){.growing = 0};
    bool done =
        walk(f->shelves[FOLDER_SENDING], count_one, &t.under_way) && walk(f->root, take_one, &t);
    ripe_sweep(f->ripe);
    if (t.moved && (fsync(f->shelves[FOLDER_SENDING]) != 0 || fsync(f->root) != 0))
        done = false;
    return done;
}

const struct folder_unripe *folder_unripe(const struct folder *f)
{
    return f->unripe.growing + f->unripe.open > 0 ? &f->unripe : NULL;
}

/* --- what was taken --- */

struct names {
    folder_name *all;
    size_t n, room;
};

static bool add_name(void *data, const char *name)
{
    struct names *l = data;
    if (l->n == l->room) {
        size_t room = l->room == 0 ? FIRST_ROOM : l->room * 2;
        folder_name *larger = reallocarray(l->all, room, sizeof *larger);
        if (larger == NULL)
            return false;
        l->all = larger;
        l->room = room;
    }
    snprintf(l->all[l->n++], FOLDER_NAME_MAX, "%s", name);
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

bool folder_list(const struct folder *f, folder_name **ret, size_t *ret_n)
{
    struct names l = {NULL, 0, 0};
    if (!walk(f->shelves[FOLDER_SENDING], add_name, &l)) {
        int saved = errno;
        free(l.all);
        errno = saved;
        return false;
    }
    if (l.n > 1)
        qsort(l.all, l.n, sizeof *l.all, by_name);
    *ret = l.all;
    *ret_n = l.n;
    return true;
}

/* Reads what a descriptor gives, up to max bytes and one more that tells of a larger file. */
static bool read_all(int fd, size_t max, uint8_t **ret, size_t *ret_len)
{
    uint8_t *bytes = malloc(max + 1);
    size_t len = 0;
    ssize_t n = 1;
    while (bytes != NULL && n > 0 && len <= max) {
        n = read(fd, bytes + len, max + 1 - len);
        len += n > 0 ? (size_t)n : 0;
    }
    if (bytes != NULL && n >= 0 && len > max)
        errno = EFBIG;
    if (bytes == NULL || n < 0 || len > max) {
        free(bytes);
        return false;
    }
    *ret = bytes;
    *ret_len = len;
    return true;
}

bool folder_read(const struct folder *f, const char *name, size_t max, uint8_t **ret,
                 size_t *ret_len)
{
    struct stat st;
    int fd =
        openat(f->shelves[FOLDER_SENDING], name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    errno = regular ? errno : EINVAL;
    bool done = regular && read_all(fd, max, ret, ret_len);
    int saved = errno;
    close(fd);
    errno = saved;
    return done;
}

/* --- where it belongs --- */

bool folder_settle(const struct folder *f, const char *name, enum folder_shelf to,
                   const char *report, size_t len)
{
    char report_name[FOLDER_NAME_MAX + 8];
    snprintf(report_name, sizeof report_name, "%s.txt", name);
    if (!durable_replace_at(f->shelves[to], report_name, 0666, report, len))
        return false;
    if (renameat(f->shelves[FOLDER_SENDING], name, f->shelves[to], name) != 0 && errno != ENOENT)
        return false;
    return fsync(f->shelves[to]) == 0 && fsync(f->shelves[FOLDER_SENDING]) == 0;
}

bool folder_lay_questions(const struct folder *f, enum lang lang, const char *text, size_t len)
{
    bool done = true;
    for (int l = 0; l < LANG_COUNT; l++)
        if (text == NULL || l != (int)lang)
            done = (unlinkat(f->root, questions_names[l], 0) == 0 || errno == ENOENT) && done;
    return done &&
           (text == NULL || durable_replace_at(f->root, questions_names[lang], 0666, text, len));
}
