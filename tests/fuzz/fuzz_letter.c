/* fuzz_letter: any bytes as the text of a message: tamed they are harmless and no longer, and neither a field of
 * a head nor a page can be left by them. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "notify/header.c"
#include "notify/html.c"

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* Lines of printable ASCII, each but the first begun by a blank. */
static void check_field(const char *field)
{
    for (const char *c = field; *c; c++)
        if (strncmp(c, "\r\n ", 3) == 0)
            c += 2;
        else
            require(*c >= ' ' && *c < 0x7f);
}

static size_t count(const char *text, char wanted)
{
    size_t n = 0;

    for (; *text; text++)
        n += *text == wanted;
    return n;
}

static void write_field(const char *text)
{
    struct str out;

    str_init(&out, 64 * 1024);
    header_text(text, &out);
    check_field(str_text(&out));
    str_finish(&out);
}

/* Every < of a page is of ours, and is closed. */
static void write_page(const char *subject, const char *body)
{
    struct dispatch m = {.subject = subject, .body = body, .lang = LANG_RU};
    struct str out;

    str_init(&out, 4 * 1024 * 1024);
    html_write(&m, false, &out);
    require(count(str_text(&out), '<') == count(str_text(&out), '>'));
    require(!strstr(str_text(&out), "<script") && !strstr(str_text(&out), "onerror=\""));
    str_finish(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *line = strndup((const char *)data, size), *text = strndup((const char *)data, size);
    size_t len = line ? strlen(line) : 0;

    if (line && text) {
        utf8_tame_line(line);
        utf8_tame(text);
        require(strlen(line) <= len && strlen(text) <= len);
        require(utf8_harmless(line, strlen(line)) && utf8_harmless(text, strlen(text)));
        require(!strpbrk(line, "\n\t\r"));
        write_field(line);
        write_page(line, text);
    }
    free(line);
    free(text);
    return 0;
}
