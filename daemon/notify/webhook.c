/* webhook: see webhook.h. */
#include "notify/webhook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include <sodium.h>

#include "base/clock.h"
#include "base/shortage.h"
#include "base/utf8.h"
#include "log.h"
#include "notify/jansson.h"
#include "notify/secret.h"

enum {
    ANSWER_KEPT = 200, /* bytes of an answer that is no success, for the operator */
    ANSWER_MAX = 64 * 1024,
    FILLED_MAX = 8 * 1024, /* of an URL or header with the secret in it */
    HEADER_LINE_MAX = 600,
};

/* --- what is sent --- */

/* A reference of the caller's own. */
static json_t *list_of(const json_t *facts, const char *key)
{
    json_t *list = json_object_get(facts, key);

    return json_is_array(list) ? json_incref(list) : json_array();
}

/* {"schema":1, "message_id", "thread_id", "recipient", "language", "subject", "text", "created_at",
 * "steps":[…], "refusals":[…], "more":0} */
static json_t *vekha_body(const struct dispatch *m)
{
    char created[CLOCK_TEXT_MAX];
    json_t *body = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "schema", 1, "message_id",
                             m->message_id, "thread_id", m->thread_id, "recipient", m->recipient,
                             "language", lang_code(m->lang), "subject", m->subject, "text", m->body,
                             "created_at", clock_format(m->date_us, created));
    json_t *more = json_object_get(m->facts, "more");

    json_object_set_new(body, "steps", list_of(m->facts, "steps"));
    json_object_set_new(body, "refusals", list_of(m->facts, "refusals"));
    json_object_set_new(body, "more", more ? json_incref(more) : json_integer(0));
    return body;
}

static const char *word(const json_t *from, const char *key)
{
    const char *text = json_string_value(json_object_get(from, key));

    return text ? text : "";
}

static void label(json_t *labels, const json_t *step, const char *key)
{
    if (*word(step, key))
        json_object_set_new(labels, key, json_string(word(step, key)));
}

/* What an Alertmanager knows an alert by must not change while it stands, so the level, which rises
 * and falls, is said beside.  Without an end it would take the alert for over after five minutes;
 * it stays until we say that it is over. */
static json_t *alertmanager_alert(const json_t *step, enum lang lang)
{
    static const char never[] = "2999-12-31T23:59:59Z";
    const json_t *alert = json_object_get(step, "alert");
    const char *closed = word(alert, "closed_at");
    json_t *labels = json_pack("{s:s, s:s}", "alertname", "Vekha", "kind", word(alert, "kind"));
    char id[24];

    label(labels, step, "org");
    label(labels, step, "indicator");
    label(labels, step, "project");
    label(labels, step, "finding");
    snprintf(id, sizeof id, "%lld", (long long)json_integer_value(json_object_get(alert, "id")));
    return json_pack("{s:o, s:{s:s, s:s, s:s, s:s, s:s}, s:s, s:s}", "labels", labels,
                     "annotations", "organisation", word(step, "org_name"), "summary",
                     word(step, "indicator_name"), "description",
                     word(json_object_get(step, "explanation"), lang_code(lang)), "level",
                     word(alert, "level"), "alert", id, "startsAt", word(alert, "opened_at"),
                     "endsAt", *closed ? closed : never);
}

static json_t *alertmanager_body(const struct dispatch *m)
{
    json_t *alerts = json_array();
    const json_t *step;
    size_t i;

    json_array_foreach(json_object_get(m->facts, "steps"), i, step)
        json_array_append_new(alerts, alertmanager_alert(step, m->lang));
    return alerts;
}

