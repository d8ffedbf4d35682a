/* narratives: prose is read in paragraphs, not in the cells of a table. */
#include "school/narratives.h"

#include <string.h>

#include "base/utf8.h"
#include "prose.h"
#include "school/texts.h"

enum { INDENT = 4, BRIEF_WIDTH = 16 };

/* The bytes of the first words that fill at most BRIEF_WIDTH columns; of a single longer one, none.
 */
static size_t first_words(const char *text)
{
    size_t fitting = 0;
    for (size_t len = strcspn(text, " "); utf8_width(text, len) <= BRIEF_WIDTH;) {
        fitting = len;
        if (text[len] == '\0')
            break;
        len += 1 + strcspn(text + len + 1, " ");
    }
    return fitting;
}

char *narratives_brief(const struct narrative *n, enum lang lang, char buf[NARRATIVES_BRIEF_MAX])
{
    char period[PERIOD_TEXT_MAX];
    struct str text;
    str_init(&text, PROSE_MAX);
    if (n->withdrawn)
        str_add(&text, say(SAY_WORD_WITHDRAWN, lang));
    prose_text(n->texts, &text);
    size_t len = first_words(str_text(&text));
    snprintf(buf, NARRATIVES_BRIEF_MAX, "%s %s %.*s%s", n->project,
             period_format(n->period, period), (int)len, str_text(&text),
             len < text.len ? "…" : "");
    str_finish(&text);
    return buf;
}

static void print_one(const struct sheet_row *r, enum lang lang, FILE *out)
{
    const struct narrative *n = &r->narrative;
    char period[PERIOD_TEXT_MAX];
    fputs("  ", out);
    if (r->line > 0)
        fprintf(out, "%s %zu  ", say(SAY_LINE, lang), r->line);
    if (n->organisation != NULL)
        fprintf(out, "%s  ", n->organisation);
    fprintf(out, "%s  %s%s%s\n", n->project, period_format(n->period, period),
            n->withdrawn ? "  " : "", n->withdrawn ? say(SAY_WORD_WITHDRAWN, lang) : "");
    prose_print(out, n->texts, INDENT, lang);
}

void narratives_print(const struct sheet_row *rows, size_t n, enum lang lang, FILE *out)
{
    for (size_t i = 0; i < n; i++)
        print_one(&rows[i], lang, out);
}
