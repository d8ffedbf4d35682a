/* rules: one table of the constants, with their defaults as texts, so that the documentation, the
 * check of a programme file and the arithmetic cannot disagree. */
#include "model/rules.h"

#include <string.h>

#define RULES_DESCRIBE(field, text, meaning) {#field, text, meaning},
static const struct rule_description descriptions[] = {RULES_TABLE(RULES_DESCRIBE)};

enum { RULES_COUNT = sizeof(descriptions) / sizeof(descriptions[0]) };

#define RULES_OFFSET(field, text, meaning) offsetof(struct rules, field),
static const size_t offsets[RULES_COUNT] = {RULES_TABLE(RULES_OFFSET)};

static void set_at(struct rules *r, size_t i, struct decimal value)
{
    memcpy((char *)r + offsets[i], &value, sizeof(value));
}

void rules_default(struct rules *ret)
{
    memset(ret, 0, sizeof(*ret));
    memcpy(ret->code, "default", sizeof("default"));
    for (size_t i = 0; i < RULES_COUNT; i++) {
        struct decimal value = {0, 0};
        const char *text = descriptions[i].value;

        (void)decimal_parse(text, strlen(text), &value, NULL); /* a test reads every default back */
        set_at(ret, i, value);
    }
}

bool rules_set(struct rules *r, const char *name, struct decimal value)
{
    if (value.mantissa < 0 || !decimal_valid(value))
        return false;
    for (size_t i = 0; i < RULES_COUNT; i++) {
        if (strcmp(descriptions[i].name, name) == 0) {
            set_at(r, i, value);
            return true;
        }
    }
    return false;
}

const struct rule_description *rules_describe(size_t *ret_count)
{
    *ret_count = RULES_COUNT;
    return descriptions;
}
