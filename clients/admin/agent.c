/* agent: who may report.  An agent is the program at a school with its own CURVE key; its
 * configuration is written whole, so that nobody at the school has to type a key. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <sodium.h>

#include "admin/commands.h"
#include "admin/db.h"
#include "admin/json.h"
#include "admin/listing.h"
#include "admin/load.h"
#include "admin/newkey.h"
#include "admin/text.h"
#include "agent/draft.h"
#include "base/clock.h"
#include "base/durable.h"
#include "base/str.h"
#include "fault.h"
#include "table.h"
#include "wire/invitation.h"
#include "wire/keys.h"

enum { CONF_MAX = 4096 + 2 * PATH_MAX, INVITATION_DAYS = 14, INVITATION_MAX_DAYS = 365 };

struct centre {
    PGresult *row; /* endpoint, public_key */
    const char *endpoint, *public_key;
};

static bool read_centre(struct ctl *ctl, struct centre *ret)
{
    PGresult *r = db_query(ctl->db,
                           "SELECT endpoint, public_key FROM vekha.centre "
                           "WHERE endpoint IS NOT NULL AND public_key IS NOT NULL",
                           0, NULL);

    if (r != NULL && PQntuples(r) == 1) {
        *ret = (struct centre){r, db_text(r, 0, 0), db_text(r, 0, 1)};
        return true;
    }
    if (r != NULL)
        complain(ctl->lang, TEXT_CENTRE_MISSING);
    PQclear(r);
    return false;
}

/* In one transaction by itself; the agent's number is printed. */
static bool register_key(struct ctl *ctl, const char *org, const char *public_key)
{
    const char *const params[] = {org, public_key, ctl_now(ctl)};
    PGresult *r = db_query(ctl->db, "SELECT vekha.enrol_agent($1, $2, $3::timestamptz)", 3, params);

    if (r == NULL)
        return false;
    tell(ctl->lang, TEXT_ENROLLED, db_text(r, 0, 0), org);
    PQclear(r);
    return true;
}

/* A key belongs to one agent for ever. */
static bool key_is_new(struct ctl *ctl, const char *public_key)
{
    PGresult *r =
        db_query(ctl->db,
                 "SELECT a.id, o.code FROM vekha.agent_key k JOIN vekha.agent a ON a.id = k.agent "
                 "JOIN vekha.organisation o ON o.id = a.organisation WHERE k.public_key = $1",
                 1, &public_key);
    bool fresh = r != NULL && PQntuples(r) == 0;

    if (r != NULL && !fresh)
        complain(ctl->lang, TEXT_KEY_KNOWN, db_text(r, 0, 0), db_text(r, 0, 1));
    PQclear(r);
    return fresh;
}

/* The file is for its owner alone and never takes another's place. */
static bool write_conf(enum lang lang, const char *path, const char *conf, size_t len)
{
    if (durable_create(path, S_IRUSR | S_IWUSR, conf, len))
        return true;
    complain(lang, errno == EEXIST ? TEXT_CONF_EXISTS : TEXT_CANNOT_WRITE, path,
             fault_text(errno, lang));
    return false;
}

/* The spool's place must not depend on where the program is started. */
static bool spool_path(const struct ctl *ctl, const char *dir, char ret[PATH_MAX])
{
    const char *given = ctl->given[OPTION_SPOOL];
    char real[PATH_MAX];
    int n;

    if (given != NULL)
        n = snprintf(ret, PATH_MAX, "%s", given);
    else if (realpath(dir, real) != NULL)
        n = snprintf(ret, PATH_MAX, "%s/spool-%s", real, ctl->operands[0]);
    else
        n = -1;
    if (n > 0 && n < PATH_MAX)
        return true;
    complain(ctl->lang, TEXT_CANNOT_WRITE, given != NULL ? given : dir,
             fault_text(n < 0 ? errno : ENAMETOOLONG, ctl->lang));
    return false;
}

static bool enrol_with_file(struct ctl *ctl, const char *org, const char *dir)
{
    struct centre centre = {0};
    struct key_pair key = {0};
    struct str conf;
    char path[PATH_MAX], spool[PATH_MAX];
    bool good = false, written = false;

    str_init(&conf, CONF_MAX);
    if (!read_centre(ctl, &centre) || !spool_path(ctl, dir, spool) || !newkey_make(&key) ||
        snprintf(path, sizeof path, "%s/%s.conf", dir, org) >= (int)sizeof path)
        goto out;
    draft_write(&(struct draft){centre.endpoint, centre.public_key, &key, org, spool, ctl->lang},
                &conf);
    if (conf.failed)
        goto out;
    written = write_conf(ctl->lang, path, conf.text, conf.len);
    good = written && register_key(ctl, org, key.public_key);
    if (good)
        tell(ctl->lang, TEXT_ENROLLED_FILE, path);
    else if (written)
        unlink(path); /* a key that the centre does not know is of no use to anybody */
out:
    if (conf.text != NULL)
        sodium_memzero(conf.text, conf.len);
    str_finish(&conf);
    keys_wipe(&key);
    PQclear(centre.row);
    return good;
}

