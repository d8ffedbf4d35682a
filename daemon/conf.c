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

enum { ADDRESS_MAX = 254 /* RFC 5321 4.5.3.1.3 */, PORT_MAX = 65535 };

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
    {"root", "endpoint", check_endpoint}, {"root", "server_key", check_path},
    {"root", "database", check_database}, {"root", "log_level", check_log_level},
    {"root", "metrics", check_metrics},   {"mail", "server", check_mail_server},
    {"mail", "from", check_address},      {"mail", "to", check_address},
    {"mail", "host", check_host},         {"mail", "language", check_language},
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
                          : cfg_size(mail, "to") == 0        ? "to"
                                                             : NULL;
    if (missing != NULL) {
        cfg_error(cfg, "mail.%s: missing; a mail section needs server, from and to", missing);
        return -1;
    }
    if (cfg_size(mail, "to") > CONF_MAX_RECIPIENTS) {
        cfg_error(cfg, "mail.to: more than %d recipients; use a mailing list", CONF_MAX_RECIPIENTS);
        return -1;
    }
    return 0;
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
}

static bool copy(const char *value, char **ret)
{
    if (value == NULL)
        return true;
    *ret = strdup(value);
    return *ret != NULL;
}

static bool fill(struct conf *c, cfg_t *cfg)
{
    cfg_t *mail = cfg_getsec(cfg, "mail");
    const char *from = cfg_getstr(mail, "from"), *host = cfg_getstr(mail, "host");
    if (host == NULL && from != NULL)
        host = strchr(from, '@') + 1;
    bool done = copy(cfg_getstr(cfg, "endpoint"), &c->endpoint) &&
                copy(cfg_getstr(cfg, "server_key"), &c->server_key) &&
                copy(cfg_getstr(cfg, "database"), &c->database) &&
                copy(cfg_getstr(cfg, "metrics"), &c->metrics) &&
                copy(cfg_getstr(mail, "server"), &c->mail_server) && copy(from, &c->mail_from) &&
                copy(host, &c->mail_host) &&
                log_level_of(cfg_getstr(cfg, "log_level"), &c->log_level) &&
                lang_parse(cfg_getstr(mail, "language"), &c->mail_language);
    for (unsigned i = 0; done && i < cfg_size(mail, "to"); i++) {
        done = copy(cfg_getnstr(mail, "to", i), &c->recipients[i]);
        c->n_recipients += done;
    }
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
        CFG_STR("server", NULL, CFGF_NONE),   CFG_STR("from", NULL, CFGF_NONE),
        CFG_STR_LIST("to", NULL, CFGF_NONE),  CFG_STR("host", NULL, CFGF_NONE),
        CFG_STR("language", "ru", CFGF_NONE), CFG_END(),
    };
    cfg_opt_t options[] = {
        CFG_STR("endpoint", "tcp://0.0.0.0:5670", CFGF_NONE),
        CFG_STR("server_key", NULL, CFGF_NONE),
        CFG_STR("database", "dbname=vekha", CFGF_NONE),
        CFG_STR("log_level", "info", CFGF_NONE),
        CFG_STR("metrics", NULL, CFGF_NONE),
        CFG_SEC("mail", mail_options, CFGF_NONE),
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

void conf_free(struct conf *c)
{
    if (c == NULL)
        return;
    for (size_t i = 0; i < c->n_recipients; i++)
        free(c->recipients[i]);
    free(c->endpoint);
    free(c->server_key);
    free(c->database);
    free(c->metrics);
    free(c->mail_server);
    free(c->mail_from);
    free(c->mail_host);
    free(c);
}

static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

bool conf_take_over(struct conf *c, struct conf *fresh)
{
    struct conf old = *c;
    c->log_level = fresh->log_level;
    c->mail_language = fresh->mail_language;
    c->n_recipients = fresh->n_recipients;
    memcpy(c->recipients, fresh->recipients, sizeof c->recipients);
    fresh->n_recipients = old.n_recipients;
    memcpy(fresh->recipients, old.recipients, sizeof fresh->recipients);
    return same(c->endpoint, fresh->endpoint) && same(c->server_key, fresh->server_key) &&
           same(c->database, fresh->database) && same(c->metrics, fresh->metrics) &&
           same(c->mail_server, fresh->mail_server) && same(c->mail_from, fresh->mail_from) &&
           same(c->mail_host, fresh->mail_host);
}
