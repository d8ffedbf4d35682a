/* pages: see pages.h. */
#include "agent/pages.h"

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
#include "wire/form.h"
#include "wire/limits.h"

#define FIRST "-"
#define MARK  "page "
#define TITLE "vekha-part 1 "

enum {
    HEX = 2 * WIRE_TAG + 1,
    HEAD_MAX = 128, /* of the file's first line */
    MODE = 0600,
};

struct page {
    char after[WIRE_MAX_CODE + 1];
    uint8_t tag[WIRE_TAG];
    size_t at, len; /* of its lines in the body, each with its newline */
};

struct pages {
    struct str body; /* all of the file but its first line */
    int64_t fetched_us;
    size_t n;
    size_t room;
    struct page *list; /* at most PAGES_MAX */
};

struct pages *pages_new(void)
{
    struct pages *p = calloc(1, sizeof *p);
    if (p == NULL)
        return NULL;
    str_init(&p->body, PAGES_MAX_BYTES);
    return p;
}

/* A place for another page; NULL with errno. */
static struct page *append_page(struct pages *p)
{
    if (p->n == PAGES_MAX) {
        errno = EFBIG;
        return NULL;
    }
    if (p->n == p->room) {
        size_t room = p->room > 0 ? 2 * p->room : 8;
        struct page *list = reallocarray(p->list, room, sizeof *list);
        if (list == NULL)
            return NULL;
        p->list = list;
        p->room = room;
    }
    struct page *page = &p->list[p->n++];
    memset(page, 0, sizeof *page);
    return page;
}

void pages_free(struct pages *p)
{
    if (p == NULL)
        return;
    str_finish(&p->body);
    free(p->list);
    free(p);
}

int64_t pages_fetched_us(const struct pages *p)
{
    return p->fetched_us;
}

/* --- reading --- */

/* Splits off a line; false at the end of the text, or if the last has no newline. */
static bool next_line(const char **at, const char *end, const char **ret, size_t *ret_len)
{
    const char *newline = *at < end ? memchr(*at, '\n', (size_t)(end - *at)) : NULL;
    if (newline == NULL)
        return false;
    *ret = *at;
    *ret_len = (size_t)(newline - *at);
    *at = newline + 1;
    return true;
}

static bool is_mark(const char *line, size_t len)
{
    return len >= sizeof MARK - 1 && memcmp(line, MARK, sizeof MARK - 1) == 0;
}

/* "page AFTER TAG" */
static bool begin_page(struct pages *p, const char *line, size_t len)
{
    const char *after = line + sizeof MARK - 1, *end = line + len;
    const char *blank = memchr(after, ' ', (size_t)(end - after));
    size_t after_len = blank != NULL ? (size_t)(blank - after) : 0, tag_len = 0;
    if (after_len == 0 || after_len > WIRE_MAX_CODE || end - blank - 1 != HEX - 1)
        return false;
    struct page *page = append_page(p);
    if (page == NULL)
        return false;
    memcpy(page->after, after, after_len);
    return sodium_hex2bin(page->tag, WIRE_TAG, blank + 1, HEX - 1, NULL, &tag_len, NULL) == 0 &&
           tag_len == WIRE_TAG;
}

static bool index_pages(struct pages *p)
{
    const char *body = str_text(&p->body), *at = body, *end = body + p->body.len, *line;
    size_t len;
    while (next_line(&at, end, &line, &len)) {
        if (is_mark(line, len)) {
            if (!begin_page(p, line, len))
                return false;
            p->list[p->n - 1].at = (size_t)(at - body);
        } else if (p->n == 0 || len > WIRE_MAX_FACT) {
            return false;
        } else {
            p->list[p->n - 1].len += len + 1;
        }
    }
    return at == end && p->n > 0;
}

