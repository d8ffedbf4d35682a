/* floor: what cannot be undercut on this machine, in this cluster: PostgreSQL and CURVE themselves,
 * with the same figures and without Vekha's daemon.  Prints NAME VALUE UNIT.  Connects by the libpq
 * environment; takes the organisations and indicators that world.py made. */
#include <endian.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>
#include <zmq.h>

#include "base/clock.h"
#include "kit.h"
#include "store/group.h"
#include "store/ingest.h"
#include "wire/keys.h"

enum { MAX_FIGURES = 500, COPY_ROWS = 5000, LONE_ROUNDS = 2000, COPY_ROW_MAX = 256 };

struct shape {
    size_t organisations, days, figures, group; /* group: submissions in a transaction */
    int32_t first_organisation, first_indicator;
};

static void expect(PGconn *pg, PGresult *r, ExecStatusType status)
{
    if (PQresultStatus(r) != status)
        kit_die(PQerrorMessage(pg));
    PQclear(r);
}

static void execute(PGconn *pg, const char *sql)
{
    expect(pg, PQexec(pg, sql), PGRES_COMMAND_OK);
}

static size_t figures_of(const struct shape *s)
{
    return s->organisations * s->days * s->figures;
}

static struct stored_figure figure_of(const struct shape *s, size_t organisation, size_t day,
                                      size_t f)
{
    struct played key = {.organisation = organisation, .indicator = f, .day = day};
    return (struct stored_figure){.organisation = s->first_organisation + (int32_t)organisation,
                                  .indicator = s->first_indicator + (int32_t)f,
                                  .period = play_period(day),
                                  .as_of = play_day(day),
                                  .expected = DATE_NONE,
                                  .state = FIGURE_VALUE,
                                  .has_value = true,
                                  .value = {play_value(0, &key), 0}};
}

/* --- vekha.ingest() from a loop that does nothing else --- */

static size_t answered;

static void count(void *arg, enum store_outcome outcome, const struct receipt *receipt)
{
    (void)arg;
    (void)receipt;
    if (outcome != STORE_STORED)
        kit_die("not stored");
    answered++;
}

static void queue(struct groups *gs, const struct shape *shape, size_t organisation, size_t day)
{
    struct stored_figure figures[MAX_FIGURES];
    struct stored_submission s = {.agent = 1,
                                  .door = DOOR_WIRE,
                                  .composed_us = clock_now_us(),
                                  .received_us = clock_now_us(),
                                  .n_figures = shape->figures,
                                  .figures = figures};
    for (size_t f = 0; f < shape->figures; f++)
        figures[f] = figure_of(shape, organisation, day, f);
    if (!uuid_make(clock_now_us(), &s.id) || !groups_add(gs, &s, count, NULL))
        kit_die("cannot queue");
}

static void commit_groups(PGconn *pg, struct ingest *in, struct groups *gs)
{
    struct pg_call call;
    for (struct group *g; (g = groups_next(gs)); groups_finish(gs, g)) {
        if (!ingest_fill(in, g, clock_now_us(), &call))
            kit_die("out of memory");
        PGresult *rows = PQexecPrepared(pg, call.statement->name, call.n_params, call.params,
                                        call.lengths, call.formats, 0);
        if (PQresultStatus(rows) != PGRES_TUPLES_OK)
            kit_die(PQerrorMessage(pg));
        ingest_answer(in, g, rows);
        PQclear(rows);
    }
}

static void run_loop(PGconn *pg, const struct shape *s)
{
    struct groups *gs = groups_new();
    struct ingest *in = ingest_new();
    size_t all = s->organisations * s->days;
    expect(pg, PQprepare(pg, ingest_statements[0].name, ingest_statements[0].sql, 0, NULL),
           PGRES_COMMAND_OK);
    double start = kit_seconds();
    for (size_t i = 0; i < all; i++) {
        queue(gs, s, i % s->organisations, i / s->organisations);
        if (groups_queued(gs) == s->group || i + 1 == all)
            commit_groups(pg, in, gs);
    }
    double took = kit_seconds() - start;
    if (answered != all)
        kit_die("some were not answered");
    kit_tell("loop", "rate", (double)figures_of(s) / took, "figures/s");
    groups_free(gs);
    ingest_free(in);
}

/* --- binary COPY --- */

/* A row in the making: int16 count of fields, then each as int32 length | bytes. */
struct row {
    char bytes[COPY_ROW_MAX];
    size_t len;
};

