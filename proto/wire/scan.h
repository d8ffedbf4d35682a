/* scan: a look at an envelope's bytes before protobuf-c builds anything from them.
 *
 * protobuf-c cuts a text at an embedded NUL, merges a message that is given twice, keeps any number
 * of unknown fields and builds 32 000 empty figures from 64 KiB.  The scan refuses all of these
 * while nothing is allocated yet. */
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
    SCAN_MAX_DEPTH = 4,   /* Envelope, Submission, Figure, Decimal */
};

struct scan {
    bool has_id; /* a submission's id, 16 bytes of whatever kind */
    struct uuid id;
};

/* WIRE_OK: well formed, of our version, with one body, no field twice, no NUL in a text, and no
 * more figures than WIRE_MAX_FIGURES.  Else why not: WIRE_MALFORMED, WIRE_OTHER_VERSION,
 * WIRE_BAD_ID, WIRE_EMPTY, WIRE_TOO_MANY_FIGURES. Fills *ret in any case. */
enum wire_error scan_envelope(const uint8_t *bytes, size_t len, struct scan *ret);

#endif
