/* conf: one small file that a school gets once and never edits again; so what is wrong with it must
 * be plain at first sight. */
#include "agent/conf.h"

#include <assert.h>
#include <confuse.h>
#include <errno.h>
#include <libgen.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "fault.h"
#include "wire/form.h"

#ifndef VEKHA_SYSCONFDIR
#define VEKHA_SYSCONFDIR "/etc/vekha"
#endif

#define SYSTEM_CONF  VEKHA_SYSCONFDIR "/submit.conf"
#define SYSTEM_SPOOL "/var/spool/vekha"
#define USER_CONF    ".config/vekha/submit.conf"
#define USER_SPOOL   ".local/state/vekha/spool"

enum { FREED = 0xA5, MAX_FILE_BYTES = 64 * 1024, SENTENCE_MAX = CONF_ERROR_MAX / 2 };

/* clang-format off */
enum complaint {
    COMPLAINT_NO_FILE, COMPLAINT_NO_MEMORY, COMPLAINT_MISSING, COMPLAINT_ENDPOINT, COMPLAINT_KEY,
    COMPLAINT_PATH, COMPLAINT_CODE, COMPLAINT_LANGUAGE, COMPLAINT_ONE_SECRET,
    COMPLAINT_OPEN_TO_OTHERS, COMPLAINT_OTHER_PAIR, COMPLAINT_TOO_MANY_CENTRES,
};

static const char *const complaints[][LANG_COUNT] = {
    [COMPLAINT_NO_FILE] = {"this is no configuration file", "это не файл настроек"},
    [COMPLAINT_NO_MEMORY] = {"cannot be read", "не читается"},
    [COMPLAINT_MISSING] = {"is missing; ask the department for a complete file",
                           "отсутствует; запросите полный файл в управлении образования"},
    [COMPLAINT_ENDPOINT] = {"must look like tcp://centre.example.org:5670",
                            "должно иметь вид tcp://centre.example.org:5670"},
    [COMPLAINT_KEY] = {"must be a key: 40 characters of Z85", "должно быть ключом: 40 знаков Z85"},
    [COMPLAINT_PATH] = {"must be a path", "должно быть путём"},
    [COMPLAINT_CODE] = {"must be a code of at most 64 bytes", "должно быть кодом не длиннее 64 байт"},
    [COMPLAINT_LANGUAGE] = {"must be ru or en", "должно быть ru или en"},
    [COMPLAINT_ONE_SECRET] = {"give either secret_key or secret_key_file",
                              "укажите либо secret_key, либо secret_key_file"},
    [COMPLAINT_OPEN_TO_OTHERS] = {
        "other users may read this file with the secret key; run chmod 600 on it",
        "файл с секретным ключом могут прочитать другие пользователи; выполните для него chmod 600"},
    [COMPLAINT_OTHER_PAIR] = {
        "does not belong to the secret key; ask the department for the file anew",
        "не подходит к секретному ключу; запросите файл в управлении образования заново"},
    [COMPLAINT_TOO_MANY_CENTRES] = {"there are more than eight of them", "их больше восьми"},
};
/* clang-format on */

/* libconfuse's callbacks carry no pointer of ours; there is one configuration in a program. */
static struct {
    const char *path;
    enum lang lang;
    char *error; /* of CONF_ERROR_MAX; "" until something is wrong */
} reading;

static void note_error(int line, const char *field, const char *what)
{
    if (reading.error[0] != '\0')
        return; /* the first is the one to mend */
    if (line > 0) {
        snprintf(reading.error, CONF_ERROR_MAX, "%s:%d: %s%s%s", reading.path, line, field,
                 *field != '\0' ? ": " : "", what);
    } else {
        snprintf(reading.error, CONF_ERROR_MAX, "%s: %s%s%s", reading.path, field,
                 *field != '\0' ? ": " : "", what);
    }
}

