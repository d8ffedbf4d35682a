/* intake: bytes to a submission: decoded, checked against the catalogue, handed to the store; the
 * answer comes back as packed bytes.  One door for all: whoever brings figures in passes here, by
 * one set of rules. */
#ifndef VEKHA_INTAKE_H
#define VEKHA_INTAKE_H

#include <stddef.h>
#include <stdint.h>

#include "catalogue.h"
#include "incidents.h"
#include "metrics.h"
#include "store/store.h"
#include "wire/keys.h"

struct intake;

enum { INTAKE_CREDITS = 16 }; /* submissions of one agent that may wait for an answer */

/* Where an answer goes; filled by the gate, kept by whoever answers. */
struct intake_origin {
    int32_t agent;
    char key[KEY_TEXT_MAX]; /* that the connection was opened with; may be taken back meanwhile */
    enum key_right right;   /* of that key, when the message came */
    uint8_t peer[16];       /* routing id of the connection */
    size_t peer_len;
};

struct intake_hooks {
    /* Called once for every message that deserves an answer.  `settled` is true if it answers a
     * submission (a credit is free again). bytes is NULL if none could be packed (logged). */
    void (*answer)(void *arg, const struct intake_origin *to, const uint8_t *bytes, size_t len,
                   bool settled);
    /* Called for what is answered by whoever is called: a watch, a consult, a hear and a reply, whose
     * id goes with the hash of its bytes. */
    void (*watch)(void *arg, const struct intake_origin *from, const struct watch *watch);
    void (*consult)(void *arg, const struct intake_origin *from, const struct consult *consult);
    void (*hear)(void *arg, const struct intake_origin *from, const struct hear *hear);
    void (*reply)(void *arg, const struct intake_origin *from, const struct reply *reply,
                  const uint8_t sha256[32]);
    /* The same for a key that asks to be enrolled; and called whenever an agent says hello. */
    void (*enrol)(void *arg, const struct intake_origin *from, const struct enrol *enrol);
    void (*arrived)(void *arg, const struct intake_origin *from);
    void *arg;
};

/* metrics may be NULL. */
struct intake *intake_new(const struct catalogue *catalogue, struct store *store,
                          struct incidents *incidents, struct metrics *metrics,
                          const struct intake_hooks *hooks);
void intake_free(struct intake *in); /* NULL-safe */

/* Takes one message of a known agent.  Returns true if it was a submission that now waits for the
 * store (a credit is in use). */
bool intake_take(struct intake *in, const struct intake_origin *from, const uint8_t *bytes,
                 size_t len);

/* What somebody at the centre brings in for an organisation, packed as a school would send it. */
struct intake_parcel {
    struct agent agent;
    enum door door;
    const uint8_t *bytes;
    size_t len;
};

/* What became of it; reason is 0 unless it was refused. */
typedef void intake_brought_fn(void *arg, enum store_outcome outcome, enum refusal_reason reason);

/* Takes it by the same rules.  False if the database is away or memory is out: bring it again.  Else fn is called once, perhaps before it returns. */
bool intake_bring(struct intake *in, const struct intake_parcel *parcel, intake_brought_fn *fn,
                  void *arg);

/* Answers a message without reading it further: `later` (credits) or `refusal` (revoked). */
void intake_put_off(struct intake *in, const struct intake_origin *from, const uint8_t *bytes,
                    size_t len, enum later_reason reason);
void intake_refuse(struct intake *in, const struct intake_origin *from, const uint8_t *bytes,
                   size_t len, enum refusal_reason reason);

/* From now on submissions are put off: the daemon is stopping. */
void intake_close(struct intake *in);

#endif