/* Appends the first len bytes of a text as the inside of a JSON string. */
static void add_escaped(struct str *out, const char *text, size_t len)
{
    json_t *string = json_stringn(text, len);
    char *quoted = string ? json_dumps(string, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
    size_t quoted_len = quoted ? strlen(quoted) : 0;

    if (quoted_len >= 2)
        str_append(out, quoted + 1, quoted_len - 2);
    free(quoted);
    json_decref(string);
}

/* What is longer than the receiver takes would make it refuse the whole. */
static void add_text(struct str *out, const char *text, long text_max)
{
    size_t len = text_max > 0 ? utf8_first(text, (size_t)text_max) : strlen(text);

    if (text[len] != '\0')
        len = utf8_first(text, (size_t)text_max - 1);
    add_escaped(out, text, len);
    str_add(out, text[len] != '\0' ? "…" : "");
}

/* The template with {recipient}, {subject}, {text} and {message_id} filled in; other braces stay. */
static void fill_template(const struct conf_webhook *conf, const struct dispatch *m,
                          struct str *out)
{
    const struct {
        const char *place, *value;
        long max;
    } places[] = {{"{recipient}", m->recipient, 0},
                  {"{subject}", m->subject, 0},
                  {"{text}", m->body, conf->text_max},
                  {"{message_id}", m->message_id, 0}};

    for (const char *at = conf->template; *at != '\0';) {
        size_t i = 0, n = sizeof places / sizeof *places;

        while (i < n && strncmp(at, places[i].place, strlen(places[i].place)) != 0)
            i++;
        if (i < n)
            add_text(out, places[i].value, places[i].max);
        else
            str_append(out, at, 1);
        at += i < n ? strlen(places[i].place) : 1;
    }
}

static const struct format {
    const char *name, *path;
    json_t *(*body)(const struct dispatch *m); /* NULL: the template */
} formats[] = {
    {"vekha", "", vekha_body},
    {"alertmanager", "/api/v2/alerts", alertmanager_body},
    {"template", "", NULL},
};

static const struct format *format_of(const struct conf_webhook *conf)
{
    size_t i = 0;

    while (strcmp(formats[i].name, conf->format) != 0) /* conf.c lets no other through */
        i++;
    return &formats[i];
}

static bool write_json(json_t *body, struct str *out)
{
    char *text = json_dumps(body, JSON_COMPACT);

    str_add(out, text ? text : "");
    free(text);
    json_decref(body);
    return text;
}

bool webhook_write(const struct conf_webhook *conf, const struct dispatch *m, struct str *out)
{
    const struct format *format = format_of(conf);
    unsigned shortages = shortage_count();
    bool written = true;

    jansson_note_shortages();
    if (format->body)
        written = write_json(format->body(m), out);
    else
        fill_template(conf, m, out);
    return written && !out->failed && shortage_count() == shortages;
}

/* --- sending --- */

struct hook {
    const struct conf_webhook *conf;
    struct transfers *transfers;
    char *url, *headers[CONF_MAX_HEADERS]; /* with the secret in them */
};

struct posting {
    struct curl_slist *headers;
    struct str body;
    char answer[ANSWER_KEPT + 1];
    size_t answered; /* bytes in all */
    delivery_fn *done;
    void *arg;
};

static void posting_free(void *arg)
{
    struct posting *p = arg;

    curl_slist_free_all(p->headers);
    str_finish(&p->body);
    free(p);
}

/* Codes that speak of the moment and not of the message: RFC 9110 and RFC 6585. */
static bool is_for_now(long response)
{
    return response == 408 || response == 425 || response == 429 || response >= 500 ||
           response < 400;
}

static void on_done(void *arg, const struct transfer_result *result)
{
    struct posting *p = arg;
    long response = result->response;
    char answer[ANSWER_KEPT + 60];

    if (result->code == CURLE_OK && response >= 200 && response < 300) {
        p->done(p->arg, DELIVERY_DONE, 0, "");
    } else if (result->code != CURLE_OK) {
        p->done(p->arg, DELIVERY_FAILED, 0, result->error);
    } else {
        snprintf(answer, sizeof answer, "the receiver answered %ld: %s", response, p->answer);
        p->done(p->arg, is_for_now(response) ? DELIVERY_FAILED : DELIVERY_REFUSED,
                result->retry_after_s, answer);
    }
    posting_free(p);
}

/* Keeps the beginning, printable; an answer without an end is ended. */
static size_t take_answer(char *bytes, size_t size, size_t n, void *arg)
{
    struct posting *p = arg;
    size_t len = size * n;

    for (size_t i = 0; i < len && p->answered + i < ANSWER_KEPT; i++)
        p->answer[p->answered + i] = bytes[i] >= ' ' && bytes[i] < 0x7f ? bytes[i] : ' ';
    p->answered += len;
    return p->answered <= ANSWER_MAX ? len : 0;
}

static bool add_header(struct posting *p, const char *line)
{
    struct curl_slist *longer = curl_slist_append(p->headers, line);

    if (longer)
        p->headers = longer;
    return longer;
}

/* A receiver that keeps the ids that it has seen takes each message once. */
static bool add_headers(struct posting *p, const struct hook *h, const struct dispatch *m)
{
    char key[HEADER_LINE_MAX];
    bool good =
        add_header(p, "Content-Type: application/json; charset=utf-8") && add_header(p, "Expect:");

    snprintf(key, sizeof key, "Idempotency-Key: %s", m->message_id);
    good = good && add_header(p, key);
    for (size_t i = 0; good && i < h->conf->n_headers; i++)
        good = add_header(p, h->headers[i]);
    return good;
}

static bool set_options(CURL *easy, const struct hook *h, struct posting *p)
{
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)p->body.len);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, str_text(&p->body)); /* lives as long as p */
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, p->headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_answer);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, p);
    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_URL, h->url) == CURLE_OK &&
           (!h->conf->ca || curl_easy_setopt(easy, CURLOPT_CAINFO, h->conf->ca) == CURLE_OK);
}

