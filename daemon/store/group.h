/* group: the submissions that wait for their commit, and the groups they are committed in.
 *
 * A group is one transaction.  It takes what has arrived, in the order of turns.h, but no key of a
 * figure (organisation, period, indicator) or a narrative (organisation, period, project) and no
 * submission id twice, over all groups in flight: one statement cannot write a row twice, and what
 * has one key keeps the order of the queue.  A group that PostgreSQL refuses is split in halves until the one that it refuses is alone.
 *
 * Knows nothing of connections; the store sends what groups_next() gives and reports back. */
#ifndef VEKHA_GROUP_H
#define VEKHA_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

struct groups;
struct waiting; /* one submission and who waits for it */

struct group {
    struct group *next;
    size_t n_members, n_lines; /* lines: figures and narratives */
    struct waiting *members[STORE_MAX_GROUP_SUBMISSIONS];
};

struct groups *groups_new(void);
void groups_free(struct groups *gs); /* NULL-safe; everything gets STORE_AWAY */

bool groups_is_full(const struct groups *gs);
size_t groups_queued(const struct groups *gs);    /* waiting for a group */
size_t groups_in_flight(const struct groups *gs); /* groups given out by groups_next() */

/* Copies the submission into the queue, behind all others of its agent.  False if full or out of memory. */
bool groups_add(struct groups *gs, const struct stored_submission *submission, store_done_fn *done,
                void *arg) __attribute__((warn_unused_result));

/* The next group to send: a half of a refused one first.  NULL if nothing can go now.  It is in
 * flight until one of the three functions after it takes it back. */
struct group *groups_next(struct groups *gs);

/* Ends a group: calls done for each member that group_answer() has not answered with STORE_AWAY. */
void groups_finish(struct groups *gs, struct group *g);

/* Splits a refused group; its halves go before anything else.  False if it has one member only, or
 * memory does not suffice: then it is as it was. */
bool groups_split(struct groups *gs, struct group *g) __attribute__((warn_unused_result));

/* Puts the members back into the queue, where they were. */
void groups_put_back(struct groups *gs, struct group *g);

/* Answers STORE_AWAY to all that is queued; groups in flight are left. */
void groups_give_up(struct groups *gs);

const struct stored_submission *group_submission(const struct group *g, size_t member);

/* Calls done of one member.  A member is answered once; a second answer is ignored. */
void group_answer(struct group *g, size_t member, enum store_outcome outcome,
                  const struct receipt *receipt);

#endif
