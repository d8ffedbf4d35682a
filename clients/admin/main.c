/* main: reads the options, finds the command, opens the database, leaves with the command's exit
 * code. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/commands.h"
#include "admin/ctl.h"
#include "admin/db.h"
#include "admin/settings.h"
#include "admin/text.h"
#include "base/clock.h"
#include "fault.h"
#include "terminal.h"

enum { MAX_WORDS = CTL_MAX_OPERANDS + 2 };

/* By enum ctl_option. */
static const struct option_row {
    const char *name;
    int argument;
    bool common; /* belongs to every command */
    const char *help[LANG_COUNT];
} option_rows[OPTION_COUNT] = {
    [OPTION_CONFIG] = {"config",
                       required_argument,
                       true,
                       {"file with database = \"…\" (short: -c)",
                        "файл со строкой database = \"…\" (кратко: -c)"}},
    [OPTION_LANG] = {"lang", required_argument, true, {"ru or en", "ru или en"}},
    [OPTION_JSON] = {"json",
                     no_argument,
                     true,
                     {"answer as JSON, where there is a table", "ответ в JSON там, где таблица"}},
    [OPTION_NOW] = {"now",
                    required_argument,
                    true,
                    {"act at that time (replay centres only)",
                     "действовать в это время (только для воспроизведения)"}},
    [OPTION_HELP] = {"help", no_argument, true, {"this help", "эта справка"}},
    [OPTION_VERSION] = {"version", no_argument, true, {"the version", "версия"}},
    [OPTION_KEY] = {"key", required_argument, false, {"", ""}},
    [OPTION_ENDPOINT] = {"endpoint", required_argument, false, {"", ""}},
    [OPTION_REPLAY] = {"replay", no_argument, false, {"", ""}},
    [OPTION_DRY_RUN] = {"dry-run", no_argument, false, {"", ""}},
    [OPTION_OUT] = {"out", required_argument, false, {"", ""}},
    [OPTION_PUBLIC_KEY] = {"public-key", required_argument, false, {"", ""}},
    [OPTION_DAYS] = {"days", required_argument, false, {"", ""}},
    [OPTION_SPOOL] = {"spool", required_argument, false, {"", ""}},
    [OPTION_AGENT] = {"agent", required_argument, false, {"", ""}},
    [OPTION_AFTER] = {"after", required_argument, false, {"", ""}},
    [OPTION_HOW_MANY] = {"count", required_argument, false, {"", ""}},
    [OPTION_STATE] = {"state", required_argument, false, {"", ""}},
    [OPTION_ORG] = {"org", required_argument, false, {"", ""}},
    [OPTION_PROJECT] = {"project", required_argument, false, {"", ""}},
    [OPTION_INDICATOR] = {"indicator", required_argument, false, {"", ""}},
    [OPTION_STATUS] = {"status", required_argument, false, {"", ""}},
    [OPTION_AS_OF] = {"as-of", required_argument, false, {"", ""}},
    [OPTION_KNOWN_AT] = {"known-at", required_argument, false, {"", ""}},
    [OPTION_ALL] = {"all", no_argument, false, {"", ""}},
    [OPTION_BRIEF] = {"brief", no_argument, false, {"", ""}},
    [OPTION_REBUILD] = {"rebuild", no_argument, false, {"", ""}},
    [OPTION_WRITE] = {"write", no_argument, false, {"", ""}},
    [OPTION_MEASURE] = {"measure", required_argument, false, {"", ""}},
    [OPTION_UNTIL] = {"until", required_argument, false, {"", ""}},
    [OPTION_REASON] = {"reason", required_argument, false, {"", ""}},
    [OPTION_FROM] = {"from", required_argument, false, {"", ""}},
    [OPTION_TO] = {"to", required_argument, false, {"", ""}},
    [OPTION_PERIOD] = {"period", required_argument, false, {"", ""}},
    [OPTION_NOTE] = {"note", required_argument, false, {"", ""}},
    [OPTION_EXPECTED] = {"expected", required_argument, false, {"", ""}},
    [OPTION_AUTHOR] = {"author", required_argument, false, {"", ""}},
    [OPTION_TEXT] = {"text", required_argument, false, {"", ""}},
    [OPTION_BEFORE] = {"before", required_argument, false, {"", ""}},
    [OPTION_LIST] = {"list", no_argument, false, {"", ""}},
    [OPTION_RESTORE] = {"restore", required_argument, false, {"", ""}},
    [OPTION_DROP] = {"drop", no_argument, false, {"", ""}},
    [OPTION_AS] = {"as", required_argument, false, {"", ""}},
    [OPTION_YES] = {"yes", no_argument, false, {"", ""}},
    [OPTION_WITHDRAW] = {"withdraw", no_argument, false, {"", ""}},
    [OPTION_LEVEL] = {"level", required_argument, false, {"", ""}},
    [OPTION_KIND] = {"kind", required_argument, false, {"", ""}},
    [OPTION_CHANNEL] = {"channel", required_argument, false, {"", ""}},
};

