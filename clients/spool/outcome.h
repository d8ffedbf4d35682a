/* outcome: why the sending ended early, and what to do about it. */
#ifndef VEKHA_SPOOL_OUTCOME_H
#define VEKHA_SPOOL_OUTCOME_H

#include "school/texts.h"
#include "spool/sender.h"

/* Says it on stderr, by errno for SENDER_FAILED; nothing if all went well. */
void outcome_print(const struct sender_outcome *o, enum lang lang);

/* Why a connection in this state gave no answer; takes the endpoint. */
enum say outcome_of_connection(enum connection_state state);

#endif
