/* tame: see tame.h. */
#include "notify/tame.h"

#include <stdlib.h>
#include <string.h>

#include "base/shortage.h"
#include "base/utf8.h"
#include "notify/jansson.h"

static char *copied(const char *text, void (*tame_text)(char *text))
{
    char *copy = strdup(text);

    if (copy)
        tame_text(copy);
    return copy;
}

/* In the text that PostgreSQL makes of jsonb, control characters are the only ones escaped by number,
 * and \b, \f and \r have letters: each becomes "?". */
static void tame_escapes(char *json)
{
    char *to = json;

    for (const char *at = json; *at != '\0';) {
        bool escape = at[0] == '\\' && at[1] != '\0', control = escape && strchr("bfru", at[1]);
        size_t len = strnlen(at, !escape ? 1 : at[1] == 'u' ? 6 : 2);

        memmove(to, control ? "?" : at, control ? 1 : len);
        to += control ? 1 : len;
        at += len;
    }
    *to = '\0';
}

static void tame_json(char *json)
{
    tame_escapes(json);
    utf8_tame(json);
}

static json_t *tamed_facts(const char *facts)
{
    char *copy = facts ? copied(facts, tame_json) : NULL;
    json_t *read = copy ? json_loads(copy, 0, NULL) : NULL;

    free(copy);
    return read;
}

bool tame(struct dispatch *m, const char *facts, struct tamed *ret)
{
    unsigned shortages = shortage_count();

    jansson_note_shortages();
    *ret = (struct tamed){copied(m->subject, utf8_tame_line), copied(m->body, utf8_tame),
                          tamed_facts(facts)};
    m->subject = ret->subject;
    m->body = ret->body;
    m->facts = ret->facts;
    return ret->subject && ret->body && !facts == !ret->facts && shortage_count() == shortages;
}

void tamed_finish(struct tamed *t)
{
    free(t->subject);
    free(t->body);
    json_decref(t->facts);
}
