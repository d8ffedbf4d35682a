/* vekha-agent: sends by itself what a school queues or drops into a folder.  This file only wires: the command line, the
 * configuration, then the agent. */
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "folder/watchman.h"
#include "school/texts.h"

#ifndef VEKHA_VERSION
#define VEKHA_VERSION "unknown"
#endif

enum { DONE = 0, USAGE = 2, HELP_COLUMN = 23 };

struct options {
    const char *config, *now;
    bool once, status, json, help, version;
    bool lang_given;
    enum lang lang;
};

/* clang-format off */
static const struct row {
    const char *name, *argument; /* NULL: takes none */
    int letter;
    enum say help;
} rows[] = {
    {"config", "FILE", 'c', SAY_HELP_CONFIG},
    {"once", NULL, 'o', SAY_HELP_AGENT_ONCE},
    {"status", NULL, 's', SAY_HELP_AGENT_STATUS},
    {"json", NULL, 'j', SAY_HELP_JSON},
    {"lang", "ru|en", 'l', SAY_HELP_LANG},
    {"now", "T", 'n', SAY_HELP_NOW},
    {"help", NULL, 'h', SAY_HELP_HELP},
    {"version", NULL, 'V', SAY_HELP_VERSION},
};
/* clang-format on */

enum { ROWS = sizeof rows / sizeof *rows };

static bool complain(const struct options *o, enum say why, const char *what)
{
    say_to(stderr, o->lang, why, what);
    say_to(stderr, o->lang, SAY_AGENT_SEE_HELP);
    return false;
}

static bool take(struct options *o, int letter, const char *value, const char *word)
{
    switch (letter) {
    case 'c':
        o->config = value;
        return true;
    case 'n':
        o->now = value;
        return clock_start_at(value) || complain(o, SAY_BAD_NOW, value);
    case 'l':
        o->lang_given = lang_parse(value, &o->lang);
        return o->lang_given || complain(o, SAY_BAD_LANG, value);
    case 'o':
        o->once = true;
        return true;
    case 's':
        o->status = true;
        return true;
    case 'j':
        o->json = true;
        return true;
    case 'h':
        o->help = true;
        return true;
    case 'V':
        o->version = true;
        return true;
    default:
        return complain(o, letter == ':' ? SAY_OPTION_EMPTY : SAY_NO_SUCH_OPTION, word);
    }
}

static bool parse(int argc, char **argv, struct options *ret)
{
    struct option longs[ROWS + 1] = {{NULL, 0, NULL, 0}};
    int letter;
    *ret = (struct options){.lang = lang_of_environment()};
    for (size_t i = 0; i < ROWS; i++)
        longs[i] = (struct option){rows[i].name, rows[i].argument != NULL, NULL, rows[i].letter};
    opterr = 0;
    while ((letter = getopt_long(argc, argv, ":c:hV", longs, NULL)) != -1)
        if (!take(ret, letter, optarg, argv[optind - 1]))
            return false;
    if (optind < argc)
        return complain(ret, SAY_TOO_MANY_OPERANDS, argv[optind]);
    if (ret->json && !ret->status)
        return complain(ret, SAY_AGENT_JSON_OF_STATUS, "");
    return true;
}

static void help(enum lang lang)
{
    say_to(stdout, lang, SAY_HELP_AGENT_USAGE);
    for (size_t i = 0; i < ROWS; i++) {
        bool has_letter = strchr("chV", rows[i].letter) != NULL;
        char left[64], letter[8] = "    ";
        if (has_letter)
            snprintf(letter, sizeof letter, "-%c, ", rows[i].letter);
        snprintf(left, sizeof left, "%s--%s %s", letter, rows[i].name,
                 rows[i].argument != NULL ? rows[i].argument : "");
        printf("  %-*s  %s\n", HELP_COLUMN, left, say(rows[i].help, lang));
    }
    say_to(stdout, lang, SAY_HELP_AGENT_EXAMPLES);
}

static struct conf *read_conf(const struct options *o)
{
    char error[CONF_ERROR_MAX];
    char *path = o->config != NULL ? strdup(o->config) : conf_find();
    if (path == NULL) {
        say_to(stderr, o->lang, SAY_NO_CONF);
        return NULL;
    }
    struct conf *c = conf_read(path, o->lang, error);
    if (c == NULL)
        fprintf(stderr, "%s\n", error);
    free(path);
    return c;
}

static int run(const struct options *o)
{
    struct conf *c = read_conf(o);
    if (c == NULL)
        return USAGE;
    const struct watchman_job job = {c, o->lang_given ? o->lang : c->language, o->once};
    int code = o->status ? watchman_status(c, job.lang, o->json) : watchman_run(&job);
    conf_free(c);
    return code;
}

int main(int argc, char **argv)
{
    struct options o;
    setlocale(LC_CTYPE, "");
    signal(SIGPIPE, SIG_IGN);
    if (sodium_init() < 0 || !parse(argc, argv, &o))
        return USAGE;
    if (o.help) {
        help(o.lang);
        return DONE;
    }
    if (o.version) {
        puts("vekha-agent " VEKHA_VERSION);
        return DONE;
    }
    return run(&o);
}