const char *ctl_now(const struct ctl *ctl)
{
    static char now[CLOCK_TEXT_MAX];

    (void)ctl;
    return now[0] ? now : clock_format(clock_now_us(), now);
}

static void print_list(enum lang lang)
{
    printf("%s vekhactl [-c FILE] COMMAND …\n\n%s\n", text(TEXT_USAGE, lang),
           text(TEXT_COMMANDS, lang));
    for (size_t i = 0; i < n_commands; i++)
        printf("  %-8s %-7s %s\n", commands[i].noun,
               commands[i].verb != NULL ? commands[i].verb : "", commands[i].brief[lang]);
    printf("\n%s\n", text(TEXT_OPTIONS, lang));
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (option_rows[i].common)
            printf("  --%-15s %s\n", option_rows[i].name, option_rows[i].help[lang]);
}

/* A noun alone, or with a verb that it does not have, is told how it is called. */
static void complain_of_words(enum lang lang, const char *noun)
{
    bool known = false;

    for (size_t i = 0; i < n_commands; i++) {
        if (strcmp(commands[i].noun, noun) != 0)
            continue;
        complain(lang, TEXT_OPERANDS, commands[i].usage);
        known = true;
    }
    if (!known)
        complain(lang, TEXT_UNKNOWN_COMMAND, noun);
}

static void print_help(const struct command *c, enum lang lang)
{
    printf("%s vekhactl %s\n\n%s\n", text(TEXT_USAGE, lang), c->usage, c->help[lang]);
    printf("\n%s\n%s\n", text(TEXT_EXAMPLES, lang), c->examples);
}

/* Reads options wherever they stand; the other words keep their order. */
static bool read_options(struct ctl *ctl, int argc, char **argv)
{
    struct option options[OPTION_COUNT + 1] = {0};
    int c, index;

    for (int i = 0; i < OPTION_COUNT; i++)
        options[i] = (struct option){option_rows[i].name, option_rows[i].argument, NULL, 0};
    opterr = 0;
    for (index = 0; (c = getopt_long(argc, argv, "c:h", options, &index)) != -1; index = 0) {
        if (c == '?') {
            complain(ctl->lang, TEXT_BAD_OPTION, argv[optind - 1]);
            return false;
        }
        index = c == 'c' ? OPTION_CONFIG : c == 'h' ? OPTION_HELP : index;
        ctl->given[index] = optarg != NULL ? optarg : "";
    }
    return true;
}

static bool read_lang(struct ctl *ctl)
{
    const char *lang = ctl->given[OPTION_LANG];

    if (lang == NULL || lang_parse(lang, &ctl->lang))
        return true;
    complain(ctl->lang, TEXT_BAD_LANG, lang);
    return false;
}

/* The options and operands belong to the command and together, and there are as many operands as it takes. */
static bool check_call(struct ctl *ctl, const struct command *c, int n, char *const *operands)
{
    uint64_t own = 0;

    for (int i = 0; i < OPTION_COUNT; i++) {
        if (ctl->given[i] == NULL || option_rows[i].common)
            continue;
        own |= OPTION_BIT(i);
        if ((c->options & OPTION_BIT(i)) != 0)
            continue;
        complain(ctl->lang, TEXT_OPTION_NOT_HERE, option_rows[i].name, c->usage);
        return false;
    }
    if (!commands_fits(c, own) || n < c->min_operands || n > c->max_operands) {
        complain(ctl->lang, TEXT_OPERANDS, c->usage);
        return false;
    }
    ctl->n_operands = n;
    for (int i = 0; i < n; i++)
        ctl->operands[i] = operands[i];
    return true;
}

