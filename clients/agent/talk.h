/* talk: asks the centre one question after another over a connection, and hands on what it answers.
 *
 *     hello ──► welcome ──► question ──► answer ──► the next question ──► … ──► the last answer
 *
 * What was asked over a connection that broke is asked again; whatever comes that is no answer is passed
 * over. */
#ifndef VEKHA_AGENT_TALK_H
#define VEKHA_AGENT_TALK_H

#include <stdbool.h>

#include "agent/connection.h"
#include "wire/wire.h"

enum talk_end {
    TALK_DONE,
    TALK_NO_ANSWER, /* the time is over, or the centre cannot at present */
    TALK_NOT_GIVEN, /* the centre is of a version that does not give it, or refuses */
    TALK_FAILED,    /* our own side failed: errno tells */
};

enum talk_turn {
    TALK_ON,   /* it was no answer, or an answer to what was asked before */
    TALK_NEXT, /* it was: there is another question */
    TALK_OVER, /* it was the last */
    TALK_LOST, /* our own side failed: errno tells */
};

struct talk_job {
    const char *software; /* the program and its version, for the centre */
    int wait_ms;          /* how long without any message is too long; > 0 */
    int most_ms;          /* how long all of it may take */
    struct arena *
        kept; /* messages are unpacked behind one another here; NULL: each in the place of the one before */
    bool (*gives)(const struct welcome *w); /* whether the centre gives what is to be asked */
    void (*ask)(void *context, struct message *ret);
    enum talk_turn (*answer)(void *context, const struct message *m);
    void *context;
};

/* Over a connection that stands or is being made. */
enum talk_end talk_run(const struct talk_job *job, struct connection *c);

#endif
