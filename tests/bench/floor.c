/* floor: what PostgreSQL itself needs for the same figures: the store's own statement from a bare
 * libpq loop, and COPY of the same rows.  Prints NAME VALUE UNIT.  Connects by the libpq
 * environment. */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "store/group.h"
#include "store/ingest.h"

enum { MAX_FIGURES = 500, FIRST_YEAR = 2019, DAYS = 2500, COPY_ROWS = 5000 };

struct shape {
    size_t organisations, submissions,
        figures; /* submissions of each organisation, figures of each submission */
};

static void die(const char *what)
{
    fprintf(stderr, "floor: %s\n", what);
    exit(1);
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void expect(PGconn *pg, PGresult *r, ExecStatusType status)
{
    if (PQresultStatus(r) != status)
        die(PQerrorMessage(pg));
    PQclear(r);
}

static void report(const char *name, const struct shape *shape, double took)
{
    double all = (double)(shape->organisations * shape->submissions * shape->figures);
    printf("%s_figures_per_second %.0f figures/s\n", name, all / took);
}

/* The same keys as load composes: a day for each submission, every indicator in it. */
static struct stored_figure figure_of(size_t organisation, size_t i, size_t f)
{
    date_t day = date_of(FIRST_YEAR, 1, 1) + (date_t)(i % DAYS);
    int year = date_civil(day).year;
    return (struct stored_figure){.organisation = (int32_t)organisation + 1,
                                  .indicator = (int32_t)f + 1,
                                  .period = year * 1000 + 101 + day - date_of(year, 1, 1),
                                  .as_of = day,
                                  .expected = DATE_NONE,
                                  .state = FIGURE_VALUE,
                                  .has_value = true,
                                  .value = {(int64_t)(i + f), 0}};
}

/* --- the store's own statement --- */

static size_t answered;

static void count(void *arg, enum store_outcome outcome, const struct receipt *receipt)
{
    (void)arg;
    (void)receipt;
    if (outcome != STORE_STORED)
        die("not stored");
    answered++;
}

static void queue(struct groups *gs, const struct shape *shape, size_t organisation, size_t i)
{
    struct stored_figure figures[MAX_FIGURES];
    struct stored_submission s = {.agent = (int32_t)organisation + 1,
                                  .door = DOOR_WIRE,
                                  .composed_us = clock_now_us(),
                                  .received_us = clock_now_us(),
                                  .n_figures = shape->figures,
                                  .figures = figures};
    for (size_t f = 0; f < shape->figures; f++)
        figures[f] = figure_of(organisation, i, f);
    if (!uuid_make(clock_now_us(), &s.id) || !groups_add(gs, &s, count, NULL))
        die("cannot queue");
}

static void commit_group(PGconn *pg, struct ingest *in, struct groups *gs, struct group *g)
{
    struct pg_call call;
    if (!ingest_fill(in, g, clock_now_us(), &call))
        die("out of memory");
    PGresult *rows = PQexecPrepared(pg, call.statement->name, call.n_params, call.params,
                                    call.lengths, call.formats, 0);
    if (PQresultStatus(rows) != PGRES_TUPLES_OK)
        die(PQerrorMessage(pg));
    ingest_answer(in, g, rows);
    PQclear(rows);
    groups_finish(gs, g);
}

static void run_ingest(PGconn *pg, const struct shape *shape)
{
    struct groups *gs = groups_new();
    struct ingest *in = ingest_new();
    expect(pg, PQprepare(pg, ingest_statements[0].name, ingest_statements[0].sql, 0, NULL),
           PGRES_COMMAND_OK);
    double start = seconds();
    for (size_t i = 0; i < shape->submissions; i++) {
        for (size_t o = 0; o < shape->organisations; o++) {
            queue(gs, shape, o, i);
            if (groups_is_full(gs) ||
                (o + 1 == shape->organisations && i + 1 == shape->submissions) ||
                groups_queued(gs) >= STORE_MAX_GROUP_LINES / shape->figures) {
                struct group *g;
                while ((g = groups_next(gs)))
                    commit_group(pg, in, gs, g);
            }
        }
    }
    double took = seconds() - start;
    if (answered != shape->organisations * shape->submissions)
        die("some were not answered");
    report("libpq_loop", shape, took);
    groups_free(gs);
    ingest_free(in);
}

/* --- COPY --- */

static void copy_line(PGconn *pg, const struct stored_figure *f)
{
    char line[200], day[DATE_TEXT_MAX];
    int n = snprintf(line, sizeof line,
                     "%d\t%d\t%d\t%s\tvalue\t%lld\t\\N\t\\N\t\\N\t\\N\t2026-01-01 00:00:00+00\t"
                     "00000000-0000-7000-8000-000000000000\t1\t2026-01-01 00:00:00+00\t\\N\t\\N\n",
                     f->organisation, f->period, f->indicator, date_format_iso(f->as_of, day),
                     (long long)f->value.mantissa);
    if (PQputCopyData(pg, line, n) != 1)
        die(PQerrorMessage(pg));
}

static void run_copy(PGconn *pg, const struct shape *shape)
{
    size_t rows = 0, all = shape->organisations * shape->submissions * shape->figures;
    expect(pg,
           PQexec(pg, "CREATE TABLE vekha.bench_copy (LIKE vekha.figure INCLUDING ALL) PARTITION "
                      "BY RANGE (period);"
                      "CREATE TABLE vekha.bench_copy_all PARTITION OF vekha.bench_copy DEFAULT"),
           PGRES_COMMAND_OK);
    double start = seconds();
    for (size_t i = 0; i < shape->submissions; i++)
        for (size_t o = 0; o < shape->organisations; o++)
            for (size_t f = 0; f < shape->figures; f++, rows++) {
                struct stored_figure figure = figure_of(o, i, f);
                if (rows % COPY_ROWS == 0)
                    expect(pg, PQexec(pg, "COPY vekha.bench_copy FROM STDIN"), PGRES_COPY_IN);
                copy_line(pg, &figure);
                if (rows % COPY_ROWS == COPY_ROWS - 1 || rows + 1 == all) {
                    if (PQputCopyEnd(pg, NULL) != 1)
                        die(PQerrorMessage(pg));
                    expect(pg, PQgetResult(pg), PGRES_COMMAND_OK);
                    PQclear(PQgetResult(pg));
                }
            }
    report("copy", shape, seconds() - start);
    expect(pg, PQexec(pg, "DROP TABLE vekha.bench_copy"), PGRES_COMMAND_OK);
}

int main(int argc, char **argv)
{
    if (argc != 5)
        die("usage: floor copy|ingest ORGANISATIONS SUBMISSIONS FIGURES");
    struct shape shape = {strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10),
                          strtoul(argv[4], NULL, 10)};
    if (shape.figures == 0 || shape.figures > MAX_FIGURES)
        die("1 to 500 figures in a submission");
    PGconn *pg = PQconnectdb("");
    if (PQstatus(pg) != CONNECTION_OK)
        die(PQerrorMessage(pg));
    if (strcmp(argv[1], "copy") == 0)
        run_copy(pg, &shape);
    else
        run_ingest(pg, &shape);
    PQfinish(pg);
    return 0;
}
