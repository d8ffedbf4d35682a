/* watchman: one loop of four steps: take, queue, send, settle.  Each does what it can and leaves the rest where it lies, on
 * the disk; so there is nothing to remember but when to try again. */
#include "folder/watchman.h"

#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/hearing.h"
#include "agent/inquiry.h"
#include "agent/monotonic.h"
#include "base/clock.h"
#include "fault.h"
#include "folder/backoff.h"
#include "folder/errand.h"
#include "folder/report.h"
#include "folder/state.h"
#include "folder/watch.h"
#include "moment.h"
#include "school/texts.h"
#include "spool/outcome.h"
#include "spool/sender.h"

#ifndef VEKHA_VERSION
#define VEKHA_VERSION "unknown"
#endif

#define SOFTWARE "vekha-agent " VEKHA_VERSION

enum {
    HEARING_WAIT_MS = 2000,
    ANSWER_MS = 20000, /* without an answer for so long the centre is taken for away */
    RUN_MS = 60000,    /* a long queue is sent in runs; between them the folder has its turn */
    CONTACT_MS =
        6 * 3600 * 1000, /* so often the catalogue is asked for where nothing is to be sent */
    FIRST_CONTACT_MS = 60 * 1000,
    CONTACT_WAIT_MS = 5000,
    CONTACT_MOST_MS = 60000,
    SETTLE_MS = RIPE_QUIET_MS + 100, /* a file that grows is looked at again */
    TIDY_MS = 3600 * 1000,
    US_PER_MS = 1000,
};

enum exit_code { DONE = 0, REFUSED = 1, USAGE = 2, KEPT = 75 };

static volatile sig_atomic_t stopped, nudged;

struct watchman {
    const struct watchman_job *job;
    struct spool *spool;
    struct folder *folder; /* NULL: none is watched */
    struct watch *watch;
    struct errands errands;
    int lock;
    struct state state, saved;
    char disk[STATE_TROUBLE_MAX],
        line[STATE_TROUBLE_MAX]; /* what is wrong here, and there; "": nothing */
    bool met;                    /* something was wrong here in this round */
    bool refused;                /* some file was, in this run */
    unsigned failures;           /* of sending, one after the other */
    bool stubborn;               /* the last was one that no trying again mends */
    size_t left;                 /* submissions that the last try left */
    int64_t try_at;              /* monotonic_ms(): not sooner is sending tried; 0: at once */
    int64_t contact_at;          /* when the catalogue is asked for */
    int64_t tidy_at;             /* when the spool is tidied */
    int64_t run_until;           /* of this run of the sender */
    sigset_t open_mask;          /* what is let through while it waits */
};

/* --- signals --- */

static void on_signal(int number)
{
    if (number == SIGHUP)
        nudged = 1;
    else
        stopped = 1;
}

/* They come only while the agent waits, so none is missed between a look at the flag and the wait. */
static void catch_signals(struct watchman *a)
{
    static const int caught[] = {SIGTERM, SIGINT, SIGHUP};
    const struct sigaction action = {.sa_handler = on_signal};
    sigset_t blocked;
    sigemptyset(&blocked);
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) {
        sigaction(caught[i], &action, NULL);
        sigaddset(&blocked, caught[i]);
    }
    sigprocmask(SIG_BLOCK, &blocked, &a->open_mask);
}

/* Lets those through that came meanwhile. */
static bool is_stopped(const struct watchman *a)
{
    sigset_t blocked;
    sigprocmask(SIG_SETMASK, &a->open_mask, &blocked);
    sigprocmask(SIG_SETMASK, &blocked, NULL);
    return stopped != 0;
}

/* --- what is told --- */

static void tell_name(enum say what, enum lang lang, const char *name)
{
    say_to(stdout, lang, what, name);
    fflush(stdout);
}

static void on_taken(void *context, const char *name)
{
    const struct watchman *a = context;
    tell_name(SAY_AGENT_TAKEN, a->job->lang, name);
}

static void on_settled(void *context, const char *name, enum folder_shelf shelf)
{
    struct watchman *a = context;
    bool accepted = shelf == FOLDER_ACCEPTED;
    a->refused = a->refused || !accepted;
    tell_name(accepted ? SAY_AGENT_ACCEPTED : SAY_AGENT_REFUSED, a->job->lang, name);
}

static void tell_damaged(void *context, const char *name)
{
    const struct watchman_job *job = context;
    say_to(stderr, job->lang, SAY_SET_ASIDE, job->conf->spool, name);
}

