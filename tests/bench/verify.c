/* verify: whether PostgreSQL holds exactly what load was given receipts for: every version of every
 * figure once, with its value, the last version in force and the others in the history, and nothing
 * else.  Connects by the libpq environment. */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit.h"

struct shape {
    size_t organisations, days, indicators, versions;
    uint64_t seed;
    unsigned char *seen; /* one for each version of each figure */
};

static const char *const stored =
    "SELECT substr(o.code, 2)::int, substr(i.code, 2)::int, v.period, v.value, v.in_force"
    " FROM (SELECT organisation, indicator, period, value, true AS in_force FROM vekha.figure"
    "       UNION ALL"
    "       SELECT organisation, indicator, period, value, false FROM vekha.figure_history) v"
    " JOIN vekha.organisation o ON o.id = v.organisation"
    " JOIN vekha.indicator i ON i.id = v.indicator";

static size_t place(const struct shape *s, const struct played *p)
{
    return ((p->organisation * s->days + p->day) * s->indicators + p->indicator) * s->versions +
           p->version;
}

/* NULL, or what is wrong with a row. */
static const char *flaw_of(const struct shape *s, const PGresult *r)
{
    int64_t value = strtoll(PQgetvalue(r, 0, 3), NULL, 10);
    struct played p = {.organisation = strtoul(PQgetvalue(r, 0, 0), NULL, 10),
                       .indicator = strtoul(PQgetvalue(r, 0, 1), NULL, 10),
                       .day = play_day_of((period_t)kit_number(PQgetvalue(r, 0, 2), 1, INT32_MAX)),
                       .version = (unsigned)(value % PLAY_VERSIONS)};
    if (p.organisation >= s->organisations || p.indicator >= s->indicators || p.day >= s->days ||
        p.version >= s->versions)
        return "was never sent";
    if (play_value(s->seed, &p) != value)
        return "has another value than was sent";
    if ((*PQgetvalue(r, 0, 4) == 't') != (p.version + 1 == s->versions))
        return "is in force though it was replaced, or the other way round";
    if (s->seen[place(s, &p)]++)
        return "is there twice";
    return NULL;
}

static size_t count_flaws(const struct shape *s, PGconn *pg, size_t *ret_rows)
{
    size_t flaws = 0;
    PGresult *r;
    for (*ret_rows = 0; (r = PQgetResult(pg)); PQclear(r)) {
        if (PQresultStatus(r) == PGRES_TUPLES_OK)
            continue;
        if (PQresultStatus(r) != PGRES_SINGLE_TUPLE)
            kit_die(PQerrorMessage(pg));
        const char *flaw = flaw_of(s, r);
        if (flaw && flaws++ < 10)
            fprintf(stderr, "verify: o%s i%s %s = %s %s\n", PQgetvalue(r, 0, 0),
                    PQgetvalue(r, 0, 1), PQgetvalue(r, 0, 2), PQgetvalue(r, 0, 3), flaw);
        ++*ret_rows;
    }
    return flaws;
}

int main(int argc, char **argv)
{
    if (argc != 6)
        kit_die("usage: verify ORGANISATIONS DAYS INDICATORS VERSIONS SEED");
    struct shape s = {.organisations = kit_number(argv[1], 1, 1000000),
                      .days = kit_number(argv[2], 1, PLAY_DAYS),
                      .indicators = kit_number(argv[3], 1, 1000),
                      .versions = kit_number(argv[4], 1, PLAY_VERSIONS),
                      .seed = kit_number(argv[5], 0, UINT32_MAX)};
    size_t rows, all = s.organisations * s.days * s.indicators * s.versions;
    PGconn *pg = PQconnectdb("");
    if (PQstatus(pg) != CONNECTION_OK || !PQsendQuery(pg, stored) || !PQsetSingleRowMode(pg))
        kit_die(PQerrorMessage(pg));
    if (!(s.seen = calloc(all, 1)))
        kit_die("out of memory");
    size_t flaws = count_flaws(&s, pg, &rows);
    if (flaws || rows != all) {
        fprintf(stderr, "verify: %zu of %zu figures are stored, %zu of them wrong\n", rows, all,
                flaws);
        return 1;
    }
    kit_tell("verified", "figures", (double)rows, "figures");
    free(s.seen);
    PQfinish(pg);
    return 0;
}
