/* email: sends letters by SMTP on the event loop (libcurl), several at once, none waiting for
 * another. */
#ifndef VEKHA_NOTIFY_EMAIL_H
#define VEKHA_NOTIFY_EMAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <event2/event.h>

struct mailer;

struct email {
    const char *from, *to; /* addresses */
    const char *subject;   /* UTF-8 */
    const char *body;      /* UTF-8, lines end in '\n' */
    const char *message_id, *thread_id;
    int64_t date_us;
};

enum email_outcome {
    EMAIL_SENT,    /* the server took it */
    EMAIL_FAILED,  /* perhaps another time */
    EMAIL_REFUSED, /* never: the server refused it for good, or it is no letter */
};

/* error is "" if sent; it lives during the call only. */
typedef void email_done_fn(void *arg, enum email_outcome outcome, const char *error);

/* server: "smtp://localhost:25", "smtps://user:password@host".  NULL if out of memory. */
struct mailer *mailer_new(struct event_base *base, const char *server, int timeout_s);
void mailer_free(struct mailer *m); /* NULL-safe; what is under way is dropped without a call */

/* Begins to send; done is called exactly once, from the event loop.  False if out of memory. */
bool mailer_send(struct mailer *m, const struct email *e, email_done_fn *done, void *arg)
    __attribute__((warn_unused_result));

#endif
