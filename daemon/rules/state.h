/* state: which states an indicator may be in, and what goes with each. */
#ifndef VEKHA_RULES_STATE_H
#define VEKHA_RULES_STATE_H

#include <stdbool.h>

#include "model/series.h"
#include "wire/message.h"

enum state_need { NEED_NEVER, NEED_MAYBE, NEED_ALWAYS };

struct state_rule {
    enum state_need value;   /* whether a number goes with it */
    bool counted, milestone; /* fits flow, level and share; fits a milestone */
    bool expected;           /* an expected date may be given */
};

/* The rule of a known state. */
const struct state_rule *state_rule(enum figure_state state);

/* True if an indicator of this kind may be in this state: a flow is never `done`, a milestone never
 * a bare number. */
bool state_fits(enum indicator_kind kind, enum figure_state state);

#endif
