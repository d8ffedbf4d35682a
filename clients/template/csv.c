/* csv: the template as CSV that a Russian Excel opens with a double click. */
#include <stdlib.h>
#include <string.h>

#include "template/template.h"

/* A cell that begins like a formula is one to Excel, whatever stands around it; an apostrophe makes it a text again, and is what a person would
 * type.  Only texts come from others: numbers are ours. */
static bool looks_like_formula(const char *text)
{
    return *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
}

/* RFC 4180 section 2, 5 to 7. */
static void put_text(const char *text, FILE *out)
{
    putc('"', out);
    if (looks_like_formula(text))
        putc('\'', out);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            putc('"', out);
        putc(*text, out);
    }
    putc('"', out);
}

static void put_amount(const char *text, enum lang lang, FILE *out)
{
    for (; *text != '\0'; text++)
        putc(*text == '.' && lang == LANG_RU ? ',' : *text, out);
}

static void put_cell(const struct template *t, size_t row, size_t column, FILE *out)
{
    char text[TEMPLATE_TEXT_MAX];
    template_cell(t, row, column, text);
    if (template_kind(t, column) == TEMPLATE_AMOUNT)
        put_amount(text, template_lang(t), out);
    else if (*text != '\0')
        put_text(text, out);
}

bool template_csv(const struct template *t, FILE *out)
{
    const size_t columns = template_columns(t);
    fputs("\xEF\xBB\xBF", out); /* without it Excel takes UTF-8 for cp1251 */
    for (size_t c = 0; c < columns; c++)
        fprintf(out, "%s%s", c > 0 ? ";" : "", template_title(t, c));
    fputs("\r\n", out);
    for (size_t r = 0; r < template_rows(t); r++) {
        for (size_t c = 0; c < columns; c++) {
            if (c > 0)
                putc(';', out);
            put_cell(t, r, c, out);
        }
        fputs("\r\n", out);
    }
    return fflush(out) == 0 && !ferror(out);
}
