/* str: messages, reports and JSON are put together from many small pieces; none of them may grow
 * without end. */
#include "base/str.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/shortage.h"

enum { FIRST_ROOM = 64 };

#define LARGEST_MAX (SIZE_MAX / 4) /* keeps the doubling below clear of overflow */

void str_init(struct str *s, size_t max)
{
    *s = (struct str){.max = max < LARGEST_MAX ? max : LARGEST_MAX};
}

void str_finish(struct str *s)
{
    if (s == NULL)
        return;
    free(s->text);
    str_init(s, s->max);
}

void str_clear(struct str *s)
{
    s->len = 0;
    s->failed = false;
    if (s->text != NULL)
        s->text[0] = '\0';
}

/* Makes room for len more bytes and a NUL.  Once it failed it fails on, so that what is there is
 * the unbroken beginning of what was meant. */
static bool reserve(struct str *s, size_t len)
{
    size_t room = s->room < FIRST_ROOM ? FIRST_ROOM : s->room;
    char *text;

    if (s->failed || len > s->max - s->len)
        goto fail;
    while (room < s->len + len + 1)
        room *= 2;
    if (room > s->room) {
        text = realloc(s->text, room);
        if (text == NULL) {
            shortage_note();
            goto fail;
        }
        s->text = text;
        s->room = room;
    }
    return true;
fail:
    s->failed = true;
    return false;
}

void str_append(struct str *s, const char *bytes, size_t len)
{
    if (!reserve(s, len))
        return;
    if (len > 0)
        memcpy(s->text + s->len, bytes, len);
    s->len += len;
    s->text[s->len] = '\0';
}

void str_add(struct str *s, const char *text)
{
    str_append(s, text, strlen(text));
}

void str_addf(struct str *s, const char *format, ...)
{
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0)
        s->failed = true;
    if (len < 0 || !reserve(s, (size_t)len))
        return;
    va_start(args, format);
    vsnprintf(s->text + s->len, (size_t)len + 1, format, args);
    va_end(args);
    s->len += (size_t)len;
}

const char *str_text(const struct str *s)
{
    return s->text != NULL ? s->text : "";
}

char *str_take(struct str *s)
{
    char *text = NULL;

    if (!s->failed && s->len > 0) {
        text = s->text;
        s->text = NULL;
    }
    str_finish(s);
    return text;
}
