/* conf: reads vekhad's file with libconfuse and checks every value at the line where it stands. */
#include "conf.h"

#include <confuse.h>
#include <ctype.h>
#include <errno.h>
#include <event2/util.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>

#include "notify/channel.h"

enum {
    ADDRESS_MAX = 254, /* RFC 5321 4.5.3.1.3 */
    PORT_MAX = 65535,
    URL_MAX = 2000,
    HEADER_LINE_MAX = 1000,
};

/* --- what a value must look like: each returns NULL or what is wrong and what to do --- */

static const char *check_endpoint(const char *value)
{
    const char *port = strrchr(value, ':');
    char *end;
    if (strncmp(value, "tcp://", strlen("tcp://")) != 0 || port < value + strlen("tcp://"))
        return "write tcp://ADDRESS:PORT, for example tcp://0.0.0.0:5670";
    if (strcmp(port, ":*") == 0)
        return NULL; /* any free port */
    errno = 0;
    long number = strtol(port + 1, &end, 10);
    if (!isdigit((unsigned char)port[1]) || *end != '\0' || errno != 0 || number < 1 ||
        number > PORT_MAX)
        return "the port must be a number from 1 to 65535, or * for any free one";
    return NULL;
}

static const char *check_path(const char *value)
{
    return *value == '/'
               ? NULL
               : "write the whole path of the key file, for example /etc/vekha/curve.secret";
}

static const char *check_database(const char *value)
{
    char *why = NULL;
    PQconninfoOption *parsed = PQconninfoParse(value, &why);
    PQfreemem(why);
    if (parsed == NULL) {
        return "write a libpq connection string, for example dbname=vekha or host=db1,db2 "
               "dbname=vekha user=vekhad";
    }
    PQconninfoFree(parsed);
    return NULL;
}

/* Whoever can read the metrics learns which schools are busy: they stay on this machine. */
static const char *check_metrics(const char *value)
{
    struct sockaddr_storage any;
    int len = sizeof any;
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)&any;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&any;
    bool loopback = false;
    if (evutil_parse_sockaddr_port(value, (struct sockaddr *)&any, &len) == 0) {
        loopback = any.ss_family == AF_INET
                       ? ntohl(v4->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET && v4->sin_port != 0
                       : IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr) && v6->sin6_port != 0;
    }
    return loopback ? NULL : "write a loopback address with a port, for example 127.0.0.1:9466";
}

static const struct {
    const char *name;
    enum log_level level;
} log_levels[] = {
    {"error", LOG_ERROR}, {"warning", LOG_WARNING}, {"notice", LOG_NOTICE},
    {"info", LOG_INFO},   {"debug", LOG_DEBUG},
};

static bool log_level_of(const char *name, enum log_level *ret)
{
    for (size_t i = 0; i < sizeof log_levels / sizeof *log_levels; i++) {
        if (strcmp(name, log_levels[i].name) == 0) {
            *ret = log_levels[i].level;
            return true;
        }
    }
    return false;
}

static const char *check_log_level(const char *value)
{
    enum log_level level;
    return log_level_of(value, &level) ? NULL : "write error, warning, notice, info or debug";
}

static const char *check_mail_server(const char *value)
{
    bool known = strncmp(value, "smtp://", 7) == 0 || strncmp(value, "smtps://", 8) == 0;
    const char *host = strstr(value, "://");
    return known && host[3] != '\0'
               ? NULL
               : "write smtp://HOST:PORT or smtps://HOST:PORT, for example smtp://localhost:25";
}

static bool is_host(const char *text)
{
    return *text != '\0' &&
           text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")] ==
               '\0';
}

/* Only what needs no quoting in a mail header: what would need it is a mistake far more often than
 * an address. */
static const char *check_address(const char *value)
{
    const char *at = strchr(value, '@');
    size_t len = strlen(value);
    bool sound = at != NULL && at != value && len <= ADDRESS_MAX && is_host(at + 1);
    for (size_t i = 0; i < len; i++) {
        sound =
            sound && isgraph((unsigned char)value[i]) && strchr("<>()[]\\,;:\"", value[i]) == NULL;
    }
    return sound ? NULL : "write one bare mail address, for example head@example.org";
}

static const char *check_host(const char *value)
{
    return is_host(value) ? NULL : "write a host name, for example vekha.example.org";
}

static const char *check_tls(const char *value)
{
    return strcmp(value, "required") == 0 || strcmp(value, "opportunistic") == 0 ||
                   strcmp(value, "none") == 0
               ? NULL
               : "write required, opportunistic or none";
}

static const char *check_file(const char *value)
{
    return *value == '/' ? NULL : "write the whole path of the file";
}

