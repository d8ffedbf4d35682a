/* enrol: a computer's own key: made here, let in by the centre, and changed now and then.
 *
 *     PATH.enrolling   written, with the new pair, before the centre is asked: whatever is cut off in between, the same pair is
 *                      asked for again, and the centre gives the same answer
 *     PATH             written, or replaced, once the centre has let the key in; PATH.enrolling is then removed */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <sodium.h>

#include "agent/draft.h"
#include "agent/enrolling.h"
#include "base/durable.h"
#include "base/str.h"
#include "fault.h"
#include "school/texts.h"
#include "spool/outcome.h"
#include "submit/commands.h"
#include "wire/invitation.h"

enum {
    CONF_MAX = 64 * 1024,
    INVITED_WAIT_MS = 30000, /* for a slow line; asked again, nothing is lost */
    CHECK_MS = 15000,
};

static const enum say not_read[] = {
    [INVITATION_FOREIGN] = SAY_NO_INVITATION,
    [INVITATION_CUT] = SAY_INVITATION_CUT,
    [INVITATION_TYPO] = SAY_INVITATION_TYPO,
};

/* Reads a whole file of no more than CONF_MAX bytes; false with errno. */
static bool read_text(FILE *file, struct str *ret)
{
    char buf[4096];
    size_t n;
    while ((n = fread(buf, 1, sizeof buf, file)) > 0)
        str_append(ret, buf, n);
    if (ret->failed)
        errno = EFBIG;
    return !ferror(file) && !ret->failed;
}

static bool read_path(const char *path, struct str *ret)
{
    FILE *file = fopen(path, "re");
    bool done = file != NULL && read_text(file, ret);
    int saved = errno;
    if (file != NULL)
        fclose(file);
    errno = saved;
    return done;
}

static void wipe(struct str *s)
{
    if (s->text != NULL)
        sodium_memzero(s->text, s->len);
    str_finish(s);
}

/* The line itself, the file that it is in, or - for standard input. */
static bool read_invitation(const struct work *w, struct invitation *ret)
{
    const char *given = w->options->argument;
    struct str text;
    bool done = true;
    str_init(&text, CONF_MAX);
    if (strcmp(given, "-") == 0)
        done = read_text(stdin, &text);
    else if (access(given, F_OK) == 0)
        done = read_path(given, &text);
    else
        str_add(&text, given);
    if (!done) {
        say_to(stderr, w->lang, SAY_CANNOT_READ, given, fault_text(errno, w->lang));
    } else {
        enum invitation_error error =
            invitation_parse(text.text != NULL ? text.text : "", text.len, ret);
        done = error == INVITATION_OK;
        if (!done)
            say_to(stderr, w->lang, not_read[error]);
    }
    wipe(&text);
    return done;
}

static bool cannot_write(const struct work *w, const char *path)
{
    say_to(stderr, w->lang, SAY_CANNOT_WRITE, path, fault_text(errno, w->lang));
    return false;
}

/* PATH.enrolling; NULL if out of memory. */
static char *half_way(const char *path)
{
    char *half;
    return asprintf(&half, "%s.enrolling", path) < 0 ? NULL : half;
}

/* The folders above a file, for its owner alone if they are new. */
static bool make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool there = mkdir(path, S_IRWXU) == 0 || errno == EEXIST;
        *slash = '/';
        if (!there)
            return false;
    }
    return true;
}

/* The pair that an earlier try has left, if it was meant for the same centre and is not the current one; else a new one, put where
 * the next try finds it. */
