/* options: the command line, read into one struct. */
#ifndef VEKHA_SUBMIT_OPTIONS_H
#define VEKHA_SUBMIT_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "sheet/reading.h"

enum command {
    COMMAND_FIGURE,
    COMMAND_NARRATIVE,
    COMMAND_SHEET,
    COMMAND_SEND,
    COMMAND_RESEND,
    COMMAND_LIST,
    COMMAND_RECEIPT,
    COMMAND_TEMPLATE,
    COMMAND_DUE,
    COMMAND_QUESTIONS,
    COMMAND_ANSWER,
    COMMAND_ENROL,
    COMMAND_NEW_KEY,
    COMMAND_HELP,
    COMMAND_VERSION,
    COMMANDS,
};

enum { OPTIONS_WAIT_MS = 10000, OPTIONS_MAX_WAIT_S = 86400 };

struct options {
    enum command command;
    const char *config, *file, *leaf, *author, *now; /* leaf: of a workbook; NULL: not given */
    const char *argument;                            /* of the command: a number, an invitation */
    const char *fields[FIELD_COUNT]; /* as reading_figure() and reading_narrative() want them */
    bool withdraw, yes, dry_run, json;
    bool lang_given;
    enum lang lang; /* --lang, else the environment's */
    int wait_ms;
};

/* False, with a sentence on stderr, if it is no command of ours.  The texts point into argv, which
 * is trimmed in place. */
bool options_parse(int argc, char **argv, struct options *ret);

void options_help(FILE *out, enum lang lang);

#endif
