/* template: --template: a table to fill in, on stdout or in a new file. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/durable.h"
#include "fault.h"
#include "school/texts.h"
#include "submit/commands.h"
#include "template/template.h"

/* Without anything known: only the headings. */
static bool print_bare(const struct work *w)
{
    fputs("\xEF\xBB\xBF", stdout); /* without it Excel takes UTF-8 for cp1251 */
    for (int f = 0; f < FIELD_PROJECT; f++)
        printf("%s%s", f > 0 ? ";" : "", reading_field_name((enum field)f, w->lang));
    fputs("\r\n", stdout);
    return fflush(stdout) == 0;
}

static bool is_workbook(const char *path)
{
    const char *ending = strrchr(path, '.');
    return ending != NULL && strcasecmp(ending, ".xlsx") == 0;
}

static bool write_csv(const struct template *t, const char *path)
{
    FILE *out = fopen(path, "wbex");
    if (out == NULL)
        return false;
    bool done = template_csv(t, out) && fsync(fileno(out)) == 0;
    int saved = errno;
    done = fclose(out) == 0 && done;
    errno = saved;
    return done;
}

/* Under another name first: what is found under its own is whole, and nothing that was there is replaced. */
static bool write_file(const struct template *t, const char *path)
{
    char *fresh;
    if (access(path, F_OK) == 0) {
        errno = EEXIST;
        return false;
    }
    if (asprintf(&fresh, "%s.new", path) < 0)
        return false;
    unlink(fresh);
    bool done = is_workbook(path) ? template_workbook(t, fresh) : write_csv(t, fresh);
    done = done && rename(fresh, path) == 0 && durable_sync_name(path);
    int saved = errno;
    unlink(fresh);
    free(fresh);
    errno = saved;
    return done;
}

static int tell_written(const struct work *w, const struct template *t)
{
    char rows[32];
    snprintf(rows, sizeof rows, "%zu", template_rows(t));
    say_to(stdout, w->lang, SAY_TEMPLATE_WRITTEN, w->options->file, rows);
    return EXIT_DONE;
}

static int put(const struct work *w, const struct template *t)
{
    const char *path = w->options->file;
    if (path == NULL)
        return template_csv(t, stdout) ? EXIT_DONE : EXIT_REFUSED;
    if (write_file(t, path))
        return tell_written(w, t);
    say_to(stderr, w->lang, SAY_CANNOT_WRITE, path, fault_text(errno, w->lang));
    return EXIT_USAGE;
}

static int complain(const struct work *w, enum template_error error)
{
    const char *org = w->options->fields[FIELD_ORGANISATION];
    if (error == TEMPLATE_NO_ORGANISATION)
        say_to(stderr, w->lang, SAY_TEMPLATE_NO_ORGANISATION, org);
    else if (error == TEMPLATE_TOO_LONG)
        say_to(stderr, w->lang, SAY_TEMPLATE_TOO_LONG);
    else
        say_to(stderr, w->lang, SAY_NO_MEMORY);
    return EXIT_REFUSED;
}

static bool read_period(const struct work *w, period_t *ret)
{
    const char *text = w->options->fields[FIELD_PERIOD];
    *ret = PERIOD_NONE;
    if (text == NULL || period_parse(text, strlen(text), ret))
        return true;
    say_to(stderr, w->lang, SAY_BAD_PERIOD, text);
    return false;
}

int command_template(struct work *w)
{
    struct part *p = w->conf != NULL ? work_part(w) : NULL;
    struct template_job job = {
        .part = p,
        .organisation = w->options->fields[FIELD_ORGANISATION],
        .lang = w->lang,
        .now_us = clock_now_us(),
    };
    struct template *t = NULL;
    int code = EXIT_USAGE;
    if (!read_period(w, &job.period))
        goto end;
    if (p == NULL) {
        say_to(stderr, w->lang, SAY_TEMPLATE_BARE);
        code = w->options->file == NULL && print_bare(w) ? EXIT_DONE : EXIT_KEPT;
        goto end;
    }
    enum template_error error = template_new(&job, &t);
    code = error == TEMPLATE_OK ? put(w, t) : complain(w, error);
end:
    template_free(t);
    part_free(p);
    return code;
}
