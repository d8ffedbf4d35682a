/* options: one table of options; parsing and --help walk it. */
#include "submit/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "cells.h"
#include "school/texts.h"

enum kind { KIND_TEXT, KIND_FIELD, KIND_FLAG, KIND_COMMAND, KIND_LANG, KIND_WAIT };

#define PLACE(member) offsetof(struct options, member)

static const struct row {
    const char *name, *argument; /* NULL: takes none */
    int letter;                  /* 0: none */
    enum kind kind;
    size_t place; /* in struct options, of a text or flag; else a field or command */
    enum say help;
} rows[] = {
    {"config", "FILE", 'c', KIND_TEXT, PLACE(config), SAY_HELP_CONFIG},
    {"period", "P", 0, KIND_FIELD, FIELD_PERIOD, SAY_HELP_PERIOD},
    {"org", "CODE", 0, KIND_FIELD, FIELD_ORGANISATION, SAY_HELP_ORG},
    {"as-of", "D", 0, KIND_FIELD, FIELD_AS_OF, SAY_HELP_AS_OF},
    {"note", "TEXT", 0, KIND_FIELD, FIELD_NOTE, SAY_HELP_NOTE},
    {"expected", "D", 0, KIND_FIELD, FIELD_EXPECTED, SAY_HELP_EXPECTED},
    {"method", "M", 0, KIND_FIELD, FIELD_METHOD, SAY_HELP_METHOD},
    {"narrative", "PROJECT", 0, KIND_FIELD, FIELD_PROJECT, SAY_HELP_NARRATIVE},
    {"text", "TEXT", 0, KIND_FIELD, FIELD_TEXTS + NARRATIVE_TEXT, SAY_HELP_TEXT},
    {"cause", "TEXT", 0, KIND_FIELD, FIELD_TEXTS + NARRATIVE_CAUSE, SAY_HELP_CAUSE},
    {"measure", "TEXT", 0, KIND_FIELD, FIELD_TEXTS + NARRATIVE_MEASURE, SAY_HELP_MEASURE},
    {"next-step", "TEXT", 0, KIND_FIELD, FIELD_TEXTS + NARRATIVE_NEXT_STEP, SAY_HELP_NEXT_STEP},
    {"answerable", "POST", 0, KIND_FIELD, FIELD_TEXTS + NARRATIVE_ANSWERABLE, SAY_HELP_ANSWERABLE},
    {"author", "NAME", 0, KIND_TEXT, PLACE(author), SAY_HELP_AUTHOR},
    {"withdraw", NULL, 0, KIND_FLAG, PLACE(withdraw), SAY_HELP_WITHDRAW},
    {"sheet", "NAME", 0, KIND_TEXT, PLACE(leaf), SAY_HELP_SHEET},
    {"yes", NULL, 0, KIND_FLAG, PLACE(yes), SAY_HELP_YES},
    {"dry-run", NULL, 0, KIND_FLAG, PLACE(dry_run), SAY_HELP_DRY_RUN},
    {"wait", "SECONDS", 0, KIND_WAIT, 0, SAY_HELP_WAIT},
    {"send", NULL, 0, KIND_COMMAND, COMMAND_SEND, SAY_HELP_SEND},
    {"resend", "D", 0, KIND_COMMAND, COMMAND_RESEND, SAY_HELP_RESEND},
    {"list", NULL, 0, KIND_COMMAND, COMMAND_LIST, SAY_HELP_LIST},
    {"receipt", "ID", 0, KIND_COMMAND, COMMAND_RECEIPT, SAY_HELP_RECEIPT},
    {"template", NULL, 0, KIND_COMMAND, COMMAND_TEMPLATE, SAY_HELP_TEMPLATE},
    {"due", NULL, 0, KIND_COMMAND, COMMAND_DUE, SAY_HELP_DUE},
    {"questions", NULL, 0, KIND_COMMAND, COMMAND_QUESTIONS, SAY_HELP_QUESTIONS},
    {"answer", "ID", 0, KIND_COMMAND, COMMAND_ANSWER, SAY_HELP_ANSWER},
    {"enrol", "FILE", 0, KIND_COMMAND, COMMAND_ENROL, SAY_HELP_ENROL},
    {"new-key", NULL, 0, KIND_COMMAND, COMMAND_NEW_KEY, SAY_HELP_NEW_KEY},
    {"json", NULL, 0, KIND_FLAG, PLACE(json), SAY_HELP_JSON},
    {"lang", "ru|en", 0, KIND_LANG, 0, SAY_HELP_LANG},
    {"now", "T", 0, KIND_TEXT, PLACE(now), SAY_HELP_NOW},
    {"help", NULL, 'h', KIND_COMMAND, COMMAND_HELP, SAY_HELP_HELP},
    {"version", NULL, 'V', KIND_COMMAND, COMMAND_VERSION, SAY_HELP_VERSION},
};

