/* transfer: see transfer.h.  libcurl is never called from within one of its own callbacks. */
#include "notify/transfer.h"

#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <sys/socket.h>
#include <utlist.h>

#include "log.h"

enum {
    CONNECT_TIMEOUT_S = 15,
    STUCK_MS = 900, /* libcurl does not come back to the loop: it looks up once a second then */
};

struct transfer {
    struct transfer *prev, *next;
    struct transfers *all;
    CURL *easy;
    curl_socket_t fd; /* that it is busy with; CURL_SOCKET_BAD */
    transfer_done_fn *done;
    transfer_drop_fn *drop;
    void *arg;
    char error[CURL_ERROR_SIZE];
};

struct transfers {
    struct event_base *base;
    CURLM *multi; /* NULL: memory was short; made when a transfer begins */
    struct event *timer;
    int64_t entered_ms; /* when libcurl was called last */
    struct transfer *list;
};

static int64_t monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void transfer_free(struct transfer *t)
{
    curl_multi_remove_handle(t->all->multi, t->easy);
    curl_easy_cleanup(t->easy);
    free(t);
}

/* If a handle is taken away amid a letter, libcurl tells the mail server that the letter ends there; on a line that is cut it tells
   nothing. */
static void cut_off(struct transfer *t)
{
    if (t->fd != CURL_SOCKET_BAD)
        shutdown(t->fd, SHUT_RDWR);
    curl_multi_remove_handle(t->all->multi, t->easy);
}

/* --- the loop --- */

static void finish(struct transfer *t, CURLcode code)
{
    struct transfer_result result = {
        .code = code,
        .error = code == CURLE_OK ? ""
                 : t->error[0]    ? t->error
                                  : curl_easy_strerror(code),
    };
    curl_off_t retry_after = 0;

    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &result.response);
    curl_easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &retry_after);
    result.retry_after_s = retry_after > 0 ? retry_after : 0;
    t->done(t->arg, &result);
    transfer_free(t);
}

static void collect(struct transfers *all)
{
    CURLMsg *msg;
    int rest;

    while ((msg = curl_multi_info_read(all->multi, &rest))) {
        struct transfer *t = NULL;
        CURLcode code = msg->data.result;

        if (msg->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, (char **)&t);
        DL_DELETE(all->list, t);
        finish(t, code);
    }
}

static bool open_multi(struct transfers *all);

/* libcurl 7.88 loses count of who uses a socket if memory is refused there, and divides by zero at the next use.  So all that is under
   way has failed, and is tried again by a new handle. */
static void start_anew(struct transfers *all)
{
    struct transfer *failed = all->list, *t, *next;

    all->list = NULL;
    DL_FOREACH (failed, t)
        cut_off(t);
    curl_multi_cleanup(all->multi);
    evtimer_del(all->timer);
    if (!open_multi(all))
        log_error("transfer: no handle: out of memory");
    DL_FOREACH_SAFE (failed, t, next) {
        DL_DELETE(failed, t);
        finish(t, CURLE_OUT_OF_MEMORY);
    }
}

/* After a refusal libcurl says QUIT and, for all its being asynchronous, waits for the answer, for
 * two minutes if need be.  Not zero: give it up. */
static int on_progress(void *arg, curl_off_t to_get, curl_off_t got, curl_off_t to_put,
                       curl_off_t put)
{
    const struct transfers *all = arg;

    (void)to_get;
    (void)got;
    (void)to_put;
    (void)put;
    return monotonic_ms() - all->entered_ms >= STUCK_MS;
}

static void act(struct transfers *all, curl_socket_t fd, int action)
{
    CURLMcode code;
    int running;

    all->entered_ms = monotonic_ms();
    code = curl_multi_socket_action(all->multi, fd, action, &running);
    collect(all);
    if (code != CURLM_OK)
        start_anew(all);
}

static void on_socket(evutil_socket_t fd, short what, void *arg)
{
    int action = (what & EV_READ ? CURL_CSELECT_IN : 0) | (what & EV_WRITE ? CURL_CSELECT_OUT : 0);

    act(arg, fd, action);
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    act(arg, CURL_SOCKET_TIMEOUT, 0);
}

