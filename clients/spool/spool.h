/* spool: what is to be sent, kept so that neither power loss nor a full disk loses a figure that
 * was called "queued", and no figure is typed twice.
 *
 *     tmp/      being written; whatever a crash left here was never called queued, and is removed
 *     new/      queued: one file per submission, named by its id, which sorts by time
 *     sent/     the centre gave a receipt, which the file holds; the newest SPOOL_KEEP_FILES are
 *               kept for SPOOL_KEEP_DAYS
 *     refused/  the centre will never take these bytes; the file holds its reason; kept as in sent/
 *     bad/      damaged files, for a person to look at; kept as in sent/
 *     .write    locked while a file is written       .send    locked by the one sender */
#ifndef VEKHA_SPOOL_SPOOL_H
#define VEKHA_SPOOL_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/uuid.h"
#include "spool/record.h"

enum {
    SPOOL_MAX_FILES = 4096,
    SPOOL_MAX_BYTES = 64 * 1024 * 1024, /* of new/ */
    SPOOL_KEEP_FILES = 1000,
    SPOOL_KEEP_DAYS = 400,
};

struct spool_limits {
    size_t max_files, max_bytes, keep_files;
};

enum spool_folder {
    SPOOL_TMP,
    SPOOL_NEW,
    SPOOL_SENT,
    SPOOL_REFUSED,
    SPOOL_BAD,
    SPOOL_FOLDERS,
};

enum spool_error {
    SPOOL_OK,
    SPOOL_FULL_FILES, /* max_files wait already */
    SPOOL_FULL_BYTES, /* max_bytes would be exceeded */
    SPOOL_DISK,       /* errno tells; nothing was kept */
    SPOOL_NONE,       /* there is no such file (any more) */
    SPOOL_DAMAGED,    /* it was moved to bad/ */
};

struct spool;

/* One file of the spool in memory. */
struct spool_entry {
    struct uuid id;
    uint8_t *bytes; /* malloc'd; `file` points into it */
    struct record_file file;
};

/* Called for a file that is set aside in bad/. */
typedef void spool_tell(void *context, const char *name);

/* Opens the spool in folder `path`, makes what is missing, clears what a crash left and what is
 * kept no longer.  limits NULL: those above.  tell may be NULL.  NULL with errno. */
struct spool *spool_open(const char *path, const struct spool_limits *limits, spool_tell *tell,
                         void *context);
void spool_close(struct spool *s); /* NULL-safe; ends the sender's lock too */

/* Queues a packed submission.  Only after SPOOL_OK may anyone call it queued: the file and its
 * folder are then on the disk.  On every other answer nothing of it is left. */
enum spool_error spool_add(struct spool *s, struct uuid id, const uint8_t *bytes, size_t len,
                           bool replay) __attribute__((warn_unused_result));

/* The ids in a folder, oldest first; *ret is malloc'd.  False if it cannot be read or memory is
 * short. */
bool spool_list(struct spool *s, enum spool_folder folder, struct uuid **ret, size_t *ret_n)
    __attribute__((warn_unused_result));

/* Where a submission is: in new/, sent/, refused/ or bad/.  False if it is nowhere. */
bool spool_find(struct spool *s, struct uuid id, enum spool_folder *ret);

/* Reads one file; spool_entry_finish() frees it.  A damaged one is moved to bad/. */
enum spool_error spool_load(struct spool *s, enum spool_folder folder, struct uuid id,
                            struct spool_entry *ret) __attribute__((warn_unused_result));
void spool_entry_finish(struct spool_entry *e); /* zeroed or finished: nothing happens */

/* Files a submission of new/ under `folder` (SPOOL_SENT, SPOOL_REFUSED) with the answer that names
 * it, then takes it out of new/.  If there is no room for the answer, the file is moved without it.
 * False with errno if it is in new/ still. */
bool spool_settle(struct spool *s, const struct spool_entry *e, enum spool_folder folder,
                  const uint8_t *answer, size_t len) __attribute__((warn_unused_result));

/* Makes this process the one sender, waiting up to timeout_ms for another to end.  False with errno
 * EAGAIN if there is another still. */
bool spool_lock_sender(struct spool *s, int timeout_ms) __attribute__((warn_unused_result));
void spool_unlock_sender(struct spool *s);

/* Clears what is kept no longer, as spool_open() does: for those who keep it open. */
void spool_tidy(struct spool *s);

#endif