static void put(struct row *row, const void *bytes, size_t len)
{
    memcpy(row->bytes + row->len, bytes, len);
    row->len += len;
}

static void put_field(struct row *row, const void *bytes, size_t len)
{
    put(row, &(uint32_t){htobe32((uint32_t)len)}, 4);
    put(row, bytes, len);
}

static void put_int(struct row *row, int32_t value)
{
    put_field(row, &(uint32_t){htobe32((uint32_t)value)}, 4);
}

/* int16 digits | int16 weight | sign | scale | two digits to the base 10000 */
static void put_decimal(struct row *row, int64_t value)
{
    uint16_t numeric[] = {htobe16(2),
                          htobe16(1),
                          0,
                          0,
                          htobe16((uint16_t)(value / 10000)),
                          htobe16((uint16_t)(value % 10000))};
    put_field(row, numeric, sizeof numeric);
}

static const char *const copy_columns =
    "COPY vekha.bench_copy (organisation, period, indicator, as_of, state, value, composed_at,"
    " submission, line, recorded_at) FROM STDIN (FORMAT binary)";

static void copy_row(PGconn *pg, const struct stored_figure *f)
{
    enum { COLUMNS = 10 };
    struct row row = {.len = 0};
    const char id[16] = {0};
    uint64_t moment = htobe64((uint64_t)f->as_of * 1000000U);
    put(&row, &(uint16_t){htobe16(COLUMNS)}, 2);
    put_int(&row, f->organisation);
    put_int(&row, f->period);
    put_int(&row, f->indicator);
    put_int(&row, f->as_of - date_of(2000, 1, 1));
    put_field(&row, "value", 5);
    put_decimal(&row, f->value.mantissa);
    put_field(&row, &moment, 8);
    put_field(&row, id, sizeof id);
    put_field(&row, &(uint16_t){htobe16(1)}, 2);
    put_field(&row, &moment, 8);
    if (PQputCopyData(pg, row.bytes, (int)row.len) != 1)
        kit_die(PQerrorMessage(pg));
}

static void copy_begin(PGconn *pg)
{
    static const char head[19] = "PGCOPY\n\377\r\n"; /* 11 bytes with the NUL, flags, extension */
    expect(pg, PQexec(pg, copy_columns), PGRES_COPY_IN);
    if (PQputCopyData(pg, head, sizeof head) != 1)
        kit_die(PQerrorMessage(pg));
}

static void copy_end(PGconn *pg)
{
    if (PQputCopyData(pg, "\377\377", 2) != 1 || PQputCopyEnd(pg, NULL) != 1)
        kit_die(PQerrorMessage(pg));
    expect(pg, PQgetResult(pg), PGRES_COMMAND_OK);
    PQclear(PQgetResult(pg));
}

static void run_copy(PGconn *pg, const struct shape *s)
{
    size_t rows = 0, all = figures_of(s);
    execute(pg, "CREATE TABLE vekha.bench_copy (LIKE vekha.figure INCLUDING ALL)");
    double start = kit_seconds();
    for (size_t day = 0; day < s->days; day++)
        for (size_t o = 0; o < s->organisations; o++)
            for (size_t f = 0; f < s->figures; f++) {
                struct stored_figure figure = figure_of(s, o, day, f);
                if (rows % COPY_ROWS == 0)
                    copy_begin(pg);
                copy_row(pg, &figure);
                if (++rows % COPY_ROWS == 0 || rows == all)
                    copy_end(pg);
            }
    kit_tell("copy", "rate", (double)all / (kit_seconds() - start), "figures/s");
    execute(pg, "DROP TABLE vekha.bench_copy");
}

/* --- one row, one commit --- */

static void run_commit(PGconn *pg, const struct shape *s)
{
    static double latencies[LONE_ROUNDS];
    (void)s;
    execute(pg, "CREATE TABLE vekha.bench_commit (id integer PRIMARY KEY, value numeric)");
    for (size_t i = 0; i < LONE_ROUNDS; i++) {
        char sql[80];
        snprintf(sql, sizeof sql, "INSERT INTO vekha.bench_commit VALUES (%zu, %zu)", i, i);
        double start = kit_seconds();
        execute(pg, sql);
        latencies[i] = kit_seconds() - start;
    }
    kit_tell_latencies("commit", latencies, LONE_ROUNDS);
    execute(pg, "DROP TABLE vekha.bench_commit");
}