static void on_error(cfg_t *cfg, const char *format, va_list args)
{
    char what[SENTENCE_MAX];
    vsnprintf(what, sizeof what, format, args);
    note_error(cfg != NULL ? cfg->line : 0, "", what);
}

/* --- what each option must look like --------------------------------------------------------- */

typedef bool check(const char *value);

static bool check_endpoint(const char *v)
{
    return strncmp(v, "tcp://", 6) == 0 && strchr(v + 6, ':') != NULL && strlen(v) < 256;
}

static bool check_organisation(const char *v)
{
    return form_text_ok(TEXT_CODE, v);
}

static bool check_path(const char *v)
{
    return *v != '\0';
}

static bool check_language(const char *v)
{
    enum lang lang;
    return lang_parse(v, &lang);
}

static const struct option {
    const char *name;
    check *check;
    enum complaint complaint;
} options[] = {
    {"endpoint", check_endpoint, COMPLAINT_ENDPOINT},
    {"server_key", keys_public_valid, COMPLAINT_KEY},
    {"public_key", keys_public_valid, COMPLAINT_KEY},
    {"secret_key", keys_public_valid, COMPLAINT_KEY},
    {"secret_key_file", check_path, COMPLAINT_PATH},
    {"organisation", check_organisation, COMPLAINT_CODE},
    {"spool", check_path, COMPLAINT_PATH},
    {"folder", check_path, COMPLAINT_PATH},
    {"language", check_language, COMPLAINT_LANGUAGE},
};

enum { OPTIONS = sizeof options / sizeof *options, OF_A_CENTRE = 2 /* the first ones */ };

static_assert(CONF_MAX_CENTRES == 8, "the complaint says eight");

static int validate(cfg_t *cfg, cfg_opt_t *opt)
{
    const char *name = cfg_opt_name(opt);
    for (size_t i = 0; i < OPTIONS; i++) {
        if (strcmp(options[i].name, name) == 0) {
            const char *value = cfg_opt_getstr(opt);
            if (value == NULL || !options[i].check(value)) {
                note_error(cfg->line, name, complaints[options[i].complaint][reading.lang]);
                return -1;
            }
        }
    }
    return 0;
}

/* --- the file -------------------------------------------------------------------------------- */

