/* form: the rules on texts and times that both directions of the wire share. */
#include "wire/form.h"

#include <stddef.h>
#include <string.h>

#include "base/date.h"
#include "base/utf8.h"

#define US_PER_DAY (INT64_C(86400) * 1000000)

static const struct text_rule {
    size_t min, max; /* bytes */
    const char *without;
} text_rules[] = {
    [TEXT_CODE] = {1, WIRE_MAX_CODE, "\n\t"},
    [TEXT_NAME] = {0, WIRE_MAX_NAME, "\n\t"},
    [TEXT_NOTE] = {0, WIRE_MAX_NOTE, ""},
    [TEXT_PROSE] = {0, WIRE_MAX_PROSE, "\t"},
    [TEXT_REMARK] = {0, WIRE_MAX_REMARK, "\t"},
    [TEXT_TITLE] = {0, WIRE_MAX_TITLE, "\n\t"},
    [TEXT_EXPLANATION] = {0, WIRE_MAX_EXPLANATION, "\t"},
    [TEXT_QUESTION] = {1, WIRE_MAX_NOTE, "\t"},
    [TEXT_FACT] = {1, WIRE_MAX_FACT, "\n"},
};

static const enum text_kind narrative_kinds[NARRATIVE_TEXTS] = {
    [NARRATIVE_TEXT] = TEXT_PROSE,      [NARRATIVE_CAUSE] = TEXT_REMARK,
    [NARRATIVE_MEASURE] = TEXT_REMARK,  [NARRATIVE_NEXT_STEP] = TEXT_REMARK,
    [NARRATIVE_ANSWERABLE] = TEXT_NAME,
};

bool form_text_ok(enum text_kind kind, const char *text)
{
    const struct text_rule *rule = &text_rules[kind];
    size_t len = strnlen(text, rule->max + 1);
    return len >= rule->min && len <= rule->max && utf8_printable(text, len) &&
           strpbrk(text, rule->without) == NULL;
}

/* Bytes of the character that begins here: itself and its continuations. */
static size_t character(const char *text)
{
    size_t len = 1;
    while (((unsigned char)text[len] & 0xc0) == 0x80)
        len++;
    return len;
}

const char *form_text_tamed(enum text_kind kind, const char *text, struct arena *a)
{
    const struct text_rule *rule = &text_rules[kind];
    if (form_text_ok(kind, text) && utf8_harmless(text, strlen(text)))
        return text;
    char *copy = arena_alloc(a, rule->max + 1);
    size_t used = 0;
    for (size_t n; copy != NULL && *text != '\0' && used + (n = character(text)) <= rule->max;
         text += n) {
        bool clean = utf8_harmless(text, n) && strchr(rule->without, *text) == NULL;
        memcpy(copy + used, clean ? text : "?", clean ? n : 1);
        used += clean ? n : 1;
    }
    if (copy != NULL)
        copy[used] = '\0';
    return copy;
}

size_t form_text_max(enum text_kind kind)
{
    return text_rules[kind].max;
}

enum text_kind form_narrative_kind(enum narrative_text which)
{
    return narrative_kinds[which];
}

bool form_time_ok(int64_t us)
{
    return us >= 0 && us / US_PER_DAY <= date_of(DATE_MAX_YEAR, 12, 31);
}