/* --- a message there and back --- */

enum { CURVE_BYTES = 64 };

static int echo(void *router)
{
    zmq_msg_t part;
    zmq_msg_init(&part);
    while (zmq_msg_recv(&part, router, 0) >= 0)
        zmq_msg_send(&part, router, zmq_msg_more(&part) ? ZMQ_SNDMORE : 0);
    zmq_msg_close(&part);
    zmq_close(router);
    return 0;
}

static void secure(void *socket, const struct key_pair *own, const char *server)
{
    int is_server = !server;
    if (zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, own->public_key, KEY_TEXT_MAX) ||
        zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, own->secret_key, KEY_TEXT_MAX) ||
        (server ? zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, server, KEY_TEXT_MAX)
                : zmq_setsockopt(socket, ZMQ_CURVE_SERVER, &is_server, sizeof is_server)))
        kit_die("no CURVE");
}

static void run_curve(PGconn *pg, const struct shape *s)
{
    static double latencies[LONE_ROUNDS];
    struct key_pair keys;
    char endpoint[64], bytes[CURVE_BYTES] = {0};
    size_t size = sizeof endpoint;
    thrd_t thread;
    void *zmq = zmq_ctx_new(), *router = zmq_socket(zmq, ZMQ_ROUTER),
         *dealer = zmq_socket(zmq, ZMQ_DEALER);
    (void)pg;
    (void)s;
    if (!keys_make(&keys))
        kit_die("no keys");
    secure(router, &keys, NULL);
    secure(dealer, &keys, keys.public_key);
    if (zmq_bind(router, "tcp://127.0.0.1:*") ||
        zmq_getsockopt(router, ZMQ_LAST_ENDPOINT, endpoint, &size) ||
        zmq_connect(dealer, endpoint) || thrd_create(&thread, echo, router) != thrd_success)
        kit_die(zmq_strerror(zmq_errno()));
    for (size_t i = 0; i < LONE_ROUNDS; i++) {
        double start = kit_seconds();
        if (zmq_send(dealer, bytes, sizeof bytes, 0) < 0 ||
            zmq_recv(dealer, bytes, sizeof bytes, 0) < 0)
            kit_die(zmq_strerror(zmq_errno()));
        latencies[i] = kit_seconds() - start;
    }
    kit_tell_latencies("curve", latencies, LONE_ROUNDS);
    zmq_close(dealer);
    zmq_ctx_shutdown(zmq); /* ends the thread's wait */
    thrd_join(thread, NULL);
    zmq_ctx_term(zmq);
}

/* --- which --- */

static const struct floor {
    const char *name;
    void (*run)(PGconn *pg, const struct shape *s);
} floors[] = {{"copy", run_copy}, {"loop", run_loop}, {"commit", run_commit}, {"curve", run_curve}};

static int32_t first_id(PGconn *pg, const char *sql)
{
    PGresult *r = PQexec(pg, sql);
    if (PQresultStatus(r) != PGRES_TUPLES_OK || PQntuples(r) != 1)
        kit_die("no world in this database");
    int32_t id = (int32_t)kit_number(PQgetvalue(r, 0, 0), 1, INT32_MAX);
    PQclear(r);
    return id;
}

int main(int argc, char **argv)
{
    if (argc != 6)
        kit_die("usage: floor copy|loop|commit|curve ORGANISATIONS DAYS FIGURES GROUP");
    PGconn *pg = PQconnectdb("");
    if (PQstatus(pg) != CONNECTION_OK)
        kit_die(PQerrorMessage(pg));
    struct shape shape = {
        .organisations = kit_number(argv[2], 1, 1000000),
        .days = kit_number(argv[3], 1, PLAY_DAYS),
        .figures = kit_number(argv[4], 1, MAX_FIGURES),
        .group = kit_number(argv[5], 1, STORE_MAX_GROUP_SUBMISSIONS),
        .first_organisation = first_id(pg, "SELECT id FROM vekha.organisation WHERE code='o00000'"),
        .first_indicator = first_id(pg, "SELECT id FROM vekha.indicator WHERE code = 'i000'")};
    for (size_t i = 0; i < sizeof floors / sizeof *floors; i++)
        if (strcmp(floors[i].name, argv[1]) == 0)
            floors[i].run(pg, &shape);
    PQfinish(pg);
    return 0;
}