enum { ROWS = sizeof rows / sizeof *rows, FIRST_CODE = 256, HELP_COLUMN = 23 };

#define LETTERS ":c:hV"

static bool complain(const struct options *o, enum say why, const char *what)
{
    say_to(stderr, o->lang, why, what);
    say_to(stderr, o->lang, SAY_SEE_HELP);
    return false;
}

/* The language must be known before anything can be complained of. */
static void find_language(int argc, char **argv, struct options *o)
{
    for (int i = 1; i < argc && argv[i] != NULL; i++) {
        const char *value = NULL;
        if (strncmp(argv[i], "--lang=", 7) == 0)
            value = argv[i] + 7;
        else if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
            value = argv[i + 1];
        if (value != NULL && lang_parse(value, &o->lang))
            o->lang_given = true;
    }
}

static bool take_wait(struct options *o, const char *text)
{
    char *end;
    long seconds = strtol(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || seconds > OPTIONS_MAX_WAIT_S)
        return complain(o, SAY_BAD_WAIT, text);
    o->wait_ms = (int)seconds * 1000;
    return true;
}

static bool take_command(struct options *o, const struct row *r, const char *value)
{
    if (o->command != COMMANDS && o->command != (enum command)r->place)
        return complain(o, SAY_ONE_COMMAND, r->name);
    o->command = (enum command)r->place;
    o->argument = value;
    return true;
}

static bool take_option(struct options *o, const struct row *r, char *value)
{
    char *at = (char *)o + r->place;
    enum lang lang;
    value = value != NULL ? cells_trim(value) : NULL;
    if (r->argument != NULL && (value == NULL || *value == '\0')) {
        char name[32];
        snprintf(name, sizeof name, "--%s", r->name);
        return complain(o, SAY_OPTION_EMPTY, name);
    }
    switch (r->kind) {
    case KIND_TEXT:
        *(const char **)(void *)at = value;
        return true;
    case KIND_FLAG:
        *(bool *)at = true;
        return true;
    case KIND_FIELD:
        o->fields[r->place] = value;
        return true;
    case KIND_COMMAND:
        return take_command(o, r, value);
    case KIND_WAIT:
        return value != NULL && take_wait(o, value);
    case KIND_LANG:
        return value != NULL && (lang_parse(value, &lang) || complain(o, SAY_BAD_LANG, value));
    }
    return false;
}

/* What stands on the command line besides options: INDICATOR VALUE, INDICATOR to withdraw, or
 * FILE; nothing with a narrative. */
static bool take_operands(struct options *o, char **operands, int n)
{
    bool narrative = o->fields[FIELD_PROJECT] != NULL;
    if (narrative && o->command != COMMANDS)
        return complain(o, SAY_ONE_COMMAND, "narrative");
    if (narrative) {
        o->command = COMMAND_NARRATIVE;
        o->fields[FIELD_STATE] = o->withdraw ? "withdraw" : NULL;
    }
    if (o->command == COMMAND_TEMPLATE && n == 1) {
        o->file = operands[0];
        return true;
    }
    if (o->command != COMMANDS)
        return n == 0 || complain(o, SAY_TOO_MANY_OPERANDS, operands[0]);
    if (n == 0)
        return complain(o, SAY_NOTHING_TO_DO, "");
    if (n > 2 || (n == 2 && o->withdraw))
        return complain(o, SAY_TOO_MANY_OPERANDS, operands[n - 1]);
    o->command = n == 2 || o->withdraw ? COMMAND_FIGURE : COMMAND_SHEET;
    if (o->command == COMMAND_SHEET) {
        o->file = operands[0];
        return true;
    }
    o->fields[FIELD_INDICATOR] = cells_trim(operands[0]);
    if (o->withdraw)
        o->fields[FIELD_STATE] = "withdraw";
    else
        o->fields[FIELD_VALUE] = cells_trim(operands[1]);
    return true;
}