static bool webhook_send(void *self, const struct dispatch *m, delivery_fn *done, void *arg)
{
    struct hook *h = self;
    struct posting *p = calloc(1, sizeof *p);
    CURL *easy = curl_easy_init();
    unsigned shortages = shortage_count();
    bool written;

    if (!p || !easy)
        goto fail;
    str_init(&p->body, WEBHOOK_BODY_MAX);
    p->done = done;
    p->arg = arg;
    written = webhook_write(h->conf, m, &p->body);
    if (shortage_count() != shortages) /* perhaps another time */
        goto fail;
    if (!written) {
        done(arg, DELIVERY_REFUSED, 0, "the message cannot be written in this webhook's format");
        posting_free(p);
        curl_easy_cleanup(easy);
        return true;
    }
    if (!add_headers(p, h, m) || !set_options(easy, h, p))
        goto fail;
    if (transfers_begin(h->transfers, easy, CHANNEL_TIMEOUT_S, on_done, posting_free, p))
        return true;
    easy = NULL; /* it was taken */
fail:
    if (p)
        posting_free(p);
    curl_easy_cleanup(easy);
    return false;
}

/* --- the channel --- */

/* The text, with more behind it, and the secret wherever {secret} stands; NULL if out of memory. */
static char *filled(const char *text, const char *more, const char *secret)
{
    static const char place[] = "{secret}";
    struct str out;

    str_init(&out, FILLED_MAX);
    for (const char *at; (at = strstr(text, place)); text = at + strlen(place)) {
        str_append(&out, text, (size_t)(at - text));
        str_add(&out, secret);
    }
    str_add(&out, text);
    str_add(&out, more);
    return str_take(&out);
}

static bool fill(struct hook *h)
{
    const struct conf_webhook *conf = h->conf;
    char secret[SECRET_MAX] = "";
    bool good;

    if (conf->secret_file && !secret_read(conf->secret_file, "webhook: the secret", secret))
        return false;
    h->url = filled(conf->url, format_of(conf)->path, secret);
    good = h->url;
    for (size_t i = 0; good && i < conf->n_headers; i++)
        good = (h->headers[i] = filled(conf->headers[i], "", secret));
    sodium_memzero(secret, sizeof secret);
    if (!good)
        log_error("out of memory");
    return good;
}

static void wipe(char *text)
{
    if (text)
        sodium_memzero(text, strlen(text));
    free(text);
}

static void webhook_free(void *self)
{
    struct hook *h = self;

    wipe(h->url);
    for (size_t i = 0; i < CONF_MAX_HEADERS; i++)
        wipe(h->headers[i]);
    free(h);
}

bool webhook_open(const struct conf_webhook *conf, struct transfers *transfers, struct channel *ret)
{
    struct hook *h = calloc(1, sizeof *h);

    if (!h) {
        log_error("out of memory");
        return false;
    }
    *h = (struct hook){.conf = conf, .transfers = transfers};
    if (!fill(h)) {
        webhook_free(h);
        return false;
    }
    *ret = (struct channel){.self = h, .send = webhook_send, .free = webhook_free};
    snprintf(ret->name, sizeof ret->name, "%s", conf->name);
    return true;
}
