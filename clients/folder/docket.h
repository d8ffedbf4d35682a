/* docket: which submissions a taken file became, on the disk before the first of them is queued.
 *
 * Whoever dies between two submissions leaves a docket that is not `queued`; the next one queues what is missing, under the
 * same ids and moments, so that nothing is sent twice or not at all.
 *
 *     vekha-docket 1
 *     name 2020-09-25 10.15 figures.xlsx
 *     sha256 9F86…                       of the file, when it was read
 *     parcel UUID COMPOSED_US FIRST N    rows FIRST to FIRST + N - 1 of what was understood
 *     …
 *     queued                             all of them are, or the file is another by now: `cut`
 *     end
 *
 * Dockets lie in the folder `dockets` beside the spool's own, each named by the id of its first parcel. */
#ifndef VEKHA_FOLDER_DOCKET_H
#define VEKHA_FOLDER_DOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "folder/folder.h"
#include "spool/compose.h"

enum {
    DOCKET_MAX_PARCELS = 4096, /* as many as the spool holds */
    DOCKET_MAX_BYTES = 512 * 1024,
    DOCKET_SHA256 = 32,
};

enum docket_stage {
    DOCKET_PLANNED, /* some may be queued, some not */
    DOCKET_QUEUED,  /* all are */
    DOCKET_CUT, /* all that are listed are; the rest of the file was altered before it was queued */
};

struct docket {
    folder_name name; /* in sending/ */
    uint8_t sha256[DOCKET_SHA256];
    enum docket_stage stage;
    struct parcel *parcels; /* malloc'd; at least one */
    size_t n;
};

void docket_finish(struct docket *d); /* NULL-safe */

/* Reads the text of a docket.  False, *ret zeroed, if it is none. */
bool docket_parse(const char *text, size_t len, struct docket *ret);

/* --- on the disk --- */

/* The folder of dockets of a spool, made if it is missing: a descriptor, -1 with errno. */
int docket_folder(const char *spool);

/* Clears what was being written when an agent died. */
void docket_tidy(int folder);

/* Writes a docket, in the place of the same in an earlier stage.  False with errno. */
bool docket_save(int folder, const struct docket *d) __attribute__((warn_unused_result));

/* Reads the docket of that id.  False with errno; EINVAL if it is damaged. */
bool docket_load(int folder, struct uuid id, struct docket *ret)
    __attribute__((warn_unused_result));
bool docket_remove(int folder, const struct docket *d);

/* Renames a damaged docket to ID.bad, for a person to look at.  False with errno. */
bool docket_set_aside(int folder, struct uuid id) __attribute__((warn_unused_result));

/* The ids of all dockets, oldest first; *ret is malloc'd.  False with errno. */
bool docket_list(int folder, struct uuid **ret, size_t *ret_n) __attribute__((warn_unused_result));

#endif