/* How many days an invitation is good for; 0: not understood. */
static int days_of(struct ctl *ctl)
{
    const char *given = ctl->given[OPTION_DAYS];
    int days = given == NULL                                  ? INVITATION_DAYS
               : strspn(given, "0123456789") == strlen(given) ? (int)strtol(given, NULL, 10)
                                                              : 0;

    if (days >= 1 && days <= INVITATION_MAX_DAYS)
        return days;
    complain(ctl->lang, TEXT_BAD_DAYS, given);
    return 0;
}

static bool register_invitation(struct ctl *ctl, const char *org, const char *public_key, int days)
{
    char until[CLOCK_TEXT_MAX], number[24];
    int64_t now;
    const char *const params[] = {org, public_key, until, ctl_now(ctl)};
    PGresult *r;

    if (!clock_parse(params[3], strlen(params[3]), &now))
        return false;
    clock_format(now + days * INT64_C(86400000000), until);
    r = db_query(ctl->db, "SELECT vekha.invite_agent($1, $2, $3::timestamptz, $4::timestamptz)", 4,
                 params);
    if (r == NULL)
        return false;
    snprintf(number, sizeof number, "%d", days);
    tell(ctl->lang, TEXT_INVITED, db_text(r, 0, 0), org, number);
    PQclear(r);
    return true;
}

/* The line is the whole secret; the comments above it make a file of the output. */
static bool invite(struct ctl *ctl, const char *org, int days)
{
    struct centre centre = {0};
    struct invitation in = {.endpoint = ""};
    struct key_pair key = {0};
    char line[INVITATION_TEXT_MAX];
    bool good = read_centre(ctl, &centre) &&
                invitation_make(centre.endpoint, centre.public_key, &in) &&
                invitation_keys(&in, &key) && register_invitation(ctl, org, key.public_key, days);

    if (good) {
        invitation_format(&in, line);
        tell(ctl->lang, TEXT_INVITATION, line);
    }
    sodium_memzero(line, sizeof line);
    invitation_wipe(&in);
    keys_wipe(&key);
    PQclear(centre.row);
    return good;
}

static bool enrol_as_asked(struct ctl *ctl, const char *org, const char *dir, const char *key,
                           int days)
{
    if (key != NULL)
        return key_is_new(ctl, key) && register_key(ctl, org, key);
    if (dir != NULL)
        return enrol_with_file(ctl, org, dir);
    return invite(ctl, org, days);
}

int agent_enrol(struct ctl *ctl)
{
    const char *org = ctl->operands[0], *dir = ctl->given[OPTION_OUT];
    const char *key = ctl->given[OPTION_PUBLIC_KEY];
    int days = days_of(ctl);
    bool good;

    if (days == 0)
        return CTL_USAGE;
    if (key != NULL && !keys_public_valid(key)) {
        complain(ctl->lang, TEXT_BAD_PUBLIC_KEY, key);
        return CTL_USAGE;
    }
    good = load_organisation_id(ctl, org) != 0 && enrol_as_asked(ctl, org, dir, key, days);
    return good ? CTL_DONE : db_exit(ctl->db);
}

int agent_revoke(struct ctl *ctl)
{
    const char *id = ctl->operands[0];
    const char *const params[] = {id, ctl_now(ctl)};
    PGresult *r;
    int code = CTL_REFUSED;

    if (id[0] == '\0' || strlen(id) > 9 || id[strspn(id, "0123456789")] != '\0') {
        complain(ctl->lang, TEXT_BAD_ID, id);
        return CTL_USAGE;
    }
    r = db_query(ctl->db, "SELECT revoked_at FROM vekha.agent WHERE id = $1::integer", 1, params);
    if (r == NULL)
        return db_exit(ctl->db);
    if (PQntuples(r) == 0) {
        complain(ctl->lang, TEXT_NO_AGENT, id);
    } else if (db_text(r, 0, 0) != NULL) {
        tell(ctl->lang, TEXT_REVOKED_BEFORE, id);
        code = CTL_DONE;
    } else if (db_do(ctl->db, "SELECT vekha.revoke_agent($1::integer, $2::timestamptz)", 2,
                     params)) {
        tell(ctl->lang, TEXT_REVOKED, id);
        code = CTL_DONE;
    } else {
        code = db_exit(ctl->db);
    }
    PQclear(r);
    return code;
}

