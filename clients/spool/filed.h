/* filed: a submission, or a reply to a question, and what became of it, unpacked from a file of the spool. */
#ifndef VEKHA_SPOOL_FILED_H
#define VEKHA_SPOOL_FILED_H

#include <stdbool.h>

#include "spool/spool.h"
#include "wire/wire.h"

/* The state of a whole submission, as --list and --json name it. */
enum filed_state {
    FILED_QUEUED,
    FILED_ACCEPTED, /* nothing of it was rejected */
    FILED_PARTLY,   /* some of it was */
    FILED_REJECTED, /* all was */
    FILED_REFUSED,  /* as a whole */
    FILED_STATES,
};

struct filed {
    const struct submission *submission; /* of a reply: its id, moment and author, without lines */
    const struct reply *reply;           /* NULL: it is none */
    const struct receipt *receipt;       /* NULL: none, or lost for want of room on the disk */
    const struct refusal *refusal;       /* NULL: none */
    enum filed_state state;
};

struct filed_reader;

struct filed_reader *filed_reader_new(void);    /* NULL if out of memory */
void filed_reader_free(struct filed_reader *r); /* NULL-safe */

/* Unpacks an entry of a folder.  *ret is valid until the next call.  False if the bytes are no
 * submission, or the answer is not one to it. */
bool filed_read(struct filed_reader *r, const struct spool_entry *e, enum spool_folder folder,
                struct filed *ret);

/* Unpacks only the submission of an entry, for an answer that is at hand (one of the two). */
bool filed_join(struct filed_reader *r, const struct spool_entry *e, const struct receipt *receipt,
                const struct refusal *refusal, struct filed *ret);

/* How many figures, narratives and replies have a verdict. */
size_t filed_count(const struct receipt *r, enum verdict v);

const char *filed_state_name(enum filed_state s); /* "queued", … */

#endif
