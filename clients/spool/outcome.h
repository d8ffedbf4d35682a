/* outcome: why the sending ended early, and what to do about it. */
#ifndef VEKHA_SPOOL_OUTCOME_H
#define VEKHA_SPOOL_OUTCOME_H

#include "school/texts.h"
#include "spool/sender.h"

/* Says it on stderr; nothing if all went well. */
void outcome_print(const struct sender_outcome *o, enum lang lang);

/* The same as a saying, which takes what outcome_what() gives; SAY_NOTHING if all went well. */
enum say outcome_say(const struct sender_outcome *o);
const char *outcome_what(const struct sender_outcome *o, enum lang lang);

/* Why a connection in this state gave no answer; takes the endpoint. */
enum say outcome_of_connection(enum connection_state state);

#endif
