/* cluster: adding something that has to be there is adding a row. */
#include "admin/cluster.h"

#include <stddef.h>
#include <string.h>

#include "admin/db.h"
#include "admin/text.h"

/* Whom a row is about, and who or what else takes part. */
enum name { NOBODY, DATABASE, OWNER, DAEMON, PERSON, DAEMONS, ADMINS, READERS };

/* $1 is the subject, $2 the other, if there is one.  `there` gives true if it is; `make` gives the
 * statement by which it comes to be. */
struct fixture {
    enum text says;
    enum name subject, other;
    const char *there, *make;
};

#define ROLE_THERE   "SELECT true FROM pg_roles WHERE rolname = $1"
#define MEMBER_THERE "SELECT pg_has_role($1::name, $2::name, 'MEMBER')"
#define MEMBER_MAKE  "SELECT format('GRANT %I TO %I', $2::text, $1::text)"
#define LOGIN_MAKE   "SELECT format('CREATE ROLE %I LOGIN', $1::text)"
#define DOOR_THERE   "SELECT has_database_privilege($1::name, $2::text, 'CONNECT')"
#define DOOR_MAKE    "SELECT format('GRANT CONNECT ON DATABASE %I TO %I', $2::text, $1::text)"

/* The owner cannot log in: who migrates acts as it. */
static const struct fixture database_rows[] = {
    {TEXT_SETUP_OWNER, OWNER, NOBODY, ROLE_THERE,
     "SELECT format('CREATE ROLE %I NOLOGIN CREATEROLE', $1::text)"},
    {TEXT_SETUP_ACTS_AS, OWNER, NOBODY, "SELECT pg_has_role($1::name, 'MEMBER')",
     "SELECT format('GRANT %I TO %I', $1::text, current_user)"},
    {TEXT_SETUP_DATABASE, DATABASE, OWNER,
     "SELECT true FROM pg_database WHERE datname = $1 AND $2::text IS NOT NULL",
     "SELECT format('CREATE DATABASE %I OWNER %I ENCODING ''UTF8'' LOCALE ''C.UTF-8'' TEMPLATE "
     "template0', $1::text, $2::text)"},
};

static const struct fixture close_rows[] = {
    {TEXT_SETUP_CLOSED, DATABASE, NOBODY,
     "SELECT NOT has_database_privilege('public', $1::text, 'CONNECT')",
     "SELECT format('REVOKE CONNECT, TEMPORARY ON DATABASE %I FROM PUBLIC', $1::text)"},
};

/* The groups come with the migration. */
static const struct fixture let_in_rows[] = {
    {TEXT_SETUP_DOOR, DAEMONS, DATABASE, DOOR_THERE, DOOR_MAKE},
    {TEXT_SETUP_DOOR, ADMINS, DATABASE, DOOR_THERE, DOOR_MAKE},
    {TEXT_SETUP_DOOR, READERS, DATABASE, DOOR_THERE, DOOR_MAKE},
    {TEXT_SETUP_DAEMON, DAEMON, NOBODY, ROLE_THERE, LOGIN_MAKE},
    {TEXT_SETUP_MEMBER, DAEMON, DAEMONS, MEMBER_THERE, MEMBER_MAKE},
    {TEXT_SETUP_PERSON, PERSON, NOBODY, ROLE_THERE, LOGIN_MAKE},
    {TEXT_SETUP_MEMBER, PERSON, ADMINS, MEMBER_THERE, MEMBER_MAKE},
};

static const char *name_of(const struct cluster_names *names, enum name name)
{
    switch (name) {
    case NOBODY:
        return NULL;
    case DATABASE:
        return names->database;
    case OWNER:
        return names->owner;
    case DAEMON:
        return names->daemon;
    case PERSON:
        return names->person;
    case DAEMONS:
        return "vekha_daemon";
    case ADMINS:
        return "vekha_admin";
    case READERS:
        return "vekha_report";
    }
    return NULL;
}