static const char *check_url(const char *value)
{
    bool known = strncmp(value, "http://", 7) == 0 || strncmp(value, "https://", 8) == 0;
    const char *host = strstr(value, "://");
    for (const char *c = value; *c != '\0'; c++)
        known = known && isgraph((unsigned char)*c);
    return known && host[3] != '\0' && strlen(value) <= URL_MAX
               ? NULL
               : "write http://HOST/PATH or https://HOST/PATH";
}

static const char *check_format(const char *value)
{
    return strcmp(value, "vekha") == 0 || strcmp(value, "alertmanager") == 0 ||
                   strcmp(value, "template") == 0
               ? NULL
               : "write vekha, alertmanager or template";
}

/* A line break would begin another header. */
static const char *check_header(const char *value)
{
    const char *colon = strchr(value, ':');
    bool sound = colon != NULL && colon != value && strlen(value) <= HEADER_LINE_MAX;
    for (const char *c = value; *c != '\0'; c++)
        sound = sound && (unsigned char)*c >= ' ' && *c != 0x7f;
    return sound ? NULL : "write Name: value, on one line";
}

static const char *check_language(const char *value)
{
    enum lang lang;
    return lang_parse(value, &lang) ? NULL : "write ru or en";
}

/* One row per option: what libconfuse needs to know is in the cfg_opt_t tables of conf_read(). */
static const struct {
    const char *section, *name;
    const char *(*check)(const char *value);
} checks[] = {
    {"root", "endpoint", check_endpoint},   {"root", "server_key", check_path},
    {"root", "database", check_database},   {"root", "log_level", check_log_level},
    {"root", "metrics", check_metrics},     {"root", "language", check_language},
    {"mail", "server", check_mail_server},  {"mail", "from", check_address},
    {"mail", "host", check_host},           {"mail", "tls", check_tls},
    {"mail", "password_file", check_file},  {"mail", "ca", check_file},
    {"webhook", "url", check_url},          {"webhook", "format", check_format},
    {"webhook", "headers", check_header},   {"webhook", "ca", check_file},
    {"webhook", "secret_file", check_file},
};

/* --- reading --- */

/* libconfuse gives its callbacks no argument of the caller's; this is where the first error goes
 * while a file is read. */
static struct {
    const char *path; /* a section does not know its file */
    char *text;
    size_t size;
} complaint;

static void complain(cfg_t *cfg, const char *format, va_list args)
{
    char what[512];
    if (*complaint.text != '\0')
        return;
    vsnprintf(what, sizeof what, format, args);
    snprintf(complaint.text, complaint.size, "%s:%d: %s", complaint.path, cfg->line, what);
}

static int check_option(cfg_t *cfg, cfg_opt_t *opt)
{
    unsigned size = cfg_opt_size(opt);
    const char *value = size > 0 ? cfg_opt_getnstr(opt, size - 1) : NULL;
    for (size_t i = 0; value != NULL && i < sizeof checks / sizeof *checks; i++) {
        if (strcmp(checks[i].section, cfg_name(cfg)) != 0 ||
            strcmp(checks[i].name, cfg_opt_name(opt)) != 0)
            continue;
        const char *wrong = checks[i].check(value);
        if (wrong != NULL) {
            cfg_error(cfg, "%s: \"%s\" is not understood; %s", cfg_opt_name(opt), value, wrong);
            return -1;
        }
    }
    return 0;
}

static int check_mail(cfg_t *cfg, cfg_opt_t *opt)
{
    cfg_t *mail = cfg_opt_getnsec(opt, 0);
    const char *missing = cfg_getstr(mail, "server") == NULL ? "server"
                          : cfg_getstr(mail, "from") == NULL ? "from"
                                                             : NULL;
    if (missing != NULL) {
        cfg_error(cfg, "mail.%s: missing; a mail section needs server and from", missing);
        return -1;
    }
    if ((cfg_getstr(mail, "user") == NULL) != (cfg_getstr(mail, "password_file") == NULL)) {
        cfg_error(cfg, "mail.user: a login needs both user and password_file");
        return -1;
    }
    return 0;
}

/* What routes call a channel: as codes elsewhere, and none of ours. */
static bool is_channel_name(const char *name)
{
    return *name != '\0' && strlen(name) < CHANNEL_NAME_MAX &&
           name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-")] == '\0' &&
           strcmp(name, "email") != 0 && strcmp(name, "journal") != 0;
}

static bool speaks_of_secret(cfg_t *hook)
{
    bool speaks = strstr(cfg_getstr(hook, "url"), "{secret}") != NULL;
    for (unsigned i = 0; i < cfg_size(hook, "headers"); i++)
        speaks = speaks || strstr(cfg_getnstr(hook, "headers", i), "{secret}") != NULL;
    return speaks;
}

