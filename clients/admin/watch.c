/* watch: prints steps of alerts as they happen.  Print, then remember: whatever dies in between, the
 * last step may be printed twice and none is missed. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/bookmark.h"
#include "admin/commands.h"
#include "admin/feed.h"
#include "admin/step.h"
#include "admin/text.h"
#include "fault.h"

struct watcher {
    const struct ctl *ctl;
    const char *state; /* the file of the bookmark; NULL: none */
    struct bookmark after;
    int64_t left; /* steps; < 0: no end */
};

/* A whole number of an option that is given; *ret stays otherwise. */
static bool read_number(const struct ctl *ctl, enum ctl_option option, const char *name,
                        int64_t least, int64_t *ret)
{
    const char *given = ctl->given[option];
    char *end, from[24];

    if (given == NULL)
        return true;
    errno = 0;
    int64_t number = strtoll(given, &end, 10);
    if (given[0] != '\0' && given[strspn(given, "0123456789")] == '\0' && errno == 0 &&
        number >= least) {
        *ret = number;
        return true;
    }
    snprintf(from, sizeof from, "%lld", (long long)least);
    complain(ctl->lang, TEXT_WATCH_NUMBER, name, from, given);
    return false;
}

static bool read_state(struct watcher *w)
{
    if (w->state == NULL || bookmark_read(w->state, &w->after) != BOOKMARK_BAD)
        return true;
    if (errno == EINVAL)
        complain(w->ctl->lang, TEXT_WATCH_STATE, w->state);
    else
        complain(w->ctl->lang, TEXT_CANNOT_READ, w->state, fault_text(errno, w->ctl->lang));
    return false;
}

static bool check_agent(const struct ctl *ctl)
{
    static const struct {
        enum ctl_option option;
        const char *name;
    } of_database[] = {{OPTION_CONFIG, "config"}, {OPTION_NOW, "now"}};

    for (size_t i = 0; i < sizeof of_database / sizeof *of_database; i++)
        if (ctl->given[OPTION_AGENT] != NULL && ctl->given[of_database[i].option] != NULL) {
            complain(ctl->lang, TEXT_WATCH_NOT_WITH_AGENT, of_database[i].name);
            return false;
        }
    return true;
}

static bool print_json(const struct alert_step *s)
{
    json_t *object = step_json(s);
    bool printed =
        object != NULL && json_dumpf(object, stdout, JSON_COMPACT) == 0 && putchar('\n') != EOF;

    json_decref(object);
    return printed;
}

/* True if it was taken: what stays in a buffer is lost with us. */
static bool print(const struct ctl *ctl, const struct alert_step *s)
{
    bool printed = true;

    if (ctl->given[OPTION_JSON] != NULL)
        printed = print_json(s);
    else
        step_print(ctl, s);
    if (printed && fflush(stdout) == 0 && !ferror(stdout))
        return true;
    complain(ctl->lang, TEXT_CANNOT_WRITE, "stdout", fault_text(errno, ctl->lang));
    return false;
}

static bool move_on(struct watcher *w, int64_t position, int64_t us)
{
    if (position <= w->after.position)
        return true;
    w->after = (struct bookmark){position, us};
    if (w->state == NULL || bookmark_write(w->state, &w->after))
        return true;
    complain(w->ctl->lang, TEXT_CANNOT_WRITE, w->state, fault_text(errno, w->ctl->lang));
    return false;
}

static bool take(struct watcher *w, const struct steps *steps)
{
    for (size_t i = 0; i < steps->n_steps && w->left != 0; i++) {
        const struct alert_step *s = &steps->steps[i];
        if (s->position <= w->after.position)
            continue;
        if (!print(w->ctl, s) || !move_on(w, s->position, s->at_us))
            return false;
        w->left -= w->left > 0;
    }
    return w->left == 0 || move_on(w, steps->position, steps->position_us);
}

static int watch(struct watcher *w, struct feed *feed)
{
    struct steps steps;
    int code = CTL_DONE;

    while (code == CTL_DONE && w->left != 0) {
        code = feed->next(feed, &w->after, &steps);
        if (code == CTL_DONE && !take(w, &steps))
            code = CTL_REFUSED;
    }
    return code;
}

int watch_run(struct ctl *ctl)
{
    const char *agent = ctl->given[OPTION_AGENT];
    struct watcher w = {ctl, ctl->given[OPTION_STATE], {FEED_FROM_NOW, 0}, -1};
    struct feed *feed;
    int code;

    if (!check_agent(ctl) || !read_number(ctl, OPTION_AFTER, "after", 0, &w.after.position) ||
        !read_number(ctl, OPTION_HOW_MANY, "count", 1, &w.left) || !read_state(&w))
        return CTL_USAGE;
    feed = agent != NULL ? feed_of_agent(ctl, agent) : feed_of_database(ctl);
    if (feed == NULL)
        return CTL_USAGE;
    code = watch(&w, feed);
    feed->free(feed);
    return code;
}
