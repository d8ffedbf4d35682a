/* vekha-submit: a school's figures and narratives to the department, in a minute, never typed twice.  This file
 * only wires: options, configuration, spool, then the command. */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "fault.h"
#include "submit/commands.h"
#include "school/texts.h"

static const struct {
    int (*run)(struct work *w);
    enum { NEEDS_NOTHING, NEEDS_CONF, NEEDS_SPOOL } needs;
} commands[COMMANDS] = {
    [COMMAND_FIGURE] = {command_figure, NEEDS_SPOOL},
    [COMMAND_NARRATIVE] = {command_narrative, NEEDS_SPOOL},
    [COMMAND_SHEET] = {command_sheet, NEEDS_SPOOL},
    [COMMAND_SEND] = {command_send, NEEDS_SPOOL},
    [COMMAND_RESEND] = {command_resend, NEEDS_SPOOL},
    [COMMAND_LIST] = {command_list, NEEDS_SPOOL},
    [COMMAND_RECEIPT] = {command_receipt, NEEDS_SPOOL},
    [COMMAND_TEMPLATE] = {command_template, NEEDS_SPOOL},
    [COMMAND_DUE] = {command_due, NEEDS_SPOOL},
    [COMMAND_QUESTIONS] = {command_questions, NEEDS_CONF},
    [COMMAND_ANSWER] = {command_answer, NEEDS_SPOOL},
    [COMMAND_ENROL] = {command_enrol, NEEDS_NOTHING},
    [COMMAND_NEW_KEY] = {command_new_key, NEEDS_CONF},
};

static void tell_damaged(void *context, const char *name)
{
    const struct work *w = context;
    say_to(stderr, w->lang, SAY_SET_ASIDE, w->conf->spool, name);
}

/* A rehearsal needs no configuration, nor do the bare headings of a table. */
static bool may_lack_conf(const struct options *o)
{
    return (o->dry_run || o->command == COMMAND_TEMPLATE) && o->config == NULL;
}

static struct conf *read_conf(const struct options *o)
{
    char error[CONF_ERROR_MAX];
    char *path = o->config != NULL ? strdup(o->config) : conf_find();
    struct conf *c = NULL;
    if (path == NULL) {
        if (!may_lack_conf(o))
            say_to(stderr, o->lang, SAY_NO_CONF);
        return NULL;
    }
    c = conf_read(path, o->lang, error);
    if (c == NULL)
        fprintf(stderr, "%s\n", error);
    free(path);
    return c;
}

/* A wrong path is the user's to mend; a failing disk may work the next time. */
static int open_spool(struct work *w)
{
    w->spool = spool_open(w->conf->spool, NULL, tell_damaged, w);
    if (w->spool != NULL)
        return EXIT_DONE;
    bool disk = errno == EIO || errno == ENOSPC || errno == EDQUOT;
    say_to(stderr, w->lang, SAY_CANNOT_OPEN_SPOOL, w->conf->spool, fault_text(errno, w->lang));
    return disk ? EXIT_KEPT : EXIT_USAGE;
}

static int run(const struct options *o)
{
    struct work w = {.options = o, .lang = o->lang};
    struct conf *conf = NULL;
    int code = EXIT_USAGE;
    if (commands[o->command].needs >= NEEDS_CONF) {
        conf = read_conf(o);
        if (conf == NULL && !may_lack_conf(o))
            goto end;
        w.conf = conf;
        w.lang = conf != NULL && !o->lang_given ? conf->language : o->lang;
    }
    if (commands[o->command].needs == NEEDS_SPOOL && !o->dry_run && conf != NULL) {
        code = open_spool(&w);
        if (code != EXIT_DONE)
            goto end;
    }
    w.answer = answer_new(w.lang, o->json);
    if (w.answer != NULL) {
        code = commands[o->command].run(&w);
    } else {
        say_to(stderr, w.lang, SAY_NO_MEMORY);
        code = EXIT_USAGE;
    }
end:
    answer_free(w.answer);
    spool_close(w.spool);
    conf_free(conf);
    return code;
}

int main(int argc, char **argv)
{
    struct options o;
    setlocale(LC_CTYPE, "");
    signal(SIGPIPE, SIG_IGN); /* a closed pager must not stop the sending */
    if (sodium_init() < 0 || !options_parse(argc, argv, &o))
        return EXIT_USAGE;
    if (o.command == COMMAND_HELP) {
        options_help(stdout, o.lang);
        return EXIT_DONE;
    }
    if (o.command == COMMAND_VERSION) {
        puts(WORK_SOFTWARE);
        return EXIT_DONE;
    }
    if (o.now != NULL && !clock_start_at(o.now)) {
        say_to(stderr, o.lang, SAY_BAD_NOW, o.now);
        return EXIT_USAGE;
    }
    return run(&o);
}