static int check_webhook(cfg_t *cfg, cfg_opt_t *opt)
{
    cfg_t *hook = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
    bool filled = strcmp(cfg_getstr(hook, "format"), "template") == 0;
    if (cfg_opt_size(opt) > CONF_MAX_WEBHOOKS)
        cfg_error(cfg, "webhook: more than %d", CONF_MAX_WEBHOOKS);
    else if (!is_channel_name(cfg_title(hook)))
        cfg_error(cfg,
                  "webhook: \"%s\" is no name: write a-z, 0-9, . _ -, but not email or journal",
                  cfg_title(hook));
    else if (cfg_getstr(hook, "url") == NULL)
        cfg_error(cfg, "webhook.url: missing");
    else if (cfg_size(hook, "headers") > CONF_MAX_HEADERS)
        cfg_error(cfg, "webhook.headers: more than %d", CONF_MAX_HEADERS);
    else if (filled != (cfg_getstr(hook, "template") != NULL))
        cfg_error(cfg, "webhook.template: it goes with format = \"template\", and only with it");
    else if (cfg_getint(hook, "text_max") < 0 || (!filled && cfg_getint(hook, "text_max") > 0))
        cfg_error(cfg, "webhook.text_max: write how many characters of {text} a template may have");
    else if (speaks_of_secret(hook) != (cfg_getstr(hook, "secret_file") != NULL))
        cfg_error(cfg, "webhook.secret_file: it goes with {secret} in url or headers, and only "
                       "with it");
    else
        return 0;
    return -1;
}

static void set_checks(cfg_t *cfg)
{
    char path[64];
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        bool root = strcmp(checks[i].section, "root") == 0;
        snprintf(path, sizeof path, "%s%s%s", root ? "" : checks[i].section, root ? "" : "|",
                 checks[i].name);
        cfg_set_validate_func(cfg, path, check_option);
    }
    cfg_set_validate_func(cfg, "mail", check_mail);
    cfg_set_validate_func(cfg, "webhook", check_webhook);
}

static bool copy(const char *value, char **ret)
{
    if (value == NULL)
        return true;
    *ret = strdup(value);
    return *ret != NULL;
}

static bool fill_mail(struct conf *c, cfg_t *mail)
{
    const char *from = cfg_getstr(mail, "from"), *host = cfg_getstr(mail, "host");
    if (host == NULL && from != NULL)
        host = strchr(from, '@') + 1;
    return copy(cfg_getstr(mail, "server"), &c->mail_server) && copy(from, &c->mail_from) &&
           copy(host, &c->mail_host) && copy(cfg_getstr(mail, "tls"), &c->mail_tls) &&
           copy(cfg_getstr(mail, "user"), &c->mail_user) &&
           copy(cfg_getstr(mail, "password_file"), &c->mail_password_file) &&
           copy(cfg_getstr(mail, "ca"), &c->mail_ca);
}

static bool fill_webhook(struct conf_webhook *w, cfg_t *hook)
{
    bool done = copy(cfg_title(hook), &w->name) && copy(cfg_getstr(hook, "url"), &w->url) &&
                copy(cfg_getstr(hook, "format"), &w->format) &&
                copy(cfg_getstr(hook, "template"), &w->template) &&
                copy(cfg_getstr(hook, "ca"), &w->ca) &&
                copy(cfg_getstr(hook, "secret_file"), &w->secret_file);
    w->text_max = cfg_getint(hook, "text_max");
    for (unsigned i = 0; done && i < cfg_size(hook, "headers"); i++) {
        done = copy(cfg_getnstr(hook, "headers", i), &w->headers[i]);
        w->n_headers += done;
    }
    return done;
}

static bool fill(struct conf *c, cfg_t *cfg)
{
    bool done = copy(cfg_getstr(cfg, "endpoint"), &c->endpoint) &&
                copy(cfg_getstr(cfg, "server_key"), &c->server_key) &&
                copy(cfg_getstr(cfg, "database"), &c->database) &&
                copy(cfg_getstr(cfg, "metrics"), &c->metrics) &&
                log_level_of(cfg_getstr(cfg, "log_level"), &c->log_level) &&
                lang_parse(cfg_getstr(cfg, "language"), &c->language) &&
                fill_mail(c, cfg_getsec(cfg, "mail"));
    c->journal = cfg_getbool(cfg, "journal");
    for (unsigned i = 0; done && i < cfg_size(cfg, "webhook"); i++)
        done = fill_webhook(&c->webhooks[c->n_webhooks++], cfg_getnsec(cfg, "webhook", i));
    return done;
}

static int parse(cfg_t *cfg, const char *path)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        snprintf(complaint.text, complaint.size, "%s: %s", path, strerror(errno));
        return CFG_FILE_ERROR;
    }
    int result = cfg_parse_fp(cfg, file);
    fclose(file);
    return result;
}

