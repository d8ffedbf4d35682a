/* email: see email.h. */
#include "notify/email.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sodium.h>

#include "base/str.h"
#include "log.h"
#include "notify/header.h"
#include "notify/mime.h"
#include "notify/picture.h"
#include "notify/secret.h"

struct mailer {
    const struct conf *conf;
    struct transfers *transfers;
    char password[SECRET_MAX]; /* "" without a user */
};

struct sending {
    struct curl_slist *recipients;
    struct str letter;
    size_t given; /* bytes of it that libcurl has */
    delivery_fn *done;
    void *arg;
};

static void sending_free(void *arg)
{
    struct sending *s = arg;

    curl_slist_free_all(s->recipients);
    str_finish(&s->letter);
    free(s);
}

/* 55x: the mailbox or the content is refused for good.  Other 5xx speak of the conversation. */
static enum delivery outcome_of(CURLcode code, long response)
{
    if (code == CURLE_OK)
        return DELIVERY_DONE;
    return code != CURLE_OPERATION_TIMEDOUT && response >= 550 && response <= 559 ? DELIVERY_REFUSED
                                                                                  : DELIVERY_FAILED;
}

static void on_done(void *arg, const struct transfer_result *result)
{
    struct sending *s = arg;

    s->done(s->arg, outcome_of(result->code, result->response), 0, result->error);
    sending_free(s);
}

static size_t give_bytes(char *buf, size_t size, size_t n, void *arg)
{
    struct sending *s = arg;
    size_t room = size * n, rest = s->letter.len - s->given;
    size_t len = rest < room ? rest : room;

    memcpy(buf, str_text(&s->letter) + s->given, len);
    s->given += len;
    return len;
}

/* What libcurl is to insist on; on the machine itself there is nobody to listen. */
static long security_of(const struct conf *conf)
{
    static const struct {
        const char *name;
        long level;
    } levels[] = {
        {"required", CURLUSESSL_ALL}, {"opportunistic", CURLUSESSL_TRY}, {"none", CURLUSESSL_NONE}};

    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (strcmp(conf->mail_tls, levels[i].name) == 0)
            return levels[i].level;
    return CURLUSESSL_ALL;
}

static bool set_options(CURL *easy, const struct mailer *m, struct sending *s)
{
    const struct conf *conf = m->conf;

    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, s->recipients);
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_bytes);
    curl_easy_setopt(easy, CURLOPT_READDATA, s);
    curl_easy_setopt(easy, CURLOPT_USE_SSL, security_of(conf));
    return curl_easy_setopt(easy, CURLOPT_MAIL_FROM, conf->mail_from) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_URL, conf->mail_server) == CURLE_OK &&
           (!conf->mail_ca || curl_easy_setopt(easy, CURLOPT_CAINFO, conf->mail_ca) == CURLE_OK) &&
           (!conf->mail_user ||
            (curl_easy_setopt(easy, CURLOPT_USERNAME, conf->mail_user) == CURLE_OK &&
             curl_easy_setopt(easy, CURLOPT_PASSWORD, m->password) == CURLE_OK));
}

static const char *flaw_of(const struct mailer *m, const struct dispatch *message)
{
    if (!header_address_ok(message->recipient))
        return "the recipient's address cannot be used: local@domain is expected";
    if (!header_address_ok(m->conf->mail_from))
        return "the sender's address (mail.from) cannot be used: local@domain is expected";
    if (!header_message_id_ok(message->message_id) || !header_message_id_ok(message->thread_id))
        return "the message id cannot be used";
    return NULL;
}

static bool start(struct mailer *m, const struct dispatch *message, struct sending *s)
{
    CURL *easy = curl_easy_init();

    str_init(&s->letter, MIME_MAX);
    s->recipients = curl_slist_append(NULL, message->recipient);
    if (!easy)
        return false;
    if (!s->recipients || !mime_write(message, m->conf->mail_from, &s->letter) ||
        !set_options(easy, m, s)) {
        curl_easy_cleanup(easy);
        return false;
    }
    return transfers_begin(m->transfers, easy, CHANNEL_TIMEOUT_S, on_done, sending_free, s);
}

static bool email_send(void *self, const struct dispatch *message, delivery_fn *done, void *arg)
{
    struct mailer *m = self;
    const char *flaw = flaw_of(m, message);
    struct sending *s;

    if (flaw) {
        done(arg, DELIVERY_REFUSED, 0, flaw);
        return true;
    }
    s = calloc(1, sizeof *s);
    if (!s)
        return false;
    s->done = done;
    s->arg = arg;
    if (start(m, message, s))
        return true;
    sending_free(s);
    return false;
}

/* --- the channel --- */

static void email_free(void *self)
{
    struct mailer *m = self;

    picture_finish();
    sodium_memzero(m->password, sizeof m->password);
    free(m);
}

bool email_open(const struct conf *conf, struct transfers *transfers, struct channel *ret)
{
    struct mailer *m = calloc(1, sizeof *m);

    if (!m) {
        log_error("out of memory");
        return false;
    }
    m->conf = conf;
    m->transfers = transfers;
    if (conf->mail_password_file &&
        !secret_read(conf->mail_password_file, "mail: the password", m->password)) {
        email_free(m);
        return false;
    }
    *ret = (struct channel){"email", m, email_send, email_free};
    return true;
}
