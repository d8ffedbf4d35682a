/* ripe: which files of a folder are complete.
 *
 * A file is written in pieces, by Excel, by a copy over the network, by a browser; nothing says when it is whole.  It
 * is taken for whole when it looked the same for RIPE_QUIET_MS, nobody on this computer has it open for writing, and
 * no office program has put its lock file beside it. */
#ifndef VEKHA_FOLDER_RIPE_H
#define VEKHA_FOLDER_RIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

enum {
    RIPE_QUIET_MS = 2000,
    RIPE_MAX_FILES = 1000, /* that are watched at once; further ones wait for their turn */
};

enum ripe_state {
    RIPE_NOW,
    RIPE_GROWING, /* it changed a moment ago, or was not seen before */
    RIPE_OPEN,    /* somebody is writing it, or has it open in an office program */
};

struct ripe;

struct ripe *ripe_new(void);    /* NULL if out of memory */
void ripe_free(struct ripe *r); /* NULL-safe */

/* True for names that are nobody's figures: hidden files, lock files of office programs, downloads and copies that are
 * under way. */
bool ripe_is_transient(const char *name);

/* What a look at a regular file of that name, in the folder of that descriptor, finds at a moment of monotonic_ms(). */
enum ripe_state ripe_look(struct ripe *r, int folder, const char *name, const struct stat *st,
                          int64_t now_ms);

/* Forgets the files that were not looked at since the last sweep. */
void ripe_sweep(struct ripe *r);

#endif
