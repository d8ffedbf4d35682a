/* commands: the one table of what vekhactl can do. */
#ifndef VEKHA_ADMIN_COMMANDS_H
#define VEKHA_ADMIN_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "admin/ctl.h"

typedef int command_fn(struct ctl *ctl);

#define OPTION_BIT(o) (UINT64_C(1) << (o))

enum { COMMAND_FORMS = 4 };

/* Options that go together, as OPTION_BIT()s: all that it needs, and what may stand beside. */
struct form {
    uint64_t needs, may;
};

struct command {
    const char *noun, *verb;          /* verb NULL: one word */
    command_fn *fn;                   /* returns the exit code */
    uint64_t options;                 /* OPTION_BIT()s besides the common ones */
    struct form forms[COMMAND_FORMS]; /* if any: the call is one of them */
    uint64_t instead;                 /* with one of these no database is opened */
    bool alone;                       /* nor ever: it opens what it needs by itself */
    int min_operands, max_operands;
    const char *usage;             /* after "vekhactl " */
    const char *brief[LANG_COUNT]; /* one line, for the list */
    const char *help[LANG_COUNT];
    const char *examples;
};

extern const struct command commands[];
extern const size_t n_commands;

/* The command that these words begin with, or NULL; *ret_words is how many of them name it. */
const struct command *commands_find(int n_words, char *const *words, int *ret_words);

/* Whether these options, as OPTION_BIT()s, go together: none is passed over in silence. */
bool commands_fits(const struct command *c, uint64_t given);

command_fn watch_run;
command_fn centre_init, centre_setup, migrate_run, apply_run, agent_enrol, agent_revoke, agent_list,
    status_run, explain_run, plan_import, history_run, narratives_run, narratives_history,
    alerts_run, alert_ack, series_silence, receipts_run, submit_run, query_ask, query_close,
    queries_run, outbox_list, outbox_retry, route_test, route_drop, rehearse_run, doctor_run,
    archive_run, erase_run;

#endif
