/* wire: messages to bytes and back. */
#ifndef VEKHA_WIRE_WIRE_H
#define VEKHA_WIRE_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "wire/arena.h"
#include "wire/message.h"

enum wire_error {
    WIRE_OK,
    WIRE_TOO_LARGE, /* over WIRE_MAX_MESSAGE */
    WIRE_MALFORMED, /* no Envelope, unknown or missing body, a limit broken, text that is no UTF-8
                     */
    WIRE_OTHER_VERSION,    /* an Envelope of a version other than WIRE_VERSION */
    WIRE_BAD_ID,           /* a submission without a UUIDv7 */
    WIRE_EMPTY,            /* a submission with neither figures nor narratives */
    WIRE_TOO_MANY_FIGURES, /* or narratives */
    WIRE_NO_MEMORY,        /* the arena's cap was reached */
};

/* Packs into at most WIRE_MAX_MESSAGE bytes, in memory of the arena.  What the peer's wire_unpack()
 * would refuse is not packed: WIRE_MALFORMED and the other errors below.  A receipt always fits:
 * texts that would make it too large are left out, later ones first; verdicts and reasons all
 * arrive. */
enum wire_error wire_pack(const struct message *m, struct arena *a, uint8_t **ret_bytes,
                          size_t *ret_len);

/* How many of the first of n steps one message holds, by its bytes and WIRE_MAX_STEPS; of steps whose
 * texts are within limits.h at least one. */
size_t wire_steps_that_fit(const struct alert_step *steps, size_t n);

/* How many of the first of n lines one page of a part holds, by their bytes and WIRE_MAX_LINES; at
 * least one. */
size_t wire_lines_that_fit(const char *const *lines, size_t n);

/* Unpacks and validates.  *ret and all it points to live in the arena.  On WIRE_BAD_ID, WIRE_EMPTY,
 * WIRE_TOO_MANY_FIGURES of a submission whose id could be read, ret->kind is MESSAGE_SUBMISSION and
 * its id is filled, so that the sender can be told which one it was; otherwise *ret is untouched on
 * an error, so let ret->kind be 0 before.
 *
 * Numbers of a newer peer cost as little as may be: an unknown language is English, an unknown
 * reason of a verdict is REASON_NONE, of a `later` LATER_DATABASE_AWAY, of a refusal
 * REFUSAL_MALFORMED.  An unknown verdict is WIRE_MALFORMED. */
enum wire_error wire_unpack(const uint8_t *bytes, size_t len, struct arena *a, struct message *ret);

/* Names for logs, JSON and tests: "accepted", "unknown_organisation", "value", … ; "?" for an
 * unknown number. */
const char *wire_error_name(enum wire_error e);
const char *verdict_name(enum verdict v);
const char *reason_name(enum reason r);
const char *figure_state_name(enum figure_state s);
const char *narrative_text_name(enum narrative_text t);
const char *refusal_reason_name(enum refusal_reason r);
const char *later_reason_name(enum later_reason r);
const char *message_kind_name(enum message_kind k);

/* What a verdict, and a text of a narrative, is called for people: «принято», "accepted";
 * «причина», "cause". */
const char *verdict_word(enum verdict v, enum lang lang);
const char *narrative_text_word(enum narrative_text t, enum lang lang);

#endif