static char *join(const char *folder, const char *name)
{
    char *path;
    return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

/* A path of the file, which begins at the file's own folder. */
static char *from_folder(const char *conf_path, const char *path)
{
    char *copy = *path == '/' ? NULL : strdup(conf_path);
    char *full = copy != NULL ? join(dirname(copy), path) : strdup(path);
    free(copy);
    return full;
}

/* Two agents on one computer never share a spool: what one queued would be sent with the other's
 * key.  So every .conf has one of its own, beside it unless it lies in a usual place. */
static char *default_spool(const char *path)
{
    static const char ending[] = ".conf";
    const char *home = getenv("HOME"), *state = getenv("XDG_STATE_HOME");
    size_t len = strlen(path);
    char *spool;
    if (strcmp(path, SYSTEM_CONF) == 0)
        return strdup(SYSTEM_SPOOL);
    if (home != NULL && strncmp(path, home, strlen(home)) == 0 &&
        strcmp(path + strlen(home), "/" USER_CONF) == 0)
        return state != NULL && *state == '/' ? join(state, "vekha/spool") : join(home, USER_SPOOL);
    if (len > sizeof ending && strcmp(path + len - (sizeof ending - 1), ending) == 0)
        len -= sizeof ending - 1;
    return asprintf(&spool, "%.*s.spool", (int)len, path) < 0 ? NULL : spool;
}

static bool reject(const char *field, enum complaint what)
{
    note_error(0, field, complaints[what][reading.lang]);
    return false;
}

/* The pair from the two options or from the file of the secret key. */
static bool take_keys(struct conf *c, cfg_t *cfg, const struct stat *st)
{
    const char *secret = cfg_getstr(cfg, "secret_key"), *public = cfg_getstr(cfg, "public_key");
    const char *file = cfg_getstr(cfg, "secret_key_file");
    if ((secret == NULL) == (file == NULL))
        return reject("secret_key", COMPLAINT_ONE_SECRET);
    if (secret != NULL && (st->st_mode & S_IRWXO) != 0)
        return reject("secret_key", COMPLAINT_OPEN_TO_OTHERS);
    if (secret != NULL) {
        memcpy(c->keys.secret_key, secret, KEY_TEXT_MAX);
        if (!keys_public_of(secret, c->keys.public_key))
            return reject("secret_key", COMPLAINT_KEY);
    } else {
        char why[SENTENCE_MAX];
        char *path = from_folder(c->path, file);
        bool done = path != NULL && keys_read(path, &c->keys, why, sizeof why);
        if (path != NULL && !done)
            note_error(0, "secret_key_file", why);
        free(path);
        if (!done)
            return false;
    }
    return public == NULL || strcmp(public, c->keys.public_key) == 0 ||
           reject("public_key", COMPLAINT_OTHER_PAIR);
}

/* One centre from a section, or from the top of the file. */
static bool take_centre(struct conf *c, cfg_t *cfg)
{
    if (c->n_centres == CONF_MAX_CENTRES)
        return reject("centre", COMPLAINT_TOO_MANY_CENTRES);
    for (size_t i = 0; i < OF_A_CENTRE; i++)
        if (cfg_getstr(cfg, options[i].name) == NULL)
            return reject(options[i].name, COMPLAINT_MISSING);
    struct conf_centre *centre = &c->centres[c->n_centres++];
    memcpy(centre->server_key, cfg_getstr(cfg, "server_key"), KEY_TEXT_MAX);
    centre->endpoint = strdup(cfg_getstr(cfg, "endpoint"));
    return centre->endpoint != NULL;
}

/* The one at the top may be left out where sections name others. */
static bool take_centres(struct conf *c, cfg_t *cfg)
{
    unsigned sections = cfg_size(cfg, "centre");
    bool top = cfg_getstr(cfg, "endpoint") != NULL || cfg_getstr(cfg, "server_key") != NULL;
    bool done = (!top && sections > 0) || take_centre(c, cfg);
    for (unsigned i = 0; i < sections && done; i++)
        done = take_centre(c, cfg_getnsec(cfg, "centre", i));
    return done;
}

static bool take_values(struct conf *c, cfg_t *cfg)
{
    const char *organisation = cfg_getstr(cfg, "organisation"), *spool = cfg_getstr(cfg, "spool");
    const char *language = cfg_getstr(cfg, "language"), *folder = cfg_getstr(cfg, "folder");
    if (!take_centres(c, cfg))
        return false;
    c->organisation = organisation != NULL ? strdup(organisation) : NULL;
    c->spool = spool != NULL ? from_folder(c->path, spool) : default_spool(c->path);
    c->folder = folder != NULL ? from_folder(c->path, folder) : NULL;
    if (language != NULL)
        lang_parse(language, &c->language);
    return c->spool != NULL && (organisation == NULL || c->organisation != NULL) &&
           (folder == NULL || c->folder != NULL);
}

/* The library knows nothing of secrets, so its copy is wiped before it is freed. */
static void free_cfg(cfg_t *cfg)
{
    char *secret = cfg != NULL ? cfg_getstr(cfg, "secret_key") : NULL;
    if (secret != NULL)
        sodium_memzero(secret, strlen(secret));
    if (cfg != NULL)
        cfg_free(cfg);
}

static cfg_t *parse(FILE *file)
{
    cfg_opt_t opts[OPTIONS + 2], of_a_centre[OF_A_CENTRE + 1];
    for (size_t i = 0; i < OPTIONS; i++)
        opts[i] = (cfg_opt_t)CFG_STR(options[i].name, NULL, CFGF_NONE);
    memcpy(of_a_centre, opts, OF_A_CENTRE * sizeof *opts);
    of_a_centre[OF_A_CENTRE] = (cfg_opt_t)CFG_END();
    opts[OPTIONS] = (cfg_opt_t)CFG_SEC("centre", of_a_centre, CFGF_MULTI);
    opts[OPTIONS + 1] = (cfg_opt_t)CFG_END();
    cfg_t *cfg = cfg_init(opts, CFGF_NONE);
    if (cfg == NULL)
        return NULL;
    cfg_set_error_function(cfg, on_error);
    for (size_t i = 0; i < OPTIONS; i++)
        cfg_set_validate_func(cfg, options[i].name, validate);
    for (size_t i = 0; i < OF_A_CENTRE; i++) {
        char name[32];
        snprintf(name, sizeof name, "centre|%s", options[i].name);
        cfg_set_validate_func(cfg, name, validate);
    }
    if (cfg_parse_fp(cfg, file) != CFG_SUCCESS) {
        free_cfg(cfg);
        return NULL;
    }
    return cfg;
}

/* Opens a regular file of a sane size. */
static FILE *open_file(const char *path, struct stat *ret)
{
    FILE *file = fopen(path, "re");
    if (file == NULL || fstat(fileno(file), ret) != 0)
        note_error(0, "", fault_text(errno, reading.lang));
    else if (!S_ISREG(ret->st_mode) || ret->st_size > MAX_FILE_BYTES)
        reject("", COMPLAINT_NO_FILE);
    else
        return file;
    if (file != NULL)
        fclose(file);
    return NULL;
}

/* The lexer frees its buffers with the key in them; glibc can overwrite what is freed. */
static void overwrite_freed(int with)
{
#ifdef __GLIBC__
    mallopt(M_PERTURB, with);
#else
    (void)with;
#endif
}

struct conf *conf_read(const char *path, enum lang lang, char error[CONF_ERROR_MAX])
{
    struct conf *c = calloc(1, sizeof *c);
    cfg_t *cfg = NULL;
    struct stat st;
    bool done = false;

    error[0] = '\0';
    reading.path = path;
    reading.lang = lang;
    reading.error = error;
    overwrite_freed(FREED);
    FILE *file = c != NULL ? open_file(path, &st) : NULL;
    if (file != NULL) {
        c->language = lang;
        c->path = strdup(path);
        cfg = parse(file);
        done = c->path != NULL && cfg != NULL && take_values(c, cfg) && take_keys(c, cfg, &st);
        fclose(file);
    }
    free_cfg(cfg);
    overwrite_freed(0);
    if (!done) {
        reject("", COMPLAINT_NO_MEMORY); /* unless something else was said */
        conf_free(c);
        c = NULL;
    }
    return c;
}

void conf_free(struct conf *c)
{
    if (c != NULL) {
        keys_wipe(&c->keys);
        free(c->path);
        for (size_t i = 0; i < c->n_centres; i++)
            free(c->centres[i].endpoint);
        free(c->organisation);
        free(c->spool);
        free(c->folder);
        free(c);
    }
}

char *conf_own(void)
{
    const char *named = getenv("VEKHA_CONFIG"), *home = getenv("HOME");
    if (named != NULL && *named != '\0')
        return strdup(named);
    return home != NULL ? join(home, USER_CONF) : strdup(SYSTEM_CONF);
}

char *conf_find(void)
{
    const char *named = getenv("VEKHA_CONFIG"), *home = getenv("HOME");
    if (named != NULL && *named != '\0')
        return strdup(named);
    char *path = home != NULL ? join(home, USER_CONF) : NULL;
    if (path != NULL && access(path, F_OK) == 0)
        return path;
    free(path);
    return access(SYSTEM_CONF, F_OK) == 0 ? strdup(SYSTEM_CONF) : NULL;
}
