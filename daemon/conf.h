/* conf: the configuration file of vekhad (libconfuse), one table of options.
 *
 *     endpoint = "tcp://0.0.0.0:5670"
 *     server_key = "/etc/vekha/curve.secret"     # or the credential curve.secret of systemd
 *     database = "dbname=vekha"
 *     metrics = "127.0.0.1:9466"                 # nothing is served without it
 *     language = "ru"                            # to agents that say none
 *     mail {                                     # the channel "email"
 *         server = "smtp://mail.example.org:587"
 *         from = "vekha@example.org"
 *         user = "vekha"
 *         password_file = "/etc/vekha/mail.password"
 *     }
 *     webhook bot {                              # the channel "bot"
 *         url = "https://bot.example.org/{secret}/send"
 *         secret_file = "/etc/vekha/bot.secret"
 *         format = "template"
 *         template = "{\"chat_id\": \"{recipient}\", \"text\": \"{text}\"}"
 *     }
 *     journal = true                             # the channel "journal"
 *
 * Who is told of what by which channel, the routes of the programme say. */
#ifndef VEKHA_CONF_H
#define VEKHA_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/lang.h"
#include "log.h"

enum { CONF_MAX_WEBHOOKS = 16, CONF_MAX_HEADERS = 8 };

struct conf_webhook {
    char *name, *url;
    char *format;      /* a row of webhook.c */
    char *template;    /* NULL unless the format is one */
    long text_max;     /* characters of {text} in a template; 0: all */
    char *ca;          /* NULL: the system's */
    char *secret_file; /* whose first line stands for {secret} in url and headers; NULL: none */
    size_t n_headers;
    char *headers[CONF_MAX_HEADERS]; /* "Name: value" */
};

struct conf {
    char *endpoint, *server_key, *database;
    char *metrics; /* NULL: none are served */
    enum log_level log_level;
    enum lang language;
    char *mail_server, *mail_from; /* mail_server NULL: no mail */
    char *mail_host;               /* the right side of Message-ID; default: of mail_from */
    char *mail_tls;                /* required, opportunistic, none */
    char *mail_user, *mail_password_file, *mail_ca; /* NULL: no login; the system's authorities */
    size_t n_webhooks;
    struct conf_webhook webhooks[CONF_MAX_WEBHOOKS];
    bool journal;
};

/* Reads and checks the file.  NULL with "file:line: field: what is wrong and what to do" in error.
 */
struct conf *conf_read(const char *path, char *error, size_t error_size);
void conf_free(struct conf *c); /* NULL-safe */

/* Takes over what may change while the daemon runs: log level and language.  False if something else
 * differs too, which waits for a restart. */
bool conf_take_over(struct conf *c, const struct conf *fresh);

#endif
