/* transfer: libcurl on the event loop: any number of transfers under way, none waiting for another.
 * libcurl says which sockets and which timeout it wants watched, libevent watches them. */
#ifndef VEKHA_NOTIFY_TRANSFER_H
#define VEKHA_NOTIFY_TRANSFER_H

#include <stdbool.h>
#include <stdint.h>
#include <curl/curl.h>
#include <event2/event.h>

struct transfers;

/* It lives during the call only. */
struct transfer_result {
    CURLcode code;
    long response;         /* the server's last code, 0 if there was none */
    int64_t retry_after_s; /* as the server wished by Retry-After, in either form; 0: it did not */
    const char *error;     /* what went wrong; "" if nothing did */
};

/* The handle is gone afterwards. */
typedef void transfer_done_fn(void *arg, const struct transfer_result *result);

/* Frees what a transfer that is dropped was begun with. */
typedef void transfer_drop_fn(void *arg);

struct transfers *transfers_new(struct event_base *base); /* NULL if out of memory */
void transfers_free(struct transfers *t); /* NULL-safe; what is under way is dropped, not done */

/* Begins a transfer with all options set but those of the loop, and takes the handle over.  Either
 * done is called, from the event loop, or drop; once.  timeout_s bounds the whole.  False if out of
 * memory: the handle is freed, and nothing is called. */
bool transfers_begin(struct transfers *t, CURL *easy, long timeout_s, transfer_done_fn *done,
                     transfer_drop_fn *drop, void *arg) __attribute__((warn_unused_result));

#endif
