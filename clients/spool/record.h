/* record: the inside of a spool file: a submission and, once the centre answered, its answer. */
#ifndef VEKHA_SPOOL_RECORD_H
#define VEKHA_SPOOL_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/uuid.h"
#include "wire/limits.h"

enum {
    RECORD_HEAD = 48,
    RECORD_MAX = RECORD_HEAD + WIRE_MAX_MESSAGE,
    RECORD_FILE_MAX = 2 * RECORD_MAX,
};

enum record_kind { RECORD_SUBMISSION = 'S', RECORD_ANSWER = 'A' };

enum record_error {
    RECORD_OK,
    RECORD_CUT,      /* shorter than its header says */
    RECORD_FOREIGN,  /* another magic, version, kind or length: none of our files */
    RECORD_ALTERED,  /* the checksum is another */
    RECORD_MIXED_UP, /* whole records, but not those that belong into this file */
};

/* A packed envelope as it travels. */
struct record {
    const uint8_t *bytes; /* NULL: there is none */
    size_t len;
};

struct record_file {
    struct record submission, answer; /* point into the parsed bytes */
    size_t n_figures, n_narratives;   /* of the submission */
    bool is_reply;                    /* it is a reply to a question, and has neither */
    bool replay; /* composed with --now: only for a centre that plays a past time */
};

/* Writes the header of a record. */
void record_head(enum record_kind kind, bool replay, const uint8_t *body, size_t len,
                 uint8_t ret[RECORD_HEAD]);

/* Reads a file that must hold the submission `id`, and an answer or none.  *ret is untouched on an
 * error. */
enum record_error record_parse(const uint8_t *bytes, size_t len, struct uuid id,
                               struct record_file *ret);

#endif
