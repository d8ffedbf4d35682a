/* mime: see mime.h. */
#include "notify/mime.h"

#include <sodium.h>
#include <string.h>

#include "notify/header.h"

enum { LINE_BYTES = 57 }; /* of text in a line of 76 characters of base64 */

static void add_field(struct str *out, const char *name, const char *value)
{
    str_addf(out, "%s: %s\r\n", name, value);
}

/* The later letters of an alert refer to the first, so that mail programs show them as one thread.
 */
static void add_thread(struct str *out, const struct email *e)
{
    add_field(out, "Message-ID", e->message_id);
    if (strcmp(e->message_id, e->thread_id) == 0)
        return;
    add_field(out, "In-Reply-To", e->thread_id);
    add_field(out, "References", e->thread_id);
}

static void add_head(struct str *out, const struct email *e)
{
    char date[HEADER_DATE_MAX];

    add_field(out, "Date", header_date(e->date_us, date));
    add_field(out, "From", e->from);
    add_field(out, "To", e->to);
    str_add(out, "Subject: ");
    header_text(e->subject, out);
    str_add(out, "\r\n");
    add_thread(out, e);
    add_field(out, "Auto-Submitted", "auto-generated");
    add_field(out, "MIME-Version", "1.0");
    add_field(out, "Content-Type", "text/plain; charset=utf-8");
    add_field(out, "Content-Transfer-Encoding", "base64");
    str_add(out, "\r\n");
}

/* Text has its lines ended by CR LF, also inside base64. */
static void add_crlf(struct str *out, const char *text)
{
    while (*text) {
        size_t len = strcspn(text, "\r\n");

        str_append(out, text, len);
        str_add(out, "\r\n");
        text += len;
        text += strncmp(text, "\r\n", 2) == 0 ? 2 : *text != '\0';
    }
}

static void add_base64(struct str *out, const char *bytes, size_t len)
{
    char line[sodium_base64_ENCODED_LEN(LINE_BYTES, sodium_base64_VARIANT_ORIGINAL)];

    for (size_t at = 0; at < len; at += LINE_BYTES) {
        size_t n = len - at < LINE_BYTES ? len - at : LINE_BYTES;

        sodium_bin2base64(line, sizeof line, (const unsigned char *)bytes + at, n,
                          sodium_base64_VARIANT_ORIGINAL);
        str_add(out, line);
        str_add(out, "\r\n");
    }
}

bool mime_write(const struct email *e, struct str *out)
{
    struct str body;
    bool good;

    str_init(&body, MIME_MAX / 2);
    add_crlf(&body, e->body);
    add_head(out, e);
    add_base64(out, str_text(&body), body.len);
    good = !body.failed && !out->failed;
    str_finish(&body);
    return good;
}