/* A trouble is told when it comes, not every time that it is met. */
static void set_trouble(char *trouble, const char *text)
{
    if (strcmp(trouble, text) == 0)
        return;
    snprintf(trouble, STATE_TROUBLE_MAX, "%s", text);
    if (*text != '\0')
        fprintf(stderr, "%s\n", text);
}

static void set_fault(struct watchman *a, enum say what, const char *where)
{
    char text[STATE_TROUBLE_MAX];
    snprintf(text, sizeof text, say(what, a->job->lang), where, fault_text(errno, a->job->lang));
    a->met = true;
    set_trouble(a->disk, text);
}

/* The state on the disk is for a look at it; where it cannot be written the work goes on. */
static void save_state(struct watchman *a)
{
    const char *trouble = *a->disk != '\0' ? a->disk : a->line;
    memcpy(a->state.trouble, trouble, sizeof a->state.trouble);
    if (!state_equal(&a->state, &a->saved) && state_save(a->job->conf->spool, &a->state))
        a->saved = a->state;
}

/* --- the steps --- */

static void take(struct watchman *a)
{
    if (a->folder == NULL)
        return;
    if (!folder_take(a->folder, clock_now_us(), monotonic_ms()))
        set_fault(a, SAY_CANNOT_READ, a->job->conf->folder);
    const struct folder_unripe *u = folder_unripe(a->folder);
    a->state.unripe = u != NULL ? *u : (struct folder_unripe){.growing = 0};
}

static void queue(struct watchman *a)
{
    if (a->folder != NULL && errands_begin(&a->errands) == ERRAND_FAILED)
        set_fault(a, SAY_SPOOL_DISK, a->job->conf->spool);
}

static void settle(struct watchman *a)
{
    if (a->folder != NULL && errands_settle(&a->errands) == ERRAND_FAILED)
        set_fault(a, SAY_CANNOT_WRITE, a->job->conf->folder);
}

static size_t count(struct spool *s, enum spool_folder folder)
{
    struct uuid *ids;
    size_t n;
    if (!spool_list(s, folder, &ids, &n))
        return 0;
    free(ids);
    return n;
}

static size_t count_queued(const struct watchman *a)
{
    return count(a->spool, SPOOL_NEW);
}

/* --- sending --- */

static bool interrupted(void *context)
{
    const struct watchman *a = context;
    return is_stopped(a) || monotonic_ms() >= a->run_until;
}

/* What the department asks lies in the folder until it is answered; where the centre does not say, what lay there stays. */
static void lay_questions(struct watchman *a, const struct hearing *h)
{
    const struct question *questions;
    const struct conf *conf = a->job->conf;
    char *text = NULL;
    size_t len = 0, n = hearing_questions(h, &questions);
    if (n > 0)
        text = report_questions(h, conf->organisation, a->job->lang, &len);
    if ((n == 0 || text != NULL) && !folder_lay_questions(a->folder, a->job->lang, text, len))
        set_fault(a, SAY_CANNOT_WRITE, conf->folder);
    free(text);
}

static void refresh(void *context, struct connection *c)
{
    struct watchman *a = context;
    struct hearing *h = a->folder != NULL ? hearing_new() : NULL;
    (void)inquiry_refresh(c, a->job->conf->spool);
    if (h != NULL && hearing_over(h, c, SOFTWARE, HEARING_WAIT_MS) == TALK_DONE)
        lay_questions(a, h);
    hearing_free(h);
}

static void on_progress(void *context, size_t answered, size_t all)
{
    struct watchman *a = context;
    (void)answered;
    (void)all;
    a->state.contact_us = clock_now_us();
}

/* Ends that no trying again mends: somebody has to act, and the centre is not to be asked every minute. */
static bool is_stubborn(enum sender_end end)
{
    return end == SENDER_KEY_REFUSED || end == SENDER_REVOKED || end == SENDER_VERSION ||
           end == SENDER_REFUSED || end == SENDER_HELD;
}

static void try_in(struct watchman *a, int64_t delay_ms)
{
    a->try_at = delay_ms > 0 ? monotonic_ms() + delay_ms : 0;
    a->state.next_us = delay_ms > 0 ? clock_now_us() + delay_ms * US_PER_MS : 0;
}

static void after_sending(struct watchman *a, const struct sender_outcome *o)
{
    char text[STATE_TROUBLE_MAX];
    enum say why = outcome_say(o);
    snprintf(a->state.endpoint, sizeof a->state.endpoint, "%s", o->endpoint);
    a->left = o->left;
    a->stubborn = is_stubborn(o->end);
    if (why == SAY_NOTHING) { /* done, or interrupted to go on at once */
        a->failures = 0;
        try_in(a, 0);
        set_trouble(a->line, "");
        a->contact_at = monotonic_ms() + CONTACT_MS;
        return;
    }
    a->failures = o->answered > 0 ? 1 : a->failures + 1;
    try_in(a, backoff_ms(a->failures, a->stubborn, randombytes_random()));
    snprintf(text, sizeof text, say(why, a->job->lang), outcome_what(o, a->job->lang));
    set_trouble(a->line, text);
}