struct conf *conf_read(const char *path, char *error, size_t error_size)
{
    cfg_opt_t mail_options[] = {
        CFG_STR("server", NULL, CFGF_NONE), CFG_STR("from", NULL, CFGF_NONE),
        CFG_STR("host", NULL, CFGF_NONE),   CFG_STR("tls", "required", CFGF_NONE),
        CFG_STR("user", NULL, CFGF_NONE),   CFG_STR("password_file", NULL, CFGF_NONE),
        CFG_STR("ca", NULL, CFGF_NONE),     CFG_END(),
    };
    cfg_opt_t webhook_options[] = {
        CFG_STR("url", NULL, CFGF_NONE),      CFG_STR("format", "vekha", CFGF_NONE),
        CFG_STR("template", NULL, CFGF_NONE), CFG_STR_LIST("headers", NULL, CFGF_NONE),
        CFG_STR("ca", NULL, CFGF_NONE),       CFG_STR("secret_file", NULL, CFGF_NONE),
        CFG_INT("text_max", 0, CFGF_NONE),    CFG_END(),
    };
    cfg_opt_t options[] = {
        CFG_STR("endpoint", "tcp://0.0.0.0:5670", CFGF_NONE),
        CFG_STR("server_key", NULL, CFGF_NONE),
        CFG_STR("database", "dbname=vekha", CFGF_NONE),
        CFG_STR("log_level", "info", CFGF_NONE),
        CFG_STR("metrics", NULL, CFGF_NONE),
        CFG_STR("language", "ru", CFGF_NONE),
        CFG_BOOL("journal", cfg_false, CFGF_NONE),
        CFG_SEC("mail", mail_options, CFGF_NONE),
        CFG_SEC("webhook", webhook_options, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
        CFG_END(),
    };
    struct conf *c = NULL;
    cfg_t *cfg = cfg_init(options, CFGF_NONE);
    complaint.path = path;
    complaint.text = error;
    complaint.size = error_size;
    *error = '\0';
    if (cfg == NULL)
        goto out;
    cfg_set_error_function(cfg, complain);
    set_checks(cfg);
    if (parse(cfg, path) != CFG_SUCCESS)
        goto out;
    c = calloc(1, sizeof *c);
    if (c != NULL && !fill(c, cfg)) {
        conf_free(c);
        c = NULL;
    }
out:
    if (c == NULL && *error == '\0')
        snprintf(error, error_size, "%s: cannot be read: out of memory", path);
    if (cfg != NULL)
        cfg_free(cfg);
    return c;
}

static void free_webhook(struct conf_webhook *w)
{
    char *const texts[] = {w->name, w->url, w->format, w->template, w->ca, w->secret_file};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
    for (size_t i = 0; i < w->n_headers; i++)
        free(w->headers[i]);
}

void conf_free(struct conf *c)
{
    if (c == NULL)
        return;
    char *const texts[] = {c->endpoint,    c->server_key,         c->database,  c->metrics,
                           c->mail_server, c->mail_from,          c->mail_host, c->mail_tls,
                           c->mail_user,   c->mail_password_file, c->mail_ca};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
    for (size_t i = 0; i < c->n_webhooks; i++)
        free_webhook(&c->webhooks[i]);
    free(c);
}

static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_webhook(const struct conf_webhook *a, const struct conf_webhook *b)
{
    bool good = same(a->name, b->name) && same(a->url, b->url) && same(a->format, b->format) &&
                same(a->template, b->template) && same(a->ca, b->ca) &&
                same(a->secret_file, b->secret_file) && a->text_max == b->text_max &&
                a->n_headers == b->n_headers;
    for (size_t i = 0; good && i < a->n_headers; i++)
        good = same(a->headers[i], b->headers[i]);
    return good;
}

bool conf_take_over(struct conf *c, const struct conf *fresh)
{
    bool good = same(c->endpoint, fresh->endpoint) && same(c->server_key, fresh->server_key) &&
                same(c->database, fresh->database) && same(c->metrics, fresh->metrics) &&
                same(c->mail_server, fresh->mail_server) && same(c->mail_from, fresh->mail_from) &&
                same(c->mail_host, fresh->mail_host) && same(c->mail_tls, fresh->mail_tls) &&
                same(c->mail_user, fresh->mail_user) &&
                same(c->mail_password_file, fresh->mail_password_file) &&
                same(c->mail_ca, fresh->mail_ca) && c->journal == fresh->journal &&
                c->n_webhooks == fresh->n_webhooks;
    for (size_t i = 0; good && i < c->n_webhooks; i++)
        good = same_webhook(&c->webhooks[i], &fresh->webhooks[i]);
    c->log_level = fresh->log_level;
    c->language = fresh->language;
    return good;
}
