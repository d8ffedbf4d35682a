/* errand: the way of one dropped file, from sending/ to its report.
 *
 *     read ──► docket (planned) ──► its submissions into the spool ──► docket (queued) ──► … the sender …
 *       │                                                                                    │ every one is answered
 *       └──► no row of it can be sent ──────────────────────────────────────────────────► report, shelf, docket removed
 *
 * Each arrow may be the last that a run comes to; the next run goes on from what is on the disk. */
#ifndef VEKHA_FOLDER_ERRAND_H
#define VEKHA_FOLDER_ERRAND_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/conf.h"
#include "folder/docket.h"
#include "folder/folder.h"
#include "spool/spool.h"

/* What errands are run with; all of it outlives them. */
struct errands {
    const struct conf *conf;
    struct spool *spool;
    struct folder *folder;
    int dockets; /* of docket_folder() */
    enum lang lang;
    /* Told as files come and go. */
    void (*taken)(void *context, const char *name);
    void (*settled)(void *context, const char *name, enum folder_shelf shelf);
    void *context;
};

enum errand_end {
    ERRAND_DONE,
    ERRAND_WAITS,  /* there is no room in the spool; the rest waits until there is */
    ERRAND_FAILED, /* errno tells; what is on the disk stays to be gone on with */
};

/* Goes on with what an earlier run left half done, then begins with every file of sending/. */
enum errand_end errands_begin(const struct errands *e);

/* Ends the errands whose submissions were all answered. */
enum errand_end errands_settle(const struct errands *e);

/* How many files are under way.  False with errno. */
bool errands_count(const struct errands *e, size_t *ret);

#endif
