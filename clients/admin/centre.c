/* centre: the centre's own identity: its key file, and what every agent has to know of it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "admin/commands.h"
#include "admin/db.h"
#include "admin/newkey.h"
#include "admin/text.h"
#include "wire/keys.h"

enum { ERROR_MAX = 1000 };

static bool endpoint_valid(const char *endpoint)
{
    static const char scheme[] = "tcp://";
    const char *host = endpoint + sizeof scheme - 1;
    const char *colon = strrchr(endpoint, ':');
    size_t digits;

    if (strncmp(endpoint, scheme, sizeof scheme - 1) != 0 || colon <= host)
        return false;
    digits = strspn(colon + 1, "0123456789");
    return digits >= 1 && digits <= 5 && colon[1 + digits] == '\0' &&
           strpbrk(host, " *'\"\\") == NULL; /* a wildcard is for binding; agents connect */
}

/* Reads the key, or makes it where there is no file; *ret_made tells which. */
static bool obtain_key(enum lang lang, const char *path, struct key_pair *ret, bool *ret_made)
{
    char error[ERROR_MAX] = "";

    *ret_made = access(path, F_OK) != 0 && errno == ENOENT;
    if (*ret_made ? newkey_make(ret) && keys_write(path, ret, error, sizeof error)
                  : keys_read(path, ret, error, sizeof error))
        return true;
    complain(lang, TEXT_AS_IS, error);
    return false;
}

static bool same(const char *a, const char *b)
{
    return a != NULL && strcmp(a, b) == 0;
}

/* Records key and endpoint.  Another key than the recorded one would lock every agent out, so it is
 * refused. */
static bool record(struct ctl *ctl, const char *public_key)
{
    const char *path = ctl->given[OPTION_KEY], *endpoint = ctl->given[OPTION_ENDPOINT];
    const char *const params[] = {endpoint, public_key};
    PGresult *r = db_query(ctl->db, "SELECT public_key, endpoint FROM vekha.centre", 0, NULL);
    bool good = false;
    const char *recorded;

    if (r == NULL)
        return false;
    recorded = PQntuples(r) == 1 ? db_text(r, 0, 0) : NULL;
    if (recorded != NULL && strcmp(recorded, public_key) != 0) {
        complain(ctl->lang, TEXT_CENTRE_KEY_OTHER, recorded, path, public_key);
        goto out;
    }
    if (same(recorded, public_key) && same(db_text(r, 0, 1), endpoint)) {
        tell(ctl->lang, TEXT_CENTRE_UNCHANGED);
        good = true;
        goto out;
    }
    good = db_do(ctl->db, "UPDATE vekha.centre SET endpoint = $1, public_key = $2", 2, params);
out:
    PQclear(r);
    return good;
}

int centre_init(struct ctl *ctl)
{
    const char *path = ctl->given[OPTION_KEY], *endpoint = ctl->given[OPTION_ENDPOINT];
    struct key_pair key;
    bool made, good;

    if (path == NULL || endpoint == NULL) {
        complain(ctl->lang, TEXT_OPERANDS, "centre init --key FILE --endpoint tcp://HOST:PORT");
        return CTL_USAGE;
    }
    if (!endpoint_valid(endpoint)) {
        complain(ctl->lang, TEXT_BAD_ENDPOINT, endpoint);
        return CTL_USAGE;
    }
    if (!db_do(ctl->db, "SELECT FROM vekha.centre", 0,
               NULL)) /* no key without a schema to record it in */
        return db_exit(ctl->db);
    if (!obtain_key(ctl->lang, path, &key, &made))
        return CTL_REFUSED;
    tell(ctl->lang, made ? TEXT_CENTRE_KEY_MADE : TEXT_CENTRE_KEY_STANDS, path);
    good = record(ctl, key.public_key);
    if (good)
        tell(ctl->lang, TEXT_CENTRE_RECORDED, key.public_key, endpoint);
    keys_wipe(&key);
    return good ? CTL_DONE : db_exit(ctl->db);
}