/* One field as text to be freed by PQclear() of *ret_held; NULL if the query failed or gave none. */
static const char *ask(struct db *db, const char *sql, int n, const char *const *params,
                       PGresult **ret_held)
{
    *ret_held = db_query(db, sql, n, params);
    return *ret_held != NULL && PQntuples(*ret_held) == 1 ? db_text(*ret_held, 0, 0) : NULL;
}

static enum settled settle(struct db *db, const struct fixture *row, int n,
                           const char *const *params)
{
    PGresult *r;
    const char *answer = ask(db, row->there, n, params, &r);
    enum settled settled = SETTLED_NOT;
    bool asked = r != NULL, there = answer != NULL && strcmp(answer, "t") == 0;

    PQclear(r);
    if (there)
        return SETTLED_BEFORE;
    if (!asked)
        return SETTLED_NOT;
    answer = ask(db, row->make, n, params, &r);
    if (answer != NULL && db_script(db, answer))
        settled = SETTLED_NOW;
    PQclear(r);
    return settled;
}

static bool settle_all(struct ctl *ctl, const struct cluster_names *names,
                       const struct fixture *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *const params[] = {name_of(names, rows[i].subject),
                                      name_of(names, rows[i].other)};
        enum settled settled;

        if (params[0] == NULL)
            continue;
        settled = settle(ctl->db, &rows[i], params[1] != NULL ? 2 : 1, params);
        if (settled == SETTLED_NOT)
            return false;
        tell_settled(ctl->lang, settled, rows[i].says, params[0],
                     params[1] != NULL ? params[1] : "");
    }
    return true;
}

/* One at a time; the number is arbitrary.  Held as long as the connection. */
static bool lock(struct db *db)
{
    return db_do(db, "SELECT pg_advisory_lock(7361002)", 0, NULL);
}

bool cluster_make_database(struct ctl *ctl, const struct cluster_names *names)
{
    return lock(ctl->db) &&
           settle_all(ctl, names, database_rows, sizeof database_rows / sizeof *database_rows);
}

bool cluster_close(struct ctl *ctl, const struct cluster_names *names)
{
    return lock(ctl->db) &&
           settle_all(ctl, names, close_rows, sizeof close_rows / sizeof *close_rows);
}

bool cluster_let_in(struct ctl *ctl, const struct cluster_names *names)
{
    return settle_all(ctl, names, let_in_rows, sizeof let_in_rows / sizeof *let_in_rows);
}

/* What would be wrong with the database: no row if nothing is; $1 of the text is what it gives. */
static const struct {
    const char *sql;
    enum text says;
} refusals[] = {
    {"SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database() "
     "AND pg_encoding_to_char(encoding) <> 'UTF8'",
     TEXT_SETUP_ENCODING},
    {"SELECT r.rolname FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba "
     "WHERE d.datname = current_database() AND r.rolsuper",
     TEXT_SETUP_SUPERUSER_OWNS},
};

bool cluster_is_fit(struct ctl *ctl)
{
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        PGresult *r;
        const char *detail = ask(ctl->db, refusals[i].sql, 0, NULL, &r);
        bool good = r != NULL && detail == NULL;

        if (detail != NULL)
            complain(ctl->lang, refusals[i].says, detail);
        PQclear(r);
        if (!good)
            return false;
    }
    return true;
}

bool cluster_act_as_owner(struct ctl *ctl)
{
    PGresult *r;
    const char *statement =
        ask(ctl->db,
            "SELECT format('SET ROLE %I', pg_get_userbyid(datdba)) FROM pg_database "
            "WHERE datname = current_database()",
            0, NULL, &r);
    bool good = statement != NULL && db_script(ctl->db, statement);

    PQclear(r);
    return good;
}

bool cluster_act_as_oneself(struct ctl *ctl)
{
    return db_script(ctl->db, "RESET ROLE");
}
