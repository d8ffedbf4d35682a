/* mime: see mime.h. */
#include "notify/mime.h"

#include <sodium.h>
#include <string.h>

#include "base/shortage.h"
#include "base/utf8.h"
#include "model/chart.h"
#include "notify/header.h"
#include "notify/html.h"
#include "notify/picture.h"

enum { LINE_BYTES = 57, HTML_MAX = 256 * 1024 }; /* of text in a line of 76 characters of base64 */

/* Boundaries cannot occur in base64. */
#define ALTERNATIVE "=_vekha_alternative"
#define RELATED     "=_vekha_related"

static void add_field(struct str *out, const char *name, const char *value)
{
    str_addf(out, "%s: %s\r\n", name, value);
}

/* The later letters of an alert refer to the first, so that mail programs show them as one thread.
 */
static void add_thread(struct str *out, const struct dispatch *m)
{
    add_field(out, "Message-ID", m->message_id);
    if (strcmp(m->message_id, m->thread_id) == 0)
        return;
    add_field(out, "In-Reply-To", m->thread_id);
    add_field(out, "References", m->thread_id);
}

static void add_head(struct str *out, const struct dispatch *m, const char *from)
{
    char date[HEADER_DATE_MAX];

    add_field(out, "Date", header_date(m->date_us, date));
    add_field(out, "From", from);
    add_field(out, "To", m->recipient);
    str_add(out, "Subject: ");
    header_text(m->subject, out);
    str_add(out, "\r\n");
    add_thread(out, m);
    add_field(out, "Auto-Submitted", "auto-generated");
    add_field(out, "MIME-Version", "1.0");
    add_field(out, "Content-Type", "multipart/alternative; boundary=\"" ALTERNATIVE "\"");
    str_add(out, "\r\n");
}

/* --- the text --- */

/* Where the continuation of a line stands: below its text, behind the number of an alert too. */
static size_t indent_of(const char *line)
{
    size_t blanks = strspn(line, " "), digits = strspn(line + blanks, "0123456789");

    return digits > 0 && strncmp(line + blanks + digits, "  ", 2) == 0 ? blanks + digits + 2
                                                                       : blanks;
}

/* Commands are kept whole, for they are copied. */
static bool is_command(const char *line)
{
    return strncmp(line, "    ", 4) == 0 && indent_of(line) == strspn(line, " ");
}

/* Up to a blank where a line may be broken: not in "138 ± 15". */
static size_t word_length(const char *text)
{
    static const char sign[] = " ± ";
    size_t len = strcspn(text, " \n");

    while (strncmp(text + len, sign, strlen(sign)) == 0) {
        len += strlen(sign);
        len += strcspn(text + len, " \n");
    }
    return len;
}

/* One line, without its end, over as many lines as it takes. */
static void add_wrapped(struct str *out, const char *line, size_t len)
{
    size_t indent = indent_of(line), column = 0, at = 0;

    if (is_command(line) || utf8_width(line, len) <= MIME_COLUMNS) {
        str_append(out, line, len);
        return;
    }
    while (at < len) {
        size_t blanks = strspn(line + at, " ");
        size_t word = word_length(line + at + blanks);
        size_t width = utf8_width(line + at + blanks, word);

        if (column > indent && column + blanks + width > MIME_COLUMNS) {
            str_add(out, "\r\n");
            for (size_t i = 0; i < indent; i++)
                str_add(out, " ");
            column = indent;
            at += blanks;
            blanks = 0;
        }
        str_append(out, line + at, blanks + word);
        column += blanks + width;
        at += blanks + word;
    }
}

/* Text has its lines ended by CR LF, also inside base64. */
static void add_crlf(struct str *out, const char *text)
{
    while (*text) {
        size_t len = strcspn(text, "\r\n");

        add_wrapped(out, text, len);
        str_add(out, "\r\n");
        text += len;
        text += strncmp(text, "\r\n", 2) == 0 ? 2 : *text != '\0';
    }
}

/* --- parts --- */

static void add_base64(struct str *out, const struct str *bytes)
{
    char line[sodium_base64_ENCODED_LEN(LINE_BYTES, sodium_base64_VARIANT_ORIGINAL)];
    const char *from = str_text(bytes);

    for (size_t at = 0; at < bytes->len; at += LINE_BYTES) {
        size_t n = bytes->len - at < LINE_BYTES ? bytes->len - at : LINE_BYTES;

        sodium_bin2base64(line, sizeof line, (const unsigned char *)from + at, n,
                          sodium_base64_VARIANT_ORIGINAL);
        str_add(out, line);
        str_add(out, "\r\n");
    }
}

static void add_part(struct str *out, const char *boundary, const char *type, const char *more,
                     const struct str *bytes)
{
    str_addf(out, "--%s\r\nContent-Type: %s\r\nContent-Transfer-Encoding: base64\r\n%s\r\n",
             boundary, type, more);
    add_base64(out, bytes);
    str_add(out, "\r\n");
}

/* False: no chart, or none that can be drawn; a letter goes without. */
static bool picture_of(const struct dispatch *m, struct str *out)
{
    struct chart chart;

    return m->chart && chart_read(m->chart, &chart) && picture_draw(&chart, m->lang, out);
}

static void add_related(struct str *out, const struct dispatch *m, struct str *page,
                        struct str *picture)
{
    bool drawn = picture_of(m, picture);

    html_write(m, drawn, page);
    str_add(out, "--" ALTERNATIVE "\r\nContent-Type: multipart/related; boundary=\"" RELATED
                 "\"\r\n\r\n");
    add_part(out, RELATED, "text/html; charset=utf-8", "", page);
    if (drawn)
        add_part(out, RELATED, "image/png",
                 "Content-ID: <" HTML_PICTURE_ID ">\r\nContent-Disposition: inline\r\n", picture);
    str_add(out, "--" RELATED "--\r\n\r\n");
}

bool mime_write(const struct dispatch *m, const char *from, struct str *out)
{
    struct str text, page, picture;
    unsigned shortages = shortage_count();
    bool good;

    str_init(&text, MIME_TEXT_MAX);
    str_init(&page, HTML_MAX);
    str_init(&picture, PICTURE_MAX);
    add_crlf(&text, m->body);
    add_head(out, m, from);
    add_part(out, ALTERNATIVE, "text/plain; charset=utf-8", "", &text);
    add_related(out, m, &page, &picture);
    str_add(out, "--" ALTERNATIVE "--\r\n");
    good = !text.failed && !page.failed && !out->failed && shortage_count() == shortages;
    str_finish(&text);
    str_finish(&page);
    str_finish(&picture);
    return good;
}
