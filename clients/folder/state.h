/* state: how the agent stands, for a person (--status) and for scripts.
 *
 * The running agent keeps what only it knows in the file `agent` beside the spool:
 *
 *     vekha-agent 1
 *     since 1601003700000000     Unix microseconds; so are contact and next
 *     contact 1601003760000000   the centre's last answer; 0: none yet
 *     next 0                     when it tries again; 0: it does not wait
 *     trouble …                  a sentence in its language; no line if there is none
 *     growing 1                  files in the folder that are not complete
 *     open 0                     files that another program has open
 *     one figures.xlsx           one of these
 *     endpoint tcp://…           of the centre
 *     end
 *
 * Whether it runs the lock of `agent.lock` tells, which dies with it. */
#ifndef VEKHA_FOLDER_STATE_H
#define VEKHA_FOLDER_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/lang.h"
#include "folder/folder.h"
#include "wire/limits.h"

enum { STATE_TROUBLE_MAX = 1024, STATE_ENDPOINT_MAX = 256, STATE_MAX_BYTES = 4096 };

struct state {
    int64_t since_us, contact_us, next_us;
    char trouble[STATE_TROUBLE_MAX]; /* "": none */
    char endpoint[STATE_ENDPOINT_MAX];
    struct folder_unripe unripe;
};

/* Reads the text of the file.  False, *ret zeroed, if it is none. */
bool state_parse(const char *text, size_t len, struct state *ret);

bool state_equal(const struct state *a, const struct state *b);

/* Beside the spool in that folder.  False with errno. */
bool state_save(const char *spool, const struct state *s) __attribute__((warn_unused_result));
bool state_load(const char *spool, struct state *ret) __attribute__((warn_unused_result));

/* Makes this process the one agent of a spool: a descriptor to keep open, -1 with errno; EWOULDBLOCK if there is one. */
int state_lock(const char *spool);
bool state_is_running(const char *spool);

/* --- what is told of it --- */

struct state_view {
    const struct state *state; /* NULL: there never was an agent */
    bool runs;
    const char *spool;
    const char *folder;            /* NULL: none is watched */
    size_t queued, files, damaged; /* submissions, files under way, files in bad/ */
};

void state_print(const struct state_view *v, enum lang lang, FILE *out);

/* {"schema":1,"running":…,…} */
bool state_print_json(const struct state_view *v, FILE *out);

#endif
