/* scan: a look at an envelope's bytes before protobuf-c builds anything from them.
 *
 * protobuf-c cuts a text at an embedded NUL, merges a message that is given twice, keeps any number
 * of unknown fields and builds 32 000 empty figures from 64 KiB.  The scan refuses the last three
 * while nothing is allocated yet, and finds the NULs, which spoil only the text they are in. */
#ifndef VEKHA_WIRE_SCAN_H
#define VEKHA_WIRE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/uuid.h"
#include "wire/wire.h"

enum {
    SCAN_MAX_UNKNOWN = 8, /* fields that a newer peer may add to one message; more would not fit
                             WIRE_MAX_UNPACKED */
    SCAN_MAX_DEPTH = 4, /* Envelope, Submission, Figure, Decimal; Envelope, Steps, Step, Decimal */
    SCAN_MAX_NUL = 16,  /* texts with a NUL; a message with more is malformed */
};

struct scan {
    bool has_id; /* a submission's or a reply's id, 16 bytes of whatever kind */
    struct uuid id;
    size_t n_figures, n_narratives; /* of a submission */
    bool is_reply;
    unsigned n_nul;
    const uint8_t *nul[SCAN_MAX_NUL]; /* in the bytes scanned, the first of each such text */
};

/* WIRE_OK: well formed, of our version, with at most one body, no field twice, and no more figures
 * than WIRE_MAX_FIGURES, narratives than WIRE_MAX_NARRATIVES,
 * steps than WIRE_MAX_STEPS, lines than WIRE_MAX_LINES or questions than WIRE_MAX_QUESTIONS.  Else why not: WIRE_MALFORMED, WIRE_OTHER_VERSION, WIRE_BAD_ID,
 * WIRE_EMPTY, WIRE_TOO_MANY_FIGURES.  Fills *ret in any case. */
enum wire_error scan_envelope(const uint8_t *bytes, size_t len, struct scan *ret);

#endif