static void checksum(const char *body, size_t len, char ret[HEX])
{
    uint8_t sum[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(sum, (const uint8_t *)body, len);
    sodium_bin2hex(ret, HEX, sum, sizeof sum);
}

/* "vekha-part 1 FETCHED_US SHA256" */
static bool read_head(const char *line, size_t len, int64_t *ret_us, char ret_sum[HEX])
{
    enum { DIGITS_MAX = 17 };
    const char *digits = line + sizeof TITLE - 1;
    if (len < sizeof TITLE - 1 + HEX || memcmp(line, TITLE, sizeof TITLE - 1) != 0)
        return false;
    size_t n = strspn(digits, "0123456789");
    if (n == 0 || n > DIGITS_MAX || digits[n] != ' ' || digits + n + 1 + (HEX - 1) != line + len)
        return false;
    *ret_us = strtoll(digits, NULL, 10);
    memcpy(ret_sum, digits + n + 1, HEX - 1);
    ret_sum[HEX - 1] = '\0';
    return form_time_ok(*ret_us);
}

struct pages *pages_read(const char *bytes, size_t len)
{
    const char *at = bytes, *line;
    char told[HEX], is[HEX];
    size_t line_len;
    int64_t fetched_us;
    struct pages *p = NULL;
    errno = EBADMSG;
    if (!next_line(&at, bytes + len, &line, &line_len) ||
        !read_head(line, line_len, &fetched_us, told))
        return NULL;
    size_t left = len - (size_t)(at - bytes);
    checksum(at, left, is);
    if (strcmp(told, is) != 0)
        return NULL;
    p = pages_new();
    if (p == NULL)
        return NULL;
    p->fetched_us = fetched_us;
    str_append(&p->body, at, left);
    bool fits = !p->body.failed;
    if (!fits || !index_pages(p)) {
        pages_free(p);
        errno = fits ? EBADMSG : EFBIG;
        return NULL;
    }
    return p;
}

bool pages_each_line(const struct pages *p, bool (*fn)(void *arg, const char *line, size_t len),
                     void *arg)
{
    const char *line;
    size_t len;
    for (size_t i = 0; i < p->n; i++) {
        const char *at = str_text(&p->body) + p->list[i].at, *end = at + p->list[i].len;
        while (next_line(&at, end, &line, &len))
            if (!fn(arg, line, len))
                return false;
    }
    return true;
}

/* --- pages as they come --- */

static const struct page *find(const struct pages *p, const char *after)
{
    for (size_t i = 0; p != NULL && i < p->n; i++)
        if (strcmp(p->list[i].after, after != NULL ? after : FIRST) == 0)
            return &p->list[i];
    return NULL;
}

const uint8_t *pages_tag(const struct pages *p, const char *after)
{
    const struct page *page = find(p, after);
    return page != NULL ? page->tag : NULL;
}

static bool fail_with(int error)
{
    errno = error;
    return false;
}

static bool add_lines(struct pages *p, const struct part_page *page)
{
    for (size_t i = 0; i < page->n_lines; i++) {
        if (is_mark(page->lines[i], strlen(page->lines[i])))
            return fail_with(EBADMSG);
        str_addf(&p->body, "%s\n", page->lines[i]);
    }
    return true;
}

bool pages_add(struct pages *p, const struct part_page *page, const struct pages *old)
{
    const struct page *kept = page->unchanged ? find(old, page->after) : NULL;
    const char *after = page->after != NULL ? page->after : FIRST;
    char tag[HEX];
    if (page->unchanged && (kept == NULL || memcmp(kept->tag, page->tag, WIRE_TAG) != 0))
        return fail_with(EBADMSG);
    struct page *added = append_page(p);
    if (added == NULL)
        return false;
    sodium_bin2hex(tag, sizeof tag, page->tag, WIRE_TAG);
    str_addf(&p->body, MARK "%s %s\n", after, tag);
    snprintf(added->after, sizeof added->after, "%s", after);
    memcpy(added->tag, page->tag, WIRE_TAG);
    added->at = p->body.len;
    if (kept != NULL)
        str_append(&p->body, str_text(&old->body) + kept->at, kept->len);
    else if (!add_lines(p, page))
        return false;
    added->len = p->body.len - added->at;
    return !p->body.failed || fail_with(EFBIG);
}

/* --- the file --- */

static bool path_of(const char *spool, char **ret)
{
    return asprintf(ret, "%s/part", spool) >= 0 || fail_with(ENOMEM);
}

static char *read_all(int fd, size_t *ret_len)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return NULL;
    if (!S_ISREG(st.st_mode) || st.st_size > PAGES_MAX_BYTES + HEAD_MAX) {
        errno = EFBIG;
        return NULL;
    }
    size_t len = (size_t)st.st_size, got = 0;
    char *bytes = malloc(len + 1);
    for (ssize_t n; bytes != NULL && got < len; got += (size_t)n) {
        n = read(fd, bytes + got, len - got);
        if (n <= 0) {
            free(bytes);
            errno = n == 0 ? EBADMSG : errno;
            return NULL;
        }
    }
    *ret_len = got;
    return bytes;
}

char *pages_load(const char *spool, size_t *ret_len)
{
    char *path, *bytes = NULL;
    if (!path_of(spool, &path))
        return NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd >= 0)
        bytes = read_all(fd, ret_len);
    int error = errno;
    if (fd >= 0)
        close(fd);
    free(path);
    errno = error;
    return bytes;
}

bool pages_save(const struct pages *p, const char *spool, int64_t fetched_us)
{
    char *path, sum[HEX];
    struct str file;
    if (!path_of(spool, &path))
        return false;
    checksum(str_text(&p->body), p->body.len, sum);
    str_init(&file, PAGES_MAX_BYTES + HEAD_MAX);
    str_addf(&file, TITLE "%" PRId64 " %s\n", fetched_us, sum);
    str_append(&file, str_text(&p->body), p->body.len);
    bool done =
        file.failed ? fail_with(ENOMEM) : durable_replace(path, MODE, str_text(&file), file.len);
    int error = errno;
    str_finish(&file);
    free(path);
    errno = error;
    return done;
}
