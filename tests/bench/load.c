/* load: many agents over real CURVE connections; prints NAME VALUE UNIT, progress on stderr.
 *
 * The centre is $VEKHA_ENDPOINT with $VEKHA_SERVER_KEY.  A line of the file of agents is
 *
 *     PUBLIC SECRET FIRST N      keys in Z85; it speaks for N organisations from number FIRST on */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

#include "kit.h"
#include "player.h"
#include "wire/limits.h"

enum { MAX_AGENTS = 10000, AGENTS_PER_THREAD = 500, MAX_THREADS = MAX_AGENTS / AGENTS_PER_THREAD };

static const char *const usage =
    "usage: load -a AGENTS [-n NAME] [-r ROUNDS] [-v VERSIONS] [-u REPEATS] [-i SPREAD]"
    " [-f FIGURES] [-w WINDOW] [-s SEED] [-d FIRST DAY] [-R SUBMISSIONS/s]";

struct load {
    const char *name, *path;
    struct play play;
    size_t rate, n_agents, n_players;
    struct agent *agents;
    struct player *players[MAX_THREADS];
    thrd_t threads[MAX_THREADS];
};

static void read_options(struct load *l, int argc, char **argv)
{
    for (int c; (c = getopt(argc, argv, "a:n:r:v:u:i:f:w:s:d:R:")) != -1;)
        switch (c) {
        case 'a':
            l->path = optarg;
            break;
        case 'n':
            l->name = optarg;
            break;
        case 'r':
            l->play.rounds = kit_number(
                optarg, 1, (size_t)PLAY_DAYS * PLAY_VERSIONS * PLAY_REPEATS * PLAY_SPREAD);
            break;
        case 'v':
            l->play.versions = kit_number(optarg, 1, PLAY_VERSIONS);
            break;
        case 'u':
            l->play.repeats = kit_number(optarg, 1, PLAY_REPEATS);
            break;
        case 'i':
            l->play.spread = kit_number(optarg, 1, PLAY_SPREAD);
            break;
        case 'f':
            l->play.indicators = kit_number(optarg, 1, WIRE_MAX_FIGURES);
            break;
        case 'w':
            l->play.window = kit_number(optarg, 1, PLAYER_MAX_WINDOW);
            break;
        case 's':
            l->play.seed = kit_number(optarg, 0, UINT32_MAX);
            break;
        case 'd':
            l->play.first_day = kit_number(optarg, 0, PLAY_DAYS - 1);
            break;
        case 'R':
            l->rate = kit_number(optarg, 1, 1000000);
            break;
        default:
            kit_die(usage);
        }
    l->play.endpoint = getenv("VEKHA_ENDPOINT");
    l->play.server_key = getenv("VEKHA_SERVER_KEY");
    if (!l->path || optind != argc || !l->play.endpoint || !l->play.server_key)
        kit_die(usage);
    size_t each = l->play.versions * l->play.repeats * l->play.spread;
    if (l->play.rounds > (PLAY_DAYS - l->play.first_day) * each || l->play.rounds % each)
        kit_die("rounds are days times versions times repeats times spread");
}

static void read_agents(struct load *l)
{
    FILE *file = fopen(l->path, "r");
    struct agent a;
    if (!file || !(l->agents = calloc(MAX_AGENTS, sizeof *l->agents)))
        kit_die(l->path);
    while (fscanf(file, "%40s %40s %zu %zu", a.keys.public_key, a.keys.secret_key, &a.first,
                  &a.n_organisations) == 4) {
        if (l->n_agents == MAX_AGENTS)
            kit_die("more than 10000 agents; let one speak for several organisations");
        l->agents[l->n_agents++] = a;
    }
    if (!feof(file) || l->n_agents == 0)
        kit_die("a line of the file of agents cannot be read");
    fclose(file);
}

/* Every socket takes descriptors of its own, and its connection one more. */
static void raise_limits(struct load *l)
{
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    if (!(l->play.zmq = zmq_ctx_new()) ||
        zmq_ctx_set(l->play.zmq, ZMQ_MAX_SOCKETS, MAX_AGENTS + 100))
        kit_die("no ZeroMQ");
}

static void make_players(struct load *l)
{
    l->n_players = (l->n_agents + AGENTS_PER_THREAD - 1) / AGENTS_PER_THREAD;
    l->play.rate = (double)l->rate / (double)l->n_players;
    for (size_t i = 0; i < l->n_players; i++) {
        size_t from = l->n_agents * i / l->n_players, to = l->n_agents * (i + 1) / l->n_players;
        l->players[i] = player_new(&l->play, l->agents + from, to - from);
    }
}

static size_t sum(const struct load *l, size_t (*of)(const struct player *))
{
    size_t all = 0;
    for (size_t i = 0; i < l->n_players; i++)
        all += of(l->players[i]);
    return all;
}

/* Tells the progress each second until all is receipted; gives the seconds that it took. */
static double play(struct load *l)
{
    const struct timespec pause = {.tv_nsec = 10000000};
    size_t settled, all = sum(l, player_submissions);
    double began = kit_seconds(), told = began;
    for (size_t i = 0; i < l->n_players; i++)
        if (thrd_create(&l->threads[i], player_run, l->players[i]) != thrd_success)
            kit_die("no thread");
    while ((settled = sum(l, player_settled)) < all) {
        if (kit_seconds() - told >= 1) {
            told = kit_seconds();
            fprintf(stderr, "%s: %zu of %zu submissions\n", l->name, settled, all);
        }
        thrd_sleep(&pause, NULL);
    }
    double took = kit_seconds() - began;
    for (size_t i = 0; i < l->n_players; i++)
        thrd_join(l->threads[i], NULL);
    return took;
}

static void tell(const struct load *l, double took)
{
    size_t n = 0, all = sum(l, player_submissions);
    double *latencies = calloc(all, sizeof *latencies);
    if (!latencies)
        kit_die("out of memory");
    for (size_t i = 0; i < l->n_players; n += player_submissions(l->players[i++]))
        memcpy(latencies + n, player_latencies(l->players[i]),
               player_submissions(l->players[i]) * sizeof *latencies);
    kit_tell(l->name, "rate", (double)(all * l->play.indicators) / took, "figures/s");
    kit_tell_latencies(l->name, latencies, all);
    kit_tell(l->name, "put_off", (double)sum(l, player_put_off), "answers");
    free(latencies);
}

int main(int argc, char **argv)
{
    static struct load l = {
        .name = "load",
        .play = {
            .rounds = 1, .versions = 1, .repeats = 1, .spread = 1, .indicators = 100, .window = 8}};
    read_options(&l, argc, argv);
    raise_limits(&l);
    read_agents(&l);
    make_players(&l);
    tell(&l, play(&l));
    for (size_t i = 0; i < l.n_players; i++)
        player_free(l.players[i]);
    zmq_ctx_term(l.play.zmq);
    free(l.agents);
    return 0;
}
