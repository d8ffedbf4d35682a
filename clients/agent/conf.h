/* conf: an agent's configuration, as `vekhactl agent enrol` writes it for one organisation:
 *
 *     endpoint = 'tcp://centre.example.org:5670'
 *     server_key = '…40 characters of Z85…'       # the centre's public key
 *     public_key = '…'                            # this school's pair; or
 *     secret_key = '…'
 *     secret_key_file = 'school-3.key'            # only the secret key, in a file of its own
 *     organisation = 'bogotol-school-3'           # for figures that do not say whose they are
 *     spool = '/var/spool/vekha'                  # relative paths begin at this file's folder
 *     folder = '/srv/vekha'                       # what vekha-agent watches; without it, it only sends
 *     language = 'ru'
 *
 *     centre {                                    # another way to the same centre, tried when the one before does
 *         endpoint = 'tcp://second.example.org:5670'  # not answer; any number up to CONF_MAX_CENTRES in all
 *         server_key = '…'
 *     }
 *
 * Single quotes: between double ones libconfuse would take "${" in a key for a variable.
 */
#ifndef VEKHA_AGENT_CONF_H
#define VEKHA_AGENT_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/lang.h"
#include "wire/keys.h"

enum { CONF_MAX_CENTRES = 8 };

struct conf_centre {
    char *endpoint;
    char server_key[KEY_TEXT_MAX];
};

struct conf {
    char *path;
    struct conf_centre centres[CONF_MAX_CENTRES]; /* in the order in which they are tried */
    size_t n_centres;                             /* at least one */
    struct key_pair keys;
    char *organisation; /* NULL: not given */
    char *spool;
    char *folder; /* NULL: not given */
    enum lang language;
};

enum { CONF_ERROR_MAX = 512 };

/* The file to read without -c: $VEKHA_CONFIG, else ~/.config/vekha/submit.conf, else
 * /etc/vekha/submit.conf, whichever is there first; malloc'd.  NULL if there is none. */
char *conf_find(void);

/* Where a new one goes without -c: $VEKHA_CONFIG, else ~/.config/vekha/submit.conf, else the one in /etc; malloc'd. */
char *conf_own(void);

/* Reads and checks a file.  lang is for the error, and the language if the file names none.  NULL
 * with "file:line: field: what is wrong and what to do" in error. */
struct conf *conf_read(const char *path, enum lang lang, char error[CONF_ERROR_MAX]);
void conf_free(struct conf *c); /* NULL-safe; wipes the keys */

#endif