enum { LIST_ID, LIST_ORG, LIST_KEY, LIST_ENROLLED, LIST_BY, LIST_REVOKED, LIST_UNTIL, LIST_TAKEN };

/* clang-format off */
static const char LIST[] =
    "SELECT a.id, o.code, k.public_key, " DB_MICROSECONDS("a.enrolled_at") ", a.enrolled_by, "
    DB_MICROSECONDS("coalesce(k.revoked_at, a.revoked_at)") ", " DB_MICROSECONDS("k.invites_until") ", k.taken_by"
    " FROM vekha.agent a JOIN vekha.organisation o ON o.id = a.organisation "
    "LEFT JOIN vekha.agent_key k ON k.agent = a.id WHERE NOT a.desk ORDER BY o.code, a.id, k.added_at";
/* clang-format on */

static int list_as_json(const PGresult *r)
{
    json_t *rows = json_array();

    for (int i = 0; i < PQntuples(r); i++)
        json_array_append_new(
            rows, json_pack("{s:I, s:s, s:s?, s:o, s:s, s:o, s:o, s:s?}", "id",
                            (json_int_t)db_number(r, i, LIST_ID), "org", db_text(r, i, LIST_ORG),
                            "public_key", db_text(r, i, LIST_KEY), "enrolled_at",
                            json_moment(r, i, LIST_ENROLLED), "enrolled_by", db_text(r, i, LIST_BY),
                            "revoked_at", json_moment(r, i, LIST_REVOKED), "invites_until",
                            json_moment(r, i, LIST_UNTIL), "taken_by", db_text(r, i, LIST_TAKEN)));
    return json_answer(NULL, NULL, rows);
}

/* "": it is a key that speaks; until when an invitation may be used, or that it was. */
static void cell_invitation(struct table *t, const PGresult *r, int row, enum lang lang)
{
    char day[DATE_TEXT_MAX];

    if (db_text(r, row, LIST_UNTIL) == NULL)
        table_cell(t, "");
    else if (db_text(r, row, LIST_TAKEN) != NULL)
        table_cell(t, text(TEXT_INVITATION_TAKEN, lang));
    else
        table_cell(t, date_format_iso(clock_day(db_number(r, row, LIST_UNTIL), 0), day));
}

static int list_as_table(const struct ctl *ctl, const PGresult *r)
{
    const struct table_column columns[] = {
        {text(TEXT_COLUMN_ID, ctl->lang), TABLE_RIGHT, TABLE_FIXED},
        {text(TEXT_COLUMN_ORGANISATION, ctl->lang), TABLE_LEFT, TABLE_FLEXIBLE},
        {text(TEXT_COLUMN_KEY, ctl->lang), TABLE_LEFT, TABLE_FIXED},
        {text(TEXT_COLUMN_ENROLLED, ctl->lang), TABLE_LEFT, TABLE_FIXED},
        {text(TEXT_COLUMN_REVOKED, ctl->lang), TABLE_LEFT, TABLE_FIXED},
        {text(TEXT_COLUMN_INVITATION, ctl->lang), TABLE_LEFT, TABLE_FIXED},
    };
    struct table *t = table_new(columns, sizeof columns / sizeof *columns);
    char day[DATE_TEXT_MAX];
    bool good;

    if (t == NULL)
        return CTL_REFUSED;
    for (int i = 0; i < PQntuples(r); i++) {
        table_cell(t, db_text(r, i, LIST_ID));
        table_cell(t, db_text(r, i, LIST_ORG));
        table_cell(t, db_text(r, i, LIST_KEY));
        table_cell(t, date_format_iso(clock_day(db_number(r, i, LIST_ENROLLED), 0), day));
        table_cell(t, db_text(r, i, LIST_REVOKED) == NULL
                          ? ""
                          : date_format_iso(clock_day(db_number(r, i, LIST_REVOKED), 0), day));
        cell_invitation(t, r, i, ctl->lang);
    }
    good = table_print(t, stdout, ctl->colour);
    table_free(t);
    return good ? CTL_DONE : CTL_REFUSED;
}

int agent_list(struct ctl *ctl)
{
    static const struct listing agents = {list_as_json, list_as_table, TEXT_NOTHING_FOUND};

    return listing_show(ctl, db_query(ctl->db, LIST, 0, NULL), &agents);
}