static void note_socket(struct transfers *all, CURL *easy, curl_socket_t fd, bool gone)
{
    struct transfer *t;

    DL_FOREACH (all->list, t)
        if (gone && t->fd == fd)
            t->fd = CURL_SOCKET_BAD;
        else if (!gone && t->easy == easy)
            t->fd = fd;
}

/* libcurl's wish for a socket; socketp is the event that we assigned to it. */
static int want_socket(CURL *easy, curl_socket_t fd, int wish, void *arg, void *socketp)
{
    struct transfers *all = arg;
    struct event *event = socketp;
    int what =
        EV_PERSIST | (wish & CURL_POLL_IN ? EV_READ : 0) | (wish & CURL_POLL_OUT ? EV_WRITE : 0);

    note_socket(all, easy, fd, wish == CURL_POLL_REMOVE);
    if (event)
        event_free(event);
    event = wish == CURL_POLL_REMOVE ? NULL : event_new(all->base, fd, (short)what, on_socket, all);
    if (event && event_add(event, NULL) != 0)
        log_error("transfer: no event: out of memory");
    curl_multi_assign(all->multi, fd, event);
    return 0;
}

static int want_timer(CURLM *multi, long ms, void *arg)
{
    struct transfers *all = arg;
    struct timeval tv = {.tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000};

    (void)multi;
    if (ms < 0)
        evtimer_del(all->timer);
    else if (evtimer_add(all->timer, &tv) != 0)
        log_error("transfer: no timer: out of memory");
    return 0;
}

static void watch(struct transfer *t, long timeout_s)
{
    curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
    curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->error);
    curl_easy_setopt(t->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(t->easy, CURLOPT_QUICK_EXIT, 1L); /* else giving up waits for a name server */
    curl_easy_setopt(t->easy, CURLOPT_TIMEOUT, timeout_s);
    curl_easy_setopt(t->easy, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT_S);
    curl_easy_setopt(t->easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(t->easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(t->easy, CURLOPT_XFERINFODATA, t->all);
}

bool transfers_begin(struct transfers *all, CURL *easy, long timeout_s, transfer_done_fn *done,
                     transfer_drop_fn *drop, void *arg)
{
    struct transfer *t = calloc(1, sizeof *t);

    if (!t) {
        curl_easy_cleanup(easy);
        return false;
    }
    *t = (struct transfer){
        .all = all, .easy = easy, .fd = CURL_SOCKET_BAD, .done = done, .drop = drop, .arg = arg};
    watch(t, timeout_s);
    all->entered_ms = monotonic_ms();
    if ((!all->multi && !open_multi(all)) || curl_multi_add_handle(all->multi, easy) != CURLM_OK) {
        transfer_free(t);
        return false;
    }
    DL_APPEND(all->list, t);
    return true;
}

/* --- the module --- */

static bool open_multi(struct transfers *all)
{
    all->multi = curl_multi_init();
    if (!all->multi)
        return false;
    curl_multi_setopt(all->multi, CURLMOPT_SOCKETFUNCTION, want_socket);
    curl_multi_setopt(all->multi, CURLMOPT_SOCKETDATA, all);
    curl_multi_setopt(all->multi, CURLMOPT_TIMERFUNCTION, want_timer);
    curl_multi_setopt(all->multi, CURLMOPT_TIMERDATA, all);
    return true;
}

struct transfers *transfers_new(struct event_base *base)
{
    struct transfers *all = calloc(1, sizeof *all);

    if (!all || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
        !(all->timer = evtimer_new(base, on_timer, all)) || !open_multi(all)) {
        transfers_free(all);
        return NULL;
    }
    all->base = base;
    return all;
}

void transfers_free(struct transfers *all)
{
    struct transfer *t, *next;

    if (!all)
        return;
    DL_FOREACH_SAFE (all->list, t, next) {
        t->drop(t->arg);
        cut_off(t);
        transfer_free(t);
    }
    if (all->multi)
        curl_multi_cleanup(all->multi);
    if (all->timer)
        event_free(all->timer);
    free(all);
}
