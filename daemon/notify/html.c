/* html: see html.h. */
#include "notify/html.h"

#include <string.h>

#include "notify/picture.h"

enum line { LINE_TEXT, LINE_HEADING, LINE_BLANK, LINE_COMMAND, LINE_ITEM, LINE_END };

/* What a run of lines of a kind is put into, and each of them. */
static const struct {
    const char *open, *close, *line_open, *line_close;
} blocks[] = {
    [LINE_TEXT] = {"<p style=\"margin:0 0 12px\">", "</p>\n", "", "<br>\n"},
    [LINE_HEADING] = {"<p style=\"margin:16px 0 6px;font-size:16px;font-weight:bold\">", "</p>\n",
                      "", "<br>\n"},
    [LINE_COMMAND] = {"<pre style=\"margin:0 0 12px;padding:8px 12px;background:#f2f4f7;"
                      "border-radius:4px;font-size:13px;white-space:pre-wrap\">",
                      "</pre>\n", "", "\n"},
    [LINE_ITEM] = {"<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" "
                   "style=\"margin:0 0 12px\">\n",
                   "</table>\n",
                   "<tr><td style=\"padding:3px 12px 3px 0;color:#68717d;vertical-align:top;"
                   "text-align:right\">",
                   "</td></tr>\n"},
};

static void add_escaped(struct str *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        switch (text[i]) {
        case '&':
            str_add(out, "&amp;");
            break;
        case '<':
            str_add(out, "&lt;");
            break;
        case '>':
            str_add(out, "&gt;");
            break;
        case '"':
            str_add(out, "&quot;");
            break;
        default:
            str_append(out, &text[i], 1);
        }
    }
}

/* "    12  text": a number of an alert in six columns. */
static bool is_item(const char *line, size_t len)
{
    size_t blanks = strspn(line, " "), digits = strspn(line + blanks, "0123456789");

    return digits > 0 && blanks + digits >= 6 && blanks + digits + 2 < len &&
           strncmp(line + blanks + digits, "  ", 2) == 0;
}

/* "Lagging:" with an item below it. */
static bool is_heading(const char *line, size_t len)
{
    const char *next = line + len + 1;

    return len > 0 && line[len - 1] == ':' && line[len] == '\n' &&
           is_item(next, strcspn(next, "\n"));
}

static enum line kind_of(const char *line, size_t len)
{
    if (strncmp(line, "-- \n", 4) == 0)
        return LINE_END;
    if (len == 0)
        return LINE_BLANK;
    if (is_item(line, len))
        return LINE_ITEM;
    if (is_heading(line, len))
        return LINE_HEADING;
    return strncmp(line, "    ", 4) == 0 ? LINE_COMMAND : LINE_TEXT;
}

static void add_line(struct str *out, enum line kind, const char *line, size_t len)
{
    size_t skip = strspn(line, " ");

    str_add(out, blocks[kind].line_open);
    if (kind == LINE_ITEM) {
        size_t digits = strspn(line + skip, "0123456789");

        str_append(out, line + skip, digits);
        str_add(out, "</td><td style=\"padding:3px 0\">");
        skip += digits + 2;
    }
    add_escaped(out, line + skip, len - skip);
}

/* The run of lines of one kind that begins here; returns where it ends. */
static const char *add_block(struct str *out, enum line kind, const char *at)
{
    bool first = true;

    str_add(out, blocks[kind].open);
    for (;;) {
        size_t len = strcspn(at, "\n");

        if (*at == '\0' || kind_of(at, len) != kind)
            break;
        str_add(out, first ? "" : blocks[kind].line_close);
        first = false;
        add_line(out, kind, at, len);
        at += len + (at[len] == '\n');
    }
    if (kind == LINE_ITEM)
        str_add(out, blocks[kind].line_close);
    str_add(out, blocks[kind].close);
    return at;
}

static const char *add_headline(struct str *out, const char *at, bool picture)
{
    size_t len = strcspn(at, "\n");

    str_add(out, "<p style=\"margin:0 0 16px;font-size:17px;line-height:1.4;font-weight:bold\">");
    add_escaped(out, at, len);
    str_add(out, "</p>\n");
    if (picture)
        str_addf(out,
                 "<p style=\"margin:0 0 16px\"><img src=\"cid:%s\" width=\"%d\" height=\"%d\" "
                 "alt=\"\" style=\"max-width:100%%;height:auto;border:1px solid #dde1e6\"></p>\n",
                 HTML_PICTURE_ID, PICTURE_WIDTH, PICTURE_HEIGHT);
    return at + len + (at[len] == '\n');
}

static void add_small_print(struct str *out, const char *at)
{
    str_add(out, "<p style=\"margin:20px 0 0;padding-top:10px;border-top:1px solid #dde1e6;"
                 "color:#68717d;font-size:12px\">");
    add_escaped(out, at, strlen(at));
    str_add(out, "</p>\n");
}

void html_write(const struct dispatch *m, bool picture, struct str *out)
{
    const char *at = m->body;

    str_addf(out,
             "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
             "<meta name=\"viewport\" content=\"width=device-width\"><title>",
             lang_code(m->lang));
    add_escaped(out, m->subject, strlen(m->subject));
    str_add(out, "</title></head>\n<body style=\"margin:0;padding:20px;background:#ffffff;"
                 "color:#1a2430;font:15px/1.5 'Segoe UI',Roboto,'DejaVu Sans',sans-serif\">\n"
                 "<div style=\"max-width:640px\">\n");
    if (kind_of(at, strcspn(at, "\n")) == LINE_TEXT)
        at = add_headline(out, at, picture);
    while (*at) {
        size_t len = strcspn(at, "\n");
        enum line kind = kind_of(at, len);

        if (kind == LINE_END) {
            add_small_print(out, at + 4);
            break;
        }
        at = kind == LINE_BLANK ? at + 1 : add_block(out, kind, at);
    }
    str_add(out, "</div>\n</body></html>\n");
}
