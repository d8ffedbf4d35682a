/* state: see state.h. */
#include "rules/state.h"

static const struct state_rule rules[] = {
    [FIGURE_VALUE] = {.counted = true, .value = NEED_ALWAYS},
    [FIGURE_NOT_APPLICABLE] = {.counted = true, .milestone = true, .value = NEED_NEVER},
    [FIGURE_NO_DATA] = {.counted = true, .milestone = true, .value = NEED_NEVER},
    [FIGURE_WITHDRAWN] = {.counted = true, .milestone = true, .value = NEED_NEVER},
    [FIGURE_NOT_DONE] = {.milestone = true, .value = NEED_MAYBE, .expected = true},
    [FIGURE_IN_PROGRESS] = {.milestone = true, .value = NEED_MAYBE, .expected = true},
    [FIGURE_DONE] = {.milestone = true, .value = NEED_MAYBE},
};

const struct state_rule *state_rule(enum figure_state state)
{
    return &rules[state];
}

bool state_fits(enum indicator_kind kind, enum figure_state state)
{
    return kind == KIND_MILESTONE ? rules[state].milestone : rules[state].counted;
}
