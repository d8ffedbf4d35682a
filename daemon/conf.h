/* conf: the configuration file of vekhad (libconfuse), one table of options.
 *
 *     endpoint = "tcp://0.0.0.0:5670"
 *     server_key = "/etc/vekha/curve.secret"     # or the credential curve.secret of systemd
 *     database = "dbname=vekha"
 *     metrics = "127.0.0.1:9466"                 # nothing is served without it
 *     mail {
 *         server = "smtp://localhost:25"
 *         from = "vekha@example.org"
 *         to = {"head@example.org"}
 *         language = "ru"
 *     }
 */
#ifndef VEKHA_CONF_H
#define VEKHA_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/lang.h"
#include "log.h"

enum { CONF_MAX_RECIPIENTS = 64 };

struct conf {
    char *endpoint, *server_key, *database;
    char *metrics; /* NULL: none are served */
    enum log_level log_level;
    char *mail_server, *mail_from; /* mail_server NULL: no mail */
    char *mail_host;               /* the right side of Message-ID; default: of mail_from */
    enum lang mail_language;
    size_t n_recipients;
    char *recipients[CONF_MAX_RECIPIENTS];
};

/* Reads and checks the file.  NULL with "file:line: field: what is wrong and what to do" in error.
 */
struct conf *conf_read(const char *path, char *error, size_t error_size);
void conf_free(struct conf *c); /* NULL-safe */

/* Takes over what may change while the daemon runs: log level, recipients, language of mail.  False
 * if something else differs too, which waits for a restart.  `fresh` is left with what was
 * replaced. */
bool conf_take_over(struct conf *c, struct conf *fresh);

#endif
