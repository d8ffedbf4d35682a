/* state: see state.h. */
#include "folder/state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/durable.h"
#include "folder/lines.h"
#include "moment.h"
#include "object.h"
#include "school/texts.h"
#include "spool/patience.h"

#define STATE_MAGIC "vekha-agent 1"
#define FILE_NAME   "agent"
#define LOCK_NAME   "agent.lock"

enum { SCHEMA = 1, LOOK_MS = 2000 };

/* --- the text --- */

static bool take_us(int64_t *ret, const char *value)
{
    uint64_t us;
    if (!lines_number(&value, INT64_MAX, &us) || *value != '\0')
        return false;
    *ret = (int64_t)us;
    return true;
}

static bool take_count(size_t *ret, const char *value)
{
    uint64_t n;
    if (!lines_number(&value, SIZE_MAX, &n) || *value != '\0')
        return false;
    *ret = (size_t)n;
    return true;
}

static bool take_text(char *ret, size_t size, const char *value)
{
    return (size_t)snprintf(ret, size, "%s", value) < size;
}

#define TAKE(field, how)                                                                           \
    static bool take_##field(void *data, const char *value)                                        \
    {                                                                                              \
        struct state *s = data;                                                                    \
        return how;                                                                                \
    }

/* clang-format off */
TAKE(since, take_us(&s->since_us, value))
TAKE(contact, take_us(&s->contact_us, value))
TAKE(next, take_us(&s->next_us, value))
TAKE(trouble, take_text(s->trouble, sizeof s->trouble, value))
TAKE(growing, take_count(&s->unripe.growing, value))
TAKE(open, take_count(&s->unripe.open, value))
TAKE(one, take_text(s->unripe.one, sizeof s->unripe.one, value))
TAKE(endpoint, take_text(s->endpoint, sizeof s->endpoint, value))
/* clang-format on */

bool state_parse(const char *text, size_t len, struct state *ret)
{
    static const struct lines_word words[] = {
        {"since", take_since},     {"contact", take_contact},   {"next", take_next},
        {"trouble", take_trouble}, {"growing", take_growing},   {"open", take_open},
        {"one", take_one},         {"endpoint", take_endpoint},
    };
    *ret = (struct state){.since_us = 0};
    bool done = len <= STATE_MAX_BYTES &&
                lines_parse(text, len, STATE_MAGIC, words, sizeof words / sizeof *words, ret);
    if (!done)
        *ret = (struct state){.since_us = 0};
    return done;
}

bool state_equal(const struct state *a, const struct state *b)
{
    return a->since_us == b->since_us && a->contact_us == b->contact_us &&
           a->next_us == b->next_us && strcmp(a->trouble, b->trouble) == 0 &&
           strcmp(a->endpoint, b->endpoint) == 0 && a->unripe.growing == b->unripe.growing &&
           a->unripe.open == b->unripe.open && strcmp(a->unripe.one, b->unripe.one) == 0;
}

/* A text of somebody else must stay on its line. */
static void add_line(struct str *out, const char *word, const char *text)
{
    if (*text == '\0')
        return;
    str_addf(out, "%s ", word);
    for (; *text != '\0'; text++)
        str_append(out, *text == '\n' ? " " : text, 1);
    str_add(out, "\n");
}

static void write_state(const struct state *s, struct str *out)
{
    str_addf(out, STATE_MAGIC "\nsince %" PRId64 "\ncontact %" PRId64 "\nnext %" PRId64 "\n",
             s->since_us, s->contact_us, s->next_us);
    add_line(out, "trouble", s->trouble);
    str_addf(out, "growing %zu\nopen %zu\n", s->unripe.growing, s->unripe.open);
    add_line(out, "one", s->unripe.one);
    add_line(out, "endpoint", s->endpoint);
    str_add(out, "end\n");
}

/* --- beside the spool --- */

