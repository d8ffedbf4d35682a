/* enrolment: keys that ask to be let in beside the one that they came with: of a computer that was invited, or of one that
 * changes its key.  Whether it may be so is for the database to say, since there may be several daemons. */
#ifndef VEKHA_ENROLMENT_H
#define VEKHA_ENROLMENT_H

#include <stddef.h>
#include <stdint.h>

#include "catalogue.h"
#include "intake/intake.h"
#include "store/store.h"
#include "wire/message.h"

struct enrolment;

typedef void enrolment_answer_fn(void *arg, const struct intake_origin *to, const uint8_t *bytes,
                                 size_t len);

struct enrolment *enrolment_new(const struct catalogue *catalogue, struct store *store,
                                enrolment_answer_fn *answer, void *arg);
void enrolment_free(
    struct enrolment *e); /* NULL-safe; after store_free(), which gives up what is pending */

/* Answers by and by: `enrolled`, `refusal` or `later`, which it is at once while the agent has another
 * on its way (turnstile.h). */
void enrolment_take(struct enrolment *e, const struct intake_origin *from,
                    const struct enrol *enrol);

/* An agent said hello: if its key succeeds others, it is in use from now on, and they are revoked. */
void enrolment_arrived(struct enrolment *e, const struct intake_origin *from);

#endif
