/* beside: what is asked of the centre over a connection that is there anyway, once what was to be sent is sent. */
#ifndef VEKHA_SUBMIT_BESIDE_H
#define VEKHA_SUBMIT_BESIDE_H

#include "agent/connection.h"
#include "submit/work.h"

/* Shows some of what the department asks, nothing if nothing is; and fetches the part of the catalogue anew if it has changed.  What is not
 * answered is left for another time.  Of the form of sender_job.then: context is a struct work. */
void beside(void *context, struct connection *c);

#endif
