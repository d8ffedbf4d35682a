/* work: see work.h. */
#include "submit/work.h"

#include <errno.h>
#include <stdio.h>

#include "agent/inquiry.h"
#include "fault.h"
#include "school/texts.h"
#include "wire/form.h"

enum {
    KEPT_WAIT_MS = 3000, /* for the centre, where something is kept from before */
    MOST_TIMES = 30,     /* as long as --wait altogether: a district has many pages */
};

int work_complain_spool(const struct work *w, enum spool_error e)
{
    char limit[32];
    switch (e) {
    case SPOOL_FULL_FILES:
        snprintf(limit, sizeof limit, "%d", SPOOL_MAX_FILES);
        say_to(stderr, w->lang, SAY_SPOOL_FULL_FILES, w->conf->spool, limit);
        return EXIT_REFUSED;
    case SPOOL_FULL_BYTES:
        snprintf(limit, sizeof limit, "%d", SPOOL_MAX_BYTES / 1024 / 1024);
        say_to(stderr, w->lang, SAY_SPOOL_FULL_BYTES, w->conf->spool, limit);
        return EXIT_REFUSED;
    default:
        say_to(stderr, w->lang, SAY_SPOOL_DISK, w->conf->spool, fault_text(errno, w->lang));
        return EXIT_KEPT;
    }
}

bool work_check_author(const struct work *w)
{
    const char *author = w->options->author;
    if (author != NULL && !form_text_ok(TEXT_NAME, author)) {
        say_to(stderr, w->lang, SAY_BAD_AUTHOR, author);
        return false;
    }
    return true;
}

struct part *work_part(const struct work *w)
{
    struct part *p = part_open(w->conf->spool);
    int wait_ms = w->options->wait_ms;
    wait_ms = p != NULL && wait_ms > KEPT_WAIT_MS ? KEPT_WAIT_MS : wait_ms;
    if (wait_ms > 0 && inquiry_run(w->conf, wait_ms, MOST_TIMES * wait_ms) == INQUIRY_DONE) {
        part_free(p);
        p = part_open(w->conf->spool);
    }
    return p;
}
