/* exporter: see exporter.h. */
#include "exporter.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/util.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>

#include "log.h"

struct exporter {
    struct metrics *metrics;
    struct exporter_hooks hooks;
    struct evhttp *http;
};

/* Answers within the callback: a request that outlives it could be freed under us. */
static void answer(struct evhttp_request *request, int code, const char *reason, const char *type,
                   struct evbuffer *body)
{
    evhttp_add_header(evhttp_request_get_output_headers(request), "Content-Type", type);
    evhttp_send_reply(request, code, reason, body);
}

static void on_metrics(struct evhttp_request *request, void *arg)
{
    struct exporter *e = arg;
    struct evbuffer *body = evbuffer_new();

    e->hooks.refresh(e->hooks.arg);
    if (body && metrics_write(e->metrics, body))
        answer(request, HTTP_OK, "OK", "text/plain; version=0.0.4; charset=utf-8", body);
    else
        evhttp_send_error(request, HTTP_INTERNAL, NULL);
    if (body)
        evbuffer_free(body);
}

static void on_healthz(struct evhttp_request *request, void *arg)
{
    struct exporter *e = arg;
    const char *ill = e->hooks.ill(e->hooks.arg);
    struct evbuffer *body = evbuffer_new();

    if (body && evbuffer_add_printf(body, "%s\n", ill ? ill : "ok") >= 0)
        answer(request, ill ? HTTP_SERVUNAVAIL : HTTP_OK, ill ? "Service Unavailable" : "OK",
               "text/plain; charset=utf-8", body);
    else
        evhttp_send_error(request, HTTP_INTERNAL, NULL);
    if (body)
        evbuffer_free(body);
}

static void on_other(struct evhttp_request *request, void *arg)
{
    (void)arg;
    evhttp_send_error(request, HTTP_NOTFOUND, NULL);
}

/* "127.0.0.1:9466" to its parts; evhttp wants them apart. */
static bool take_apart(const char *address, char host[INET6_ADDRSTRLEN], uint16_t *ret_port)
{
    struct sockaddr_storage any;
    int len = sizeof any;
    const void *ip;

    if (evutil_parse_sockaddr_port(address, (struct sockaddr *)&any, &len) != 0)
        return false;
    if (any.ss_family == AF_INET6) {
        *ret_port = ntohs(((struct sockaddr_in6 *)&any)->sin6_port);
        ip = &((struct sockaddr_in6 *)&any)->sin6_addr;
    } else {
        *ret_port = ntohs(((struct sockaddr_in *)&any)->sin_port);
        ip = &((struct sockaddr_in *)&any)->sin_addr;
    }
    return evutil_inet_ntop(any.ss_family, ip, host, INET6_ADDRSTRLEN);
}

static bool listen_on(struct exporter *e, const char *address)
{
    char host[INET6_ADDRSTRLEN];
    uint16_t port;

    evhttp_set_timeout(e->http, EXPORTER_TIMEOUT_S);
    evhttp_set_max_headers_size(e->http, EXPORTER_MAX_HEADERS);
    evhttp_set_max_body_size(e->http, 0);
    evhttp_set_allowed_methods(e->http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD);
    evhttp_set_gencb(e->http, on_other, e);
    if (!take_apart(address, host, &port) ||
        evhttp_set_cb(e->http, "/metrics", on_metrics, e) != 0 ||
        evhttp_set_cb(e->http, "/healthz", on_healthz, e) != 0)
        return false;
    return evhttp_bind_socket(e->http, host, port) == 0;
}

struct exporter *exporter_new(struct event_base *base, const char *address, struct metrics *metrics,
                              const struct exporter_hooks *hooks)
{
    struct exporter *e = calloc(1, sizeof *e);

    if (!e || !(e->http = evhttp_new(base))) {
        log_error("metrics: out of memory");
        goto fail;
    }
    e->metrics = metrics;
    e->hooks = *hooks;
    if (!listen_on(e, address)) {
        log_error("metrics: cannot listen on %s: %s", address, strerror(errno));
        goto fail;
    }
    return e;

fail:
    exporter_free(e);
    return NULL;
}

void exporter_free(struct exporter *e)
{
    if (!e)
        return;
    if (e->http)
        evhttp_free(e->http);
    free(e);
}