static int open_root(const char *spool)
{
    return open(spool, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void close_keeping_errno(int fd)
{
    int saved = errno;
    if (fd >= 0)
        close(fd);
    errno = saved;
}

bool state_save(const char *spool, const struct state *s)
{
    int root = open_root(spool);
    struct str text;
    str_init(&text, STATE_MAX_BYTES);
    write_state(s, &text);
    bool done =
        root >= 0 && !text.failed && durable_replace_at(root, FILE_NAME, 0660, text.text, text.len);
    close_keeping_errno(root);
    str_finish(&text);
    return done;
}

bool state_load(const char *spool, struct state *ret)
{
    int root = open_root(spool);
    struct str text;
    str_init(&text, STATE_MAX_BYTES);
    *ret = (struct state){.since_us = 0};
    bool read = root >= 0 && lines_load(root, FILE_NAME, &text);
    bool done = read && state_parse(str_text(&text), text.len, ret);
    if (read && !done)
        errno = EINVAL;
    close_keeping_errno(root);
    str_finish(&text);
    return done;
}

static int open_lock(const char *spool)
{
    int root = open_root(spool);
    int fd = root >= 0 ? openat(root, LOCK_NAME, O_RDONLY | O_CREAT | O_CLOEXEC, 0660) : -1;
    close_keeping_errno(root);
    return fd;
}

/* Whoever just looks whether one runs has the lock for a moment. */
int state_lock(const char *spool)
{
    int fd = open_lock(spool);
    if (fd >= 0 && !patience_lock(fd, LOOK_MS)) {
        close_keeping_errno(fd);
        fd = -1;
    }
    return fd;
}

bool state_is_running(const char *spool)
{
    int fd = open_lock(spool);
    bool runs = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close_keeping_errno(fd);
    return runs;
}

/* --- what is told --- */

static void print_count(enum say what, size_t n, enum lang lang, FILE *out)
{
    char text[32];
    snprintf(text, sizeof text, "%zu", n);
    if (n > 0)
        say_to(out, lang, what, text);
}

/* What the agent itself has told. */
static void print_own(const struct state_view *v, enum lang lang, FILE *out)
{
    const struct state *s = v->state;
    char time[CLOCK_TEXT_MAX];
    if (v->runs)
        say_to(out, lang, SAY_STATUS_RUNS, moment_text(s->since_us, lang, time));
    if (s->contact_us != 0)
        say_to(out, lang, SAY_STATUS_CONTACT, s->endpoint, moment_text(s->contact_us, lang, time));
    else if (*s->endpoint != '\0')
        say_to(out, lang, SAY_STATUS_NO_CONTACT, s->endpoint);
    if (*s->trouble != '\0')
        fprintf(out, "%s\n", s->trouble);
    if (v->runs && s->next_us != 0)
        say_to(out, lang, SAY_STATUS_NEXT, moment_text(s->next_us, lang, time));
    if (v->runs && s->unripe.growing + s->unripe.open > 0)
        say_to(out, lang, s->unripe.open > 0 ? SAY_STATUS_OPEN : SAY_STATUS_GROWING, s->unripe.one);
}

void state_print(const struct state_view *v, enum lang lang, FILE *out)
{
    char damaged[32];
    if (!v->runs)
        say_to(out, lang, SAY_STATUS_DOES_NOT_RUN);
    if (v->state != NULL)
        print_own(v, lang, out);
    if (v->folder != NULL)
        say_to(out, lang, SAY_STATUS_FOLDER, v->folder);
    if (v->queued + v->files == 0)
        say_to(out, lang, SAY_STATUS_ALL_SENT);
    print_count(SAY_STATUS_QUEUED, v->queued, lang, out);
    print_count(SAY_STATUS_FILES, v->files, lang, out);
    snprintf(damaged, sizeof damaged, "%zu", v->damaged);
    if (v->damaged > 0)
        say_to(out, lang, SAY_STATUS_DAMAGED, v->spool, damaged);
}

bool state_print_json(const struct state_view *v, FILE *out)
{
    const struct state none = {.since_us = 0}, *s = v->state != NULL ? v->state : &none;
    struct str text;
    struct object o;
    str_init(&text, 4 * STATE_MAX_BYTES);
    object_begin(&o, &text);
    object_number(&o, "schema", SCHEMA);
    object_flag(&o, "running", v->runs);
    object_moment(&o, "since", v->runs ? s->since_us : 0);
    object_text(&o, "folder", v->folder);
    object_text(&o, "endpoint", s->endpoint);
    object_moment(&o, "contact_at", s->contact_us);
    object_text(&o, "trouble", s->trouble);
    object_moment(&o, "next_at", v->runs ? s->next_us : 0);
    object_number(&o, "queued", (int64_t)v->queued);
    object_number(&o, "files", (int64_t)v->files);
    object_number(&o, "incomplete", (int64_t)s->unripe.growing);
    object_number(&o, "open_elsewhere", (int64_t)s->unripe.open);
    object_number(&o, "damaged", (int64_t)v->damaged);
    object_end(&o);
    bool done = !text.failed && fprintf(out, "%s\n", str_text(&text)) > 0 && fflush(out) == 0;
    str_finish(&text);
    return done;
}