static void send_queue(struct watchman *a)
{
    const struct sender_hooks hooks = {
        .progress = on_progress, .interrupted = interrupted, .context = a};
    const struct sender_job job = {
        .conf = a->job->conf,
        .spool = a->spool,
        .software = SOFTWARE,
        .lang = a->job->lang,
        .wait_ms = ANSWER_MS,
        .hooks = &hooks,
        .then = refresh,
        .then_context = a,
    };
    struct sender_outcome o;
    a->run_until = monotonic_ms() + RUN_MS;
    sender_run(&job, &o);
    after_sending(a, &o);
    spool_unlock_sender(a->spool);
}

/* Where nothing is to be sent the catalogue is asked for now and then: what is owed must be known without a line, too. */
static void keep_contact(struct watchman *a)
{
    if (a->job->once || monotonic_ms() < a->contact_at)
        return;
    a->contact_at = monotonic_ms() + CONTACT_MS + randombytes_uniform(CONTACT_MS / 4);
    struct hearing *h = a->folder != NULL ? hearing_new() : NULL;
    if (inquiry_run(a->job->conf, CONTACT_WAIT_MS, CONTACT_MOST_MS) == INQUIRY_DONE)
        a->state.contact_us = clock_now_us();
    if (h != NULL && hearing_run(h, a->job->conf, SOFTWARE, CONTACT_WAIT_MS) == TALK_DONE)
        lay_questions(a, h);
    hearing_free(h);
}

static void tidy(struct watchman *a)
{
    if (monotonic_ms() >= a->tidy_at) {
        a->tidy_at = monotonic_ms() + TIDY_MS;
        spool_tidy(a->spool);
    }
}

/* Whoever has just queued something looks whether it goes, so it is tried at once. */
static bool is_time_to_send(const struct watchman *a, size_t queued)
{
    return queued > 0 && (monotonic_ms() >= a->try_at || (queued > a->left && !a->stubborn));
}

/* One round.  True if there is more to do at once. */
static bool work(struct watchman *a)
{
    a->met = false;
    take(a);
    queue(a);
    save_state(a); /* sending may take its time */
    size_t before = count_queued(a);
    if (is_time_to_send(a, before))
        send_queue(a);
    else if (before == 0)
        keep_contact(a);
    settle(a);
    tidy(a);
    if (!a->met)
        set_trouble(a->disk, "");
    save_state(a);
    return before > 0 && a->try_at == 0 && count_queued(a) > 0;
}

/* --- waiting --- */

static int wait_ms(const struct watchman *a)
{
    int64_t wait = a->state.unripe.growing > 0 ? SETTLE_MS : WATCH_LOOK_MS;
    int64_t left = a->try_at != 0 ? a->try_at - monotonic_ms() : wait;
    left = left < 0 ? 0 : left;
    return (int)(left < wait ? left : wait);
}

static void wait_for_work(struct watchman *a)
{
    watch_wait(a->watch, wait_ms(a), &a->open_mask);
    if (nudged) {
        nudged = 0;
        try_in(a, 0);
    }
}

static bool is_waiting(const struct watchman *a)
{
    size_t files = 0;
    return count_queued(a) > 0 || a->state.unripe.open > 0 ||
           (a->folder != NULL && (!errands_count(&a->errands, &files) || files > 0)) ||
           *a->disk != '\0';
}

static void run_on(struct watchman *a)
{
    while (!is_stopped(a))
        if (!work(a))
            wait_for_work(a);
    say_to(stdout, a->job->lang, SAY_AGENT_STOPS);
}

/* Files need a moment to show that they are complete. */
static void run_once(struct watchman *a)
{
    while (!is_stopped(a) && (work(a) || a->state.unripe.growing > 0))
        if (a->state.unripe.growing > 0)
            wait_for_work(a);
}

/* --- life --- */

static int complain_folder(const struct watchman_job *job)
{
    say_to(stderr, job->lang, SAY_AGENT_NO_FOLDER, job->conf->folder, fault_text(errno, job->lang),
           job->conf->path);
    return USAGE;
}