static bool prepare_keys(const struct work *w, const char *half, const struct draft *draft,
                         const char *current, struct key_pair *ret)
{
    char error[CONF_ERROR_MAX];
    struct conf *left = conf_read(half, w->lang, error);
    bool same = left != NULL && strcmp(left->centres[0].server_key, draft->server_key) == 0 &&
                strcmp(left->keys.public_key, current) != 0;
    struct str text;
    if (same)
        *ret = left->keys;
    conf_free(left);
    if (same)
        return true;
    if ((unlink(half) != 0 && errno != ENOENT) || !keys_make(ret))
        return cannot_write(w, half);
    str_init(&text, CONF_MAX);
    draft_write(draft, &text);
    bool done = !text.failed && durable_create(half, S_IRUSR | S_IWUSR, text.text, text.len);
    wipe(&text);
    return done || cannot_write(w, half);
}

/* Whether the key is of no use: in the moment after it was taken back the database refuses it, from
   then on the gate, and the person reads the same of both. */
static bool is_unknown(const struct enrolling *e)
{
    return (e->end == ENROLLING_REFUSED && e->reason == REFUSAL_REVOKED) ||
           (e->end == ENROLLING_NO_ANSWER && e->connection == CONNECTION_KEY_REFUSED);
}

/* Why the centre did not let the key in; the exit code. */
static int complain(const struct work *w, const struct enrolling *e, const char *endpoint,
                    enum say unknown)
{
    if (is_unknown(e)) {
        say_to(stderr, w->lang, unknown, endpoint);
        return EXIT_REFUSED;
    }
    switch (e->end) {
    case ENROLLING_REFUSED:
        fprintf(stderr, "%s\n", e->text);
        return EXIT_REFUSED;
    case ENROLLING_FAILED:
        say_to(stderr, w->lang, SAY_SENDER_FAILED, fault_text(errno, w->lang));
        return EXIT_KEPT;
    default:
        say_to(stderr, w->lang, outcome_of_connection(e->connection), endpoint);
        say_to(stderr, w->lang, SAY_ENROL_AGAIN);
        return EXIT_KEPT;
    }
}

/* A key that the centre takes for somebody else's is of no use the next time. */
static void drop_if_taken(const struct enrolling *e, const char *half)
{
    if (e->end == ENROLLING_REFUSED && e->reason == REFUSAL_KEY_TAKEN)
        unlink(half);
}

/* Whether the centre answers to what now stands in the configuration. */
static int check(const struct work *w, const char *path)
{
    char error[CONF_ERROR_MAX];
    struct conf *own = conf_read(path, w->lang, error);
    bool good = own != NULL && enrolling_check(own, w->lang, CHECK_MS);
    if (own == NULL)
        fprintf(stderr, "%s\n", error);
    else if (!good)
        say_to(stderr, w->lang, SAY_ENROLLED_NOT_CHECKED, own->centres[0].endpoint);
    conf_free(own);
    return good ? EXIT_DONE : EXIT_KEPT;
}

/* --- by invitation --- */

static bool write_conf(const struct work *w, const char *path, const struct draft *draft)
{
    struct str text;
    str_init(&text, CONF_MAX);
    draft_write(draft, &text);
    bool done = !text.failed && durable_create(path, S_IRUSR | S_IWUSR, text.text, text.len);
    wipe(&text);
    return done || cannot_write(w, path);
}

static int enrol_as(struct work *w, const struct invitation *in, const char *path, const char *half)
{
    struct key_pair own = {.public_key = ""};
    struct draft draft = {in->endpoint, in->server_key, &own, NULL, NULL, w->lang};
    char endpoint[INVITATION_ENDPOINT_MAX];
    struct conf by = {.centres = {{.endpoint = endpoint}}, .n_centres = 1, .language = w->lang};
    struct enrolling e;
    int code = EXIT_KEPT;
    memcpy(endpoint, in->endpoint, sizeof endpoint);
    memcpy(by.centres[0].server_key, in->server_key, sizeof by.centres[0].server_key);
    if (!invitation_keys(in, &by.keys) || !prepare_keys(w, half, &draft, "", &own))
        goto out;
    enrolling_run(&by, own.public_key, w->lang, INVITED_WAIT_MS, &e);
    if (e.end != ENROLLING_DONE) {
        drop_if_taken(&e, half);
        code = complain(w, &e, in->endpoint, SAY_INVITATION_UNKNOWN);
        goto out;
    }
    draft.organisation = e.organisation;
    if (!write_conf(w, path, &draft))
        goto out;
    unlink(half);
    say_to(stdout, w->lang, SAY_ENROLLED, e.organisation, e.organisation_name, path);
    code = check(w, path);
    if (code == EXIT_DONE)
        say_to(stdout, w->lang, SAY_ENROLLED_NEXT);
out:
    keys_wipe(&own);
    keys_wipe(&by.keys);
    return code;
}

