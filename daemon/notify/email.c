/* email: see email.h.  libcurl says which sockets and which timeout it wants watched, libevent
 * watches them; libcurl is never called from within one of its own callbacks. */
#include "notify/email.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <curl/curl.h>
#include <utlist.h>

#include "base/str.h"
#include "log.h"
#include "notify/header.h"
#include "notify/mime.h"

enum {
    HEADER_MAX = 4000,
    BODY_MAX = 64 * 1024,
    CONNECT_TIMEOUT_S = 15,
    STUCK_MS = 900, /* libcurl does not come back to the loop: it looks up once a second then */
};

struct sending {
    struct sending *prev, *next;
    struct mailer *mailer;
    CURL *easy;
    struct curl_slist *recipients;
    struct str message;
    size_t given; /* bytes of it that libcurl has */
    char *from;
    bool failed; /* out of memory, or a field that cannot be sent */
    const char *refusal;
    email_done_fn *done;
    void *arg;
    char error[CURL_ERROR_SIZE];
};

struct mailer {
    struct event_base *base;
    CURLM *multi;
    struct event *timer, *refusals;
    char *server;
    long timeout_s;
    int64_t entered_ms; /* when libcurl was called last */
    struct sending *sendings;
};

static int64_t monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void sending_free(struct sending *s)
{
    if (!s)
        return;
    if (s->easy)
        curl_multi_remove_handle(s->mailer->multi, s->easy);
    curl_easy_cleanup(s->easy);
    curl_slist_free_all(s->recipients);
    str_finish(&s->message);
    free(s->from);
    free(s);
}

static void finish(struct sending *s, enum email_outcome outcome, const char *error)
{
    DL_DELETE(s->mailer->sendings, s);
    s->done(s->arg, outcome, error);
    sending_free(s);
}

/* --- the loop --- */

/* 55x: the mailbox or the content is refused for good.  Other 5xx speak of the conversation. */
static enum email_outcome outcome_of(CURL *easy, CURLcode code)
{
    long response = 0;

    if (code == CURLE_OK)
        return EMAIL_SENT;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &response);
    return code != CURLE_OPERATION_TIMEDOUT && response >= 550 && response <= 559 ? EMAIL_REFUSED
                                                                                  : EMAIL_FAILED;
}

static void collect(struct mailer *m)
{
    CURLMsg *msg;
    int rest;

    while ((msg = curl_multi_info_read(m->multi, &rest))) {
        struct sending *s = NULL;
        CURLcode code = msg->data.result;
        enum email_outcome outcome = outcome_of(msg->easy_handle, code);

        if (msg->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, (char **)&s);
        finish(s, outcome,
               outcome == EMAIL_SENT ? "" : (s->error[0] ? s->error : curl_easy_strerror(code)));
    }
}

/* After a refusal libcurl says QUIT and, for all its being asynchronous, waits for the answer, for
 * two minutes if need be.  Not zero: give it up. */
static int on_progress(void *arg, curl_off_t to_get, curl_off_t got, curl_off_t to_put,
                       curl_off_t put)
{
    const struct mailer *m = arg;

    (void)to_get;
    (void)got;
    (void)to_put;
    (void)put;
    return monotonic_ms() - m->entered_ms >= STUCK_MS;
}

static void act(struct mailer *m, curl_socket_t fd, int action)
{
    int running;

    m->entered_ms = monotonic_ms();
    curl_multi_socket_action(m->multi, fd, action, &running);
    collect(m);
}

static void on_socket(evutil_socket_t fd, short what, void *arg)
{
    struct mailer *m = arg;
    int action = (what & EV_READ ? CURL_CSELECT_IN : 0) | (what & EV_WRITE ? CURL_CSELECT_OUT : 0);

    act(m, fd, action);
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    act(arg, CURL_SOCKET_TIMEOUT, 0);
}

/* libcurl's wish for a socket; socketp is the event that we assigned to it. */
static int want_socket(CURL *easy, curl_socket_t fd, int wish, void *arg, void *socketp)
{
    struct mailer *m = arg;
    struct event *event = socketp;
    int what =
        EV_PERSIST | (wish & CURL_POLL_IN ? EV_READ : 0) | (wish & CURL_POLL_OUT ? EV_WRITE : 0);

    (void)easy;
    if (event)
        event_free(event);
    event = wish == CURL_POLL_REMOVE ? NULL : event_new(m->base, fd, (short)what, on_socket, m);
    if (event && event_add(event, NULL) != 0)
        log_error("email: no event: out of memory");
    curl_multi_assign(m->multi, fd, event);
    return 0;
}

