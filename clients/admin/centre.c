/* centre: the key is a file, what is public of it a row. */
#include "admin/centre.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/commands.h"
#include "admin/db.h"
#include "admin/newkey.h"
#include "admin/text.h"
#include "base/utf8.h"
#include "wire/keys.h"

enum { ERROR_MAX = 1000, ENDPOINT_MAX = 200 /* of vekha.centre */, PORT_MAX = 65535 };

/* Those are for binding; agents connect. */
static bool is_wildcard(const char *host, size_t len)
{
    static const char *const wildcards[] = {"0.0.0.0", "[::]", "::"};

    for (size_t i = 0; i < sizeof wildcards / sizeof *wildcards; i++)
        if (strlen(wildcards[i]) == len && memcmp(host, wildcards[i], len) == 0)
            return true;
    return false;
}

bool centre_endpoint_valid(const char *endpoint)
{
    static const char scheme[] = "tcp://";
    const char *host = endpoint + sizeof scheme - 1;
    const char *colon = strrchr(endpoint, ':');
    size_t digits;
    long port;

    if (strncmp(endpoint, scheme, sizeof scheme - 1) != 0 || colon <= host ||
        strlen(endpoint) > ENDPOINT_MAX)
        return false;
    digits = strspn(colon + 1, "0123456789");
    port = strtol(colon + 1, NULL, 10);
    return digits >= 1 && digits <= 5 && colon[1 + digits] == '\0' && port >= 1 &&
           port <= PORT_MAX && utf8_harmless(host, strlen(host)) &&
           strpbrk(host, " \t\n*'\"\\") == NULL && !is_wildcard(host, (size_t)(colon - host));
}

enum settled centre_obtain_key(enum lang lang, const char *path, struct key_pair *ret)
{
    bool missing = access(path, F_OK) != 0 && errno == ENOENT;
    char error[ERROR_MAX] = "";

    if (missing ? newkey_make(ret) && keys_write(path, ret, error, sizeof error)
                : keys_read(path, ret, error, sizeof error))
        return missing ? SETTLED_NOW : SETTLED_BEFORE;
    complain(lang, TEXT_AS_IS, error);
    return SETTLED_NOT;
}

static bool same(const char *a, const char *b)
{
    return a != NULL && strcmp(a, b) == 0;
}

enum settled centre_record(struct ctl *ctl, const char *path, const char *public_key,
                           const char *endpoint)
{
    const char *const params[] = {endpoint, public_key};
    PGresult *r = db_query(ctl->db, "SELECT public_key, endpoint FROM vekha.centre", 0, NULL);
    enum settled settled = SETTLED_NOT;
    const char *recorded;

    if (r == NULL)
        return SETTLED_NOT;
    recorded = PQntuples(r) == 1 ? db_text(r, 0, 0) : NULL;
    if (recorded != NULL && strcmp(recorded, public_key) != 0)
        complain(ctl->lang, TEXT_CENTRE_KEY_OTHER, recorded, path, public_key);
    else if (same(recorded, public_key) && same(db_text(r, 0, 1), endpoint))
        settled = SETTLED_BEFORE;
    else if (db_do(ctl->db, "UPDATE vekha.centre SET endpoint = $1, public_key = $2", 2, params))
        settled = SETTLED_NOW;
    PQclear(r);
    return settled;
}

int centre_init(struct ctl *ctl)
{
    const char *path = ctl->given[OPTION_KEY], *endpoint = ctl->given[OPTION_ENDPOINT];
    struct key_pair key;
    enum settled made, recorded;

    if (path == NULL || endpoint == NULL) {
        complain(ctl->lang, TEXT_OPERANDS, "centre init --key FILE --endpoint tcp://HOST:PORT");
        return CTL_USAGE;
    }
    if (!centre_endpoint_valid(endpoint)) {
        complain(ctl->lang, TEXT_BAD_ENDPOINT, endpoint);
        return CTL_USAGE;
    }
    if (!db_do(ctl->db, "SELECT FROM vekha.centre", 0,
               NULL)) /* no key without a schema to record it in */
        return db_exit(ctl->db);
    made = centre_obtain_key(ctl->lang, path, &key);
    if (made == SETTLED_NOT)
        return CTL_REFUSED;
    tell(ctl->lang, made == SETTLED_NOW ? TEXT_CENTRE_KEY_MADE : TEXT_CENTRE_KEY_STANDS, path);
    recorded = centre_record(ctl, path, key.public_key, endpoint);
    if (recorded == SETTLED_BEFORE)
        tell(ctl->lang, TEXT_CENTRE_UNCHANGED);
    if (recorded != SETTLED_NOT)
        tell(ctl->lang, TEXT_CENTRE_RECORDED, key.public_key, endpoint);
    keys_wipe(&key);
    return recorded != SETTLED_NOT ? CTL_DONE : db_exit(ctl->db);
}
