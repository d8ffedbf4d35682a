/* catalogue: loads a copy of the lists, one query after the other, and puts it in the place of the
 * old one at once. */
#include "catalogue.h"

#include <stdlib.h>

#include "base/clock.h"
#include "log.h"
#include "tables.h"

enum { QUARTER_S = 15 * 60, US_PER_S = 1000000 };

struct catalogue {
    struct store *store;
    void (*changed)(void *arg);
    void *arg;
    struct tables *now;   /* NULL until loaded */
    struct tables *fresh; /* on its way; NULL if none is */
    size_t step;          /* which list is awaited */
    bool again;           /* asked for while one was on its way */
    struct event *timer;
};

/* --- loading --- */

/* What is asked, in this order. */
static const struct step {
    enum tables_part part;
    enum store_query query;
    bool takes_now; /* the moment is its parameter */
} steps[] = {
    {TABLES_CENTRE, STORE_CENTRE, false},
    {TABLES_YEARS, STORE_YEARS, false},
    {TABLES_ORGANISATIONS, STORE_ORGANISATIONS, true},
    {TABLES_INDICATORS, STORE_INDICATORS, true},
    {TABLES_PROJECTS, STORE_PROJECTS, true},
    {TABLES_KEYS, STORE_KEYS, false},
    {TABLES_DUTIES, STORE_DUTIES, false},
};

enum { STEPS = sizeof steps / sizeof *steps };

static void replied(void *arg, const struct pg_reply *reply);

static void arm(struct catalogue *c, time_t seconds)
{
    struct timeval after = {.tv_sec = seconds};
    if (event_add(c->timer, &after) != 0)
        log_error("catalogue: no timer: out of memory");
}

/* The next quarter of an hour and a second, by the wall clock. */
static void arm_quarter(struct catalogue *c)
{
    arm(c, (time_t)(QUARTER_S - clock_now_us() / US_PER_S % QUARTER_S + 1));
}

static void give_up(struct catalogue *c)
{
    tables_free(c->fresh);
    c->fresh = NULL;
    arm(c, CATALOGUE_RETRY_S);
}

/* Asks for the list that c->step names; the answer comes to replied(). */
static void ask(struct catalogue *c)
{
    const struct step *step = &steps[c->step];
    char now[CLOCK_TEXT_MAX];
    const char *params[] = {clock_format(clock_now_us(), now)};
    if (!store_query(c->store, STORE_CONTROL, step->query, step->takes_now, params, replied, c))
        give_up(c);
}

static void swap(struct catalogue *c)
{
    struct tables *old = c->now;
    if (!tables_arrange(c->fresh)) {
        log_error("catalogue: out of memory; the old one stays");
        give_up(c);
        return;
    }
    c->now = c->fresh;
    c->fresh = NULL;
    tables_free(old);
    log_debug("catalogue: loaded");
    arm_quarter(c);
    if (c->again) {
        c->again = false;
        catalogue_load(c);
    }
    if (c->changed != NULL)
        c->changed(c->arg);
}

static void replied(void *arg, const struct pg_reply *reply)
{
    struct catalogue *c = arg;
    const struct step *step = &steps[c->step];
    if (*reply->sqlstate != '\0') {
        log_error("catalogue: %s; is the database migrated? (vekhactl migrate)", reply->error);
        give_up(c);
    } else if (reply->result == NULL || !tables_read(c->fresh, step->part, reply->result)) {
        give_up(c);
    } else if (++c->step < STEPS) {
        ask(c);
    } else {
        swap(c);
    }
}

void catalogue_load(struct catalogue *c)
{
    if (c->fresh != NULL) {
        c->again = true;
        return;
    }
    c->step = 0;
    c->fresh = tables_new();
    if (c->fresh == NULL) {
        give_up(c);
        return;
    }
    ask(c);
}

static void due(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    catalogue_load(arg);
}

/* --- life --- */

struct catalogue *catalogue_new(struct event_base *base, struct store *store,
                                void (*changed)(void *arg), void *arg)
{
    struct catalogue *c = calloc(1, sizeof *c);
    if (c == NULL)
        return NULL;
    *c = (struct catalogue){
        .store = store, .changed = changed, .arg = arg, .timer = evtimer_new(base, due, c)};
    if (c->timer == NULL) {
        free(c);
        return NULL;
    }
    return c;
}

void catalogue_free(struct catalogue *c)
{
    if (c == NULL)
        return;
    event_free(c->timer);
    tables_free(c->now);
    tables_free(c->fresh);
    free(c);
}

/* --- looking up --- */

bool catalogue_is_loaded(const struct catalogue *c)
{
    return c->now != NULL;
}

const struct organisation *catalogue_organisation(const struct catalogue *c, int32_t id)
{
    return tables_organisation(c->now, id);
}

const struct organisation *catalogue_organisation_by_code(const struct catalogue *c,
                                                          const char *code)
{
    return tables_organisation_by_code(c->now, code);
}

const struct indicator *catalogue_indicator_by_code(const struct catalogue *c, const char *code)
{
    return tables_indicator_by_code(c->now, code);
}

const struct project *catalogue_project_by_code(const struct catalogue *c, const char *code)
{
    return tables_project_by_code(c->now, code);
}

const struct agent *catalogue_agent_by_key(const struct catalogue *c, const char *public_key)
{
    enum key_right right;
    return tables_agent_by_key(c->now, public_key, &right);
}

const struct agent *catalogue_agent(const struct catalogue *c, int32_t id)
{
    return tables_agent(c->now, id);
}

enum key_right catalogue_key_right(const struct catalogue *c, const char *public_key, int32_t agent)
{
    enum key_right right;
    const struct agent *owner = tables_agent_by_key(c->now, public_key, &right);
    return owner != NULL && owner->id == agent ? right : KEY_UNKNOWN;
}

bool catalogue_key_is_of(const struct catalogue *c, const char *public_key, int32_t agent)
{
    return catalogue_key_right(c, public_key, agent) >= KEY_SPEAKS;
}

const struct duty_book *catalogue_duties(const struct catalogue *c)
{
    return tables_duties(c->now);
}

int catalogue_first_year(const struct catalogue *c)
{
    return tables_first_year(c->now);
}

int catalogue_last_year(const struct catalogue *c)
{
    return tables_last_year(c->now);
}

bool catalogue_is_replay(const struct catalogue *c)
{
    return tables_is_replay(c->now);
}

/* --- for the rules --- */

static const struct organisation *find_organisation(const void *in, int32_t id)
{
    return catalogue_organisation(in, id);
}

static const struct organisation *find_organisation_by_code(const void *in, const char *code)
{
    return catalogue_organisation_by_code(in, code);
}

static const struct indicator *find_indicator(const void *in, const char *code)
{
    return catalogue_indicator_by_code(in, code);
}

static const struct project *find_project(const void *in, const char *code)
{
    return catalogue_project_by_code(in, code);
}

struct reference catalogue_reference(const struct catalogue *c)
{
    return (struct reference){
        .in = c,
        .organisation = find_organisation,
        .organisation_by_code = find_organisation_by_code,
        .indicator_by_code = find_indicator,
        .project_by_code = find_project,
        .duties = catalogue_duties(c),
        .first_year = catalogue_first_year(c),
        .last_year = catalogue_last_year(c),
    };
}