static int complain_spool(const struct watchman_job *job)
{
    bool disk = errno == EIO || errno == ENOSPC || errno == EDQUOT;
    say_to(stderr, job->lang, SAY_CANNOT_OPEN_SPOOL, job->conf->spool,
           fault_text(errno, job->lang));
    return disk ? KEPT : USAGE;
}

static bool watch_new_of_spool(struct watchman *a)
{
    char *path;
    bool done = asprintf(&path, "%s/new", a->job->conf->spool) >= 0;
    if (done) {
        done = watch_add(a->watch, path);
        free(path);
    }
    return done;
}

/* Gets hold of all that is needed; the exit code if something is missing. */
static int open_all(struct watchman *a)
{
    const struct conf *conf = a->job->conf;
    a->spool = spool_open(conf->spool, NULL, tell_damaged, (void *)a->job);
    if (a->spool == NULL)
        return complain_spool(a->job);
    a->lock = state_lock(conf->spool);
    if (a->lock < 0 && errno == EWOULDBLOCK) {
        say_to(stderr, a->job->lang, SAY_AGENT_RUNS_ALREADY, conf->spool);
        return KEPT;
    }
    a->errands.dockets = docket_folder(conf->spool);
    a->watch = watch_new();
    if (a->lock < 0 || a->errands.dockets < 0 || a->watch == NULL || !watch_new_of_spool(a))
        return complain_spool(a->job);
    docket_tidy(a->errands.dockets);
    if (conf->folder == NULL)
        return DONE;
    a->folder = folder_open(conf->folder);
    return a->folder != NULL && watch_add(a->watch, conf->folder) ? DONE : complain_folder(a->job);
}

static void close_all(struct watchman *a)
{
    watch_free(a->watch);
    folder_close(a->folder);
    if (a->errands.dockets >= 0)
        close(a->errands.dockets);
    spool_close(a->spool);
    if (a->lock >= 0)
        close(a->lock);
}

/* What an earlier agent knew of the centre is still so. */
static void begin_state(struct watchman *a)
{
    if (state_load(a->job->conf->spool, &a->state))
        a->state = (struct state){.contact_us = a->state.contact_us};
    a->state.since_us = clock_now_us();
    snprintf(a->state.endpoint, sizeof a->state.endpoint, "%s", a->job->conf->centres[0].endpoint);
}

static void begin(struct watchman *a)
{
    const struct conf *conf = a->job->conf;
    a->errands = (struct errands){
        .conf = conf,
        .spool = a->spool,
        .folder = a->folder,
        .dockets = a->errands.dockets,
        .lang = a->job->lang,
        .taken = on_taken,
        .settled = on_settled,
        .context = a,
    };
    begin_state(a);
    a->contact_at = monotonic_ms() + randombytes_uniform(FIRST_CONTACT_MS);
    if (conf->folder != NULL)
        tell_name(SAY_AGENT_WATCHES, a->job->lang, conf->folder);
    else
        tell_name(SAY_AGENT_ONLY_SENDS, a->job->lang, "");
}

int watchman_run(const struct watchman_job *job)
{
    struct watchman a = {.job = job, .lock = -1, .errands = {.dockets = -1}};
    catch_signals(&a);
    int code = open_all(&a);
    if (code == DONE) {
        begin(&a);
        if (job->once)
            run_once(&a);
        else
            run_on(&a);
        if (job->once)
            code = a.refused ? REFUSED : is_waiting(&a) ? KEPT : DONE;
    }
    close_all(&a);
    return code;
}

/* --- how things stand --- */

static size_t count_dockets(const char *spool)
{
    int fd = docket_folder(spool);
    struct uuid *ids;
    size_t n = 0;
    if (fd >= 0 && docket_list(fd, &ids, &n))
        free(ids);
    if (fd >= 0)
        close(fd);
    return n;
}

int watchman_status(const struct conf *conf, enum lang lang, bool json)
{
    const struct watchman_job job = {.conf = conf, .lang = lang};
    struct spool *s = spool_open(conf->spool, NULL, tell_damaged, (void *)&job);
    struct state state;
    if (s == NULL)
        return complain_spool(&job);
    const struct state_view v = {
        .state = state_load(conf->spool, &state) ? &state : NULL,
        .runs = state_is_running(conf->spool),
        .spool = conf->spool,
        .folder = conf->folder,
        .queued = count(s, SPOOL_NEW),
        .files = count_dockets(conf->spool),
        .damaged = count(s, SPOOL_BAD),
    };
    spool_close(s);
    if (!json)
        state_print(&v, lang, stdout);
    else if (!state_print_json(&v, stdout))
        return REFUSED;
    return v.queued + v.files > 0 ? KEPT : DONE;
}