int command_enrol(struct work *w)
{
    struct invitation in;
    char *path = w->options->config != NULL ? strdup(w->options->config) : conf_own();
    char *half = path != NULL ? half_way(path) : NULL;
    int code = EXIT_USAGE;
    if (half == NULL) {
        say_to(stderr, w->lang, SAY_NO_MEMORY);
    } else if (access(path, F_OK) == 0) {
        unlink(half);
        say_to(stderr, w->lang, SAY_ENROLLED_BEFORE, path);
        code = EXIT_REFUSED;
    } else if (!make_folders(path)) {
        cannot_write(w, path);
    } else if (read_invitation(w, &in)) {
        code = enrol_as(w, &in, path, half);
        invitation_wipe(&in);
    }
    free(path);
    free(half);
    return code;
}

/* --- another key for one that is in use --- */

static bool change_conf(const struct work *w, const struct key_pair *keys)
{
    const char *path = w->conf->path;
    struct str text, changed;
    bool done = false;
    str_init(&text, CONF_MAX);
    str_init(&changed, CONF_MAX);
    if (!read_path(path, &text))
        say_to(stderr, w->lang, SAY_CANNOT_READ, path, fault_text(errno, w->lang));
    else if (!draft_change_keys(text.text, keys, &changed))
        say_to(stderr, w->lang, SAY_KEYS_ELSEWHERE, path);
    else
        done = durable_replace(path, S_IRUSR | S_IWUSR, changed.text, changed.len) ||
               cannot_write(w, path);
    wipe(&text);
    wipe(&changed);
    return done;
}

/* Before the centre is asked: a key that has no place in the file must not be let in. */
static bool can_change_conf(const struct work *w)
{
    struct str text, changed;
    str_init(&text, CONF_MAX);
    str_init(&changed, CONF_MAX);
    bool can =
        read_path(w->conf->path, &text) && draft_change_keys(text.text, &w->conf->keys, &changed);
    wipe(&text);
    wipe(&changed);
    if (!can)
        say_to(stderr, w->lang, SAY_KEYS_ELSEWHERE, w->conf->path);
    return can;
}

int command_new_key(struct work *w)
{
    const struct conf *c = w->conf;
    struct key_pair fresh = {.public_key = ""};
    const struct draft draft = {
        c->centres[0].endpoint, c->centres[0].server_key, &fresh, NULL, NULL, w->lang};
    char *half = half_way(c->path);
    struct enrolling e;
    int code = EXIT_KEPT;
    if (half == NULL || !can_change_conf(w) ||
        !prepare_keys(w, half, &draft, c->keys.public_key, &fresh))
        goto out;
    enrolling_run(c, fresh.public_key, w->lang, INVITED_WAIT_MS, &e);
    if (e.end != ENROLLING_DONE) {
        drop_if_taken(&e, half);
        code = complain(w, &e, c->centres[0].endpoint, SAY_KEY_REFUSED);
        goto out;
    }
    if (!change_conf(w, &fresh))
        goto out;
    unlink(half);
    code = check(w, c->path);
    if (code == EXIT_DONE)
        say_to(stdout, w->lang, SAY_KEY_CHANGED, c->path);
out:
    keys_wipe(&fresh);
    free(half);
    return code;
}
