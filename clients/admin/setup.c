/* setup: from an installed package beside a PostgreSQL to a centre that runs.  Every step looks first
 * whether its work was done before, so the whole may be repeated: after an interruption, after an upgrade. */
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <libpq-fe.h>

#include "admin/centre.h"
#include "admin/cluster.h"
#include "admin/commands.h"
#include "admin/db.h"
#include "admin/doctor.h"
#include "admin/guise.h"
#include "admin/migrated.h"
#include "admin/settings.h"
#include "admin/text.h"
#include "admin/unit.h"

enum { NAME_MAX_BYTES = 64, ENDPOINT_MAX = 300, COUNT_MAX = 24 };

static const char default_database[] = "dbname=vekha user=vekhad"; /* as vekhad.conf has it */
static const char default_endpoint[] = "tcp://0.0.0.0:5670";
static const char default_key[] = VEKHA_SYSCONFDIR "/curve.secret";

struct setup {
    struct ctl *ctl;
    const char *path; /* of the daemon's configuration */
    struct settings settings;
    char database[NAME_MAX_BYTES], daemon[NAME_MAX_BYTES], person[NAME_MAX_BYTES];
    struct cluster_names names;
    const char *user, *guise; /* whom PostgreSQL is set up as; guise NULL: as whoever this is */
    char endpoint[ENDPOINT_MAX];
    bool changed; /* something that a running daemon has not seen */
};

/* --- what is to be set up --- */

/* Of a connection string: "" if it does not say. */
static void read_part(const PQconninfoOption *parts, const char *keyword, char ret[NAME_MAX_BYTES])
{
    ret[0] = '\0';
    for (; parts->keyword != NULL; parts++)
        if (strcmp(parts->keyword, keyword) == 0 && parts->val != NULL)
            snprintf(ret, NAME_MAX_BYTES, "%s", parts->val);
}

/* As libpq does it: a database that is not named has the user's name. */
static bool read_names(struct setup *s)
{
    char *why = NULL;
    PQconninfoOption *parts = PQconninfoParse(s->settings.database, &why);

    if (parts == NULL) {
        complain(s->ctl->lang, TEXT_SETUP_CONNINFO, s->path, why != NULL ? why : "");
        PQfreemem(why);
        return false;
    }
    read_part(parts, "user", s->daemon);
    read_part(parts, "dbname", s->database);
    PQconninfoFree(parts);
    if (s->daemon[0] == '\0')
        snprintf(s->daemon, sizeof s->daemon, "vekhad");
    if (s->database[0] == '\0')
        snprintf(s->database, sizeof s->database, "%s", s->daemon);
    return true;
}

/* Root sets PostgreSQL up as the user whose it is, and will use vekhactl as itself; whoever gave PGUSER
 * is that user for both.  Never as the daemon, whom the configuration names. */
static bool find_people(struct setup *s)
{
    const char *given = getenv("PGUSER");

    s->guise = given == NULL && guise_is_there("postgres") ? "postgres" : NULL;
    if (given == NULL && !guise_own_name(s->person)) {
        complain(s->ctl->lang, TEXT_SETUP_NO_CLUSTER);
        return false;
    }
    s->user = given != NULL ? given : s->guise != NULL ? s->guise : s->person;
    s->names = (struct cluster_names){
        .database = s->database,
        .owner = "vekha",
        .daemon = s->daemon,
        .person = given == NULL ? s->person : NULL,
    };
    return true;
}

static bool fill(char **value, const char *otherwise)
{
    if (*value == NULL)
        *value = strdup(otherwise);
    return *value != NULL;
}

static bool read_settings(struct setup *s)
{
    s->path = s->ctl->given[OPTION_CONFIG] != NULL ? s->ctl->given[OPTION_CONFIG] : SETTINGS_PATH;
    if (!settings_read(s->path, s->ctl->lang, &s->settings))
        return false;
    if (fill(&s->settings.database, default_database) &&
        fill(&s->settings.endpoint, default_endpoint) && fill(&s->settings.server_key, default_key))
        return read_names(s);
    complain(s->ctl->lang, TEXT_NO_MEMORY);
    return false;
}

/* --- the steps --- */

static bool connect_to(struct setup *s, const char *database)
{
    const struct db_instead instead = {.database = database, .user = s->user, .guise = s->guise};

    db_free(s->ctl->db);
    s->ctl->db = db_open_instead(s->settings.database, &instead, s->ctl->lang);
    if (s->ctl->db == NULL)
        complain(s->ctl->lang, TEXT_SETUP_NO_CLUSTER);
    return s->ctl->db != NULL;
}

static bool make_database(struct setup *s)
{
    return connect_to(s, "postgres") && cluster_make_database(s->ctl, &s->names) &&
           connect_to(s, s->database) && cluster_close(s->ctl, &s->names);
}

static bool bring_schema(struct setup *s)
{
    struct migration_counts counts;
    char now[COUNT_MAX], before[COUNT_MAX];

    if (!cluster_is_fit(s->ctl) || !cluster_act_as_owner(s->ctl) ||
        !migrate(s->ctl, false, &counts) || !cluster_act_as_oneself(s->ctl))
        return false;
    snprintf(now, sizeof now, "%zu", counts.now);
    snprintf(before, sizeof before, "%zu", counts.before);
    tell_settled(s->ctl->lang, counts.now > 0 ? SETTLED_NOW : SETTLED_BEFORE, TEXT_SETUP_SCHEMA,
                 now, before);
    s->changed = s->changed || counts.now > 0;
    return true;
}

