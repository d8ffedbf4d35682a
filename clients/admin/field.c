/* field: one checker per type of value, so that a value means the same in every file. */
#include "admin/field.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/decimal.h"
#include "base/utf8.h"
#include "model/reporting.h"

enum {
    CODE_MAX = 64,
    MONTHS_MAX = 12,
    DAYS_MAX = 365,
    LIST_MAX_WORDS = 500,
    EMAIL_MAX = REPORTING_EMAIL_MAX - 1,
};

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
    if (!utf8_harmless(raw, strlen(raw)) || strpbrk(raw, "\n\t") != NULL ||
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

/* A whole number from 1 on. */
static bool normalise_count(const char *raw, long max, struct str *out)
{
    size_t digits = strspn(raw, "0123456789");
    long n = strtol(raw, NULL, 10);

    if (digits == 0 || digits > 3 || raw[digits] != '\0' || n < 1 || n > max)
        return false;
    str_addf(out, "%ld", n);
    return true;
}

static bool normalise_months(const struct field *field, const char *raw, struct str *out)
{
    (void)field;
    return normalise_count(raw, MONTHS_MAX, out);
}

static bool normalise_workday(const struct field *field, const char *raw, struct str *out)
{
    (void)field;
    return normalise_count(raw, DUTY_MAX_WORKDAY, out);
}

static bool normalise_days(const struct field *field, const char *raw, struct str *out)
{
    (void)field;
    return normalise_count(raw, DAYS_MAX, out);
}

/* "08:30", or "24:00" at the end; returns what follows, or NULL. */
static const char *hour_at(const char *text)
{
    static const char *const limits[] = {"2", "9", ":", "5", "9"};

    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (i == 2 ? text[i] != ':' : text[i] < '0' || text[i] > *limits[i])
            return NULL;
    return strncmp(text, "24:00", 5) <= 0 ? text + 5 : NULL;
}

static bool normalise_hours(const struct field *field, const char *raw, struct str *out)
{
    const char *dash = hour_at(raw), *end = dash && *dash == '-' ? hour_at(dash + 1) : NULL;

    (void)field;
    if (end == NULL || *end != '\0' || strncmp(raw, dash + 1, 5) >= 0)
        return false;
    str_add(out, raw);
    return true;
}

/* One address and nothing else: whatever could end it would let a letter go elsewhere. */
static bool normalise_email(const struct field *field, const char *raw, struct str *out)
{
    const char *at = strchr(raw, '@');
    size_t len = strlen(raw);

    (void)field;
    if (!utf8_harmless(raw, len) || strpbrk(raw, " \t\n<>\",;") != NULL || at == NULL ||
        at == raw || at[1] == '\0' || strchr(at + 1, '@') != NULL || len > EMAIL_MAX)
        return false;
    str_add(out, raw);
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

/* --- several values in one ------------------------------------------------------------------------ */

typedef bool normalise_fn(const struct field *field, const char *raw, struct str *out);

static bool normalise_series(const struct field *field, const char *raw, struct str *out)
{
    const char *slash = strchr(raw, '/');
    char organisation[CODE_MAX + 2];

    if (slash == NULL)
        return normalise_code(field, raw, out);
    if ((size_t)(slash - raw) >= sizeof organisation)
        return false;
    memcpy(organisation, raw, (size_t)(slash - raw));
    organisation[slash - raw] = '\0';
    if (!normalise_code(field, organisation, out))
        return false;
    str_add(out, "/");
    return normalise_code(field, slash + 1, out);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Words divided by blanks, commas or newlines; each once, sorted. */
static bool normalise_words(const struct field *field, const char *raw, struct str *out,
                            normalise_fn *one)
{
    char *copy = strdup(raw), *rest = copy, *words[LIST_MAX_WORDS], *word;
    size_t n = 0;
    bool good = copy != NULL;

    while (good && (word = strsep(&rest, " ,\n")) != NULL)
        if (*word != '\0' && (good = n < LIST_MAX_WORDS))
            words[n++] = word;
    qsort(words, n, sizeof *words, by_text);
    for (size_t i = 0; good && i < n; i++) {
        if (i > 0 && strcmp(words[i], words[i - 1]) == 0)
            continue;
        str_add(out, i > 0 ? " " : "");
        good = one(field, words[i], out);
    }
    free(copy);
    return good && n > 0;
}

static bool normalise_references(const struct field *field, const char *raw, struct str *out)
{
    return normalise_words(field, raw, out, normalise_code);
}

static bool normalise_many_series(const struct field *field, const char *raw, struct str *out)
{
    return normalise_words(field, raw, out, normalise_series);
}

static bool normalise_span(const struct field *field, const char *raw, struct str *out)
{
    const char *dots = strstr(raw, "..");
    char first[DATE_TEXT_MAX], last[DATE_TEXT_MAX];
    date_t from, to;

    (void)field;
    if (dots == NULL || !date_parse(raw, (size_t)(dots - raw), &from) ||
        !date_parse(dots + 2, strlen(dots + 2), &to) || from > to)
        return false;
    str_addf(out, "%s=%s", date_format_iso(from, first), date_format_iso(to, last));
    return true;
}

static bool normalise_spans(const struct field *field, const char *raw, struct str *out)
{
    return normalise_words(field, raw, out, normalise_span);
}

/* In the order of the choices, which is that of the database. */
static bool normalise_choices(const struct field *field, const char *raw, struct str *out)
{
    size_t start = out->len;
    struct str checked;
    bool good;

    str_init(&checked, FIELD_VALUE_MAX);
    good = normalise_words(field, raw, &checked, normalise_choice);
    str_finish(&checked);
    for (const char *p = field->choices; good && *p != '\0'; p += *p == ' ') {
        size_t len = strcspn(p, " ");

        if (field_has_word(raw, p, len)) {
            str_add(out, out->len > start ? " " : "");
            str_append(out, p, len);
        }
        p += len;
    }
    return good;
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
    [FIELD_WORKDAY] = {normalise_workday, TEXT_FIELD_WORKDAY},
    [FIELD_DAYS] = {normalise_days, TEXT_FIELD_DAYS},
    [FIELD_HOURS] = {normalise_hours, TEXT_FIELD_HOURS},
    [FIELD_EMAIL] = {normalise_email, TEXT_FIELD_EMAIL},
    [FIELD_CHOICE] = {normalise_choice, TEXT_FIELD_CHOICE},
    [FIELD_REFERENCE] = {normalise_code, TEXT_FIELD_CODE},
    [FIELD_MADE] = {normalise_text, TEXT_FIELD_TEXT},
    [FIELD_LIST] = {normalise_text, TEXT_FIELD_TEXT},
    [FIELD_CHOICES] = {normalise_choices, TEXT_FIELD_CHOICES},
    [FIELD_REFERENCES] = {normalise_references, TEXT_FIELD_CODES},
    [FIELD_SERIES] = {normalise_many_series, TEXT_FIELD_SERIES},
    [FIELD_SPANS] = {normalise_spans, TEXT_FIELD_SPANS},
};

bool field_normalise(const struct field *field, const char *raw, struct str *out,
                     enum text *ret_problem)
{
    if (types[field->type].normalise(field, raw, out))
        return true;
    *ret_problem = types[field->type].problem;
    return false;
}

bool field_has_word(const char *list, const char *word, size_t len)
{
    for (const char *at = list; at != NULL && *at != '\0'; at += strcspn(at, " ,\n")) {
        at += strspn(at, " ,\n");
        if (strcspn(at, " ,\n") == len && memcmp(at, word, len) == 0)
            return true;
    }
    return false;
}

bool field_is_list(const struct field *field)
{
    return field->type == FIELD_LIST || field->type == FIELD_CHOICES ||
           field->type == FIELD_REFERENCES || field->type == FIELD_SPANS;
}