/* False, and said why, if -c names a file that says nothing of a database. */
static bool find_database(const struct ctl *ctl, struct settings *ret)
{
    const char *path = ctl->given[OPTION_CONFIG];

    *ret = (struct settings){0};
    if (path == NULL)
        return true;
    if (!settings_read(path, ctl->lang, ret))
        return false;
    if (ret->database != NULL)
        return true;
    complain(ctl->lang, TEXT_CONFIG_NO_DATABASE, path);
    settings_finish(ret);
    return false;
}

static int check_replay(const struct ctl *ctl)
{
    PGresult *r = db_query(ctl->db, "SELECT replay FROM vekha.centre", 0, NULL);
    bool replay;

    if (r == NULL)
        return db_exit(ctl->db);
    replay = PQntuples(r) == 1 && strcmp(PQgetvalue(r, 0, 0), "t") == 0;
    PQclear(r);
    if (replay)
        return CTL_DONE;
    complain(ctl->lang, TEXT_NOT_A_REPLAY);
    return CTL_USAGE;
}

/* A past time may be played only where the centre was made for it. */
static int set_clock(const struct ctl *ctl)
{
    const char *now = ctl->given[OPTION_NOW];

    if (now == NULL)
        return CTL_DONE;
    if (!clock_start_at(now)) {
        complain(ctl->lang, TEXT_BAD_NOW, now);
        return CTL_USAGE;
    }
    return ctl->given[OPTION_REPLAY] != NULL ? CTL_DONE : check_replay(ctl);
}

/* An answer that nobody could read was not given. */
static int check_output(const struct ctl *ctl, int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    complain(ctl->lang, TEXT_CANNOT_WRITE, "stdout", fault_text(errno, ctl->lang));
    return code == CTL_DONE ? CTL_REFUSED : code;
}

static bool needs_database(const struct ctl *ctl, const struct command *c)
{
    for (int i = 0; i < OPTION_COUNT; i++)
        if (ctl->given[i] != NULL && (c->instead & OPTION_BIT(i)) != 0)
            return false;
    return !c->alone;
}

static int run(struct ctl *ctl, const struct command *c)
{
    struct settings settings;
    int code = CTL_NO_DATABASE;

    if (!needs_database(ctl, c))
        return check_output(ctl, c->fn(ctl));
    if (!find_database(ctl, &settings))
        return CTL_USAGE;
    ctl->db = db_open(settings.database, ctl->lang);
    settings_finish(&settings);
    if (ctl->db != NULL)
        code = set_clock(ctl);
    if (ctl->db != NULL && code == CTL_DONE)
        code = check_output(ctl, c->fn(ctl));
    db_free(ctl->db);
    return code;
}

int main(int argc, char **argv)
{
    struct ctl ctl = {.lang = lang_of_environment()};
    const struct command *c;
    int words = 0;

    if (!read_options(&ctl, argc, argv) || !read_lang(&ctl))
        return CTL_USAGE;
    ctl.colour = terminal_colour(stdout);
    if (ctl.given[OPTION_VERSION] != NULL) {
        printf("vekhactl %s\n", VEKHA_VERSION);
        return CTL_DONE;
    }
    c = commands_find(argc - optind, argv + optind, &words);
    if (c == NULL && (ctl.given[OPTION_HELP] != NULL || optind == argc)) {
        print_list(ctl.lang);
        return ctl.given[OPTION_HELP] != NULL ? CTL_DONE : CTL_USAGE;
    }
    if (c == NULL) {
        complain_of_words(ctl.lang, argv[optind]);
        return CTL_USAGE;
    }
    if (ctl.given[OPTION_HELP] != NULL) {
        print_help(c, ctl.lang);
        return CTL_DONE;
    }
    if (!check_call(&ctl, c, argc - optind - words, argv + optind + words))
        return CTL_USAGE;
    return run(&ctl, c);
}
