/* player: agents on real CURVE connections that deliver their submissions, some hundred in each
 * thread.
 *
 * An agent speaks for `n_organisations` organisations from `first` on, itself or those below it,
 * in turn:
 *
 *     submission   0     1    ...  n-1    n    n+1  ...
 *     organisation first first+1 ... last first first+1 ...
 *     round        0     0    ...  0      1    1    ...      round = (((day - first_day) * versions + version) * spread + group) * repeats + repeat
 *
 * Either as fast as receipts allow, `window` submissions in flight for each agent, or at a rate:
 * then latency counts from the moment a submission was due. */
#ifndef VEKHA_BENCH_PLAYER_H
#define VEKHA_BENCH_PLAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/keys.h"

enum { PLAYER_MAX_WINDOW = 16 };

struct play {
    void *zmq;
    const char *endpoint, *server_key;
    size_t rounds, versions;
    size_t spread;  /* submissions in a row that make a day, each of another group of indicators */
    size_t repeats; /* how often the same is said, always in a new submission */
    size_t first_day, indicators; /* indicators: figures in a submission */
    size_t window;
    uint64_t seed;
    double rate; /* submissions a second of one player; 0: as fast as receipts allow */
};

struct agent {
    struct key_pair keys;
    size_t first, n_organisations;
};

struct player;

/* A player of n agents, connected and greeted by the centre.  play stays the caller's and must outlive it.  Ends the
 * program if the centre does not answer. */
struct player *player_new(const struct play *play, const struct agent *agents, size_t n);
void player_free(struct player *p);

/* Delivers everything: thread function, takes the player, gives 0.  Ends the program on a
 * refusal, a rejected figure, an answer to nothing, or a minute of silence. */
int player_run(void *player);

size_t player_submissions(const struct player *p); /* to be delivered in all */
size_t player_settled(const struct player *p); /* receipted so far; may be asked while it runs */
size_t player_put_off(const struct player *p); /* times that the centre said `later` */
const double *player_latencies(const struct player *p); /* seconds, one for each submission */

#endif