static bool let_in(struct setup *s)
{
    return cluster_let_in(s->ctl, &s->names);
}

/* The name by which others find this machine, and the port at which the daemon listens. */
static bool guess_endpoint(const char *listens, char ret[ENDPOINT_MAX])
{
    const struct addrinfo hints = {.ai_flags = AI_CANONNAME, .ai_socktype = SOCK_STREAM};
    char host[ENDPOINT_MAX / 2];
    struct addrinfo *found = NULL;
    const char *name = host, *port = strrchr(listens, ':');

    if (gethostname(host, sizeof host) != 0 || port == NULL)
        return false;
    host[sizeof host - 1] = '\0';
    if (getaddrinfo(host, NULL, &hints, &found) == 0 && found->ai_canonname != NULL)
        name = found->ai_canonname;
    snprintf(ret, ENDPOINT_MAX, "tcp://%s%s", name, port);
    if (found != NULL)
        freeaddrinfo(found);
    return centre_endpoint_valid(ret);
}

/* What was given, else what is recorded, else a guess. */
static bool find_endpoint(struct setup *s)
{
    const char *given = s->ctl->given[OPTION_ENDPOINT], *recorded;
    PGresult *r = db_query(s->ctl->db, "SELECT endpoint FROM vekha.centre", 0, NULL);
    bool good = r != NULL;

    recorded = good && PQntuples(r) == 1 ? db_text(r, 0, 0) : NULL;
    if (given != NULL || recorded != NULL) {
        snprintf(s->endpoint, sizeof s->endpoint, "%s", given != NULL ? given : recorded);
    } else if (good && !guess_endpoint(s->settings.endpoint, s->endpoint)) {
        complain(s->ctl->lang, TEXT_SETUP_NO_NAME);
        good = false;
    }
    PQclear(r);
    return good;
}

static bool make_identity(struct setup *s)
{
    enum lang lang = s->ctl->lang;
    const char *path = s->settings.server_key;
    enum settled made, recorded;
    struct key_pair key;

    if (!find_endpoint(s))
        return false;
    made = centre_obtain_key(lang, path, &key);
    if (made == SETTLED_NOT)
        return false;
    tell_settled(lang, made, TEXT_SETUP_KEY, path);
    recorded = centre_record(s->ctl, path, key.public_key, s->endpoint);
    keys_wipe(&key);
    if (recorded == SETTLED_NOT)
        return false;
    tell_settled(lang, recorded, TEXT_SETUP_ENDPOINT, s->endpoint);
    s->changed = s->changed || made == SETTLED_NOW;
    return true;
}

/* pg_hba.conf is the administrator's; what is missing there is said. */
static bool try_login(struct setup *s, const char *user, const char *guise)
{
    const struct db_instead instead = {.database = s->database, .user = user, .guise = guise};
    struct db *db = db_open_instead(s->settings.database, &instead, s->ctl->lang);

    if (db == NULL)
        complain(s->ctl->lang, TEXT_SETUP_NO_LOGIN, user, s->database, user, user);
    else
        tell_settled(s->ctl->lang, SETTLED_BEFORE, TEXT_SETUP_LOGIN, user);
    db_free(db);
    return db != NULL;
}

/* A user whom the system makes when the daemon starts cannot be tried before. */
static bool try_logins(struct setup *s)
{
    bool daemon = !guise_is_there(s->daemon) || try_login(s, s->daemon, s->daemon);
    bool person = s->names.person == NULL || try_login(s, s->names.person, NULL);

    return daemon && person;
}

/* Not a failure where the daemon is somebody else's to start: whether it runs, doctor tells. */
static bool start_daemon(struct setup *s)
{
    enum lang lang = s->ctl->lang;
    enum settled started;

    if (strcmp(s->path, SETTINGS_PATH) != 0 || !unit_is_ours()) {
        tell(lang, TEXT_SETUP_START_BY_HAND, s->path);
        return true;
    }
    started = unit_start(s->changed);
    if (started == SETTLED_NOT)
        complain(lang, TEXT_SETUP_NOT_STARTED);
    else
        tell_settled(lang, started, TEXT_SETUP_STARTED);
    return started != SETTLED_NOT;
}

static bool (*const steps[])(struct setup *) = {make_database, bring_schema, let_in,
                                                make_identity, try_logins,   start_daemon};

static int perform(struct setup *s)
{
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (!steps[i](s)) {
            complain(s->ctl->lang, TEXT_SETUP_UNFINISHED);
            return s->ctl->db != NULL ? db_exit(s->ctl->db) : CTL_NO_DATABASE;
        }
    return doctor_examine(s->ctl);
}

int centre_setup(struct ctl *ctl)
{
    struct setup s = {.ctl = ctl};
    const char *endpoint = ctl->given[OPTION_ENDPOINT];
    int code = CTL_USAGE;

    if (endpoint != NULL && !centre_endpoint_valid(endpoint)) {
        complain(ctl->lang, TEXT_BAD_ENDPOINT, endpoint);
        return CTL_USAGE;
    }
    if (read_settings(&s) && find_people(&s))
        code = perform(&s);
    db_free(ctl->db);
    ctl->db = NULL;
    settings_finish(&s.settings);
    return code;
}
