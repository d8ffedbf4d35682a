/* sender: empties the spool, oldest submission first, and hands on what the centre says to each.
 *
 * Nothing leaves new/ before a receipt or a refusal names it; and nothing is shown to a centre that
 * would take but a part of it.  After a lost connection, a silence
 * or a `later`, the same bytes are sent again; the centre answers a repeat with the same receipt.
 */
#ifndef VEKHA_SPOOL_SENDER_H
#define VEKHA_SPOOL_SENDER_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/conf.h"
#include "agent/connection.h"
#include "spool/spool.h"
#include "wire/message.h"

enum {
    SENDER_WINDOW = 4,         /* submissions on the way at once, if the centre's credits allow */
    SENDER_RESEND_MS = 5000,   /* without an answer to a message it is sent again */
    SENDER_STANDING_MS = 1000, /* after the last receipt, for where the targets stand */
};

enum sender_end {
    SENDER_DONE, /* every submission of the spool was answered */
    SENDER_HELD, /* every one but narratives and replies, which this centre does not know yet */
    SENDER_NO_ANSWER,   /* the time is over; `connection` and `later` tell why */
    SENDER_KEY_REFUSED, /* the centre does not know our key */
    SENDER_REVOKED,     /* the key was taken back */
    SENDER_VERSION,     /* the centre does not speak our protocol */
    SENDER_REFUSED,     /* the centre refused without saying which submission; `text` tells why */
    SENDER_OCCUPIED,    /* another program is sending this spool */
    SENDER_INTERRUPTED, /* a hook said so */
    SENDER_FAILED,      /* our own side failed: `error` tells */
};

struct sender_outcome {
    enum sender_end end;
    enum connection_state connection;
    const char *endpoint; /* the last that was tried; of conf */
    bool welcomed;
    enum later_reason later; /* 0: no `later` since the last receipt */
    char text[WIRE_MAX_NOTE + 1];
    int error;             /* errno */
    size_t answered, left; /* submissions */
};

/* What the sender tells while it works.  Any may be NULL. */
struct sender_hooks {
    void (*receipt)(void *context, const struct spool_entry *e, const struct receipt *r);
    void (*refusal)(void *context, const struct spool_entry *e, const struct refusal *r);
    void (*standing)(void *context, const struct standing *s);
    void (*progress)(void *context, size_t answered, size_t all);
    bool (*interrupted)(void *context); /* asked several times a second: true ends the run */
    void *context;
};

struct sender_job {
    const struct conf *conf;
    struct spool *spool;
    const char *software; /* the program that sends and its version, for the centre */
    enum lang lang;       /* of the texts in answers */
    int wait_ms;          /* how long without a receipt or refusal is too long; > 0 */
    const struct sender_hooks *hooks;
    /* Called when all was answered and the connection stands: there may be more to ask over it.  May
     * be NULL. */
    void (*then)(void *context, struct connection *c);
    void *then_context;
};

/* Sends until the spool is empty, the centre does not want it, or wait_ms went by without an
 * answer. Always fills *ret. */
void sender_run(const struct sender_job *job, struct sender_outcome *ret);

#endif