static bool is_of_narrative(enum field f)
{
    return f >= FIELD_PROJECT;
}

static bool is_of_figure(enum field f)
{
    return f == FIELD_AS_OF || f == FIELD_NOTE || f == FIELD_EXPECTED || f == FIELD_METHOD;
}

static bool is_of_a_row(enum field f)
{
    return is_of_narrative(f) || f == FIELD_NOTE || f == FIELD_EXPECTED;
}

static bool is_not_of_answer(enum field f)
{
    return f != FIELD_TEXTS + NARRATIVE_TEXT;
}

/* What an option gives must belong to what is sent; a sheet has most of it in its columns. */
static const struct {
    bool (*astray)(enum field f);
    enum command command;
    enum say why;
} misfits[] = {
    {is_of_narrative, COMMAND_FIGURE, SAY_ONLY_WITH_NARRATIVE},
    {is_of_figure, COMMAND_NARRATIVE, SAY_NOT_WITH_NARRATIVE},
    {is_of_a_row, COMMAND_SHEET, SAY_NOT_WITH_SHEET},
    {is_not_of_answer, COMMAND_ANSWER, SAY_NOT_WITH_ANSWER},
};

static bool check_fields(const struct options *o)
{
    if (o->leaf != NULL && o->command != COMMAND_SHEET)
        return complain(o, SAY_ONLY_WITH_FILE, "sheet");
    for (size_t i = 0; i < sizeof misfits / sizeof *misfits; i++)
        for (int f = 0; f < FIELD_COUNT && o->command == misfits[i].command; f++)
            if (o->fields[f] != NULL && misfits[i].astray((enum field)f))
                return complain(o, misfits[i].why, reading_field_name((enum field)f, o->lang));
    return true;
}

static const struct row *find_row(int code)
{
    for (size_t i = 0; i < ROWS; i++)
        if (code == (rows[i].letter != 0 ? rows[i].letter : FIRST_CODE + (int)i))
            return &rows[i];
    return NULL;
}

/* For a letter optopt names it; for a word the argument before optind is the one. */
static bool complain_option(const struct options *o, int code, char **argv)
{
    char letter[] = {'-', (char)optopt, '\0'};
    bool short_one = optopt > 0 && optopt < FIRST_CODE;
    return complain(o, code == ':' ? SAY_OPTION_EMPTY : SAY_NO_SUCH_OPTION,
                    short_one ? letter : argv[optind - 1]);
}

bool options_parse(int argc, char **argv, struct options *ret)
{
    struct option longs[ROWS + 1] = {{NULL, 0, NULL, 0}};
    struct options o = {
        .command = COMMANDS, .wait_ms = OPTIONS_WAIT_MS, .lang = lang_of_environment()};
    int code;
    find_language(argc, argv, &o);
    for (int i = 1; i < argc && argv[i] != NULL; i++)
        if (!utf8_valid(argv[i], strlen(argv[i])))
            return complain(&o, SAY_NOT_UTF8, "");
    for (size_t i = 0; i < ROWS; i++) {
        int letter = rows[i].letter;
        longs[i] = (struct option){rows[i].name, rows[i].argument != NULL, NULL,
                                   letter != 0 ? letter : FIRST_CODE + (int)i};
    }
    opterr = 0;
    while ((code = getopt_long(argc, argv, LETTERS, longs, NULL)) != -1) {
        const struct row *r = find_row(code);
        if (r == NULL)
            return complain_option(&o, code, argv);
        if (!take_option(&o, r, optarg))
            return false;
    }
    if (!take_operands(&o, argv + optind, argc - optind) || !check_fields(&o))
        return false;
    *ret = o;
    return true;
}

void options_help(FILE *out, enum lang lang)
{
    say_to(out, lang, SAY_HELP_USAGE);
    for (size_t i = 0; i < ROWS; i++) {
        char left[64], letter[8] = "    ";
        if (rows[i].letter != 0)
            snprintf(letter, sizeof letter, "-%c, ", rows[i].letter);
        snprintf(left, sizeof left, "%s--%s %s", letter, rows[i].name,
                 rows[i].argument != NULL ? rows[i].argument : "");
        fprintf(out, "  %-*s  %s\n", HELP_COLUMN, left, say(rows[i].help, lang));
    }
    say_to(out, lang, SAY_HELP_EXAMPLES);
}
