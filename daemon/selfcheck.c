/* selfcheck: a blocking look into the database, which the daemon itself never takes. */
#include "selfcheck.h"

#include <libpq-fe.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "notify/secret.h"
#include "options.h"

#define CONNECT_TIMEOUT "10" /* seconds, unless the configuration says otherwise */

/* libpq's messages end with a newline and may have several. */
static const char *first_line(char *text)
{
    text[strcspn(text, "\n")] = '\0';
    return text;
}

static PGconn *open_database(const struct conf *conf)
{
    const char *const names[] = {"connect_timeout", "application_name", "dbname", NULL};
    const char *const values[] = {CONNECT_TIMEOUT, "vekhad --check", conf->database, NULL};
    return PQconnectdbParams(names, values,
                             1); /* a whole connection string in dbname wins over those before it */
}

/* Each look is a query of one row with one column. */
struct look {
    const char *sql;
    const char *absent; /* what to say and do if there is no such row */
};

static const struct look centre_look = {
    "SELECT public_key FROM vekha.centre WHERE public_key IS NOT NULL",
    "the database holds no centre yet; run vekhactl centre init",
};

static const struct look counts_look = {
    "SELECT format('%s organisations, %s indicators, %s agents',"
    " (SELECT count(*) FROM vekha.catalogue_organisations(current_timestamp)),"
    " (SELECT count(*) FROM vekha.catalogue_indicators(current_timestamp)),"
    " (SELECT count(*) FROM vekha.catalogue_agents()))",
    "the catalogue cannot be read; run vekhactl migrate",
};

/* Copies the answer; false, said on standard output, if there is none. */
static bool ask(PGconn *db, const struct look *look, char *ret, size_t size)
{
    PGresult *result = PQexec(db, look->sql);
    bool answered = PQresultStatus(result) == PGRES_TUPLES_OK;
    bool found = answered && PQntuples(result) == 1;
    if (found) {
        snprintf(ret, size, "%s", PQgetvalue(result, 0, 0));
    } else if (answered) {
        printf("database: %s\n", look->absent);
    } else {
        printf("database: %s; is it migrated, and may this user read it? (vekhactl migrate)\n",
               first_line(PQresultErrorMessage(result)));
    }
    PQclear(result);
    return found;
}

static bool is_secret_ready(const char *path, const char *what)
{
    char secret[SECRET_MAX];
    bool ready = path == NULL || secret_read(path, what, secret);
    sodium_memzero(secret, sizeof secret);
    return ready;
}

/* All are looked at, so that all that is wrong is said. */
static bool are_secrets_ready(const struct conf *conf)
{
    bool ready = is_secret_ready(conf->mail_password_file, "mail: the password");
    for (size_t i = 0; i < conf->n_webhooks; i++)
        ready = is_secret_ready(conf->webhooks[i].secret_file, "webhook: the secret") && ready;
    return ready;
}

int selfcheck(const struct conf *conf, const struct key_pair *server)
{
    char key[KEY_TEXT_MAX], counts[128];
    int code = EXIT_NO_DATABASE;
    if (!are_secrets_ready(conf))
        return EXIT_USAGE;
    PGconn *db = open_database(conf);
    if (PQstatus(db) != CONNECTION_OK) {
        printf("database: %s; check `database` in the configuration\n",
               first_line(PQerrorMessage(db)));
        goto out;
    }
    if (!ask(db, &centre_look, key, sizeof key))
        goto out;
    if (strcmp(key, server->public_key) != 0) {
        printf("server_key: its public key is %s, but the centre's is %s, and that is what the "
               "schools trust; "
               "put the key file of `vekhactl centre init` in its place\n",
               server->public_key, key);
        code = EXIT_USAGE;
        goto out;
    }
    if (ask(db, &counts_look, counts, sizeof counts)) {
        printf("endpoint: %s\nmail: %s\ndatabase: %s\nAll is well.\n", conf->endpoint,
               conf->mail_server != NULL ? conf->mail_server : "none", counts);
        code = 0;
    }
out:
    PQfinish(db);
    return code;
}