static int want_timer(CURLM *multi, long ms, void *arg)
{
    struct mailer *m = arg;
    struct timeval tv = {.tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000};

    (void)multi;
    if (ms < 0)
        evtimer_del(m->timer);
    else if (evtimer_add(m->timer, &tv) != 0)
        log_error("email: no timer: out of memory");
    return 0;
}

static void on_refusals(evutil_socket_t fd, short what, void *arg)
{
    struct mailer *m = arg;
    struct sending *s, *next;

    (void)fd;
    (void)what;
    DL_FOREACH_SAFE (m->sendings, s, next)
        if (s->refusal)
            finish(s, EMAIL_REFUSED, s->refusal);
}

/* --- a letter --- */

static size_t give_bytes(char *buf, size_t size, size_t n, void *arg)
{
    struct sending *s = arg;
    size_t room = size * n, rest = s->message.len - s->given;
    size_t len = rest < room ? rest : room;

    memcpy(buf, str_text(&s->message) + s->given, len);
    s->given += len;
    return len;
}

static void set_options(struct sending *s, struct mailer *m)
{
    CURL *easy = s->easy;

    curl_easy_setopt(easy, CURLOPT_PRIVATE, s);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, s->error);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* else giving up waits for a name server */
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, m->timeout_s);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT_S);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, m);
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, s->from);
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, s->recipients);
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_bytes);
    curl_easy_setopt(easy, CURLOPT_READDATA, s);
    if (curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps") != CURLE_OK ||
        curl_easy_setopt(easy, CURLOPT_URL, m->server) != CURLE_OK)
        s->failed = true;
}

static const char *flaw_of(const struct email *e)
{
    if (!header_address_ok(e->to))
        return "the recipient's address cannot be used: local@domain is expected";
    if (!header_address_ok(e->from))
        return "the sender's address (mail.from) cannot be used: local@domain is expected";
    if (!header_message_id_ok(e->message_id) || !header_message_id_ok(e->thread_id))
        return "the message id cannot be used";
    return NULL;
}

static bool start(struct sending *s, const struct email *e)
{
    s->easy = curl_easy_init();
    s->recipients = curl_slist_append(NULL, e->to);
    s->from = strdup(e->from);
    if (!s->easy || !s->recipients || !s->from)
        return false;
    str_init(&s->message, MIME_MAX);
    s->failed = !mime_write(e, &s->message);
    set_options(s, s->mailer);
    return !s->failed && curl_multi_add_handle(s->mailer->multi, s->easy) == CURLM_OK;
}

bool mailer_send(struct mailer *m, const struct email *e, email_done_fn *done, void *arg)
{
    struct sending *s = calloc(1, sizeof *s);

    if (!s)
        return false;
    m->entered_ms = monotonic_ms();
    s->mailer = m;
    s->done = done;
    s->arg = arg;
    s->refusal = flaw_of(e);
    if (s->refusal) {
        event_active(m->refusals, EV_TIMEOUT, 0);
    } else if (!start(s, e)) {
        sending_free(s);
        return false;
    }
    DL_APPEND(m->sendings, s);
    return true;
}

/* --- the module --- */

struct mailer *mailer_new(struct event_base *base, const char *server, int timeout_s)
{
    struct mailer *m = calloc(1, sizeof *m);

    if (!m || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !(m->server = strdup(server)) ||
        !(m->timer = evtimer_new(base, on_timer, m)) ||
        !(m->refusals = evtimer_new(base, on_refusals, m)) || !(m->multi = curl_multi_init()))
        goto fail;
    m->base = base;
    m->timeout_s = timeout_s;
    curl_multi_setopt(m->multi, CURLMOPT_SOCKETFUNCTION, want_socket);
    curl_multi_setopt(m->multi, CURLMOPT_SOCKETDATA, m);
    curl_multi_setopt(m->multi, CURLMOPT_TIMERFUNCTION, want_timer);
    curl_multi_setopt(m->multi, CURLMOPT_TIMERDATA, m);
    return m;

fail:
    mailer_free(m);
    return NULL;
}

void mailer_free(struct mailer *m)
{
    struct sending *s, *next;

    if (!m)
        return;
    DL_FOREACH_SAFE (m->sendings, s, next)
        sending_free(s);
    if (m->multi)
        curl_multi_cleanup(m->multi);
    if (m->timer)
        event_free(m->timer);
    if (m->refusals)
        event_free(m->refusals);
    free(m->server);
    free(m);
}
