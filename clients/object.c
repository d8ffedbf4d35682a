/* object: see object.h. */
#include "object.h"

#include <inttypes.h>

#include "base/clock.h"

void object_begin(struct object *o, struct str *out)
{
    *o = (struct object){out, true};
    str_add(out, "{");
}

void object_end(struct object *o)
{
    str_add(o->out, "}");
}

void object_name(struct object *o, const char *name)
{
    str_addf(o->out, "%s\"%s\":", o->first ? "" : ",", name);
    o->first = false;
}

/* RFC 8259 section 7. */
static void add_quoted(struct str *s, const char *text)
{
    str_add(s, "\"");
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            str_addf(s, "\\%c", c);
        else if (c < 0x20 || c == 0x7F)
            str_addf(s, "\\u%04x", (unsigned)c);
        else
            str_append(s, text, 1);
    }
    str_add(s, "\"");
}

void object_text(struct object *o, const char *name, const char *text)
{
    object_name(o, name);
    if (text == NULL || *text == '\0')
        str_add(o->out, "null");
    else
        add_quoted(o->out, text);
}

void object_number(struct object *o, const char *name, int64_t number)
{
    object_name(o, name);
    str_addf(o->out, "%" PRId64, number);
}

void object_flag(struct object *o, const char *name, bool flag)
{
    object_name(o, name);
    str_add(o->out, flag ? "true" : "false");
}

void object_moment(struct object *o, const char *name, int64_t us)
{
    char text[CLOCK_TEXT_MAX];
    object_text(o, name, us != 0 ? clock_format(us, text) : NULL);
}
