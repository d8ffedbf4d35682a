/* field: one checker per type of value, so that a value means the same in every file. */
#include "admin/field.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/decimal.h"
#include "base/utf8.h"

enum { CODE_MAX = 64, MONTHS_MAX = 12 };

static const char CODE_FIRST[] = "abcdefghijklmnopqrstuvwxyz0123456789";
static const char CODE_REST[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
static const char ZONE[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";

static bool normalise_code(const struct field *field, const char *raw, struct str *out)
{
    (void)field;
    if (raw[0] == '\0' || strchr(CODE_FIRST, raw[0]) == NULL ||
        raw[strspn(raw, CODE_REST)] != '\0' || strlen(raw) > CODE_MAX)
        return false;
    str_add(out, raw);
    return true;
}

static size_t characters(const char *text)
{
    size_t n = 0;

    for (; *text != '\0'; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

static size_t length_of(enum field_type type)
{
    switch (type) {
    case FIELD_UNIT:
        return 40;
    case FIELD_METHOD:
        return 64;
    case FIELD_BASIS:
        return 400;
    default:
        return 200;
    }
}

static bool normalise_text(const struct field *field, const char *raw, struct str *out)
{
    if (!utf8_printable(raw, strlen(raw)) || strpbrk(raw, "\n\t") != NULL ||
        characters(raw) > length_of(field->type))
        return false;
    str_add(out, raw);
    return true;
}

static bool normalise_zone(const struct field *field, const char *raw, struct str *out)
{
    (void)field;
    if (raw[strspn(raw, ZONE)] != '\0' || strlen(raw) > CODE_MAX)
        return false;
    str_add(out, raw);
    return true;
}

static bool normalise_date(const struct field *field, const char *raw, struct str *out)
{
    char buf[DATE_TEXT_MAX];
    date_t d;

    (void)field;
    if (!date_parse(raw, strlen(raw), &d))
        return false;
    str_add(out, date_format_iso(d, buf));
    return true;
}

static bool normalise_decimal(const struct field *field, const char *raw, struct str *out)
{
    char buf[DECIMAL_TEXT_MAX];
    struct decimal d;

    (void)field;
    if (decimal_parse(raw, strlen(raw), &d, NULL) != DECIMAL_OK)
        return false;
    str_add(out, decimal_format(d, buf));
    return true;
}

static bool normalise_boolean(const struct field *field, const char *raw, struct str *out)
{
    static const struct {
        const char *word, *value;
    } words[] = {
        {"yes", "true"}, {"no", "false"}, {"true", "true"}, {"false", "false"}, {"1", "true"},
        {"0", "false"},  {"да", "true"},  {"нет", "false"}, {"Да", "true"},     {"Нет", "false"},
    };

    (void)field;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcasecmp(raw, words[i].word) != 0)
            continue;
        str_add(out, words[i].value);
        return true;
    }
    return false;
}

static bool normalise_months(const struct field *field, const char *raw, struct str *out)
{
    size_t digits = strspn(raw, "0123456789");
    long n = strtol(raw, NULL, 10);

    (void)field;
    if (digits == 0 || digits > 2 || raw[digits] != '\0' || n < 1 || n > MONTHS_MAX)
        return false;
    str_addf(out, "%ld", n);
    return true;
}

static bool normalise_choice(const struct field *field, const char *raw, struct str *out)
{
    size_t len = strlen(raw);

    if (len == 0 || strchr(raw, ' ') != NULL)
        return false;
    for (const char *p = field->choices; p != NULL; p = strchr(p, ' ')) {
        p += *p == ' ';
        if (strncmp(p, raw, len) != 0 || (p[len] != ' ' && p[len] != '\0'))
            continue;
        str_add(out, raw);
        return true;
    }
    return false;
}

static const struct {
    bool (*normalise)(const struct field *field, const char *raw, struct str *out);
    enum text problem;
} types[] = {
    [FIELD_CODE] = {normalise_code, TEXT_FIELD_CODE},
    [FIELD_TITLE] = {normalise_text, TEXT_FIELD_TEXT},
    [FIELD_UNIT] = {normalise_text, TEXT_FIELD_TEXT},
    [FIELD_METHOD] = {normalise_text, TEXT_FIELD_TEXT},
    [FIELD_BASIS] = {normalise_text, TEXT_FIELD_TEXT},
    [FIELD_ZONE] = {normalise_zone, TEXT_FIELD_ZONE},
    [FIELD_DATE] = {normalise_date, TEXT_FIELD_DATE},
    [FIELD_DECIMAL] = {normalise_decimal, TEXT_FIELD_DECIMAL},
    [FIELD_BOOLEAN] = {normalise_boolean, TEXT_FIELD_BOOLEAN},
    [FIELD_MONTHS] = {normalise_months, TEXT_FIELD_MONTHS},
    [FIELD_CHOICE] = {normalise_choice, TEXT_FIELD_CHOICE},
    [FIELD_REFERENCE] = {normalise_code, TEXT_FIELD_CODE},
    [FIELD_MADE] = {normalise_text, TEXT_FIELD_TEXT},
    [FIELD_LIST] = {normalise_text, TEXT_FIELD_TEXT},
};

bool field_normalise(const struct field *field, const char *raw, struct str *out,
                     enum text *ret_problem)
{
    if (types[field->type].normalise(field, raw, out))
        return true;
    *ret_problem = types[field->type].problem;
    return false;
}
