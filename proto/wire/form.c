/* form: the rules on texts and times that both directions of the wire share. */
#include "wire/form.h"

#include <stddef.h>
#include <string.h>

#include "base/date.h"
#include "base/utf8.h"
#include "wire/limits.h"

#define US_PER_DAY (INT64_C(86400) * 1000000)

static const struct text_rule {
    size_t min, max; /* bytes */
    bool one_line;
} text_rules[] = {
    [TEXT_CODE] = {1, WIRE_MAX_CODE, true},
    [TEXT_NAME] = {0, WIRE_MAX_NAME, true},
    [TEXT_NOTE] = {0, WIRE_MAX_NOTE, false},
};

bool form_text_ok(enum text_kind kind, const char *text)
{
    const struct text_rule *rule = &text_rules[kind];
    size_t len = strnlen(text, rule->max + 1);
    return len >= rule->min && len <= rule->max && utf8_printable(text, len) &&
           !(rule->one_line && strpbrk(text, "\n\t") != NULL);
}

bool form_time_ok(int64_t us)
{
    return us >= 0 && us / US_PER_DAY <= date_of(DATE_MAX_YEAR, 12, 31);
}
