/* enrolling: asks a centre to let a key in, by one that it lets in already: that of an invitation, or the computer's own. */
#ifndef VEKHA_AGENT_ENROLLING_H
#define VEKHA_AGENT_ENROLLING_H

#include <stdbool.h>

#include "agent/conf.h"
#include "agent/connection.h"
#include "wire/message.h"

enum enrolling_end {
    ENROLLING_DONE,
    ENROLLING_REFUSED,   /* by the centre; `text` tells why */
    ENROLLING_NO_ANSWER, /* `connection` tells why; the same may be asked again */
    ENROLLING_FAILED,    /* our own side: errno */
};

struct enrolling {
    enum enrolling_end end;
    enum connection_state connection;
    enum refusal_reason reason;
    char text[WIRE_MAX_NOTE + 1];
    char organisation[WIRE_MAX_CODE + 1], organisation_name[WIRE_MAX_NAME + 1];
};

/* Asks for public_key (Z85) over a connection of `by`, for wait_ms at most.  Always fills *ret. */
void enrolling_run(const struct conf *by, const char *public_key, enum lang lang, int wait_ms,
                   struct enrolling *ret);

/* Whether the centre answers a hello with the keys of `own` within wait_ms.  It may need a moment to learn of a key. */
bool enrolling_check(const struct conf *own, enum lang lang, int wait_ms);

#endif
